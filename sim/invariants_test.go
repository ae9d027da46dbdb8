package sim_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/model"
	"rollsim/sim/simtest"
	"rollsim/sim/trace"
)

// seedsEnv asks for more seeds than a plain go test plays.
const seedsEnv = "ROLLSIM_SEEDS"

// seeds is how many replications the tests of many seeds play: fewer in short
// mode, in which the race detector makes each ten times as slow.
func seeds(t *testing.T) int {
	text := os.Getenv(seedsEnv)
	switch {
	case text == "" && testing.Short():
		return 2
	case text == "":
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q: want a whole number from 1", seedsEnv, text)
	}
	return n
}

// TestInvariants plays every strategy of every library scenario under many
// seeds and checks all invariants after every event: a pod on at most one node,
// requests within allocatable, no eviction without budget, legal phase changes,
// nodes at most count and surge, no node newer than its control plane, the clock
// monotone. And it holds that every run ends with an outcome and a reason.
func TestInvariants(t *testing.T) {
	for _, entry := range scenarios.Library() {
		m := simtest.Open(t, entry.Name)
		for i := range m.Strategies {
			t.Run(entry.Name+"/"+m.Strategies[i].Name, func(t *testing.T) {
				t.Parallel()
				s := sim.New(m)
				s.CheckInvariants()
				for seed := range seeds(t) {
					t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) { checkEnd(t, s.Run(i, seed, sim.Options{Trace: true})) })
				}
			})
		}
	}
}

// checkEnd holds what every run owes: an outcome, a reason, records in order.
func checkEnd(t *testing.T, r sim.Result) {
	t.Helper()
	if r.Run.Outcome < trace.Completed || r.Run.Outcome > trace.Horizon {
		t.Errorf("outcome %d is none", r.Run.Outcome)
	}
	if r.Run.Reason == "" {
		t.Error("the run ended without a reason")
	}
	if r.Run.Outcome == trace.Blocked && r.Run.Blocker == nil {
		t.Error("a blocked run names no blocker")
	}
	if err := r.Trace.Check(); err != nil {
		t.Errorf("the trace is broken: %v", err)
	}
}

// TestSameBytes plays replications in two orders, by fresh and used simulators,
// and holds their traces equal.
func TestSameBytes(t *testing.T) {
	for _, entry := range scenarios.Library() {
		t.Run(entry.Name, func(t *testing.T) {
			t.Parallel()
			m := simtest.Open(t, entry.Name)
			used := sim.New(m)
			used.Run(len(m.Strategies)-1, 7, sim.Options{})
			for i := range m.Strategies {
				a := used.Run(i, 3, sim.Options{Trace: true}).Trace
				b := sim.New(m).Run(i, 3, sim.Options{Trace: true}).Trace
				if len(a.Records) != len(b.Records) {
					t.Fatalf("%s: %d records, then %d", m.Strategies[i].Name, len(a.Records), len(b.Records))
				}
				for j := range a.Records {
					if a.Records[j] != b.Records[j] {
						t.Fatalf("%s: record %d: %+v, then %+v", m.Strategies[i].Name, j+1, a.Records[j], b.Records[j])
					}
				}
			}
		})
	}
}

// TestReplicateAnyWorkers holds that the number of workers doesn't show.
func TestReplicateAnyWorkers(t *testing.T) {
	for _, entry := range scenarios.Library() {
		m := simtest.Open(t, entry.Name)
		var all []int
		for i := range m.Strategies {
			all = append(all, i)
		}
		one, err := sim.Replicate(t.Context(), m, all, 12, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		four, err := sim.Replicate(t.Context(), m, all, 12, 4, nil)
		if err != nil {
			t.Fatal(err)
		}
		if one.Done != 12 || four.Done != 12 {
			t.Fatalf("%s: %d and %d replications are done, want 12", entry.Name, one.Done, four.Done)
		}
		for i := range all {
			for r := range one.Runs[i] {
				if diff := cmp.Diff(one.Runs[i][r], four.Runs[i][r]); diff != "" {
					t.Errorf("%s: replication %d of %s differs with four workers:\n%s", entry.Name, r, m.Strategies[i].Name, diff)
				}
			}
		}
	}
}

// TestIdlePoolChangesNothing adds a pool that no workload uses and no request
// names: no other record may change, but for what names or counts it.
func TestIdlePoolChangesNothing(t *testing.T) {
	plain := simtest.Open(t, "quickstart")
	spec := plain.Spec
	idle := model.NewNodePool("idle")
	idle.Mode, idle.Count, idle.VMSize = model.ModeUser, 0, spec.NodePools[0].VMSize
	idle.KubernetesVersion, idle.VersionSet = spec.Cluster.KubernetesVersion, true
	spec.NodePools = append(append([]model.NodePool{}, spec.NodePools...), idle)
	with, findings := model.New(spec)
	if with == nil {
		t.Fatalf("%v", findings)
	}
	for seed := range seeds(t) {
		a := sim.New(plain).Run(0, seed, sim.Options{}).Run
		b := sim.New(with).Run(0, seed, sim.Options{}).Run
		if diff := cmp.Diff(a.Workloads, b.Workloads); diff != "" || a.Duration != b.Duration {
			t.Errorf("seed %d: %v, with an idle pool %v:\n%s", seed, a.Duration, b.Duration, diff)
		}
	}
}
