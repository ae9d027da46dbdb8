package benchmarks

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// TestPlainAgrees plays upgrades of random clusters, most of them large enough
// for the search to end early, and has the plain scheduler make every decision
// too: it must look at the nodes in the same order from the same place, find the
// same ones feasible, give them the same points, and have the chosen node among
// the best. Explaining its decisions, rollsim's scheduler takes another way than
// otherwise; so each upgrade is played again without, and must be the same.
func TestPlainAgrees(t *testing.T) {
	seeds := 30
	if n, err := strconv.Atoi(os.Getenv("ROLLSIM_SEEDS")); err == nil {
		seeds = n
	}
	decisions := 0
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			m, findings := model.New(randomSpec(rand.New(rand.NewPCG(uint64(seed), 9))))
			if m == nil {
				t.Fatalf("%v", findings)
			}
			told := &upgrade{t: t, plain: newPlain(m)}
			told.play(m, uint64(seed), true)
			again := &upgrade{t: t}
			again.play(m, uint64(seed), false)
			if at := firstDifference(told.records, again.records); at >= 0 {
				t.Fatalf("record %d is another when nobody asks why", at)
			}
			decisions += told.decisions
		})
	}
	t.Logf("%d decisions", decisions)
}

func firstDifference(a, b []trace.Record) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

// upgrade reimages a part of a cluster's nodes, some at a time.
type upgrade struct {
	t         *testing.T
	c         *kube.Cluster
	plain     *plain
	records   []trace.Record
	nodes     int
	next      int
	decisions int
}

func (u *upgrade) play(m *model.Model, seed uint64, ask bool) {
	var eng des.Engine
	rec := trace.NewRecorder(eng.Now)
	u.c = kube.New(&eng, m, rec)
	u.c.SetObserver(u)
	for i := range m.NodePools {
		u.nodes += len(m.NodePools[i].Nodes)
	}
	sinks := []trace.Sink{u}
	if ask {
		sinks = append(sinks, u.plain)
		u.c.SetWitness(u.judge)
	}
	rec.Reset(sinks...)
	u.c.Reset(random.NewSource(random.Seed(seed), 0))
	surge := u.c.Machines().Boot(kube.Boot{Zone: len(m.Cluster.Zones) - 1, Surge: true}, 0)
	for range 1 + u.nodes/12 {
		u.advance()
	}
	eng.RunUntil(des.Time(4 * time.Minute))
	u.c.Machines().Delete(surge, 0)
	eng.RunUntil(des.Time(8 * time.Minute))
}

func (u *upgrade) Record(_ trace.ID, r *trace.Record, _ string) { u.records = append(u.records, *r) }

// advance drains the next node, of every three.
func (u *upgrade) advance() {
	if n := kube.NodeID(u.next); u.next < u.nodes {
		u.next += 3
		u.c.API().Cordon(n, 0)
		u.c.API().Drain(n, kube.DrainOptions{Timeout: time.Minute}, 0)
	}
}

func (u *upgrade) NodeUsable(kube.NodeID)  { u.advance() }
func (u *upgrade) NodeDeleted(kube.NodeID) {}
func (u *upgrade) DrainEnded(n kube.NodeID, _ kube.DrainResult) {
	if !u.c.Node(n).Deleted {
		u.c.Machines().Reimage(n, 0, 0)
	}
}

// judge holds a decision against what the plain scheduler thinks.
func (u *upgrade) judge(x *kube.Placement) {
	s, p := u.plain, int32(x.Pod)
	var order, feasible, totals []int32
	for _, o := range x.Nodes {
		order = append(order, int32(o.Node))
	}
	if !slices.Equal(order, s.order) {
		u.t.Fatalf("the order is %v, the plain one %v", order, s.order)
	}
	switch {
	case x.For >= 0: // a DaemonSet's pod, for which one node is looked at
		if s.nodes[x.For].here {
			s.start = (s.start + 1) % len(s.order)
		}
	case len(order) > 0:
		if x.Start%len(order) != s.start%len(order) {
			u.t.Fatalf("pod %d: the search begins at %d of %d, the plain one at %d", p, x.Start, len(order), s.start)
		}
		for i := range x.Nodes {
			if o := &x.Nodes[(x.Start+i)%len(order)]; o.Scored {
				feasible, totals = append(feasible, int32(o.Node)), append(totals, o.Total)
			}
		}
		u.compare(x, feasible, totals)
	}
	if x.Chosen >= 0 {
		s.put(p, int32(x.Chosen))
	}
}

