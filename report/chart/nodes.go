package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// rowLimit is how many nodes get a row each; of more, counts are drawn.
const rowLimit = 44

// hatching is slanting lines in one colour.
type hatching struct {
	rect
	tone
}

// gantt is the picture with a row for each node in the making.
type gantt struct {
	*facts
	s        *sheet
	a        timeAxis
	drainsOf map[int][]*drainFact
	most     int32 // pods on one node
	pitch    float64
	shapes   map[tone]*shape // one for each colour, filled in one go
	order    []tone
	dotted   map[tone]*shape
	hatched  []hatching
	seen     map[metrics.NodeState]bool
	rowsTop  float64
	rows     []rect
	blocks   []rect // groups of rows
	only     int    // the budget that all drains waited for; -1: there are several, or none
	lates    []lateText

	removals []pt // where the autoscaler begins to remove a node
}

func drawNodes(t *metrics.Timeline, o Options) *Picture {
	f := gather(t, o)
	if len(t.Nodes) > rowLimit {
		return drawCrowd(f)
	}
	g := &gantt{facts: f, s: &sheet{}, drainsOf: map[int][]*drainFact{},
		shapes: map[tone]*shape{}, dotted: map[tone]*shape{}, seen: map[metrics.NodeState]bool{}}
	for i := range f.drains {
		d := &f.drains[i]
		g.drainsOf[d.node] = append(g.drainsOf[d.node], d)
	}
	for i := range t.Nodes {
		for _, v := range t.Nodes[i].Pods.Value {
			g.most = max(g.most, v)
		}
	}
	h := f.nodesHeading()
	y := g.s.head(h)
	g.a = f.axis(g.leftEdge(), 728)
	g.look()
	y = g.key(y + 10)
	y = g.controlPlaneRow(y + 6)
	g.rowsTop = y
	y = g.columnHeads(y)
	y = g.groups(y)
	g.paint()
	g.finish(y)
	y = g.a.draw(g.s, y-4)
	g.s.foot(y, g.footer()...)
	return g.s.picture(h, f.alt("What each node did over time", h))
}

// look finds the states that can be seen and the height of a row.
func (g *gantt) look() {
	for i := range g.t.Nodes {
		n := &g.t.Nodes[i]
		for _, s := range n.Spans {
			st := g.stateOf(n.Pool, s)
			if g.a.x(s.To)-g.a.x(s.From) > 5 || g.a.x(s.To) > g.a.x(s.From) && nodeColours[st].dark.A > 0 {
				g.seen[st] = true
			}
		}
		g.seen[nodeWaiting] = g.seen[nodeWaiting] || len(n.Waits) > 0
	}
	g.only = g.onlyBudget()
	switch n := len(g.t.Nodes); {
	case n <= 20:
		g.pitch = 24
	case n <= 32:
		g.pitch = 21
	default:
		g.pitch = 18
	}
}

func (g *gantt) leftEdge() float64 {
	w := 0.0
	for _, l := range g.labels {
		w = max(w, faceTick.width(faceTick.shorten(l, 90)))
	}
	return min(max(140, margin+72+w), 190)
}

// controlPlaneRow draws the control plane's upgrade above the nodes.
func (g *facts) controlPlaneRowOf(s *sheet, a *timeAxis, y float64) float64 {
	if !g.t.ControlPlane.Ran {
		return y
	}
	row := g.phaseRows()[0]
	s.write(faceStrong, margin, y+phaseHeight/2, faceStrong.shorten(row.name, a.x0-margin-6), ink, left)
	s.segmentRow(a, &row, y)
	g.noteRow(s, &row)
	return y + phaseHeight + 8
}

func (g *gantt) controlPlaneRow(y float64) float64 { return g.controlPlaneRowOf(g.s, &g.a, y) }

// columnHeads names the columns and, above the nodes, what begins when.
func (g *gantt) columnHeads(y float64) float64 {
	s := g.s
	s.write(faceTick, margin, y+12, "node", muted, left)
	room := g.a.x1 + 30
	if len(g.drains) > 0 {
		room = s.write(faceTick, 796, y+12, "drain, "+g.drainUnit(), muted, right).x0 - 8
	}
	if g.most > 0 {
		s.write(faceTick, pageWidth-margin, y+12, "pods", muted, right)
	}
	last := g.a.x0 - 4
	for _, m := range g.marks() {
		x := g.a.x(m.from)
		for _, label := range m.labels {
			w := faceTick.width(label)
			if x+4+w > room || x+2 < last {
				continue
			}
			next := g.nextMark(m.from)
			if x+4+w+4 > next && label != m.labels[len(m.labels)-1] {
				continue
			}
			if x+4+w+4 > next {
				break
			}
			last = s.write(faceTick, x+4, y+12, label, muted, left).x1 + 4
			break
		}
	}
	return y + 26
}

