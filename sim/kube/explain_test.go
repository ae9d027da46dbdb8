package kube

import (
	"slices"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// The facts of these tests were found by asking the real scheduler on random
// clusters, in benchmarks/conformance, where they are also tested.

// TestSpreadNeedsAllKeys: the nodes of pool b lack the key of one constraint, so
// their pods count for the other one neither.
func TestSpreadNeedsAllKeys(t *testing.T) {
	s := testSpec()
	s.Cluster.Zones = []string{"1", "2"}
	for _, name := range []string{"a", "b"} {
		p := testPool(name, 2, 4000, 16<<30)
		p.Zones = s.Cluster.Zones
		s.NodePools = append(s.NodePools, p)
	}
	s.NodePools[0].Labels = model.Labels{{Key: "disk", Value: "ssd"}}
	x := model.NewWorkload("web")
	x.Replicas = 3
	x.Placement = []string{"aks-b-vmss000000", "aks-b-vmss000001", "aks-a-vmss000000"}
	for _, key := range []string{"disk", model.LabelZone} {
		x.TopologySpread = append(x.TopologySpread, model.SpreadConstraint{MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: model.ScheduleAnyway})
	}
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	if got := w.c.workloads[0].soft[1].count; !slices.Equal(got, []int32{1, 0}) {
		t.Errorf("the zones count %v pods, want [1 0]", got)
	}
}

// TestDaemonSetsDontSpread: a DaemonSet's pods have affinity to one node each,
// so a constraint over all of them keeps none away.
func TestDaemonSetsDontSpread(t *testing.T) {
	s := testSpec()
	s.Cluster.Zones = []string{"1", "2"}
	for i, name := range []string{"a", "b"} {
		p := testPool(name, 3-2*i, 4000, 16<<30)
		p.Zones = s.Cluster.Zones[i : i+1]
		s.NodePools = append(s.NodePools, p)
	}
	x := model.NewWorkload("agent")
	x.Kind = model.DaemonSet
	x.Replicas = 0
	x.TopologySpread = []model.SpreadConstraint{{MaxSkew: 1, TopologyKey: model.LabelZone, WhenUnsatisfiable: model.DoNotSchedule}}
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	if got := w.c.workloads[0].ready; got != 4 {
		t.Errorf("%d pods run, want one on each of 4 nodes", got)
	}
}

// TestZonesInOrder: the search goes through the zones in the order in which
// their first nodes appeared, and a zone that loses its last node comes last
// when it has one again.
func TestZonesInOrder(t *testing.T) {
	s := testSpec()
	s.Cluster.Zones = []string{"1", "2"}
	for i, name := range []string{"a", "b"} {
		p := testPool(name, 2, 4000, 16<<30)
		p.Zones = s.Cluster.Zones[1-i : 2-i]
		s.NodePools = append(s.NodePools, p)
	}
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	order := func() []NodeID {
		w.c.interleave()
		return slices.Clone(w.c.sched.nodes)
	}
	if got := order(); !slices.Equal(got, []NodeID{0, 2, 1, 3}) {
		t.Errorf("the order is %v, want [0 2 1 3]", got)
	}
	for _, n := range []NodeID{0, 1} {
		w.c.Machines().Reimage(n, 0, 0)
	}
	w.eng.RunUntil(60e9)
	if got := order(); !slices.Equal(got, []NodeID{2, 0, 3, 1}) {
		t.Errorf("the order is %v, want [2 0 3 1]", got)
	}
}

// TestExplain: why a pod fits nowhere, in the words of the real scheduler, and
// why another one went where it is. Explaining changes nothing.
func TestExplain(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 3, 4000, 16<<30), testPool("b", 1, 1000, 1<<30))
	s.NodePools[1].Taints = []model.Taint{{Key: "only", Value: "x", Effect: model.NoSchedule}}
	x := model.NewWorkload("web")
	x.Replicas = 2
	x.HostAntiAffinity = true
	x.Placement = []string{"aks-a-vmss000000"}
	y := model.NewWorkload("big")
	y.Requests = model.Resources{CPU: 9000, Memory: 32 << 30}
	s.Workloads = append(s.Workloads, x, y)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.c.API().Cordon(1, 0)

	const want = "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu, 2 Insufficient memory."
	if got := w.c.Explain(2).Message(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got := w.c.Explain(0)
	var refusals []Refusal
	for _, o := range got.Nodes {
		refusals = append(refusals, o.Refusal)
		sum := int32(0)
		for _, p := range o.Points {
			sum += p
		}
		if o.Scored != (o.Refusal == Fits) || sum != o.Total {
			t.Errorf("node %d: scored %v, points %v, total %d", o.Node, o.Scored, o.Points, o.Total)
		}
	}
	spare := NodeID(2)
	second := w.c.Pod(1).Node
	if second == 2 {
		spare = none
	}
	wantRefusals := []Refusal{Repelled, Unschedulable, Fits, Untolerated}
	wantRefusals[second] = Repelled
	if second == 1 {
		wantRefusals[1] = Unschedulable
	}
	if got.Chosen != spare || !slices.Equal(refusals, wantRefusals) {
		t.Errorf("chosen %d, refusals %v; want %d, %v", got.Chosen, refusals, spare, wantRefusals)
	}
	if w.c.sched.start != 0 {
		t.Errorf("the next search begins at %d, want 0", w.c.sched.start)
	}
}

