package benchmarks

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// features are what the pods that are placed may use, each by itself. "none"
// switches the cluster's default spread off, so that nothing but resources and
// taints is looked at.
var features = []struct {
	name string
	use  func(s *model.Spec, w *model.Workload, i int)
}{
	{"none", func(*model.Spec, *model.Workload, int) {}},
	{"default-spread", func(s *model.Spec, _ *model.Workload, _ int) { s.Scheduler.DefaultSpread = true }},
	{"soft-zone-spread", func(_ *model.Spec, w *model.Workload, _ int) { spreadBy(w, model.LabelZone, 1, model.ScheduleAnyway) }},
	{"hard-zone-spread", func(_ *model.Spec, w *model.Workload, _ int) { spreadBy(w, model.LabelZone, 1, model.DoNotSchedule) }},
	{"hard-host-spread", func(_ *model.Spec, w *model.Workload, _ int) {
		spreadBy(w, model.LabelHostname, 2, model.DoNotSchedule)
	}},
	{"node-affinity", func(_ *model.Spec, w *model.Workload, i int) {
		w.NodeAffinity = []model.NodeSelectorTerm{{{Key: model.LabelPool, Operator: model.NotIn, Values: []string{fmt.Sprintf("work%d", i%2)}}}}
	}},
	{"preferred-nodes", func(_ *model.Spec, w *model.Workload, i int) {
		w.PreferredNodeAffinity = []model.PreferredNodeTerm{{Weight: 10, Match: model.NodeSelectorTerm{
			{Key: model.LabelPool, Operator: model.In, Values: []string{fmt.Sprintf("work%d", i%2)}},
		}}}
	}},
	{"prefer-no-schedule", func(s *model.Spec, _ *model.Workload, _ int) {
		s.NodePools[0].Taints = []model.Taint{{Key: "busy", Effect: model.PreferNoSchedule}}
	}},
	{"affinity-zone", func(_ *model.Spec, w *model.Workload, _ int) {
		w.PodAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelZone, Required: true}}
	}},
	{"anti-affinity-host", func(_ *model.Spec, w *model.Workload, _ int) {
		w.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelHostname, Required: true}}
	}},
	{"anti-affinity-host-preferred", func(_ *model.Spec, w *model.Workload, _ int) {
		w.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelHostname, Weight: 100}}
	}},
	{"anti-affinity-to-next", func(_ *model.Spec, w *model.Workload, i int) {
		next := model.SelectorOf(model.Labels{{Key: "app", Value: fmt.Sprintf("app%03d", (i+1)%placed)}})
		w.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelHostname, Weight: 50, Selector: next}}
	}},
	{"image", func(_ *model.Spec, w *model.Workload, i int) {
		w.Image = model.Image{Name: fmt.Sprintf("image%d", i), Size: 900 << 20}
	}},
	{"extended", func(s *model.Spec, w *model.Workload, _ int) {
		w.Extended = model.NewExtendedResources(map[string]int64{"example.com/slots": 1})
	}},
	{"host-ports", func(_ *model.Spec, w *model.Workload, i int) {
		w.HostPorts = []model.HostPort{{Port: 10_000 + i, Protocol: "TCP"}}
	}},
}

func spreadBy(w *model.Workload, key string, skew int, strength model.WhenUnsatisfiable) {
	w.TopologySpread = []model.SpreadConstraint{{MaxSkew: skew, TopologyKey: key, WhenUnsatisfiable: strength}}
}

// placed is how many workloads of crowd are placed in a benchmark of a feature;
// as many others fill the nodes.
const placed = 20

// crowd is a cluster of so many nodes in pools of at most 500 over three zones
// with 30 pods a node. A third of the pods are of workloads app000 and so on,
// of as many shapes, the rest fills the nodes.
func crowd(nodes, shapes int, use func(s *model.Spec, w *model.Workload, i int)) model.Spec {
	s := model.NewSpec()
	s.Schema = 1
	s.Cluster.Name = "crowd"
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 33, Patch: 5}
	s.Cluster.Zones = []string{"1", "2", "3"}
	s.Scheduler.DefaultSpread = false
	pools := max(2, (nodes+499)/500)
	for i := range pools {
		p := largePool(fmt.Sprintf("work%d", i), nodes/pools)
		p.VMSize, _ = model.LookupVMSize("Standard_D16s_v5")
		p.Extended = model.NewExtendedResources(map[string]int64{"example.com/slots": 110})
		s.NodePools = append(s.NodePools, p)
	}
	for i := range 2 * shapes {
		w := model.NewWorkload(fmt.Sprintf("app%03d", i))
		w.Labels = model.Labels{{Key: "app", Value: w.Name}}
		w.Replicas = max(1, nodes*10/shapes)
		w.Requests = model.Resources{CPU: int64(200 + 25*(i%11) + i), Memory: int64(512+100*(i%7)+3*i) << 20}
		if shapes > 100 {
			w.Requests = model.Resources{CPU: int64(200 + 25*(i%11) + i/10), Memory: int64(512+100*(i%7)+i/5) << 20}
		}
		if i < shapes {
			use(&s, &w, i)
		} else {
			w.Name, w.Replicas = fmt.Sprintf("fill%03d", i-shapes), 2*w.Replicas
			w.Labels = model.Labels{{Key: "app", Value: w.Name}}
		}
		s.Workloads = append(s.Workloads, w)
	}
	full := model.NewStrategy("full", model.Full)
	full.To = model.Version{Major: 1, Minor: 34, Patch: 1}
	s.Strategies = []model.Strategy{full}
	return s
}