// marks are the batches, surges and pools whose start gets a dashed line.
func (g *gantt) marks() []segment {
	var out []segment
	several := 0
	for i := range g.t.Pools {
		if g.t.Pools[i].Upgrade.Ran {
			several++
		}
	}
	for i := range g.t.Pools {
		p := &g.t.Pools[i]
		if !p.Upgrade.Ran {
			continue
		}
		if several > 1 {
			out = append(out, segment{from: p.Upgrade.Start, labels: []string{"pool " + p.Name, p.Name, faceTick.shorten(p.Name, 40)}})
			continue
		}
		for _, sg := range g.poolRow(i).segments {
			l := sg.labels
			switch {
			case sg.from == p.Upgrade.Start && (sg.fill == skyFill || len(l) < 3):
				continue
			case len(p.Batches) > 0 && sg.fill != skyFill:
				l = l[1:3] // batch 1, 1
			case sg.fill == skyFill:
				l = l[:1]
			default:
				l = l[1:3]
			}
			out = append(out, segment{from: sg.from, labels: l})
		}
	}
	slices.SortStableFunc(out, func(a, b segment) int { return cmp.Compare(a.from, b.from) })
	return out
}

func (g *gantt) nextMark(t des.Time) float64 {
	for _, m := range g.marks() {
		if m.from > t {
			return g.a.x(m.from)
		}
	}
	return g.a.x1 + 40
}

// groups draws the nodes by pool and batch.
func (g *gantt) groups(y float64) float64 {
	many := len(g.t.Pools) > 1
	for p := range g.t.Pools {
		batches := g.batchesOf(p)
		if len(batches) == 0 {
			continue
		}
		for k, b := range batches {
			g.s.hline(margin, pageWidth-margin, y-2, rules, 0.5)
			y += 2
			label := b.label
			if many {
				y = g.poolHead(p, k, label, y)
			} else if label == "" {
				label = g.t.Pools[p].Name
			}
			if !many {
				g.s.write(faceName, margin, y+g.pitch/2, faceName.shorten(label, g.a.x0-margin-44), ink, left)
			}
			block := rect{g.a.x0, y, g.a.x1, y}
			for _, i := range b.nodes {
				g.row(i, y)
				y += g.pitch
			}
			block.y1 = y
			g.blocks = append(g.blocks, block)
			y += 6
		}
	}
	return y
}

// poolHead writes a pool's name over its first group and the group's beside
// its rows.
func (g *gantt) poolHead(p, k int, label string, y float64) float64 {
	if k == 0 {
		name := "pool " + g.t.Pools[p].Name
		b := g.s.write(faceName, margin, y+g.pitch/2-1, faceName.shorten(name, 260), ink, left)
		g.s.write(faceTick, b.x1+10, y+g.pitch/2-1, g.poolVersions(p), muted, left)
		y += g.pitch - 1
	}
	if label != "" {
		g.s.write(faceStrong, margin, y+g.pitch/2, faceStrong.shorten(label, g.a.x0-margin-44), text, left)
	}
	return y
}

// poolVersions says which versions a pool has had; of a new pool, which one and
// what it is there for.
func (g *gantt) poolVersions(p int) string {
	end := ""
	if p < len(g.t.Run.Pools) {
		end = g.t.Run.Pools[p].EndVersion
	}
	if old := g.t.Header.Pools[p].Replaces; old != "" && end != "" {
		return end + ", replaces " + old
	}
	return change(poolStart(g.t.Header, p), end)
}

// group is nodes that are drawn together.
type group struct {
	label string
	nodes []int
}

