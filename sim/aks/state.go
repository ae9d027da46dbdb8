package aks

import (
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// State returns the cluster as the rules see it now.
func (s *Service) State() *rules.State {
	state := rules.FromModel(s.m)
	state.ControlPlane = s.m.Versions[s.cluster.version]
	if s.cluster.op != none {
		state.InFlight = s.cluster.state.String()
	}
	for i := range s.pools {
		s.fill(&state.Pools[i], &s.pools[i])
	}
	return state
}

func (s *Service) fill(x *rules.Pool, p *pool) {
	x.Version = s.m.Versions[p.version]
	x.Declared = model.Version{}
	if p.declared {
		x.Declared = s.m.Versions[p.target]
	}
	x.Count, x.Machines = p.count, p.machines
	x.Nodes = x.Nodes[:0]
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) {
			x.AddNodes(s.m.Versions[s.version(n)], 1)
		}
	}
	if p.op != none {
		x.InFlight = p.state.String()
	}
	x.Failed = p.state == trace.StateFailed || p.state == trace.StateCanceled
	x.MaxSurge, x.MaxUnavailable = p.settings.MaxSurge, p.settings.MaxUnavailable
}
