package aks_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// TestLives plays random clusters, one pool of which isn't there at first, with
// random requests of every kind, half of them hard upon each other. After every
// event all invariants hold; beside them:
//
//   - no accepted operation is lost: each ends, once;
//   - provisioning states move along legal edges only;
//   - nothing is ever downgraded but by a rollback;
//   - whatever went before, once the cause is removed the upgrade is repeated with
//     success: budgets by force, shortages by there being none, and no autoscaler.
func TestLives(t *testing.T) {
	seeds := 60
	if n, err := strconv.Atoi(os.Getenv(seedsEnv)); err == nil {
		seeds = n
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(seed), 20260821))
			x := play(randomLife(t, rng), random.Seed(seed))
			accepted := 0
			for range 4 + rng.IntN(12) {
				gap := []time.Duration{20 * time.Second, 40 * time.Minute}[rng.IntN(2)]
				x.advance(t, x.Engine.Now()+des.Time(rng.Int64N(int64(gap))))
				if _, refusals := x.AKS.Submit(randomLifeRequest(x.Model, rng), "", x.seen()); len(refusals) == 0 {
					accepted++
				}
				if err := x.AKS.CheckInvariants(); err != nil {
					t.Fatalf("t=%v: %v", x.Engine.Now(), err)
				}
			}
			if ends := x.finish(t); len(x.ended) != accepted || ends && !x.AKS.Settled() {
				t.Errorf("%d operations accepted, %d ended, settled: %v", accepted, len(x.ended), x.AKS.Settled())
			}
			x.checkEdges(t)
			x.checkRollbacks(t)
			x.repair(t)
		})
	}
}

// randomLife is a random cluster with an absent pool besides.
func randomLife(t *testing.T, rng *rand.Rand) *model.Model {
	t.Helper()
	spec := randomModel(t, rng).Spec
	spec.Options.SpotUpgrade = model.SpotWithOthers // what puts right in the end is an upgrade of all pools
	spec.Cluster.Rules = []model.Profile{model.Profile202307, model.Profile202608}[rng.IntN(2)]
	p := model.NewNodePool("extra")
	p.Absent, p.Count = true, 1+rng.IntN(3)
	p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	p.Zones = spec.Cluster.Zones
	p.Upgrade.DrainTimeout = 5 * time.Minute
	spec.NodePools = append(spec.NodePools, p)
	m, findings := model.New(spec)
	if m == nil {
		t.Fatalf("no model: %v", findings)
	}
	return m
}

func randomLifeRequest(m *model.Model, rng *rand.Rand) rules.Request {
	r := rules.Request{
		Do: model.AKSVerbs[rng.IntN(len(model.AKSVerbs))], Pool: rng.IntN(len(m.NodePools)),
		Client: []model.Client{model.CLI, model.ARM}[rng.IntN(2)], Count: rng.IntN(6),
	}
	switch r.Do {
	case model.Upgrade, model.UpgradeControlPlane:
		r.Pool, r.Force = -1, rng.IntN(6) == 0
	case model.Abort:
		r.Pool = rng.IntN(len(m.NodePools)+1) - 1
	case model.DeleteMachines:
		r.Nodes = []string{m.NodePools[r.Pool].NodeName(rng.IntN(4))}
	case model.UpdatePool:
		x := model.Count(1 + rng.IntN(3))
		r.MaxSurge = &x
	}
	if r.Do.TakesVersion() && rng.IntN(3) > 0 {
		r.To = offered[rng.IntN(len(offered))]
	}
	return r
}

// checkEdges holds every provisioning state against the one before it.
func (x *stage) checkEdges(t *testing.T) {
	t.Helper()
	terminal := []trace.State{trace.StateSucceeded, trace.StateFailed, trace.StateCanceled}
	states := map[trace.Ref]trace.State{}
	for _, r := range x.Trace.Records {
		if r.Kind != trace.ProvisioningState {
			continue
		}
		from, seen := states[r.Subject]
		to := trace.State(r.Value)
		states[r.Subject] = to
		begins, ends := slices.Contains(terminal, from), slices.Contains(terminal, to)
		switch {
		case !seen, begins != ends: // work begins, or is over
		case begins && (r.Subject.Kind == trace.ControlPlane || to == trace.StateCanceled): // a pool decides, or is never come to
		case !begins && to == trace.StateCanceling && from != trace.StateDeleting: // aborted
		default:
			t.Errorf("%v: %v goes from %v to %v", r.At, r.Subject, from, to)
		}
	}
}

