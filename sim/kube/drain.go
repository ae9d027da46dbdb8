package kube

import (
	"fmt"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// drain empties one node, as a client does: it lists the pods, asks for their
// evictions one after the other, waits until those that were granted are gone,
// and lists again, because pods may have been bound before the cordon took
// effect. A pod that is refused is asked for again, by its own clock, while the
// list goes on. Whatever the refusal says, the client tries again: AKS's
// own drainer isn't public, the recorded driver does so.
type drain struct {
	node   NodeID
	list   []PodID
	next   int // of the list, to be asked for
	left   int // of the list, not gone yet
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
	*d = drain{node: n, list: d.list[:0]}
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
			x.draining, x.refusal, x.refusedBy = true, 0, none
		}
	}
	d.left = len(d.list)
	c.sortByName(d.list)
}

// askNext asks for the next pod of the list. At its end, and with nothing left,
// the node is looked at again.
func (c *Cluster) askNext(i int32) {
	d := &c.drains.items[i]
	for d.next < len(d.list) {
		p := d.list[d.next]
		d.next++
		if x := &c.pods[p]; x.phase < PodTerminating {
			c.ask(p)
			return
		}
	}
	c.lookAgain(i)
}

// ask requests an eviction; its answer comes later. A pod that was refused is
// asked for after a pause.
func (c *Cluster) ask(p PodID) {
	x := &c.pods[p]
	x.requests++
	key := c.podKey(x).With(uint64(x.requests))
	t := c.timing(x.node)
	d := c.draw(t.EvictionRequest, key, forRequest)
	if x.refusal != 0 {
		d += c.draw(t.EvictionRetry, key, forRetry)
	}
	x.answer = c.after(d, des.ClassControl, evAnswer, int32(p))
}

// drainAnswer: the eviction API answers a request of the drain of the pod's node.
func (c *Cluster) drainAnswer(p PodID) {
	x := &c.pods[p]
	i := c.nodes[x.node].drain
	first := x.refusal == 0
	cause := c.drains.items[i].record
	if !first {
		cause = x.refusal
	}
	switch e := c.api.Evict(p, cause); e.Code {
	case TooMany, Internal:
		if first {
			x.refusedAt = c.eng.Now()
		}
		x.refusal, x.refusedBy = e.Record, int32(e.Budget)
		c.ask(p)
	}
	if first {
		c.askNext(i)
	}
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
	if c.eng.Cancel(x.answer) && x.refusal == 0 {
		c.askNext(i) // it went by itself while its turn was on
		return
	}
	c.lookAgain(i)
}

// lookAgain has the node listed again when the whole list was asked for and is gone.
func (c *Cluster) lookAgain(i int32) {
	d := &c.drains.items[i]
	if d.left > 0 || d.next < len(d.list) {
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
	return fmt.Sprintf("pod %s can't be evicted: budget %s/%s needs %d healthy pods and has %d",
		c.PodName(p), b.Namespace, b.Name, b.desired, b.healthy)
}

// endDrain forgets the drain and tells the observer.
func (c *Cluster) endDrain(i int32, r DrainResult, cause trace.ID) {
	d := &c.drains.items[i]
	n := d.node
	c.eng.Cancel(d.limit)
	c.eng.Cancel(d.listed)
	for _, p := range d.list {
		x := &c.pods[p]
		c.eng.Cancel(x.answer)
		x.draining = false
	}
	c.nodes[n].drain = -1
	c.drains.put(i)
	r.Record = c.rec.AddText(trace.DrainEnded, nodeRef(n), trace.Ref{}, int64(r.Result), cause, r.Why)
	if c.obs != nil {
		c.obs.DrainEnded(n, r)
	}
}
