package kube

import "rollsim/sim/trace"

// taintBits are the bits of room.blocked that the autoscaler's taints set.
var taintBits = [...]uint8{trace.DeletionCandidate: deletionCandidate, trace.ToBeDeleted: toBeDeleted}

// Taint sets one of the cluster autoscaler's taints on a node and says why. It
// returns the record, 0 when the node has the taint or no node object.
func (a *API) Taint(n NodeID, t trace.Taint, why string, cause trace.ID) trace.ID {
	r := &a.c.room[n]
	if r.blocked&(absent|taintBits[t]) != 0 {
		return 0
	}
	a.c.block(n, r.blocked|taintBits[t])
	return a.c.rec.AddText(trace.NodeTainted, nodeRef(n), trace.Ref{}, int64(t), cause, why)
}

// Untaint takes a taint off a node. It returns the record, 0 when the node
// doesn't have the taint.
func (a *API) Untaint(n NodeID, t trace.Taint, why string, cause trace.ID) trace.ID {
	r := &a.c.room[n]
	if r.blocked&taintBits[t] == 0 {
		return 0
	}
	a.c.block(n, r.blocked&^taintBits[t])
	id := a.c.rec.AddText(trace.NodeUntainted, nodeRef(n), trace.Ref{}, int64(t), cause, why)
	a.c.wakeNode(n)
	return id
}

// Tainted reports whether a node has one of the cluster autoscaler's taints.
func (c *Cluster) Tainted(n NodeID, t trace.Taint) bool { return c.room[n].blocked&taintBits[t] != 0 }
