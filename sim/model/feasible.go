package model

import "slices"

// MayRunIn reports whether pods of a workload may be placed on nodes of a pool,
// as far as labels and taints decide. Nodes of a pool differ by zone, by name, and
// by what was set on them by hand.
func (m *Model) MayRunIn(workload, pool int) bool {
	w, p := &m.Workloads[workload], &m.NodePools[pool]
	nodes := p.Nodes
	if len(nodes) == 0 {
		nodes = []Node{{}}
	}
	byName := w.selectsByName()
	var zones []string
	for _, n := range nodes {
		if !byName && !n.ByHand() {
			if slices.Contains(zones, n.Zone) {
				continue
			}
			zones = append(zones, n.Zone)
		}
		if w.MatchesNode(p.NodeLabels(m.Cluster.Location, n), p.NodeTaints(n)) {
			return true
		}
	}
	return false
}

// selectsByName reports whether a workload's pods choose nodes by their names.
func (w *Workload) selectsByName() bool {
	if _, ok := w.NodeSelector.Get(LabelHostname); ok {
		return true
	}
	return slices.ContainsFunc(w.NodeAffinity, func(t NodeSelectorTerm) bool {
		return slices.ContainsFunc(t, func(r Requirement) bool { return r.Key == LabelHostname })
	})
}
