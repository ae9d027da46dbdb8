package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rollsim/sim/kube"
)

// differ notes one difference.
func (d *disagreement) differ(topic, format string, args ...any) {
	if d.topic == "" {
		d.topic = topic
	}
	d.lines = append(d.lines, topic+": "+fmt.Sprintf(format, args...))
}

// compare holds what rollsim's scheduler thinks against what the real one does.
func (g *game) compare(d *disagreement, x *kube.Placement, v *verdict) {
	if len(x.Nodes) != len(v.nodes) {
		d.differ("nodes", "rollsim knows %d, the real scheduler %d", len(x.Nodes), len(v.nodes))
		return
	}
	g.meet(x, v)
	g.compareFilters(d, x, v)
	g.comparePoints(d, x, v)
	if ours, theirs := x.Next, v.next; !v.sampled() && ours != theirs {
		// A search that ends early looks at some nodes more, as many as its parallel
		// workers have begun with; rollsim's has one worker.
		d.differ("next", "after a search from %d the next begins at %d in rollsim, %d in the real scheduler", x.Start, ours, theirs)
	}
	chosen := ""
	if x.Chosen >= 0 {
		chosen = g.cluster.NodeName(x.Chosen)
	}
	if best := v.best(); chosen != v.chosen && !slices.Contains(best, chosen) {
		d.differ("choice", "rollsim takes %q, the real scheduler's best are %q", chosen, best)
	}
	// The real scheduler names more plugins in the message of a DaemonSet's pod
	// that waits for victims: those that refused its node.
	waits := x.For >= 0 && g.cluster.Nominated(x.Pod) >= 0
	if message := x.Message(); x.Chosen < 0 && !waits && message != v.message {
		d.differ("message", "rollsim says %q, the real scheduler %q", message, v.message)
	}
}

// meet counts what a decision is about, so that a test can tell what it has not
// been tried on.
func (g *game) meet(x *kube.Placement, v *verdict) {
	scored := 0
	refuses, differs := map[string]bool{}, map[string]bool{}
	var first *opinion
	for name, o := range v.nodes {
		if o.plugin != "" && (x.For < 0 || g.cluster.NodeName(x.For) == name) {
			refuses[o.plugin] = true
			for _, r := range o.reasons {
				refuses[o.plugin+": "+r] = true
			}
		}
		if !o.scored {
			continue
		}
		scored++
		if first == nil {
			first = o
		}
		for plugin, p := range o.points {
			differs[plugin] = differs[plugin] || p != first.points[plugin]
		}
	}
	for why := range refuses {
		g.met["filter "+why]++
	}
	for plugin, yes := range differs {
		if yes {
			g.met["score "+plugin]++
		}
	}
	switch best := len(v.best()); {
	case scored == 0:
		g.met["no node"]++
	case scored == 1:
		g.met["one node"]++
	case best == 1:
		g.met["one best node"]++
	default:
		g.met["several best nodes"]++
	}
	if v.sampled() && scored < len(v.order) {
		g.meetSearch(x)
	}
	g.meetPod(x)
}

func (g *game) compareFilters(d *disagreement, x *kube.Placement, v *verdict) {
	large := len(v.order) >= 100
	for i, o := range x.Nodes {
		name := g.cluster.NodeName(o.Node)
		r := v.nodes[name]
		if r == nil {
			d.differ("nodes", "the real scheduler knows no %s", name)
			continue
		}
		if large && v.order[i] != name {
			d.differ("order", "place %d in the search is %s for rollsim, %s for the real scheduler", i, name, v.order[i])
		}
		// A DaemonSet's pod is for one node; the real scheduler looks at no other.
		if x.For >= 0 && x.For != o.Node {
			continue
		}
		switch {
		case o.Refusal.Plugin() != r.plugin:
			d.differ("filter", "%s is refused by %q in rollsim, %q in the real scheduler %q", name, o.Refusal.Plugin(), r.plugin, r.reasons)
		case !slices.Equal(o.Reasons, r.reasons):
			d.differ("reasons", "%s is refused with %q by rollsim, %q by the real scheduler", name, o.Reasons, r.reasons)
		}
	}
}

func (g *game) comparePoints(d *disagreement, x *kube.Placement, v *verdict) {
	for _, o := range x.Nodes {
		name := g.cluster.NodeName(o.Node)
		r := v.nodes[name]
		if r == nil {
			continue
		}
		if o.Scored != r.scored {
			d.differ("scored", "%s is scored: %v in rollsim, %v in the real scheduler", name, o.Scored, r.scored)
			continue
		}
		points := maps.Clone(r.points)
		delete(points, listener)
		for i, p := range o.Points {
			plugin := kube.ScorePlugin(i).String()
			if int64(p) != points[plugin] {
				d.differ(plugin, "%s gets %d points in rollsim, %d in the real scheduler", name, p, points[plugin])
			}
			delete(points, plugin)
		}
		for plugin, p := range points {
			if p != 0 {
				d.differ(plugin, "%s gets %d points, and rollsim has no such plugin", name, p)
			}
		}
		if int64(o.Total) != r.total {
			d.differ("total", "%s gets %d points in rollsim, %d in the real scheduler", name, o.Total, r.total)
		}
	}
}

// sampled reports whether the search ended with the nodes that it had: there were
// enough, at least 100.
func (v *verdict) sampled() bool {
	scored := 0
	for _, o := range v.nodes {
		if o.scored {
			scored++
		}
	}
	return scored >= 100
}

// best returns the nodes that the real scheduler might have chosen.
func (v *verdict) best() []string {
	best := []string{v.chosen}
	most := v.nodes[v.chosen]
	if most == nil || !most.scored {
		return best
	}
	for name, o := range v.nodes {
		if o.scored && o.total == most.total && name != v.chosen {
			best = append(best, name)
		}
	}
	slices.Sort(best)
	return best
}

// describe tells the state of the cluster at a decision.
func (g *game) describe(x *kube.Placement) []string {
	pods := map[string][]string{}
	for _, p := range g.pods {
		s := p.Name
		if p.DeletionTimestamp != nil {
			s += " (terminating)"
		}
		pods[p.Spec.NodeName] = append(pods[p.Spec.NodeName], s)
	}
	w := g.model.Workloads[g.cluster.Pod(x.Pod).Workload].Name
	list := []string{fmt.Sprintf("a pod of %s is placed at t=%v", w, g.engine.Now())}
	for _, o := range x.Nodes {
		n := g.nodes[g.cluster.NodeName(o.Node)]
		line := n.Name
		if zone, ok := n.Labels["topology.kubernetes.io/zone"]; ok {
			line += " in " + zone
		}
		for _, t := range n.Spec.Taints {
			line += " " + t.ToString()
		}
		slices.Sort(pods[n.Name])
		list = append(list, line+": "+strings.Join(pods[n.Name], ", "))
	}
	return list
}
