package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// A drain's request for an eviction on its way through the API server. The
// server reads the pod and its budgets, writes the budget's status where the
// eviction uses it, and writes the pod's deletion. When somebody else has
// written the status since it was read, be it another eviction or the
// disruption controller, the write is refused as a conflict: the server waits
// for half a second, reads the budget anew and decides anew. The client sees
// nothing of that but the delay. Source: kubernetes
// pkg/registry/core/pod/storage/eviction.go, Create and EvictionsRetry.

// Where a request for a pod's eviction is.
const (
	notAsked uint8 = iota
	beingRead
	awaitsCache // the server waits until its cache of budgets is fresh
	beingDebited
	inConflict // the server waits before it reads again
	beingDeleted
)

// Bounds of the wait after a conflict: 500 ms and up to a tenth of it on top.
// The server gives up after 20 attempts, which takes ten seconds of bad luck
// and isn't played: it tries on. Source: EvictionsRetry.
const (
	leastConflict = 500 * time.Millisecond
	mostConflict  = 550 * time.Millisecond
)

var conflictPause = func() random.Dist {
	d, err := random.Uniform(leastConflict, mostConflict)
	if err != nil {
		panic("kube: " + err.Error())
	}
	return d
}()

// request is what the server knows of a request that it works on. It belongs to
// an errand.
type request struct {
	stage   uint8
	again   bool       // after a conflict
	next    des.Handle // the end of the stage
	cause   trace.ID
	verdict verdict
	version int32 // of the budget, when it was read
	pending bool  // the pod was, when it was read
	ready   bool  // the same
}

// ask requests an eviction; its answer comes later.
func (c *Cluster) ask(j int32, cause trace.ID) {
	e := &c.errands.items[j]
	e.req = request{cause: cause}
	c.readRequest(j)
}

// readRequest has the server read the pod.
func (c *Cluster) readRequest(j int32) {
	x := &c.pods[c.errands.items[j].pod]
	x.looks++
	c.stage(j, beingRead, c.drawLook(j, c.timing(x.node).EvictionRequest, forRequest))
}

// drawLook draws for a purpose of the present look.
func (c *Cluster) drawLook(j int32, d random.Dist, purpose uint64) time.Duration {
	x := &c.pods[c.errands.items[j].pod]
	return c.draw(d, x.key.With(uint64(x.looks)), purpose)
}

// stage has a request enter a stage that takes d.
func (c *Cluster) stage(j int32, stage uint8, d time.Duration) {
	r := &c.errands.items[j].req
	r.stage = stage
	r.next = c.after(d, des.ClassControl, evRequest, j)
}

// conflict has a request wait until it is read again.
func (c *Cluster) conflict(j int32) {
	c.errands.items[j].req.again = true
	c.stage(j, inConflict, c.drawLook(j, conflictPause, forConflict))
}

// requestGoesOn: a stage of a request is over.
func (c *Cluster) requestGoesOn(j int32) {
	switch c.errands.items[j].req.stage {
	case beingRead:
		c.podRead(j)
	case beingDebited:
		c.debited(j)
	case inConflict:
		c.readRequest(j)
	case beingDeleted:
		c.deleted(j)
	}
}

// podRead: the pod is read. Budgets come from the server's cache, as soon as it is
// fresh; they aren't looked at for a pod that goes without, and come straight
// from etcd after a conflict.
func (c *Cluster) podRead(j int32) {
	e := &c.errands.items[j]
	if c.drains.items[e.drain].o.byForce() || e.req.again || c.pods[e.pod].unguarded() || c.m.Timing.CacheProgress == 0 {
		c.decide(j)
		return
	}
	e.req.stage = awaitsCache
	c.budgetReads.await(c, j)
}

// byForce reports whether a drain asks no budgets: then it deletes.
func (o *DrainOptions) byForce() bool {
	return o.Force || o.Kubectl != nil && o.Kubectl.DisableEviction
}

