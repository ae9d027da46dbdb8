package benchmarks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// BenchmarkStrategies plays every strategy of every library scenario, one
// replication an iteration.
func BenchmarkStrategies(b *testing.B) {
	for _, entry := range scenarios.Library() {
		m := load(b, entry)
		for i, s := range m.Strategies {
			b.Run(entry.Name+"/"+strings.ReplaceAll(s.Name, " ", "_"), func(b *testing.B) { play(b, m, i) })
		}
	}
}

// BenchmarkUpgrade plays a full upgrade with a tenth of the nodes as surge, 30
// pods a node, by number of nodes.
func BenchmarkUpgrade(b *testing.B) {
	for _, nodes := range []int{10, 100, 1000} {
		m := large(b, nodes, 30)
		b.Run(fmt.Sprintf("%d_nodes_%d_pods", nodes, 30*nodes), func(b *testing.B) { play(b, m, 0) })
	}
}

// BenchmarkReplicate plays replications of the shop on all cores.
func BenchmarkReplicate(b *testing.B) {
	for _, entry := range scenarios.Library() {
		if entry.Name != "shop" {
			continue
		}
		m := load(b, entry)
		b.ResetTimer()
		if _, err := sim.Replicate(b.Context(), m, []int{0}, b.N, 2, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNoAllocationPerEvent holds that replications after the first allocate
// for their result only, not for their events.
func TestNoAllocationPerEvent(t *testing.T) {
	small, big := large(t, 20, 20), large(t, 200, 20)
	a, eventsA := allocations(small)
	c, eventsC := allocations(big)
	perEvent := (c - a) / float64(eventsC-eventsA)
	t.Logf("%.0f allocations for %d events, %.0f for %d", a, eventsA, c, eventsC)
	// A result names each pool, workload and version; nothing in it grows with
	// the number of nodes or pods.
	if perEvent > 0.001 {
		t.Errorf("%.4f allocations for each further event, want none", perEvent)
	}
}

func allocations(m *model.Model) (float64, uint64) {
	s := sim.New(m)
	events := s.Run(0, 0, sim.Options{}).Run.Events
	return testing.AllocsPerRun(3, func() { s.Run(0, 0, sim.Options{}) }), events
}

// play measures replications of one strategy by one simulator, so that the
// memory of the first is used again.
func play(b *testing.B, m *model.Model, strategy int) {
	s := sim.New(m)
	run := s.Run(strategy, 0, sim.Options{}).Run
	var events uint64
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		run = s.Run(strategy, i, sim.Options{}).Run
		events += run.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(events)/float64(b.N), "events/op")
	b.ReportMetric(run.Duration.Minutes(), "simulated-min")
}

func load(tb testing.TB, entry scenarios.Entry) *model.Model {
	tb.Helper()
	file, err := scenarios.Load(entry.Name, entry.Data)
	if err != nil {
		tb.Fatal(err)
	}
	m, _, err := file.Model()
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// large is a cluster of so many nodes in pools of at most 500 over three zones,
// filled to about 75 % with Deployments of twenty shapes, each with a budget.
func large(tb testing.TB, nodes, podsPerNode int, change ...func(*model.Spec)) *model.Model {
	tb.Helper()
	spec := model.NewSpec()
	spec.Title = fmt.Sprintf("%d nodes", nodes)
	spec.Schema = 1
	spec.Run.Horizon = 30 * 24 * time.Hour
	spec.Cluster.Name = "large"
	spec.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 29, Patch: 7}
	spec.Cluster.Zones = []string{"1", "2", "3"}
	// A scale set has at most 1,000 instances, surge included.
	pools := (nodes + 499) / 500
	for i := range pools {
		spec.NodePools = append(spec.NodePools, largePool(fmt.Sprintf("work%d", i), nodes/pools))
	}
	const shapes = 20
	for i := range shapes {
		w := model.NewWorkload(fmt.Sprintf("app%02d", i))
		w.Replicas = max(1, nodes*podsPerNode/shapes)
		w.Requests = model.Resources{CPU: int64(50 + 10*(i%7)), Memory: int64(128+32*(i%5)) << 20}
		w.Ready = random.Constant(8 * time.Second)
		budget := model.NewBudget(w.Name)
		allowed := model.Percent(10)
		budget.Workload, budget.MaxUnavailable = w.Name, &allowed
		budget.Namespace = w.Namespace
		budget.Selector = model.Selector{{Key: "app", Operator: model.In, Values: []string{w.Name}}}
		w.Labels = model.Labels{{Key: "app", Value: w.Name}}
		spec.Workloads = append(spec.Workloads, w)
		spec.Budgets = append(spec.Budgets, budget)
	}
	full := model.NewStrategy("full", model.Full)
	full.To = model.Version{Major: 1, Minor: 30, Patch: 3}
	spec.Strategies = []model.Strategy{full}
	for _, f := range change {
		f(&spec)
	}
	m, findings := model.New(spec)
	if m == nil {
		tb.Fatalf("%v", findings)
	}
	if run := sim.New(m).Run(0, 0, sim.Options{}).Run; run.Outcome != trace.Completed {
		tb.Fatalf("%d nodes: %v: %s", nodes, run.Outcome, run.Reason)
	}
	return m
}

func largePool(name string, nodes int) model.NodePool {
	p := model.NewNodePool(name)
	p.Count = nodes
	p.Mode = model.ModeSystem
	p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	p.Zones = []string{"1", "2", "3"}
	p.MaxPods = 110
	p.Upgrade.MaxSurge = model.Percent(10)
	return p
}
