package kube

import "slices"

// A nominated pod waits for its victims to be gone from a node. Pods that are no
// more important leave it the room.

// dismiss takes the nomination from pods of lower priority than p's on a node:
// they may fit no longer and look elsewhere. Each is a request of the scheduler's
// client for which nobody waits.
func (c *Cluster) dismiss(p PodID, n NodeID) {
	priority := c.priority(p)
	for i := len(c.sched.nominees) - 1; i >= 0; i-- {
		q := c.sched.nominees[i]
		if y := &c.pods[q]; y.nominated == n && c.priority(q) < priority {
			c.unnominate(q)
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

// unnominate gives the room up that was kept for a pod.
func (c *Cluster) unnominate(p PodID) {
	x := &c.pods[p]
	n := x.nominated
	if n == none {
		return
	}
	x.nominated = none
	c.room[n].nominated--
	c.journal.note(n)
	at := slices.Index(c.sched.nominees, p)
	c.sched.nominees = slices.Delete(c.sched.nominees, at, at+1)
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
