package kube

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// A node whose kubelet is silent for NodeLost is taken for not ready: it gets the
// taint node.kubernetes.io/unreachable, which keeps new pods away, and its pods
// cease to be Ready. The same taint with effect NoExecute follows, for one node in
// ten seconds in each zone; from then on a pod may stay for its workload's
// NotReadyToleration, DaemonSets' and those that tolerate the taint by themselves
// for good. Then the API is asked to delete it. Nobody is there to end it, so it
// stays Terminating until the machine is back or the node object is gone: a
// ReplicaSet replaces it at once, a StatefulSet never.
//
// Where it looks as if not the nodes were to blame, the control plane holds back:
// in a zone where more than two nodes and at least 55 % are lost no further node
// is given up, or one in 100 s where it has more than 50; when all nodes of all
// zones are lost, none is, and whoever was given up isn't any more.
//
// Sources: kubernetes pkg/controller/nodelifecycle, node_lifecycle_controller.go
// (monitorNodeHealth, doNoExecuteTaintingPass, ComputeZoneState,
// handleDisruption) with the defaults of kube-controller-manager; pkg/controller/
// tainteviction; plugin/pkg/admission/defaulttolerationseconds.

const (
	evictionQPS          = 0.1  // node-eviction-rate
	secondaryEvictionQPS = 0.01 // secondary-node-eviction-rate, of large zones that are partly lost
	largeZone            = 50   // large-cluster-size-threshold
	unhealthyZone        = 0.55 // unhealthy-zone-threshold
	fewLost              = 2    // so many lost nodes are no disruption, whatever their share
)

// evictor is what the control plane does about the lost nodes of a zone.
type evictor struct {
	limiter client
	lost    int        // nodes that are
	waiting []NodeID   // that are to get the NoExecute taint
	next    des.Handle // when the first of them may
}

// swap changes the limit. Whoever had to wait under the old one waits under the
// new one, from its start; a limit of 0 lets nobody through. Source: kubernetes
// pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go, SwapLimiter.
func (e *evictor) swap(now des.Time, qps float64) {
	x := &e.limiter
	if qps == x.qps {
		return
	}
	full := x.qps > 0 && x.wait(now) == 0
	*x = client{qps: qps, burst: 1, at: now}
	if full {
		x.tokens = 1
	}
}

func (c *Cluster) resetEvictors() {
	for i := range c.evictors {
		e := &c.evictors[i]
		*e = evictor{waiting: e.waiting[:0], limiter: client{qps: evictionQPS, burst: 1, tokens: 1}}
	}
	c.unreached = 0
	c.taintManager.reset(c.m.Controllers.ClientQPS, c.m.Controllers.ClientBurst)
}

func (c *Cluster) evictorOf(n NodeID) *evictor { return &c.evictors[c.nodes[n].zone+1] }

// nodeLost: the control plane has heard nothing of a node for too long.
func (c *Cluster) nodeLost(n NodeID) {
	x := &c.nodes[n]
	x.last = c.rec.Add(trace.NodeLost, nodeRef(n), trace.Ref{}, 0, x.last)
	c.unreached++
	c.block(n, c.room[n].blocked|unreachable)
	for _, p := range c.nodes[n].pods {
		if c.pods[p].phase == PodReady {
			c.unready(p, x.last)
		}
	}
	e := c.evictorOf(n)
	e.lost++
	e.waiting = append(e.waiting, n)
	c.judgeZones()
}

// forgetLost takes back what was done about a silent node, which is back or gone
// altogether.
func (c *Cluster) forgetLost(n NodeID) {
	x := &c.nodes[n]
	c.eng.Cancel(x.lost)
	x.silent = false
	if c.room[n].blocked&unreachable == 0 {
		return
	}
	c.unreached--
	e := c.evictorOf(n)
	e.lost--
	if i := slices.Index(e.waiting, n); i >= 0 {
		e.waiting = slices.Delete(e.waiting, i, i+1)
	}
}

// judgeZones sets how fast nodes are given up, after a node was lost, came or
// went.
func (c *Cluster) judgeZones() {
	if c.unreached == 0 {
		return
	}
	all := c.unreached == c.sched.present
	for z := range c.evictors {
		e := &c.evictors[z]
		total := 0
		if z < len(c.sched.zones) {
			total = c.sched.zones[z].nodes
		}
		partly := e.lost > fewLost && e.lost < total && float64(e.lost) >= unhealthyZone*float64(total)
		switch {
		case all || partly && total <= largeZone:
			e.swap(c.eng.Now(), 0)
		case partly:
			e.swap(c.eng.Now(), secondaryEvictionQPS)
		default:
			e.swap(c.eng.Now(), evictionQPS)
		}
		c.giveUp(int32(z))
	}
	if all {
		c.pardon()
	}
}

// giveUp gives the NoExecute taint to the lost nodes of a zone that are due.
func (c *Cluster) giveUp(z int32) {
	e := &c.evictors[z]
	c.eng.Cancel(e.next)
	for len(e.waiting) > 0 && e.limiter.qps > 0 {
		if d := e.limiter.wait(c.eng.Now()); d > 0 {
			e.next = c.after(d, des.ClassControl, evGiveUp, z)
			return
		}
		e.limiter.take(c.eng.Now())
		n := e.waiting[0]
		e.waiting = slices.Delete(e.waiting, 0, 1)
		c.expel(n)
	}
}

// expel has the pods of a lost node deleted when their tolerations are over.
func (c *Cluster) expel(n NodeID) {
	for _, p := range c.nodes[n].pods {
		x := &c.pods[p]
		if stay := c.workloads[x.workload].stay; x.phase < PodTerminating && !x.binding && stay >= 0 {
			x.timer = c.after(stay, des.ClassControl, evExpel, int32(p))
		}
	}
}

// pardon takes the NoExecute taint from all nodes: every one of them is lost, so
// it must be something else. They wait for it again.
func (c *Cluster) pardon() {
	c.interleave()
	for _, n := range c.sched.nodes {
		for _, p := range c.nodes[n].pods {
			if x := &c.pods[p]; x.halted && x.phase < PodTerminating {
				c.eng.Cancel(x.timer)
			}
		}
		if e := c.evictorOf(n); !slices.Contains(e.waiting, n) {
			e.waiting = append(e.waiting, n)
		}
	}
}

// expelPod: a pod has stayed on a lost node for as long as it tolerates that. It
// is deleted by requests to read it, to mark it and to delete it.
func (c *Cluster) expelPod(p PodID) {
	x := &c.pods[p]
	if !x.doomed {
		x.doomed = true
		now := c.eng.Now()
		c.taintManager.take(now)
		c.taintManager.take(now)
		if d := c.taintManager.take(now); d > 0 {
			x.timer = c.after(d, des.ClassControl, evExpel, int32(p))
			return
		}
	}
	c.terminate(p, trace.Unreachable, c.nodes[x.node].last)
}

// stayOf returns how long pods of w stay on a lost node; -1: for good. Those that
// tolerate the taint by themselves don't get the toleration with a limit that the
// API gives to all others; the DaemonSet controller adds one without a limit.
func stayOf(w *model.Workload) time.Duration {
	if w.Kind == model.DaemonSet || model.Tolerated(w.Tolerations, unreachableNoExecute) {
		return -1
	}
	return w.NotReadyToleration
}
