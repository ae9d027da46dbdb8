package kube

import (
	"fmt"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// bigSpec is a cluster of n nodes with 30 pods each: 20 workloads of different
// shapes, each with a budget, and an agent on each node.
func bigSpec(n int) model.Spec {
	s := testSpec()
	s.Cluster.Zones = []string{"1", "2", "3"}
	for i := 0; i*500 < n; i++ {
		p := testPool(fmt.Sprintf("pool%d", i), min(500, n-i*500), 15_500, 60<<30)
		p.Zones = s.Cluster.Zones
		s.NodePools = append(s.NodePools, p)
	}
	for i := range 20 {
		w := model.NewWorkload(fmt.Sprintf("app%02d", i))
		w.Replicas = n * 29 / 20
		w.Requests = model.Resources{CPU: int64(200 + 25*i), Memory: int64(512+100*(i%7)) << 20}
		w.Start, w.Ready, w.Termination = random.Constant(4*time.Second), random.Constant(8*time.Second), random.Constant(5*time.Second)
		s.Workloads = append(s.Workloads, w)
		b := model.NewBudget(w.Name)
		b.Selector = model.SelectorOf(w.Labels)
		x := model.Percent(10)
		b.MaxUnavailable = &x
		s.Budgets = append(s.Budgets, b)
	}
	agent := model.NewWorkload("agent")
	agent.Kind, agent.Replicas = model.DaemonSet, 0
	agent.Requests = model.Resources{CPU: 100, Memory: 100 << 20}
	s.Workloads = append(s.Workloads, agent)
	return s
}

// roller upgrades a cluster in place, width nodes at a time, as soon as a node
// is usable again the next.
type roller struct {
	*world
	next, busy, done int
}

func (r *roller) start(width int) {
	r.next, r.busy, r.done = 0, 0, 0
	for range width {
		r.advance()
	}
}

func (r *roller) advance() {
	if r.next < len(r.c.nodes) {
		n := NodeID(r.next)
		r.next++
		r.c.API().Cordon(n, 0)
		r.c.API().Drain(n, DrainOptions{}, 0)
	}
}

func (r *roller) NodeUsable(NodeID)  { r.done++; r.advance() }
func (r *roller) NodeDeleted(NodeID) {}
func (r *roller) DrainEnded(n NodeID, _ DrainResult) {
	r.c.Machines().Reimage(n, 1, 0)
}

// upgrade plays a whole in-place upgrade.
func (r *roller) upgrade(width, replication int) {
	r.eng.Reset()
	r.rec.Reset()
	r.c.Reset(random.NewSource(1, replication))
	r.start(width)
	for r.done < len(r.c.nodes) && r.eng.Step() {
	}
}

func newRoller(t testing.TB, spec model.Spec) *roller {
	r := &roller{world: newWorld(t, testModel(t, spec))}
	r.c.SetObserver(r)
	return r
}

// BenchmarkUpgrade is one in-place upgrade of a whole cluster with 30 pods a
// node, 2 % of the nodes at a time.
func BenchmarkUpgrade(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			r := newRoller(b, bigSpec(n))
			r.upgrade(n/50, 0)
			b.ReportAllocs()
			events := uint64(0)
			for b.Loop() {
				r.upgrade(n/50, 1)
				events += r.eng.Dispatched()
			}
			if r.done < n {
				b.Fatalf("%d of %d nodes were upgraded", r.done, n)
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(len(r.c.pods)), "pods")
		})
	}
}

// BenchmarkReset is the initial placement of all pods.
func BenchmarkReset(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			r := newRoller(b, bigSpec(n))
			for b.Loop() {
				r.eng.Reset()
				r.rec.Reset()
				r.c.Reset(random.NewSource(1, 0))
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N*len(r.c.pods)), "ns/pod")
		})
	}
}

// TestNoAllocations: on used memory, a replication allocates nothing for its
// events.
func TestNoAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("measures allocations")
	}
	s := bigSpec(60)
	s.Workloads[3].Image = model.Image{Name: "app", Size: 1 << 28}
	s.Workloads[4].Kind, s.Workloads[4].ZonalVolume = model.StatefulSet, true
	r := newRoller(t, s)
	r.upgrade(4, 0)
	r.upgrade(4, 0)
	if n, events := leastMallocs(func() { r.upgrade(4, 0) }), r.eng.Dispatched(); n > 10 || events < 10_000 {
		t.Errorf("%d allocations for %d events, want none to speak of", n, events)
	}
}
