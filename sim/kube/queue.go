package kube

import (
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// The scheduler takes one pod at a time from a queue: the oldest first. (A
// pod's priority will come before its age.) How long it takes, PodSchedule, is
// drawn for each pod that enters; when it has passed, the scheduler takes
// whoever is first by then.
//
// A pod that fits nowhere waits outside the queue, in the list of its workload,
// until something changes that can help it. The pods of one workload are alike,
// so only the oldest is tried again; when it is placed the next one follows.
// The exceptions are pods that are bound to something of their own, a node or
// the zone of a disk: each of them is tried.

// enqueue gives a pod to the scheduler.
func (c *Cluster) enqueue(p PodID) {
	x := &c.pods[p]
	x.queued = true
	c.sched.push(c, p)
	d := c.draw(c.m.Timing.PodSchedule, c.podKey(x).With(uint64(x.tries)), forSchedule)
	c.after(d, des.ClassControl, evSchedule, 0)
}

// unqueue forgets a pod that goes before it is placed.
func (c *Cluster) unqueue(p PodID) {
	x := &c.pods[p]
	if x.queued {
		x.queued = false
		at := slices.Index(c.sched.queue, p)
		c.sched.removeAt(c, at)
	}
	if x.waiting {
		c.unwait(p)
		c.wake(&c.workloads[x.workload])
	}
}

// wait puts a pod on the list of its workload, which is sorted by age.
func (c *Cluster) wait(p PodID) {
	x := &c.pods[p]
	if x.waiting {
		return
	}
	x.waiting = true
	c.sched.waiting++
	w := &c.workloads[x.workload]
	at := len(w.waiting)
	for at > 0 && c.older(p, w.waiting[at-1]) {
		at--
	}
	w.waiting = slices.Insert(w.waiting, at, p)
}

func (c *Cluster) unwait(p PodID) {
	x := &c.pods[p]
	x.waiting = false
	c.sched.waiting--
	w := &c.workloads[x.workload]
	at := slices.Index(w.waiting, p)
	w.waiting = slices.Delete(w.waiting, at, at+1)
}

// wake has waiting pods of w tried again.
func (c *Cluster) wake(w *workload) {
	for _, p := range w.waiting {
		if !c.pods[p].queued {
			c.enqueue(p)
		}
		if !w.ZonalVolume && w.daemon < 0 {
			return
		}
	}
}

// wakeNode has pods tried again that a node may take: it became usable, or has
// more room than before.
func (c *Cluster) wakeNode(n NodeID) {
	if c.sched.waiting == 0 || c.room[n].blocked&absent != 0 {
		return
	}
	for i := range c.workloads {
		w := &c.workloads[i]
		if len(w.waiting) == 0 || !c.runsOn(w, n) {
			continue
		}
		if w.daemon < 0 {
			c.wake(w)
		} else if p := c.slots[c.nodes[n].slots+w.daemon].pod; p != none && c.pods[p].waiting && !c.pods[p].queued {
			c.enqueue(p)
		}
	}
}

// wakeSpread has pods of w tried again because the spread of its pods changed.
func (c *Cluster) wakeSpread(w *workload) {
	if len(w.hard) > 0 {
		c.wake(w)
	}
}

// wakeAllSpread does so for every workload: a domain may be gone.
func (c *Cluster) wakeAllSpread() {
	if c.sched.waiting == 0 {
		return
	}
	for i := range c.workloads {
		c.wakeSpread(&c.workloads[i])
	}
}

// scheduleNext takes the first pod of the queue. It may be empty, because a pod
// was deleted after it had entered.
func (c *Cluster) scheduleNext() {
	if len(c.sched.queue) == 0 {
		return
	}
	p := c.sched.queue[0]
	c.sched.removeAt(c, 0)
	x := &c.pods[p]
	x.queued = false
	x.tries++
	n := c.place(p)
	if n == none {
		c.wait(p)
		if refused := int32(len(c.sched.present)); refused != x.unfit {
			x.unfit = refused
			x.last = c.rec.Add(trace.PodUnschedulable, podRef(p), trace.Ref{}, int64(refused), x.last)
		}
		return
	}
	c.bind(p, n)
	c.attach(p)
}

// bind assigns a pod to a node.
func (c *Cluster) bind(p PodID, n NodeID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	c.link(p, n)
	cause := x.last
	if x.waiting {
		c.unwait(p)
		cause = max(cause, c.nodes[n].last) // what it waited for, when that is newer
		c.wake(w)
	}
	x.last = c.rec.Add(trace.PodBound, podRef(p), nodeRef(n), 0, cause)
	c.wakeSpread(w)
}

// older reports whether p is before q in the queue.
func (c *Cluster) older(p, q PodID) bool {
	x, y := &c.pods[p], &c.pods[q]
	return x.since < y.since || x.since == y.since && p < q
}

// push and removeAt keep the queue a binary heap.
func (s *scheduler) push(c *Cluster, p PodID) {
	s.queue = append(s.queue, p)
	s.up(c, len(s.queue)-1)
}

func (s *scheduler) removeAt(c *Cluster, i int) {
	last := len(s.queue) - 1
	s.queue[i] = s.queue[last]
	s.queue = s.queue[:last]
	if i < last {
		s.down(c, i)
		s.up(c, i)
	}
}

func (s *scheduler) up(c *Cluster, i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !c.older(s.queue[i], s.queue[parent]) {
			return
		}
		s.queue[i], s.queue[parent] = s.queue[parent], s.queue[i]
		i = parent
	}
}

func (s *scheduler) down(c *Cluster, i int) {
	for {
		child := 2*i + 1
		if child >= len(s.queue) {
			return
		}
		if child+1 < len(s.queue) && c.older(s.queue[child+1], s.queue[child]) {
			child++
		}
		if !c.older(s.queue[child], s.queue[i]) {
			return
		}
		s.queue[i], s.queue[child] = s.queue[child], s.queue[i]
		i = child
	}
}
