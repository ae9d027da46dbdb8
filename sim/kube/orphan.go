package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// The objects of pods outlive the object of their node. The garbage collector
// looks for such orphans every 20 s. A node that it misses for the first time
// is given 40 s; when it is still missing at the look that follows, the pods are
// removed by force, one request after the other. If the node comes back under its
// name before that, they live on. So an orphan is removed 40 to 60 s after its
// node object, and orphans of nodes that went in the same 20 s go together.
// Recorded: of 16 nodes 15 just so (TestRecordedOrphans); with one the look came a
// moment before the 40 s were over, so that it took 20 s more, which isn't played.
// Source: kubernetes pkg/controller/podgc, gc_controller.go (gcCheckPeriod,
// quarantineTime, gcOrphaned).

// gcPeriod is how often the garbage collector looks.
const gcPeriod = 20 * time.Second

func (c *Cluster) resetCollector() {
	c.collector.reset(c.m.Controllers.ClientQPS, c.m.Controllers.ClientBurst)
	c.phase = time.Duration(c.src.Uniform(random.KeyOf("pod garbage collector")) * float64(gcPeriod))
}

// depart removes a node object. The objects of its pods stay, and count for
// nothing that nodes are chosen by.
func (c *Cluster) depart(n NodeID) {
	c.onEach(n, -1)
	c.block(n, absent)
	c.sched.remove(n, c.nodes[n].zone)
	for _, p := range c.nodes[n].pods {
		c.weigh(&c.pods[p], 1)
	}
	if len(c.nodes[n].pods) > 0 {
		c.quarantine(n)
	}
}

// arrive makes a node object, with the not-ready taint. Its pods, if there are
// still some of before, count again.
func (c *Cluster) arrive(n NodeID) {
	for _, p := range c.nodes[n].pods {
		c.weigh(&c.pods[p], -1)
	}
	c.sched.add(n, c.nodes[n].zone)
	c.block(n, notReady)
	c.onEach(n, 1)
}

// onEach counts the pods of a node wherever pods are counted (+1), or takes them
// out of that (-1).
func (c *Cluster) onEach(n NodeID, sign int) {
	for _, p := range c.nodes[n].pods {
		x := &c.pods[p]
		w := &c.workloads[x.workload]
		if x.phase < PodTerminating {
			c.count(w, n, int32(sign))
		}
		c.add(w.shares, n, int32(sign))
		c.weigh(x, sign)
	}
}

// quarantine has the garbage collector look at a node that doesn't exist. How
// long it takes to remove the pods is OrphanDelete's quantile at the share of the
// collector's period that passes until its next look.
func (c *Cluster) quarantine(n NodeID) {
	x := &c.nodes[n]
	if x.quarantined {
		return
	}
	x.quarantined = true
	until := gcPeriod - (time.Duration(c.eng.Now())-c.phase)%gcPeriod
	if until > gcPeriod {
		until -= gcPeriod
	}
	d := c.m.Timing.OrphanDelete.Quantile((float64(until) - 0.5) / float64(gcPeriod))
	c.after(d, des.ClassControl, evOrphans, int32(n))
}

// collect: the quarantine of a node is over.
func (c *Cluster) collect(n NodeID) {
	c.nodes[n].quarantined = false
	if c.room[n].blocked&absent == 0 {
		return // it is back
	}
	for left := len(c.nodes[n].pods); left > 0; left-- { // counted from the end, for those before it may have gone
		p := c.nodes[n].pods[len(c.nodes[n].pods)-left]
		if x := &c.pods[p]; x.halted {
			c.eng.Cancel(x.timer)
			c.collector.take(c.eng.Now()) // one request marks it Failed, another removes it
			if d := c.collector.take(c.eng.Now()); d > 0 {
				x.doomed = true
				x.timer = c.after(d, des.ClassControl, evOrphan, int32(p))
			} else {
				c.discard(p)
			}
		}
	}
}

// discard removes the object of an orphan.
func (c *Cluster) discard(p PodID) {
	x := &c.pods[p]
	cause := c.nodes[x.node].away
	if x.phase == PodTerminating {
		c.gone(p, cause)
		return
	}
	c.terminate(p, trace.NodeGone, cause)
}
