package conformance

import (
	"fmt"
	"math/rand/v2"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// A feature is something of the scheduler's that cases may use. Each case uses a
// random part of them, so that they are met alone and together.
type feature struct {
	name string
	pool func(g *generator, p *model.NodePool)
	work func(g *generator, w *model.Workload)
}

// features are what rollsim's scheduler has; one that it gains is added here.
var features = []feature{
	{name: "taints", pool: func(g *generator, p *model.NodePool) {
		for _, key := range []string{"only", "spot"} {
			if g.one(4) {
				p.Taints = append(p.Taints, model.Taint{Key: key, Value: pick(g, "x", "y"), Effect: pick(g, model.NoSchedule, model.NoExecute)})
			}
		}
	}, work: tolerate},
	{name: "prefer-taints", pool: func(g *generator, p *model.NodePool) {
		for _, key := range []string{"soft", "softer", "softest"} {
			if g.one(3) {
				p.Taints = append(p.Taints, model.Taint{Key: key, Value: pick(g, "x", "y"), Effect: model.PreferNoSchedule})
			}
		}
	}, work: tolerate},
	{name: "node-selector", work: func(g *generator, w *model.Workload) {
		switch g.IntN(5) {
		case 0:
			w.NodePool = g.somePool()
		case 1:
			w.NodeSelector = model.NewLabels(map[string]string{"disk": pick(g, "ssd", "hdd")})
		case 2:
			if len(g.spec.Cluster.Zones) > 0 {
				w.NodeSelector = model.NewLabels(map[string]string{model.LabelZone: model.ZoneLabel(g.spec.Cluster.Location, pick(g, g.spec.Cluster.Zones...))})
			}
		}
	}},
	{name: "node-affinity", work: func(g *generator, w *model.Workload) {
		for range g.IntN(3) {
			w.NodeAffinity = append(w.NodeAffinity, g.term())
		}
	}},
	{name: "hard-spread", work: func(g *generator, w *model.Workload) { g.spread(w, model.DoNotSchedule) }},
	{name: "soft-spread", work: func(g *generator, w *model.Workload) { g.spread(w, model.ScheduleAnyway) }},
	{name: "spread-details", work: func(g *generator, w *model.Workload) {
		for i := range w.TopologySpread {
			s := &w.TopologySpread[i]
			if g.one(2) {
				s.Selector = g.podSelector()
			}
			if s.WhenUnsatisfiable == model.DoNotSchedule && g.one(2) {
				s.MinDomains = 1 + g.IntN(4)
			}
			s.NodeAffinityPolicy = pick(g, "", model.Honor, model.Ignore)
			s.NodeTaintsPolicy = pick(g, "", model.Honor, model.Ignore)
			for _, key := range []string{"app", "tier", "pod-template-hash", "controller-revision-hash"} {
				if g.one(6) {
					s.MatchLabelKeys = append(s.MatchLabelKeys, key)
				}
			}
		}
	}},
	{name: "preferred-node-affinity", work: func(g *generator, w *model.Workload) {
		for range g.IntN(3) {
			w.PreferredNodeAffinity = append(w.PreferredNodeAffinity, model.PreferredNodeTerm{Weight: 1 + g.IntN(100), Match: g.term()})
		}
	}},
	{name: "pod-affinity", work: func(g *generator, w *model.Workload) { w.PodAffinity = g.podTerms(w.PodAffinity, true) }},
	{name: "pod-anti-affinity", work: func(g *generator, w *model.Workload) { w.PodAntiAffinity = g.podTerms(w.PodAntiAffinity, true) }},
	{name: "preferred-pod-affinity", work: func(g *generator, w *model.Workload) { w.PodAffinity = g.podTerms(w.PodAffinity, false) }},
	{name: "preferred-pod-anti-affinity", work: func(g *generator, w *model.Workload) {
		w.PodAntiAffinity = g.podTerms(w.PodAntiAffinity, false)
	}},
	{name: "host-ports", work: func(g *generator, w *model.Workload) {
		for _, port := range []int{80, 443} {
			if g.one(4) {
				w.HostPorts = append(w.HostPorts, model.HostPort{Port: port, Protocol: pick(g, "TCP", "TCP", "UDP"), IP: pick(g, "", "", "10.0.0.1", "10.0.0.2", "0.0.0.0")})
			}
		}
	}},
	{name: "extended-resources", pool: func(g *generator, p *model.NodePool) {
		if g.one(2) {
			p.Extended = model.NewExtendedResources(map[string]int64{"nvidia.com/gpu": 1 + g.Int64N(4), model.EphemeralStorage: 1 << (30 + g.IntN(6))})
		}
	}, work: func(g *generator, w *model.Workload) {
		switch g.IntN(4) {
		case 0:
			w.Extended = model.NewExtendedResources(map[string]int64{"nvidia.com/gpu": 1 + g.Int64N(2)})
		case 1:
			w.Extended = model.NewExtendedResources(map[string]int64{model.EphemeralStorage: 1 << (28 + g.IntN(6))})
		}
	}},
	{name: "disk-limits", pool: func(g *generator, p *model.NodePool) {
		p.MaxDataDisks = 1 + g.IntN(6)
	}, work: func(g *generator, w *model.Workload) {
		if w.Kind == model.StatefulSet || w.Kind == model.BarePod {
			w.Disks = g.IntN(3)
		}
	}},
	{name: "priorities", pool: func(g *generator, p *model.NodePool) {
		p.Allocatable.CPU, p.Allocatable.Pods = pick[int64](g, 1000, 1500, 2000), pick(g, 3, 5, 30) // little room
	}, work: func(g *generator, w *model.Workload) {
		w.Priority = pick[int32](g, -5, 0, 0, 10, 10, 1000)
		w.PreemptionPolicy = pick(g, model.PreemptLowerPriority, model.PreemptLowerPriority, model.PreemptLowerPriority, model.PreemptNever)
	}},
	{name: "gates", work: func(g *generator, w *model.Workload) {
		if g.one(5) {
			w.SchedulingGates = []string{"example.com/quota"}
		}
	}},
	{name: "never-ready", work: func(g *generator, w *model.Workload) { w.NeverReady = g.one(4) }},
	{name: "host-anti-affinity", work: func(g *generator, w *model.Workload) { w.HostAntiAffinity = g.one(3) }},
	{name: "disks", work: func(g *generator, w *model.Workload) {
		w.ZonalVolume = w.Kind == model.StatefulSet && g.one(2)
	}},
	{name: "images", work: func(g *generator, w *model.Workload) {
		if g.one(2) {
			w.Image = model.Image{Name: pick(g, "a:1", "b:2", "c:3"), Size: int64(g.IntN(1500)) << 20}
		}
	}},
	{name: "tight", pool: func(g *generator, p *model.NodePool) {
		p.Allocatable.CPU, p.Allocatable.Pods = 1000+int64(g.IntN(1500)), 3+g.IntN(8)
	}},
	{name: "odd-sizes", pool: func(g *generator, p *model.NodePool) {
		p.Allocatable.CPU, p.Allocatable.Memory = 1+g.Int64N(9000), 1+g.Int64N(32<<30)
	}, work: func(g *generator, w *model.Workload) {
		w.Requests = model.Resources{CPU: g.Int64N(1200), Memory: g.Int64N(2 << 30)}
	}},
	{name: "placement", work: func(g *generator, w *model.Workload) {
		for range g.IntN(w.Replicas + 1) {
			w.Placement = append(w.Placement, "") // a node each, when they are known
		}
	}},
}

// diskCase returns case number seed of those in which nodes run out of places for
// disks, while others are still being detached.
func diskCase(seed uint64) *Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x6469736b73))}
	g.cluster(false)
	s := &g.spec
	s.Timing.DiskMove = random.Constant(40 * time.Second)
	s.NodePools = s.NodePools[:1]
	p := &s.NodePools[0]
	p.Count, p.MaxDataDisks = 2+g.IntN(3), 2+g.IntN(2)
	for i := range 2 + g.IntN(3) {
		w := model.NewWorkload(fmt.Sprint("db", i))
		w.Kind, w.PodManagement = model.StatefulSet, model.Parallel
		w.Replicas, w.Disks = 1+g.IntN(2), 1+g.IntN(2)
		w.Requests = model.Resources{CPU: 100}
		w.Start, w.Ready, w.Termination = random.Constant(time.Second), random.Constant(time.Second), random.Constant(time.Second)
		s.Workloads = append(s.Workloads, w)
	}
	c := &Case{Seed: seed, Spec: *s}
	for range 10 + g.IntN(10) {
		x := g.step()
		x.Do = pick(g, Drain, Uncordon, Uncordon, Evict)
		c.Steps = append(c.Steps, x)
	}
	return c
}

