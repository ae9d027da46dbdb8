package kube

import (
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// TestCordonTimes: each request that cordons a node takes its own time, also where
// the node wasn't reimaged in between; in a replication again they are the same.
func TestCordonTimes(t *testing.T) {
	s := testSpec()
	cordon, err := random.Uniform(time.Second, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s.Timing.NodeCordon = cordon
	s.NodePools = []model.NodePool{testPool("a", 1, 4000, 16<<30)}
	w := newWorld(t, testModel(t, s))
	var times [2][2]time.Duration
	for i := range times {
		w.reset(1, 0)
		times[i] = [2]time.Duration{w.c.API().CordonTime(0), w.c.API().CordonTime(0)}
	}
	if times[0][0] == times[0][1] || times[0] != times[1] {
		t.Errorf("two cordons took %v and in the same replication again %v, want different ones, twice the same", times[0], times[1])
	}
}
