package aks

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// roll is a rolling upgrade of one pool: the settings that hold for it, what is
// left to do, and where it is.
//
//	AddingSurge    surge nodes are ordered together, on the target version
//	Rolling        slots old nodes at a time: cordon, drain, soak, reimage
//	RemovingSurge  surge nodes are cordoned, drained together, deleted one by one
//	PhaseDone
//
// A reimaged node is the buffer for the next, so with surge the number of slots
// is that of the surge nodes. In place (max surge 0) there are max unavailable
// slots and no surge nodes, and the first and third phase are left out.
// Source: AKS rolling upgrade page.
type roll struct {
	phase  trace.Phase // 0: not begun
	target int
	image  imageID       // that nodes get
	before recorded      // what the pool was on
	todo   []kube.NodeID // old nodes in ascending order of their instance numbers
	next   int           // index into todo: the first that wasn't started
	surge  []kube.NodeID
	slots  int
	batch  int      // batches started
	record trace.ID // the last PoolPhase or BatchStarted

	// What the cluster autoscaler has taken from it.
	taken    int  // nodes
	owed     int  // of them, to be made good some day
	due      int  // of them, to be made good before the next old node
	remaking bool // some are, or were since the last old node
	remade   int  // that were made good

	green     greenPlan
	most      int      // surge nodes that there were at a time
	oneWillDo bool     // it has fallen back to one surge node
	lost      shortage // the last one

	// UndrainableNodeBehavior Cordon.
	limit   int           // nodes that may be quarantined
	blocked []kube.NodeID // that are
	kept    int           // surge nodes that stay in their place
	first   OperationResult
}

// drop takes a node off the list of surge nodes.
func (r *roll) drop(n kube.NodeID) {
	r.surge = slices.DeleteFunc(r.surge, func(m kube.NodeID) bool { return m == n })
}

// reset returns an empty roll with the memory of r.
func (r roll) reset() roll {
	return roll{todo: r.todo[:0], surge: r.surge[:0], blocked: r.blocked[:0]}
}

// beginRoll starts the upgrade of a pool to the operation's target.
func (s *Service) beginRoll(p *pool, id OperationID) {
	op := &s.ops[id]
	p.op, p.begun = id, false
	p.roll = p.roll.reset()
	p.roll.target, p.roll.image = op.target, s.imageOf(op.request.Snapshot)
	p.roll.before = recorded{version: p.version, image: p.image}
	if op.request.Do != model.RollbackPool {
		p.snapshot = op.request.Snapshot
	}
	s.setPoolState(p, rollState(op.request), op.record)
	switch op.request.Do {
	case model.UpgradeNodeImage:
	case model.RollbackPool:
		p.roll.image = p.previous.image
		s.declare(p, op.target, op.asked, op.record)
	default:
		s.declare(p, op.target, op.asked, op.record)
	}
	s.advance(p)
}

// advanceRoll takes the upgrade as far as it goes now.
func (s *Service) advanceRoll(p *pool) {
	r := &p.roll
	if !p.begun {
		p.begun = true
		s.removeQuarantined(p, s.ops[p.op].record)
	}
	if r.phase == 0 && p.pending == 0 {
		s.planRoll(p)
	}
	for r.phase == trace.AddingSurge && p.pending == 0 && p.short.nodes > 0 {
		if s.fallBack(p); p.op == none {
			return
		}
	}
	if r.phase > trace.AddingSurge && p.short.nodes > 0 {
		s.stopShort(p, p.short, "nodes")
		return
	}
	if r.phase == trace.AddingSurge && p.pending == 0 {
		s.setPhase(p, trace.Rolling)
	}
	if r.phase == trace.Rolling {
		s.startNodes(p)
		if p.busy == 0 && len(r.surge) > 0 {
			s.removeSurge(p)
		}
	}
	if p.pending == 0 && (r.phase == trace.RemovingSurge || r.phase == trace.Rolling && p.busy == 0) {
		s.finishRoll(p)
	}
}

