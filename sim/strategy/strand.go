package strategy

import (
	"fmt"

	"rollsim/sim/model"
)

// strand names pods that have nowhere to run while pools are emptied, or ever
// again: those that ask for what was set by hand on single nodes, which nodes that
// an upgrade reimages or adds don't have, and those that ask for a pool which is
// replaced by one of another name. AKS does it all the same. Where a budget holds
// on to some of them, their last drain can't end either, if budgets are asked.
// Renewed says whether nodes come back in the pools that are emptied.
// Sources: AKS release notes of 2024-04-28; AKS labels page, agentpool.
func (p *planner) strand(x *PlannedRequest, emptied []bool, renewed, asked bool) {
	for i := range p.m.Workloads {
		w := &p.m.Workloads[i]
		byHand, ok := p.stranded(w, emptied, renewed)
		if !ok {
			continue
		}
		why := fmt.Sprintf("pods of %s/%s ask for a pool that goes, and no other takes them: what is evicted stays pending; select by a label that the new pool has too", w.Namespace, w.Name)
		if renewed {
			why = fmt.Sprintf("pods of %s/%s ask for what only single nodes have, %s, and nodes that are reimaged or added don't have it: what is evicted stays pending; give the pool the label",
				w.Namespace, w.Name, byHand)
		}
		x.Stranded = append(x.Stranded, why)
		if budgets := p.m.BudgetsOf[i]; asked && len(budgets) == 1 {
			if allowed := p.allowed(budgets[0]); allowed > 0 && allowed < w.Replicas {
				x.Blockers = append(x.Blockers, fmt.Sprintf("pods of %s/%s can't all be evicted: budget %s allows %d of %d, and none of these becomes ready again", w.Namespace, w.Name, p.m.Budgets[budgets[0]].Name, allowed, w.Replicas))
			}
		}
	}
}

// stranded reports whether pods of a workload that are evicted from pools have no
// node to go to. Where nodes come back, it is because of labels of single nodes:
// byHand says whose.
func (p *planner) stranded(w *model.Workload, emptied []bool, renewed bool) (byHand string, ok bool) {
	if !p.mustLeave(w, emptied) {
		return "", false
	}
	nodes := 0
	for i := range emptied {
		from := &p.m.NodePools[i]
		switch {
		case p.state.Pools[i].Absent:
		case !emptied[i]:
			if p.mayBeOn(w, i) {
				return "", false
			}
		case renewed && p.takesNew(w, i):
			return "", false
		case renewed:
			for _, n := range from.Nodes {
				if w.MatchesNode(from.NodeLabels(p.m.Cluster.Location, n), from.NodeTaints(n)) {
					nodes++
					byHand = n.Name
				}
			}
		}
	}
	if nodes > 1 {
		byHand = fmt.Sprintf("%d of them", nodes)
	}
	return byHand, !renewed || nodes == 1 || p.m.Options.SetByHand == model.HandLost
}

// takesNew reports whether pods of a workload may be on a node that a pool gets.
func (p *planner) takesNew(w *model.Workload, pool int) bool {
	from := &p.m.NodePools[pool]
	for _, zone := range append([]string{""}, from.Zones...) {
		n := model.Node{Zone: zone}
		if w.MatchesNode(from.NodeLabels(p.m.Cluster.Location, n), from.Taints) {
			return true
		}
	}
	return false
}
