package kube

import (
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// A machine and its node object are two things. When a machine dies or restarts,
// the containers on it are dead at once, while the API has its pods as they were
// until somebody finds out: a kubelet that is back, the control plane that takes
// a silent node for lost, or the garbage collector. Budgets and controllers go by
// the API; what a workload really has is told by PodLost.

// runs reports whether a node's machine is up and its kubelet at work.
func (c *Cluster) runs(n NodeID) bool {
	return c.nodes[n].phase == nodeReady || c.nodes[n].phase == nodeUsable
}

// halt ends the containers on a machine, which is down from now on. A pod that is
// about to be bound has none yet.
func (c *Cluster) halt(n NodeID, cause trace.ID) {
	for _, p := range c.nodes[n].pods {
		if c.pods[p].halted || c.pods[p].binding {
			continue
		}
		x := &c.pods[p]
		c.eng.Cancel(x.timer)
		c.eng.Cancel(x.work)
		c.dropDisk(p)
		if x.phase == PodReady {
			x.last = c.rec.Add(trace.PodLost, podRef(p), nodeRef(n), 0, cause)
		}
		if x.phase == PodAttaching || x.phase == PodPulling {
			c.advance(p, PodStarting) // where it begins anew
		}
		c.strand(p)
	}
}

// strand notes that nothing happens to a pod until its machine is back.
func (c *Cluster) strand(p PodID) {
	x := &c.pods[p]
	c.weigh(x, -1)
	x.halted = true
	c.weigh(x, 1)
	if c.room[x.node].blocked&absent != 0 {
		c.quarantine(x.node)
	}
}

// revive has the kubelet of a machine that is back do what the API says: pods that
// are to go are gone, the others are started again, by the same objects. Those
// that have no room on the node as it is now are refused, the youngest first.
// Source: kubernetes pkg/kubelet, HandlePodAdditions and canAdmitPod.
func (c *Cluster) revive(n NodeID) {
	cause := c.nodes[n].last
	for i := len(c.nodes[n].pods) - 1; i >= 0 && c.room[n].overfull(); i-- {
		p := c.nodes[n].pods[i]
		if x := &c.pods[p]; x.halted && x.phase < PodTerminating {
			c.terminate(p, trace.NodeGone, cause)
		}
	}
	for left := len(c.nodes[n].pods); left > 0; left-- { // counted from the end, for those before it may have gone
		p := c.nodes[n].pods[len(c.nodes[n].pods)-left]
		if x := &c.pods[p]; x.halted {
			c.eng.Cancel(x.timer)
			c.weigh(x, -1)
			x.halted, x.doomed = false, false
			c.weigh(x, 1)
			c.restart(p, cause)
		}
	}
}

// restart is revive for one pod.
func (c *Cluster) restart(p PodID, cause trace.ID) {
	x := &c.pods[p]
	if x.phase == PodTerminating {
		c.gone(p, cause)
		return
	}
	if x.phase == PodReady {
		c.unready(p, cause)
	}
	c.attach(p)
}

// unready takes Ready from a pod that nobody has asked to go.
func (c *Cluster) unready(p PodID, cause trace.ID) {
	x := &c.pods[p]
	x.available = false
	c.setPhase(p, PodRunning, trace.PodUnready, nodeRef(x.node), 0, cause)
	if c.workloads[x.workload].kind == model.Deployment {
		c.touch(x.workload)
	}
}
