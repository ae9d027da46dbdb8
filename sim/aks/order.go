package aks

import (
	"cmp"
	"slices"

	"rollsim/sim/kube"
	"rollsim/sim/model"
)

// sortTodo puts a pool's old nodes, which are there by number, into the order in
// which they are taken.
func (s *Service) sortTodo(p *pool) {
	todo := p.roll.todo
	rank := make(map[kube.NodeID]uint64, len(todo))
	switch s.m.Options.NodeOrder {
	case model.OrderZones:
		inZone := make(map[int]uint64)
		for _, n := range todo { // the k-th of each zone, then by zone
			zone := s.k.Node(n).Zone
			rank[n] = inZone[zone]<<32 + uint64(zone+1)
			inZone[zone]++
		}
	case model.OrderRandom:
		key := p.draws.nodeOrder.With(uint64(p.roll.target))
		for _, n := range todo {
			rank[n] = s.src.Uint64(key.With(uint64(s.k.Node(n).Number)))
		}
	default:
		return
	}
	slices.SortStableFunc(todo, func(a, b kube.NodeID) int { return cmp.Compare(rank[a], rank[b]) })
}

// surgeZone returns the zone of the i-th of a row of surge nodes, the next to be
// ordered.
func (s *Service) surgeZone(p *pool, i int) int {
	switch {
	case len(p.surging) == 0:
		return -1
	case s.m.Options.SurgeZones != model.ZonesRandom:
		return p.surging[i%len(p.surging)]
	}
	return p.surging[s.src.Intn(p.draws.surgeZone.With(uint64(p.orders)), len(p.surging))]
}
