package chart

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// nodeLabels are short names of all nodes, unique within their pool: without
// the pool's prefix and without needless zeros.
func nodeLabels(t *metrics.Timeline) []string {
	byPool := map[int][]int{}
	for i := range t.Nodes {
		byPool[t.Nodes[i].Pool] = append(byPool[t.Nodes[i].Pool], i)
	}
	out := make([]string, len(t.Nodes))
	for p := range len(t.Pools) {
		names := make([]string, len(byPool[p]))
		for k, i := range byPool[p] {
			names[k] = t.Nodes[i].Name
		}
		prefix := commonPrefix(names)
		if p < len(t.Header.Pools) {
			if own := t.Header.Pools[p].NodePrefix; own != "" && strings.HasPrefix(prefix, own) {
				prefix = own
			}
		}
		for k, i := range byPool[p] {
			out[i] = afterPrefix(names[k], prefix)
		}
	}
	for i := range out {
		if out[i] == "" {
			out[i] = t.Nodes[i].Name
		}
	}
	return out
}

// afterPrefix is name without prefix, but with at least its last three
// characters.
func afterPrefix(name, prefix string) string {
	rest := strings.TrimPrefix(name, prefix)
	if len(rest) < 3 && len(name) >= 3 {
		return name[len(name)-3:]
	}
	for len(rest) > 3 && rest[0] == '0' {
		rest = rest[1:]
	}
	return rest
}

// commonPrefix is what all names begin with, up to the last dash in it or, when
// the names end in digits, without the digits.
func commonPrefix(names []string) string {
	if len(names) < 2 {
		return ""
	}
	p := names[0]
	for _, n := range names[1:] {
		for !strings.HasPrefix(n, p) {
			p = p[:len(p)-1]
		}
	}
	return strings.TrimRight(p, "0123456789")
}

// controlPlaneStart is the version that the control plane starts with; empty
// when the header doesn't say.
func controlPlaneStart(h *trace.Header) string {
	for _, k := range h.Knobs {
		if k.Path == "cluster.kubernetes_version" {
			return strings.Trim(k.Value, `"`)
		}
	}
	return ""
}

// poolStart is the version of a pool's first node at the start.
func poolStart(h *trace.Header, pool int) string {
	if old := slices.IndexFunc(h.Pools, func(p trace.PoolName) bool { return p.Name == h.Pools[pool].Replaces }); old >= 0 {
		pool = old
	}
	for _, n := range h.Nodes {
		if int(n.Pool) == pool && n.Version >= 0 && int(n.Version) < len(h.Versions) {
			return h.Versions[n.Version]
		}
	}
	return ""
}

// change is "1.29.7 → 1.30.5", or less when an end is unknown or both are
// the same.
func change(from, to string) string {
	switch {
	case from == "" && to == "", from == to:
		return from
	case from == "":
		return "→ " + to
	case to == "":
		return from
	}
	return from + " → " + to
}

// versions is the change of the first upgraded pool, else of the control plane.
func (f *facts) versions() string {
	for i := range f.t.Run.Pools {
		if p := &f.t.Run.Pools[i]; p.Upgrade.Ran {
			return change(poolStart(f.t.Header, i), p.EndVersion)
		}
	}
	if f.t.ControlPlane.Ran {
		return change(controlPlaneStart(f.t.Header), f.t.Run.EndControlPlane)
	}
	return ""
}

// work is "12 nodes, 6 at a time" or "2 pools, 18 nodes", or how far a stopped
// run came.
func (f *facts) work() string {
	nodes, renewed := f.countNodes()
	if f.t.Stopped && nodes > 0 {
		return fmt.Sprintf("%d of %s upgraded", renewed, counted(nodes, "node"))
	}
	var ran []*metrics.PoolRun
	pools := 0
	for i := range f.t.Run.Pools {
		p := &f.t.Run.Pools[i]
		if !p.NeverThere {
			pools++
		}
		if p.Upgrade.Ran {
			ran = append(ran, p)
		}
	}
	switch {
	case len(ran) > 1:
		return counted(pools, "pool") + ", " + counted(nodes, "node")
	case len(ran) == 1 && ran[0].Surge > 0:
		return fmt.Sprintf("%s, %d surge", counted(nodes, "node"), ran[0].Surge)
	case len(ran) == 1 && ran[0].Slots > 0:
		return fmt.Sprintf("%s, %d at a time in place", counted(nodes, "node"), ran[0].Slots)
	}
	return counted(nodes, "node")
}

// subtitle says what was run, the most telling parts first.
func (f *facts) subtitle() string {
	scenario, strategy := f.o.Scenario, f.o.Strategy
	if scenario == "" {
		scenario = f.t.Header.Title
	}
	if scenario == "" {
		scenario = f.t.Header.Cluster
	}
	if strategy == "" {
		strategy = f.t.Header.Strategy
	}
	if strategy == scenario {
		strategy = ""
	}
	return joined(faceSubtitle, innerW, scenario, strategy, f.work(), f.versions(), f.whole(),
		fmt.Sprintf("seed %d", f.t.Run.Seed), f.o.Note)
}
