package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// A replica's disk is attached to one node. When its next pod is on another, it
// is detached from the one and attached to the other, each of which takes half
// of DiskMove and a turn at that machine: so many disks of a machine are
// attached or detached at a time. Its last user is gone by then, because only
// StatefulSets have disks and they never have two pods of one ordinal.

// A node's limit counts the disks that are being detached from it, too. Source:
// kubernetes nodevolumelimits/csi.go, which counts the VolumeAttachments of a node
// beside the volumes of its pods.

// nowhere is where a disk is that is detached.
const nowhere = -3

// Where a pod's disk is on its way.
const (
	diskAtRest   uint8 = iota
	waitsDetach        // for a turn at the node where it is
	detaching          // from there
	waitsAttach        // for a turn at the pod's node
	attachesDisk       // to that
)

// attach begins a bound pod's way, once its node's kubelet is there to begin it.
func (c *Cluster) attach(p PodID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	switch {
	case !c.runs(x.node):
		c.advance(p, PodStarting)
		c.strand(p)
	case c.workloads[x.workload].Disks == 0:
		c.fetch(p)
	case s.disk == none || s.disk == x.node:
		c.attached(p)
	default:
		c.setPhase(p, PodAttaching, trace.DiskMoving, nodeRef(x.node), 0, x.last)
		if s.disk == nowhere {
			c.queueDisk(p, x.node, waitsAttach)
			return
		}
		c.linger(p, 1)
		c.queueDisk(p, s.disk, waitsDetach)
	}
}

// linger counts the disks of a pod on the node that they are to be detached from
// (+1), or counts them there no longer (-1).
func (c *Cluster) linger(p PodID, sign int32) {
	x := &c.pods[p]
	n := c.slots[x.slot].disk
	c.room[n].freeDisks -= sign * int32(c.workloads[x.workload].Disks)
	c.journal.note(n)
	if sign < 0 {
		c.wakeNode(n)
		c.tellDetached()
	}
}

// Detaching returns the node that the disks of a pod are still to be detached
// from; -1: none.
func (c *Cluster) Detaching(p PodID) NodeID {
	if x := &c.pods[p]; x.disk == waitsDetach || x.disk == detaching {
		return c.slots[x.slot].disk
	}
	return none
}

// queueDisk has a pod's disk take its turn at a machine.
func (c *Cluster) queueDisk(p PodID, n NodeID, stage uint8) {
	c.pods[p].disk = stage
	if c.disks[n].enter(c.timing(n).DiskMoveParallel, int32(p)) {
		c.moveDisk(p)
	}
}

// moveDisk begins the half of a move whose turn has come.
func (c *Cluster) moveDisk(p PodID) {
	x := &c.pods[p]
	x.disk++
	d := c.draw(c.timing(x.node).DiskMove, x.key, forDisk)
	half := d / 2
	if x.disk == attachesDisk {
		half = d - half
	}
	x.timer = c.after(half, des.ClassFinish, evDisk, int32(p))
}

// diskMoved: half of a move is done.
func (c *Cluster) diskMoved(p PodID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	stage := x.disk
	x.disk = diskAtRest
	if stage == attachesDisk {
		c.nextDisk(x.node)
		c.attached(p)
		return
	}
	from := s.disk
	c.linger(p, -1)
	s.disk = nowhere
	c.nextDisk(from)
	c.queueDisk(p, x.node, waitsAttach)
}

// nextDisk ends a turn at a machine. Pods that are gone by now are passed over.
func (c *Cluster) nextDisk(n NodeID) {
	for {
		q := c.disks[n].leave()
		if q < 0 {
			return
		}
		if y := &c.pods[q]; y.disk == waitsAttach && y.node == n || y.disk == waitsDetach && c.slots[y.slot].disk == n {
			c.moveDisk(PodID(q))
			return
		}
	}
}

// dropDisk gives up the move of a pod's disk.
func (c *Cluster) dropDisk(p PodID) {
	x := &c.pods[p]
	stage := x.disk
	if c.Detaching(p) != none {
		c.linger(p, -1)
	}
	x.disk = diskAtRest
	switch stage {
	case detaching:
		c.nextDisk(c.slots[x.slot].disk)
	case attachesDisk:
		c.nextDisk(x.node)
	}
}

// attached: the disk is where the pod is. The first node decides the zone of
// one that is bound to its zone.
func (c *Cluster) attached(p PodID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	s.disk = x.node
	if s.zone == unbound && c.workloads[x.workload].ZonalVolume {
		s.zone = c.nodes[x.node].zone
	}
	c.fetch(p)
}
