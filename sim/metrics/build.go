package metrics

import (
	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// TimelineBuilder builds the Timeline of one run from its records: a
// trace.Sink. It is for one run. What a Meter counts it reads off the Meter of
// that run, which takes each record first.
type TimelineBuilder struct {
	header *trace.Header
	meter  *Meter

	places    []int32 // of pods: the node; -1: not bound
	nodes     []drawnNode
	plane     stretch // upgrades of the control plane; state: the target's index + 1
	version   int32   // of the control plane, an index into Header.Versions
	pools     []PoolTimeline
	phases    []stretch  // of pools
	batch     []int      // of pools: number of the present one
	orders    []trace.ID // of pools: the cluster autoscaler's last one
	workloads []drawnWorkload
}

type drawnWorkload struct {
	steps    Step
	refusals []des.Time
}

type drawnNode struct {
	line           NodeTimeline
	life           stretch
	first, version int32 // version at the start, -1: none; version now, -1: never ready
	pods           int32
	stuck          bool
	down           bool // the machine has crashed
	reimaged       bool
	fresh          bool // of a pool that replaces another
}

// stretch is a state that holds now, and those that held before.
type stretch struct {
	state int // 0: none
	since des.Time
	spans []Span
}

// set changes the state at t. What held for no time leaves no span, and two
// spans of one state that meet are one.
func (s *stretch) set(state int, t des.Time) {
	if state == s.state {
		return
	}
	if s.state != 0 && t > s.since {
		n := len(s.spans)
		if n > 0 && s.spans[n-1].State == s.state && s.spans[n-1].To == s.since {
			s.spans[n-1].To = t
		} else {
			s.spans = append(s.spans, Span{s.since, t, s.state})
		}
	}
	s.state, s.since = state, t
}

// all ends what holds at t, the last instant, and returns all spans. What has
// only that instant, as everything has in a run that takes no time, leaves a span
// of no length.
func (s *stretch) all(t des.Time) []Span {
	state := s.state
	s.set(0, t)
	if len(s.spans) == 0 && state != 0 {
		s.spans = append(s.spans, Span{t, t, state})
	}
	return s.spans
}

// NewTimeline returns a builder for the run that m, new or reset for it, is going
// to meter. The header is the run's own.
func NewTimeline(h *trace.Header, m *Meter) *TimelineBuilder {
	m.drains.keep = true
	b := &TimelineBuilder{
		header:    h,
		meter:     m,
		phases:    make([]stretch, len(h.Pools)),
		batch:     make([]int, len(h.Pools)),
		orders:    make([]trace.ID, len(h.Pools)),
		workloads: make([]drawnWorkload, len(h.Workloads)),
	}
	for _, p := range h.Pools {
		b.pools = append(b.pools, PoolTimeline{Name: p.Name})
	}
	for i := range b.workloads {
		b.workloads[i].steps.add(0, 0)
	}
	return b
}

// Record takes the next record.
func (b *TimelineBuilder) Record(id trace.ID, r *trace.Record, _ string) {
	switch r.Subject.Kind {
	case trace.Pod:
		b.pod(r)
	case trace.Node:
		b.node(r)
	case trace.Pool:
		b.pool(id, r)
	case trace.Operation:
		b.planeOperation(r)
	case trace.ControlPlane:
		if r.Kind == trace.CurrentVersion && r.Object.Kind == trace.Version {
			b.version = r.Object.Index
			if int(b.version)+1 == b.plane.state {
				b.plane.set(0, r.At)
			}
		}
	}
}

// planeOperation begins and ends upgrades of the control plane. A full upgrade
// goes on with the pools when the control plane has its version.
func (b *TimelineBuilder) planeOperation(r *trace.Record) {
	switch {
	case r.Object.Kind != trace.ControlPlane:
	case r.Kind == trace.OperationStarted && int32(r.Value) != b.version:
		b.plane.set(int(r.Value)+1, r.At)
	case r.Kind == trace.OperationEnded:
		b.plane.set(0, r.At)
	}
}

func (b *TimelineBuilder) pool(id trace.ID, r *trace.Record) {
	i := r.Subject.Index
	switch r.Kind {
	case trace.SurgePlanned:
		b.pools[i].Surge = max(b.pools[i].Surge, int(r.Value))
	case trace.ScaledUp:
		b.orders[i] = id
	case trace.BatchStarted:
		b.pools[i].Batches = append(b.pools[i].Batches, r.At)
		b.batch[i] = int(r.Value)
	case trace.PoolPhase:
		state := int(r.Value)
		if trace.Phase(r.Value) == trace.PhaseDone {
			state = 0
		}
		b.phases[i].set(state, r.At)
	}
}

func (b *TimelineBuilder) node(r *trace.Record) {
	for int(r.Subject.Index) >= len(b.nodes) {
		b.nodes = append(b.nodes, drawnNode{first: -1, version: -1})
	}
	n := &b.nodes[r.Subject.Index]
	if r.Object.Kind == trace.Version && (r.Kind == trace.NodeReady || r.Kind == trace.NodeUsable) {
		n.version = r.Object.Index
	}
	switch r.Kind {
	case trace.NodeRequested:
		b.nodeOrdered(n, r)
	case trace.NodeZone:
		if r.Object.Kind == trace.Zone {
			n.line.Zone = b.header.Zones[r.Object.Index]
		}
	case trace.NodeCrashed:
		n.down = true
		n.settle(r.At)
	case trace.NodeUsable:
		n.stuck = n.stuck && n.down // a machine that is back is no further than it was
		n.down = false
		n.settle(r.At)
	case trace.NodeUncordoned:
		n.settle(r.At)
	case trace.DrainStarted:
		n.stuck = false
		n.set(NodeDraining, r.At)
		if !n.line.Surge {
			n.line.Batch = b.batch[n.line.Pool]
		}
	case trace.DrainEnded:
		n.drained(trace.DrainResult(r.Value), b.phases[n.line.Pool].state != 0, r.At)
	case trace.SoakStarted:
		n.set(NodeSoaking, r.At)
	case trace.ReimageStarted:
		n.reimaged, n.down, n.stuck = true, false, false
		n.set(NodeReimaging, r.At)
	case trace.NodeKept:
		n.line.Kept = true
		if n.life.state == int(NodeSurge) {
			n.set(NodeNew, r.At)
		}
	case trace.NodeTainted:
		if trace.Taint(r.Value) == trace.ToBeDeleted {
			n.line.Removed = r.At
		}
	case trace.NodeUntainted:
		if trace.Taint(r.Value) == trace.ToBeDeleted {
			n.line.Removed = 0
		}
	case trace.NodeDeleting:
		n.set(NodeGoing, r.At)
	case trace.NodeDeleted:
		n.set(0, r.At)
	}
}

func (b *TimelineBuilder) nodeOrdered(n *drawnNode, r *trace.Record) {
	n.line.Pool = int(r.Object.Index)
	n.line.Surge = r.Value&1 == 1
	n.fresh = b.header.Pools[n.line.Pool].Replaces != ""
	n.line.Later = int(r.Subject.Index) >= len(b.header.Nodes) && !n.line.Surge
	n.first = b.firstVersion(r)
	n.line.Added = r.Cause != 0 && r.Cause == b.orders[n.line.Pool]
	n.set(NodeCreating, r.At)
}

// drained sets what a node is after its drain, which is part of an upgrade of its
// pool by AKS or done by hand. What follows at once takes its place.
func (n *drawnNode) drained(result trace.DrainResult, upgrading bool, t des.Time) {
	n.stuck = result == trace.DrainTimedOut
	state := NodeStuck
	switch {
	case result == trace.Drained && upgrading:
		state = NodeSoaking
	case result == trace.Drained:
		state = NodeDrained
	}
	n.set(state, t)
}

// firstVersion is the version that a node starts with, which for one that comes
// later is that of its pool's first node; -1 where the pool had none.
func (b *TimelineBuilder) firstVersion(r *trace.Record) int32 {
	if i := int(r.Subject.Index); i < len(b.header.Nodes) {
		return b.header.Nodes[i].Version
	}
	for _, n := range b.header.Nodes {
		if n.Pool == r.Object.Index {
			return n.Version
		}
	}
	return -1
}

func (n *drawnNode) set(s NodeState, t des.Time) { n.life.set(int(s), t) }

// settle sets the state of a node that nobody works on, unless its drain goes on.
func (n *drawnNode) settle(t des.Time) {
	switch {
	case n.life.state == int(NodeDraining):
	case n.stuck:
		n.set(NodeStuck, t)
	case n.down:
		n.set(NodeDown, t)
	default:
		n.set(n.rest(), t)
	}
}

// rest is the state of a usable node that nobody works on.
func (n *drawnNode) rest() NodeState {
	switch {
	case n.line.Kept, n.fresh:
		return NodeNew
	case n.line.Surge:
		return NodeSurge
	case n.version > n.first, n.reimaged && n.version == n.first: // a new version, or a new image of the same one
		return NodeNew
	}
	return NodeOld
}

func (b *TimelineBuilder) pod(r *trace.Record) {
	i := r.Subject.Index
	w := b.meter.pods[i].workload
	switch r.Kind {
	case trace.PodCreated:
		b.places = append(b.places, -1)
	case trace.PodBound:
		if r.Object.Kind == trace.Node {
			b.place(i, w, r.Object.Index, r.At)
		}
	case trace.PodDeleted:
		b.place(i, w, -1, r.At)
	case trace.EvictionRefused:
		b.workloads[w].refusals = append(b.workloads[w].refusals, r.At)
	}
	b.workloads[w].steps.add(r.At, b.meter.loads[w].ready)
}

// place moves a pod of workload w to a node, or off its node with -1.
func (b *TimelineBuilder) place(pod, w, node int32, t des.Time) {
	daemon := b.header.Workloads[w].Kind == string(model.DaemonSet)
	count := func(by int32) {
		if p := b.places[pod]; p >= 0 && !daemon && int(p) < len(b.nodes) {
			n := &b.nodes[p]
			n.pods += by
			n.line.Pods.add(t, n.pods)
		}
	}
	count(-1)
	b.places[pod] = node
	count(1)
}

// Timeline returns what was built. The run is what the Meter made of the same
// records.
func (b *TimelineBuilder) Timeline(run *Run) *Timeline {
	m := b.meter
	t := &Timeline{
		Header: b.header, Run: run, Start: m.start, End: m.start.Add(run.Duration), Last: m.last,
		Stopped: run.Outcome != trace.Completed, ControlPlane: run.ControlPlane, Pools: b.pools,
		Waiting: m.drains.waiting.total,
	}
	b.plane.set(0, t.Last)
	t.PlaneSteps = b.plane.spans
	for i := range t.PlaneSteps {
		t.PlaneSteps[i].State--
	}
	for i := range t.Pools {
		t.Pools[i].Upgrade = run.Pools[i].Upgrade
		b.phases[i].set(0, t.Last)
		t.Pools[i].Phases = b.phases[i].spans
	}
	for i := range b.nodes {
		n := &b.nodes[i]
		n.line.Name = m.names.Node(int32(i))
		n.line.Spans = n.life.all(t.Last)
		t.Nodes = append(t.Nodes, n.line)
	}
	for _, d := range m.drained {
		t.Nodes[d.node].Drains = append(t.Nodes[d.node].Drains, d.Drain)
	}
	fillWaits(t.Nodes, m.drains.closed)
	for i := range b.workloads {
		w := &b.workloads[i]
		t.Workloads = append(t.Workloads, WorkloadTimeline{
			WorkloadRun: &run.Workloads[i], Ready: w.steps, Refusals: w.refusals,
		})
	}
	return t
}

// fillWaits gives each node its waits. A pod that is refused again at once goes
// on waiting, so waits for one budget that meet are one.
func fillWaits(nodes []NodeTimeline, closed []closedWait) {
	for _, c := range closed {
		n := &nodes[c.node]
		last := len(n.Waits) - 1
		for last >= 0 && n.Waits[last].Budget != int(c.budget) {
			last--
		}
		if last >= 0 && n.Waits[last].To == c.from {
			n.Waits[last].To = c.to
			n.Waits[last].Refusals += int(c.refusals)
			continue
		}
		n.Waits = append(n.Waits, Wait{c.from, c.to, int(c.budget), int(c.refusals)})
	}
}
