package strategy

import (
	"fmt"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
)

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

// mayBeOn reports whether a workload's pods may be on some node of a pool.
func (p *planner) mayBeOn(w *model.Workload, pool int) bool {
	from := &p.m.NodePools[pool]
	if len(from.Nodes) == 0 {
		return w.MatchesNode(from.NodeLabels(p.m.Cluster.Location, model.Node{}), from.Taints)
	}
	for _, n := range from.Nodes {
		if w.MatchesNode(from.NodeLabels(p.m.Cluster.Location, n), from.NodeTaints(n)) {
			return true
		}
	}
	return false
}

// mustMove reports whether every pod of a workload sits on one of the pools that
// are upgraded, so that each has to be evicted at least once.
func (p *planner) mustMove(w *model.Workload, upgraded []bool) bool {
	if w.Kind == model.DaemonSet || w.Replicas == 0 {
		return false
	}
	somewhere := false
	for i := range upgraded {
		if !p.mayBeOn(w, i) || p.m.NodePools[i].Count == 0 || p.state.Pools[i].Absent {
			continue
		}
		if !upgraded[i] {
			return false
		}
		somewhere = true
	}
	return somewhere
}

// allowed returns how many disruptions a budget allows at full strength.
// Source: kubernetes pkg/controller/disruption; both percentages round up.
func (p *planner) allowed(budget int) int {
	b, expected := &p.m.Budgets[budget], 0
	for _, w := range p.m.Selected[budget] {
		expected += p.m.Workloads[w].Replicas
	}
	if b.MaxUnavailable != nil {
		return min(b.MaxUnavailable.RoundUp(expected), expected)
	}
	return max(expected-b.MinAvailable.RoundUp(expected), 0)
}

// blockers names what will keep a drain from ending: pods that must move and
// whose budget allows no disruption even at full strength, or that have two
// budgets, which the eviction API always refuses.
func (p *planner) blockers(upgraded []bool) []string {
	var list []string
	for i := range p.m.Workloads {
		if p.mustMove(&p.m.Workloads[i], upgraded) {
			list = append(list, p.blocker(i)...)
		}
	}
	return list
}

// blocker says why pods of a workload can't be evicted; nothing when they can.
func (p *planner) blocker(i int) []string {
	w, budgets := &p.m.Workloads[i], p.m.BudgetsOf[i]
	if len(budgets) == 0 {
		return nil
	}
	b := &p.m.Budgets[budgets[0]]
	switch {
	case len(budgets) > 1:
		return []string{fmt.Sprintf("pods of %s/%s can't be evicted: budgets %s and %s both select them", w.Namespace, w.Name, b.Name, p.m.Budgets[budgets[1]].Name)}
	case p.allowed(budgets[0]) == 0:
		return []string{fmt.Sprintf("pods of %s/%s can't be evicted: budget %s allows no disruption", w.Namespace, w.Name, b.Name)}
	}
	return nil
}
