package aks_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
)

// TestExponentialNodes is worked example T15: N nodes in s slots, each taking an
// exponential time of mean 1. In batches the mean of the whole is the sum over
// batches of H(b), the expected longest of b; sliding it is (N-s)/s + H(s). The
// mean of 400 runs lies within 4 standard errors of that.
func TestExponentialNodes(t *testing.T) {
	for _, c := range []struct {
		nodes, slots   int
		batch, sliding float64
	}{{10, 3, 6.5, 4.1667}, {20, 7, 7.6357, 4.45}, {50, 5, 22.8333, 11.2833}, {100, 33, 13.2664, 6.1191}, {6, 2, 4.5, 3.5}} {
		for batching, want := range map[model.Batching]float64{model.Batch: c.batch, model.Sliding: c.sliding} {
			t.Run(fmt.Sprintf("%d nodes by %d, %s", c.nodes, c.slots, batching), func(t *testing.T) {
				mean, deviation := measure(t, c.nodes, c.slots, batching)
				if math.Abs(mean-want) > 4*deviation {
					t.Errorf("mean %.4f, want %.4f within 4 x %.4f", mean, want, deviation)
				}
			})
		}
	}
}

// measure returns the mean duration of an in-place upgrade, in node times, and
// its standard error.
func measure(t *testing.T, nodes, slots int, batching model.Batching) (mean, deviation float64) {
	t.Helper()
	x := newStage(t, inPlace(nodes, slots, fmt.Sprintf(`batching = %q
timing = { node_reimage = { dist = "exponential", mean = "1h" } }
`, batching)))
	const runs = 400
	var sum, squares float64
	for seed := range runs {
		x.reset(random.Seed(seed))
		if _, refusals := x.AKS.Submit(rules.Request{Do: model.UpgradePool, To: x.Model.Cluster.KubernetesVersion}, "", 0); refusals != nil {
			t.Fatal(refusals)
		}
		for x.Engine.Step() {
		}
		hours := time.Duration(x.Engine.Now()).Hours()
		sum += hours
		squares += hours * hours
	}
	mean = sum / runs
	return mean, math.Sqrt((squares/runs - mean*mean) / runs)
}
