package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// leaving: a pod got its deletion timestamp. A ReplicaSet replaces it now: a
// terminating pod is no replica of its any more.
func (c *Cluster) leaving(p PodID, reason trace.TerminationReason, cause trace.ID) {
	x := &c.pods[p]
	switch c.workloads[x.workload].kind {
	case model.Deployment:
		c.slots[x.slot].pod = none
		c.order(x.slot, x.key, cause)
	case model.Job:
		c.jobLeaving(p, reason, cause)
	}
}

// left: the object of a pod is gone. StatefulSets and DaemonSets replace it
// now, because the new pod takes the old one's name or node.
func (c *Cluster) left(p PodID, cause trace.ID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	switch w := &c.workloads[x.workload]; {
	case w.kind == model.StatefulSet:
		s.cause = cause
		c.look(x.workload, x.slot)
	case w.kind == model.DaemonSet && s.wanted:
		c.order(x.slot, x.key, cause)
	case w.kind == model.Job:
		c.jobLeft(p, cause)
	}
}

// order has the next pod of a slot made after the controller's latency. Key is that
// of the slot's latest pod: whoever has the pod at hand need not read the slot,
// which nobody has looked at for long.
func (c *Cluster) order(i int32, key random.Key, cause trace.ID) { c.orderAfter(i, key, 0, cause) }

// orderAfter is order after a pause.
func (c *Cluster) orderAfter(i int32, key random.Key, pause time.Duration, cause trace.ID) {
	d := c.draw(c.m.Timing.ReplicaCreate, key, forCreate)
	s := &c.slots[i]
	s.cause = cause
	s.create = c.after(pause+d, des.ClassControl, evCreate, i)
}

// missing: a controller sees that a slot has no pod.
func (c *Cluster) missing(i int32) {
	w := &c.workloads[c.slots[i].workload]
	switch w.kind {
	case model.Deployment:
		w.rs.missing = append(w.rs.missing, i)
		c.touch(c.slots[i].workload)
	case model.Job:
		c.request(&c.control.job, i)
	default:
		c.request(&c.control.daemonSet, i)
	}
}

// create makes the next pod of a slot.
func (c *Cluster) create(i int32) {
	c.slots[i].asked = false
	p := c.newPod(i, c.slots[i].cause)
	c.enqueue(p)
}

// isAvailable: a pod has been Ready long enough. An ordered StatefulSet goes on
// with the next ordinal.
func (c *Cluster) isAvailable(p PodID) {
	x := &c.pods[p]
	x.available = true
	if c.workloads[x.workload].kind == model.StatefulSet {
		c.look(x.workload, x.slot)
	}
}

// look has a StatefulSet look at its ordinals after the controller's latency,
// which slot i caused. A look that is due already sees this change too.
func (c *Cluster) look(workload, i int32) {
	w := &c.workloads[workload]
	if w.syncing || w.pods == int32(w.Replicas) {
		return
	}
	w.syncing = true
	s := &c.slots[i]
	d := c.draw(c.m.Timing.ReplicaCreate, c.podKey(s), forCreate)
	c.after(d, des.ClassControl, evSync, workload)
}

// syncStatefulSet makes missing pods in order of their ordinals. With
// OrderedReady it stops at the first ordinal that it made, that is terminating
// or that is not available yet: a pod is only made when all lower ones are
// there and available. Source: kubernetes pkg/controller/statefulset/
// stateful_set_control.go, processReplica.
func (c *Cluster) syncStatefulSet(workload int32) {
	w := &c.workloads[workload]
	w.syncing = false
	ordered := w.PodManagement != model.Parallel
	for i := w.firstSlot; i < w.firstSlot+int32(w.Replicas); i++ {
		p := c.slots[i].pod
		if p == none {
			if !c.slots[i].asked {
				c.slots[i].asked = true
				c.request(&c.control.statefulSet, i)
			}
			if ordered {
				return
			}
			continue
		}
		if ordered && (c.pods[p].phase != PodReady || !c.pods[p].available) {
			return
		}
	}
}

// daemonsArrive wants a pod of each DaemonSet on a node that it may run on and
// is not there yet. Source: kubernetes pkg/controller/daemon, nodeShouldRunDaemonPod.
func (c *Cluster) daemonsArrive(n NodeID) {
	for d, i := range c.daemons {
		w := &c.workloads[i]
		slot := c.nodes[n].slots + int32(d)
		if s := &c.slots[slot]; !s.wanted && c.runsOn(w, n) {
			s.wanted = true
			c.totals.wanted++
			if s.pod == none {
				c.order(slot, c.podKey(s), c.nodes[n].last)
			}
		}
	}
}

func (c *Cluster) runsOn(w *workload, n NodeID) bool {
	return c.room[n].blocked&w.minds == 0 && w.fits[c.room[n].class].taints && c.selects(w, n)
}

// daemonsLeave wants no DaemonSet pods on a node that goes away. Those that are
// bound to it are left to the garbage collector. Source: kubernetes
// pkg/controller/daemon, getUnscheduledPodsWithoutNode.
func (c *Cluster) daemonsLeave(n NodeID) {
	for d := range c.daemons {
		s := &c.slots[c.nodes[n].slots+int32(d)]
		c.eng.Cancel(s.create)
		if s.wanted {
			s.wanted = false
			c.totals.wanted--
		}
		if s.pod != none && c.pods[s.pod].node == none {
			c.terminate(s.pod, trace.NodeGone, c.nodes[n].last)
		}
	}
}
