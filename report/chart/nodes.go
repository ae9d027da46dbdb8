package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// rowLimit is how many nodes get a row each; of more, counts are drawn.
const rowLimit = 44

// nodeColour is how a state of a node looks: light where the node is empty,
// dark up to how many pods it has.
type nodeColour struct{ light, dark tone }

var nodeColours = map[metrics.NodeState]nodeColour{
	metrics.NodeOld:      {hex(0xE7EAEE), hex(0xA9B0B8)},
	metrics.NodeNew:      {tint(blue), blue},
	metrics.NodeSurge:    {tint(sky), sky},
	metrics.NodeDraining: {mix(white, amber, 0.45), amber},
	metrics.NodeSoaking:  {mix(white, pink, 0.45), mix(white, pink, 0.45)},
	metrics.NodeStuck:    {mix(white, red, 0.16), mix(white, red, 0.5)},
	nodeWaiting:          {mix(white, orange, 0.45), orange},
}

// nodeWaiting is drawn where a draining node waits for a budget.
const nodeWaiting = metrics.NodeStuck + 1

// inOrder are the states in the order of the key.
var inOrder = []metrics.NodeState{
	metrics.NodeOld, metrics.NodeDraining, nodeWaiting, metrics.NodeSoaking, metrics.NodeReimaging,
	metrics.NodeNew, metrics.NodeSurge, metrics.NodeCreating, metrics.NodeGoing, metrics.NodeStuck,
}

// gantt is the picture with a row for each node in the making.
type gantt struct {
	*facts
	s       *sheet
	a       timeAxis
	labels  []string
	drainOf map[int]*drainFact
	most    int32 // pods on one node
	pitch   float64
	shapes  map[tone]*shape // one for each colour, filled in one go
	order   []tone
	dotted  map[tone]*shape
	hatched []rect
	seen    map[metrics.NodeState]bool
	rowsTop float64
	rows    []rect
	blocks  []rect // groups of rows
	only    int    // the budget that all drains waited for; -1: there are several, or none
	lates   []lateText
}

// A lateText is written over the bars.
type lateText struct {
	f    face
	x, y float64
	str  string
}

