package aks

import (
	"fmt"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// The operations of this file are about a pool's life: it is added, updated,
// stopped, started and deleted. Nodes that go by them are not drained: AKS
// deallocates or deletes their machines, and what runs there dies.

// beginPool starts an operation on one pool.
func (s *Service) beginPool(p *pool, id OperationID) {
	switch s.ops[id].request.Do {
	case model.RollbackPool:
		if p.paused != notPaused {
			s.beginGreenRollback(p, id)
			return
		}
		s.beginRoll(p, id)
	case model.UpgradePool, model.UpgradeNodeImage:
		s.beginRoll(p, id)
	case model.Scale:
		s.beginScale(p, id, trace.StateScaling)
	case model.UpdatePool:
		s.beginUpdate(p, id)
	case model.AddPool:
		s.beginAdd(p, id)
	case model.StartPool:
		p.stopped = false
		s.beginScale(p, id, trace.StateStarting)
	case model.StopPool:
		p.stopped, p.paused = true, notPaused
		s.beginEmpty(p, id, trace.StateStopping)
	case model.DeleteMachines: // what az shows meanwhile isn't documented
		s.beginEmpty(p, id, trace.StateScaling)
	case model.DeletePool:
		p.paused = notPaused
		s.beginEmpty(p, id, trace.StateDeleting)
	default:
		panic(fmt.Sprintf("aks: %q is no operation on a pool (t=%v)", s.ops[id].request.Do, s.eng.Now()))
	}
}

// beginUpdate changes a pool's settings. They hold at once; the pool is Updating
// for as long as AKS takes to look at it, and to put right what an operation has
// left: quarantined nodes and surge nodes go, nodes that are missing are ordered.
// Source: AKS upgrade options page, clean-up.
func (s *Service) beginUpdate(p *pool, id OperationID) {
	op := &s.ops[id]
	p.op, p.begun = id, false
	s.setPoolState(p, trace.StateUpdating, op.record)
	s.reconcile(id)
	s.advance(p)
}

// advanceUpdate ends a change of settings when AKS has looked at the pool and all
// is as it should be.
func (s *Service) advanceUpdate(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		if p.paused == notPaused {
			s.putRight(p, op.record)
		}
	}
	switch {
	case p.pending > 0 || !op.reconciled:
	case p.short.nodes > 0:
		s.stopShort(p, p.short, "nodes")
	case p.paused != notPaused:
		s.poolDone(p, OperationResult{Result: trace.Succeeded})
	default:
		p.remains = s.leftover(p) > 0 // an upgrade's clean-up may still be going on
		s.settle(p, op.record)
		s.poolDone(p, OperationResult{Result: trace.Succeeded})
	}
}

// putRight gives a pool the nodes that it is meant to have, and no others.
func (s *Service) putRight(p *pool, cause trace.ID) {
	s.removeQuarantined(p, cause)
	s.remove(p, s.idleSurge(p), true, cause)
	missing := p.count - s.staying(p)
	for i := 0; i < missing && !p.stopped; i++ {
		s.order(p, kube.Boot{Version: p.version, Zone: p.zone(i)}, work{stage: booting}, cause)
	}
}

// idleSurge returns the surge nodes that an upgrade has left and that nothing is
// being done with, until it is called again.
func (s *Service) idleSurge(p *pool) []kube.NodeID {
	s.scratch = s.scratch[:0]
	for _, n := range s.k.Nodes(p.index) {
		if s.surge(n) && !s.k.Deleted(n) && s.workOn(n).stage == idle {
			s.scratch = append(s.scratch, n)
		}
	}
	return s.scratch
}

// leftover counts the nodes that an operation has left besides those that the
// pool is meant to have: surge nodes and quarantined ones.
func (s *Service) leftover(p *pool) int {
	left := 0
	for _, n := range s.k.Nodes(p.index) {
		left += count(!s.k.Deleted(n) && (s.surge(n) || s.markOf(n).quarantined))
	}
	return left
}