// arena is rollsim's scheduler and the plain one, each with the same cluster.
type arena struct {
	c     *kube.Cluster
	plain *plain
	pods  []kube.PodID // that are placed anew, in random order
	rng   *rand.Rand
	next  int
}

func newArena(tb testing.TB, spec model.Spec, shapes int) *arena {
	tb.Helper()
	m, findings := model.New(spec)
	if m == nil {
		tb.Fatalf("%v", findings)
	}
	var eng des.Engine
	rec := trace.NewRecorder(eng.Now)
	a := &arena{c: kube.New(&eng, m, rec), plain: newPlain(m), rng: rand.New(rand.NewPCG(1, 2))}
	rec.Reset(a.plain)
	a.c.Reset(random.NewSource(1, 0))
	a.plain.seeImages(a.c)
	byWorkload := make([][]kube.PodID, shapes)
	for p := range a.plain.pods {
		if x := a.plain.pods[p]; int(x.workload) < shapes && x.node >= 0 {
			byWorkload[x.workload] = append(byWorkload[x.workload], kube.PodID(p))
		}
	}
	for range 4096 / shapes * shapes {
		list := byWorkload[len(a.pods)%shapes]
		a.pods = append(a.pods, list[a.rng.IntN(len(list))])
	}
	a.plain.start = a.c.Explain(0).Start
	return a
}

// seeImages looks up which nodes have which images.
func (s *plain) seeImages(c *kube.Cluster) {
	for i := range s.workloads {
		for n := range s.nodes {
			if at := s.workloads[i].image; at >= 0 {
				s.nodes[n].images[at] = c.HasImage(i, kube.NodeID(n))
			}
		}
	}
}

// seeDisks looks up how many disks are on their way off each node.
func (s *plain) seeDisks(c *kube.Cluster) {
	for n := range s.nodes {
		s.nodes[n].detaching = 0
	}
	for p := range s.pods {
		if n := c.Detaching(kube.PodID(p)); n >= 0 {
			s.nodes[n].detaching += int64(s.workloads[s.pods[p].workload].Disks)
		}
	}
}

// round has both schedulers place as many pods anew, one after the other, and
// returns how long each took. Both move the pods to the nodes that rollsim
// chose, so that they go on with the same cluster.
func (a *arena) round(tb testing.TB, chosen []kube.NodeID) (ours, plain time.Duration) {
	first, start := a.next, time.Now()
	for i := range chosen {
		chosen[i] = a.c.Replace(a.pods[a.next])
		a.next = (a.next + 1) % len(a.pods)
	}
	ours = time.Since(start)
	a.next = first
	start = time.Now()
	for _, n := range chosen {
		p := int32(a.pods[a.next])
		a.next = (a.next + 1) % len(a.pods)
		x := a.plain.pods[p]
		a.plain.take(p)
		a.plain.schedule(x.workload, anyZone, a.rng.IntN)
		if n < 0 {
			n = kube.NodeID(x.node)
		} else if best, _ := a.plain.best(); a.plain.totals[slices.Index(a.plain.feasible, int32(n))] != best {
			tb.Fatalf("pod %d goes to node %d, which is not among the best", p, n)
		}
		a.plain.put(p, int32(n))
	}
	return ours, time.Since(start)
}

// BenchmarkPlace is the choice of a node for one pod among 5,000 nodes with
// 150,000 pods, what keeping counts costs when the pod goes and comes included.
// Turn by turn it is measured for rollsim's scheduler (ns/place) and the plain
// one (plain-ns/place), which see the same cluster and follow the same sampling
// rule. plain/ours is how many times as long the plain one takes. All are
// medians over turns of twenty pods, because a turn that the machine interrupts
// says nothing.
func BenchmarkPlace(b *testing.B) {
	for _, f := range features {
		b.Run(f.name, func(b *testing.B) { benchmarkPlace(b, crowd(5000, placed, f.use), placed) })
	}
	for _, f := range features[:2] {
		for _, x := range []struct{ nodes, shapes int }{{100, placed}, {1000, placed}, {5000, 100}, {5000, 1000}} {
			name := fmt.Sprintf("%s/%d_nodes_%d_shapes", f.name, x.nodes, x.shapes)
			b.Run(name, func(b *testing.B) { benchmarkPlace(b, crowd(x.nodes, x.shapes, f.use), x.shapes) })
		}
	}
}

func benchmarkPlace(b *testing.B, spec model.Spec, shapes int) {
	a := newArena(b, spec, shapes)
	chosen := make([]kube.NodeID, 20)
	for range 2 * len(a.pods) / len(chosen) {
		a.round(b, chosen) // as in a cluster that has been in use for some time
	}
	var ours, plain []time.Duration
	for b.Loop() {
		x, y := a.round(b, chosen)
		ours, plain = append(ours, x), append(plain, y)
	}
	x, y := median(ours)/float64(len(chosen)), median(plain)/float64(len(chosen))
	b.ReportMetric(x, "ns/place")
	b.ReportMetric(y, "plain-ns/place")
	b.ReportMetric(y/x, "plain/ours")
}

// TestPlaceDoesntAllocate: placing a pod with any feature allocates nothing on
// used memory.
func TestPlaceDoesntAllocate(t *testing.T) {
	for _, f := range features {
		a := newArena(t, crowd(120, placed, f.use), placed)
		next := 0
		place := func() {
			for range 100 {
				a.c.Replace(a.pods[next%len(a.pods)])
				next++
			}
		}
		place()
		if n := testing.AllocsPerRun(5, place); n > 10 { // of each time other placements
			t.Errorf("%s: %.0f allocations for 100 placements, want none to speak of", f.name, n)
		}
	}
}

func median(list []time.Duration) float64 {
	slices.Sort(list)
	return float64(list[len(list)/2])
}
