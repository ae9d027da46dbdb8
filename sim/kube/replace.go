package kube

// Replace takes a pod off its node and puts it where the scheduler would have it
// now, at once and without a record. It is there to measure placements by, one
// after the other in a cluster that is otherwise at rest; a simulation has no use
// for it. The pod has to be on a node, and returns to it when no node is feasible.
func (c *Cluster) Replace(p PodID) NodeID {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	from := x.node
	c.count(w, from, -1)
	c.unlink(p)
	x.tries++
	n := c.place(p)
	if n == none {
		c.link(p, from)
		return none
	}
	c.link(p, n)
	return n
}
