package aks

import (
	"slices"

	"rollsim/sim/autoscaler"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// cloud is the service as its cluster autoscaler sees it. The autoscaler works
// on scale sets: no operation shows, the provisioning state stays as it is, and
// the pool's count follows.
type cloud struct{ s *Service }

// Group implements autoscaler.Cloud.
func (c cloud) Group(pool int) autoscaler.Group {
	s, p := c.s, &c.s.pools[pool]
	return autoscaler.Group{
		Enabled: p.scaling.Enabled, Open: s.scales(p), Min: p.scaling.MinCount, Max: p.scaling.MaxCount, Priority: p.scaling.ExpanderPriority,
		Count: p.count, Size: max(s.size(p), p.count), Awaited: len(p.awaited), Version: s.newVersion(p),
	}
}

// scales reports whether the autoscaler may scale a pool now: while nothing else
// changes its machines, and while it is rolled, from the plan on: an upgrade plans
// with nodes that are there. In a blue-green upgrade, paused or not, the pool is left
// alone: an assumption.
func (s *Service) scales(p *pool) bool {
	switch {
	case !p.scaling.Enabled || p.absent || p.stopped || p.paused != notPaused:
		return false
	case p.op == none:
		return true
	}
	return s.rolls(p) && p.roll.phase != 0
}

// rolls reports whether the operation in progress on a pool is a rolling upgrade.
func (s *Service) rolls(p *pool) bool {
	if p.op == none || s.blueGreen(p) || p.paused != notPaused {
		return false
	}
	switch s.ops[p.op].request.Do {
	case model.Upgrade, model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool:
		return true
	}
	return false
}

// size counts the machines that a pool has or will have. Surge nodes are among
// them: the scale set doesn't know them apart. [inferred: the load balancer page
// says to plan for max_count and max_surge on top.]
func (s *Service) size(p *pool) int {
	size := len(p.awaited)
	for _, n := range s.k.Nodes(p.index) {
		if w := s.workOn(n).stage; !s.k.Deleted(n) && w != leaving && w != deleting {
			size++
		}
	}
	return size
}

// newVersion returns the version that a node gets which the autoscaler orders:
// while the pool is rolled what its surge nodes have, for both come out of the
// same scale set; else the pool's. [inferred]
func (s *Service) newVersion(p *pool) int {
	if s.rolls(p) && p.roll.phase != 0 && s.ops[p.op].request.Do != model.UpgradeNodeImage {
		return p.roll.target
	}
	return p.version
}

// ScaleDownDisabled implements autoscaler.Cloud. AKS sets the annotation on the
// nodes of a pool that is upgraded; option scale_down_during_upgrade has it come
// off a node that is upgraded, and surge nodes go without.
// Sources: AKS node auto-repair page; Azure/AKS#5340.
func (c cloud) ScaleDownDisabled(n kube.NodeID) bool {
	s := c.s
	p := &s.pools[s.k.Node(n).Pool]
	switch w := s.workOn(n).stage; {
	case w != idle && (w != reimaging || p.op != none), s.markOf(n).quarantined, p.paused != notPaused:
		return true
	case p.op == none:
		return false
	case s.m.Options.ScaleDownDuringUpgrade != model.ScaleDownUpgraded || !s.rolls(p) || !p.begun:
		return true
	}
	return !s.renewed(p, n) || p.roll.phase != trace.Rolling
}

// Surplus implements autoscaler.Cloud.
func (c cloud) Surplus(n kube.NodeID) bool { return c.s.surge(n) }

// awaited is a machine that the autoscaler has ordered and that can't be had,
// which nobody knows yet.
type awaited struct {
	zone   int
	record trace.ID
}

// Increase implements autoscaler.Cloud. Nodes go to the zones that have the
// fewest of the pool.
func (c cloud) Increase(pool, nodes int, cause trace.ID) trace.ID {
	s, p := c.s, &c.s.pools[pool]
	if r, ok := rules.Shortage(s.State(), pool, nodes); !ok {
		return s.rec.AddText(trace.AllocationFailed, poolRef(pool), trace.Ref{}, 0, cause, r.Code+": "+r.Message)
	}
	for range nodes {
		s.orderScaled(p, cause)
	}
	return 0
}

// orderScaled orders one node for the autoscaler. It fails as others do, but AKS
// doesn't order it again.
func (s *Service) orderScaled(p *pool, cause trace.ID) {
	f := &s.m.Failures
	p.orders++
	p.count++
	p.strays++
	zone := s.emptiestZone(p)
	if s.strikes(p.draws.allocation, p.orders, f.Allocation) {
		p.awaited = append(p.awaited, awaited{zone, cause})
		s.later(f.Allocation, evNoMachine, int32(p.index))
		return
	}
	b := kube.Boot{Pool: p.index, Version: s.newVersion(p), Zone: zone, Fails: s.strikes(p.draws.nodeCreate, p.orders, f.NodeCreate)}
	n := s.k.Machines().Boot(b, cause)
	s.markOf(n).image = s.newImage(p)
	p.machines++
	*s.workOn(n) = work{stage: booting, meant: true, record: cause}
	if b.Fails {
		s.workOn(n).timer = s.later(f.NodeCreate, evNoNode, int32(n))
	}
	s.scaler.Ordered(n, cause)
}

// emptiestZone returns the zone of a pool that has the fewest of its nodes; -1:
// it has none.
func (s *Service) emptiestZone(p *pool) int {
	best, least := -1, 0
	for _, zone := range p.zones {
		here := 0
		for _, x := range p.awaited {
			here += count(x.zone == zone)
		}
		for _, n := range s.k.Nodes(p.index) {
			here += count(s.k.Node(n).Zone == zone && s.stays(n))
		}
		if best < 0 || here < least {
			best, least = zone, here
		}
	}
	return best
}

// noMachine: AKS learns that the oldest machine which the autoscaler waits for
// can't be had. The pool may have been stopped or deleted meanwhile.
func (s *Service) noMachine(p *pool) {
	if len(p.awaited) == 0 {
		return
	}
	x := p.awaited[0]
	p.awaited = slices.Delete(p.awaited, 0, 1)
	p.count--
	p.strays--
	code, why := s.noCapacity(p, x.zone)
	record := s.rec.AddText(trace.AllocationFailed, poolRef(p.index), trace.Ref{}, 0, x.record, code+": "+why)
	s.scaler.OrderFailed(p.index, record)
	s.advance(p)
}

// Delete implements autoscaler.Cloud. While old nodes are to come, an upgrade
// makes good what is taken from it.
func (c cloud) Delete(n kube.NodeID, cause trace.ID) {
	s, p := c.s, &c.s.pools[c.s.k.Node(n).Pool]
	s.eng.Cancel(s.putDown(p, n).timer)
	surge := s.surge(n)
	p.count -= count(!surge)
	*s.workOn(n) = work{stage: deleting}
	p.leaving++
	s.k.Machines().Delete(n, cause)
	if s.rolls(p) && p.begun {
		if surge {
			p.roll.drop(n)
		}
		if p.roll.next < len(p.roll.todo) {
			p.roll.owed++
		}
		p.roll.taken++
	}
	if p.op == none && s.staying(p) > len(p.awaited) { // else no node is left to go by
		s.settle(p, cause)
	}
	s.advance(p)
}

// makeGood orders a surge node for each node that the autoscaler has taken from
// an upgrade, as far as there are slots: the next old node has to wait for it.
// What is taken during that wait is made good before the old node after that one,
// so that the upgrade gets on however quickly the autoscaler is. [inferred: the
// reported upgrade ended.] Source: Azure/AKS#5340.
func (s *Service) makeGood(p *pool) {
	r := &p.roll
	if s.spot(p) || r.next == len(r.todo) || p.busy >= r.slots {
		return
	}
	if !r.remaking {
		r.remaking, r.due, r.owed = r.owed > 0, r.owed, 0
	}
	for ; r.due > 0 && p.busy < r.slots; r.due-- {
		r.remade++
		s.order(p, kube.Boot{Version: r.target, Zone: s.surgeZone(p, 0), Surge: true}, work{stage: replacing}, r.record)
	}
}

// forgetAwaited forgets the machines that the autoscaler waits for: the pool's
// are all given back.
func (s *Service) forgetAwaited(p *pool) {
	p.count -= len(p.awaited)
	p.strays -= len(p.awaited)
	p.awaited = p.awaited[:0]
}

var _ autoscaler.Cloud = cloud{}
