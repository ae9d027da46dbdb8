package kube

import (
	"cmp"
	"fmt"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// drain empties one node, as a client does: it lists the pods, asks for their
// evictions, and waits until those that were granted are gone. A pod that is
// refused is asked for again after a pause.
//
// AKS asks for one pod after the other: one request is under way at a time, and
// a walk along the list goes round and round and takes whoever is due. Whatever
// the refusal says, it tries again; when all are gone it lists again, because
// pods may have been bound before the cordon took effect. AKS's own drainer isn't
// public, the recorded driver does so. What kubectl does is said at Kubectl.
//
// A node's records know one drain at a time: a second client's is told when the
// first is over.
type drain struct {
	node   NodeID
	who    drainer
	told   bool // DrainStarted is written
	o      DrainOptions
	list   []int32 // errands
	next   int     // of the list, where the walk goes on
	left   int     // of the list, not gone yet
	lost   trace.ID
	asked  int        // requests under way
	awake  des.Handle // when nobody is due, the moment at which somebody is
	limit  des.Handle
	refuse des.Handle // the end of the time for which pods may be refused
	listed des.Handle // the next look at the node
	begins des.Handle // the end of DrainOptions.After
	begun  bool
	record trace.ID    // DrainStarted, or what led to it where that isn't written
	given  DrainResult // kubectl: the first pod that it gives up
}

// Drain empties a node, which the caller has cordoned. The client's observer
// learns of the end, never before Drain has returned. Draining a node that the
// same client is draining is a bug and panics.
func (a *API) Drain(n NodeID, o DrainOptions, cause trace.ID) {
	c := a.c
	if c.nodes[n].drains[a.who] >= 0 {
		panic(fmt.Sprintf("kube: node %s is being drained already (t=%v)", c.NodeName(n), c.eng.Now()))
	}
	i := c.drains.take()
	d := &c.drains.items[i]
	*d = drain{node: n, who: a.who, o: o, list: d.list[:0], record: cause}
	c.nodes[n].drains[a.who] = i
	if o.After > 0 {
		d.begins = c.after(o.After, des.ClassControl, evDrainBegins, i)
		return
	}
	c.beginDrain(i)
}

// beginDrain lists the pods of a node and asks for the first.
func (c *Cluster) beginDrain(i int32) {
	d := &c.drains.items[i]
	d.begun = true
	c.stretch.drainBegins(c.eng.Now())
	c.listPods(i)
	d = &c.drains.items[i]
	if other := c.nodes[d.node].drains[1-d.who]; other < 0 || !c.drains.items[other].told {
		c.tell(d)
	}
	d.lost = d.record
	if d.o.Timeout > 0 {
		d.limit = c.after(d.o.Timeout, des.ClassLimit, evDrainLimit, i)
	}
	if d.o.Refused > 0 {
		d.refuse = c.after(d.o.Refused, des.ClassLimit, evDrainRefused, i)
	}
	c.askNext(i)
}

// tell writes that a drain has started.
func (c *Cluster) tell(d *drain) {
	d.told = true
	d.record = c.rec.Add(trace.DrainStarted, nodeRef(d.node), trace.Ref{}, int64(d.left), d.record)
}

// StopDrain ends the client's drain of a node before its time; pods whose
// eviction was granted go on terminating. It does nothing when there is none.
// The observer learns of the end at once.
func (a *API) StopDrain(n NodeID, cause trace.ID) { a.c.stopDrain(n, a.who, cause) }

func (c *Cluster) stopDrain(n NodeID, of drainer, cause trace.ID) {
	if i := c.nodes[n].drains[of]; i >= 0 {
		c.endDrain(i, DrainResult{Result: trace.DrainStopped, Pod: none, Budget: none, Why: "the drain was stopped"}, cause)
	}
}

// listPods lists the pods that have to go, in the order in which the API lists
// them; kubectl asks for all at once, in any order. Where there are pods that
// kubectl was not told to drain it drains none.
func (c *Cluster) listPods(i int32) {
	d := &c.drains.items[i]
	c.forgetErrands(d)
	k, pods := d.o.Kubectl, c.listed[:0]
	for _, p := range c.nodes[d.node].pods {
		w := &c.workloads[c.pods[p].workload]
		switch {
		case w.daemon >= 0 && k != nil && !k.IgnoreDaemonSets:
			d.giveUp(p, none, fmt.Sprintf("pod %s belongs to a DaemonSet, and kubectl drain was not told to ignore those", c.PodName(p)))
		case w.daemon >= 0:
		case w.kind != model.BarePod || k == nil || k.Force:
			pods = append(pods, p)
		default:
			d.giveUp(p, none, fmt.Sprintf("pod %s has no controller that replaces it, and kubectl drain was not told to force its end", c.PodName(p)))
		}
	}
	c.listed = pods
	switch {
	case d.given.Why != "":
		c.listed = pods[:0]
	case k != nil:
		slices.SortFunc(pods, func(p, q PodID) int { return cmp.Compare(c.turn(p), c.turn(q)) })
	default:
		c.sortByName(pods)
	}
	for _, p := range c.listed {
		c.addErrand(i, p)
	}
	d = &c.drains.items[i]
	d.left = len(d.list)
}

// giveUp notes the first pod that kubectl can't have.
func (d *drain) giveUp(p PodID, budget int32, why string) {
	if d.given.Why == "" {
		d.given = DrainResult{Result: trace.DrainFailed, Pod: p, Budget: int(budget), Why: why}
	}
}

// lookAgain ends a drain of which every pod is gone or given up, where AKS looks
// at the node once more.
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
	if d.given.Why != "" {
		c.endDrain(i, d.given, d.lost)
		return
	}
	if d.o.Kubectl == nil {
		c.listPods(i)
		d = &c.drains.items[i]
	}
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

// drainRefused ends a drain that has a pod which is still refused.
func (c *Cluster) drainRefused(i int32) {
	d := &c.drains.items[i]
	for _, j := range d.list {
		if c.pods[c.errands.items[j].pod].phase < PodTerminating {
			c.drainLimit(i)
			return
		}
	}
}

// blocker names what a drain waits for: the pod that was refused for the
// longest time, else the first that is still there.
func (c *Cluster) blocker(d *drain) (DrainResult, trace.ID) {
	r := DrainResult{Result: trace.DrainTimedOut, Pod: none, Budget: none}
	var longest *errand
	for _, j := range d.list {
		e := &c.errands.items[j]
		if c.pods[e.pod].phase >= PodTerminating || e.refusal == 0 {
			continue
		}
		if longest == nil || e.refusedAt < longest.refusedAt {
			longest = e
		}
	}
	if longest != nil {
		r.Pod, r.Budget = longest.pod, int(longest.refusedBy)
		r.Why = c.whyRefused(longest)
		return r, longest.refusal
	}
	for _, j := range d.list {
		p := c.errands.items[j].pod
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
func (c *Cluster) whyRefused(e *errand) string {
	p, budget := e.pod, e.refusedBy
	switch {
	case e.conflict:
		return fmt.Sprintf("pod %s can't be evicted: each time that the API server wanted to write, somebody else was faster", c.PodName(p))
	case budget == none:
		return fmt.Sprintf("pod %s is selected by more than one budget and can't be evicted", c.PodName(p))
	}
	b := &c.budgets[budget]
	if b.broken {
		return fmt.Sprintf("pod %s can't be evicted: budget %s/%s allows nothing, because it selects pods whose controller has no scale",
			c.PodName(p), b.Namespace, b.Name)
	}
	pods := "pods"
	if b.status.desired == 1 {
		pods = "pod"
	}
	return fmt.Sprintf("pod %s can't be evicted: budget %s/%s needs %d healthy %s and has %d",
		c.PodName(p), b.Namespace, b.Name, b.status.desired, pods, b.status.healthy)
}

// endDrain forgets the drain and tells its client. Where another client drains
// the node too, that drain is told from here on.
func (c *Cluster) endDrain(i int32, r DrainResult, cause trace.ID) {
	d := &c.drains.items[i]
	n, of := d.node, d.who
	c.eng.Cancel(d.begins)
	c.eng.Cancel(d.limit)
	c.eng.Cancel(d.refuse)
	c.eng.Cancel(d.listed)
	c.eng.Cancel(d.awake)
	c.forgetErrands(d)
	c.nodes[n].drains[of] = -1
	told := d.told
	if d.begun {
		c.stretch.drains--
	}
	c.drains.put(i)
	if told {
		r.Record = c.rec.AddText(trace.DrainEnded, nodeRef(n), trace.Ref{}, int64(r.Result), cause, r.Why)
		if other := c.nodes[n].drains[1-of]; other >= 0 && c.drains.items[other].begun {
			x := &c.drains.items[other]
			x.record = r.Record
			c.tell(x)
		}
	} else {
		r.Record = cause
	}
	switch {
	case of == byPerson && c.hands != nil:
		c.hands.DrainEnded(n, r)
	case of == byAKS && c.obs != nil:
		c.obs.DrainEnded(n, r)
	}
}
