package chart

import (
	"cmp"
	"slices"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// nodeColour is how a state of a node looks: light where the node is empty,
// dark up to how many pods it has.
type nodeColour struct{ light, dark tone }

var nodeColours = map[metrics.NodeState]nodeColour{
	metrics.NodeOld:      {hex(0xE7EAEE), hex(0xA9B0B8)},
	metrics.NodeNew:      {tint(blue), blue},
	metrics.NodeSurge:    {tint(sky), sky},
	metrics.NodeDraining: {mix(white, amber, 0.45), amber},
	metrics.NodeSoaking:  {mix(white, pink, 0.45), mix(white, pink, 0.45)},
	metrics.NodeDrained:  {mix(white, pink, 0.18), mix(white, pink, 0.18)},
	metrics.NodeStuck:    {mix(white, red, 0.16), mix(white, red, 0.5)},
	metrics.NodeDown:     {mix(white, ink, 0.1), mix(white, ink, 0.3)},
	nodeWaiting:          {mix(white, orange, 0.45), orange},
}

// nodeWaiting is drawn where a draining node waits for a budget.
const nodeWaiting = metrics.NodeDown + 1

// inOrder are the states in the order of the key.
var inOrder = []metrics.NodeState{
	metrics.NodeOld, metrics.NodeDraining, nodeWaiting, metrics.NodeSoaking, metrics.NodeDrained, metrics.NodeReimaging,
	metrics.NodeNew, metrics.NodeSurge, metrics.NodeCreating, metrics.NodeGoing, metrics.NodeStuck, metrics.NodeDown,
}

// onlyBudget is the budget that all waiting drains blame; -1 when they differ.
func (f *facts) onlyBudget() int {
	only := -1
	for _, d := range f.drains {
		if d.Budget >= 0 && only >= 0 && d.Budget != only {
			return -1
		}
		only = max(only, d.Budget)
	}
	return only
}

// key draws what the colours mean, only those that occur.
func (g *gantt) key(y float64) float64 {
	x := margin
	entry := func(label string, draw func(rect) float64) {
		if x+27+faceLabel.width(label) > pageWidth-margin {
			x, y = margin, y+24
		}
		to := draw(rect{x, y - 7, x + 20, y + 7})
		x = g.s.write(faceLabel, to+7, y, label, ink, left).x1 + 17
	}
	for _, st := range inOrder {
		if g.seen[st] {
			entry(g.stateWords(st), func(r rect) float64 { return g.swatch(st, r) })
		}
	}
	if slices.ContainsFunc(g.t.Nodes, func(n metrics.NodeTimeline) bool { return n.Removed > 0 }) {
		entry("removed by the autoscaler", func(r rect) float64 {
			g.s.fillShape(removal(pt{r.x0 + 4, y}), ink)
			return r.x0 + 8
		})
	}
	if g.most > 0 {
		entry("dark part: pods", func(r rect) float64 {
			light := nodeColours[metrics.NodeOld].light
			g.s.box(r, light)
			g.s.box(rect{r.x0, y - 2, r.x1, r.y1}, mix(muted, white, 0.2))
			g.s.box(rect{r.x0, y - 2, r.x0 + 8, y + 2}, light)
			return r.x1
		})
	}
	return y + 14
}

// swatch shows a state as the rows do and returns where it ends.
func (g *gantt) swatch(st metrics.NodeState, r rect) float64 {
	switch st {
	case metrics.NodeReimaging, metrics.NodeCreating, metrics.NodeGoing:
		g.s.hline(r.x0, r.x0+22, (r.y0+r.y1)/2, dottedColour(st), 1.5, 2.5, 3)
		return r.x0 + 22
	case metrics.NodeStuck, metrics.NodeDown:
		g.s.box(r, nodeColours[st].light)
		g.s.hatch(r, hatchColour(st))
	case metrics.NodeSoaking:
		g.s.box(r, nodeColours[st].light)
		g.s.fillShape(dots(r), pink)
	default:
		g.s.box(r, nodeColours[st].dark)
	}
	return r.x1
}

// stateWords is what the key calls a state.
func (g *gantt) stateWords(st metrics.NodeState) string {
	from, to := g.versionsOfNodes()
	switch st {
	case metrics.NodeOld:
		return from
	case metrics.NodeNew:
		if g.again() != "" { // several on the way
			return "newer version"
		}
		return to
	case metrics.NodeSurge:
		return "surge node"
	case metrics.NodeCreating:
		return "being created"
	case metrics.NodeGoing:
		return "being deleted"
	case metrics.NodeStuck:
		if g.wentOn {
			return "quarantined"
		}
		return "not drained"
	case metrics.NodeDown:
		return "machine down"
	case metrics.NodeDrained:
		return "drained, waiting"
	case nodeWaiting:
		if g.only >= 0 {
			return "waits for budget “" + faceLabel.shorten(g.budgetName(g.only), 180) + "”"
		}
		return "waits for a budget"
	}
	return stateName(st)
}

// versionsOfNodes names the old and the new version, or says old and new where
// pools differ.
func (g *facts) versionsOfNodes() (from, to string) {
	from, to = "", ""
	for i := range g.t.Pools {
		if g.isCurrent(i) { // its nodes are drawn as new
			continue
		}
		a, b := poolStart(g.t.Header, i), ""
		if i < len(g.t.Run.Pools) {
			b = g.t.Run.Pools[i].EndVersion
		}
		switch { // a pool that begins without nodes has no version at the start
		case from == "":
			from = a
		case a != "" && from != a:
			from = "version at the start"
		}
		if !g.t.Pools[i].Upgrade.Ran || b == a || b == "" {
			continue
		}
		if to != "" && to != b {
			to = "new version"
		}
		if to == "" {
			to = b
		}
	}
	if to == "" && g.newImages() {
		return "old image", "new image"
	}
	return cmp.Or(from, "old version"), cmp.Or(to, "new version")
}

// newImages reports whether some pool is upgraded to a new image of the version
// that it has.
func (g *facts) newImages() bool {
	if g.t.Run.Outcome != trace.Completed {
		return false // a pool that stops half-way has its old version, too
	}
	for i := range g.t.Pools {
		if v := poolStart(g.t.Header, i); g.t.Pools[i].Upgrade.Ran && v != "" && i < len(g.t.Run.Pools) && g.t.Run.Pools[i].EndVersion == v {
			return true
		}
	}
	return false
}

// hatchColour is red for what the upgrade is to blame for.
func hatchColour(st metrics.NodeState) tone {
	if st == metrics.NodeDown {
		return ink
	}
	return red
}

func dottedColour(st metrics.NodeState) tone {
	switch st {
	case metrics.NodeCreating:
		return mix(sky, ink, 0.2)
	case metrics.NodeGoing:
		return mix(orange, white, 0.2)
	}
	return text
}

// dots fills r with points, the second cue of soaking.
func dots(r rect) shape {
	var p shape
	for y := r.y0 + 3; y < r.y1-1; y += 4 {
		for x := r.x0 + 3; x < r.x1-1; x += 5 {
			p.box(rect{x, y, x + 1.5, y + 1.5})
		}
	}
	return p
}

func stateName(st metrics.NodeState) string {
	return [...]string{"", "creating", "old", "draining", "soaking", "drained", "reimaging", "new", "surge", "going", "stuck", "down", "waiting"}[st]
}
