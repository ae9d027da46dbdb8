package chart

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// fake describes a made-up run: pools one after another, batches of slots
// nodes, pods that leave with their node and come back later. It is no
// simulation, but its timeline is consistent with itself.
type fake struct {
	pools, nodes int // nodes of each pool
	slots        int // nodes at a time
	surge        bool
	batches      bool
	soak         time.Duration
	workloads    int
	replicas     int
	target       float64
	unit         time.Duration // drains take a few of it, reimaging twelve
	controlPlane bool
	quiet        bool // no budget ever refuses
	name         func(int) string
	outcome      trace.Outcome // what the run ends as; not Completed: after the first batch of the last pool
}

func (k fake) defaults() fake {
	k.slots = max(k.slots, 1)
	if k.unit == 0 {
		k.unit = 10 * time.Second
	}
	if k.name == nil {
		k.name = func(i int) string { return fmt.Sprintf("app%02d", i) }
	}
	k.outcome = max(k.outcome, trace.Completed)
	return k
}

// fakeRun is a fake being played.
type fakeRun struct {
	fake
	t      *metrics.Timeline
	now    des.Time
	deltas [][]delta // by workload
	source *rand.Rand
}

type delta struct {
	at des.Time
	d  int32
}

func (k fake) timeline() *metrics.Timeline {
	r := &fakeRun{fake: k.defaults(), source: rand.New(rand.NewPCG(1, 2))}
	r.t = &metrics.Timeline{
		Header: &trace.Header{Title: "made up", Cluster: "fake", Strategy: "full", Seed: 1, Versions: []string{"1.29.7", "1.30.5"},
			Knobs: []trace.Knob{{Path: "cluster.kubernetes_version", Value: "1.29.7"}}},
		Run: &metrics.Run{Outcome: r.outcome, Reason: "it is made up", Seed: 1, EndControlPlane: "1.30.5", HasSettled: true},
	}
	r.deltas = make([][]delta, r.workloads)
	if r.controlPlane {
		r.now += des.Time(30 * r.unit)
		r.t.ControlPlane = metrics.PhaseRun{End: r.now, Ran: true, Over: true}
	}
	for p := range r.pools {
		r.pool(p)
	}
	r.t.End, r.t.Last = r.now, r.now.Add(4*r.unit)
	r.t.Stopped = r.outcome != trace.Completed
	r.finish()
	return r.t
}

func (r *fakeRun) pool(p int) {
	name := fmt.Sprintf("pool%d", p)
	prefix := "aks-" + name + "-vmss"
	r.t.Header.Pools = append(r.t.Header.Pools, trace.PoolName{Name: name, NodePrefix: prefix})
	pool := metrics.PoolTimeline{Name: name, Upgrade: metrics.PhaseRun{Start: r.now, Ran: true, Over: true}}
	first := len(r.t.Nodes)
	for i := range r.nodes {
		n := metrics.NodeTimeline{Name: fmt.Sprintf("%s%06d", prefix, i), Pool: p}
		n.Pods = metrics.Step{At: []des.Time{0}, Value: []int32{int32(1 + i%4)}}
		r.t.Nodes = append(r.t.Nodes, n)
		r.t.Header.Nodes = append(r.t.Header.Nodes, trace.NodeName{Name: n.Name, Pool: int32(p), Zone: -1})
	}
	if r.surge {
		pool.Surge = r.slots
		from := r.now
		r.now += des.Time(6 * r.unit)
		pool.Phases = append(pool.Phases, metrics.Span{From: from, To: r.now, State: int(trace.AddingSurge)})
	}
	begin := r.now
	last := p == r.pools-1 && r.outcome != trace.Completed
	for b := 0; b*r.slots < r.nodes; b++ {
		if r.batches {
			pool.Batches = append(pool.Batches, r.now)
		}
		r.batch(first+b*r.slots, min(first+(b+1)*r.slots, first+r.nodes), b+1)
		if last {
			break
		}
	}
	pool.Phases = append(pool.Phases, metrics.Span{From: begin, To: r.now, State: int(trace.Rolling)})
	if r.surge && !last {
		pool.Phases = append(pool.Phases, metrics.Span{From: r.now, To: r.now.Add(6 * r.unit), State: int(trace.RemovingSurge)})
		for i := range r.slots {
			r.surgeNode(p, i, begin, r.now)
		}
		r.now += des.Time(6 * r.unit)
	}
	pool.Upgrade.End, pool.Upgrade.Over = r.now, !last
	r.t.Pools = append(r.t.Pools, pool)
	r.t.Run.Pools = append(r.t.Run.Pools, metrics.PoolRun{Name: name, Upgrade: pool.Upgrade, Surge: pool.Surge, Slots: r.slots, EndVersion: "1.30.5"})
}

