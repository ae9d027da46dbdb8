package kube

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// benchFeatures are what a workload of bigSpec may use, each by itself. "none"
// switches the cluster's default spread off, so that nothing but resources and
// taints is looked at.
var benchFeatures = []struct {
	name string
	use  func(s *model.Spec, w *model.Workload)
}{
	{"none", func(s *model.Spec, w *model.Workload) { s.Scheduler.DefaultSpread = false }},
	{"default-spread", func(*model.Spec, *model.Workload) {}},
	{"hard-zone-spread", func(s *model.Spec, w *model.Workload) {
		w.TopologySpread = []model.SpreadConstraint{{MaxSkew: 1, TopologyKey: model.LabelZone, WhenUnsatisfiable: model.DoNotSchedule}}
	}},
	{"hard-host-spread", func(s *model.Spec, w *model.Workload) {
		w.TopologySpread = []model.SpreadConstraint{{MaxSkew: 5, TopologyKey: model.LabelHostname, WhenUnsatisfiable: model.DoNotSchedule}}
	}},
	{"preferred-nodes", func(s *model.Spec, w *model.Workload) {
		w.PreferredNodeAffinity = []model.PreferredNodeTerm{{Weight: 10, Match: model.NodeSelectorTerm{{Key: model.LabelZone, Operator: model.Exists}}}}
	}},
	{"affinity-zone", func(s *model.Spec, w *model.Workload) {
		w.PodAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelZone, Required: true}}
	}},
	{"anti-affinity-host-preferred", func(s *model.Spec, w *model.Workload) {
		w.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelHostname, Weight: 100}}
	}},
	{"anti-affinity-to-next", func(s *model.Spec, w *model.Workload) {
		next := fmt.Sprintf("app%02d", (len(s.Workloads)+1)%20)
		w.PodAntiAffinity = []model.PodAffinityTerm{{
			TopologyKey: model.LabelHostname, Weight: 50, Selector: model.SelectorOf(model.Labels{{Key: "app", Value: next}}),
		}}
	}},
	{"extended", func(s *model.Spec, w *model.Workload) {
		w.Extended = model.NewExtendedResources(map[string]int64{"example.com/slots": 1})
	}},
	{"host-ports", func(s *model.Spec, w *model.Workload) {
		w.HostPorts = []model.HostPort{{Port: 10_000 + len(w.Name), Protocol: "TCP", IP: fmt.Sprintf("10.0.0.%d", w.Requests.CPU%251)}}
	}},
}

// featureSpec is bigSpec with one feature on. Ten nodes for one replica leave
// room for ports and affinities.
func featureSpec(n int, use func(*model.Spec, *model.Workload)) model.Spec {
	s := bigSpec(n)
	for i := range s.NodePools {
		s.NodePools[i].Extended = model.NewExtendedResources(map[string]int64{"example.com/slots": 110})
	}
	apps := s.Workloads
	s.Workloads = nil
	for i := range apps {
		w := apps[i]
		if w.Kind == model.Deployment {
			w.Replicas = n / 2
			use(&s, &w)
		}
		s.Workloads = append(s.Workloads, w)
	}
	return s
}

// BenchmarkPlaceFeature is the choice of a node for one pod with one feature of
// the scheduler in use, and what keeping its counts costs when the pod goes and
// comes.
func BenchmarkPlaceFeature(b *testing.B) {
	for _, n := range []int{1000, 5000} {
		for _, f := range benchFeatures {
			b.Run(fmt.Sprintf("%s/nodes=%d", f.name, n), func(b *testing.B) {
				r := newRoller(b, featureSpec(n, f.use))
				r.c.Reset(random.NewSource(1, 0))
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					i++
					r.replace(i % 20)
				}
			})
		}
	}
}

// replace takes a pod of a workload off its node and places it again.
func (r *roller) replace(workload int) {
	c := r.c
	w := &c.workloads[workload]
	p := c.slots[w.firstSlot].pod
	c.count(w, c.pods[p].node, -1)
	c.unlink(p)
	if n := c.place(p); n != none {
		c.link(p, n)
	} else {
		c.link(p, c.pods[p].node)
	}
}

// BenchmarkPreempt is the search for victims in a full cluster.
func BenchmarkPreempt(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			r := newRoller(b, preemptSpec(n))
			r.c.Reset(random.NewSource(1, 0))
			p := r.c.slots[r.c.workloadNamed("huge").firstSlot].pod
			b.ReportAllocs()
			for b.Loop() {
				if r.c.findVictims(p) == none {
					b.Fatal("no victims found")
				}
			}
		})
	}
}

// preemptSpec is bigSpec with a pod that fits nowhere and is more important
// than the others.
func preemptSpec(n int) model.Spec {
	s := bigSpec(n)
	huge := model.NewWorkload("huge")
	huge.Kind = model.BarePod
	huge.Requests = model.Resources{CPU: 12_000, Memory: 30 << 30}
	huge.Priority = 1000
	s.Workloads = append(s.Workloads, huge)
	return s
}

// leastMallocs returns the fewest allocations that do needs, of several times.
// The counter is the whole process's: what the runtime allocates now and then
// isn't there each time, what do allocates is.
func leastMallocs(do func()) uint64 {
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}

// TestFeaturesDontAllocate: neither placing with any feature nor looking for
// victims allocates on used memory.
func TestFeaturesDontAllocate(t *testing.T) {
	if testing.Short() {
		t.Skip("measures allocations")
	}
	for _, f := range benchFeatures {
		r := newRoller(t, featureSpec(120, f.use))
		r.c.Reset(random.NewSource(1, 0))
		all := func() {
			for i := range 100 {
				r.replace(i % 20)
			}
		}
		all()
		if n := leastMallocs(all); n > 10 { // of each time other placements
			t.Errorf("%s: %d allocations for 100 placements, want none to speak of", f.name, n)
		}
	}
	r := newRoller(t, preemptSpec(60))
	r.c.Reset(random.NewSource(1, 0))
	p := r.c.slots[r.c.workloadNamed("huge").firstSlot].pod
	find := func() {
		for range 20 {
			if r.c.findVictims(p) == none {
				t.Fatal("no victims found")
			}
		}
	}
	find()
	if n := leastMallocs(find); n > 10 {
		t.Errorf("%d allocations for 20 searches for victims, want none to speak of", n)
	}
}