func drawNodes(t *metrics.Timeline, o Options) *Picture {
	f := gather(t, o)
	if len(t.Nodes) > rowLimit {
		return drawCrowd(f)
	}
	g := &gantt{facts: f, s: &sheet{}, labels: nodeLabels(t), drainOf: map[int]*drainFact{},
		shapes: map[tone]*shape{}, dotted: map[tone]*shape{}, seen: map[metrics.NodeState]bool{}}
	for i := range f.drains {
		g.drainOf[f.drains[i].node] = &f.drains[i]
	}
	for i := range t.Nodes {
		for _, v := range t.Nodes[i].Pods.Value {
			g.most = max(g.most, v)
		}
	}
	h := f.nodesHeading(g.labels)
	y := g.s.head(h)
	g.a = newTimeAxis(f.from, f.to, g.leftEdge(), 728)
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
			if g.a.x(s.To)-g.a.x(s.From) > 5 || g.a.x(s.To) > g.a.x(s.From) && nodeColours[metrics.NodeState(s.State)].dark.A > 0 {
				g.seen[metrics.NodeState(s.State)] = true
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

// onlyBudget is the budget that all waiting drains blame; -1 when they differ.
func (f *facts) onlyBudget() int {
	only := -1
	for _, d := range f.drains {
		if d.budget >= 0 && only >= 0 && d.budget != only {
			return -1
		}
		only = max(only, d.budget)
	}
	return only
}

func (g *gantt) leftEdge() float64 {
	w := 0.0
	for _, l := range g.labels {
		w = max(w, faceTick.width(faceTick.shorten(l, 90)))
	}
	return min(max(140, margin+72+w), 190)
}

// key draws what the colours mean, only those that occur.
func (g *gantt) key(y float64) float64 {
	x := margin
	entry := func(label string, draw func(x float64) float64) {
		if x+27+faceLabel.width(label) > pageWidth-margin {
			x, y = margin, y+24
		}
		to := draw(x)
		b := g.s.write(faceLabel, to+7, y, label, ink, left)
		x = b.x1 + 17
	}
	box := func(c tone) func(float64) float64 {
		return func(x float64) float64 {
			g.s.box(rect{x, y - 7, x + 20, y + 7}, c)
			return x + 20
		}
	}
	from, to := g.versionsOfNodes()
	waits := "waits for a budget"
	if g.only >= 0 {
		waits = "waits for budget “" + faceLabel.shorten(g.budgetName(g.only), 180) + "”"
	}
	names := map[metrics.NodeState]string{
		metrics.NodeOld: from, metrics.NodeDraining: "draining", nodeWaiting: waits,
		metrics.NodeSoaking: "soaking", metrics.NodeReimaging: "reimaging", metrics.NodeNew: to,
		metrics.NodeSurge: "surge node", metrics.NodeCreating: "being created", metrics.NodeGoing: "being deleted",
		metrics.NodeStuck: "not drained",
	}
	for _, st := range inOrder {
		if !g.seen[st] {
			continue
		}
		entry(names[st], func(x float64) float64 {
			r := rect{x, y - 7, x + 20, y + 7}
			switch st {
			case metrics.NodeReimaging, metrics.NodeCreating, metrics.NodeGoing:
				g.s.hline(x, x+22, y, dottedColour(st), 1.5, 2.5, 3)
				return x + 22
			case metrics.NodeStuck:
				g.s.box(r, nodeColours[st].light)
				g.s.hatch(r, red)
			case metrics.NodeSoaking:
				g.s.box(r, nodeColours[st].light)
				g.s.fillShape(dots(r), pink)
			default:
				return box(nodeColours[st].dark)(x)
			}
			return x + 20
		})
	}
	if g.most > 0 {
		entry("dark part: pods", func(x float64) float64 {
			g.s.box(rect{x, y - 7, x + 20, y + 7}, nodeColours[metrics.NodeOld].light)
			g.s.box(rect{x, y - 2, x + 20, y + 7}, mix(muted, white, 0.2))
			g.s.box(rect{x, y - 2, x + 8, y + 2}, nodeColours[metrics.NodeOld].light)
			return x + 20
		})
	}
	return y + 14
}

// versionsOfNodes names the old and the new version, or says old and new where
// pools differ.
func (g *facts) versionsOfNodes() (from, to string) {
	from, to = "", ""
	for i := range g.t.Pools {
		a, b := poolStart(g.t.Header, i), ""
		if i < len(g.t.Run.Pools) {
			b = g.t.Run.Pools[i].EndVersion
		}
		if from != "" && from != a {
			from = "old version"
		}
		if from == "" {
			from = a
		}
		if !g.t.Pools[i].Upgrade.Ran || b == a {
			continue
		}
		if to != "" && to != b {
			to = "new version"
		}
		if to == "" {
			to = b
		}
	}
	return cmp.Or(from, "old version"), cmp.Or(to, "new version")
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

// controlPlaneRow draws the control plane's upgrade above the nodes.
func (g *facts) controlPlaneRowOf(s *sheet, a *timeAxis, y float64) float64 {
	if !g.t.ControlPlane.Ran {
		return y
	}
	row := g.phaseRows()[0]
	s.write(faceStrong, margin, y+phaseHeight/2, faceStrong.shorten(row.name, a.x0-margin-6), ink, left)
	s.segmentRow(a, &row, y)
	g.noteRow(s, a, &row)
	return y + phaseHeight + 8
}

func (g *gantt) controlPlaneRow(y float64) float64 { return g.controlPlaneRowOf(g.s, &g.a, y) }

// columnHeads names the columns and, above the nodes, what begins when.
func (g *gantt) columnHeads(y float64) float64 {
	s := g.s
	s.write(faceTick, margin, y+12, "node", muted, left)
	if len(g.drains) > 0 {
		s.write(faceTick, 796, y+12, "drain", muted, right)
	}
	if g.most > 0 {
		s.write(faceTick, pageWidth-margin, y+12, "pods", muted, right)
	}
	last := g.a.x0 - 4
	for _, m := range g.marks() {
		x := g.a.x(m.from)
		for _, label := range m.labels {
			w := faceTick.width(label)
			if x+4+w > g.a.x1+30 || x+2 < last {
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
			case sg.fill == skyFill && sg.from == p.Upgrade.Start:
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
		v := poolStart(g.t.Header, p)
		if p < len(g.t.Run.Pools) {
			v = change(v, g.t.Run.Pools[p].EndVersion)
		}
		g.s.write(faceTick, b.x1+10, y+g.pitch/2-1, v, muted, left)
		y += g.pitch - 1
	}
	if label != "" {
		g.s.write(faceStrong, margin, y+g.pitch/2, faceStrong.shorten(label, g.a.x0-margin-44), text, left)
	}
	return y
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
	var own, surge []int
	for i := range g.t.Nodes {
		n := &g.t.Nodes[i]
		if n.Pool != pool {
			continue
		}
		if n.Surge {
			surge = append(surge, i)
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
	g.sortNodes(surge)
	var out []group
	for _, i := range own {
		b := g.t.Nodes[i].Batch
		label := ""
		switch {
		case big && b > 0:
			label = fmt.Sprintf("batch %d", b)
		case big:
			label = "not begun"
		}
		if k := len(out); k > 0 && out[k-1].label == label {
			out[k-1].nodes = append(out[k-1].nodes, i)
			continue
		}
		out = append(out, group{label, []int{i}})
	}
	if len(surge) > 0 {
		out = append(out, group{"surge", surge})
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
		case n.Drain.To > n.Drain.From:
			return n.Drain.From
		case len(n.Spans) > 1:
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

func (g *gantt) add(c tone, r rect) {
	p := g.shapes[c]
	if p == nil {
		p = &shape{}
		g.shapes[c] = p
		g.order = append(g.order, c)
	}
	p.box(r)
}

// row draws one node's life from y to y + pitch.
func (g *gantt) row(i int, y float64) {
	n := &g.t.Nodes[i]
	mid := y + g.pitch/2
	b := rect{g.a.x0, half(mid - g.pitch*0.4), g.a.x1, half(mid + g.pitch*0.4)}
	g.rows = append(g.rows, b)
	g.s.write(faceTick, g.a.x0-8, mid, faceTick.shorten(g.labels[i], 90), text, right)
	line := fmt.Sprintf("node %s (%s):", g.labels[i], n.Name)
	for k, sp := range n.Spans {
		if sp.To <= sp.From || sp.From > g.a.to {
			continue
		}
		line += fmt.Sprintf(" %s %s;", time.Duration(sp.From).Round(100*time.Millisecond), stateName(metrics.NodeState(sp.State)))
		if k == len(n.Spans)-1 && sp.To >= g.t.Last {
			if g.isNew(sp) && metrics.NodeState(sp.State) == metrics.NodeReimaging {
				g.span(n, metrics.Span{From: sp.To, To: g.a.to, State: int(metrics.NodeNew)}, b, false)
			} else {
				sp.To = g.a.to
			}
		}
		g.span(n, sp, b, k == 0)
	}
	g.s.note("%s", line)
	g.blameLabel(i, b)
	g.numbers(i, mid)
}

func stateName(st metrics.NodeState) string {
	return [...]string{"", "creating", "old", "draining", "soaking", "reimaging", "new", "surge", "going", "stuck", "waiting"}[st]
}

// span draws one state of one node.
func (g *gantt) span(n *metrics.NodeTimeline, sp metrics.Span, b rect, leftmost bool) {
	st := metrics.NodeState(sp.State)
	r := rect{g.a.x(sp.From), b.y0, g.a.x(sp.To), b.y1}
	if leftmost && sp.From <= g.t.Start && !n.Surge {
		r.x0 = g.a.x0
	}
	switch st {
	case metrics.NodeReimaging, metrics.NodeCreating, metrics.NodeGoing:
		c := dottedColour(st)
		if g.dotted[c] == nil {
			g.dotted[c] = &shape{}
		}
		y := crisp((b.y0+b.y1)/2, 1.5)
		if r.x1-r.x0 > 5 {
			g.dotted[c].open([]pt{{r.x0 + 2, y}, {r.x1 - 1, y}})
		}
		return
	case metrics.NodeStuck:
		g.add(nodeColours[st].light, r)
		g.hatched = append(g.hatched, r)
		return
	case metrics.NodeSoaking:
		g.add(nodeColours[st].light, r)
		p := dots(r)
		if g.shapes[pink] == nil {
			g.shapes[pink] = &shape{}
			g.order = append(g.order, pink)
		}
		g.shapes[pink].path = append(g.shapes[pink].path, p.path...)
		return
	}
	g.pieces(n, sp, r)
}

// pieces draws a state with its pods, cut where waits for a budget begin and
// end.
func (g *gantt) pieces(n *metrics.NodeTimeline, sp metrics.Span, r rect) {
	st := metrics.NodeState(sp.State)
	g.filled(n, nodeColours[st], r, sp)
	if st != metrics.NodeDraining {
		return
	}
	for _, w := range n.Waits {
		from, to := max(w.From, sp.From), min(w.To, sp.To)
		if to <= from {
			continue
		}
		g.filled(n, nodeColours[nodeWaiting], rect{g.a.x(from), r.y0, g.a.x(to), r.y1},
			metrics.Span{From: from, To: to})
	}
}

// filled draws r light and, as high as the node's pods, dark.
func (g *gantt) filled(n *metrics.NodeTimeline, c nodeColour, r rect, sp metrics.Span) {
	g.add(c.light, r)
	if g.most == 0 {
		return
	}
	for k, at := range n.Pods.At {
		until := sp.To
		if k+1 < len(n.Pods.At) {
			until = min(until, n.Pods.At[k+1])
		}
		at = max(at, sp.From)
		if until <= at || n.Pods.Value[k] <= 0 {
			continue
		}
		x0, x1 := g.a.x(at), g.a.x(until)
		if at == sp.From {
			x0 = r.x0
		}
		if until == sp.To {
			x1 = r.x1
		}
		h := r.h() * float64(n.Pods.Value[k]) / float64(g.most)
		g.add(c.dark, rect{x0, r.y1 - h, x1, r.y1})
	}
}

// blameLabel names in the bar the budget that the drain waited for longest.
func (g *gantt) blameLabel(i int, b rect) {
	d := g.drainOf[i]
	if d == nil || d.budget < 0 {
		return
	}
	name := g.budgetName(d.budget)
	if g.only == d.budget {
		name = "" // the key names it
	}
	f := face{min(13, g.pitch*0.62), true}
	f.size = max(f.size, 12.5)
	x0, x1 := g.a.x(g.t.Nodes[i].Drain.From), g.a.x(g.t.Nodes[i].Drain.To)
	short := f.shorten(name, x1-x0-8)
	if len([]rune(short)) < 7 {
		short = ""
	}
	for _, l := range []string{strings.TrimSpace(fmt.Sprintf("%s ×%d", name, d.refusals)), name, short} {
		if l != "" && f.width(l)+7 <= x1-x0 {
			g.late(f, x0+5, (b.y0+b.y1)/2, l)
			return
		}
	}
}

// late texts are written over the bars, once these are painted.
func (g *gantt) late(f face, x, y float64, str string) {
	g.lates = append(g.lates, lateText{f, x, y, str})
}

// numbers writes how long the drain took and how many pods the node had.
func (g *gantt) numbers(i int, mid float64) {
	n := &g.t.Nodes[i]
	if d := g.drainOf[i]; d != nil {
		f, c, str := faceTick, ink, clock(des.Time(d.length.Round(time.Second)), g.drainUnit())
		if d.length >= g.quantile(0.5)*3/2 && d.waited*2 > d.length {
			f = face{13, true}
		}
		switch {
		case g.stuckNode(i) || n.Drain.State == int(trace.DrainTimedOut):
			f, c, str = face{13, true}, redWords, "never"
		case n.Drain.State == int(trace.DrainStopped):
			f, c, str = faceTick, muted, "broken off"
		}
		g.s.write(f, 796, mid, str, c, right)
	}
	if g.most == 0 {
		return
	}
	begin, most, last := int32(0), int32(0), int32(0)
	for k, v := range n.Pods.Value {
		if n.Pods.At[k] <= g.t.Start {
			begin = v
		}
		most, last = max(most, v), v
	}
	str := fmt.Sprintf("%d → %d", begin, last)
	if n.Surge {
		str = fmt.Sprintf("max %d", most)
	}
	g.s.write(faceTick, pageWidth-margin, mid, str, ink, right)
}

func (g *facts) stuckNode(i int) bool {
	b := g.t.Run.Blocker
	return b != nil && g.t.Stopped && b.Node == g.t.Nodes[i].Name
}

// drainUnit is how drains are spelled in the column: as the longest needs.
func (g *facts) drainUnit() string {
	if d := g.longest(); d != nil && d.length >= time.Hour {
		return "h:mm"
	}
	return "m:ss"
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
	for _, r := range g.hatched {
		s.hatch(r, red)
	}
	for _, m := range g.marks() {
		for i := range g.blocks {
			s.vline(g.a.x(m.from), g.blocks[i].y0-3, g.blocks[i].y1+3, text, 0.75, 3, 3)
		}
	}
	for _, l := range g.lates {
		s.write(l.f, l.x, l.y, l.str, ink, left)
	}
}

// finish draws the stop and fades what comes after it.
func (g *gantt) finish(y float64) {
	if !g.t.Stopped || g.untouched() {
		return
	}
	x := g.a.x(g.t.End)
	if g.a.x1-x > 1 {
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
	if g.seen[nodeWaiting] {
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
		out = append(out, "Red line: the stop; faded: after it.")
	}
	return append(out, "Simulated run.")
}
