package strategy

import (
	"fmt"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/rules"
)

// span is a duration twice: the least that it can be, and its median.
type span struct{ least, median time.Duration }

func spanOf(d random.Dist) span { return span{d.Min(), d.Median()} }

func (a span) plus(b span) span { return span{a.least + b.least, a.median + b.median} }

func (a span) times(n int) span {
	return span{a.least * time.Duration(n), a.median * time.Duration(n)}
}

func fixed(d time.Duration) span { return span{d, d} }

func longest(a, b span) span { return span{max(a.least, b.least), max(a.median, b.median)} }

// shortest returns the shorter of both, each side by itself.
func shortest(a, b span) span { return span{min(a.least, b.least), min(a.median, b.median)} }

// bound fills in how long an accepted request takes.
func (p *planner) bound(r rules.Request, x *PlannedRequest) {
	controlPlane := spanOf(p.m.Timing.ControlPlaneUpgrade)
	if x.Target == p.state.ControlPlane {
		controlPlane = span{}
	}
	switch r.Do {
	case model.UpgradeControlPlane:
		x.set(controlPlane, "control plane")
	case model.Upgrade:
		p.boundPools(r, x, controlPlane, all(len(p.state.Pools)))
	case model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool:
		p.boundPools(r, x, span{}, []int{r.Pool})
	case model.Scale:
		t := &p.m.NodePools[r.Pool].Timing
		if r.Count > p.state.Pools[r.Pool].Count {
			x.set(spanOf(t.NodeCreate).plus(spanOf(t.NodeUntaint)), "boots")
		} else {
			x.set(p.drain(r.Pool).plus(spanOf(t.NodeDelete)), "deletions")
		}
	default:
		p.boundLife(r, x)
	}
}

func (x *PlannedRequest) set(s span, binds string) {
	x.Minimum, x.Estimate, x.Binds = s.least, s.median, binds
	if s == (span{}) {
		x.Binds = ""
	}
}

