package kube

import "slices"

// A nominated pod waits for its victims to be gone from a node. Pods that are no
// more important leave it the room. When the API names the node no longer, the
// scheduler takes that for the deletion of a pod from it; so it does when a
// nominated pod is bound, be it to that very node, for then its queue's handlers are
// told of a pod that was nominated and is gone. Source: kubernetes
// pkg/scheduler/eventhandlers.go, deletePodFromSchedulingQueue and
// updatePodInSchedulingQueue.

// dismiss takes the nomination from pods of lower priority than p's on a node:
// they may fit no longer and look elsewhere. Each is a request of the scheduler's
// client for which nobody waits.
func (c *Cluster) dismiss(p PodID, n NodeID) {
	priority := c.priority(p)
	for i := len(c.sched.nominees) - 1; i >= 0; i-- {
		q := c.sched.nominees[i]
		if y := &c.pods[q]; y.nominated == n && c.priority(q) < priority {
			c.release(q)
			c.sched.client.take(c.eng.Now())
			if !y.queued {
				c.enqueue(q)
			}
		}
	}
}

// nominate has the room on a node kept for a pod.
func (c *Cluster) nominate(p PodID, n NodeID) {
	x := &c.pods[p]
	if x.nominated == n {
		return
	}
	x.nominated = n
	c.room[n].nominated++
	c.journal.note(n)
	c.sched.nominees = append(c.sched.nominees, p)
}

// release has a pod nominated no longer.
func (c *Cluster) release(p PodID) {
	c.vacate(p)
	c.unname(p)
}

// vacate gives the room up that was kept for a pod, of which the API says still
// that it is nominated.
func (c *Cluster) vacate(p PodID) {
	n := c.pods[p].nominated
	if n == none {
		return
	}
	c.room[n].nominated--
	c.journal.note(n)
	at := slices.Index(c.sched.nominees, p)
	c.sched.nominees = slices.Delete(c.sched.nominees, at, at+1)
}

// unname has the API say no longer that a pod is nominated, which has pods tried
// again that left it the room.
func (c *Cluster) unname(p PodID) {
	x := &c.pods[p]
	n := x.nominated
	if n == none {
		return
	}
	x.nominated = none
	if n != x.node {
		c.wakeNode(n)
	}
	c.tellReleased(x.workload)
}

// refusal is judge for a pod that leaves nominated pods of no lower priority
// their room. It must fit whether they come or not. Source: kubernetes
// framework/runtime, RunFilterPluginsWithNominatedPods.
func (c *Cluster) refusal(p PodID, w *workload, n NodeID, zone int32) Refusal {
	if c.room[n].nominated > 0 && c.yield(p, n, 1) {
		c.leastCounts(w)
		r := c.judge(w, n, zone)
		c.yield(p, n, -1)
		c.leastCounts(w)
		if r != Fits && !(r == Shunned && c.sched.unshunned) {
			return r
		}
	}
	return c.judge(w, n, zone)
}

// yield puts the nominated pods on a node to which p leaves their room (+1), or
// takes them off it again (-1). It reports whether there are any.
func (c *Cluster) yield(p PodID, n NodeID, sign int32) bool {
	some := false
	for _, q := range c.sched.nominees {
		if c.pods[q].nominated == n && q != p && c.priority(q) >= c.priority(p) {
			c.pretend(q, n, sign)
			some = true
		}
	}
	return some
}
