package aks

import (
	"fmt"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// operation is one submitted request.
type operation struct {
	request    rules.Request
	subject    trace.Ref
	target     int // version; index into Model.Versions
	asked      int // as target, but the alias where the request has one
	began      des.Time
	record     trace.ID    // OperationStarted, or RequestRefused
	next       int         // full upgrade: the next pool to look at
	working    int         // full upgrade: pools that are being worked on
	failed     bool        // full upgrade: a pool has failed, result says how
	timer      des.Handle  // control plane, update: the end of it
	aborts     OperationID // abort: what
	aborted    bool        // it is being aborted
	reconciled bool        // update: AKS has looked at the pool
	over       bool        // refused or ended
	result     OperationResult
}

// begin starts an accepted operation.
func (s *Service) begin(id OperationID, unchanged bool) {
	op := &s.ops[id]
	if op.request.Do.TakesSettings() {
		s.pools[op.request.Pool].store(op.request)
		s.scaler.Changed()
	}
	if op.request.Force {
		s.cluster.forcedUntil = des.Time(s.State().Overrides(op.request))
	}
	if unchanged {
		s.ask(id)
		s.end(id, OperationResult{Result: trace.Succeeded, Message: "nothing to do: everything is as asked for"})
		return
	}
	if s.cluster.waiting && op.request.Do != model.Abort {
		s.preemptWaiting(id)
		op = &s.ops[id]
	}
	switch op.request.Do {
	case model.Upgrade, model.UpgradeControlPlane:
		s.cluster.op = id
		s.setClusterState(trace.StateUpgrading, op.record)
		s.beginControlPlane(id)
	case model.Abort:
		s.beginAbort(id)
	case model.UpgradePool, model.Scale, model.UpgradeNodeImage, model.UpdatePool, model.AddPool, model.DeletePool, model.StopPool, model.StartPool, model.RollbackPool, model.DeleteMachines:
		p := &s.pools[op.request.Pool]
		if p.op != none { // only a deletion gets this far
			s.preempt(p, id)
		}
		s.beginPool(p, id)
	default:
		panic(fmt.Sprintf("aks: %q was accepted, and nothing carries it out (t=%v)", op.request.Do, s.eng.Now()))
	}
}

// ask records the version that a cluster request with nothing to do has asked
// for: another alias, or one that is too low to be carried out.
func (s *Service) ask(id OperationID) {
	op := &s.ops[id]
	if op.request.Do.Scope() == model.ScopeCluster && s.cluster.target != op.asked {
		s.cluster.target = op.asked
		s.rec.Add(trace.TargetVersion, clusterRef, versionRef(op.asked), 0, op.record)
	}
}

// beginControlPlane moves the control plane, where it isn't on its target yet.
func (s *Service) beginControlPlane(id OperationID) {
	c, op := &s.cluster, &s.ops[id]
	c.target = op.asked
	s.rec.Add(trace.TargetVersion, clusterRef, versionRef(c.target), 0, op.record)
	if c.version == op.target {
		s.nextPool(id, op.record)
		return
	}
	d := s.src.Duration(next(c.draws.upgrade, &c.draws.upgrades), s.m.Timing.ControlPlaneUpgrade)
	op.timer = s.eng.After(d, des.ClassFinish, des.Event{Actor: s.actor, Kind: evControlPlane, Subject: int32(id)})
}

func (s *Service) controlPlaneDone(id OperationID) {
	op := &s.ops[id]
	s.cluster.version = op.target
	record := s.rec.Add(trace.CurrentVersion, clusterRef, versionRef(op.target), 0, op.record)
	s.nextPool(id, record)
}

// nextPool takes a full upgrade to its next pool, or to all of them, and every
// cluster operation to its end when there is none left.
func (s *Service) nextPool(id OperationID, cause trace.ID) {
	if s.waits(id) {
		return
	}
	parallel := s.m.Options.FullUpgradePools == model.InParallel
	s.ops[id].working++ // so that a pool that is done at once doesn't end it here
	for s.ops[id].request.Do == model.Upgrade && s.ops[id].next < len(s.pools) && (parallel || s.ops[id].working == 1 && !s.ops[id].failed) {
		op := &s.ops[id]
		p := &s.pools[op.next]
		op.next++
		switch {
		case p.absent, s.leaves(op, p):
		case s.upToDate(p, op.target):
			p.snapshot = ""
			s.declare(p, op.target, op.asked, cause)
		default:
			op.working++
			s.beginRoll(p, id)
		}
	}
	op := &s.ops[id]
	op.working--
	switch {
	case op.working > 0:
	case op.failed:
		s.end(id, op.result)
	default:
		s.end(id, OperationResult{Result: trace.Succeeded})
	}
}

// leaves reports whether an upgrade of the cluster leaves a pool where it is.
func (s *Service) leaves(op *operation, p *pool) bool {
	return op.request.Leaves(p.index, s.m.Versions[op.target])
}

// waits has an automatic upgrade wait for its next pool while the maintenance
// window is closed.
// Source: AKS planned maintenance page; only starts are held up.
func (s *Service) waits(id OperationID) bool {
	op := &s.ops[id]
	left := false
	for i := op.next; i < len(s.pools); i++ {
		p := &s.pools[i]
		left = left || !p.absent && !s.leaves(op, p) && !s.upToDate(p, op.target)
	}
	wait := s.m.UntilOpen(model.ConfigurationAutoUpgrade, time.Duration(s.eng.Now()))
	s.cluster.waiting = false
	if !op.request.Auto || op.failed || !left || wait == 0 {
		return false
	}
	op.timer = s.eng.After(wait, des.ClassFinish, des.Event{Actor: s.actor, Kind: evWindow, Subject: int32(id)})
	s.cluster.waiting = true
	return true
}

// poolDone takes an operation on from a pool that it was working on.
func (s *Service) poolDone(p *pool, r OperationResult) {
	id := p.op
	p.op = none
	op := &s.ops[id]
	state := stateAfter(r.Result)
	record := s.setPoolState(p, state, op.record)
	if s.cluster.op != id {
		s.end(id, r)
		return
	}
	op.working--
	if r.Result != trace.Succeeded && !op.failed { // the first failure is the operation's
		op.failed, op.result = true, r
	}
	if op.working == 0 {
		s.nextPool(id, record)
	}
}

// end ends an accepted operation.
func (s *Service) end(id OperationID, r OperationResult) {
	op := &s.ops[id]
	op.result = r
	if s.submitting {
		s.now(evOver, int32(id))
		return
	}
	s.over(id)
}

// over writes the end of an operation and tells the observer.
func (s *Service) over(id OperationID) {
	op := &s.ops[id]
	op.over = true
	s.settleCluster(id, op.result.Result)
	text := op.result.Message
	if op.result.Code != "" {
		text = op.result.Code + ": " + text
	}
	op.result.Record = s.rec.AddText(trace.OperationEnded, operationRef(id), op.subject, int64(op.result.Result), op.record, text)
	if s.obs != nil {
		s.obs.OperationEnded(id, op.result)
	}
}
