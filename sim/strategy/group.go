package strategy

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
)

// A group is what the client makes of one operation that names no pool: a
// request for each, submitted in a row without waiting. Who waits for the
// operation waits for all of them.
// Source: azure-cli, aks_upgrade with --node-image-only.

// first returns the first step of the group that step i is in.
func first(steps []step, i int) int { return i - steps[i].with }

// group returns the steps of the group that begins with step i.
func group(steps []step, i int) []step {
	end := i + 1
	for end < len(steps) && first(steps, end) == i {
		end++
	}
	return steps[i:end]
}

// images returns a step like s for each pool that is there.
func images(m *model.Model, s step, pools []int) []step {
	var steps []step
	for _, p := range pools {
		one := s
		one.with = len(steps)
		one.request.Pool = p
		one.request.Name += " " + m.NodePools[p].Name
		steps = append(steps, one)
	}
	return steps
}

// poolsAt returns the pools that are there when an operation of a strategy is
// submitted, as far as the operations before it in the file tell.
func poolsAt(m *model.Model, before []model.Operation) []int {
	var pools []int
	for i := range m.NodePools {
		p := &m.NodePools[i]
		there := !p.Absent
		for _, o := range before {
			if o.Pool == p.Name && (o.Do == model.AddPool || o.Do == model.DeletePool) {
				there = o.Do == model.AddPool
			}
		}
		if there {
			pools = append(pools, i)
		}
	}
	return pools
}

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

// boundLife fills in how long a request about a pool's life takes.
func (p *planner) boundLife(r rules.Request, x *PlannedRequest) {
	if r.Do == model.Abort {
		x.set(spanOf(p.m.Timing.Abort), "abort")
		return
	}
	t := &p.m.NodePools[r.Pool].Timing
	some := p.state.Pools[r.Pool].Count > 0
	switch {
	case r.Do == model.UpdatePool:
		x.set(spanOf(p.m.Timing.Reconcile), "reconcile")
	case (r.Do == model.AddPool || r.Do == model.StartPool) && some:
		x.set(spanOf(t.NodeCreate).plus(spanOf(t.NodeUntaint)), "boots")
	case (r.Do == model.DeletePool || r.Do == model.StopPool) && p.state.Pools[r.Pool].Machines > 0:
		x.set(spanOf(t.NodeDelete), "deletions")
	}
}

// soakOf returns the soak that holds for a request on a pool: its own, else what
// was stored last, else the scenario's.
func (p *planner) soakOf(r rules.Request, pool int) span {
	soak := p.m.NodePools[pool].Upgrade.NodeSoak
	if stored, ok := p.soaks[pool]; ok {
		soak = stored
	}
	if r.NodeSoak != nil && r.Do == model.UpgradePool {
		soak = *r.NodeSoak
	}
	return fixed(soak)
}

// slow names pods that must move and take longer to stop than a drain may last.
func (p *planner) slow(r rules.Request, upgraded []bool) []string {
	var list []string
	if p.m.Options.DrainExpiry == model.ExpiryForce {
		return nil
	}
	for i := range p.m.Workloads {
		w := &p.m.Workloads[i]
		if !p.mustMove(w, upgraded) {
			continue
		}
		stop := min(spanOf(w.Termination).least, w.TerminationGrace)
		for pool := range upgraded {
			limit := p.timeoutOf(r, pool)
			if upgraded[pool] && p.mayBeOn(w, pool) && stop > limit {
				list = append(list, fmt.Sprintf("pods of %s/%s take %s to stop, and the drain of a node of %s may last %s", w.Namespace, w.Name, spelling.Duration(stop), p.m.NodePools[pool].Name, spelling.Duration(limit)))
			}
		}
	}
	return list
}

// timeoutOf returns the drain timeout that holds for a request on a pool.
func (p *planner) timeoutOf(r rules.Request, pool int) time.Duration {
	limit := p.m.NodePools[pool].Upgrade.DrainTimeout
	if stored, ok := p.timeouts[pool]; ok {
		limit = stored
	}
	if r.DrainTimeout != nil && r.Do == model.UpgradePool {
		limit = *r.DrainTimeout
	}
	return limit
}

// atOnce reports whether a request takes its pools all at the same time.
func (p *planner) atOnce(r rules.Request) bool {
	return r.Do == model.Upgrade && p.m.Options.FullUpgradePools == model.InParallel
}

// lifeCommand returns the az command of a request about a pool's life, and
// whether r is one.
func lifeCommand(cluster, pool string, r rules.Request) (string, bool) {
	verbs := map[model.Verb]string{
		model.UpgradeNodeImage: "upgrade --node-image-only", model.UpdatePool: "update", model.AddPool: "add", model.DeletePool: "delete",
		model.DeleteMachines: "delete-machines",
		model.StopPool:       "stop", model.StartPool: "start", model.RollbackPool: "rollback", model.Abort: "operation-abort",
	}
	do, ok := verbs[r.Do]
	if !ok {
		return "", false
	}
	if r.Do == model.Abort && pool == "" {
		return "az aks operation-abort --resource-group RESOURCE_GROUP --name " + cluster, true
	}
	name := "--name"
	if slices.Contains([]model.Verb{model.StopPool, model.StartPool, model.Abort}, r.Do) {
		name = "--nodepool-name"
	}
	return "az aks nodepool " + do + " --resource-group RESOURCE_GROUP --cluster-name " + cluster + " " + name + " " + pool, true
}
