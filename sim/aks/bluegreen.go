package aks

import (
	"fmt"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// A blue-green upgrade of a pool keeps its old nodes, the blue ones, until new
// ones, the green ones, have proved themselves:
//
//	AddingSurge    all blue nodes are cordoned, as many green ones are ordered
//	Rolling        blue nodes are drained batch by batch; a soak after each
//	FinalSoak      the drained blue nodes are still there
//	RemovingSurge  the commit: blue nodes are deleted
//
// Until the commit an abort or a drain that times out leaves everything as it
// is: the upgrade is paused, and is resumed by the same request or taken back by
// a rollback. Green nodes that can't be had end it with the blue ones untouched.
// Source: AKS blue-green node pool upgrade page.

// greenPlan is what is left to do of a blue-green upgrade.
type greenPlan struct {
	batch   int        // nodes that are drained at a time
	drained bool       // the present batch is, and soaks
	timer   des.Handle // of the soak
	others  int        // surge nodes of an upgrade to another version, which go
}

// paused is a blue-green upgrade that was ended before its commit.
type paused struct {
	target  int     // version; -1: none is paused
	images  bool    // it is an upgrade of the node image
	image   imageID // the node image
	soaking bool    // it had reached its final soak
}

// notPaused is that of a pool whose upgrades are over.
var notPaused = paused{target: -1}

// blueGreen reports whether the operation in progress on a pool is a blue-green
// upgrade.
func (s *Service) blueGreen(p *pool) bool {
	if s.m.NodePools[p.index].UpgradeStrategy != model.BlueGreen || p.op == none {
		return false
	}
	switch s.ops[p.op].request.Do {
	case model.Upgrade, model.UpgradePool, model.UpgradeNodeImage:
		return true
	}
	return false
}

// advanceGreen takes a blue-green upgrade as far as it goes now.
func (s *Service) advanceGreen(p *pool) {
	r := &p.roll
	if !p.begun {
		p.begun = true
		s.planGreen(p)
	}
	if p.pending > 0 {
		return
	}
	if p.short.nodes > 0 {
		s.stopShort(p, p.short, "green nodes")
		return
	}
	if r.phase == trace.AddingSurge {
		s.setPhase(p, trace.Rolling)
	}
	if r.phase == trace.Rolling && p.busy == 0 && !r.green.drained {
		s.drainBatch(p)
	}
	if r.phase == trace.RemovingSurge {
		s.setPhase(p, trace.PhaseDone)
		p.remains, p.paused = s.leftover(p) > 0, notPaused // a clean-up may still be going on
		if len(r.surge) > 0 {
			s.tidy(p)
		}
		s.settle(p, r.record)
		s.remember(p)
		s.poolDone(p, OperationResult{Result: trace.Succeeded})
	}
}

// planGreen cordons the blue nodes and orders the green ones that aren't there
// yet. A node that a paused upgrade has drained isn't drained again.
func (s *Service) planGreen(p *pool) {
	r, op := &p.roll, &s.ops[p.op]
	x := rules.SurgeOf(s.State(), op.request, p.index)
	r.green = greenPlan{batch: x.Slots}
	r.slots = x.Slots
	s.rec.AddText(trace.SurgePlanned, poolRef(p.index), trace.Ref{}, int64(x.Nodes), op.record, x.String())
	s.rec.Add(trace.SlotsPlanned, poolRef(p.index), trace.Ref{}, int64(x.Slots), op.record)
	s.scratch = s.scratch[:0] // green nodes of an upgrade to another version
	for _, n := range s.k.Nodes(p.index) {
		switch {
		case s.k.Deleted(n):
		case s.surge(n) && s.k.Node(n).Version == r.target:
			r.surge = append(r.surge, n)
		case s.surge(n):
			r.green.others++
			if s.workOn(n).stage == idle {
				s.scratch = append(s.scratch, n)
			}
		default:
			if x.ToUpgrade > 0 {
				s.cordon(n, op.record)
			}
			if !s.markOf(n).drained {
				r.todo = append(r.todo, n)
			}
		}
	}
	s.remove(p, s.scratch, true, op.record)
	s.sortTodo(p)
	r.most = len(r.surge)
	if x.ToUpgrade == 0 { // an upgrade that was stopped behind its commit
		s.setPhase(p, trace.RemovingSurge)
		return
	}
	for _, n := range r.surge {
		if s.workOn(n).stage == leaving {
			s.restore(p, n, op.record)
		}
	}
	s.setPhase(p, trace.AddingSurge)
	if missing := p.count - len(r.surge); missing > 0 {
		s.orderSurge(p, missing)
	}
}

// drainBatch drains the next blue nodes together, or begins the final soak when
// all are empty.
func (s *Service) drainBatch(p *pool) {
	r := &p.roll
	group := r.todo[r.next:min(r.next+r.green.batch, len(r.todo))]
	if len(group) == 0 {
		s.setPhase(p, trace.FinalSoak)
		s.pause(p, s.m.NodePools[p.index].BlueGreen.FinalSoak)
		return
	}
	r.next += len(group)
	r.batch++
	r.record = s.rec.Add(trace.BatchStarted, poolRef(p.index), trace.Ref{}, int64(r.batch), r.record)
	timeout := s.m.NodePools[p.index].BlueGreen.DrainTimeout
	for _, n := range group {
		*s.workOn(n) = work{stage: draining, record: r.record}
		p.busy++
	}
	for _, n := range group {
		s.k.API().Drain(n, kube.DrainOptions{Timeout: timeout, Force: s.forced()}, r.record)
	}
}

// emptied takes a blue node that is drained out of its batch; the last one
// begins the batch's soak.
func (s *Service) emptied(p *pool, n kube.NodeID) {
	s.putDown(p, n)
	s.markOf(n).drained = true
	if p.busy > 0 {
		return
	}
	r := &p.roll
	soak := s.m.NodePools[p.index].BlueGreen.BatchSoak
	if r.next == len(r.todo) && s.m.Options.BlueGreenSoak == model.SoakBetween {
		soak = 0
	}
	r.green.drained = true
	s.pause(p, soak)
}

// pause lets the time of a batch soak or of the final soak pass.
func (s *Service) pause(p *pool, soak time.Duration) {
	r := &p.roll
	if soak > 0 {
		r.record = s.rec.Add(trace.PoolSoaking, poolRef(p.index), trace.Ref{}, seconds(soak), r.record)
	}
	class := des.ClassFinish
	if soak == 0 {
		class = max(class, s.eng.Class())
	}
	r.green.timer = s.eng.After(soak, class, des.Event{Actor: s.actor, Kind: evPoolSoaked, Subject: int32(p.index)})
}

// poolSoaked goes on after a soak: with the next batch, or with the commit.
func (s *Service) poolSoaked(p *pool) {
	r := &p.roll
	if r.phase == trace.Rolling {
		r.green.drained = false
		s.advance(p)
		return
	}
	s.setPhase(p, trace.RemovingSurge)
	p.paused = notPaused
	for len(r.surge) > 0 {
		s.keep(p, r.surge[0], r.record)
	}
	s.scratch = s.scratch[:0]
	for _, n := range s.k.Nodes(p.index) {
		if !s.k.Deleted(n) && !s.markOf(n).green {
			s.scratch = append(s.scratch, n)
		}
	}
	for _, n := range s.k.Nodes(p.index) {
		s.markOf(n).green = false // they are the pool from here on
	}
	for _, n := range s.scratch {
		*s.workOn(n) = work{stage: deleting, byOp: true}
		p.leaving++
		p.pending++
		s.k.Machines().Delete(n, r.record)
	}
	s.advance(p)
}

// suspend ends a blue-green upgrade before its commit: drains stop, and
// everything stays as it is. Green nodes that could not all be had go again, and
// the blue ones go back to work.
func (s *Service) suspend(p *pool, cause trace.ID, short bool) {
	s.eng.Cancel(p.roll.green.timer)
	s.scratch = append(s.scratch[:0], s.k.Nodes(p.index)...)
	for _, n := range s.scratch {
		switch w := s.workOn(n); {
		case w.stage == draining:
			s.putDown(p, n)
			s.k.API().StopDrain(n, cause)
		case w.byOp:
			w.byOp = false
			p.pending--
			p.strays += count(w.stage == booting)
		}
		if short && !s.surge(n) {
			s.k.API().Uncordon(n, cause)
		}
	}
	phase := p.roll.phase
	p.remains = true
	p.roll.record = cause
	s.setPhase(p, trace.PhaseDone)
	if short {
		s.tidy(p)
		return
	}
	if phase != 0 {
		p.paused = paused{target: p.roll.target, images: s.ops[p.op].request.Do == model.UpgradeNodeImage, image: p.roll.image, soaking: phase == trace.FinalSoak}
	}
}

// beginGreenRollback takes a paused upgrade back: the blue nodes go back to
// work, the green ones are drained and deleted.
func (s *Service) beginGreenRollback(p *pool, id OperationID) {
	op := &s.ops[id]
	p.op, p.begun = id, false
	s.setPoolState(p, rollState(op.request), op.record)
	s.declare(p, op.target, op.asked, op.record)
	s.advance(p)
}

// advanceGreenRollback takes the way back as far as it goes now.
func (s *Service) advanceGreenRollback(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		s.scratch = s.scratch[:0]
		for _, n := range s.k.Nodes(p.index) {
			switch {
			case s.k.Deleted(n):
			case s.surge(n):
				s.scratch = append(s.scratch, n)
			default:
				s.k.API().Uncordon(n, op.record)
				s.markOf(n).drained = false
			}
		}
		s.remove(p, s.scratch, true, op.record)
	}
	if p.pending == 0 {
		p.remains, p.paused = false, notPaused
		s.settle(p, op.record)
		s.poolDone(p, OperationResult{Result: trace.Succeeded, Message: fmt.Sprintf("agent pool %s is back on its blue nodes", s.m.NodePools[p.index].Name)})
	}
}