// checkRollbacks: a node gets an older version only by a rollback of its pool.
func (x *stage) checkRollbacks(t *testing.T) {
	t.Helper()
	versions, pools := map[trace.Ref]int32{}, map[trace.Ref]trace.Ref{}
	verbs := map[trace.Ref]trace.Verb{}
	rolling := map[trace.Ref]bool{} // pools that are, or were, rolled back; nodes come back late
	for _, r := range x.Trace.Records {
		switch r.Kind {
		case trace.RequestSubmitted:
			verbs[r.Subject] = trace.Verb(r.Value)
		case trace.OperationStarted:
			if verbs[r.Subject] == trace.VerbRollbackPool {
				rolling[r.Object] = true
			}
		case trace.NodeRequested:
			pools[r.Subject] = r.Object
		case trace.NodeReady, trace.ReimageStarted:
			if r.Object.Index < versions[r.Subject] && !rolling[pools[r.Subject]] {
				t.Errorf("%v: %v goes from version %d to %d", r.At, r.Subject, versions[r.Subject], r.Object.Index)
			}
			versions[r.Subject] = r.Object.Index
		case trace.CurrentVersion:
			if r.Subject.Kind == trace.ControlPlane {
				if r.Object.Index < versions[r.Subject] {
					t.Errorf("%v: the control plane goes from version %d to %d", r.At, versions[r.Subject], r.Object.Index)
				}
				versions[r.Subject] = r.Object.Index
			}
		}
	}
}

// repair repeats the upgrade with nothing in its way, where the scenario allows
// that, and looks at what it leads to.
func (x *stage) repair(t *testing.T) {
	t.Helper()
	if l := x.Model.Cluster.Limits; l.VCPUs > 0 || x.Model.Failures.NodeCreate.Probability > 0 || x.Model.Failures.Allocation.Probability > 0 {
		return // the cause can't be removed
	}
	x.stopScaling(t)
	to := x.AKS.State().ControlPlane
	x.resume(t, to)
	for _, request := range x.again(to) {
		if _, refusals := x.AKS.Submit(request, "", x.seen()); len(refusals) > 0 {
			t.Fatalf("repeating the upgrade: %v", refusals)
		}
		x.advance(t, -1)
	}
	if state := x.AKS.ManagedCluster().ProvisioningState; state != "Succeeded" {
		t.Errorf("the repeated upgrade left the cluster %s", state)
	}
	for i, p := range x.AKS.State().Pools {
		if p.Absent {
			continue
		}
		surge := 0
		for _, n := range x.Kube.Nodes(i) {
			if node := x.Kube.Node(n); node.Cordoned {
				t.Errorf("node %s is still cordoned", x.Kube.NodeName(n))
			}
			surge++
		}
		if p.Version != to || p.ToUpgrade(to) > 0 || p.Failed || !p.Stopped && surge != p.Count {
			t.Errorf("pool %s after the repeated upgrade to %s: %+v, %d machines", p.Name, to, p, surge)
		}
	}
}

// stopScaling takes the autoscaler, which may try the same for ever, off all pools.
func (x *stage) stopScaling(t *testing.T) {
	t.Helper()
	for i := range x.Model.NodePools {
		if !x.agentPool(i).EnableAutoScaling {
			continue
		}
		off := false
		r := rules.Request{Do: model.UpdatePool, Pool: i, Client: model.CLI, EnableAutoScaling: &off}
		if _, refusals := x.AKS.Submit(r, "", x.seen()); len(refusals) > 0 {
			t.Fatalf("the autoscaler off: %v", refusals)
		}
		x.advance(t, x.Engine.Now()+des.Time(24*time.Hour)) // those of the other pools go on
	}
}

// again returns what brings the whole cluster to a version: one request, but
// where a spot pool is in the way of that one for each pool.
func (x *stage) again(to model.Version) []rules.Request {
	var pools []rules.Request
	spot := false
	for i, p := range x.AKS.State().Pools {
		if !p.Absent {
			pools = append(pools, rules.Request{Do: model.UpgradePool, Pool: i, To: to})
			spot = spot || p.Spot
		}
	}
	if spot && x.Model.Options.SpotUpgrade == model.SpotApart {
		return pools
	}
	return []rules.Request{{Do: model.Upgrade, Pool: -1, To: to, Force: true}}
}

// resume goes on with blue-green upgrades that were paused, by force.
func (x *stage) resume(t *testing.T, controlPlane model.Version) {
	t.Helper()
	force := rules.Request{Do: model.UpgradeControlPlane, Pool: -1, To: controlPlane, Force: true}
	if _, refusals := x.AKS.Submit(force, "", x.seen()); len(refusals) > 0 {
		t.Fatalf("forcing: %v", refusals)
	}
	x.advance(t, -1)
	for i, p := range x.AKS.State().Pools {
		if p.Paused == (rules.Paused{}) {
			continue
		}
		again := rules.Request{Do: model.UpgradePool, Pool: i, To: p.Paused.Target}
		if p.Paused.Image {
			again = rules.Request{Do: model.UpgradeNodeImage, Pool: i}
		}
		if _, refusals := x.AKS.Submit(again, "", x.seen()); len(refusals) > 0 {
			t.Fatalf("resuming: %v", refusals)
		}
		x.advance(t, -1)
	}
}
