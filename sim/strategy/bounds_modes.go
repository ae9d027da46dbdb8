package strategy

import (
	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// mayBeInPlace reports whether a pool that has surge nodes may have to do without
// them: they can't be had, and max unavailable is set beside max surge. Then the
// bounds leave out what only surge nodes take.
func (p *planner) mayBeInPlace(pool int) bool {
	f := p.m.Failures
	scarce := p.m.Options.QuotaCheck == model.QuotaAtSurge || f.NodeCreate.Probability > 0 || f.Allocation.Probability > 0
	return scarce && !p.state.Pools[pool].MaxUnavailable.IsZero()
}

// boundGreen bounds a blue-green upgrade: green nodes boot together, batches are
// drained one after another with a soak after each, then comes the final soak,
// and the blue nodes are deleted together. All of it is in a row, so nothing of
// it is an edge of budgets but what comes before and after the drains.
func (p *planner) boundGreen(u *upgradeBound, pool int) {
	from, t := &p.m.NodePools[pool], &p.m.NodePools[pool].Timing
	soaks, formula := u.Rounds, "batches x batch_soak + final_soak"
	if p.m.Options.BlueGreenSoak == model.SoakBetween {
		soaks, formula = u.Rounds-1, "(batches - 1) x batch_soak + final_soak"
	}
	var boots span
	if u.Surge > 0 {
		boots = spanOf(t.NodeCreate).plus(spanOf(t.NodeUntaint))
	}
	machines := boots.plus(spanOf(t.NodeDelete))
	soak := fixed(from.BlueGreen.BatchSoak).times(soaks).plus(fixed(from.BlueGreen.FinalSoak))
	drains := p.drain(pool).times(u.Rounds)
	u.add("boots", "node_create + node_untaint + node_delete", machines)
	u.add("soak", formula, soak)
	u.add("nodes", "batches x drain", drains)
	u.add("rolling", "boots + soak + nodes", machines.plus(soak).plus(drains))
	u.edge = machines.plus(fixed(from.BlueGreen.FinalSoak))
}

// boundReplaced bounds an upgrade that deletes old nodes. With surge nodes there
// is one boot before each round, and no node has to be drained in the end; in
// place a round is drain, soak and boot.
func (p *planner) boundReplaced(r rules.Request, u *upgradeBound, pool int) {
	t := &p.m.NodePools[pool].Timing
	boot := spanOf(t.NodeCreate).plus(spanOf(t.NodeUntaint))
	soak, drain := p.soakOf(r, pool), p.drain(pool)
	if p.m.Options.Soak == model.SoakAfterReimage {
		soak = span{} // there is no reimage
	}
	u.add("boots", "rounds x (node_create + node_untaint)", boot.times(u.Rounds))
	u.add("soak", "rounds x node_soak", soak.times(u.Rounds))
	u.add("nodes", "rounds x drain", drain.times(u.Rounds))
	u.add("rolling", "boots + soak + nodes", boot.plus(drain).plus(soak).times(u.Rounds))
	u.edge = boot
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
