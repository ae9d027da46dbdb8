package kube

import (
	"bytes"
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
	"rollsim/sim/trace"
)

// seedsEnv asks for more seeds than a plain go test takes.
const seedsEnv = "ROLLSIM_SEEDS"

func seeds(t *testing.T, plain int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv(seedsEnv)); err == nil {
		return n
	}
	return plain
}

// TestInvariants lets a random client and a random cloud loose on random
// clusters and recounts everything after every event.
func TestInvariants(t *testing.T) {
	for seed := range seeds(t, 40) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			w := newWorld(t, testModel(t, randomSpec(r)))
			w.witness.check = true
			w.reset(uint64(seed), 0)
			m := &monkey{world: w, r: r}
			m.play(150)
		})
	}
}

// A monkey does random things that a client and a cloud may do.
type monkey struct {
	*world
	r *rand.Rand
}

func (m *monkey) play(actions int) {
	for range actions {
		m.act()
		m.step(des.Time(m.r.ExpFloat64() * 4e9))
	}
	for n := range m.c.nodes {
		if m.c.nodes[n].phase == nodeUsable {
			m.c.API().Uncordon(NodeID(n), 0)
		}
	}
	m.step(des.Time(30 * time.Minute))
}

// step plays d and checks the cluster after every event.
func (m *monkey) step(d des.Time) {
	m.t.Helper()
	end := m.eng.Now() + d
	mark := m.eng.At(end, des.ClassEnd, des.Event{Actor: m.idle})
	for m.eng.Now() < end {
		m.eng.Step()
		if err := m.c.CheckInvariants(); err != nil {
			m.t.Fatalf("t=%v: %v", m.eng.Now(), err)
		}
		m.checkWaiting()
		if m.r != nil && m.r.IntN(4) == 0 { // a story has no chance
			m.try()
		}
	}
	m.eng.Cancel(mark)
}

// checkWaiting: a pod that waits outside the queue while none of its workload
// is in it, fits nowhere. If it did, somebody forgot to wake it; or it is one that
// the real scheduler forgets too, until its flush.
func (m *monkey) checkWaiting() {
	m.t.Helper()
	c := m.c
	c.interleave()
	for i := range c.workloads {
		w := &c.workloads[i]
		alike := !w.ZonalVolume && w.daemon < 0
		for _, p := range w.waiting {
			if alike && slices.ContainsFunc(w.waiting, func(q PodID) bool { return c.pods[q].queued || c.pods[q].overlooked }) || c.pods[p].queued || c.pods[p].overlooked {
				continue
			}
			start := c.sched.start
			c.filter(p)
			c.sched.start = start
			if len(c.sched.scores) > 0 {
				m.t.Fatalf("t=%v: pod %s waits, though %d nodes would take it", m.eng.Now(), c.PodName(p), len(c.sched.scores))
			}
			if x := &c.pods[p]; x.nominated == none && w.PreemptionPolicy != model.PreemptNever && c.someLower(w.Priority) {
				if k := c.findVictims(p); k != none {
					m.t.Fatalf("t=%v: pod %s waits, though it could have room on %s", m.eng.Now(), c.PodName(p), c.NodeName(c.sched.candidates[k].node))
				}
			}
		}
	}
}

func (m *monkey) act() {
	api, cloud := m.c.API(), m.c.Machines()
	n := NodeID(m.r.IntN(len(m.c.nodes)))
	x := &m.c.nodes[n]
	here := x.phase == nodeUsable
	switch m.r.IntN(14) {
	case 0, 1, 2:
		o := DrainOptions{
			Timeout: time.Duration(m.r.IntN(120)) * time.Second, Refused: time.Duration(m.r.IntN(3)) * 30 * time.Second,
			Retry: time.Duration(m.r.IntN(2)) * 10 * time.Second, Grace: time.Duration(m.r.IntN(20)) * time.Second,
		}
		if m.r.IntN(3) == 0 {
			api = m.c.Kubectl()
			o.Kubectl = &Kubectl{
				IgnoreDaemonSets: m.r.IntN(6) > 0, Force: m.r.IntN(3) > 0, DisableEviction: m.r.IntN(4) == 0,
				GracePeriod: time.Duration(m.r.IntN(10)-5) * time.Second,
			}
		} else {
			o.Refused, o.Retry = time.Duration(m.r.IntN(3))*30*time.Second, time.Duration(m.r.IntN(2))*10*time.Second
			o.Grace = time.Duration(m.r.IntN(20)) * time.Second
		}
		if here && x.drains[api.who] < 0 {
			api.Cordon(n, 0)
			api.Drain(n, o, 0)
		}
	case 3:
		api.Uncordon(n, 0)
	case 4:
		api.StopDrain(n, 0)
		m.c.Kubectl().StopDrain(n, 0)
	case 5, 6:
		if here && len(m.c.nodes[n].pods) == 0 || here && m.r.IntN(3) == 0 {
			cloud.Reimage(n, m.r.IntN(len(m.c.m.Versions)), 0)
		}
	case 7:
		if x.phase != nodeDeleting && x.phase != nodeDeleted && m.c.sched.present > 2 {
			cloud.Delete(n, 0)
		}
	case 12:
		cloud.Crash(n, time.Duration(m.r.IntN(3))*time.Minute, 0)
	case 13:
		if x.phase == nodeDown {
			cloud.Reimage(n, m.r.IntN(len(m.c.m.Versions)), 0)
		}
	case 8, 9:
		pool := m.r.IntN(len(m.c.m.NodePools))
		cloud.Boot(Boot{Pool: pool, Zone: m.r.IntN(len(m.c.m.Cluster.Zones)+1) - 1, Surge: m.r.IntN(2) == 0}, 0)
	case 10:
		taint := trace.Taint(1 + m.r.IntN(2))
		if here && m.r.IntN(2) == 0 {
			api.Taint(n, taint, "", 0)
		} else {
			api.Untaint(n, taint, "", 0)
		}
	default:
		if pods := len(m.c.pods); pods > 0 {
			api.Evict(PodID(m.r.IntN(pods)), 0)
		}
	}
}

