package aks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// lackOf says what is wrong with an order, code by code, for a VM size and a place.
var lackOf = map[string]string{
	model.AllocationFailed:       "no capacity for %s in %s",
	model.ZonalAllocationFailed:  "no capacity for %s in %s",
	model.OverconstrainedRequest: "no capacity for %s in %s that meets all constraints of the pool",
	model.SKUNotAvailable:        "size %s is not available in %s",
	model.PublicIPCountLimit:     "a node of size %s needs a public IP address, and the subscription has no more in %s",
	model.RequestDisallowed:      "a policy of the subscription disallows a machine of size %s in %s",
}

// codeOf returns the error of an order without a machine.
func (s *Service) codeOf(zone int) string {
	switch {
	case s.m.Failures.Allocation.Code != "":
		return s.m.Failures.Allocation.Code
	case zone >= 0:
		return model.ZonalAllocationFailed
	}
	return model.AllocationFailed
}

// shortage is why machines that an operation ordered can't be had.
type shortage struct {
	nodes         int // that are missing
	code, message string
	record        trace.ID
}

// waiting is an order that has failed without AKS knowing yet.
type waiting struct {
	boot  kube.Boot
	work  work
	event des.Handle
}

// order boots a node of the pool, for the operation that works on it. It may
// fail, in one of two ways: there is no machine, or it never becomes a node.
// AKS learns of that after a while and orders again, as often as the scenario
// says; then the operation is short of a node.
func (s *Service) order(p *pool, b kube.Boot, as work, cause trace.ID) {
	b.Pool = p.index
	p.orders++
	as.byOp = true
	f := &s.m.Failures
	if s.strikes(p.draws.allocation, p.orders, f.Allocation) {
		as.record = cause
		p.pending++
		p.busy += as.stage.slot()
		p.waiting = append(p.waiting, waiting{b, as, s.later(f.Allocation, evNoRoom, int32(p.index))})
		return
	}
	b.Fails = s.strikes(p.draws.nodeCreate, p.orders, f.NodeCreate)
	n := s.k.Machines().Boot(b, cause)
	s.markOf(n).image = s.newImage(p)
	p.machines++
	p.pending++
	p.busy += as.stage.slot()
	if b.Fails {
		as.timer = s.later(f.NodeCreate, evNoNode, int32(n))
	}
	*s.workOn(n) = as
	s.markOf(n).green = b.Surge && s.blueGreen(p)
	if b.Surge {
		p.roll.surge = append(p.roll.surge, n)
		p.roll.most = max(p.roll.most, len(p.roll.surge))
	}
}

// strikes reports whether the order-th order of a pool fails in one way.
func (s *Service) strikes(way random.Key, order int, f model.Failure) bool {
	return f.Probability > 0 && s.src.Uniform(way.With(uint64(order))) < f.Probability
}

func (s *Service) later(f model.Failure, kind des.Kind, subject int32) des.Handle {
	class := des.ClassFinish
	if f.DetectAfter == 0 {
		class = max(class, s.eng.Class())
	}
	return s.eng.After(f.DetectAfter, class, des.Event{Actor: s.actor, Kind: kind, Subject: subject})
}

// noRoom deals with the pool's oldest order for which there is no machine.
func (s *Service) noRoom(p *pool) {
	x := p.waiting[0]
	p.waiting = slices.Delete(p.waiting, 0, 1)
	p.pending--
	p.busy -= x.work.stage.slot()
	code, why := s.noCapacity(p, x.boot.Zone)
	record := s.rec.AddText(trace.AllocationFailed, poolRef(p.index), trace.Ref{}, 0, x.work.record, code+": "+why)
	if x.work.tries < s.m.Failures.Allocation.Retries {
		x.work.tries++
		s.order(p, x.boot, x.work, record)
		return
	}
	s.lose(p, 1, code, why, record)
	s.advance(p)
}

// noCapacity returns the code and the message of a pool's order for which there is
// no machine in a zone; -1: none.
func (s *Service) noCapacity(p *pool, zone int) (code, why string) {
	where := "the region"
	code = s.codeOf(zone)
	if zone >= 0 && code != model.PublicIPCountLimit && code != model.RequestDisallowed {
		where = "zone " + s.m.Cluster.Zones[zone]
	}
	return code, fmt.Sprintf(lackOf[code], s.m.NodePools[p.index].VMSize.Name, where)
}

