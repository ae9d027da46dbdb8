package strategy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"rollsim/scenarios"
	"rollsim/sim/random"
	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
	"rollsim/sim/trace"
)

// TestPlanIsABound plays every strategy of every library scenario: a run that
// completes is never shorter than the plan's minimum, and the first request is
// answered as the plan says.
func TestPlanIsABound(t *testing.T) {
	for _, entry := range scenarios.Library() {
		m := simtest.Open(t, entry.Name)
		x := newRun(m)
		for i := range m.Strategies {
			t.Run(entry.Name+"/"+m.Strategies[i].Name, func(t *testing.T) {
				plan := strategy.PlanOf(m, i)
				for seed := range random.Seed(3) {
					x.play(t, i, seed)
					if refused := len(plan.Requests[0].Refusals) > 0; refused != x.firstRefused() {
						t.Errorf("first request: plan says refused %v, the run %v", refused, x.firstRefused())
					}
					outcome, reason, _ := x.operator.Outcome()
					if reason == "" {
						t.Errorf("seed %d: outcome %v has no reason", seed, outcome)
					}
					if took := x.took(); outcome == trace.Completed && took < plan.Minimum {
						t.Errorf("seed %d: took %v, less than the least possible, %v", seed, took, plan.Minimum)
					}
				}
			})
		}
	}
}

func (x *played) firstRefused() bool {
	i := slices.IndexFunc(x.Trace.Records, func(r trace.Record) bool {
		return r.Kind == trace.OperationStarted || r.Kind == trace.RequestRefused
	})
	return x.Trace.Records[i].Kind == trace.RequestRefused
}

// took is from the first request to the last answer or end of an operation.
func (x *played) took() time.Duration {
	first, last := trace.Record{At: -1}, trace.Record{}
	for _, r := range x.Trace.Records {
		switch r.Kind {
		case trace.RequestSubmitted:
			if first.At < 0 {
				first = r
			}
		case trace.RequestRefused, trace.OperationEnded:
			last = r
		}
	}
	return last.At.Sub(first.At)
}

// TestRepeatable: an operator that was reset does the same again, whatever was
// played in between.
func TestRepeatable(t *testing.T) {
	m := simtest.Open(t, "shop")
	x := newRun(m)
	x.play(t, 0, 7)
	first := fmt.Sprint(x.Trace.Records, x.Trace.Texts)
	x.play(t, len(m.Strategies)-1, 8)
	x.play(t, 0, 7)
	if again := fmt.Sprint(x.Trace.Records, x.Trace.Texts); again != first {
		t.Error("the second run differs from the first")
	}
}

func ExamplePlanOf() {
	scenario, err := scenarios.Open("quickstart")
	if err != nil {
		panic(err)
	}
	m, _, err := scenario.Model()
	if err != nil {
		panic(err)
	}
	plan := strategy.PlanOf(m, 0)
	for _, r := range plan.Requests {
		fmt.Println(r.Command)
		for _, p := range r.Pools {
			fmt.Printf("%s: %d surge nodes (%s), %d rounds\n", p.Pool, p.Surge, p.Resolved, p.Rounds)
		}
	}
	fmt.Println("control plane at the end:", plan.End.ControlPlane)
	// Output:
	// az aks upgrade --resource-group RESOURCE_GROUP --name cluster --kubernetes-version 1.30.5 --no-wait
	// nodes: 1 surge nodes (10% of 3 -> 1), 3 rounds
	// control plane at the end: 1.30.5
}