// TestDeterminism plays one cluster twice, on fresh memory and on used memory,
// and another replication in between. The records must be the same.
func TestDeterminism(t *testing.T) {
	play := func(w *world, replication int) []byte {
		w.reset(7, replication)
		m := &monkey{world: w, r: rand.New(rand.NewPCG(3, 4))}
		m.play(60)
		var b bytes.Buffer
		for _, r := range w.trace.Records {
			fmt.Fprintln(&b, r)
		}
		return b.Bytes()
	}
	build := func() *world { return newWorld(t, testModel(t, randomSpec(rand.New(rand.NewPCG(3, 3))))) }
	w := build()
	first, other, again := play(w, 0), play(w, 1), play(w, 0)
	if !bytes.Equal(first, again) {
		t.Error("the same replication gives other records on used memory")
	}
	if !bytes.Equal(first, play(build(), 0)) {
		t.Error("the same replication gives other records on fresh memory")
	}
	if bytes.Equal(first, other) {
		t.Error("two replications are the same")
	}
}

// randomSpec is a small cluster with everything that this room knows.
func randomSpec(r *rand.Rand) model.Spec {
	s := testSpec()
	s.Cluster.Zones = []string{"1", "2", "3"}[:r.IntN(4)]
	for _, d := range []*random.Dist{&s.Timing.NodeReimage, &s.Timing.ServerRequest, &s.Timing.ReplicaCreate, &s.Timing.PodSchedule, &s.Timing.DiskMove, &s.Timing.OrphanDelete, &s.Timing.NodeLost} {
		if mean := d.Mean(); r.IntN(3) == 0 {
			*d, _ = random.Exponential(mean)
		} else if r.IntN(4) == 0 {
			*d = random.Constant(0)
		}
	}
	for _, d := range []*random.Dist{&s.Timing.ObjectWrite, &s.Timing.BudgetUpdate} {
		if r.IntN(2) == 0 {
			*d, _ = random.Exponential(40 * time.Millisecond)
		}
	}
	if r.IntN(3) == 0 {
		s.Scheduler.ClientQPS, s.Scheduler.ClientBurst = 1+r.IntN(3), 1+r.IntN(3)
	}
	for i := range 1 + r.IntN(3) {
		p := testPool(fmt.Sprintf("pool%d", i), 1+r.IntN(5), 4000, 16<<30)
		p.Allocatable.Pods = 8 + r.IntN(30)
		p.Zones = s.Cluster.Zones
		if r.IntN(3) == 0 {
			p.Allocatable.CPU = 1500 // tight
		}
		if r.IntN(2) == 0 {
			p.Extended = model.NewExtendedResources(map[string]int64{"example.com/gpu": int64(1 + r.IntN(4))})
		}
		p.MaxDataDisks = 1 + r.IntN(4)
		if i > 0 && r.IntN(2) == 0 {
			p.Taints = []model.Taint{{Key: "only", Value: "x", Effect: []model.TaintEffect{model.NoSchedule, model.PreferNoSchedule}[r.IntN(2)]}}
		}
		s.NodePools = append(s.NodePools, p)
	}
	for i := range 1 + r.IntN(6) {
		s.Workloads = append(s.Workloads, randomWorkload(r, &s, i))
		s.Budgets = append(s.Budgets, randomBudgets(r, &s.Workloads[i])...)
	}
	randomByHand(r, &s)
	return s
}

