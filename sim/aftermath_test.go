package sim_test

import (
	"testing"

	"rollsim/sim"
	"rollsim/sim/simtest"
	"rollsim/sim/trace"
)

// TestAftermath: a stopped upgrade is observed until the surge nodes that it
// leaves are gone, for their removal evicts pods once more.
func TestAftermath(t *testing.T) {
	run := sim.New(simtest.Open(t, "blocked-drain")).Run(0, 0, sim.Options{Trace: true})
	ended, ordered, deleted, evicted := false, 0, 0, 0
	for _, r := range run.Trace.Records {
		switch {
		case r.Kind == trace.RunEnded:
			ended = true
		case r.Kind == trace.NodeRequested && r.Value%2 == 1: // surge
			ordered++
		case r.Kind == trace.NodeDeleted:
			deleted++
		case r.Kind == trace.EvictionGranted && ended:
			evicted++
		}
	}
	if ordered == 0 || deleted != ordered || evicted == 0 {
		t.Errorf("%d surge nodes ordered, %d deleted, %d pods evicted after the end; want all of some, and some", ordered, deleted, evicted)
	}
	if !run.Run.HasSettled {
		t.Error("never settled")
	}
}
