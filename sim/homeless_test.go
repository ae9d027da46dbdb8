package sim_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"rollsim/sim"
	"rollsim/sim/simtest"
)

// TestHomeless: what doesn't fit is said of before anything happens, whatever was
// played before, and agrees with the scheduler of a run. What waits for its gates
// or is a DaemonSet's on a node with room isn't homeless.
func TestHomeless(t *testing.T) {
	text := fmt.Sprintf(verbCluster, verbLines("upgrade-control-plane", "", "")) + `
[[workload]]
name     = "large"
replicas = 5
cpu      = "3"
[[workload]]
name             = "gated"
replicas         = 2
cpu              = "100"
scheduling_gates = ["example.com/wait"]
[[workload]]
name   = "daemon"
kind   = "DaemonSet"
cpu    = "10m"
`
	s := sim.New(simtest.Load(t, text))
	first := s.Homeless()
	if len(first) != 1 || s.Homeless()[0] != first[0] {
		t.Fatalf("homeless are %+v and then %+v", first, s.Homeless())
	}
	if x := first[0]; x.Workload != 1 || x.Pods != 2 || x.Of != 5 || !strings.HasPrefix(x.Why, "0/3 nodes are available: ") {
		t.Errorf("homeless are %+v", x)
	}
	run := s.Run(0, 0, sim.Options{}).Run
	if again := s.Homeless(); !reflect.DeepEqual(again, first) {
		t.Errorf("after a run homeless are %+v, before it %+v", again, first)
	}
	if got := s.Run(0, 0, sim.Options{}).Run; !reflect.DeepEqual(got, run) {
		t.Errorf("the run after it differs: %+v, want %+v", got, run)
	}
}
