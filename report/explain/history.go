package explain

import (
	"slices"
	"sort"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// none is the index of no pod, node or budget.
const none = int32(-1)

// History is a kept run with an index of who went through what.
type History struct {
	trace     *trace.Trace
	run       *metrics.Run
	names     *trace.Names
	pods      []pod
	nodes     []node
	budgets   [][]trace.ID // BudgetStatus records of each
	workloads [][]int32    // pods of each
	ask       inquiry
}

// pod is one incarnation of a replica.
type pod struct {
	workload int32
	records  []trace.ID // that it is the subject of
	old, new int32      // the pod that it replaces, and the one that replaces it
}

// node is a machine.
type node struct {
	records []trace.ID // that it is the subject of
	drains  []drain
}

// drain is from DrainStarted to DrainEnded, which is 0 when it never ended.
type drain struct{ start, end trace.ID }

// Read indexes a run's trace. The run is its numbers.
func Read(t *trace.Trace, run *metrics.Run) *History {
	h := &History{
		trace:     t,
		run:       run,
		names:     trace.NewNames(&t.Header),
		budgets:   make([][]trace.ID, len(t.Header.Budgets)),
		workloads: make([][]int32, len(t.Header.Workloads)),
	}
	for i, r := range t.Records {
		h.names.Learn(&r)
		h.index(trace.ID(i+1), r)
	}
	return h
}

func (h *History) index(id trace.ID, r trace.Record) {
	i := int(r.Subject.Index)
	switch r.Subject.Kind {
	case trace.Pod:
		if r.Kind == trace.PodCreated {
			h.addPod(r)
		}
		h.pods[i].records = append(h.pods[i].records, id)
	case trace.Node:
		for i >= len(h.nodes) {
			h.nodes = append(h.nodes, node{})
		}
		n := &h.nodes[i]
		n.records = append(n.records, id)
		switch r.Kind {
		case trace.DrainStarted:
			n.drains = append(n.drains, drain{start: id})
		case trace.DrainEnded:
			n.drains[len(n.drains)-1].end = id
		}
	case trace.Budget:
		h.budgets[i] = append(h.budgets[i], id)
	}
}

// addPod takes note of a pod that was just created. What led to it is the end of
// the pod that it replaces.
func (h *History) addPod(r trace.Record) {
	p := pod{workload: r.Object.Index, old: none, new: none}
	if c := r.Cause; c != 0 && h.at(c).Subject.Kind == trace.Pod {
		p.old = h.at(c).Subject.Index
		h.pods[p.old].new = r.Subject.Index
	}
	h.pods = append(h.pods, p)
	h.workloads[p.workload] = append(h.workloads[p.workload], r.Subject.Index)
}

// at returns a record.
func (h *History) at(id trace.ID) *trace.Record { return &h.trace.Records[id-1] }

// time returns when a record was written.
func (h *History) time(id trace.ID) Clock { return Clock(h.at(id).At) }

// until returns the last record at or before t.
func (h *History) until(t des.Time) trace.ID {
	return trace.ID(sort.Search(len(h.trace.Records), func(i int) bool { return h.trace.Records[i].At > t }))
}

// last returns the trace's last record.
func (h *History) last() trace.ID { return trace.ID(len(h.trace.Records)) }

// first returns the first record of that kind among some; 0 when there is none.
func (h *History) first(list []trace.ID, kind trace.Kind) trace.ID {
	for _, id := range list {
		if h.at(id).Kind == kind {
			return id
		}
	}
	return 0
}

// latest returns the last record of that kind among some, up to now; 0 when
// there is none.
func (h *History) latest(list []trace.ID, kind trace.Kind, now trace.ID) trace.ID {
	for _, id := range slices.Backward(list) {
		if id <= now && h.at(id).Kind == kind {
			return id
		}
	}
	return 0
}

// state is how a pod is at a moment.
type state struct {
	kind trace.Kind // of the record that says so; 0: the pod doesn't exist
	id   trace.ID   // that record
	node int32      // none: not on one
}

func (s state) exists() bool { return s.kind != 0 }

func (s state) ready() bool { return s.kind == trace.PodReady || s.kind == trace.PodAvailable }

// healthy reports whether budgets count a pod: a lost one too, while Kubernetes
// doesn't know.
func (s state) healthy() bool { return s.ready() || s.kind == trace.PodLost }

// onItsWay reports whether a pod isn't ready and nobody has asked it to go.
func (s state) onItsWay() bool {
	return s.exists() && !s.ready() && s.kind != trace.PodTerminating
}

// podAt returns how a pod is after record now.
func (h *History) podAt(p int32, now trace.ID) state {
	s := state{node: none}
	for _, id := range h.pods[p].records {
		if id > now {
			break
		}
		r := h.at(id)
		switch r.Kind {
		case trace.PodDeleted:
			return state{node: none}
		case trace.PodCreated, trace.PodBound, trace.DiskMoving, trace.PodPulling, trace.PodRunning,
			trace.PodReady, trace.PodAvailable, trace.PodUnready, trace.PodLost, trace.PodTerminating:
			s.kind, s.id = r.Kind, id
		}
		if r.Object.Kind == trace.Node {
			s.node = r.Object.Index
		}
	}
	return s
}

// ready returns how many pods of a workload are ready after record now.
func (h *History) ready(workload int32, now trace.ID) int {
	n := 0
	for _, p := range h.workloads[workload] {
		if h.podAt(p, now).ready() {
			n++
		}
	}
	return n
}

// healthy returns how many pods of a workload budgets count after record now.
func (h *History) healthy(workload int32, now trace.ID) int {
	n := 0
	for _, p := range h.workloads[workload] {
		if h.podAt(p, now).healthy() {
			n++
		}
	}
	return n
}

// drainOf returns the drain of a node that record id falls into.
func (h *History) drainOf(n int32, id trace.ID) (drain, bool) {
	for _, d := range h.nodes[n].drains {
		if d.start <= id && (d.end == 0 || id <= d.end) {
			return d, true
		}
	}
	return drain{}, false
}

// request returns the name of the request that led to a record; "" when none did.
func (h *History) request(id trace.ID) string {
	for _, cause := range h.trace.Why(id) {
		if r := h.at(cause); r.Kind == trace.RequestSubmitted {
			return h.trace.Text(r.Text)
		}
	}
	return ""
}
