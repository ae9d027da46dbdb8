package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// Crash has a machine that works die, with all that runs on it. Its node object
// stays as it is until the control plane finds out (unreachable.go). After down
// the machine starts again, on the same disk; 0: never, and it is gone for good
// until somebody reimages or deletes it. It reports whether there was such a
// machine: one that boots, is reimaged or is down already can't crash.
func (x *Machines) Crash(n NodeID, down time.Duration, cause trace.ID) bool {
	c := x.c
	m := &c.nodes[n]
	if m.phase != nodeUsable {
		return false
	}
	c.silence(n, c.setNodePhase(n, nodeDown, trace.NodeCrashed, trace.Ref{}, 0, cause))
	if down > 0 {
		m.timer = c.after(down, des.ClassFinish, evNodeBack, int32(n))
	}
	return true
}

// silence takes a machine down behind its node object, which is lost after a while.
func (c *Cluster) silence(n NodeID, cause trace.ID) {
	x := &c.nodes[n]
	c.eng.Cancel(x.timer)
	c.halt(n, cause)
	if x.silent {
		return
	}
	x.silent = true
	x.silences++
	d := c.draw(c.timing(n).NodeLost, x.key.With(uint64(x.silences)), forLost)
	x.lost = c.after(d, des.ClassControl, evNodeLost, int32(n))
}

// nodeBack: a machine that had crashed runs again, and its kubelet says so.
func (c *Cluster) nodeBack(n NodeID) {
	x := &c.nodes[n]
	c.forgetLost(n)
	c.setNodePhase(n, nodeReady, trace.NodeReady, versionRef(x.version), 0, x.last)
	c.block(n, c.room[n].blocked&^unreachable|notReady)
	c.starts(n)
	c.judgeZones()
}

// starts has a kubelet that is up take over its node, whose not-ready taint goes
// soon.
func (c *Cluster) starts(n NodeID) {
	x := &c.nodes[n]
	c.revive(n)
	key := x.key.With(uint64(x.hops))
	if x.silences > 0 {
		key = key.With(uint64(x.silences))
	}
	d := c.draw(c.timing(n).NodeUntaint, key, forUntaint)
	x.timer = c.after(d, des.ClassFinish, evNodeUsable, int32(n))
	c.daemonsArrive(n)
	c.wakeNode(n)
}
