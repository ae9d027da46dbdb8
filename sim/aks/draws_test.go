package aks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// TestPairedRequests: how long an abort and a change of settings of a pool take, and
// which of a row of requests on it meet an add-on's reconcile, is the same whether
// they are the first of all or come later, after others elsewhere.
func TestPairedRequests(t *testing.T) {
	x := newStage(t, `abort = { dist = "exponential", mean = "10s" }
reconcile = { dist = "exponential", mean = "2m" }
[cluster]
rules = "aks-2026-08"
kubernetes_version = "1.30.5"
[failures]
addon_reconcile = 0.5
[[node_pool]]
name = "web"
count = 1
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
[[node_pool]]
name = "data"
count = 1
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
`)
	const web, data = 0, 1
	requests := func(pool int) string {
		tries, abort := x.insist(t, model.UpgradePool, pool), x.Engine.Now()
		x.insist(t, model.Abort, pool)
		x.advance(t, x.Engine.Now()+des.Time(30*time.Minute))
		aborted := x.lastEnd()
		more := x.insist(t, model.UpdatePool, pool)
		change := x.Engine.Now()
		x.advance(t, x.Engine.Now()+des.Time(30*time.Minute))
		return fmt.Sprintf("upgrade after %d tries, abort %v, change after %d tries, %v", tries, aborted.Sub(abort), more, x.lastEnd().Sub(change))
	}
	answers := map[string]bool{}
	for seed := range random.Seed(20) {
		x.reset(seed)
		first := requests(web)
		x.reset(seed)
		requests(data)
		if later := requests(web); later != first {
			t.Errorf("seed %d: first of all: %s; later: %s", seed, first, later)
		}
		answers[first] = true
	}
	if len(answers) < 20 {
		t.Errorf("20 seeds give %d answers", len(answers))
	}
}

// insist makes a request again every minute until it is accepted, and returns how
// often it was made.
func (x *stage) insist(t *testing.T, do model.Verb, pool int) int {
	t.Helper()
	for tries := 1; ; tries++ {
		r := rules.Request{Do: do, Pool: pool, Client: model.CLI}
		if do.TakesVersion() {
			r.To = x.Model.Cluster.KubernetesVersion
		}
		_, refusals := x.AKS.Submit(r, "", x.seen())
		if len(refusals) == 0 {
			return tries
		}
		if !strings.Contains(refusals[0].Message, "add-on") {
			t.Fatal(refusals)
		}
		x.advance(t, x.Engine.Now()+des.Time(time.Minute))
	}
}

// lastEnd returns when the last operation ended.
func (x *stage) lastEnd() des.Time {
	at := des.Time(-1)
	for _, r := range x.Trace.Records {
		if r.Kind == trace.OperationEnded {
			at = r.At
		}
	}
	return at
}

// TestPairedExpander: of two pools that help as well, expander random takes the same
// for a pod whenever it is that it chooses.
func TestPairedExpander(t *testing.T) {
	taken := map[int32]int{}
	for seed := range random.Seed(30) {
		var pools [2]int32
		for i, delay := range []string{"0s", "20m"} {
			x := newStage(t, fmt.Sprintf(`[cluster]
kubernetes_version = "1.30.5"
[autoscaler]
expander = "random"
new_pod_scale_up_delay = %q
[[node_pool]]
name = "web"
count = 1
vm_size = "Standard_D4s_v5"
enable_auto_scaling = true
min_count = 1
max_count = 3
[[node_pool]]
name = "data"
count = 1
vm_size = "Standard_D4s_v5"
enable_auto_scaling = true
min_count = 1
max_count = 3
[[workload]]
name = "shop"
replicas = 8
cpu = "1"
`, delay))
			x.reset(seed)
			x.advance(t, des.Time(time.Hour))
			pools[i] = -1
			for _, r := range x.Trace.Records {
				if r.Kind == trace.ScaledUp && pools[i] < 0 {
					pools[i] = r.Subject.Index
				}
			}
		}
		if pools[0] != pools[1] {
			t.Errorf("seed %d: pool %d at once, pool %d after 20m", seed, pools[0], pools[1])
		}
		taken[pools[0]]++
	}
	if taken[0] < 5 || taken[1] < 5 {
		t.Errorf("taken: %v", taken)
	}
}
