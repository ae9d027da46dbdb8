package strategy

import (
	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// inFlight is the provisioning state of a pool that a request works on.
var inFlight = map[model.Verb]string{
	model.UpgradePool:      "Upgrading",
	model.RollbackPool:     "Upgrading",
	model.UpgradeNodeImage: "UpgradingNodeImageVersion",
	model.Scale:            "Scaling",
	model.UpdatePool:       "Updating",
	model.AddPool:          "Creating",
	model.DeletePool:       "Deleting",
	model.StopPool:         "Stopping",
	model.StartPool:        "Starting",
}

// start gives the state what a request that was accepted has in progress.
func (p *planner) start(step int) {
	switch r := p.steps[step].request; r.Do {
	case model.Upgrade, model.UpgradeControlPlane:
		p.state.InFlight = "Upgrading"
	case model.Abort:
		p.cancel(func(s *rules.Request) bool {
			if r.Pool < 0 {
				return s.Do.Scope() == model.ScopeCluster
			}
			return s.Pool == r.Pool
		}, step)
	default:
		if r.Do == model.DeletePool {
			p.cancel(func(s *rules.Request) bool { return s.Pool == r.Pool }, step)
		}
		p.state.Pools[r.Pool].InFlight = inFlight[r.Do]
		p.state.Pools[r.Pool].RollingBack = r.Do == model.RollbackPool
	}
}

// cancel ends the operation that another one aborts or preempts: it leads
// nowhere, and is over as soon as one likes.
func (p *planner) cancel(which func(*rules.Request) bool, by int) {
	for i := range p.queue {
		x := &p.queue[i]
		if x.end && x.step != by && which(&p.steps[x.step].request) {
			p.canceled[x.step] = true
			p.requests[x.step].Minimum = 0
		}
	}
}

// abandon gives the state what a canceled operation leaves: the nodes as they
// are, as far as a plan can tell, and a pool that has to be upgraded again.
func (p *planner) abandon(r rules.Request) {
	if r.Do.Scope() == model.ScopeCluster {
		p.state.InFlight = ""
		return
	}
	pool := &p.state.Pools[r.Pool]
	pool.Failed = true
	if pool.InFlight != "Deleting" {
		pool.InFlight, pool.RollingBack = "", false
	}
}