// preemptCase returns case number seed of those in which there is too little room
// for pods of many priorities, and of other things that preemption can free.
func preemptCase(seed uint64) *Case {
	c := generate(seed, false)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x707265656d7074)), spec: c.Spec}
	for i := range c.Spec.NodePools {
		p := &c.Spec.NodePools[i]
		p.Taints, p.MaxDataDisks = nil, 2
		p.Allocatable.CPU, p.Allocatable.Memory, p.Allocatable.Pods = pick[int64](g, 1000, 1500, 2500), 8<<30, pick(g, 4, 6, 30)
	}
	for i := range c.Spec.Workloads {
		w := &c.Spec.Workloads[i]
		w.Priority, w.PreemptionPolicy = pick[int32](g, -5, 0, 10, 10, 20, 1000), pick(g, model.PreemptLowerPriority, model.PreemptLowerPriority, model.PreemptNever)
		w.Requests.CPU, w.Placement = pick[int64](g, 100, 250, 400, 600), nil
		if w.Kind == model.Deployment {
			w.Replicas += g.IntN(6)
		}
		switch g.IntN(5) {
		case 0:
			w.HostPorts = []model.HostPort{{Port: 80, Protocol: "TCP"}}
		case 1:
			g.spread(w, model.DoNotSchedule)
			for j := range w.TopologySpread {
				w.TopologySpread[j].Selector = model.Selector{{Key: "batch", Operator: model.DoesNotExist}} // of all priorities
			}
		case 2:
			w.PodAntiAffinity = g.podTerms(w.PodAntiAffinity, true)
		}
	}
	c.Steps = nil
	for range 16 {
		x := g.step()
		x.Do = pick(g, Drain, Reimage, Reimage, Uncordon, Uncordon, Evict, Delete, Boot)
		c.Steps = append(c.Steps, x)
	}
	if _, findings := model.New(c.Spec); broken(findings) {
		return generate(seed, false)
	}
	return c
}

