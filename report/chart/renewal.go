package chart

import (
	"fmt"
	"slices"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// countNodes returns how many nodes began on the old version and how many of
// them are on a newer one at the end, or replaced by one that is. A node that
// comes later counts where it comes on the old version and is still there, or
// replaced, at the end.
func (f *facts) countNodes() (nodes, renewed int) {
	for i := range f.t.Nodes {
		n := &f.t.Nodes[i]
		if n.Kept {
			renewed++
		}
		if n.Surge || n.Later && !f.laterCounts(n) || f.bystands(n.Pool) {
			continue
		}
		nodes++
		if k := len(n.Spans); k > 0 && f.isNew(n.Spans[k-1]) || f.replaced(n) {
			renewed++
		}
	}
	for i := range f.t.Run.Pools { // what is kept in their place renews none of them
		renewed -= len(f.t.Run.Pools[i].Quarantined)
	}
	return nodes, min(max(renewed, 0), nodes)
}

// bystands reports whether a pool is none that was to be upgraded: it is current
// from the start, or the run didn't complete, and the pool wasn't worked on and
// isn't behind.
func (f *facts) bystands(pool int) bool {
	if f.isCurrent(pool) {
		return true
	}
	if !f.t.Stopped || pool >= len(f.t.Run.Pools) {
		return false
	}
	p := &f.t.Run.Pools[pool]
	return !p.Upgrade.Ran && p.NodesOld == 0
}

// laterCounts reports whether a node that came later was there to be upgraded.
func (f *facts) laterCounts(n *metrics.NodeTimeline) bool {
	old := slices.ContainsFunc(n.Spans, func(s metrics.Span) bool { return metrics.NodeState(s.State) == metrics.NodeOld })
	return old && (n.Spans[len(n.Spans)-1].To >= f.t.Last || f.replaced(n))
}

// replaced reports whether the node went with its pool, which another one made
// by hand has taken the place of.
func (f *facts) replaced(n *metrics.NodeTimeline) bool {
	pools := f.t.Run.Pools
	return n.Removed == 0 && !n.Surge && n.Pool < len(pools) && pools[n.Pool].EndVersion == "" &&
		slices.ContainsFunc(pools, func(p metrics.PoolRun) bool { return p.Replaces == pools[n.Pool].Name && p.EndVersion != "" })
}

// renewal is "6 nodes", or "6 nodes replaced" where pools were, by hand.
func (f *facts) renewal() string {
	_, renewed := f.countNodes()
	replaced := 0
	for i := range f.t.Nodes {
		if n := &f.t.Nodes[i]; f.replaced(n) && (!n.Later || f.laterCounts(n)) {
			replaced++
		}
	}
	switch {
	case replaced == 0:
		return counted(renewed, "node")
	case replaced >= renewed:
		return counted(renewed, "node") + " replaced"
	}
	return fmt.Sprintf("%s, %d of them replaced,", counted(renewed, "node"), replaced)
}

// isNew reports whether a node whose last span is s ends on a new version. A
// completed run may end at the very instant at which its last node returns.
func (f *facts) isNew(s metrics.Span) bool {
	switch metrics.NodeState(s.State) {
	case metrics.NodeNew:
		return true
	case metrics.NodeReimaging:
		return f.t.Run.Outcome == trace.Completed
	}
	return false
}
