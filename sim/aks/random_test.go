package aks_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
)

var offered = []model.Version{{Major: 1, Minor: 28, Patch: 12}, {Major: 1, Minor: 29, Patch: 7}, {Major: 1, Minor: 30, Patch: 3}, {Major: 1, Minor: 30, Patch: 5}, {Major: 1, Minor: 31, Patch: 2}, {Major: 1, Minor: 35, Patch: 1}}

func randomModel(t *testing.T, rng *rand.Rand) *model.Model {
	t.Helper()
	spec := model.NewSpec()
	spec.Cluster.KubernetesVersion = offered[1+rng.IntN(3)]
	old := rng.IntN(2)
	if rng.IntN(4) == 0 { // one surge node will do
		spec.Cluster.KubernetesVersion, old = offered[5], 4
	}
	spec.Cluster.OfferedVersions = offered
	spec.Cluster.NodeOSUpgradeChannel = model.NodeOSNone // else hardly anything is rolled back
	spec.Cluster.Rules = []model.Profile{model.Profile202307, model.Profile202608}[rng.IntN(2)]
	if rng.IntN(2) == 0 {
		spec.Cluster.Zones = []string{"1", "2", "3"}
	}
	randomOptions(&spec, rng)
	for i := range 1 + rng.IntN(3) {
		spec.NodePools = append(spec.NodePools, randomPool(i, spec.Cluster.Zones, offered[old], rng))
	}
	randomSnapshots(&spec, rng)
	randomCrashes(&spec, rng)
	for i := range rng.IntN(5) {
		spec.Workloads = append(spec.Workloads, randomWorkload(i, rng))
		if rng.IntN(3) > 0 {
			w := &spec.Workloads[i]
			b := model.NewBudget(w.Name)
			b.Selector = model.SelectorOf(w.Labels)
			allowed := model.Count(rng.IntN(3))
			b.MaxUnavailable = &allowed
			spec.Budgets = append(spec.Budgets, b)
		}
	}
	if rng.IntN(2) == 0 {
		randomScaling(&spec, rng)
	}
	if rng.IntN(3) == 0 {
		for i := range spec.NodePools {
			spec.Cluster.Limits.VCPUs += 4 * spec.NodePools[i].Count
		}
		spec.Cluster.Limits.VCPUs += 4 * rng.IntN(4)
	}
	m, findings := model.New(spec)
	if m == nil {
		t.Fatalf("no model: %v", findings)
	}
	return m
}

func randomPool(i int, zones []string, version model.Version, rng *rand.Rand) model.NodePool {
	p := model.NewNodePool(fmt.Sprintf("p%d", i))
	p.Count = rng.IntN(5)
	if i == 0 {
		p.Mode, p.Count = model.ModeSystem, p.Count+1
	}
	p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	p.KubernetesVersion = version
	p.VersionSet = true
	p.Absent = i > 0 && rng.IntN(5) == 0
	p.Zones = zones
	p.Upgrade.MaxSurge = []model.IntOrPercent{model.Percent(10), model.Percent(50), model.Count(2), model.Count(0)}[rng.IntN(4)]
	if p.Upgrade.MaxSurge.IsZero() && p.Mode == model.ModeSystem {
		p.Upgrade.MaxSurge = model.Count(1)
	}
	if p.Upgrade.MaxSurge.IsZero() {
		p.Upgrade.MaxUnavailable = model.Count(1 + rng.IntN(2))
	}
	p.Upgrade.DrainTimeout = time.Duration(1+rng.IntN(10)) * time.Minute
	p.Upgrade.NodeSoak = time.Duration(rng.IntN(3)) * time.Minute
	p.Upgrade.Batching = []model.Batching{model.Sliding, model.Batch}[rng.IntN(2)]
	randomKind(&p, rng)
	return p
}

// randomSnapshots makes up to three snapshots, and pins a pool in six to one. It
// draws by itself, as randomOptions.
func randomSnapshots(spec *model.Spec, rng *rand.Rand) {
	rng = rand.New(rand.NewPCG(rng.Uint64(), 3))
	for i := range rng.IntN(4) {
		spec.Snapshots = append(spec.Snapshots, model.Snapshot{
			Name:              fmt.Sprintf("s%d", i),
			KubernetesVersion: offered[rng.IntN(len(offered))],
			NodeImage:         []string{"202402.05.0", "202405.20.0", "202406.10.0"}[rng.IntN(3)],
		})
	}
	for i := range spec.NodePools {
		if len(spec.Snapshots) > 0 && rng.IntN(6) == 0 {
			spec.NodePools[i].Snapshot = spec.Snapshots[rng.IntN(len(spec.Snapshots))].Name
		}
	}
}

