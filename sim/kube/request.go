package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// A drain's request for an eviction on its way through the API server. The
// server reads the pod, and where that needs a budget, it lists the budgets; it writes the
// budget's status where the eviction uses it, then into the pod's status why it
// goes, and then its deletion. When somebody else has written the budget's status
// since it was read, be it another eviction or the disruption controller, the
// write is refused as a conflict: the server waits for half a second, reads the
// budget anew and decides by that alone, whatever has become of the pod. A pod
// that goes without using a budget goes only as it was read: a pending one that
// has changed by then is read anew after half a second, one that wasn't Ready
// and has changed is refused. The client sees nothing of the conflicts but the
// delay, until the server gives up. Budgets are listed, read and written by requests of
// the server to itself; what was read is as old as its way back, half of the request,
// when it is decided on. Source: kubernetes
// pkg/registry/core/pod/storage/eviction.go, Create and EvictionsRetry.

// Where a request for a pod's eviction is.
const (
	notAsked uint8 = iota
	beingRead
	awaitsCache // the server waits until its cache of budgets is fresh
	beingDebited
	inConflict // the server waits before it reads again
	beingDeleted
	beingMarked // the server writes into the pod's status why it goes
	beingReread // the budget alone, after a conflict over it
	beingListed // the server asks itself for the budgets
	beingTold   // what was read of them is on its way back
)

// Bounds of the wait after a conflict: 500 ms and up to a tenth of it on top. After
// so many attempts the server gives up. Source: EvictionsRetry.
const (
	leastConflict = 500 * time.Millisecond
	mostConflict  = 550 * time.Millisecond
	mostAttempts  = 20
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
	stage     uint8
	conflicts uint8      // over the pod, or later over the budget
	next      des.Handle // the end of the stage
	cause     trace.ID
	seen      seenPod // the pod, as it was read or as the server itself has written it since
	verdict   verdict
	version   int32         // of the budget, when it was read
	back      time.Duration // what was read of budgets takes to be back
}

// ask requests an eviction; its answer comes later.
func (c *Cluster) ask(j int32, cause trace.ID) {
	e := &c.errands.items[j]
	e.req = request{cause: cause}
	c.stepOf(j, Asked, false)
	c.startRead(j, beingRead)
}

// startRead has the server read the pod, or a budget.
func (c *Cluster) startRead(j int32, stage uint8) {
	x := &c.pods[c.errands.items[j].pod]
	x.looks++
	d := c.drawLook(j, c.m.Timing.ServerRequest, forRequest)
	if stage == beingReread {
		d = c.halve(j, d)
	}
	c.stage(j, stage, d)
}

