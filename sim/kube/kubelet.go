package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// What a kubelet does to a bound pod, in this order: wait for its disk, pull
// its image, start it, wait until it is Ready.

func (c *Cluster) start(p PodID) {
	x := &c.pods[p]
	c.advance(p, PodStarting)
	d := c.draw(c.workloads[x.workload].Start, x.key, forStart)
	x.timer = c.after(d, des.ClassFinish, evRunning, int32(p))
}

func (c *Cluster) running(p PodID) {
	x := &c.pods[p]
	c.setPhase(p, PodRunning, trace.PodRunning, nodeRef(x.node), 0, x.last)
	c.work(p)
	if c.workloads[x.workload].NeverReady {
		return
	}
	d := c.draw(c.workloads[x.workload].Ready, x.key, forReady)
	x.timer = c.after(d, des.ClassFinish, evReady, int32(p))
}

func (c *Cluster) ready(p PodID) {
	x := &c.pods[p]
	c.setPhase(p, PodReady, trace.PodReady, nodeRef(x.node), 0, x.last)
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