// randomCrashes has up to two machines die. It draws by itself, as randomOptions.
func randomCrashes(spec *model.Spec, rng *rand.Rand) {
	rng = rand.New(rand.NewPCG(rng.Uint64(), 2))
	for range rng.IntN(3) {
		x := model.NewNodeCrash(spec.NodePools[rng.IntN(len(spec.NodePools))].Name)
		x.At, _ = random.Exponential(20 * time.Minute)
		if rng.IntN(2) == 0 {
			x.BackAfter, _ = random.Exponential(6 * time.Minute)
		}
		spec.Failures.NodeCrashes = append(spec.Failures.NodeCrashes, x)
	}
}

// randomOptions chooses readings of AKS, and lets machines fail in one cluster of
// three. It draws by itself, so that one option more changes nothing else.
func randomOptions(spec *model.Spec, rng *rand.Rand) {
	rng = rand.New(rand.NewPCG(rng.Uint64(), 1))
	base := rng.Uint64()
	for i := range model.OptionTable {
		x := &model.OptionTable[i]
		hash := fnv.New64()
		hash.Write([]byte(x.Key)) // so that a further option leaves the others as they are
		if own := rand.New(rand.NewPCG(base, hash.Sum64())); own.IntN(3) == 0 {
			*x.In(&spec.Options) = x.Values[own.IntN(len(x.Values))]
		}
	}
	if rng.IntN(3) == 0 {
		spec.Failures.NodeCreate.Probability = rng.Float64() * 0.95
		spec.Failures.NodeCreate.Retries = rng.IntN(3)
		spec.Failures.Allocation = model.Failure{Probability: rng.Float64() * 0.95, DetectAfter: time.Duration(rng.IntN(3)) * time.Minute, Retries: rng.IntN(3)}
	}
}

// randomKind makes a pool one that leaves nodes behind, falls back, or is spot.
func randomKind(p *model.NodePool, rng *rand.Rand) {
	if rng.IntN(2) == 0 {
		p.Upgrade.UndrainableNodeBehavior = model.Cordon
	}
	if rng.IntN(3) == 0 {
		blocked := model.Count(rng.IntN(4))
		p.Upgrade.MaxBlockedNodes = &blocked
	}
	if p.Mode == model.ModeUser && rng.IntN(3) == 0 {
		p.Upgrade.MaxUnavailable = model.Count(1 + rng.IntN(2))
	}
	switch {
	case p.Mode == model.ModeUser && rng.IntN(6) == 0:
		p.ScaleSetPriority = model.Spot
	case rng.IntN(4) == 0:
		p.UpgradeStrategy = model.BlueGreen
		p.Upgrade.UndrainableNodeBehavior, p.Upgrade.MaxUnavailable = model.Schedule, model.Count(0)
		if p.Upgrade.MaxSurge.IsZero() {
			p.Upgrade.MaxSurge = model.Count(1)
		}
		p.BlueGreen = model.BlueGreenSettings{
			DrainBatchSize: model.Count(1 + rng.IntN(3)), DrainTimeout: time.Duration(1+rng.IntN(10)) * time.Minute,
			BatchSoak: time.Duration(rng.IntN(6)) * time.Minute, FinalSoak: time.Duration(rng.IntN(30)) * time.Minute,
		}
	}
}

// randomScaling gives most pools the autoscaler, and pods what it looks at.
func randomScaling(spec *model.Spec, rng *rand.Rand) {
	a := &spec.Autoscaler
	minutes := func(n int) time.Duration { return time.Duration(rng.IntN(n)) * time.Minute }
	a.ScanInterval = []time.Duration{10 * time.Second, 10 * time.Second, 7 * time.Second, time.Minute}[rng.IntN(4)]
	a.ScaleDownDelayAfterAdd, a.ScaleDownDelayAfterDelete, a.ScaleDownDelayAfterFailure = minutes(10), minutes(2), minutes(5)
	a.ScaleDownUnneededTime, a.ScaleDownUnreadyTime, a.NewPodScaleUpDelay = minutes(10), minutes(5), minutes(2)
	a.MaxNodeProvisionTime = 5*time.Minute + minutes(10)
	a.MaxEmptyBulkDelete, a.MaxGracefulTerminationSec = 1+rng.IntN(3), 1+rng.IntN(600)
	a.Expander = []model.Expander{model.ExpandRandom, model.ExpandMostPods, model.ExpandLeastWaste, model.ExpandPriority}[rng.IntN(4)]
	a.BalanceSimilarNodeGroups, a.IgnoreDaemonSetsUtilization = rng.IntN(2) == 0, rng.IntN(2) == 0
	a.OKTotalUnreadyCount, a.MaxTotalUnreadyPercentage = rng.IntN(3), 20+rng.IntN(60)
	for i := range spec.NodePools {
		if p := &spec.NodePools[i]; rng.IntN(4) > 0 {
			least := rng.IntN(p.Count + 1)
			if p.Mode == model.ModeSystem {
				least = max(least, 1)
			}
			p.Autoscaling = model.Autoscaling{Enabled: true, MinCount: least, MaxCount: max(p.Count, 1) + rng.IntN(4), ExpanderPriority: rng.IntN(3)}
		}
	}
	for i := range spec.Workloads {
		w := &spec.Workloads[i]
		w.Replicas += rng.IntN(6)
		w.LocalStorage = rng.IntN(3) == 0
		if rng.IntN(4) == 0 {
			safe := rng.IntN(2) == 0
			w.SafeToEvict = &safe
		}
	}
}