// halve keeps half of what a request for budgets takes for its way back, and
// returns the other half.
func (c *Cluster) halve(j int32, d time.Duration) time.Duration {
	r := &c.errands.items[j].req
	r.back = d / 2
	return d - r.back
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

// conflict has a request wait until it reads again, or ends it when that was the
// last attempt.
func (c *Cluster) conflict(j int32) {
	r := &c.errands.items[j].req
	if r.conflicts++; r.conflicts == mostAttempts {
		r.verdict = verdict{code: Conflict, budget: r.verdict.budget, lets: none}
		c.answer(j)
		return
	}
	c.stage(j, inConflict, c.drawLook(j, conflictPause, forConflict))
}

// requestGoesOn: a stage of a request is over.
func (c *Cluster) requestGoesOn(j int32) {
	switch r := &c.errands.items[j].req; r.stage {
	case beingRead:
		c.podRead(j)
	case beingReread:
		c.stepOf(j, BudgetRead, false)
		r.verdict = c.ration(r.verdict.budget)
		c.decided(j)
	case beingListed:
		c.budgetsListed(j)
	case beingTold:
		c.act(j)
	case beingDebited:
		c.debited(j)
	case inConflict:
		if r.verdict.budget == none {
			c.startRead(j, beingRead)
		} else {
			c.startRead(j, beingReread)
		}
	case beingMarked:
		c.marked(j)
	case beingDeleted:
		c.deleted(j)
	}
}

// podRead: the pod is read. Budgets aren't looked at for a pod that goes without;
// else they are listed, for which the server asks etcd how new the list has to be.
// Source: eviction.go, getPodDisruptionBudgets; apiserver pkg/storage/etcd3,
// GetCurrentResourceVersion.
func (c *Cluster) podRead(j int32) {
	e := &c.errands.items[j]
	e.req.seen = c.see(e.pod)
	c.stepOf(j, PodRead, false)
	switch {
	case c.drains.items[e.drain].o.byForce():
		e.req.verdict = granted
		c.decided(j)
	case e.req.seen.gone || e.req.seen.unguarded():
		c.decide(j)
	default:
		c.enter(j, beingListed, c.halve(j, c.drawLook(j, c.m.Timing.ServerRequest, forList)))
	}
}

// budgetsListed: the list comes from the server's cache, as soon as that is fresh.
func (c *Cluster) budgetsListed(j int32) {
	if c.m.Timing.CacheProgress == 0 {
		c.decide(j)
		return
	}
	c.errands.items[j].req.stage = awaitsCache
	c.budgetReads.await(c, j)
}

// byForce reports whether a drain asks no budgets: then it deletes.
func (o *DrainOptions) byForce() bool {
	return o.Force || o.Kubectl != nil && o.Kubectl.DisableEviction
}

// decide decides on a request by the pod as it was read and the budgets.
func (c *Cluster) decide(j int32) {
	e := &c.errands.items[j]
	if r := &e.req; !r.seen.gone && !r.seen.unguarded() {
		c.stepOf(j, BudgetsListed, false)
		r.conflicts = 0
	}
	e.req.verdict = c.judgeEviction(e.pod, e.req.seen)
	c.decided(j)
}

// decided: what was read gives a verdict, as soon as it is back.
func (c *Cluster) decided(j int32) {
	r := &c.errands.items[j].req
	if r.verdict.budget != none {
		r.version = c.budgets[r.verdict.budget].version
	}
	back := r.back
	r.back = 0
	c.enter(j, beingTold, back)
}

// act does what a verdict says. A budget's status is written by a request of the
// server to itself.
func (c *Cluster) act(j int32) {
	switch v := c.errands.items[j].req.verdict; {
	case v.code != Granted:
		c.answer(j)
	case v.budget == none:
		c.mark(j)
	default:
		c.enter(j, beingDebited, c.drawLook(j, c.m.Timing.ServerRequest, forDebit)+
			c.drawLook(j, c.m.Timing.ObjectWrite, forDebitWrite))
	}
}

// mark has the server write why the pod goes.
func (c *Cluster) mark(j int32) {
	c.enter(j, beingMarked, c.drawLook(j, c.m.Timing.ObjectWrite, forMark))
}

// enter has a request enter a stage that may take no time, and then takes no event.
func (c *Cluster) enter(j int32, stage uint8, d time.Duration) {
	if d > 0 {
		c.stage(j, stage, d)
		return
	}
	c.errands.items[j].req.stage = stage
	c.requestGoesOn(j)
}

// debited: the budget's status is written, unless somebody else was faster.
func (c *Cluster) debited(j int32) {
	e := &c.errands.items[j]
	b := e.req.verdict.budget
	conflict := c.budgets[b].version != e.req.version
	c.stepOf(j, BudgetDebited, conflict)
	if conflict {
		c.conflict(j)
		return
	}
	c.debit(e.pod, b)
	c.budgetReads.fresh(c)
	c.budgetChanged(b)
	c.mark(j)
}

// marked: the pod's status says why it goes. That is a version of the pod more,
// and the one that its deletion is bound to from here on.
func (c *Cluster) marked(j int32) {
	if c.missed(j, PodMarked) {
		return
	}
	e := &c.errands.items[j]
	c.written(&c.pods[e.pod])
	e.req.seen.version = c.pods[e.pod].writes
	c.enter(j, beingDeleted, c.drawLook(j, c.m.Timing.ObjectWrite, forDeletion))
}

// deleted: the pod's deletion is written.
func (c *Cluster) deleted(j int32) {
	if !c.missed(j, PodDeleted) {
		c.answer(j)
	}
}

// missed goes on with a request of which a write to the pod is refused, and
// reports whether it is: the pod is gone, or it is another than the one that
// the write is bound to.
func (c *Cluster) missed(j int32, act ServerAct) bool {
	e := &c.errands.items[j]
	r, x := &e.req, &c.pods[e.pod]
	conflict := x.phase != PodGone && r.verdict.bound && x.writes != r.seen.version
	c.stepOf(j, act, conflict)
	switch {
	case x.phase == PodGone:
		r.verdict = notFound
		c.answer(j)
	case conflict && r.verdict.lets == none:
		c.conflict(j)
	case conflict:
		r.verdict = verdict{code: TooMany, retry: unobservedRetry, budget: r.verdict.lets, lets: none}
		c.answer(j)
	}
	return conflict || x.phase == PodGone
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
	v := e.req.verdict
	if x.phase == PodGone && v.code == Granted {
		v = notFound // by now, when the client has gone
	}
	c.step(ServerStep{Act: Answered, Request: j, Pod: e.pod, Budget: v.budget, Code: v.code, Retry: v.retry})
	return c.conclude(e.pod, v, grace, e.req.cause)
}

// withdraw forgets the request for a pod. One that has used a budget can't be taken
// back: the pod goes.
func (c *Cluster) withdraw(j int32) {
	e := &c.errands.items[j]
	was := e.req.stage
	e.req.stage = notAsked
	if was == notAsked {
		return
	}
	if was != awaitsCache {
		c.eng.Cancel(e.req.next)
	}
	c.stepOf(j, Withdrawn, false)
	if (was == beingMarked || was == beingDeleted) && e.req.verdict.budget != none {
		c.finish(j)
	}
}
