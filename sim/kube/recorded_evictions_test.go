package kube

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// recordedEviction is one answer of a real eviction API (v1.34.4), with the
// status of the budget right after it.
type recordedEviction struct {
	Case   string
	Answer json.RawMessage // [code, text], a list of these, or [seconds, code] in a burst
	PDB    json.RawMessage // a status or, with two budgets, two
}

// recordedStatus is the part of a budget's status that counts.
type recordedStatus struct {
	CurrentHealthy, DesiredHealthy, DisruptionsAllowed, ExpectedPods int32
}

// evictionCase plays one recorded case: it returns the codes that it got, and
// the cluster whose budgets are compared.
type evictionCase func(*testing.T) (codes []int, w *world)

// evictionCases are the recorded cases by the beginning of their name. Left out
// are the dry run, which nobody does here, and "evict a terminating pod again",
// whose list of answers is empty: it has one for each pod that the recorder found
// in that state, and it found none. The real handler's answer is in
// benchmarks/conformance, which asks for pods that terminate, too.
var evictionCases = map[string]evictionCase{
	"evict immediately after PDB creation": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("e1", 5), budgetOf("e1", 0, nil, 1, 0))
		w.eng.RunUntil(des.Time(time.Minute)) // somebody makes the budget then
		e := w.c.API().Evict(0, 0)
		if e.Retry != 10*time.Second {
			t.Errorf("Retry-After is %v, recorded 10s", e.Retry)
		}
		return []int{e.Code}, w
	},
	"second ready pod while first": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("e1", 5), budgetOf("e1", 0, nil, 1))
		return evictAll(w, 0, 1, time.Second)[:1], w
	},
	"pod in phase Pending (scheduled, not started)": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("e1", 5), budgetOf("e1", 0, nil, 1))
		w.c.API().Evict(0, 0)
		w.goOn(2 * time.Second)
		return evictAll(w, 5, 6, time.Second), w
	},
	"pod Running but not Ready": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("e1", 5), budgetOf("e1", 0, nil, 1))
		w.c.API().Evict(0, 0)
		w.goOn(6 * time.Second)
		return evictAll(w, 5, 6, time.Second), w
	},
	"unschedulable Pending pod": func(t *testing.T) ([]int, *world) {
		d := replicasOf("big", 2)
		d.Requests.CPU = 1_000_000
		w := evictionWorld(t, d, budgetOf("big", 0, nil, 0))
		return evictAll(w, 0, 1, time.Second), w
	},
	"bare pods (no controller), PDB maxUnavailable=1": bareCase(nil, 1),
	"bare pods (no controller), PDB minAvailable=1":   bareCase(&one, -1),
	"bare pods (no controller), PDB minAvailable=50%": bareCase(&half, -1),
	"two PDBs on a ready pod": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("d", 3), budgetOf("d", 0, nil, 1), budgetOf("d", 1, &one, -1))
		return evictAll(w, 0, 1, time.Second), w
	},
	"one PDB maxUnavailable 25% over two Deployments": func(t *testing.T) ([]int, *world) {
		x, y, b := replicasOf("d", 3), replicasOf("e", 4), budgetOf("d", 0, nil, 0)
		y.Labels, b.MaxUnavailable = x.Labels, &quarter
		return nil, evictionWorld(t, x, y, b)
	},
	"Deployment scaled 4->2": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("d", 4), budgetOf("d", 0, &four, -1))
		for _, p := range []PodID{2, 3} { // nobody scales here; what the budget sees of it is that pods go and none comes
			w.c.terminate(p, trace.Evicted, 0)
			w.eng.Cancel(w.c.slots[w.c.pods[p].slot].create)
		}
		w.goOn(time.Second) // they terminate still, and are expected
		return nil, w
	},
	"PDB with empty selector": func(t *testing.T) ([]int, *world) {
		b := budgetOf("d", 0, &one, -1)
		b.Selector = model.Selector{}
		return nil, evictionWorld(t, replicasOf("d", 58), bare("b0"), bare("b1"), b, insteadOf(nil, 1))
	},
	"burst of 6 evictions": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("d", 10), budgetOf("d", 0, nil, 3))
		return evictAll(w, 0, 6, time.Second), w
	},
	"16 s later": func(t *testing.T) ([]int, *world) {
		w := evictionWorld(t, replicasOf("d", 10), budgetOf("d", 0, nil, 3))
		evictAll(w, 0, 6, 16*time.Second)
		return nil, w
	},
}

var one, four, quarter, half = model.Count(1), model.Count(4), model.Percent(25), model.Percent(50)