// TestWitness: the witness sees every decision, and the run is the same as
// without one.
func TestWitness(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 3, 4000, 16<<30))
	x := model.NewWorkload("web")
	x.Replicas = 5
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	plain := slices.Clone(w.trace.Records)
	var seen []PodID
	w.c.SetWitness(func(p *Placement) {
		seen = append(seen, p.Pod)
		if w.c.Pod(p.Pod).Node != none || p.Chosen == none || len(p.Nodes) != 3 {
			t.Errorf("pod %d is on node %d already, or goes to %d of %d nodes", p.Pod, w.c.Pod(p.Pod).Node, p.Chosen, len(p.Nodes))
		}
	})
	w.reset(1, 0)
	if !slices.Equal(seen, []PodID{0, 1, 2, 3, 4}) {
		t.Errorf("the witness saw pods %v", seen)
	}
	if !slices.Equal(plain, w.trace.Records) {
		t.Error("the witness changes the records")
	}
}

// TestBudgetWithoutPods: a whole min_available is desired before there is a pod,
// and nothing is allowed.
func TestBudgetWithoutPods(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 1, 4000, 16<<30))
	x := model.NewWorkload("agent")
	x.Kind = model.DaemonSet
	x.Replicas = 0
	x.NodeSelector = model.Labels{{Key: "gpu", Value: "yes"}}
	b := model.NewBudget("agent")
	two := model.Count(2)
	b.Selector, b.MinAvailable = model.SelectorOf(x.Labels), &two
	s.Workloads, s.Budgets = append(s.Workloads, x), append(s.Budgets, b)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	if got, want := w.c.Budget(0), (BudgetStatus{Desired: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestSearchAmongFewerNodes: a search begins where the last one ended, also when
// most nodes have gone since.
func TestSearchAmongFewerNodes(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 5, 4000, 16<<30))
	s.Workloads = append(s.Workloads, model.NewWorkload("web"))
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.c.sched.start = 4
	for n := range NodeID(4) {
		w.c.Machines().Delete(n, 0)
	}
	if got := w.c.Explain(0); got.Chosen != 4 {
		t.Errorf("chosen %d, want 4", got.Chosen)
	}
	if w.eng.RunUntil(60e9); w.c.workloads[0].ready != 1 {
		t.Errorf("%d pods are ready, want 1", w.c.workloads[0].ready)
	}
}

// TestNominatedPodsDontShun: boss has victims on the only node and will not
// stand db beside it. As long as no pod that is on a node thinks so of db, db
// goes there all the same; it will be the next victim.
func TestNominatedPodsDontShun(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 1, 1000, 16<<30))
	low, boss, db := model.NewWorkload("low"), model.NewWorkload("boss"), model.NewWorkload("db")
	low.Requests.CPU, boss.Requests.CPU = 800, 500
	low.Placement = []string{"aks-a-vmss000000"}
	for _, w := range []*model.Workload{&low, &db} {
		w.Termination, w.TerminationGrace = random.Constant(20*time.Second), time.Minute
	}
	boss.Priority = 100
	boss.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelHostname, Required: true, Selector: model.SelectorOf(db.Labels)}}
	s.Workloads = append(s.Workloads, low, boss, db)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.eng.RunUntil(5e9)
	if got := len(w.c.Nominees()); got != 1 {
		t.Fatalf("%d pods are nominated, want 1", got)
	}
	last := PodID(w.c.Pods() - 1)
	for w.c.pods[last].workload != 2 {
		last--
	}
	if w.c.slots[w.c.pods[last].slot].attempt != 2 || w.c.Pod(last).Node != 0 {
		t.Errorf("db's pod %d is on node %d, want the second one to be on node 0", w.c.slots[w.c.pods[last].slot].attempt, w.c.Pod(last).Node)
	}
}
