package metrics

import (
	"time"

	"rollsim/sim/des"
)

// drains follows the drains of all nodes and how long they wait for budgets. A
// wait begins with a refused eviction and ends with that pod's next attempt, or
// with the drain. Several pods may wait for one budget at the same time: what
// counts for the budget is the union of their waits, for summing over pods would
// blame a budget that many pods wait for at once.
type drains struct {
	nodes  []drain
	waits  []wait
	keep   bool // keep what was closed
	closed []closedWait
}

// drain is a node's present drain, or its last one.
type drain struct {
	on      bool
	number  int32 // of the node's drains
	from    des.Time
	first   int32 // of its waits; -1: none
	open    int32 // pods that wait
	since   des.Time
	waiting time.Duration // union over all budgets
}

// wait is the waiting of one drain for one budget.
type wait struct {
	budget   int32
	next     int32 // of the same drain; -1: none
	open     int32 // pods that wait
	refusals int32 // since the union's present stretch began
	since    des.Time
	total    time.Duration
}

// closedWait is one stretch of a union.
type closedWait struct {
	node, budget int32
	from, to     des.Time
	refusals     int32
}

// ended is what a drain came to.
type ended struct {
	length, waiting time.Duration
	budget          int32 // longest union of waits; -1: it waited for none
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
	d.closed = d.closed[:0]
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
	if w.open == 0 {
		w.since = t
		w.refusals = 0
	}
	w.open++
	w.refusals++
	if n.open == 0 {
		n.since = t
	}
	n.open++
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
	if w.open--; w.open == 0 {
		d.close(node, w, t)
	}
	if n.open--; n.open == 0 {
		n.waiting += t.Sub(n.since)
	}
}

func (d *drains) close(node int32, w *wait, t des.Time) {
	w.total += t.Sub(w.since)
	if d.keep {
		d.closed = append(d.closed, closedWait{node, w.budget, w.since, t, w.refusals})
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
	e := ended{length: t.Sub(n.from), budget: -1}
	if n.open > 0 {
		n.waiting += t.Sub(n.since)
		n.open = 0
	}
	e.waiting = n.waiting
	longest := time.Duration(-1)
	for i := n.first; i >= 0; i = d.waits[i].next {
		w := &d.waits[i]
		if w.open > 0 {
			w.open = 0
			d.close(node, w, t)
		}
		if w.total > longest || w.total == longest && w.budget < e.budget {
			longest, e.budget = w.total, w.budget
		}
	}
	return e, true
}
