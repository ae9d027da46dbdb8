package kube

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
)

// TestEnough: how many feasible nodes the scheduler looks for. The numbers are
// what upstream's formula gives.
func TestEnough(t *testing.T) {
	for _, x := range []struct{ nodes, want int }{
		{0, 0}, {1, 1}, {99, 99}, {100, 100}, {199, 100}, {500, 230}, {1000, 420}, {3000, 780}, {5000, 500}, {6000, 300},
	} {
		if got := enough(x.nodes, 0); got != x.want {
			t.Errorf("enough(%d) = %d, want %d", x.nodes, got, x.want)
		}
	}
}

// TestDrainOrder: a drain asks for pods in the order of their names, where one
// workload's name may begin with another's.
func TestDrainOrder(t *testing.T) {
	s := testSpec()
	p := testPool("a", 1, 100_000, 1<<40)
	p.Allocatable.Pods = 250
	s.NodePools = append(s.NodePools, p)
	for i, name := range []string{"web", "web-api", "web-2", "db", "db-0", "web2"} {
		w := model.NewWorkload(name)
		w.Replicas = 12
		if i%2 == 1 {
			w.Kind = model.StatefulSet
		}
		if i == 5 {
			w.Namespace = "another"
		}
		s.Workloads = append(s.Workloads, w)
	}
	w := newWorld(t, testModel(t, s))
	for seed := range uint64(5) {
		w.reset(seed, 0)
		pods := make([]PodID, 0, len(w.c.pods))
		for p := range w.c.pods {
			pods = append(pods, PodID(p))
		}
		w.c.sortByName(pods)
		if !slices.IsSortedFunc(pods, func(p, q PodID) int { return strings.Compare(w.c.PodName(p), w.c.PodName(q)) }) {
			t.Errorf("seed %d: pods are not in the order of their names", seed)
		}
	}
}

// TestInPlaceClosedForm: one node at a time without contention, N nodes take
// N times drain, reimage and untaint; the drain is one answer and one
// termination.
func TestInPlaceClosedForm(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 7, 4000, 16<<30))
	w := model.NewWorkload("web")
	w.Requests.CPU = 3000
	w.Replicas = 1
	s.Workloads = append(s.Workloads, w)
	agent := model.NewWorkload("agent")
	agent.Kind, agent.Replicas = model.DaemonSet, 0
	s.Workloads = append(s.Workloads, agent)

	r := newRoller(t, s)
	r.upgrade(1, 0)
	const empty = 20*time.Second + 200*time.Millisecond // reimage and untaint
	const drain = 30*time.Millisecond + time.Second     // answer and termination
	moves := r.c.slots[0].attempt - 1                   // each drain of a node with the pod is one move
	if want := des.Time(7*empty + time.Duration(moves)*drain); r.eng.Now() != want {
		t.Errorf("7 nodes with %d moves took %v, want %v", moves, r.eng.Now(), want)
	}
	if moves < 1 || moves > 7 {
		t.Errorf("the pod moved %d times", moves)
	}
}

// TestTiesAreUniform: of nodes that are equally good each is as likely.
func TestTiesAreUniform(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 5, 4000, 16<<30))
	s.Workloads = append(s.Workloads, model.NewWorkload("web"))
	w := newWorld(t, testModel(t, s))
	var count [5]int
	const runs = 5000
	for i := range runs {
		w.reset(9, i)
		count[w.c.pods[0].node]++
	}
	for n, k := range count {
		if k < runs/5-120 || k > runs/5+120 { // over four standard deviations
			t.Errorf("node %d was chosen %d times of %d, want about %d", n, k, runs, runs/5)
		}
	}
}

// TestImageLocality: upstream's points for an image of 1 GiB that 2 of 4 nodes
// have: 512 MiB between 23 and 1000.
func TestImageLocality(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 4, 4000, 16<<30))
	x := model.NewWorkload("web")
	x.Replicas = 3
	x.Image = model.Image{Name: "web", Size: 1 << 30}
	x.Placement = []string{"aks-a-vmss000000", "aks-a-vmss000001", "aks-a-vmss000001"}
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.c.chooseListed(0)
	for _, x := range w.c.sched.scores {
		want := int32(0)
		if x.node < 2 {
			want = 100 * (512 - 23) / (1000 - 23)
		}
		if x.image != want {
			t.Errorf("node %d has %d points, want %d", x.node, x.image, want)
		}
	}
}

// TestFirstPodsAreSpread: a large image doesn't draw the replicas of the start
// together, for a cluster that fills up has it nowhere yet.
func TestFirstPodsAreSpread(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 9, 3860, 13<<30))
	x := model.NewWorkload("web")
	x.Replicas = 12
	x.Requests = model.Resources{CPU: 500, Memory: 512 << 20}
	x.Image = model.Image{Name: "web", Size: 400 << 20}
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	count := map[NodeID]int{}
	for _, p := range w.c.pods {
		count[p.node]++
	}
	for n := range w.c.nodes {
		if k := count[NodeID(n)]; k < 1 || k > 2 {
			t.Errorf("%s has %d of 12 replicas, want 1 or 2", w.c.NodeName(NodeID(n)), k)
		}
	}
}

// TestSurgeNodesKeepNumbers: instances are numbered on and never reuse a number.
func TestSurgeNodesKeepNumbers(t *testing.T) {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 2, 4000, 16<<30))
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		n := w.c.Machines().Boot(Boot{Zone: none, Surge: true}, 0)
		if r.IntN(2) == 0 {
			w.c.Machines().Delete(n, 0)
		}
		w.eng.RunUntil(w.eng.Now() + des.Time(30*time.Second))
	}
	last := -1
	for _, n := range w.c.Nodes(0) {
		x := w.c.Node(n)
		if x.Number <= last || x.Deleted {
			t.Errorf("node %s has number %d after %d, deleted %v", w.c.NodeName(n), x.Number, last, x.Deleted)
		}
		last = x.Number
	}
	n := w.c.Machines().Boot(Boot{Zone: none}, 0)
	if name := w.c.NodeName(n); name != "aks-a-vmss00000m" { // 22 in base 36
		t.Errorf("the 21st machine after the first two is %s", name)
	}
}
