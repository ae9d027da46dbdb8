package kube

import (
	"slices"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// firstPods makes the pods of the start. DaemonSets come first, then replicas
// with a given node, then the scheduler places the rest in workload order. All
// that fit are Ready and available from the start. Their images are where they
// are, but only once all are placed: while a cluster fills up, no node has an
// image that would draw the next replica to it. Those that the model calls unready run without ever becoming Ready. The
// rest wait, as pods do that the scheduler could not place.
func (c *Cluster) firstPods() {
	for n := range c.nodes {
		for d, i := range c.daemons {
			w := &c.workloads[i]
			if !c.runsOn(w, NodeID(n)) {
				continue
			}
			slot := c.nodes[n].slots + int32(d)
			c.slots[slot].wanted = true
			c.totals.wanted++
			c.firstPod(slot, none)
		}
	}
	for _, given := range [...]bool{true, false} {
		for i := range c.workloads {
			w := &c.workloads[i]
			if w.daemon >= 0 {
				continue
			}
			for r := range w.Replicas {
				if n := c.givenNode(i, r); (n != none) == given {
					c.firstPod(w.firstSlot+int32(r), n)
				}
			}
		}
	}
	for p := range c.pods {
		if x := &c.pods[p]; x.node != none {
			c.cache(x.node, c.workloads[x.workload].image)
		}
	}
}

// givenNode returns the node that the model gives a replica; -1: none.
func (c *Cluster) givenNode(workload, replica int) NodeID {
	if replica >= len(c.m.PlacementNode[workload]) {
		return none
	}
	ref := c.m.PlacementNode[workload][replica]
	if ref.Pool < 0 {
		return none
	}
	n := ref.Node
	for p := range ref.Pool {
		n += len(c.m.NodePools[p].Nodes)
	}
	return NodeID(n)
}

// firstPod makes a pod that runs from the start, on the node n or, for -1,
// where the scheduler puts it.
func (c *Cluster) firstPod(slot int32, n NodeID) {
	p := c.newPod(slot, 0)
	x := &c.pods[p]
	if gated(c.workloads[x.workload].Workload) {
		return
	}
	if n == none {
		x.tries++
		n = c.place(p)
	}
	if n == none {
		c.failed(p)
		if c.someLower(c.workloads[x.workload].Priority) {
			c.enqueue(p) // it may find victims
		}
		return
	}
	c.bind(p, n)
	w := &c.workloads[x.workload]
	if w.Disks > 0 {
		s := &c.slots[slot]
		s.disk = n
		if w.ZonalVolume {
			s.zone = c.nodes[n].zone
		}
	}
	c.advance(p, PodStarting)
	c.setPhase(p, PodRunning, trace.PodRunning, nodeRef(n), 0, x.last)
	c.work(p)
	if w.NeverReady || w.daemon < 0 && slices.Contains(w.Unready, int(c.slots[slot].index)) {
		return
	}
	c.setPhase(p, PodReady, trace.PodReady, nodeRef(n), 0, x.last)
	if w.MinReady > 0 {
		x.last = c.rec.Add(trace.PodAvailable, podRef(p), nodeRef(n), 0, x.last)
	}
	x.available = true
}

// suffixOf returns the number that a pod's name ends in: a StatefulSet's ordinal,
// else a random one.
func (c *Cluster) suffixOf(x *pod) int32 {
	if c.workloads[x.workload].kind == model.StatefulSet {
		return c.slots[x.slot].index
	}
	return int32(c.src.Intn(x.key.With(forName), trace.Suffixes))
}

// Pod returns the state of a pod.
func (c *Cluster) Pod(p PodID) Pod {
	x := &c.pods[p]
	s := Pod{Workload: int(x.workload), Node: x.node, For: none, Phase: x.phase, Ran: x.ran, Suffix: int(x.suffix), Since: x.since, Record: x.last, Halted: x.halted, Writes: int(x.writes)}
	if index := c.slots[x.slot].index; c.workloads[x.workload].daemon < 0 {
		s.Ordinal = int(index)
	} else {
		s.For = NodeID(index)
	}
	return s
}

// PodKey returns the stable identity of a pod, for what is drawn for its sake: its
// workload, its replica or node, and how many were made there before it.
func (c *Cluster) PodKey(p PodID) random.Key { return c.pods[p].key }