// noNode deals with a machine that never becomes a node: it is deleted and, as
// long as there are retries, ordered again.
func (s *Service) noNode(n kube.NodeID) {
	node := s.k.Node(n)
	p := &s.pools[node.Pool]
	was := s.putDown(p, n)
	code := cmp.Or(s.m.Failures.NodeCreate.Code, model.ExtensionTimeout)
	why := fmt.Sprintf("node %s did not become ready within %s", s.k.NodeName(n), spelling.Span(s.m.Failures.NodeCreate.DetectAfter))
	if code == model.ExtensionError {
		why = fmt.Sprintf("the start-up script of node %s failed", s.k.NodeName(n))
	}
	record := s.rec.AddText(trace.AllocationFailed, nodeRef(n), poolRef(p.index), 0, was.record, code+": "+why)
	*s.workOn(n) = work{stage: deleting}
	p.leaving++
	s.k.Machines().Delete(n, record)
	if was.meant {
		p.count--
	}
	if s.scaler.Awaits(n) {
		s.scaler.OrderFailed(p.index, record)
	}
	if !was.byOp { // the operation is over
		s.advance(p)
		return
	}
	p.roll.drop(n)
	b := kube.Boot{Version: node.Version, Zone: node.Zone, Surge: node.Surge}
	if was.tries < s.m.Failures.NodeCreate.Retries {
		s.order(p, b, work{stage: was.stage, tries: was.tries + 1}, record)
		return
	}
	s.lose(p, 1, code, why, record)
	s.advance(p)
}

// lose notes that the operation on a pool has to do without n nodes.
func (s *Service) lose(p *pool, n int, code, message string, record trace.ID) {
	p.short = shortage{nodes: p.short.nodes + n, code: code, message: message, record: record}
	p.roll.lost = p.short
}

// orderSurge orders n surge nodes together. Quota and subnet take all of them
// or none.
func (s *Service) orderSurge(p *pool, n int) {
	if r, ok := rules.Shortage(s.State(), p.index, n); !ok {
		record := s.rec.AddText(trace.AllocationFailed, poolRef(p.index), trace.Ref{}, 0, p.roll.record, r.Code+": "+r.Message)
		s.lose(p, n, r.Code, r.Message, record)
		return
	}
	for i := range n {
		s.order(p, kube.Boot{Version: p.roll.target, Zone: s.surgeZone(p, i), Surge: true}, work{stage: booting}, p.roll.record)
	}
}

// fallBack deals with surge nodes that can't be had. In this order: from 1.35 on
// one will do; with max unavailable set too the pool is upgraded in place; else
// the upgrade fails. Surge nodes that were had and aren't needed go again.
// Sources: AKS rolling upgrade and upgrade options pages.
func (s *Service) fallBack(p *pool) {
	r, short := &p.roll, p.short
	p.short = shortage{}
	var have []kube.NodeID
	for _, n := range r.surge {
		if s.k.Node(n).Version == r.target {
			have = append(have, n)
		}
	}
	wanted := r.slots
	if !r.oneWillDo && wanted > 1 && rules.OneSurgeNodeWillDo(s.m.Versions[r.target]) {
		r.oneWillDo = true
		s.settleFor(p, 1, 1, fmt.Sprintf("1 of %d: %s; from 1.35 on one surge node will do", wanted, short.message))
		if len(have) == 0 {
			s.orderSurge(p, 1)
		} else {
			s.giveBack(p, have[1:])
		}
		return
	}
	if slots := rules.InPlace(s.State(), s.ops[p.op].request, p.index); slots > 0 {
		s.settleFor(p, 0, slots, fmt.Sprintf("none of %d: %s; %s of %d -> %d in place", wanted, short.message, p.settings.MaxUnavailable, p.count, slots))
		s.giveBack(p, r.surge)
		s.setPhase(p, trace.Rolling)
		return
	}
	s.stopShort(p, short, "surge nodes")
}

// stopShort ends the operation on a pool that can't do without the nodes that it
// is short of.
func (s *Service) stopShort(p *pool, x shortage, what string) {
	if x.nodes == 1 {
		what = strings.TrimSuffix(what, "s")
	}
	message := fmt.Sprintf("%d %s of agent pool %s can't be had: %s", x.nodes, what, s.m.NodePools[p.index].Name, x.message)
	s.stop(p, x.record, OperationResult{Result: trace.OperationFailed, Code: x.code, Message: message, Node: -1, Pod: -1, Budget: -1})
}

// settleFor records what an upgrade does with fewer surge nodes than planned.
func (s *Service) settleFor(p *pool, nodes, slots int, why string) {
	p.roll.slots = slots
	s.rec.AddText(trace.SurgePlanned, poolRef(p.index), trace.Ref{}, int64(nodes), p.roll.record, why)
	s.rec.Add(trace.SlotsPlanned, poolRef(p.index), trace.Ref{}, int64(slots), p.roll.record)
}

// giveBack removes surge nodes before their time.
func (s *Service) giveBack(p *pool, nodes []kube.NodeID) {
	s.scratch = append(s.scratch[:0], nodes...)
	for _, n := range s.scratch {
		p.roll.drop(n)
	}
	s.remove(p, s.scratch, true, p.roll.record)
}
