package aks

import (
	"slices"

	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// beginScale starts a change of a pool's count. New nodes are on the version
// that the pool runs; those with the highest instance numbers go first.
func (s *Service) beginScale(p *pool, id OperationID, state trace.State) {
	p.op, p.begun = id, false
	s.setPoolState(p, state, s.ops[id].record)
	s.advance(p)
}

// advanceScale orders or removes nodes, and ends the operation when all have
// come or gone.
func (s *Service) advanceScale(p *pool) {
	op := &s.ops[p.op]
	if !p.begun {
		p.begun = true
		s.removeQuarantined(p, op.record)
		have := s.staying(p)              // less than the count where a failed operation couldn't replace all
		if op.request.Do == model.Scale { // else the pool was added, or is started
			p.count = op.request.Count
		}
		for row := have; row < p.count; row++ {
			s.order(p, kube.Boot{Version: p.version, Zone: p.zone(row)}, work{stage: booting}, op.record)
		}
		if p.count < have {
			s.remove(p, s.last(p, have-p.count), true, op.record)
		}
	}
	if short := p.short; p.pending == 0 && short.nodes > 0 {
		s.stopShort(p, short, "nodes")
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