// finishRoll ends an upgrade that has taken all nodes that it could.
func (s *Service) finishRoll(p *pool) {
	r := &p.roll
	result := OperationResult{Result: trace.Succeeded}
	if len(r.blocked) > 0 {
		result = s.blockedResult(p, 0)
	}
	if len(r.blocked) == 0 && !p.stopped && s.staying(p) < p.count { // ordered beside surge nodes, and a fall-back made do without
		s.stopShort(p, r.lost, "nodes")
		return
	}
	s.setPhase(p, trace.PhaseDone)
	p.remains = false
	s.settle(p, r.record)
	if result.Result == trace.Succeeded {
		s.remember(p)
	}
	if r.taken > 0 && result.Message == "" {
		result.Message = fmt.Sprintf("%d/%d nodes completed: the cluster autoscaler deleted %d that were upgraded", len(r.todo)+r.remade, len(r.todo), r.taken)
	}
	s.poolDone(p, result)
}

// planRoll resolves surge and slots and orders the surge nodes. Surge nodes
// that a failed upgrade left are taken over: those on the target version count
// as surge, the others only have to go in the end.
func (s *Service) planRoll(p *pool) {
	r, op := &p.roll, &s.ops[p.op]
	x := rules.SurgeOf(s.State(), op.request, p.index)
	r.slots = x.Slots
	s.rec.AddText(trace.SurgePlanned, poolRef(p.index), trace.Ref{}, int64(x.Nodes), op.record, x.String())
	s.rec.Add(trace.SlotsPlanned, poolRef(p.index), trace.Ref{}, int64(x.Slots), op.record)

	missing := x.Nodes
	for _, n := range s.k.Nodes(p.index) {
		switch node := s.k.Node(n); {
		case node.Deleted || s.markOf(n).quarantined:
		case s.surge(n):
			r.surge = append(r.surge, n)
			if node.Version == r.target {
				missing--
			}
		case !s.renewed(p, n):
			r.todo = append(r.todo, n)
		}
	}
	s.sortTodo(p)
	r.limit, r.most = s.blockable(p), len(r.surge)
	for _, n := range r.surge {
		if s.workOn(n).stage == leaving {
			s.restore(p, n, op.record)
		}
	}
	lost := p.count - s.staying(p) // that a failed upgrade deleted and couldn't replace
	if p.stopped {
		lost = 0 // its nodes get the version when they start
	}
	if missing <= 0 && lost <= 0 {
		s.setPhase(p, trace.Rolling)
		return
	}
	s.setPhase(p, trace.AddingSurge)
	for i := range lost {
		s.order(p, kube.Boot{Version: r.target, Zone: p.zone(i)}, work{stage: booting}, r.record)
	}
	if missing > 0 {
		s.orderSurge(p, missing)
	}
}

// setPhase moves the upgrade to its next phase.
func (s *Service) setPhase(p *pool, to trace.Phase) {
	cause := p.roll.record
	if cause == 0 {
		cause = s.ops[p.op].record
	}
	p.roll.phase = to
	s.scaler.Changed()
	p.roll.record = s.rec.Add(trace.PoolPhase, poolRef(p.index), trace.Ref{}, int64(to), cause)
}

// startNodes cordons and drains as many old nodes as there are free slots: at
// once where batching is sliding, when the whole batch is done where it is
// batch. All nodes that start together are cordoned before the first is drained,
// which waits for as many requests, one after the other. They are cordoned with
// the first of them: which of them is last is a matter of milliseconds.
func (s *Service) startNodes(p *pool) {
	r := &p.roll
	s.makeGood(p)
	free := r.slots - p.busy
	if p.settings.Batching == model.Batch && p.busy > 0 {
		free = 0
	}
	group := r.todo[r.next:min(r.next+max(free, 0), len(r.todo))]
	if len(group) == 0 {
		return
	}
	r.next += len(group)
	r.remaking = false
	if p.settings.Batching == model.Batch {
		r.batch++
		r.record = s.rec.Add(trace.BatchStarted, poolRef(p.index), trace.Ref{}, int64(r.batch), r.record)
	}
	var cordons time.Duration
	for _, n := range group {
		cordons += s.k.API().CordonTime(n)
		*s.workOn(n) = work{stage: draining, record: s.cordon(n, r.record)}
		p.busy++
	}
	for _, n := range group {
		s.drain(p, n, cordons)
	}
}

