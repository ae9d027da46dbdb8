package metrics

import (
	"time"

	"rollsim/sim/des"
)

// drains follows the drains of all nodes and how long they wait for budgets. A
// wait begins with a refused eviction and ends with that pod's next attempt, or
// with the drain. Several pods may wait for one budget at the same time: what
// counts for the budget is the union of their waits, for summing over pods would
// blame a budget that many pods wait for at once. What a budget waits for itself
// may be a disk on its way to another node: that time is told apart.
type drains struct {
	nodes   []drain
	waits   []wait
	disks   []stopwatch // of budgets: some pod of it waits for its disk
	waiting stopwatch   // some drain waits for a budget
	keep    bool        // keep what was closed
	closed  []closedWait
}

// stopwatch measures for how long at least one of several things goes on.
type stopwatch struct {
	open  int32
	since des.Time
	total time.Duration
}

func (s *stopwatch) start(t des.Time) {
	if s.open == 0 {
		s.since = t
	}
	s.open++
}

func (s *stopwatch) stop(t des.Time) {
	if s.open--; s.open == 0 {
		s.total += t.Sub(s.since)
	}
}

func (s *stopwatch) at(t des.Time) time.Duration {
	if s.open > 0 {
		return s.total + t.Sub(s.since)
	}
	return s.total
}

// drain is a node's present drain, or its last one.
type drain struct {
	on      bool
	number  int32 // of the node's drains
	from    des.Time
	first   int32     // of its waits; -1: none
	waiting stopwatch // some pod waits for a budget
}

// wait is the waiting of one drain for one budget.
type wait struct {
	budget   int32
	next     int32 // of the same drain; -1: none
	pods     stopwatch
	refusals int32         // in all
	recent   int32         // since the union's present stretch began
	disk     time.Duration // of the closed stretches: a pod of the budget waits for its disk
	diskAt   time.Duration // what the budget's stopwatch showed when the present one began
}

// closedWait is one stretch of a union.
type closedWait struct {
	node, budget int32
	from, to     des.Time
	refusals     int32
}

// ended is what a drain came to.
type ended struct {
	from            des.Time
	length, waiting time.Duration
	budget          int32         // longest union of waits; -1: it waited for none
	refusals        int32         // of that budget
	disk            time.Duration // of the waits for it: a pod of it waits for its disk
}

// pending is what a pod waits for in which drain of its node. The zero pending
// waits for nothing.
type pending struct {
	budget int32 // +1; 0: nothing
	drain  int32
}

func (d *drains) reset() {
	d.nodes = d.nodes[:0]
	d.waits = d.waits[:0]
	d.keep, d.closed = false, nil
	d.waiting = stopwatch{}
	clear(d.disks)
}

// disk returns the stopwatch of a budget.
func (d *drains) disk(budget int32) *stopwatch {
	for int(budget) >= len(d.disks) {
		d.disks = append(d.disks, stopwatch{})
	}
	return &d.disks[budget]
}

// diskLeaves begins the wait of a pod, selected by those budgets, for its disk.
func (d *drains) diskLeaves(budgets []int32, t des.Time) {
	for _, b := range budgets {
		d.disk(b).start(t)
	}
}

func (d *drains) diskArrives(budgets []int32, t des.Time) {
	for _, b := range budgets {
		d.disk(b).stop(t)
	}
}

// node returns node i's drain. There may be nodes that were never drained.
func (d *drains) node(i int32) *drain {
	for int(i) >= len(d.nodes) {
		d.nodes = append(d.nodes, drain{first: -1})
	}
	return &d.nodes[i]
}

func (d *drains) start(node int32, t des.Time) {
	n := d.node(node)
	*n = drain{on: true, number: n.number + 1, from: t, first: -1}
}

// refuse begins the wait of a pod on node for a budget.
func (d *drains) refuse(node, budget int32, t des.Time) pending {
	n := d.node(node)
	if !n.on {
		return pending{}
	}
	w := d.wait(n, budget)
	if w.pods.open == 0 {
		w.recent = 0
		w.diskAt = d.disk(budget).at(t)
	}
	w.pods.start(t)
	w.recent++
	w.refusals++
	if n.waiting.open == 0 {
		d.waiting.start(t)
	}
	n.waiting.start(t)
	return pending{budget + 1, n.number}
}

func (d *drains) wait(n *drain, budget int32) *wait {
	for i := n.first; i >= 0; i = d.waits[i].next {
		if d.waits[i].budget == budget {
			return &d.waits[i]
		}
	}
	d.waits = append(d.waits, wait{budget: budget, next: n.first})
	n.first = int32(len(d.waits) - 1)
	return &d.waits[n.first]
}

// held returns for how long drain n has waited for a budget up to t, and for how
// much of that a pod of the budget waited for its disk.
func (d *drains) held(n *drain, budget int32, t des.Time) (waited, disk time.Duration) {
	w := d.wait(n, budget)
	disk = w.disk
	if w.pods.open > 0 {
		disk += d.disk(budget).at(t) - w.diskAt
	}
	return w.pods.at(t), disk
}

// over ends the wait p of a pod on node, where it still goes on.
func (d *drains) over(node int32, p pending, t des.Time) {
	if p.budget == 0 || node < 0 {
		return
	}
	n := d.node(node)
	if !n.on || n.number != p.drain {
		return
	}
	w := d.wait(n, p.budget-1)
	if w.pods.stop(t); w.pods.open == 0 {
		d.close(node, w, t)
	}
	if n.waiting.stop(t); n.waiting.open == 0 {
		d.waiting.stop(t)
	}
}

// close ends the present stretch of w.
func (d *drains) close(node int32, w *wait, t des.Time) {
	w.disk += d.disk(w.budget).at(t) - w.diskAt
	if d.keep {
		d.closed = append(d.closed, closedWait{node, w.budget, w.pods.since, t, w.recent})
	}
}

// end ends the drain of node, and all its waits with it. It reports false when
// none was going on.
func (d *drains) end(node int32, t des.Time) (ended, bool) {
	n := d.node(node)
	if !n.on {
		return ended{}, false
	}
	n.on = false
	e := ended{from: n.from, length: t.Sub(n.from), budget: -1}
	if n.waiting.open > 0 {
		n.waiting.open = 1
		n.waiting.stop(t)
		d.waiting.stop(t)
	}
	e.waiting = n.waiting.total
	longest := time.Duration(-1)
	for i := n.first; i >= 0; i = d.waits[i].next {
		w := &d.waits[i]
		if w.pods.open > 0 {
			w.pods.open = 1
			w.pods.stop(t)
			d.close(node, w, t)
		}
		if x := w.pods.total; x > longest || x == longest && w.budget < e.budget {
			longest, e.budget, e.refusals, e.disk = x, w.budget, w.refusals, w.disk
		}
	}
	return e, true
}
