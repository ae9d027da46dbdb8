package kube

import (
	"strings"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
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

// TestServerGivesUp: 25 evictions of one budget are asked for at the same time, by
// drains of all nodes. Of those that have read the same version of the budget the
// first one writes it, at T, and the others have a conflict. With 0.3 s for each request
// of the server or a controller the disruption controller writes the status at T+0.3 s,
// and at T+0.6 s once more, for it knows by then that the pod goes. The others
// pause for 0.5 to 0.55 s and read the budget as it is 0.15 s later, at T+0.65 s
// at the earliest: after the controller. From there they take 0.15+0.3 s to their
// write; as long as the pauses haven't put them further apart than these 0.45 s (it is
// 0.19 s in the end), all have read the same version again. So each round lets one go.
// After 20 attempts the server gives up on the five that are left, and kubectl
// on them. That takes 0.9 + 19 × 1.1 to 1.15 s = 21.8 to 22.8 s; new pods become ready
// after a minute only, for the controller would write that, too, between a request's
// read and its write, and that round would let nobody go.
func TestServerGivesUp(t *testing.T) {
	s := testSpec()
	s.Timing.ServerRequest = random.Constant(300 * time.Millisecond)
	s.NodePools = []model.NodePool{testPool("a", 10, 8000, 64<<30)}
	d := replicasOf("d", 25)
	d.Ready = random.Constant(time.Minute)
	s.Workloads, s.Budgets = []model.Workload{d}, []model.Budget{budgetOf("d", 0, nil, 25)}
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	codes := map[int]int{}
	w.c.SetServerWitness(func(s ServerStep) {
		if s.Act == Answered {
			codes[s.Code]++
		}
	})
	failed := ""
	w.c.SetPerson(ending(func(_ NodeID, r DrainResult) { failed += r.Why }))
	for n := range NodeID(10) {
		w.c.Kubectl().Drain(n, DrainOptions{Kubectl: &Kubectl{GracePeriod: -1}}, 0)
	}
	w.goOn(time.Minute)
	if codes[Granted] != 20 || codes[Conflict] != 5 {
		t.Errorf("the answers are %v, want 20 granted and 5 conflicts", codes)
	}
	if !strings.Contains(failed, "somebody else was faster") {
		t.Errorf("the drains say %q", failed)
	}
}

// ending is a DrainObserver.
type ending func(NodeID, DrainResult)

func (f ending) DrainEnded(n NodeID, r DrainResult) { f(n, r) }
