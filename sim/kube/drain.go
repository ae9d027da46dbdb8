package kube

import (
	"fmt"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// drain empties one node, as a client does: it lists the pods, asks for their
// evictions one after the other, waits until those that were granted are gone,
// and lists again, because pods may have been bound before the cordon took
// effect. One request is under way at a time. A pod that is refused is asked
// for again after a pause, when the walk along the list comes by: it goes
// round and round and takes whoever is due. Whatever the refusal says, the
// client tries again. AKS's own drainer isn't public, the recorded driver does so.
type drain struct {
	node   NodeID
	force  bool // budgets are not asked
	list   []PodID
	next   int        // of the list, where the walk goes on
	left   int        // of the list, not gone yet
	asking PodID      // whose answer is awaited; -1: nobody's
	awake  des.Handle // when nobody is due, the moment at which somebody is
	limit  des.Handle
	listed des.Handle // the next look at the node
	record trace.ID   // DrainStarted
	lost   trace.ID   // the latest pod that went; DrainStarted while none has
}

// Drain empties a node, which the caller has cordoned. The observer learns of
// the end, never before Drain has returned. Draining a node that is being
// drained is a bug and panics.
func (a *API) Drain(n NodeID, o DrainOptions, cause trace.ID) {
	c := a.c
	if c.nodes[n].drain >= 0 {
		panic(fmt.Sprintf("kube: node %s is being drained already (t=%v)", c.NodeName(n), c.eng.Now()))
	}
	i := c.drains.take()
	c.nodes[n].drain = i
	d := &c.drains.items[i]
	*d = drain{node: n, force: o.Force, list: d.list[:0], asking: none}
	c.listPods(d)
	d.record = c.rec.Add(trace.DrainStarted, nodeRef(n), trace.Ref{}, int64(d.left), cause)
	d.lost = d.record
	if o.Timeout > 0 {
		d.limit = c.after(o.Timeout, des.ClassLimit, evDrainLimit, i)
	}
	c.askNext(i)
}

// StopDrain ends a drain before its time; pods whose eviction was granted go
// on terminating. It does nothing when the node is not being drained. The
// observer learns of the end at once.
func (a *API) StopDrain(n NodeID, cause trace.ID) { a.c.stopDrain(n, cause) }

func (c *Cluster) stopDrain(n NodeID, cause trace.ID) {
	if i := c.nodes[n].drain; i >= 0 {
		c.endDrain(i, DrainResult{Result: trace.DrainStopped, Pod: none, Budget: none, Why: "the drain was stopped"}, cause)
	}
}

// listPods lists the pods that have to go, in the order in which the API lists them.
func (c *Cluster) listPods(d *drain) {
	d.list, d.next = d.list[:0], 0
	for p := c.nodes[d.node].firstPod; p != none; p = c.pods[p].next {
		x := &c.pods[p]
		if c.workloads[x.workload].daemon < 0 {
			d.list = append(d.list, p)
			x.draining, x.refusal, x.refusedBy, x.due = true, 0, none, 0
		}
	}
	d.left = len(d.list)
	c.sortByName(d.list)
}

// askNext asks for the next pod of the list that is due. When none is, it
// waits for the first that will be; with nothing left, the node is looked at again.
func (c *Cluster) askNext(i int32) {
	d := &c.drains.items[i]
	if d.asking != none {
		return
	}
	c.eng.Cancel(d.awake)
	now, first := c.eng.Now(), des.Time(-1)
	for range d.list {
		p := d.list[d.next]
		d.next = (d.next + 1) % len(d.list)
		x := &c.pods[p]
		switch {
		case x.phase >= PodTerminating:
		case x.due <= now:
			d.asking = p
			c.ask(p)
			return
		case first < 0 || x.due < first:
			first = x.due
		}
	}
	if first >= 0 {
		d.next = 0
		d.awake = c.after(first.Sub(now), des.ClassControl, evDrainAsk, i)
	}
	c.lookAgain(i)
}

// Where a request for a pod's eviction is.
const (
	notAsked uint8 = iota
	waitsForServer
	beingServed
)

// ask requests an eviction; its answer comes later.
func (c *Cluster) ask(p PodID) {
	x := &c.pods[p]
	x.requests++
	x.asked = waitsForServer
	if c.evictions.enter(c.m.Timing.EvictionParallel, int32(p)) {
		c.serve(p)
	}
}

// serve has the API server work on a request for an eviction.
func (c *Cluster) serve(p PodID) {
	x := &c.pods[p]
	x.asked = beingServed
	d := c.draw(c.timing(x.node).EvictionRequest, c.podKey(x).With(uint64(x.requests)), forRequest)
	x.answer = c.after(d, des.ClassControl, evAnswer, int32(p))
}

// served: the API server has answered or dropped a request and takes the next
// that somebody still waits for.
func (c *Cluster) served() {
	for {
		p := c.evictions.leave()
		if p < 0 {
			return
		}
		if c.pods[p].asked == waitsForServer {
			c.serve(PodID(p))
			return
		}
	}
}

// withdraw forgets the request for a pod, if one is under way.
func (c *Cluster) withdraw(p PodID) bool {
	x := &c.pods[p]
	was := x.asked
	x.asked = notAsked
	if was == beingServed {
		c.eng.Cancel(x.answer)
		c.served()
	}
	return was != notAsked
}

// drainAnswer: the eviction API answers a request of the drain of the pod's node.
func (c *Cluster) drainAnswer(p PodID) {
	x := &c.pods[p]
	x.asked = notAsked
	i := c.nodes[x.node].drain
	d := &c.drains.items[i]
	d.asking = none
	cause := d.record
	if x.refusal != 0 {
		cause = x.refusal
	}
	switch e := c.evict(p, d.force, cause); e.Code {
	case TooMany, Forbidden, Internal:
		if x.refusal == 0 {
			x.refusedAt = c.eng.Now()
		}
		x.refusal, x.refusedBy = e.Record, int32(e.Budget)
		pause := c.draw(c.timing(x.node).EvictionRetry, c.podKey(x).With(uint64(x.requests)), forRetry)
		x.due = c.eng.Now().Add(pause)
	}
	c.served()
	c.askNext(i)
}

// drainLost: a pod of a node is gone.
func (c *Cluster) drainLost(p PodID) {
	x := &c.pods[p]
	i := c.nodes[x.node].drain
	if i < 0 || !x.draining {
		return
	}
	x.draining = false
	d := &c.drains.items[i]
	d.left--
	d.lost = x.last
	if c.withdraw(p) {
		d.asking = none // it went by itself while its turn was on
	}
	c.askNext(i)
}

// lookAgain has the node listed again when the whole list was asked for and is gone.
func (c *Cluster) lookAgain(i int32) {
	d := &c.drains.items[i]
	if d.left > 0 {
		return
	}
	c.eng.Cancel(d.listed)
	d.listed = c.after(0, des.ClassControl, evDrainList, i)
}

func (c *Cluster) drainList(i int32) {
	d := &c.drains.items[i]
	c.listPods(d)
	if d.left == 0 {
		c.endDrain(i, DrainResult{Result: trace.Drained, Pod: none, Budget: none}, d.lost)
		return
	}
	c.askNext(i)
}

// drainLimit ends a drain that takes too long.
func (c *Cluster) drainLimit(i int32) {
	r, cause := c.blocker(&c.drains.items[i])
	c.endDrain(i, r, cause)
}

// blocker names what a drain waits for: the pod that was refused for the
// longest time, else the first that is still there.
func (c *Cluster) blocker(d *drain) (DrainResult, trace.ID) {
	r := DrainResult{Result: trace.DrainTimedOut, Pod: none, Budget: none}
	for _, p := range d.list {
		x := &c.pods[p]
		if x.phase >= PodTerminating || x.refusal == 0 {
			continue
		}
		if r.Pod == none || x.refusedAt < c.pods[r.Pod].refusedAt {
			r.Pod = p
		}
	}
	if r.Pod != none {
		x := &c.pods[r.Pod]
		r.Budget = int(x.refusedBy)
		r.Why = c.whyRefused(r.Pod)
		return r, x.refusal
	}
	for _, p := range d.list {
		if x := &c.pods[p]; x.phase != PodGone {
			r.Pod = p
			r.Why = fmt.Sprintf("pod %s is still %v", c.PodName(p), x.phase)
			if x.halted {
				r.Why += ": the machine is down, and nobody else can end it"
			}
			return r, x.last
		}
	}
	return r, d.record
}

// whyRefused says in a clause why a pod's eviction is refused.
func (c *Cluster) whyRefused(p PodID) string {
	x := &c.pods[p]
	if x.refusedBy == none {
		return fmt.Sprintf("pod %s is selected by more than one budget and can't be evicted", c.PodName(p))
	}
	b := &c.budgets[x.refusedBy]
	if b.broken {
		return fmt.Sprintf("pod %s can't be evicted: budget %s/%s allows nothing, because it selects pods whose controller has no scale",
			c.PodName(p), b.Namespace, b.Name)
	}
	return fmt.Sprintf("pod %s can't be evicted: budget %s/%s needs %d healthy pods and has %d",
		c.PodName(p), b.Namespace, b.Name, b.status.desired, b.status.healthy)
}

// endDrain forgets the drain and tells the observer.
func (c *Cluster) endDrain(i int32, r DrainResult, cause trace.ID) {
	d := &c.drains.items[i]
	n := d.node
	c.eng.Cancel(d.limit)
	c.eng.Cancel(d.listed)
	c.eng.Cancel(d.awake)
	if d.asking != none {
		c.withdraw(d.asking)
	}
	for _, p := range d.list {
		c.pods[p].draining = false
	}
	c.nodes[n].drain = -1
	c.drains.put(i)
	r.Record = c.rec.AddText(trace.DrainEnded, nodeRef(n), trace.Ref{}, int64(r.Result), cause, r.Why)
	if c.obs != nil {
		c.obs.DrainEnded(n, r)
	}
}
