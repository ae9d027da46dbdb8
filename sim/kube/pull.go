package kube

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// A kubelet pulls so many images at a time, by default one (serializeImagePulls)
// in the order in which they were asked for. Those that it pulls at the same
// time share the node's bandwidth evenly. Pods that wait for the same image
// share its pull.

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
	next  int32      // of the same node, asked for later; -1
	event des.Handle // of its end, while it is under way
	since des.Time   // when left was worked out
	left  float64    // bytes
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
		c.journal.note(n)
		c.images[i].nodes++
	}
}

// wipe forgets all images of a node, and those on their way.
func (c *Cluster) wipe(n NodeID) {
	for i := range c.images {
		if c.images[i].on[n] {
			c.images[i].on[n] = false
			c.journal.note(n)
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
	x.pulling = 0
}

// fetch gets the pod's image, if its node lacks it, and starts the pod.
func (c *Cluster) fetch(p PodID) {
	x := &c.pods[p]
	i := c.workloads[x.workload].image
	if i < 0 || c.timing(x.node).ImagePull == 0 || c.images[i].size == 0 || c.images[i].on[x.node] {
		c.cache(x.node, i)
		c.start(p)
		return
	}
	size := c.images[i].size
	c.setPhase(p, PodPulling, trace.PodPulling, nodeRef(x.node), size, x.last)
	at := &c.nodes[x.node].pull
	for *at >= 0 {
		if c.pulls.items[*at].image == i {
			return
		}
		at = &c.pulls.items[*at].next
	}
	q := c.pulls.take()
	for at = &c.nodes[x.node].pull; *at >= 0; at = &c.pulls.items[*at].next {
	}
	*at = q
	c.pulls.items[q] = pull{node: x.node, image: i, next: -1, left: float64(size)}
	c.sharePulls(x.node)
}

// sharePulls begins the pulls whose turn it is and shares the bandwidth anew.
func (c *Cluster) sharePulls(n NodeID) {
	x := &c.nodes[n]
	t := c.timing(n)
	turns := int32(0)
	for q := x.pull; q >= 0 && (t.ImagePullParallel == 0 || int(turns) < t.ImagePullParallel); q = c.pulls.items[q].next {
		turns++
	}
	if turns == x.pulling {
		return // whoever came waits
	}
	c.settlePulls(n)
	x.pulling = turns
	now := c.eng.Now()
	for q := x.pull; turns > 0; q, turns = c.pulls.items[q].next, turns-1 {
		l := &c.pulls.items[q]
		c.eng.Cancel(l.event)
		l.since = now
		d := time.Duration(l.left * float64(x.pulling) / float64(t.ImagePull) * float64(time.Second))
		l.event = c.after(d, des.ClassFinish, evPulled, q)
	}
}

// settlePulls takes off what the pulls that are under way have got by now.
func (c *Cluster) settlePulls(n NodeID) {
	x := &c.nodes[n]
	now := c.eng.Now()
	for q, turns := x.pull, x.pulling; turns > 0; q, turns = c.pulls.items[q].next, turns-1 {
		l := &c.pulls.items[q]
		got := now.Sub(l.since).Seconds() * float64(c.timing(n).ImagePull) / float64(x.pulling)
		l.left = max(0, l.left-got)
		l.since = now
	}
}

// pulled: an image has arrived; whoever waits for it starts.
func (c *Cluster) pulled(q int32) {
	l := c.pulls.items[q]
	c.settlePulls(l.node)
	at := &c.nodes[l.node].pull
	for *at != q {
		at = &c.pulls.items[*at].next
	}
	*at = l.next
	c.pulls.put(q)
	c.nodes[l.node].pulling--
	c.cache(l.node, l.image)
	c.sharePulls(l.node)
	for _, p := range c.nodes[l.node].pods {
		if x := &c.pods[p]; x.phase == PodPulling && c.workloads[x.workload].image == l.image {
			c.start(p)
		}
	}
}