// TestRecordedEvictions plays the recorded edge cases of the eviction API and
// compares answers and statuses.
func TestRecordedEvictions(t *testing.T) {
	data, err := os.ReadFile("testdata/eviction-edge-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []recordedEviction
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	played := map[string]bool{}
	for _, r := range list {
		for name, play := range evictionCases {
			if strings.HasPrefix(r.Case, name) {
				played[name] = true
				t.Run(name, func(t *testing.T) { compareEviction(t, r, play) })
			}
		}
	}
	if len(played) != len(evictionCases) {
		t.Errorf("%d of %d cases are in the recording", len(played), len(evictionCases))
	}
}

func compareEviction(t *testing.T, r recordedEviction, play evictionCase) {
	codes, w := play(t)
	if want := recordedCodes(t, r.Answer); codes != nil && fmt.Sprint(codes) != fmt.Sprint(want) {
		t.Errorf("answers %v, recorded %v", codes, want)
	}
	for i, want := range recordedStatuses(t, r.PDB) {
		b := &w.c.budgets[i]
		got := recordedStatus{b.status.healthy, b.status.desired, b.status.allowed, b.expected}
		if got != want {
			t.Errorf("budget %d: status %+v, recorded %+v", i, got, want)
		}
	}
}

func recordedCodes(t *testing.T, raw json.RawMessage) []int {
	t.Helper()
	if len(raw) == 0 {
		return nil
	}
	var list []any
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	var codes []int
	for _, x := range list {
		switch x := x.(type) {
		case float64:
			codes = append(codes, int(x))
		case []any:
			code := x[0].(float64)
			if len(x) > 1 && code < 100 { // seconds come first
				code = x[1].(float64)
			}
			codes = append(codes, int(code))
		}
	}
	return codes
}

func recordedStatuses(t *testing.T, raw json.RawMessage) []recordedStatus {
	t.Helper()
	var x recordedStatus
	var list []recordedStatus
	switch {
	case len(raw) == 0:
		return nil
	case json.Unmarshal(raw, &list) == nil:
		return list
	case json.Unmarshal(raw, &x) == nil:
		return []recordedStatus{x}
	}
	t.Fatalf("no status: %s", raw)
	return nil
}

// evictionWorld is a cluster of ten nodes with workloads and budgets, whose
// controllers have the usual latencies.
func evictionWorld(t *testing.T, things ...any) *world {
	t.Helper()
	s := testSpec()
	s.Timing.BudgetUpdate = model.NewTiming().BudgetUpdate
	s.NodePools = []model.NodePool{testPool("a", 10, 8000, 64<<30)}
	for _, x := range things {
		switch x := x.(type) {
		case model.Workload:
			s.Workloads = append(s.Workloads, x)
		case model.Budget:
			s.Budgets = append(s.Budgets, x)
		}
	}
	m := testModel(t, s)
	for _, x := range things {
		if change, ok := x.(func(*model.Budget)); ok {
			change(&m.Budgets[0]) // into what rollsim refuses and Kubernetes takes
		}
	}
	w := newWorld(t, m)
	w.reset(1, 0)
	return w
}

func replicasOf(name string, n int) model.Workload {
	w := model.NewWorkload(name)
	w.Replicas = n
	w.Requests = model.Resources{CPU: 100, Memory: 64 << 20}
	w.Start, w.Ready, w.Termination = random.Constant(4*time.Second), random.Constant(8*time.Second), random.Constant(5*time.Second)
	return w
}

func bare(name string) model.Workload {
	w := replicasOf(name, 1)
	w.Kind = model.BarePod
	w.Labels = model.Labels{{Key: "app", Value: "b"}}
	return w
}

// budgetOf is a budget for a workload; maxUnavailable counts where minAvailable
// is nil. With a further argument it is made after a minute.
func budgetOf(workload string, number int, minAvailable *model.IntOrPercent, maxUnavailable int, created ...int) model.Budget {
	b := model.NewBudget(fmt.Sprintf("%s-%d", workload, number))
	b.Selector = model.SelectorOf(model.Labels{{Key: "app", Value: workload}})
	b.MinAvailable = minAvailable
	if minAvailable == nil {
		x := model.Count(maxUnavailable)
		b.MaxUnavailable = &x
	}
	if len(created) > 0 {
		at := time.Minute
		b.Created = &at
	}
	return b
}

// insteadOf changes what a budget asks for.
func insteadOf(minAvailable *model.IntOrPercent, maxUnavailable int) func(*model.Budget) {
	b := budgetOf("", 0, minAvailable, maxUnavailable)
	return func(x *model.Budget) { x.MinAvailable, x.MaxUnavailable = b.MinAvailable, b.MaxUnavailable }
}

func bareCase(minAvailable *model.IntOrPercent, maxUnavailable int) evictionCase {
	return func(t *testing.T) ([]int, *world) {
		fresh := func() *world {
			return evictionWorld(t, bare("b0"), bare("b1"), budgetOf("b", 0, &one, -1), insteadOf(minAvailable, maxUnavailable))
		}
		return []int{fresh().c.API().Evict(0, 0).Code}, fresh() // the recorded status is the one before
	}
}

// evictAll asks for the evictions of the pods from, ..., to-1, and plays on.
func evictAll(w *world, from, to PodID, on time.Duration) []int {
	var codes []int
	for p := from; p < to; p++ {
		codes = append(codes, w.c.API().Evict(p, 0).Code)
	}
	w.goOn(on)
	return codes
}

// goOn plays a while.
func (w *world) goOn(d time.Duration) { w.eng.RunUntil(w.eng.Now().Add(d)) }
