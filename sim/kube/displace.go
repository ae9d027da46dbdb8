package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// The scheduler has victims go by requests of its client, which also binds pods
// and says of others why they fit nowhere: a patch of the victim's status with the
// reason, and when that is through its deletion. Nobody in the scheduler waits for
// them: they go side by side, but the last victim's follow when the others are
// deleted. Where they go 16 at a time, for more than 17 victims on one node, that
// isn't played. Source: kubernetes pkg/scheduler/framework/preemption,
// PreemptPod and prepareCandidateAsync (SchedulerAsyncPreemption, on since 1.33).

// displaced is a victim on its way out.
type displaced struct {
	pod     PodID
	patched bool     // its status says why; the deletion is next
	last    int32    // the victim that goes when the others are deleted; that one: itself
	others  int32    // of the last one: those that it waits for
	cause   trace.ID // that it is a victim
}

// displace has victims go from a node.
func (c *Cluster) displace(victims []PodID, cause trace.ID) {
	end := len(victims) - 1
	last := c.displaced.take()
	c.displaced.items[last] = displaced{pod: victims[end], last: last, others: int32(end), cause: cause}
	for _, p := range victims {
		c.pods[p].preempted = true
	}
	if end == 0 {
		c.askDisplaced(last)
		return
	}
	patched := c.sched.patched[:0]
	for _, p := range victims[:end] {
		i := c.displaced.take()
		c.displaced.items[i] = displaced{pod: p, last: last, cause: cause}
		if c.mayDisplace(i) {
			patched = append(patched, i)
		}
	}
	for _, i := range patched {
		c.displacedGoesOn(i)
	}
	c.sched.patched = patched
}

// mayDisplace makes the next request for a victim and reports whether it is let
// through at once.
func (c *Cluster) mayDisplace(i int32) bool {
	wait := c.sched.client.take(c.eng.Now())
	if wait > 0 {
		c.after(wait, des.ClassControl, evDisplaced, i)
	}
	return wait == 0
}

// askDisplaced makes the next request for a victim and goes on.
func (c *Cluster) askDisplaced(i int32) {
	if c.mayDisplace(i) {
		c.displacedGoesOn(i)
	}
}

// displacedGoesOn: a request for a victim is let through.
func (c *Cluster) displacedGoesOn(i int32) {
	v := &c.displaced.items[i]
	if !v.patched {
		v.patched = true
		c.written(&c.pods[v.pod])
		c.askDisplaced(i)
		return
	}
	last := v.last
	if c.pods[v.pod].phase < PodTerminating {
		c.terminate(v.pod, trace.Preempted, v.cause)
	}
	c.displaced.put(i)
	if last == i {
		return
	}
	x := &c.displaced.items[last]
	if x.others--; x.others == 0 {
		c.askDisplaced(last)
	}
}