// batch drains, soaks and reimages nodes from to to, all at the same time.
func (r *fakeRun) batch(from, to, number int) {
	begin, waiting := r.now, time.Duration(0)
	for i := from; i < to; i++ {
		n := &r.t.Nodes[i]
		at := begin
		span := func(d time.Duration, st metrics.NodeState) {
			n.Spans = append(n.Spans, metrics.Span{From: at, To: at.Add(d), State: int(st)})
			at = at.Add(d)
		}
		n.Spans = []metrics.Span{{To: begin, State: int(metrics.NodeOld)}}
		if r.batches {
			n.Batch = number
		}
		drain := time.Duration(1+r.source.IntN(4)) * r.unit
		d := metrics.Drain{Span: metrics.Span{From: at, To: at.Add(drain), State: int(trace.Drained)}, Budget: -1}
		if !r.quiet && drain > r.unit && r.workloads > 0 {
			w := metrics.Wait{From: at.Add(r.unit / 2), To: at.Add(drain - r.unit/4), Budget: i % r.workloads, Refusals: 1 + i%9}
			n.Waits = []metrics.Wait{w}
			d.Waited, d.Budget, d.Refusals = w.To.Sub(w.From), w.Budget, w.Refusals
			waiting = max(waiting, d.Waited) // all begin together
		}
		n.Drains = []metrics.Drain{d}
		r.move(i, at, drain)
		span(drain, metrics.NodeDraining)
		n.Pods.At, n.Pods.Value = append(n.Pods.At, at, at.Add(20*r.unit)), append(n.Pods.Value, 0, 3)
		if r.soak > 0 {
			span(r.soak, metrics.NodeSoaking)
		}
		span(12*r.unit, metrics.NodeReimaging)
		r.now = max(r.now, at)
	}
	r.t.Waiting += waiting
}

// move takes the pods of a few workloads away for a while.
func (r *fakeRun) move(node int, at des.Time, drain time.Duration) {
	for j := range min(3, r.workloads) {
		w := (node*3 + j) % r.workloads
		d := delta{at.Add(time.Duration(j) * r.unit / 10), -1}
		r.deltas[w] = append(r.deltas[w], d, delta{d.at.Add(drain/2 + r.unit), 1})
	}
}

func (r *fakeRun) surgeNode(p, i int, from, drained des.Time) {
	n := metrics.NodeTimeline{Name: fmt.Sprintf("aks-pool%d-vmss%06d", p, r.nodes+i), Pool: p, Surge: true}
	end := drained.Add(r.unit)
	n.Spans = []metrics.Span{
		{From: from - des.Time(6*r.unit), To: from, State: int(metrics.NodeCreating)},
		{From: from, To: drained, State: int(metrics.NodeSurge)},
		{From: drained, To: end, State: int(metrics.NodeDraining)},
		{From: end, To: end.Add(3 * r.unit), State: int(metrics.NodeGoing)},
	}
	n.Drains = []metrics.Drain{{Span: metrics.Span{From: drained, To: end, State: int(trace.Drained)}, Budget: -1}}
	n.Pods = metrics.Step{At: []des.Time{from, end}, Value: []int32{2, 0}}
	r.t.Nodes = append(r.t.Nodes, n)
}

// finish closes the nodes' lives, folds the workloads and names a blocker.
func (r *fakeRun) finish() {
	t := r.t
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Surge {
			continue
		}
		k := len(n.Spans)
		if k == 0 {
			n.Spans = []metrics.Span{{To: t.Last, State: int(metrics.NodeOld)}}
			continue
		}
		n.Spans = append(n.Spans, metrics.Span{From: n.Spans[k-1].To, To: t.Last, State: int(metrics.NodeNew)})
	}
	for w := range r.workloads {
		r.workload(w)
	}
	if r.outcome == trace.Blocked && r.workloads > 0 {
		t.Run.Blocker = &metrics.Blocker{Node: t.Nodes[0].Name, Pool: "pool0", Pod: r.name(0) + "-1", Workload: r.name(0), Budget: r.name(0), At: t.End}
	}
	if r.outcome == trace.Refused {
		t.Run.Refusals = []metrics.Refusal{{Request: "upgrade", Code: "OperationNotAllowed",
			Message: "OperationNotAllowed: the control plane is being upgraded; wait for it to succeed (rule one-operation of profile aks-2023-07)", At: t.End}}
	}
}