// drain empties an old node when those that go with it are cordoned. Spot nodes
// aren't drained: their pods die with the node, or have the time of a spot notice.
// Source: AKS spot node pool page; contradiction 23.
func (s *Service) drain(p *pool, n kube.NodeID, cordons time.Duration) {
	o := kube.DrainOptions{After: cordons, Timeout: p.settings.DrainTimeout, Force: s.forced()}
	if s.spot(p) {
		if s.m.Options.SpotEviction == model.SpotNone {
			s.drained(p, n, s.workOn(n).record)
			return
		}
		o.Timeout = model.SpotNoticeTime
	}
	s.k.API().Drain(n, o, s.workOn(n).record)
}

// drained takes an old node from its drain to its soak, or past it.
func (s *Service) drained(p *pool, n kube.NodeID, cause trace.ID) {
	soak := p.settings.NodeSoak
	if soak == 0 || s.m.Options.Soak != model.SoakAfterDrain {
		s.renew(p, n, cause)
		return
	}
	s.workOn(n).stage = soaking
	s.soak(n, soak, cause)
}

func (s *Service) soak(n kube.NodeID, d time.Duration, cause trace.ID) {
	w := s.workOn(n)
	w.record = s.rec.Add(trace.SoakStarted, nodeRef(n), trace.Ref{}, seconds(d), cause)
	w.timer = s.eng.After(d, des.ClassFinish, des.Event{Actor: s.actor, Kind: evSoaked, Subject: int32(n)})
}

func (s *Service) soaked(n kube.NodeID) {
	p := &s.pools[s.k.Node(n).Pool]
	if s.workOn(n).stage == settling {
		s.putDown(p, n)
		s.advance(p)
		return
	}
	s.renew(p, n, s.workOn(n).record)
}

// renew puts a node on the target version in the place of an empty one: the same
// machine, or another.
func (s *Service) renew(p *pool, n kube.NodeID, cause trace.ID) {
	if s.m.Options.OldNodes == model.DeleteOld {
		s.replace(p, n, cause)
		return
	}
	target := p.roll.target
	if s.ops[p.op].request.Do == model.UpgradeNodeImage {
		target = s.k.Node(n).Version // an image keeps the version, also where a failed upgrade left several
	}
	*s.workOn(n) = work{stage: reimaging, target: target}
	s.markOf(n).image = p.roll.image
	s.k.Machines().Reimage(n, target, cause)
}

// removeSurge ends the rolling phase. Surge nodes that stand in for quarantined
// nodes stay.
func (s *Service) removeSurge(p *pool) {
	s.setPhase(p, trace.RemovingSurge)
	s.keepFor(p)
	s.remove(p, p.roll.surge, true, p.roll.record)
}

// leaveRoll ends the upgrade of a pool where it is. Surge nodes that are not on
// their way out yet are left to cleanUp.
func (s *Service) leaveRoll(p *pool, cause trace.ID) {
	kept := s.ops[p.op].aborted && s.m.Options.AbortedSurge == model.SurgeKept
	if p.roll.phase < trace.RemovingSurge && len(p.roll.surge) > 0 && !kept {
		s.tidy(p)
	}
	p.remains = true
	p.roll.record = cause
	s.setPhase(p, trace.PhaseDone)
}

// tidy has the surge nodes removed that an operation has left.
func (s *Service) tidy(p *pool) {
	if !p.cleanUp {
		p.cleanUp = true
		s.now(evCleanUp, int32(p.index))
	}
}

// cleanUp removes the surge nodes of a failed upgrade, unless the next one has
// taken them over.
func (s *Service) cleanUp(p *pool) {
	p.cleanUp = false
	if p.op != none && !grows(s.ops[p.op].request) {
		return
	}
	s.remove(p, s.idleSurge(p), false, p.roll.record)
}