func (u *upgrade) compare(x *kube.Placement, feasible, totals []int32) {
	s, p := u.plain, int32(x.Pod)
	u.decisions++
	s.seeImages(u.c)
	s.seeDisks(u.c)
	zone := anyZone
	if z, ok := u.c.PodZone(x.Pod); ok {
		zone = z
	}
	s.schedule(s.pods[p].workload, zone, func(int) int { return 0 })
	name := s.workloads[s.pods[p].workload].Name
	if !slices.Equal(feasible, s.feasible) {
		u.t.Fatalf("a pod of %s: nodes %v are feasible, for the plain scheduler %v", name, feasible, s.feasible)
	}
	if len(feasible) > 0 && !slices.Equal(totals, s.totals) {
		u.t.Fatalf("a pod of %s: nodes %v have %v points, for the plain scheduler %v", name, feasible, totals, s.totals)
	}
	if s.start != x.Next {
		u.t.Fatalf("a pod of %s: the next search begins at %d, the plain one at %d", name, x.Next, s.start)
	}
	if len(feasible) == 0 {
		return
	}
	if best, _ := s.best(); s.totals[slices.Index(s.feasible, int32(x.Chosen))] != best {
		u.t.Fatalf("a pod of %s goes to node %d, which is not among the best", name, x.Chosen)
	}
}

// randomSpec is a cluster of up to 250 nodes with pods that use everything that
// the plain scheduler knows.
func randomSpec(r *rand.Rand) model.Spec {
	s := crowd(60, 1, func(*model.Spec, *model.Workload, int) {})
	s.Timing.NodeReimage = random.Constant(20 * time.Second)
	s.Workloads = nil
	s.Scheduler.DefaultSpread = r.IntN(2) == 0
	s.Cluster.Zones = s.Cluster.Zones[:r.IntN(4)]
	s.NodePools = s.NodePools[:1+r.IntN(2)]
	nodes := 0
	for i := range s.NodePools {
		p := &s.NodePools[i]
		p.Count = []int{10 + r.IntN(40), 60 + r.IntN(80), 80 + r.IntN(40)}[r.IntN(3)]
		p.Zones = s.Cluster.Zones
		nodes += p.Count
		p.MaxDataDisks = 1 + r.IntN(4)
		if r.IntN(3) == 0 {
			p.Labels = model.Labels{{Key: "disk", Value: "ssd"}}
		}
		if i > 0 && r.IntN(2) == 0 {
			p.Taints = []model.Taint{{Key: "only", Value: "x", Effect: []model.TaintEffect{model.NoSchedule, model.PreferNoSchedule}[r.IntN(2)]}}
		}
	}
	agent := model.NewWorkload("agent")
	agent.Kind, agent.Replicas = model.DaemonSet, 0
	agent.Requests = model.Resources{CPU: 100, Memory: 100 << 20}
	s.Workloads = append(s.Workloads, agent)
	for i := range 3 + r.IntN(5) {
		s.Workloads = append(s.Workloads, randomWorkload(r, i, nodes))
	}
	return s
}

