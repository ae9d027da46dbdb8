package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// A lateText is written over the bars.
type lateText struct {
	f    face
	x, y float64
	str  string
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
		last := k == len(n.Spans)-1 && sp.To >= g.t.Last
		if sp.To <= sp.From && !last || sp.From > g.a.to {
			continue
		}
		line += fmt.Sprintf(" %s %s;", time.Duration(sp.From).Round(100*time.Millisecond), stateName(g.stateOf(n.Pool, sp)))
		if last {
			if g.isNew(sp) && metrics.NodeState(sp.State) == metrics.NodeReimaging {
				g.span(n, metrics.Span{From: sp.To, To: g.a.to, State: int(metrics.NodeNew)}, b, false)
			} else {
				sp.To = g.a.to
			}
		}
		g.span(n, sp, b, k == 0)
	}
	if n.Removed > 0 && n.Removed <= g.a.to {
		g.removals = append(g.removals, pt{g.a.x(n.Removed), mid})
		line += fmt.Sprintf(" removed by the autoscaler from %s on;", time.Duration(n.Removed).Round(100*time.Millisecond))
	}
	g.s.note("%s", line)
	g.blameLabels(i, b)
	g.numbers(i, mid)
}

// span draws one state of one node.
func (g *gantt) span(n *metrics.NodeTimeline, sp metrics.Span, b rect, leftmost bool) {
	st := g.stateOf(n.Pool, sp)
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
	case metrics.NodeStuck, metrics.NodeDown:
		g.add(nodeColours[st].light, r)
		g.hatched = append(g.hatched, hatching{r, hatchColour(st)})
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
	st := g.stateOf(n.Pool, sp)
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

// blameLabels names in the bar the budget that each drain waited for longest.
func (g *gantt) blameLabels(i int, b rect) {
	for _, d := range g.drainsOf[i] {
		if d.Budget >= 0 && !g.clashes(i) {
			g.blameLabel(d, b)
		}
	}
}

func (g *gantt) blameLabel(d *drainFact, b rect) {
	name := g.budgetName(d.Budget)
	if g.only == d.Budget {
		name = "" // the key names it
	}
	f := face{min(13, g.pitch*0.62), true}
	f.size = max(f.size, 12.5)
	x0, x1 := g.a.x(d.From), g.a.x(d.To)
	short := f.shorten(name, x1-x0-8)
	if len([]rune(short)) < 7 {
		short = ""
	}
	for _, l := range []string{strings.TrimSpace(fmt.Sprintf("%s ×%d", name, d.Refusals)), name, short} {
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
	if all := g.drainsOf[i]; len(all) > 0 {
		d := slices.MaxFunc(all, func(a, b *drainFact) int { return cmp.Compare(a.Length(), b.Length()) })
		f, c, str := faceTick, ink, clock(des.Time(d.Length().Round(time.Second)), g.drainUnit())
		if d.Length() >= g.quantile(0.5)*3/2 && d.Waited*2 > d.Length() {
			f = face{13, true}
		}
		switch {
		case g.stuckNode(i) || all[len(all)-1].State == int(trace.DrainTimedOut):
			f, c, str = face{13, true}, redWords, "never"
		case all[len(all)-1].State == int(trace.DrainStopped):
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
	return g.t.Stopped && slices.ContainsFunc(g.blockers, func(b metrics.Blocker) bool { return b.Node == g.t.Nodes[i].Name })
}

// clashes reports whether several budgets on one pod keep the node's drain from
// ending: it waits for none of them.
func (g *facts) clashes(i int) bool {
	return slices.ContainsFunc(g.blockers, func(b metrics.Blocker) bool { return b.Node == g.t.Nodes[i].Name && len(b.Clash) > 0 })
}

// drainUnit is how drains are spelled in the column: as the longest needs.
func (g *facts) drainUnit() string {
	if d := g.longest(); d != nil && d.Length() >= time.Hour {
		return "h:mm"
	}
	return "m:ss"
}
