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
		state.InFlight = stateName(s.cluster.state)
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
		x.InFlight = stateName(p.state)
	}
	x.Failed = p.state == trace.StateFailed
	x.MaxSurge, x.MaxUnavailable = p.settings.MaxSurge, p.settings.MaxUnavailable
}

// stateName spells a provisioning state as ARM does.
func stateName(x trace.State) string {
	switch x {
	case trace.StateSucceeded:
		return "Succeeded"
	case trace.StateFailed:
		return "Failed"
	case trace.StateCanceled:
		return "Canceled"
	case trace.StateCreating:
		return "Creating"
	case trace.StateUpdating:
		return "Updating"
	case trace.StateUpgrading:
		return "Upgrading"
	case trace.StateScaling:
		return "Scaling"
	case trace.StateDeleting:
		return "Deleting"
	}
	return ""
}
