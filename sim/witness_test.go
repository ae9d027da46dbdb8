package sim_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/simtest"
	"rollsim/sim/trace"
)

// TestWitnessChangesNothing plays every strategy of the library with and without
// a witness of every pod: the traces are the same, and every pod that was bound
// is where a decision had put it.
func TestWitnessChangesNothing(t *testing.T) {
	for _, entry := range scenarios.Library() {
		m := simtest.Open(t, entry.Name)
		for i := range m.Strategies {
			t.Run(entry.Name+"/"+m.Strategies[i].Name, func(t *testing.T) {
				t.Parallel()
				s := sim.New(m)
				plain := s.Run(i, 0, sim.Options{Trace: true})
				pods := podsOf(plain.Trace)
				seen := s.Run(i, 0, sim.Options{Trace: true, Placements: pods})
				if diff := cmp.Diff(plain.Trace, seen.Trace); diff != "" {
					t.Errorf("the witness changes the trace (-without +with):\n%s", diff)
				}
				if again := s.Run(i, 0, sim.Options{Trace: true}); again.Placements != nil {
					t.Errorf("%d placements are kept of a run that didn't ask for any", len(again.Placements))
				}
				checkBound(t, plain.Trace, seen.Placements)
				half := s.Run(i, 0, sim.Options{Placements: pods[:len(pods)/2]}).Placements
				want := slices.DeleteFunc(slices.Clone(seen.Placements), func(p *kube.Placement) bool { return int(p.Pod) >= len(pods)/2 })
				if diff := cmp.Diff(want, half); diff != "" {
					t.Errorf("asked about half of the pods (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func podsOf(x *trace.Trace) []kube.PodID {
	var pods []kube.PodID
	for _, r := range x.Records {
		if r.Kind == trace.PodCreated {
			pods = append(pods, kube.PodID(r.Subject.Index))
		}
	}
	return pods
}

// checkBound holds that each pod that was bound was bound by a decision, where
// the scheduler decided at all: the first pods may be given their nodes.
func checkBound(t *testing.T, x *trace.Trace, placements []*kube.Placement) {
	t.Helper()
	type decision struct {
		pod  kube.PodID
		at   des.Time
		node kube.NodeID
	}
	made := map[decision]bool{}
	for _, p := range placements {
		made[decision{p.Pod, p.At, p.Chosen}] = true
	}
	for _, r := range x.Records {
		if r.Kind != trace.PodBound || r.At == 0 {
			continue
		}
		if d := (decision{kube.PodID(r.Subject.Index), r.At, kube.NodeID(r.Object.Index)}); !made[d] {
			t.Errorf("pod %d is bound to node %d at %v, and no decision says so", d.pod, d.node, d.at)
		}
	}
}