func all(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// boundPools adds up the pools of a request, which go one after another behind
// the control plane, and holds the sum against the budgets of workloads that can
// only be on these pools.
func (p *planner) boundPools(r rules.Request, x *PlannedRequest, controlPlane span, pools []int) {
	total, part, binds := controlPlane, controlPlane, "control plane"
	upgraded := make([]bool, len(p.state.Pools))
	edge := span{-1, -1}
	for _, i := range pools {
		u := p.upgradeOf(r, i)
		if u.Old == 0 {
			continue
		}
		upgraded[i] = u.Old == u.Nodes && !p.partly[i]
		if p.partly[i] {
			u.leastNothing()
		}
		own := span{u.Minimum, u.Estimate}
		for _, b := range p.budgetBounds(r, only(len(upgraded), i, upgraded[i]), u.edge) {
			u.Bounds = append(u.Bounds, b)
			if s := (span{b.Minimum, b.Estimate}); exceeds(s, own) {
				u.Binds = b.Name
			}
			own = longest(own, span{b.Minimum, b.Estimate})
		}
		u.Minimum, u.Estimate = own.least, own.median
		x.Pools = append(x.Pools, u.PlannedPool)
		if p.atOnce(r) {
			total = longest(total, controlPlane.plus(own))
		} else {
			total = total.plus(own)
		}
		if exceeds(own, part) {
			part, binds = own, u.Binds
		}
		if edge.least < 0 {
			edge = u.edge
		}
		edge = shortest(edge, u.edge)
	}
	for _, b := range p.budgetBounds(r, upgraded, edge.plus(controlPlane)) {
		if s := (span{b.Minimum, b.Estimate}); exceeds(s, total) {
			total, binds = longest(total, s), b.Name
		}
	}
	x.set(total, binds)
	asked := !p.state.Forced(r)
	if asked {
		x.Blockers = append(p.blockers(upgraded), p.slow(r, upgraded)...)
	}
	p.strand(x, upgraded, true, asked)
}

// exceeds reports whether a binds where b did: the minimum decides, and the
// estimate where the minimums are the same.
func exceeds(a, b span) bool {
	return a.least > b.least || a.least == b.least && a.median > b.median
}

func only(n, i int, set bool) []bool {
	list := make([]bool, n)
	list[i] = set
	return list
}

// upgradeBound is a planned pool and the time that is neither draining nor
// waiting for others: what comes before the first drain and after the last.
type upgradeBound struct {
	PlannedPool
	edge span
}

// upgradeOf bounds the upgrade of one pool by its machines. With s slots, N old
// nodes take ceil(N/s) rounds, for some slot has to take so many of them one
// after another; a round is drain, soak, reimage. A node that holds nothing
// drains at once, so the minimum counts no drain; the estimate counts the
// longest median termination of the pods that may be there.
func (p *planner) upgradeOf(r rules.Request, pool int) upgradeBound {
	x := rules.SurgeOf(p.state, r, pool)
	settings := p.m.NodePools[pool].Upgrade
	t := &p.m.NodePools[pool].Timing
	u := upgradeBound{PlannedPool: PlannedPool{
		Pool: p.m.NodePools[pool].Name, Nodes: x.Count, Old: x.ToUpgrade,
		Surge: x.Nodes, Slots: x.Slots, Resolved: x.String(), InPlace: x.Nodes == 0, Batching: settings.Batching,
	}}
	if x.ToUpgrade == 0 || x.Slots == 0 {
		return u
	}
	slots := x.Slots
	if p.mayBeInPlace(pool) {
		slots = max(slots, rules.InPlace(p.state, r, pool))
	}
	u.Rounds = (x.ToUpgrade + slots - 1) / slots
	switch {
	case x.Green:
		p.boundGreen(&u, pool)
		return u
	case p.m.Options.OldNodes == model.DeleteOld:
		p.boundReplaced(r, &u, pool)
		return u
	}
	soak := p.soakOf(r, pool)
	drain := p.drain(pool)
	reimage := spanOf(t.NodeReimage).plus(spanOf(t.NodeUntaint))
	var boots, remove span
	if x.Nodes > 0 && !p.mayBeInPlace(pool) {
		boots = spanOf(t.NodeCreate).plus(spanOf(t.NodeUntaint))
		remove = drain.plus(spanOf(t.NodeDelete))
	}
	u.add("boots", "node_create + node_untaint + drain + node_delete", boots.plus(remove))
	u.add("soak", "rounds x node_soak", soak.times(u.Rounds))
	u.add("nodes", "rounds x (drain + node_reimage + node_untaint)", drain.plus(reimage).times(u.Rounds))
	u.add("rolling", "boots + soak + nodes", boots.plus(remove).plus(drain.plus(reimage).plus(soak).times(u.Rounds)))
	u.edge = boots.plus(remove).plus(reimage).plus(soak)
	return u
}

// add appends a bound. The last one, which is the sum, holds; the part that is
// largest gives its name.
func (u *upgradeBound) add(name, formula string, s span) {
	u.Bounds = append(u.Bounds, Bound{Name: name, Formula: formula, Minimum: s.least, Estimate: s.median})
	u.Minimum, u.Estimate = s.least, s.median
	part := span{-1, -1}
	for _, b := range u.Bounds {
		if own := (span{b.Minimum, b.Estimate}); b.Name != "rolling" && exceeds(own, part) {
			part, u.Binds = own, b.Name
		}
	}
}

// leastNothing takes the least times back: there may be no node left to do.
func (u *upgradeBound) leastNothing() {
	for i := range u.Bounds {
		u.Bounds[i].Minimum = 0
	}
	u.Minimum, u.edge.least = 0, 0
}

// drain is how long a node of the pool takes to drain when no budget is in the
// way: nothing at least, and usually as long as the slowest pod that may be
// there takes to stop.
func (p *planner) drain(pool int) span {
	var s span
	for i := range p.m.Workloads {
		w := &p.m.Workloads[i]
		if w.Kind != model.DaemonSet && w.Replicas > 0 && p.mayBeOn(w, pool) {
			s.median = max(s.median, min(w.Termination.Median(), w.TerminationGrace))
		}
	}
	return s
}

// budgetBounds returns a bound for each budget whose pods must all move: with R
// pods and d disruptions at a time, the last eviction is granted (ceil(R/d)-1)
// replacements after the first, and then the pod has to stop. A Deployment's
// replacement starts while the old pod stops, a StatefulSet's after that. The
// edge is what comes before the first eviction and after the last. A forced
// upgrade has none.
func (p *planner) budgetBounds(r rules.Request, upgraded []bool, edge span) []Bound {
	var bounds []Bound
	if p.state.Forced(r) {
		return nil
	}
	for i := range p.m.Budgets {
		replicas, cycle, stop := p.moving(i, upgraded)
		allowed := p.allowed(i)
		if replicas == 0 || allowed == 0 {
			continue
		}
		rounds := (replicas + allowed - 1) / allowed
		s := edge.plus(cycle.times(rounds - 1)).plus(stop)
		b := &p.m.Budgets[i]
		bounds = append(bounds, Bound{
			Name:     fmt.Sprintf("budget %s/%s", b.Namespace, b.Name),
			Formula:  fmt.Sprintf("%d pods, %d at a time: %d x (start + ready) + termination + what comes before and after", replicas, allowed, rounds-1),
			Minimum:  s.least,
			Estimate: s.median,
		})
	}
	return bounds
}

// moving returns how many pods of a budget must move, the time until a moved pod
// is ready again, and the time that it takes to stop; of several workloads the
// shortest.
func (p *planner) moving(budget int, upgraded []bool) (replicas int, cycle, stop span) {
	for _, i := range p.m.Selected[budget] {
		w := &p.m.Workloads[i]
		if len(p.m.BudgetsOf[i]) > 1 || !p.mustMove(w, upgraded) {
			continue
		}
		termination := spanOf(w.Termination)
		termination = shortest(termination, fixed(w.TerminationGrace))
		own := spanOf(w.Start).plus(spanOf(w.Ready))
		if w.Kind == model.StatefulSet {
			own = own.plus(termination)
		}
		if replicas == 0 {
			cycle, stop = own, termination
		}
		cycle, stop = shortest(cycle, own), shortest(stop, termination)
		replicas += w.Replicas
	}
	return replicas, cycle, stop
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