// reconcile lets the time of a request pass that touches no node.
func (s *Service) reconcile(id OperationID) {
	draws := &s.pools[s.ops[id].request.Pool].draws
	d := s.src.Duration(next(draws.reconcile, &draws.reconciles), s.m.Timing.Reconcile)
	s.ops[id].timer = s.eng.After(d, des.ClassFinish, des.Event{Actor: s.actor, Kind: evReconciled, Subject: int32(id)})
}

func (s *Service) reconciled(id OperationID) {
	s.ops[id].reconciled = true
	s.advance(&s.pools[s.ops[id].request.Pool])
}

// beginAdd creates a pool that isn't there, with the settings that the scenario
// gives it and the newest node image.
func (s *Service) beginAdd(p *pool, id OperationID) {
	op := &s.ops[id]
	from := &s.m.NodePools[p.index]
	p.absent, p.stopped, p.previous = false, false, nil
	p.settings, p.count, p.snapshot = from.Upgrade, from.Count, from.Snapshot
	p.image = s.imageOf(from.Snapshot)
	p.scaling = from.Autoscaling
	p.target, p.version = -1, op.target
	s.declare(p, op.target, op.asked, op.record)
	s.rec.Add(trace.CurrentVersion, poolRef(p.index), versionRef(p.version), 0, op.record)
	s.beginScale(p, id, trace.StateCreating)
}

// beginEmpty gives all machines of a pool back.
func (s *Service) beginEmpty(p *pool, id OperationID, state trace.State) {
	op := &s.ops[id]
	p.op, p.begun = id, false
	s.setPoolState(p, state, op.record)
	s.forgetAwaited(p)
	s.advance(p)
}

// advanceEmpty deletes every node that isn't on its way out already, and ends the
// operation when all are gone.
func (s *Service) advanceEmpty(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		s.scratch = append(s.scratch[:0], s.k.Nodes(p.index)...)
		for _, n := range s.scratch {
			s.discard(p, n, op.record)
		}
	}
	if p.pending > 0 {
		return
	}
	if op.request.Do == model.DeletePool {
		p.absent, p.stopped = true, false
		s.rec.Add(trace.CurrentVersion, poolRef(p.index), trace.Ref{}, 0, op.record)
	}
	p.remains, p.cleanUp = false, false
	s.poolDone(p, OperationResult{Result: trace.Succeeded})
}

// advanceMachines deletes the machines that are named, and nothing is done for
// what runs there: no cordon, no drain. The pool is that much smaller, but for
// those that were in quarantine and didn't count. Source: Azure/AKS#3520.
func (s *Service) advanceMachines(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		s.scratch = append(s.scratch[:0], s.k.Nodes(p.index)...)
		for _, n := range s.scratch {
			if slices.Contains(op.request.Nodes, s.k.NodeName(n)) {
				s.discard(p, n, op.record)
			}
		}
		p.count = s.staying(p)
	}
	if p.pending == 0 {
		s.settle(p, op.record)
		s.poolDone(p, OperationResult{Result: trace.Succeeded})
	}
}

// discard gives a machine back, whatever is being done with it.
func (s *Service) discard(p *pool, n kube.NodeID, cause trace.ID) {
	was := s.putDown(p, n)
	s.eng.Cancel(was.timer)
	if !s.k.Deleted(n) {
		s.k.Machines().Delete(n, cause)
	}
	*s.workOn(n) = work{stage: deleting, byOp: true}
	p.leaving++
	p.pending++
}

// forced reports whether budgets aren't asked now.
func (s *Service) forced() bool { return s.eng.Now() < s.cluster.forcedUntil }

// empties reports whether an operation gives all machines of its pool back.
func empties(r rules.Request) bool { return r.Do == model.StopPool || r.Do == model.DeletePool }

// grows reports whether an operation only orders or removes nodes.
func grows(r rules.Request) bool {
	return r.Do == model.Scale || r.Do == model.AddPool || r.Do == model.StartPool
}
