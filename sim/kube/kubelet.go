package kube

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// What a kubelet does to a bound pod, in this order: wait for its disk, pull
// its image, start it, wait until it is Ready. A kubelet pulls one image after
// the other (its default, serializeImagePulls), so pulls share no bandwidth;
// pods that wait for the same image share its pull.

// image is a container image and where it is.
type image struct {
	name  string
	size  int64
	on    []bool // by node
	nodes int    // how many have it
}

// pull is an image on its way to a node, or waiting for its turn.
type pull struct {
	node  NodeID
	image int32
	next  int32 // of the same node; -1
	event des.Handle
}

// imageOf returns the index of an image in Cluster.images; -1 when there is none
// to pull. Images of one name are one image, of the largest size given.
func (c *Cluster) imageOf(x model.Image) int32 {
	if x.Name == "" {
		return -1
	}
	i := slices.IndexFunc(c.images, func(y image) bool { return y.name == x.Name })
	if i < 0 {
		i = len(c.images)
		c.images = append(c.images, image{name: x.Name})
	}
	c.images[i].size = max(c.images[i].size, x.Size)
	return int32(i)
}

// cache notes that a node has an image from now on.
func (c *Cluster) cache(n NodeID, i int32) {
	if i >= 0 && !c.images[i].on[n] {
		c.images[i].on[n] = true
		c.images[i].nodes++
	}
}

// wipe forgets all images of a node, and those on their way.
func (c *Cluster) wipe(n NodeID) {
	for i := range c.images {
		if c.images[i].on[n] {
			c.images[i].on[n] = false
			c.images[i].nodes--
		}
	}
	x := &c.nodes[n]
	for x.pull >= 0 {
		p := x.pull
		c.eng.Cancel(c.pulls.items[p].event)
		x.pull = c.pulls.items[p].next
		c.pulls.put(p)
	}
	x.pullFree = 0
}

// attach begins a bound pod's way. A zonal disk that was attached to another
// node has to move; its last user is gone, because only StatefulSets have such
// disks and they never have two pods of one ordinal.
func (c *Cluster) attach(p PodID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	switch {
	case !c.workloads[x.workload].ZonalVolume:
		c.fetch(p)
	case s.disk == none || s.disk == x.node:
		c.attached(p)
	default:
		c.setPhase(p, PodAttaching, trace.Record{Kind: trace.DiskMoving, Object: nodeRef(x.node), Cause: x.last})
		d := c.draw(c.timing(x.node).DiskMove, c.podKey(x), forDisk)
		x.timer = c.after(d, des.ClassFinish, evAttached, int32(p))
	}
}

// attached: the disk is where the pod is. The first node decides its zone.
func (c *Cluster) attached(p PodID) {
	x := &c.pods[p]
	s := &c.slots[x.slot]
	s.disk = x.node
	if s.zone == unbound {
		s.zone = c.nodes[x.node].zone
	}
	c.fetch(p)
}

// fetch gets the pod's image, if its node lacks it, and starts the pod.
func (c *Cluster) fetch(p PodID) {
	x := &c.pods[p]
	i := c.workloads[x.workload].image
	speed := c.timing(x.node).ImagePull
	if i < 0 || speed == 0 || c.images[i].size == 0 || c.images[i].on[x.node] {
		c.cache(x.node, i)
		c.start(p)
		return
	}
	size := c.images[i].size
	c.setPhase(p, PodPulling, trace.Record{Kind: trace.PodPulling, Object: nodeRef(x.node), Value: size, Cause: x.last})
	node := &c.nodes[x.node]
	for q := node.pull; q >= 0; q = c.pulls.items[q].next {
		if c.pulls.items[q].image == i {
			return
		}
	}
	now := c.eng.Now()
	node.pullFree = max(node.pullFree, now).Add(time.Duration(float64(size) / float64(speed) * float64(time.Second)))
	q := c.pulls.take()
	event := c.after(node.pullFree.Sub(now), des.ClassFinish, evPulled, q)
	c.pulls.items[q] = pull{node: x.node, image: i, next: node.pull, event: event}
	node.pull = q
}

// pulled: an image has arrived; whoever waits for it starts.
func (c *Cluster) pulled(q int32) {
	l := c.pulls.items[q]
	at := &c.nodes[l.node].pull
	for *at != q {
		at = &c.pulls.items[*at].next
	}
	*at = l.next
	c.pulls.put(q)
	c.cache(l.node, l.image)
	for p := c.nodes[l.node].firstPod; p != none; p = c.pods[p].next {
		if x := &c.pods[p]; x.phase == PodPulling && c.workloads[x.workload].image == l.image {
			c.start(p)
		}
	}
}

func (c *Cluster) start(p PodID) {
	x := &c.pods[p]
	c.setPhase(p, PodStarting, trace.Record{})
	d := c.draw(c.workloads[x.workload].Start, c.podKey(x), forStart)
	x.timer = c.after(d, des.ClassFinish, evRunning, int32(p))
}

func (c *Cluster) running(p PodID) {
	x := &c.pods[p]
	c.setPhase(p, PodRunning, trace.Record{Kind: trace.PodRunning, Object: nodeRef(x.node), Cause: x.last})
	if c.workloads[x.workload].NeverReady {
		return
	}
	d := c.draw(c.workloads[x.workload].Ready, c.podKey(x), forReady)
	x.timer = c.after(d, des.ClassFinish, evReady, int32(p))
}

func (c *Cluster) ready(p PodID) {
	x := &c.pods[p]
	c.setPhase(p, PodReady, trace.Record{Kind: trace.PodReady, Object: nodeRef(x.node), Cause: x.last})
	w := &c.workloads[x.workload]
	if w.kind == model.Deployment {
		c.touch(x.workload)
	}
	if w.MinReady == 0 {
		c.isAvailable(p)
		return
	}
	x.timer = c.after(w.MinReady, des.ClassFinish, evAvailable, int32(p))
}

func (c *Cluster) available(p PodID) {
	x := &c.pods[p]
	x.last = c.rec.Add(trace.PodAvailable, podRef(p), nodeRef(x.node), 0, x.last)
	c.isAvailable(p)
}

// timing is how long things take on a node.
func (c *Cluster) timing(n NodeID) *model.Timing { return &c.m.NodePools[c.nodes[n].pool].Timing }