func (r *fakeRun) workload(i int) {
	w := metrics.WorkloadTimeline{WorkloadRun: &metrics.WorkloadRun{Namespace: "shop", Name: r.name(i), Kind: "Deployment", Desired: r.replicas,
		HasFloor: i%3 != 2 && r.replicas > 1, Floor: r.replicas - 1 - i%2, HasTarget: r.target > 0, Target: r.target}}
	slices.SortStableFunc(r.deltas[i], func(a, b delta) int { return cmp.Compare(a.at, b.at) })
	ready := int32(r.replicas)
	w.Ready = metrics.Step{At: []des.Time{0}, Value: []int32{ready}}
	for _, d := range r.deltas[i] {
		ready = min(max(ready+d.d, 0), int32(r.replicas))
		k := len(w.Ready.At) - 1
		switch {
		case w.Ready.At[k] == d.at:
			w.Ready.Value[k] = ready
		case w.Ready.Value[k] != ready:
			w.Ready.At, w.Ready.Value = append(w.Ready.At, d.at), append(w.Ready.Value, ready)
		}
	}
	for n := range r.t.Nodes {
		for _, x := range r.t.Nodes[n].Waits {
			for k := 0; k < x.Refusals && x.Budget == i; k++ {
				w.Refusals = append(w.Refusals, x.From.Add(x.To.Sub(x.From)*time.Duration(k)/time.Duration(x.Refusals)))
			}
		}
	}
	slices.Sort(w.Refusals)
	r.t.Workloads = append(r.t.Workloads, w)
	r.t.Header.Budgets = append(r.t.Header.Budgets, trace.BudgetName{Namespace: "shop", Name: w.Name,
		Spec: fmt.Sprintf("min_available %d", w.Floor), Workloads: []int32{int32(i)}})
	meter(r.t)
}

// meter gives the workloads the numbers of their step functions, as the Meter of
// a real run does.
func meter(t *metrics.Timeline) *metrics.Timeline {
	last := max(t.Last, t.End)
	for i := range t.Workloads {
		w := &t.Workloads[i]
		w.MinReady, w.MinReadyAt = w.Desired, t.Start
		if least, at, ok := w.Ready.Min(t.Start, last); ok {
			w.MinReady, w.MinReadyAt = int(least), at
		}
		w.ReadySecondsLost = 0
		for k, at := range w.Ready.At {
			until := last
			if k+1 < len(w.Ready.At) {
				until = min(w.Ready.At[k+1], last)
			}
			if d := until.Sub(max(at, t.Start)); d > 0 {
				w.ReadySecondsLost += float64(max(0, w.Desired-int(w.Ready.Value[k]))) * d.Seconds()
			}
		}
		if w.HasFloor {
			w.BelowBudget, _ = w.Ready.Below(int32(w.Floor), t.Start, last)
		}
		if w.HasTarget {
			w.BelowTarget, _ = w.Ready.Below(int32(metrics.LeastMeeting(w.Target, w.Desired)), t.Start, last)
		}
	}
	return t
}

// edit returns t after change, for cases that differ in one thing.
func edit(t *metrics.Timeline, change func(*metrics.Timeline)) *metrics.Timeline {
	change(t)
	return meter(t)
}

