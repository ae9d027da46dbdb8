package aks

import (
	"fmt"
	"time"

	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// byForce reports whether a drain of the pool that timed out goes on as if the
// node were empty: what is left on it dies with it.
func (s *Service) byForce(p *pool) bool {
	return s.m.Options.DrainExpiry == model.ExpiryForce || s.spot(p) || s.forced()
}

// undrainable deals with a node whose drain timed out. An old node of an upgrade
// is quarantined, or replaced, where settings and options say so. Else the node
// goes back to work as it is and the operation fails. A node that was to be
// cleaned up just stays, and a quarantined one stays so.
func (s *Service) undrainable(p *pool, n kube.NodeID, r kube.DrainResult) {
	if s.workOn(n).stage == draining {
		switch {
		case s.blueGreen(p):
			s.putDown(p, n)
			s.stop(p, r.Record, s.drainFailure(n, r, s.m.NodePools[p.index].BlueGreen.DrainTimeout))
			return
		case p.settings.UndrainableNodeBehavior == model.Cordon:
			s.quarantine(p, n, r)
			return
		case s.m.Options.Schedule == model.ScheduleReplace:
			s.replace(p, n, r.Record)
			return
		}
	}
	if w := s.workOn(n); w.stage == leaving && s.surge(n) && s.m.Options.Schedule == model.ScheduleReplace && p.settings.UndrainableNodeBehavior != model.Cordon {
		w.stage = deleting
		s.k.Machines().Delete(n, r.Record)
		return
	}
	was := s.putDown(p, n)
	if !s.markOf(n).quarantined {
		s.k.API().Uncordon(n, r.Record)
	}
	if was.stage == leaving && !was.byOp {
		return
	}
	s.stop(p, r.Record, s.drainFailure(n, r, p.settings.DrainTimeout))
}

// stop ends the operation on a pool where it is. Drains stop and their nodes go
// back to work; what was ordered, is reimaged or deleted goes on its way.
func (s *Service) stop(p *pool, cause trace.ID, result OperationResult) {
	short := p.short.nodes > 0
	for _, x := range p.waiting {
		s.eng.Cancel(x.event)
		p.pending--
		p.busy -= x.work.stage.slot()
	}
	p.waiting, p.short = p.waiting[:0], shortage{}
	if s.blueGreen(p) && p.roll.phase != trace.RemovingSurge {
		s.suspend(p, cause, short)
		s.settle(p, cause)
		s.poolDone(p, result)
		return
	}
	s.scratch = append(s.scratch[:0], s.k.Nodes(p.index)...)
	for _, other := range s.scratch {
		switch w := s.workOn(other); {
		case w.stage == draining || w.stage == soaking || w.stage == settling:
			s.restore(p, other, cause)
		case w.stage == leaving && w.byOp && !s.surge(other) && !s.markOf(other).quarantined:
			s.restore(p, other, cause)
		case w.byOp: // deleted already, or a surge node: it goes on its way
			w.byOp, w.meant = false, grows(s.ops[p.op].request)
			p.pending--
			p.strays += count(w.stage == booting || w.stage == replacing)
		}
	}
	switch do := s.ops[p.op].request; {
	case grows(do):
		p.count = s.staying(p)
	case empties(do) || do.Do == model.UpdatePool || do.Do == model.DeleteMachines:
	default:
		s.leaveRoll(p, cause)
	}
	s.settle(p, cause)
	s.poolDone(p, result)
}

// drainFailure is the end of an operation whose node n couldn't be drained. Its
// code is assumed for scaling in, where no source shows one.
func (s *Service) drainFailure(n kube.NodeID, r kube.DrainResult, timeout time.Duration) OperationResult {
	message := fmt.Sprintf("drain of node %s did not end within %s: %s", s.k.NodeName(n), spelling.Span(timeout), r.Why)
	return OperationResult{Result: trace.OperationFailed, Code: rules.UpgradeFailed, Message: message, Blocked: true, Node: n, Pod: r.Pod, Budget: r.Budget}
}
