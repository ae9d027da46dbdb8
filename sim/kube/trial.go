package kube

import "rollsim/sim/model"

// A Trial tries out what would fit where, by the scheduler's own filters, and
// leaves no trace: pods are put on nodes and taken off, nodes are thought up and
// away, and all of it is undone. It is for whoever has to know whether a node
// more would help, or whether one can be done without. While a trial goes on
// nothing else may happen to the cluster.
type Trial struct {
	c     *Cluster
	on    bool
	real  int // nodes that exist; further ones are thought up
	moves []move
}

// move is one step of a trial, for undoing it: a pod's or a DaemonSet's room
// booked, or what keeps pods off a node changed.
type move struct {
	kind    moveKind
	subject int32 // PodID or workload
	node    NodeID
	sign    int32
	blocked uint8 // before
}

type moveKind uint8

const (
	podMoved moveKind = iota
	daemonBooked
	nodeBlocked
)

// Try begins a trial. End ends it, and has to be called.
func (c *Cluster) Try() *Trial {
	t := &c.trial
	*t = Trial{c: c, on: true, real: len(c.nodes), moves: t.moves[:0]}
	c.journal.muted = true
	return t
}

// End undoes the whole trial.
func (t *Trial) End() {
	t.Undo(0)
	t.c.shrink(t.real)
	t.on, t.c.journal.muted = false, false
}

// Mark names the present state of the trial.
func (t *Trial) Mark() int { return len(t.moves) }

// Undo goes back to the state that a mark names. Nodes that were thought up stay
// until the end, and take no pods.
func (t *Trial) Undo(mark int) {
	for i := len(t.moves) - 1; i >= mark; i-- {
		switch m := &t.moves[i]; m.kind {
		case podMoved:
			t.c.pretend(PodID(m.subject), m.node, -m.sign)
		case daemonBooked:
			w := &t.c.workloads[m.subject]
			t.c.book(w, m.node, -1)
			t.c.count(w, m.node, -1)
		case nodeBlocked:
			t.c.reckon(m.node, m.blocked)
		}
	}
	t.moves = t.moves[:mark]
}

// AddNode thinks up an empty usable node of a pool, with its DaemonSets' pods on
// it. Zone is an index into Cluster.Zones, -1: none; version one into
// Model.Versions.
func (t *Trial) AddNode(pool, zone, version int) NodeID {
	c := t.c
	n := NodeID(len(c.nodes))
	c.grow(node{pool: int32(pool), zone: int32(zone), version: int32(version), number: c.pools[pool].next + int32(n), given: -1, phase: nodeUsable})
	t.block(n, 0)
	for _, i := range c.daemons {
		if w := &c.workloads[i]; c.runsOn(w, n) {
			c.book(w, n, 1)
			c.count(w, n, 1)
			t.moves = append(t.moves, move{kind: daemonBooked, subject: i, node: n})
		}
	}
	return n
}

// Remove thinks a node away: nothing fits there any more.
func (t *Trial) Remove(n NodeID) { t.block(n, t.c.room[n].blocked|absent) }

func (t *Trial) block(n NodeID, blocked uint8) {
	t.moves = append(t.moves, move{kind: nodeBlocked, node: n, blocked: t.c.room[n].blocked})
	t.c.reckon(n, blocked)
}

// Put puts a pod that is on no node on one.
func (t *Trial) Put(p PodID, n NodeID) { t.shift(p, n, 1) }

// Lift takes a pod off the node that it is on.
func (t *Trial) Lift(p PodID) { t.shift(p, t.c.pods[p].node, -1) }

func (t *Trial) shift(p PodID, n NodeID, sign int32) {
	t.c.pretend(p, n, sign)
	t.moves = append(t.moves, move{kind: podMoved, subject: int32(p), node: n, sign: sign})
}

// FirstFit returns the first of some nodes that takes a pod; -1: none does.
func (t *Trial) FirstFit(p PodID, nodes []NodeID) NodeID {
	c := t.c
	w := &c.workloads[c.pods[p].workload]
	zone := c.zoneOf(p)
	c.leastCounts(w)
	c.sched.unshunned = len(c.sched.nominees) > 0 && c.unshunned(w)
	for _, n := range nodes {
		if c.refusal(p, w, n, zone) == Fits {
			return n
		}
	}
	return none
}

// shrink forgets all nodes but the first ones, which nothing is booked on.
func (c *Cluster) shrink(nodes int) {
	if nodes == len(c.nodes) {
		return
	}
	c.slots = c.slots[:c.nodes[nodes].slots]
	c.nodes, c.room, c.sched.seats = c.nodes[:nodes], c.room[:nodes], c.sched.seats[:nodes]
	c.extended = c.extended[:nodes*len(c.resources)]
	for i := range c.workloads {
		w := &c.workloads[i]
		w.onNode = w.onNode[:nodes]
		if w.byHost {
			w.hostFits, w.hostLikes = w.hostFits[:nodes], w.hostLikes[:nodes]
		}
	}
	for i := range c.tallies {
		if t := &c.tallies[i]; t.topology == hostname {
			t.count = t.count[:nodes]
		}
	}
	for i := range c.images {
		c.images[i].on = c.images[i].on[:nodes]
	}
}

// Unschedulable appends to list the pods that fitted nowhere when the scheduler
// tried them, by workload and age: not those of DaemonSets, which are bound to a
// node, nor those that wait for their victims to be gone.
func (c *Cluster) Unschedulable(list []PodID) []PodID {
	if c.sched.waiting == 0 {
		return list
	}
	for i := range c.workloads {
		if c.workloads[i].daemon >= 0 {
			continue
		}
		for _, p := range c.workloads[i].waiting {
			if c.pods[p].nominated == none {
				list = append(list, p)
			}
		}
	}
	return list
}

// Requested returns the share of a node's allocatable that its pods request, of
// cpu or of memory, whichever is larger; terminating pods count. Without
// DaemonSets their pods' requests count neither as requested nor as allocatable.
// Source: kubernetes autoscaler simulator/utilization.
func (c *Cluster) Requested(n NodeID, withoutDaemonSets bool) float64 {
	a, r := c.allocatable(n), &c.room[n]
	all := model.Resources{CPU: a.CPU, Memory: a.Memory}
	used := model.Resources{CPU: a.CPU - r.freeCPU, Memory: a.Memory - r.freeMemory}
	for _, p := range c.nodes[n].pods {
		if w := &c.workloads[c.pods[p].workload]; withoutDaemonSets && w.daemon >= 0 {
			all.CPU, all.Memory = all.CPU-w.Requests.CPU, all.Memory-w.Requests.Memory
			used.CPU, used.Memory = used.CPU-w.Requests.CPU, used.Memory-w.Requests.Memory
		}
	}
	return max(shareOf(used.CPU, all.CPU), shareOf(used.Memory, all.Memory))
}

func shareOf(used, all int64) float64 {
	if all <= 0 {
		return 0
	}
	return float64(used) / float64(all)
}

// AllocatableOn returns what pods can use on a node of a pool with a version, by
// their indices.
func (c *Cluster) AllocatableOn(pool, version int) model.Allocatable {
	return c.pools[pool].allocatable[version]
}

// PodsOn returns the pods on a node in the order in which they came. The slice is
// valid until a pod comes or goes.
func (c *Cluster) PodsOn(n NodeID) []PodID { return c.nodes[n].pods }