// randomByHand sets labels and taints on single nodes of some pools, and has
// workloads select and spread by them.
func randomByHand(r *rand.Rand, s *model.Spec) {
	s.Options.ReimagedNode = []model.Option{model.NodeReplaced, model.NodeKept}[r.IntN(2)]
	s.Options.SetByHand = []model.Option{model.HandLost, model.HandKept}[r.IntN(2)]
	for i := range s.NodePools {
		p := &s.NodePools[i]
		if r.IntN(2) == 0 {
			continue
		}
		for j := range p.Count {
			n := model.Node{Name: fmt.Sprintf("aks-%s-vmss%06d", p.Name, j)}
			if len(p.Zones) > 0 {
				n.Zone = p.Zones[j%len(p.Zones)]
			}
			n.Cordoned = r.IntN(8) == 0
			if r.IntN(2) == 0 {
				n.Labels = model.Labels{{Key: "rack", Value: []string{"r1", "r2"}[r.IntN(2)]}}
			}
			if r.IntN(4) == 0 {
				n.Taints = []model.Taint{{Key: "only", Value: "x", Effect: []model.TaintEffect{model.NoSchedule, model.PreferNoSchedule}[r.IntN(2)]}}
			}
			p.Nodes = append(p.Nodes, n)
		}
	}
	for i := range s.Workloads {
		w := &s.Workloads[i]
		switch {
		case r.IntN(6) == 0:
			w.NodeSelector = w.NodeSelector.With("rack", "r1")
		case r.IntN(3) == 0 && w.Kind != model.DaemonSet:
			for j := range w.TopologySpread {
				w.TopologySpread[j].TopologyKey = "rack"
			}
		}
	}
}

func randomWorkload(r *rand.Rand, s *model.Spec, i int) model.Workload {
	w := model.NewWorkload([]string{"web", "web-api", "db", "agent", "cache", "job"}[i])
	w.Kind = []model.WorkloadKind{model.Deployment, model.Deployment, model.StatefulSet, model.DaemonSet, model.BarePod, model.Job}[r.IntN(6)]
	w.Replicas = 1 + r.IntN(7)
	w.Requests = model.Resources{CPU: int64(r.IntN(5)) * 200, Memory: int64(r.IntN(4)) << 29}
	w.Start = random.Constant(time.Duration(r.IntN(3)) * time.Second)
	w.Ready = random.Constant(time.Duration(r.IntN(20)) * time.Second)
	w.Termination = random.Constant(time.Duration(r.IntN(8)) * time.Second)
	w.MinReady = time.Duration(r.IntN(2)*r.IntN(10)) * time.Second
	w.NotReadyToleration = []time.Duration{0, 20 * time.Second, 5 * time.Minute}[r.IntN(3)]
	switch w.Kind {
	case model.DaemonSet:
		w.Replicas = 0
		w.MinReady = 0
		if r.IntN(2) == 0 {
			w.Tolerations = []model.Toleration{{Exists: true}}
		}
		return w
	case model.Job:
		w.Job = model.JobSettings{Completions: 1 + r.IntN(8), Parallelism: 1 + r.IntN(4), Duration: random.Constant(time.Duration(r.IntN(60)) * time.Second),
			BackoffLimit: r.IntN(4), IgnoreDisruptions: r.IntN(2) == 0}
		w.MinReady = 0
	case model.BarePod:
		w.Replicas, w.MinReady = 1, 0
	case model.StatefulSet:
		w.PodManagement = []model.PodManagement{model.OrderedReady, model.Parallel}[r.IntN(2)]
		w.ZonalVolume = r.IntN(2) == 0
	}
	if r.IntN(3) == 0 {
		w.Image = model.Image{Name: "shared", Size: 200 << 20}
	}
	if r.IntN(3) == 0 {
		w.Tolerations = []model.Toleration{{Key: "only", Exists: true}}
	}
	if r.IntN(4) == 0 {
		w.HostAntiAffinity = true
	}
	if r.IntN(8) == 0 {
		w.NodeAffinity = []model.NodeSelectorTerm{{{Key: model.LabelHostname, Operator: model.NotIn, Values: []string{"aks-pool0-vmss000001"}}}}
	}
	randomScheduling(r, s, &w)
	if r.IntN(4) == 0 {
		w.NodePool = s.NodePools[r.IntN(len(s.NodePools))].Name
	}
	if r.IntN(3) == 0 && len(w.TopologySpread) == 0 {
		w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{
			MaxSkew: 1 + r.IntN(2), TopologyKey: []string{model.LabelZone, model.LabelHostname}[r.IntN(2)],
			WhenUnsatisfiable: []model.WhenUnsatisfiable{model.DoNotSchedule, model.ScheduleAnyway}[r.IntN(2)],
		})
	}
	return w
}