func randomWorkload(i int, rng *rand.Rand) model.Workload {
	w := model.NewWorkload(fmt.Sprintf("w%d", i))
	w.Kind = []model.WorkloadKind{model.Deployment, model.Deployment, model.StatefulSet}[rng.IntN(3)]
	w.Replicas = 1 + rng.IntN(6)
	w.Requests = model.Resources{CPU: 200 * int64(1+rng.IntN(8)), Memory: 256 << 20}
	w.Termination = random.Constant(time.Duration(rng.IntN(400)) * time.Second)
	w.TerminationGrace = 5 * time.Minute
	w.HostAntiAffinity = rng.IntN(5) == 0
	return w
}

// randomRequest is any request on any pool, half of them upgrades.
func randomRequest(m *model.Model, rng *rand.Rand) rules.Request {
	r := rules.Request{
		Do:     model.AKSVerbs[rng.IntN(len(model.AKSVerbs))],
		Pool:   rng.IntN(len(m.NodePools)),
		Client: []model.Client{model.CLI, model.ARM}[rng.IntN(2)],
	}
	if rng.IntN(2) == 0 {
		r.Do = []model.Verb{model.Upgrade, model.UpgradePool, model.UpgradePool, model.UpgradeNodeImage}[rng.IntN(4)]
	}
	if rng.IntN(6) == 0 {
		r.Do = []model.Verb{model.RollbackPool, model.Abort}[rng.IntN(2)]
	}
	if later := slices.IndexFunc(m.NodePools, func(p model.NodePool) bool { return p.Absent }); later >= 0 && rng.IntN(6) == 0 {
		r.Do, r.Pool = model.AddPool, later
	}
	if r.Do == model.Abort && rng.IntN(2) == 0 {
		r.Pool = -1
	}
	if r.Do == model.Scale {
		r.Count = rng.IntN(6)
	}
	if r.Do.TakesVersion() && rng.IntN(3) > 0 {
		r.To = offered[rng.IntN(len(offered))]
	}
	if r.Do == model.DeleteMachines && rng.IntN(4) > 0 {
		p := &m.NodePools[r.Pool]
		for i := range 1 + rng.IntN(2) {
			r.Nodes = append(r.Nodes, p.NodeName(i+rng.IntN(4)))
		}
	}
	r.Force = r.Do.Scope() == model.ScopeCluster && rng.IntN(6) == 0
	if r.Do == model.UpdatePool && rng.IntN(2) == 0 {
		enable, least := rng.IntN(3) > 0, 1+rng.IntN(3)
		most := least + rng.IntN(4)
		if r.EnableAutoScaling = &enable; enable {
			r.MinCount, r.MaxCount = &least, &most
		}
	}
	if r.Do == model.AddPool && r.Client == model.ARM {
		for i := range m.NodePools {
			if m.NodePools[i].Absent {
				r.Pool, r.To = i, model.Version{}
			}
		}
	}
	if r.Do.TakesSettings() && rng.IntN(3) == 0 {
		surge, unavailable := model.Count(rng.IntN(4)), model.Count(rng.IntN(3))
		r.MaxSurge, r.MaxUnavailable = &surge, &unavailable
	}
	if r.Do.TakesSettings() && rng.IntN(3) == 0 {
		timeout, soak := time.Duration(1+rng.IntN(10))*time.Minute, time.Duration(rng.IntN(3))*time.Minute
		r.DrainTimeout, r.NodeSoak = &timeout, &soak
	}
	asWrite(&r, m, rng)
	return r
}

// asWrite gives a request now and then what a write to ARM may carry beside what
// it asks for: eTags, a version for each pool, an image of its own, a snapshot. Or
// AKS makes it.
func asWrite(r *rules.Request, m *model.Model, rng *rand.Rand) {
	if rng.IntN(8) == 0 {
		age := time.Duration(rng.IntN(3)) * 10 * time.Minute
		r.IfMatch = &age
	}
	switch {
	case (r.Do == model.UpgradePool || r.Do == model.UpgradeNodeImage) && len(m.Snapshots) > 0 && rng.IntN(3) == 0:
		r.Snapshot, r.To = m.Snapshots[rng.IntN(len(m.Snapshots))].Name, model.Version{}
	case r.Do == model.Upgrade && rng.IntN(4) == 0:
		r.Client = model.ARM
		for range m.NodePools {
			v := model.Version{}
			if rng.IntN(3) > 0 {
				v = offered[rng.IntN(len(offered))]
			}
			r.PoolVersions = append(r.PoolVersions, v)
		}
	case r.Do == model.Upgrade && rng.IntN(6) == 0:
		r.Client, r.Auto = model.AKS, true
	case r.Do == model.UpgradeNodeImage && rng.IntN(3) == 0:
		r.Image = m.Cluster.LatestNodeImage
	}
}