// batchesOf groups a pool's nodes: by batch where batches have several nodes,
// surge nodes last.
func (g *gantt) batchesOf(pool int) []group {
	size := map[int]int{}
	var own, added, surge, kept []int
	for i := range g.t.Nodes {
		n := &g.t.Nodes[i]
		if n.Pool != pool {
			continue
		}
		switch {
		case n.Kept:
			kept = append(kept, i)
			continue
		case n.Surge:
			surge = append(surge, i)
			continue
		case n.Added:
			added = append(added, i)
			continue
		}
		own = append(own, i)
		size[n.Batch]++
	}
	big := false
	for b, n := range size {
		big = big || b > 0 && n > 1
	}
	g.sortNodes(own)
	g.sortNodes(added)
	g.sortNodes(surge)
	g.sortNodes(kept)
	var out []group
	for _, i := range own {
		b := g.t.Nodes[i].Batch
		label := ""
		switch {
		case big && b > 0:
			label = fmt.Sprintf("batch %d", b)
		case big:
			label = "later"
		}
		if k := len(out); k > 0 && out[k-1].label == label {
			out[k-1].nodes = append(out[k-1].nodes, i)
			continue
		}
		out = append(out, group{label, []int{i}})
	}
	if len(added) > 0 {
		out = append(out, group{"autoscaler", added})
	}
	if len(surge) > 0 {
		out = append(out, group{"surge", surge})
	}
	if len(kept) > 0 {
		out = append(out, group{"kept", kept})
	}
	return out
}

// sortNodes orders nodes by batch, then by when they were drained.
func (g *gantt) sortNodes(nodes []int) {
	start := func(i int) des.Time {
		n := &g.t.Nodes[i]
		switch {
		case n.Batch > 0 || n.Surge:
			return 0
		case len(n.Drains) > 0:
			return n.Drains[0].From
		case len(n.Spans) > 1 && n.Spans[0].State != int(metrics.NodeCreating): // new ones go by number
			return n.Spans[0].To
		}
		return des.Time(math.MaxInt64)
	}
	batch := func(i int) int {
		if b := g.t.Nodes[i].Batch; b > 0 {
			return b
		}
		return math.MaxInt
	}
	slices.SortStableFunc(nodes, func(a, b int) int {
		return cmp.Or(cmp.Compare(batch(a), batch(b)), cmp.Compare(start(a), start(b)), cmp.Compare(a, b))
	})
}

// paint fills the collected shapes: grid below, bars, patterns, then texts.
func (g *gantt) paint() {
	s := g.s
	for _, t := range g.a.ticks() {
		for i := range g.blocks {
			s.vline(g.a.x(t), g.blocks[i].y0-4, g.blocks[i].y1+4, grid, 0.5)
		}
	}
	for _, c := range g.order {
		s.fillShape(*g.shapes[c], c)
	}
	for _, st := range []metrics.NodeState{metrics.NodeReimaging, metrics.NodeCreating, metrics.NodeGoing} {
		if p := g.dotted[dottedColour(st)]; p != nil {
			s.strokeShape(*p, dottedColour(st), 1.5, 2.5, 3)
		}
	}
	for _, h := range g.hatched {
		s.hatch(h.rect, h.tone)
	}
	for i := range g.blocks {
		s.blank(&g.a, g.blocks[i].y0-4, g.blocks[i].y1+4)
	}
	for _, m := range g.marks() {
		for i := range g.blocks {
			s.vline(g.a.x(m.from), g.blocks[i].y0-3, g.blocks[i].y1+3, text, 0.75, 3, 3)
		}
	}
	for _, p := range g.removals {
		s.fillShape(removal(p), ink)
	}
	for _, l := range g.lates {
		s.write(l.f, l.x, l.y, l.str, ink, left)
	}
}

// removal is the mark of a node that the autoscaler begins to remove: a triangle
// that points down.
func removal(at pt) shape {
	var p shape
	p.polygon([]pt{{at.x - 4, at.y - 3.5}, {at.x + 4, at.y - 3.5}, {at.x, at.y + 3.5}})
	return p
}

// finish draws the stop and fades what comes after it.
func (g *gantt) finish(y float64) {
	if !g.t.Stopped || g.untouched() {
		return
	}
	x := g.a.x(g.t.End)
	if g.fades(&g.a) {
		var p shape
		for _, r := range g.rows {
			p.box(rect{x, r.y0, g.a.x1, r.y1})
		}
		g.s.fillShape(p, veil)
	}
	g.s.vline(x, g.rowsTop+4, y+4, red, 1.5)
}

func (g *gantt) footer() []string {
	var out []string
	if len(g.lates) > 0 {
		if g.only >= 0 {
			out = append(out, "In the bars: refused evictions.")
		} else {
			out = append(out, "In the bars: the budget waited for longest, and its refusals.")
		}
	}
	if g.most > 0 {
		out = append(out, "Pods without DaemonSets.")
	}
	if g.t.Stopped && !g.untouched() {
		out = append(out, g.stopLegend(&g.a))
	}
	return append(out, g.cutWords(), "Simulated run.")
}