// generator makes one case.
type generator struct {
	*rand.Rand
	spec model.Spec
	on   []feature
}

// generate returns case number seed. The same number is the same case, as long
// as features stay as they are.
func generate(seed uint64, large bool) *Case {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x726f6c6c73696d))}
	rare := pick(g, 2, 3, 4, 8) // some cases use much at once
	for _, f := range features {
		if g.one(rare) {
			g.on = append(g.on, f)
		}
	}
	g.cluster(large)
	for range 1 + g.IntN(6) {
		g.workload(large)
	}
	c := &Case{Seed: seed, Spec: g.spec}
	for _, f := range g.on {
		c.With = append(c.With, f.name)
	}
	g.place(&c.Spec)
	g.budgets(&c.Spec)
	for range g.IntN(16) {
		c.Steps = append(c.Steps, g.step())
	}
	return c
}

// one is true once in n times.
func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) cluster(large bool) {
	g.spec = model.NewSpec()
	s := &g.spec
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 34, Patch: 4}
	s.Cluster.Zones = []string{"1", "2", "3"}[:pick(g, 0, 2, 3, 3)]
	s.Timing.NodeCreate, s.Timing.NodeReimage = random.Constant(15*time.Second), random.Constant(20*time.Second)
	st := model.NewStrategy("up", model.Full)
	st.To = model.Version{Major: 1, Minor: 34, Patch: 5}
	s.Strategies = []model.Strategy{st}
	for i := range 1 + g.IntN(4) {
		p := model.NewNodePool(fmt.Sprint("pool", i))
		p.Mode = model.ModeSystem
		p.VMSize = model.VMSize{Name: "Standard_D4s_v5", VCPUs: 4}
		p.Count = 1 + g.IntN(5)
		if large {
			p.Count = 40 + g.IntN(80)
		}
		p.MaxPods = 110
		p.Allocatable = model.Allocatable{Resources: model.Resources{CPU: pick[int64](g, 1900, 3860, 7820), Memory: pick[int64](g, 4, 8, 16) << 30}, Pods: pick(g, 30, 110)}
		p.AllocatableSet = true
		if !g.one(4) {
			p.Zones = s.Cluster.Zones
		}
		labels := map[string]string{}
		if g.one(2) {
			labels["disk"] = pick(g, "ssd", "hdd")
		}
		if g.one(2) {
			labels["rack"] = pick(g, "r1", "r2", "r3")
		}
		if g.one(3) {
			labels["cores"] = fmt.Sprint(2 << g.IntN(4))
		}
		p.Labels = model.NewLabels(labels)
		for _, f := range g.on {
			if f.pool != nil {
				f.pool(g, &p)
			}
		}
		s.NodePools = append(s.NodePools, p)
	}
}

