package kube

import (
	"slices"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

// queueWorld is a cluster of one node with pods that fit nowhere: one of each
// priority, each larger than the node.
func queueWorld(t *testing.T, priorities ...int32) *world {
	s := testSpec()
	s.NodePools = append(s.NodePools, testPool("a", 1, 4000, 16<<30))
	for i, p := range priorities {
		w := model.NewWorkload(string(rune('a' + i)))
		w.Kind = model.BarePod
		w.Requests.CPU = 5000
		w.Priority = p
		s.Workloads = append(s.Workloads, w)
	}
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.drainQueue() // those that may find victims are in it
	return w
}

func (w *world) drainQueue() []PodID {
	var list []PodID
	for p := w.c.pop(); p != none; p = w.c.pop() {
		w.c.pods[p].queued = false
		list = append(list, p)
	}
	return list
}

// TestQueueOrder: the highest priority first, among equals the one that has
// waited for longest since it was last looked at.
func TestQueueOrder(t *testing.T) {
	w := queueWorld(t, 5, 10, 5, -1)
	for p := range w.c.pods {
		w.c.pods[p].fails = 0
		w.c.enqueue(PodID(p))
	}
	w.c.pods[0].entered = 1 // later than the others, but for its place in the heap
	w.c.unqueue(0)
	w.c.pods[0].fails, w.c.pods[0].backoff = 1, -1e9
	w.c.enqueue(0)
	if got := w.drainQueue(); !slices.Equal(got, []PodID{1, 2, 0, 3}) {
		t.Errorf("the order is %v, want [1 2 0 3]", got)
	}
}

// TestBackoff: a pod backs off for 1 s after its first failure and twice as long
// after each further one, up to 10 s, in whole seconds of the clock.
func TestBackoff(t *testing.T) {
	w := queueWorld(t, 0)
	x := &w.c.pods[0]
	x.fails = 0
	w.c.unwait(0)
	at := 20300 * time.Millisecond
	w.eng.RunUntil(des.Time(at))
	for i, want := range []time.Duration{21, 22, 24, 28, 30, 30, 30} {
		w.c.failed(0)
		w.c.unwait(0)
		if x.backoff != des.Time(want*time.Second) {
			t.Errorf("after failure %d at %v it backs off until %v, want %vs", i+1, at, x.backoff, int(want))
		}
	}
}

// TestBackingOffComesLast: a pod that backs off is taken when no other is there,
// whatever its priority; and one whose time is over is like any other.
func TestBackingOffComesLast(t *testing.T) {
	w := queueWorld(t, 0, 100, 50)
	for p, fails := range []int32{0, 3, 1} {
		w.c.pods[p].fails = fails
		w.c.pods[p].backoff = des.Time(fails) * 1e9
	}
	enqueueAll := func() {
		for p := range w.c.pods {
			w.c.enqueue(PodID(p))
		}
	}
	enqueueAll()
	if got := w.drainQueue(); !slices.Equal(got, []PodID{0, 2, 1}) {
		t.Errorf("the order is %v, want [0 2 1]: the one that waits shortest is the first of those that back off", got)
	}
	enqueueAll()
	for p := range w.c.pods {
		w.c.pods[p].backoff = -1e9 // it is over
	}
	if got := w.drainQueue(); !slices.Equal(got, []PodID{1, 2, 0}) {
		t.Errorf("later the order is %v, want [1 2 0]", got)
	}
}

// TestHostPorts: which ports are in each other's way. Source: kubernetes
// pkg/scheduler/framework/types.go, HostPortInfo.CheckConflict.
func TestHostPorts(t *testing.T) {
	port := func(n int, protocol, ip string) []model.HostPort {
		return []model.HostPort{{Port: n, Protocol: protocol, IP: ip}}
	}
	for _, x := range []struct {
		a, b []model.HostPort
		want bool
	}{
		{port(80, "TCP", ""), port(80, "TCP", ""), true},
		{port(80, "TCP", ""), port(81, "TCP", ""), false},
		{port(80, "TCP", ""), port(80, "UDP", ""), false},
		{port(80, "", ""), port(80, "TCP", ""), true},
		{port(80, "TCP", "10.0.0.1"), port(80, "TCP", "10.0.0.2"), false},
		{port(80, "TCP", "10.0.0.1"), port(80, "TCP", "10.0.0.1"), true},
		{port(80, "TCP", "10.0.0.1"), port(80, "TCP", "0.0.0.0"), true},
		{port(80, "TCP", ""), nil, false},
	} {
		if got := shareAPort(x.a, x.b); got != x.want {
			t.Errorf("%v and %v share a port: %v, want %v", x.a, x.b, got, x.want)
		}
	}
}

// TestClientLimitsBinding: when a node comes back and twelve pods wait, the
// client binds two at once and then one a second. The scheduler doesn't wait for
// that: it counts on pods being where it put them.
func TestClientLimitsBinding(t *testing.T) {
	s := testSpec()
	s.Timing.OrphanDelete = random.Constant(0) // else they would live on
	s.Scheduler.ClientQPS, s.Scheduler.ClientBurst = 1, 2
	s.NodePools = append(s.NodePools, testPool("a", 1, 4000, 16<<30))
	x := model.NewWorkload("web")
	x.Replicas = 12
	x.Requests.CPU = 300
	s.Workloads = append(s.Workloads, x)
	w := newWorld(t, testModel(t, s))
	w.reset(1, 0)
	w.c.Machines().Reimage(0, 1, 0)
	back := 20200 * time.Millisecond
	w.eng.RunUntil(des.Time(back + 100*time.Millisecond))
	if got := w.c.workloads[0].onNode[0]; got != 12 {
		t.Fatalf("the scheduler counts on %d pods, want 12", got)
	}
	bound := func() int {
		n := 0
		for p := range w.c.pods {
			if x := &w.c.pods[p]; x.phase < PodTerminating && x.node != none && !x.binding {
				n++
			}
		}
		return n
	}
	for _, want := range []int{2, 3, 4} {
		if got := bound(); got != want {
			t.Errorf("t=%v: %d pods are bound, want %d", w.eng.Now(), got, want)
		}
		w.eng.RunUntil(w.eng.Now() + 1e9)
		if err := w.c.CheckInvariants(); err != nil {
			t.Error(err)
		}
	}
}