// decide decides on a request by what was read.
func (c *Cluster) decide(j int32) {
	e := &c.errands.items[j]
	r, x := &e.req, &c.pods[e.pod]
	r.verdict, r.pending, r.ready = verdict{Granted, none}, x.pending(), x.phase == PodReady
	if !c.drains.items[e.drain].o.byForce() {
		r.verdict = c.judgeEviction(e.pod)
	}
	switch {
	case r.verdict.code != Granted:
		c.answer(j)
	case r.verdict.budget == none:
		c.write(j, beingDeleted)
	default:
		r.version = c.budgets[r.verdict.budget].version
		c.write(j, beingDebited)
	}
}

// write has the server write what a stage is about: the budget's status, by a
// request to itself, or why the pod goes and then that it does. What takes no
// time takes no event.
func (c *Cluster) write(j int32, stage uint8) {
	e := &c.errands.items[j]
	first := c.m.Timing.ObjectWrite
	if stage == beingDebited {
		first = c.timing(c.pods[e.pod].node).EvictionRequest
	}
	d := c.drawLook(j, first, forFirst+uint64(stage)<<8) + c.drawLook(j, c.m.Timing.ObjectWrite, forWrite+uint64(stage)<<8)
	if d > 0 {
		c.stage(j, stage, d)
		return
	}
	e.req.stage = stage
	c.requestGoesOn(j)
}

// debited: the budget's status is written, unless somebody else was faster.
func (c *Cluster) debited(j int32) {
	e := &c.errands.items[j]
	b := e.req.verdict.budget
	if c.budgets[b].version != e.req.version {
		c.conflict(j)
		return
	}
	if p := e.pod; c.pods[p].phase < PodTerminating {
		c.debit(p, b)
		c.budgetReads.fresh(c)
		c.budgetChanged(b)
	}
	c.write(j, beingDeleted)
}

// deleted: the pod's deletion is written. Where the pod didn't count for a
// budget, the deletion is bound to the pod as it was read: one that was pending
// and runs by now is read again, one that is Ready by now is refused.
func (c *Cluster) deleted(j int32) {
	e := &c.errands.items[j]
	r, x := &e.req, &c.pods[e.pod]
	budget, budgets := c.budgetOf(&c.workloads[x.workload])
	switch bound := r.verdict.budget == none && x.phase < PodTerminating && !c.drains.items[e.drain].o.byForce(); {
	case bound && r.pending && !x.pending():
		c.conflict(j)
		return
	case bound && !r.pending && !r.ready && x.phase == PodReady && budgets > 0:
		r.verdict = verdict{TooMany, budget}
	}
	c.answer(j)
}

// answer ends a request and tells its drain.
func (c *Cluster) answer(j int32) {
	e := &c.errands.items[j]
	e.req.stage = notAsked
	c.drains.items[e.drain].asked--
	e.granted = c.eng.Now()
	c.drainAnswer(j, c.finish(j))
}

// finish does what a request ends in.
func (c *Cluster) finish(j int32) Eviction {
	e := &c.errands.items[j]
	x, k := &c.pods[e.pod], c.drains.items[e.drain].o.Kubectl
	grace := c.workloads[x.workload].TerminationGrace
	if k != nil && k.GracePeriod >= 0 {
		grace = k.GracePeriod
	}
	if most := c.drains.items[e.drain].o.Grace; most > 0 {
		grace = min(grace, most)
	}
	if k != nil && k.DisableEviction && x.phase < PodTerminating {
		c.terminateWithin(e.pod, grace, trace.DeletedByUser, e.req.cause)
		return Eviction{Code: Granted, Budget: none, Record: x.last}
	}
	return c.conclude(e.pod, e.req.verdict, grace, e.req.cause)
}

// withdraw forgets the request for a pod and reports whether one was under way.
// One that has used a budget can't be taken back: the pod goes.
func (c *Cluster) withdraw(j int32) bool {
	e := &c.errands.items[j]
	was := e.req.stage
	e.req.stage = notAsked
	if was != notAsked && was != awaitsCache {
		c.eng.Cancel(e.req.next)
	}
	if was == beingDeleted && e.req.verdict.budget != none {
		c.finish(j)
	}
	return was != notAsked
}