func randomWorkload(r *rand.Rand, i, nodes int) model.Workload {
	w := model.NewWorkload(fmt.Sprintf("app%d", i))
	w.Kind = []model.WorkloadKind{model.Deployment, model.Deployment, model.StatefulSet}[r.IntN(3)]
	if w.Kind == model.StatefulSet {
		w.PodManagement = model.Parallel
	}
	w.Replicas = 1 + r.IntN(nodes)
	w.Labels = model.NewLabels(map[string]string{"app": w.Name, "tier": []string{"a", "b"}[r.IntN(2)]})
	w.Requests = model.Resources{CPU: int64(r.IntN(8)) * 500, Memory: int64(r.IntN(5)) << 30}
	w.PreemptionPolicy = model.PreemptNever
	w.Ready, w.Termination = random.Constant(3*time.Second), random.Constant(time.Duration(r.IntN(8))*time.Second)
	if r.IntN(3) == 0 {
		w.Image = model.Image{Name: fmt.Sprintf("image%d", i%2), Size: 300 << 20}
	}
	if r.IntN(3) == 0 {
		w.Tolerations = []model.Toleration{{Key: "only", Exists: true}}
	}
	if r.IntN(4) == 0 {
		w.HostPorts = []model.HostPort{{Port: 80 + r.IntN(2), Protocol: "TCP"}}
	}
	if r.IntN(4) == 0 {
		w.Extended = model.NewExtendedResources(map[string]int64{"example.com/slots": int64(1 + r.IntN(20))})
	}
	if w.Kind == model.StatefulSet && r.IntN(2) == 0 {
		w.ZonalVolume, w.Disks = true, 1
	}
	if r.IntN(4) == 0 {
		w.NodeAffinity = []model.NodeSelectorTerm{{{Key: "disk", Operator: []model.Operator{model.Exists, model.DoesNotExist}[r.IntN(2)]}}}
	}
	for range r.IntN(3) {
		w.PreferredNodeAffinity = append(w.PreferredNodeAffinity, model.PreferredNodeTerm{Weight: 1 + r.IntN(100), Match: model.NodeSelectorTerm{
			{Key: []string{model.LabelZone, "disk"}[r.IntN(2)], Operator: []model.Operator{model.Exists, model.DoesNotExist}[r.IntN(2)]},
		}})
	}
	randomNeighbours(r, &w)
	return w
}

// randomNeighbours has a workload's pods mind where other pods are.
func randomNeighbours(r *rand.Rand, w *model.Workload) {
	keys := []string{model.LabelHostname, model.LabelZone, model.LabelPool, "disk"}
	selector := func() model.Selector {
		switch r.IntN(3) {
		case 0:
			return nil // its own labels
		case 1:
			return model.SelectorOf(model.Labels{{Key: "tier", Value: "a"}})
		}
		return model.SelectorOf(model.Labels{{Key: "tier", Value: "b"}})
	}
	term := func() model.PodAffinityTerm {
		t := model.PodAffinityTerm{TopologyKey: keys[r.IntN(len(keys))], Required: r.IntN(3) == 0, Selector: selector()}
		if !t.Required {
			t.Weight = 1 + r.IntN(100)
		}
		return t
	}
	for range r.IntN(8) / 6 {
		w.PodAffinity = append(w.PodAffinity, term())
	}
	for range r.IntN(8) / 5 {
		w.PodAntiAffinity = append(w.PodAntiAffinity, term())
	}
	for range r.IntN(7) / 3 {
		x := model.SpreadConstraint{
			MaxSkew: 1 + r.IntN(3), TopologyKey: keys[r.IntN(len(keys))], Selector: selector(),
			WhenUnsatisfiable:  []model.WhenUnsatisfiable{model.DoNotSchedule, model.ScheduleAnyway}[r.IntN(2)],
			NodeAffinityPolicy: []model.InclusionPolicy{model.Honor, model.Ignore}[r.IntN(2)],
			NodeTaintsPolicy:   []model.InclusionPolicy{model.Honor, model.Ignore}[r.IntN(2)],
		}
		same := func(y model.SpreadConstraint) bool {
			return y.TopologyKey == x.TopologyKey && y.WhenUnsatisfiable == x.WhenUnsatisfiable
		}
		if !slices.ContainsFunc(w.TopologySpread, same) {
			w.TopologySpread = append(w.TopologySpread, x)
		}
	}
}
