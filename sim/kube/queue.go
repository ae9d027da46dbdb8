package kube

import (
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// The scheduler takes one pod at a time from a queue: the highest priority
// first, then the one that has been in it for longest. A pod that has failed
// backs off, for 1 s and twice as long after each further failure, up to 10 s:
// when it is woken before, it is taken only when no other is there. How long a
// pod takes, PodSchedule, is drawn for each that enters; when it has passed, the
// scheduler takes whoever is first by then. Its client limits the requests that it makes:
// it goes on while a pod is bound, or victims go (displace.go), but until the API
// knows why a pod fits nowhere it waits. Sources: kubernetes
// pkg/scheduler/framework/plugins/queuesort, pkg/scheduler/backend/queue with
// SchedulerPopFromBackoffQ, which is on since 1.33; pkg/scheduler/schedule_one.go,
// handleSchedulingFailure (SchedulerAsyncAPICalls is off).
//
// A pod that fits nowhere waits outside the queue, in the list of its workload,
// until something changes that can help it. The pods of one workload are alike,
// so only the oldest is tried again; when it is placed, or has found victims,
// the next one follows. The exceptions are pods that are bound to something of
// their own, a node or the zone of a disk, or nominated to a node: each of them
// is tried. Whatever helps a pod wakes it, with the exceptions that hints.go tells
// of: those alone can fit when the flush finds them that have waited for long. But
// each failure puts a pod behind others of its priority that began to wait
// meanwhile: that is worked out when the pod is woken (flushed).

// gated reports whether pods of w are never scheduled: nobody removes gates.
func gated(w *model.Workload) bool { return len(w.SchedulingGates) > 0 }

// enqueue gives a pod to the scheduler.
func (c *Cluster) enqueue(p PodID) {
	x := &c.pods[p]
	if gated(c.workloads[x.workload].Workload) {
		return
	}
	if x.fails == 0 {
		x.entered = c.eng.Now()
	}
	if x.waiting {
		c.flushed(x)
	}
	x.queued = true
	x.backing = c.backsOff(x)
	c.sched.queueOf(x).push(c, p)
	d := c.draw(c.m.Timing.PodSchedule, x.key.With(uint64(x.tries)), forSchedule)
	c.after(d, des.ClassControl, evSchedule, 0)
}

// unqueue forgets a pod that goes before it is placed.
func (c *Cluster) unqueue(p PodID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	tried := x.queued
	if x.queued {
		x.queued = false
		q := c.sched.queueOf(x)
		q.removeAt(c, slices.Index(q.pods, p))
	}
	if x.waiting {
		c.unwait(p)
		if tried || !w.wary() {
			c.wake(w)
		} else {
			c.takeOver(w, x)
		}
	}
	c.release(p)
}

// wait puts a pod on the list of its workload, which is sorted by age.
func (c *Cluster) wait(p PodID) {
	x := &c.pods[p]
	if x.waiting {
		return
	}
	x.waiting = true
	c.sched.waiting++
	c.changed()
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
	c.changed()
	w := &c.workloads[x.workload]
	at := slices.Index(w.waiting, p)
	w.waiting = slices.Delete(w.waiting, at, at+1)
}

// wake has waiting pods of w tried again.
func (c *Cluster) wake(w *workload) {
	for _, p := range c.sched.nominees {
		if x := &c.pods[p]; x.waiting && !x.queued && &c.workloads[x.workload] == w {
			c.enqueue(p)
		}
	}
	c.wakeNext(w)
}

// wakeNext is wake without the pods that are nominated.
func (c *Cluster) wakeNext(w *workload) {
	for _, p := range w.waiting {
		x := &c.pods[p]
		if x.nominated != none {
			continue
		}
		if !x.queued {
			c.enqueue(p)
		}
		if !w.ZonalVolume && w.daemon < 0 {
			return
		}
	}
}

// wakeNode has pods tried again that a node may take: it became usable, or has
// more room than before. Wary ones are told apart (hints.go).
func (c *Cluster) wakeNode(n NodeID) {
	if c.sched.waiting == 0 || c.room[n].blocked&absent != 0 {
		return
	}
	for i := range c.workloads {
		w := &c.workloads[i]
		if len(w.waiting) == 0 || w.wary() || !c.runsOn(w, n) {
			continue
		}
		if w.daemon < 0 {
			c.wake(w)
		} else if p := c.slots[c.nodes[n].slots+w.daemon].pod; p != none && c.pods[p].waiting && !c.pods[p].queued {
			c.enqueue(p)
		}
	}
}

// schedule has the scheduler take a turn, as soon as it can.
func (c *Cluster) schedule() {
	if c.sched.telling {
		c.sched.turns++
		return
	}
	c.scheduleNext()
}

// tellUnfit has the API know why a pod fits nowhere, or what node it is nominated to:
// both are one request, and the scheduler waits for it.
func (c *Cluster) tellUnfit() {
	if wait := c.sched.client.take(c.eng.Now()); wait > 0 {
		c.sched.telling = true
		c.after(wait, des.ClassControl, evTold, 0)
	}
}

// unfitTold: the scheduler takes the turns that it has missed.
func (c *Cluster) unfitTold() {
	c.sched.telling = false
	for c.sched.turns > 0 && !c.sched.telling {
		c.sched.turns--
		c.scheduleNext()
	}
}

// scheduleNext takes the first pod of the queue. It may be empty, because a pod
// was deleted after it had entered.
func (c *Cluster) scheduleNext() {
	p := c.pop()
	if p == none {
		return
	}
	x := &c.pods[p]
	x.queued = false
	x.tries++
	n := c.place(p)
	if n == none {
		c.noNode(p)
		return
	}
	wait := c.sched.client.take(c.eng.Now())
	if wait == 0 {
		c.bind(p, n)
		c.attach(p)
		return
	}
	c.assume(p, n)
	x.binding = true
	x.timer = c.after(wait, des.ClassControl, evBind, int32(p))
}

// noNode: a pod fits nowhere, and the API learns that. Others may have to go for
// it; then the next one that is like it may do the same.
func (c *Cluster) noNode(p PodID) {
	x := &c.pods[p]
	nominated := x.nominated
	news := c.failed(p)
	victims := c.preempt(p)
	if news || x.nominated != nominated {
		c.tellUnfit()
	}
	if len(victims) > 0 {
		c.displace(victims, x.last)
		c.wakeNext(&c.workloads[x.workload])
	}
}

// failed: a pod fits nowhere. It waits, and backs off when it is tried again. It
// reports whether the API has to know: what it says of the pod is different then.
func (c *Cluster) failed(p PodID) bool {
	x := &c.pods[p]
	c.failedAt(x, c.eng.Now())
	x.hints, x.overlooked = c.hintsOf(p), false
	c.wait(p)
	refused := int32(c.sched.present)
	if refused == x.unfit {
		return false
	}
	x.unfit = refused
	x.last = c.rec.Add(trace.PodUnschedulable, podRef(p), trace.Ref{}, int64(refused), x.last)
	return true
}

// failedAt notes an attempt that failed at t.
func (c *Cluster) failedAt(x *pod, t des.Time) {
	x.entered = t
	s := &c.m.Scheduler
	backoff := s.MaxBackoff
	if s.Backoff <= s.MaxBackoff>>x.fails {
		backoff = s.Backoff << x.fails
	}
	x.fails++
	x.backoff = window(t.Add(backoff))
}

// flushed notes the attempts that a waiting pod has had since it failed, because
// it had waited for too long each time. They have failed too.
func (c *Cluster) flushed(x *pod) {
	for {
		next := c.flushedAt(x.entered)
		if next >= c.eng.Now() {
			return
		}
		c.failedAt(x, next)
	}
}

// window is the start of the second that a time is in: those that back off are
// sorted by it. Source: kubernetes backoff_queue.go, alignToWindow.
func window(t des.Time) des.Time {
	const second = des.Time(1e9)
	return t / second * second
}

// backsOff reports whether a pod backs off still.
func (c *Cluster) backsOff(x *pod) bool {
	return x.fails > 0 && c.m.Scheduler.MaxBackoff > 0 && x.backoff >= window(c.eng.Now())
}

// pop takes the first pod of the queue, which is one that backs off when there
// is no other; -1: it is empty, because a pod was deleted after it had entered.
func (c *Cluster) pop() PodID {
	s := &c.sched
	for len(s.backing.pods) > 0 {
		p := s.backing.pods[0]
		if c.backsOff(&c.pods[p]) {
			break
		}
		s.backing.removeAt(c, 0)
		c.pods[p].backing = false
		s.queue.push(c, p)
	}
	q := &s.queue
	if len(q.pods) == 0 {
		q = &s.backing
	}
	if len(q.pods) == 0 {
		return none
	}
	p := q.pods[0]
	q.removeAt(c, 0)
	return p
}

// bind assigns a pod to a node at once.
func (c *Cluster) bind(p PodID, n NodeID) {
	c.assume(p, n)
	c.bound(p)
}

// assume has the scheduler take it that a pod is on a node, though nobody else
// knows yet.
func (c *Cluster) assume(p PodID, n NodeID) {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	c.link(p, n)
	x.started = c.eng.Now()
	c.vacate(p)
	if x.waiting {
		c.unwait(p)
		x.last = max(x.last, c.nodes[n].last) // what it waited for, when that is newer
		if !w.wary() {
			c.wake(w)
		} else if x.nominated == none { // it was tried for those that are like it
			c.wakeNext(w)
		}
	}
}

// bound: the API server knows where a pod is.
func (c *Cluster) bound(p PodID) {
	x := &c.pods[p]
	x.binding = false
	c.written(x)
	x.last = c.rec.Add(trace.PodBound, podRef(p), nodeRef(x.node), 0, x.last)
	c.tellPod(x.workload, false)
	c.unname(p)
}

// older reports whether p was made before q.
func (c *Cluster) older(p, q PodID) bool {
	x, y := &c.pods[p], &c.pods[q]
	return x.since < y.since || x.since == y.since && p < q
}
