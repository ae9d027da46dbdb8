package aks

import (
	"fmt"
	"slices"

	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// mark is what sets a node apart for longer than one operation.
type mark struct {
	kept        bool    // a surge node that stays in the place of another
	image       imageID // the node image that it has
	green       bool    // of a blue-green upgrade that isn't committed
	drained     bool    // the blue node of such an upgrade is empty
	quarantined bool    // it couldn't be drained: cordoned, labelled kubernetes.azure.com/upgrade-status=Quarantined, old
}

// markOf returns what sets n apart, for reading and writing.
func (s *Service) markOf(n kube.NodeID) *mark {
	for int(n) >= len(s.marks) {
		s.marks = append(s.marks, mark{})
	}
	return &s.marks[n]
}

// surge reports whether n is there for an upgrade only.
func (s *Service) surge(n kube.NodeID) bool { return s.k.Surge(n) && !s.markOf(n).kept }

// keep makes a surge node a node of the pool.
func (s *Service) keep(p *pool, n kube.NodeID, cause trace.ID) {
	s.markOf(n).kept = true
	p.roll.drop(n)
	s.rec.Add(trace.NodeKept, nodeRef(n), trace.Ref{}, flag(len(p.roll.blocked) == 0), cause)
}

// keepFor keeps a surge node for each node that is quarantined, the lowest
// numbers, as far as there are any.
func (s *Service) keepFor(p *pool) {
	r := &p.roll
	for i := 0; i < len(r.surge) && r.kept < len(r.blocked); {
		if n := r.surge[i]; s.k.Node(n).Joined && s.workOn(n).stage == idle && s.k.Node(n).Version == r.target {
			s.keep(p, n, r.record)
			r.kept++
		} else {
			i++
		}
	}
}

// blockable returns how many nodes an upgrade may leave quarantined: max blocked
// nodes of the pool's count, rounded up, at most what is left to do. Unset it is
// max surge, and in place the nodes that are worked on at a time.
// Source: AKS upgrade options page.
func (s *Service) blockable(p *pool) int {
	if p.settings.MaxBlockedNodes == nil {
		return p.roll.slots
	}
	return min(p.settings.MaxBlockedNodes.RoundUp(p.count), len(p.roll.todo))
}

// quarantine deals with an old node whose drain timed out under
// UndrainableNodeBehavior Cordon: it stays as it is, cordoned and labelled, and
// the upgrade goes on with the others, with one node less at a time as long as
// it can, because the surge node that stands in for it is no buffer any more.
// One node too many ends the upgrade; that one goes back to work.
// Source: AKS upgrade options page.
func (s *Service) quarantine(p *pool, n kube.NodeID, r kube.DrainResult) {
	roll := &p.roll
	s.putDown(p, n)
	if roll.first.Result == 0 {
		roll.first = s.drainFailure(n, r, p.settings.DrainTimeout)
	}
	if len(roll.blocked) >= roll.limit {
		s.k.API().Uncordon(n, r.Record)
		s.keepFor(p)
		s.stop(p, r.Record, s.blockedResult(p, 1))
		return
	}
	s.markOf(n).quarantined = true
	s.rec.Add(trace.NodeQuarantined, nodeRef(n), trace.Ref{}, 0, r.Record)
	roll.blocked = append(roll.blocked, n)
	roll.slots = max(roll.slots-1, 1)
	s.advance(p)
}

// blockedResult is how an upgrade ends that has quarantined nodes and stopped at
// further ones: Failed when surge nodes stand in for all of them and Canceled
// when there are too few, unless the scenario says otherwise.
// Source: ARM API, UndrainableNodeBehavior; contradiction 6.
func (s *Service) blockedResult(p *pool, further int) OperationResult {
	roll := &p.roll
	x, enough := roll.first, roll.kept+len(roll.surge) >= len(roll.blocked)+further
	x.Message = fmt.Sprintf("%d of %d nodes could not be drained; quarantined: %d, surge nodes kept in their place: %d; first: %s",
		len(roll.blocked)+further, p.count, len(roll.blocked), roll.kept, x.Message)
	switch option := s.m.Options.CordonEnd; {
	case option == model.CordonSucceeded && enough && further == 0:
		return OperationResult{Result: trace.Succeeded, Message: x.Message}
	case enough == (option == model.CordonReversed):
		x.Result = trace.Canceled
	default:
		x.Result = trace.OperationFailed
	}
	return x
}

// removeQuarantined begins an operation on a pool with what the last one left in
// quarantine: these nodes are drained once more and deleted.
// Source: AKS upgrade options page, clean-up.
func (s *Service) removeQuarantined(p *pool, cause trace.ID) {
	s.scratch = s.scratch[:0]
	for _, n := range s.k.Nodes(p.index) {
		if s.markOf(n).quarantined && !s.k.Deleted(n) && s.workOn(n).stage == idle {
			s.scratch = append(s.scratch, n)
		}
	}
	s.remove(p, s.scratch, true, cause)
}

// replace deletes a drained node, or one that can't be drained, and puts another
// in its place. With surge nodes one of them stays, and where more old nodes are
// to come a new one is ordered as their buffer; the slot is free when it is
// there. In place a node is ordered instead.
func (s *Service) replace(p *pool, n kube.NodeID, cause trace.ID) {
	r := &p.roll
	s.putDown(p, n)
	*s.workOn(n) = work{stage: deleting, byOp: true}
	p.leaving++
	p.pending++
	s.k.Machines().Delete(n, cause)
	zone := s.k.Node(n).Zone
	i := slices.IndexFunc(r.surge, func(n kube.NodeID) bool { // one that another upgrade left may be old
		return s.k.Node(n).Joined && s.k.Node(n).Version == r.target
	})
	if s.m.Options.OldNodes != model.DeleteOld || i < 0 {
		s.order(p, kube.Boot{Version: r.target, Zone: zone}, work{stage: replacing}, cause)
		return
	}
	s.keep(p, r.surge[i], cause)
	if len(r.surge) < min(r.slots, len(r.todo)-r.next+p.busy) {
		s.order(p, kube.Boot{Version: r.target, Zone: zone, Surge: true}, work{stage: replacing}, cause)
	}
	s.advance(p)
}
