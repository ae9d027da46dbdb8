package kube

import (
	"testing"
	"time"

	"rollsim/sim/model"
)

// TestEvictionsUnseen: a budget that has granted more than 2,000 evictions since
// the controller wrote its status grants no more, whatever it allows; with the
// next status it does.
func TestEvictionsUnseen(t *testing.T) {
	w := evictionWorld(t, replicasOf("d", 3), budgetOf("d", 0, nil, 3))
	w.c.budgets[0].status.disrupted = maxDisrupted
	for p, want := range []int{Granted, Forbidden, Forbidden} {
		if got := w.c.API().Evict(PodID(p), 0); got.Code != want || got.Retry != 0 {
			t.Errorf("pod %d: the answer is %+v, want %d", p, got, want)
		}
	}
	w.goOn(time.Second)
	if got := w.c.API().Evict(1, 0).Code; got != Granted {
		t.Errorf("after the next status the answer is %d, want %d", got, Granted)
	}
}

// TestBudgetNeverWorkedOut: a budget that the controller could never work out,
// here for a DaemonSet, is refused like one that was just created, with a pause
// to wait. One that it could work out once is as it was then, but allows nothing.
func TestBudgetNeverWorkedOut(t *testing.T) {
	agent := replicasOf("d", 0)
	agent.Kind = model.DaemonSet
	w := evictionWorld(t, agent, budgetOf("d", 0, nil, 1))
	if got := w.c.API().Evict(0, 0); got.Code != TooMany || got.Retry != 10*time.Second {
		t.Errorf("the answer is %+v, want %d with Retry-After 10s", got, TooMany)
	}
	b := &w.c.budgets[0]
	b.status = budgetStatus{expected: 9, desired: 8, healthy: 9, allowed: 1, observed: true}
	w.c.budgetChanged(0)
	w.goOn(time.Second)
	if want := (budgetStatus{expected: 9, desired: 8, healthy: 9, observed: true, failed: true}); b.status != want {
		t.Errorf("the status is %+v, want %+v", b.status, want)
	}
	if got := w.c.API().Evict(0, 0); got.Code != TooMany || got.Retry != 0 {
		t.Errorf("then the answer is %+v, want %d without Retry-After", got, TooMany)
	}
}

// TestRefusalsEndOneDrain: the time for which a drain's pods may be refused ends
// with the drain. Another one, without such a limit, that has its memory since
// goes on.
func TestRefusalsEndOneDrain(t *testing.T) {
	w := evictionWorld(t, replicasOf("d", 3), budgetOf("d", 0, nil, 0))
	var ended []NodeID
	w.ended = func(n NodeID, _ DrainResult) { ended = append(ended, n) }
	full := w.c.pods[0].node
	empty := NodeID(0)
	for len(w.c.PodsOn(empty)) > 0 {
		empty++
	}
	w.c.API().Drain(empty, DrainOptions{Refused: time.Minute}, 0)
	w.goOn(time.Second)
	w.c.API().Drain(full, DrainOptions{}, 0)
	w.goOn(time.Hour)
	if len(ended) != 1 || ended[0] != empty {
		t.Errorf("drains of %v ended, want that of %d only", ended, empty)
	}
}
