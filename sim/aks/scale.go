package aks

import (
	"fmt"
	"slices"

	"rollsim/sim/kube"
	"rollsim/sim/trace"
)

// beginScale starts a change of a pool's count. New nodes are on the version
// that the pool runs; those with the highest instance numbers go first.
func (s *Service) beginScale(p *pool, id OperationID) {
	p.op, p.begun = id, false
	s.setPoolState(p, trace.StateScaling, s.ops[id].record)
	s.advance(p)
}

// advanceScale orders or removes nodes, and ends the operation when all have
// come or gone.
func (s *Service) advanceScale(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		s.removeQuarantined(p, op.record)
		have := p.count
		p.count = op.request.Count
		for row := have; row < p.count; row++ {
			s.order(p, kube.Boot{Version: p.version, Zone: p.zone(row)}, work{stage: booting}, op.record)
		}
		if p.count < have {
			s.remove(p, s.last(p, have-p.count), true, op.record)
		}
	}
	if short := p.short; p.pending == 0 && short.nodes > 0 {
		message := fmt.Sprintf("%d nodes of agent pool %s can't be had: %s", short.nodes, s.m.NodePools[p.index].Name, short.message)
		s.stop(p, short.record, OperationResult{Result: trace.OperationFailed, Code: short.code, Message: message, Node: -1, Pod: -1, Budget: -1})
		return
	}
	if p.pending == 0 {
		s.settle(p, op.record)
		s.poolDone(p, OperationResult{Result: trace.Succeeded})
	}
}

// last returns the n nodes of a pool with the highest instance numbers.
func (s *Service) last(p *pool, n int) []kube.NodeID {
	nodes := s.scratch[:0]
	for _, node := range slices.Backward(s.k.Nodes(p.index)) {
		if len(nodes) < n && s.stays(node) {
			nodes = append(nodes, node)
		}
	}
	s.scratch = nodes
	return nodes
}
