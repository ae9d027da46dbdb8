package strategy

import (
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"time"
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
		}, step, p.requests[step].Start+p.requests[step].Estimate)
	default:
		if r.Do == model.DeletePool {
			p.cancel(func(s *rules.Request) bool { return s.Pool == r.Pool }, step, p.requests[step].Start)
		}
		p.state.Pools[r.Pool].InFlight = inFlight[r.Do]
		p.state.Pools[r.Pool].RollingBack = r.Do == model.RollbackPool
	}
}

// cancel ends the operation that another one aborts or preempts, at a time unless it
// is over before: it leads nowhere, and as soon as one likes.
func (p *planner) cancel(which func(*rules.Request) bool, by int, at time.Duration) {
	for i := range p.queue {
		x := &p.queue[i]
		if x.end && x.step != by && x.at > at && which(&p.steps[x.step].request) {
			p.canceled[x.step] = true
			r := &p.requests[x.step]
			x.at, r.Minimum, r.Estimate = at, 0, at-r.Start
		}
	}
}

// abandon gives the state what a canceled operation leaves: a control plane that has
// moved if there was the time for it, the nodes as they were, of which any may have
// been done, and a pool that has to be upgraded again.
func (p *planner) abandon(i int) {
	r, target := p.steps[i].request, p.requests[i].Target
	upgrade := r.Do == model.UpgradePool || r.Do == model.UpgradeNodeImage || r.Do == model.RollbackPool
	for k := range p.partly {
		p.partly[k] = p.partly[k] || upgrade && r.Pool == k || r.Do == model.Upgrade && !r.Leaves(k, target)
	}
	if r.Do.Scope() == model.ScopeCluster {
		p.state.InFlight = ""
		if p.requests[i].Estimate >= spanOf(p.m.Timing.ControlPlaneUpgrade).median {
			p.state.ControlPlane = target
		}
		return
	}
	pool := &p.state.Pools[r.Pool]
	pool.Failed = true
	if pool.InFlight != "Deleting" {
		pool.InFlight, pool.RollingBack = "", false
	}
}