func (g *generator) workload(large bool) {
	i := len(g.spec.Workloads)
	w := model.NewWorkload([]string{"web", "web-api", "db", "agent", "cache", "job"}[i])
	w.Namespace = pick(g, "default", "default", "shop")
	w.Kind = pick(g, model.Deployment, model.Deployment, model.Deployment, model.StatefulSet, model.StatefulSet, model.DaemonSet, model.BarePod, model.Job)
	w.Replicas = 1 + g.IntN(8)
	if large {
		w.Replicas = 1 + g.IntN(80)
	}
	if w.Kind == model.StatefulSet {
		w.PodManagement = pick(g, model.OrderedReady, model.Parallel)
	}
	if g.one(3) {
		w.Labels = model.NewLabels(map[string]string{"app": "shared", "tier": pick(g, "a", "b")})
	}
	w.Requests = model.Resources{CPU: pick[int64](g, 0, 50, 100, 250, 500, 1000), Memory: pick[int64](g, 0, 64, 200, 512, 1024) << 20}
	w.Start, w.Ready = random.Constant(time.Second), random.Constant(time.Duration(g.IntN(20))*time.Second)
	w.Termination = random.Constant(time.Duration(g.IntN(10)) * time.Second)
	for _, f := range g.on {
		if f.work != nil {
			f.work(g, &w)
		}
	}
	if large {
		w.Disks = min(w.Disks, 1) // there are claims for no more
	}
	switch w.Kind {
	case model.DaemonSet:
		w.Replicas, w.Placement = 0, nil
	case model.Job:
		w.Job = model.JobSettings{Completions: w.Replicas + g.IntN(4), Parallelism: w.Replicas, Duration: random.Constant(time.Duration(1+g.IntN(60)) * time.Second), BackoffLimit: g.IntN(6)}
		w.Replicas, w.Placement = 0, nil
	}
	g.spec.Workloads = append(g.spec.Workloads, w)
}

func tolerate(g *generator, w *model.Workload) {
	all := []model.Toleration{
		{Exists: true},
		{Key: "only", Exists: true},
		{Key: "only", Value: "x"},
		{Key: "spot", Exists: true, Effect: model.NoSchedule},
		{Key: "soft", Value: "y", Effect: model.PreferNoSchedule},
		{Key: "softer", Exists: true},
		{Key: "softest", Exists: true, Effect: model.NoSchedule},
		{Key: "node.kubernetes.io/unschedulable", Exists: true, Effect: model.NoSchedule},
		{Key: "node.kubernetes.io/not-ready", Exists: true},
	}
	for _, t := range all {
		if g.one(6) && !contains(w.Tolerations, t) {
			w.Tolerations = append(w.Tolerations, t)
		}
	}
}

func contains(list []model.Toleration, t model.Toleration) bool {
	for _, x := range list {
		if x == t {
			return true
		}
	}
	return false
}

func (g *generator) spread(w *model.Workload, when model.WhenUnsatisfiable) {
	for _, key := range []string{model.LabelZone, model.LabelHostname, "rack", "disk"} {
		if g.one(4) {
			w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{MaxSkew: 1 + g.IntN(3), TopologyKey: key, WhenUnsatisfiable: when})
		}
	}
}

func (g *generator) term() model.NodeSelectorTerm {
	var t model.NodeSelectorTerm
	for range 1 + g.IntN(2) {
		switch g.IntN(6) {
		case 0:
			t = append(t, model.Requirement{Key: "disk", Operator: pick(g, model.In, model.NotIn), Values: []string{pick(g, "ssd", "hdd")}})
		case 1:
			t = append(t, model.Requirement{Key: "rack", Operator: pick(g, model.Exists, model.DoesNotExist)})
		case 2:
			t = append(t, model.Requirement{Key: "cores", Operator: pick(g, model.Gt, model.Lt), Values: []string{pick(g, "3", "7", "8")}})
		case 3:
			t = append(t, model.Requirement{Key: model.LabelPool, Operator: pick(g, model.In, model.NotIn), Values: []string{g.somePool()}})
		case 4:
			t = append(t, model.Requirement{Key: model.LabelHostname, Operator: pick(g, model.In, model.NotIn), Values: []string{"aks-" + g.somePool() + "-vmss000000", "aks-" + g.somePool() + "-vmss000001"}})
		case 5:
			t = append(t, model.Requirement{Key: model.LabelZone, Operator: pick(g, model.Exists, model.DoesNotExist)})
		}
	}
	return t
}