// timelines are runs of every kind that the pictures must stand.
func timelines() map[string]*metrics.Timeline {
	usual := fake{pools: 1, nodes: 6, slots: 2, surge: true, batches: true, workloads: 4, replicas: 4, controlPlane: true, target: 0.5}
	long := usual
	long.name = func(i int) string {
		return fmt.Sprintf("recommendation-service-with-a-name-of-sixty-three-characters-%02d", i)
	}
	single, days, brief, blocked, failed, horizon := usual, usual, usual, usual, usual, usual
	single.replicas, single.workloads = 1, 3
	days.unit, days.nodes = 4*time.Hour, 20
	brief.unit, brief.controlPlane = 100*time.Millisecond, false
	blocked.outcome, failed.outcome, horizon.outcome = trace.Blocked, trace.Failed, trace.Horizon
	atOnce := &metrics.Timeline{Stopped: true,
		Header: &trace.Header{Cluster: "fake", Pools: []trace.PoolName{{Name: "web"}}, Versions: []string{"1.29.7"}, Nodes: []trace.NodeName{{Name: "a"}}},
		Run: &metrics.Run{Outcome: trace.Refused, Reason: "AKS refused the upgrade", Pools: []metrics.PoolRun{{Name: "web", EndVersion: "1.29.7"}},
			Refusals: []metrics.Refusal{{Request: "upgrade", Code: "InvalidParameter", Message: "1.27.3 is lower than the version of the control plane"}}},
		Pools:     []metrics.PoolTimeline{{Name: "web"}},
		Nodes:     []metrics.NodeTimeline{{Name: "a", Spans: []metrics.Span{{State: int(metrics.NodeOld)}}, Pods: metrics.Step{At: []des.Time{0}, Value: []int32{3}}}},
		Workloads: []metrics.WorkloadTimeline{{WorkloadRun: &metrics.WorkloadRun{Name: "web", Desired: 3, MinReady: 3}, Ready: metrics.Step{At: []des.Time{0}, Value: []int32{3}}}},
	}
	controlPlane := fake{workloads: 3, replicas: 3, controlPlane: true}.timeline()
	controlPlane.Nodes, controlPlane.Pools = atOnce.Nodes, atOnce.Pools
	return map[string]*metrics.Timeline{
		"usual":      usual.timeline(),
		"two pools":  fake{pools: 2, nodes: 5, slots: 1, surge: true, workloads: 6, replicas: 3, controlPlane: true, soak: 30 * time.Second}.timeline(),
		"nine pools": fake{pools: 9, nodes: 3, slots: 1, surge: true, workloads: 5, replicas: 9, controlPlane: true}.timeline(),
		"in place":   fake{pools: 1, nodes: 8, slots: 2, workloads: 1, replicas: 24, quiet: true}.timeline(),
		"30":         fake{pools: 2, nodes: 20, slots: 4, surge: true, batches: true, workloads: 30, replicas: 6, target: 0.9}.timeline(),
		"200":        fake{pools: 3, nodes: 50, slots: 10, surge: true, workloads: 200, replicas: 5}.timeline(),
		"long names": long.timeline(), "singletons": single.timeline(), "days": days.timeline(), "brief": brief.timeline(),
		"blocked": blocked.timeline(), "failed": failed.timeline(), "horizon": horizon.timeline(),
		"refused at once": atOnce, "control plane only": controlPlane,
		"nothing": {Header: &trace.Header{}, Run: &metrics.Run{Outcome: trace.Completed}},
		"DaemonSets only": edit(usual.timeline(), func(t *metrics.Timeline) {
			for i := range t.Workloads {
				t.Workloads[i].Kind = "DaemonSet"
			}
		}),
		"no replicas": edit(usual.timeline(), func(t *metrics.Timeline) {
			for i := range t.Workloads {
				t.Workloads[i].Desired, t.Workloads[i].Ready = 0, metrics.Step{}
			}
		}),
		"no pods": edit(usual.timeline(), func(t *metrics.Timeline) {
			for i := range t.Nodes {
				t.Nodes[i].Pods = metrics.Step{}
			}
		}),
		"control plane twice": edit(usual.timeline(), func(t *metrics.Timeline) {
			t.PlaneSteps = []metrics.Span{{To: des.Time(time.Minute)}, {From: des.Time(4 * time.Minute), To: t.ControlPlane.End, State: 1}}
		}),
		"1,000 nodes": fake{pools: 4, nodes: 250, slots: 20, surge: true, workloads: 200, replicas: 150}.timeline(),
		"late start":  edit(usual.timeline(), func(t *metrics.Timeline) { t.Start = t.ControlPlane.End }),
		"a second refusal": edit(usual.timeline(), func(t *metrics.Timeline) {
			t.Run.Refusals = []metrics.Refusal{{Request: "again", Code: "OperationNotAllowed", Expected: true}}
		}),
	}
}
