package aks_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// TestRepeatSucceeds: whatever an upgrade left when pods took longer to stop than
// a drain may take, or machines failed, asking for it again once there is time
// enough ends in Succeeded, with all nodes on the target and none quarantined,
// cordoned or too many. Machines go on to fail, so that it may take several
// requests. The reading of AKS that leaves a quarantined node behind as a success
// is left out.
func TestRepeatSucceeds(t *testing.T) {
	failed := 0
	for seed := range 60 {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			x := play(slowModel(t, rand.New(rand.NewPCG(uint64(seed), 28))), random.Seed(seed))
			r := rules.Request{Do: model.UpgradePool, To: x.Model.Cluster.KubernetesVersion}
			for tries := 0; ; tries++ {
				if tries > 5000 { // green nodes must all be had at once, and each may fail in most cases
					t.Fatal("5000 requests, and the pool isn't Succeeded")
				}
				if _, refusals := x.AKS.Submit(r, "", x.seen()); refusals != nil {
					t.Fatal(refusals)
				}
				x.finish(t)
				if x.last(trace.OperationEnded) == int64(trace.Succeeded) {
					break
				}
				failed++
				enough := 10 * time.Minute
				r.DrainTimeout = &enough
			}
			pool := &x.AKS.State().Pools[0]
			if pool.Count != x.Model.NodePools[0].Count || pool.Machines != pool.Count || pool.ToUpgrade(r.To) != 0 {
				t.Errorf("%d of %d machines, %d of %d to upgrade", pool.Machines, pool.Count, pool.ToUpgrade(r.To), pool.Count)
			}
			for _, n := range x.Kube.Nodes(0) {
				if x.Kube.Node(n).Cordoned {
					t.Errorf("node %s is cordoned", x.Kube.NodeName(n))
				}
			}
		})
	}
	if failed < 30 {
		t.Errorf("only %d upgrades failed before", failed)
	}
}

// last returns the value of the last record of a kind.
func (x *stage) last(k trace.Kind) int64 {
	for i := len(x.Trace.Records) - 1; i >= 0; i-- {
		if x.Trace.Records[i].Kind == k {
			return x.Trace.Records[i].Value
		}
	}
	return 0
}

// slowModel is one pool of any kind, with slow pods and no budget.
func slowModel(t *testing.T, rng *rand.Rand) *model.Model {
	t.Helper()
	spec := model.NewSpec()
	spec.Cluster.KubernetesVersion = offered[3]
	randomOptions(&spec, rng)
	spec.Options.CordonEnd = model.CordonAPI
	spec.Failures.NodeCreate.Probability /= 2
	spec.Failures.Allocation.Probability /= 2
	p := model.NewNodePool("p0")
	p.Count = 1 + rng.IntN(5)
	p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	p.KubernetesVersion, p.VersionSet = offered[1], true
	p.Upgrade.MaxSurge = model.Count(1 + rng.IntN(3))
	p.Upgrade.DrainTimeout = time.Duration(1+rng.IntN(3)) * time.Minute
	p.Upgrade.Batching = []model.Batching{model.Sliding, model.Batch}[rng.IntN(2)]
	randomKind(&p, rng)
	spec.NodePools = []model.NodePool{p}
	for i := range 1 + rng.IntN(3) {
		w := randomWorkload(i, rng)
		w.HostAntiAffinity = false
		spec.Workloads = append(spec.Workloads, w)
	}
	m, findings := model.New(spec)
	if m == nil {
		t.Fatalf("no model: %v", findings)
	}
	return m
}
