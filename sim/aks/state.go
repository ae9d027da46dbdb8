package aks

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// State returns the cluster as the rules see it now.
func (s *Service) State() *rules.State {
	state := s.base.Clone()
	state.ControlPlane = s.m.Versions[s.cluster.version]
	if s.cluster.op != none {
		state.InFlight = s.cluster.state.String()
	}
	state.Now = time.Duration(s.eng.Now())
	state.ForcedUntil, state.Waiting = time.Duration(s.cluster.forcedUntil), s.cluster.waiting
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
	x.Absent, x.Stopped = p.absent, p.stopped
	if p.absent {
		x.InFlight, x.Failed, x.Declared = "", false, s.base.Pools[p.index].Declared
		x.Count, x.Machines, x.Nodes = s.base.Pools[p.index].Count, p.machines, nil
		return
	}
	x.OldImages, x.Image, x.Previous = s.oldImages(p), s.release(p, p.image), s.recordedOf(p)
	x.Count, x.Machines = p.count, p.machines
	x.Nodes = x.Nodes[:0]
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) {
			x.AddNodes(s.m.Versions[s.version(n)], 1)
		}
	}
	if p.op == none {
		x.Leftover = s.leftover(p)
	} else {
		x.InFlight = p.state.String()
		x.RollingBack = s.ops[p.op].request.Do == model.RollbackPool
		x.Running = s.eng.Now().Sub(s.ops[p.op].began)
	}
	x.Failed = p.state == trace.StateFailed || p.state == trace.StateCanceled || p.paused != notPaused
	x.Paused = rules.Paused{}
	if p.paused != notPaused {
		x.Paused = rules.Paused{Target: s.m.Versions[p.paused.target], Image: p.paused.images, FinalSoak: p.paused.soaking}
		for _, n := range s.k.Nodes(p.index) {
			x.Paused.Green += count(s.surge(n) && !s.k.Deleted(n))
		}
	}
	x.MaxSurge, x.MaxUnavailable = p.settings.MaxSurge, p.settings.MaxUnavailable
	x.Scaling = p.scaling
}
