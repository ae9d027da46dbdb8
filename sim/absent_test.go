package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"rollsim/sim"
	"rollsim/sim/simtest"
	"rollsim/sim/trace"
)

// TestAbsentPool: a pool that isn't there is neither upgraded nor left behind.
func TestAbsentPool(t *testing.T) {
	text := fmt.Sprintf(verbCluster, verbLines("upgrade-control-plane", "", "")) + `[[strategy]]
name = "per pool"
kind = "per-pool"
to   = "1.30.5"
`
	m := simtest.Load(t, text)
	for i := range m.Strategies {
		run := sim.New(m).Run(i, 0, sim.Options{}).Run
		if run.Outcome != trace.Completed || strings.Contains(run.Reason, "later") {
			t.Errorf("%s: %v: %s", run.Strategy, run.Outcome, run.Reason)
		}
	}
}