// podSelector returns a selector of pods that are there, or not.
func (g *generator) podSelector() model.Selector {
	var s model.Selector
	for _, r := range []model.Requirement{
		{Key: "app", Operator: pick(g, model.In, model.In, model.NotIn), Values: []string{pick(g, "shared", "web", "db")}},
		{Key: "tier", Operator: pick(g, model.In, model.NotIn), Values: []string{pick(g, "a", "b")}},
		{Key: "tier", Operator: pick(g, model.Exists, model.DoesNotExist)},
	} {
		if g.one(2) {
			s = append(s, r)
		}
	}
	if s == nil && g.one(2) {
		return model.Selector{} // all pods
	}
	return s
}

func (g *generator) podTerms(list []model.PodAffinityTerm, required bool) []model.PodAffinityTerm {
	for range pick(g, 0, 0, 1, 1, 2) {
		t := model.PodAffinityTerm{TopologyKey: pick(g, model.LabelHostname, model.LabelZone, "rack"), Required: required}
		if !required {
			t.Weight = 1 + g.IntN(100)
		}
		if g.one(2) {
			t.Selector = g.podSelector()
		}
		t.Namespaces = pick(g, nil, nil, []string{"shop"}, []string{"default", "shop"}, []string{model.AllNamespaces})
		list = append(list, t)
	}
	return list
}

func (g *generator) somePool() string {
	return g.spec.NodePools[g.IntN(len(g.spec.NodePools))].Name
}

// place gives replicas that want one a node. Two of a workload never share one,
// for their anti-affinity may forbid it, and what a node can't hold is left to
// the scheduler.
func (g *generator) place(s *model.Spec) {
	var names []string
	for i := range s.NodePools {
		p := &s.NodePools[i]
		for n := range p.Count {
			names = append(names, fmt.Sprintf("aks-%s-vmss%06s", p.Name, base36(n)))
		}
	}
	for i := range s.Workloads {
		w := &s.Workloads[i]
		for r, n := range g.Perm(len(names)) {
			if r < len(w.Placement) {
				w.Placement[r] = names[n]
			}
		}
		// No scheduler puts two pods with one port on a node; when they are there, the
		// real one forgets the port with the first that goes.
		if _, findings := model.New(*s); broken(findings) || len(w.HostPorts) > 0 {
			w.Placement = nil
		}
	}
}

// budgets gives half of the workloads a budget. Where labels are shared, it
// selects all workloads that share them.
func (g *generator) budgets(s *model.Spec) {
	for i := range s.Workloads {
		w := &s.Workloads[i]
		if g.one(2) {
			continue
		}
		b := model.NewBudget(w.Name)
		b.Namespace = w.Namespace
		b.Selector = model.SelectorOf(w.Labels)
		if g.one(10) {
			b.Selector = model.Selector{} // all pods of the namespace
		}
		b.UnhealthyPods = pick(g, model.IfHealthyBudget, model.AlwaysAllow)
		x := pick(g, model.Count(g.IntN(6)), model.Percent(g.IntN(101)))
		if g.one(2) {
			b.MinAvailable = &x
		} else {
			b.MaxUnavailable = &x
		}
		s.Budgets = append(s.Budgets, b)
		if _, findings := model.New(*s); broken(findings) {
			s.Budgets = s.Budgets[:len(s.Budgets)-1]
		}
	}
}

func base36(n int) string {
	return string("0123456789abcdefghijklmnopqrstuvwxyz"[n/36]) + string("0123456789abcdefghijklmnopqrstuvwxyz"[n%36])
}

func broken(findings []model.Finding) bool {
	for _, f := range findings {
		if f.Severity == model.Error {
			return true
		}
	}
	return false
}

func (g *generator) step() Step {
	return Step{
		Do:   pick(g, Cordon, Cordon, Uncordon, Drain, Drain, Drain, Evict, Evict, Evict, Reimage, Delete, Boot),
		N:    g.IntN(1000),
		Zone: g.IntN(4) - 1,
		Then: time.Duration(g.ExpFloat64() * 8e9),
	}
}