// randomScheduling has a workload use what only the scheduler knows.
func randomScheduling(r *rand.Rand, s *model.Spec, w *model.Workload) {
	if r.IntN(2) == 0 {
		w.Priority = int32(r.IntN(4)) * 100
		w.PreemptionPolicy = []model.PreemptionPolicy{model.PreemptLowerPriority, model.PreemptLowerPriority, model.PreemptNever}[r.IntN(3)]
	}
	if r.IntN(3) == 0 {
		w.Labels = model.NewLabels(map[string]string{"app": w.Name, "tier": []string{"a", "b"}[r.IntN(2)]})
	}
	keys := []string{model.LabelHostname, model.LabelZone, model.LabelPool}
	tier := func() model.Selector {
		return model.SelectorOf(model.NewLabels(map[string]string{"tier": []string{"a", "b"}[r.IntN(2)]}))
	}
	term := func() model.PodAffinityTerm {
		t := model.PodAffinityTerm{TopologyKey: keys[r.IntN(len(keys))], Required: r.IntN(2) == 0}
		if !t.Required {
			t.Weight = 1 + r.IntN(100)
		}
		if r.IntN(2) == 0 {
			t.Selector = tier()
		}
		return t
	}
	if r.IntN(5) == 0 {
		w.PodAffinity = append(w.PodAffinity, term())
	}
	if r.IntN(4) == 0 {
		w.PodAntiAffinity = append(w.PodAntiAffinity, term())
	}
	if r.IntN(6) == 0 {
		w.HostPorts = []model.HostPort{{Port: 80 + r.IntN(2), Protocol: "TCP"}}
	}
	if r.IntN(6) == 0 {
		w.Extended = model.NewExtendedResources(map[string]int64{"example.com/gpu": int64(1 + r.IntN(2))})
	}
	if r.IntN(15) == 0 {
		w.SchedulingGates = []string{"wait"}
	}
	if r.IntN(5) == 0 {
		w.PreferredNodeAffinity = []model.PreferredNodeTerm{{Weight: 1 + r.IntN(100), Match: model.NodeSelectorTerm{
			{Key: []string{model.LabelZone, model.LabelHostname}[r.IntN(2)], Operator: model.Exists},
		}}}
	}
	if w.ZonalVolume {
		w.Disks = 1 + r.IntN(2)
	}
	if r.IntN(3) == 0 {
		randomSpread(r, w, keys[r.IntN(len(keys))], tier())
	}
}

// randomSpread adds a spread constraint with all that it may have.
func randomSpread(r *rand.Rand, w *model.Workload, key string, selector model.Selector) {
	w.TopologySpread = append(w.TopologySpread, model.SpreadConstraint{
		MaxSkew: 1 + r.IntN(2), TopologyKey: key,
		WhenUnsatisfiable:  []model.WhenUnsatisfiable{model.DoNotSchedule, model.ScheduleAnyway}[r.IntN(2)],
		NodeAffinityPolicy: []model.InclusionPolicy{model.Honor, model.Ignore}[r.IntN(2)],
		NodeTaintsPolicy:   []model.InclusionPolicy{model.Honor, model.Ignore}[r.IntN(2)],
	})
	c := &w.TopologySpread[len(w.TopologySpread)-1]
	if c.WhenUnsatisfiable == model.DoNotSchedule {
		c.MinDomains = r.IntN(4)
	}
	if r.IntN(3) == 0 {
		c.Selector = selector
	}
}

func randomBudgets(r *rand.Rand, w *model.Workload) []model.Budget {
	var list []model.Budget
	for i := range []int{0, 1, 1, 1, 2}[r.IntN(5)] {
		b := model.NewBudget(fmt.Sprintf("%s-%d", w.Name, i))
		b.Selector = model.SelectorOf(w.Labels)
		x := []model.IntOrPercent{model.Count(r.IntN(3)), model.Percent(25 * r.IntN(5))}[r.IntN(2)]
		if w.Kind == model.BarePod || w.Kind == model.DaemonSet || w.Kind == model.Job {
			x.Percent = false
		}
		if r.IntN(2) == 0 || w.Kind == model.BarePod || w.Kind == model.DaemonSet || w.Kind == model.Job {
			b.MinAvailable = &x
		} else {
			b.MaxUnavailable = &x
		}
		if r.IntN(3) == 0 {
			b.UnhealthyPods = model.AlwaysAllow
		}
		list = append(list, b)
	}
	return list
}
