package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// crowd is the picture of many nodes in the making: how many are in which
// state, and how long each drain took.
type crowd struct {
	*facts
	s      *sheet
	a      timeAxis
	x      []float64           // left edges of the columns; the last is the right edge
	most   float64             // nodes at one time
	edge   [][]float64         // for each layer and column: nodes in it and below it
	taken  []rect              // labels and leaders placed
	keyed  []metrics.NodeState // layers whose label found no place
	placed []func(y0 float64)  // drawing of the labels, for when the place of the area is known
}

// layers are the states counted, upwards.
var layers = []struct {
	state metrics.NodeState
	fill  tone
	name  string
}{
	{metrics.NodeNew, blue, "new version"},
	{metrics.NodeSurge, sky, "surge nodes"},
	{metrics.NodeSoaking, mix(white, pink, 0.8), "soaking"},
	{metrics.NodeDrained, mix(white, pink, 0.4), "drained, waiting"},
	{metrics.NodeReimaging, hex(0xF0F1F3), "reimaging"},
	{nodeWaiting, orange, "waits for a budget"},
	{metrics.NodeDraining, amber, "draining"},
	{metrics.NodeStuck, red, "not drained"},
	{metrics.NodeDown, mix(white, ink, 0.6), "machine down"},
	{metrics.NodeOld, old, "old version"},
}

const crowdHeight = 300.0

func drawCrowd(f *facts) *Picture {
	c := &crowd{facts: f, s: &sheet{}}
	h := f.nodesHeading()
	y := c.s.head(h)
	c.a = f.axis(140, 814)
	phases := y + 6
	y = f.drawPhases(c.s, &c.a, phases)
	c.count()
	c.taken = c.a.strips(0, crowdHeight)
	c.label()
	y = c.key(y + 2)
	areaTop := y + 8
	c.area(areaTop)
	y = areaTop + crowdHeight
	if len(f.drains) > 0 {
		y = c.dots(y + 26)
	}
	if f.t.Stopped && !f.untouched() {
		c.s.vline(c.a.x(f.t.End), phases-2, y+8, red, 1.5)
	}
	y = c.a.draw(c.s, y)
	c.s.foot(y, c.footer()...)
	return c.s.picture(h, f.alt("Nodes by state over time, and the length of each drain", h))
}

// count fills edge: the layers' counts, column by column, summed up from what
// begins and ends in each column.
func (c *crowd) count() {
	for x := c.a.x0; x < c.a.x1; x += 0.5 {
		c.x = append(c.x, x)
	}
	n := len(c.x)
	c.x = append(c.x, c.a.x1)
	delta := c.deltas(n)
	c.edge = make([][]float64, len(layers))
	below := make([]float64, n)
	for k := range layers {
		c.edge[k] = make([]float64, n)
		sum := 0.0
		for i := range n {
			sum += delta[k][i]
			below[i] += max(0, sum)
			c.edge[k][i] = below[i]
		}
	}
	c.most = max(1, slices.Max(below))
}

// deltas is how many nodes each layer gains in each of n columns.
func (c *crowd) deltas(n int) [][]float64 {
	delta := make([][]float64, len(layers))
	layer := map[metrics.NodeState]int{}
	for k, l := range layers {
		delta[k] = make([]float64, n+1)
		layer[l.state] = k
	}
	begin := func(t des.Time) int {
		if t <= c.t.Start {
			return 0
		}
		return min(n, int((c.a.x(t)-c.a.x0)*2))
	}
	end := func(t des.Time) int {
		if t >= c.t.Last { // also of a run that takes no time
			return n
		}
		return begin(t)
	}
	add := func(st metrics.NodeState, from, to des.Time, nodes float64) {
		if k, ok := layer[st]; ok && to >= from {
			delta[k][begin(from)] += nodes
			delta[k][end(to)] -= nodes
		}
	}
	for i := range c.t.Nodes {
		node := &c.t.Nodes[i]
		for _, sp := range node.Spans {
			add(c.stateOf(node.Pool, sp), sp.From, sp.To, 1)
			if metrics.NodeState(sp.State) != metrics.NodeDraining {
				continue
			}
			for _, w := range node.Waiting() {
				from, to := max(w.From, sp.From), min(w.To, sp.To)
				add(nodeWaiting, from, to, 1)
				add(metrics.NodeDraining, from, to, -1)
			}
		}
	}
	return delta
}

// depth is how far below the top of the area n nodes lie.
func (c *crowd) depth(n float64) float64 { return half(crowdHeight * (1 - n/c.most)) }

// band returns the upper and lower edge of a layer in a column, from the top
// of the area.
func (c *crowd) band(k, i int) (top, bottom float64) {
	lower := 0.0
	if k > 0 {
		lower = c.edge[k-1][i]
	}
	return c.depth(c.edge[k][i]), c.depth(lower)
}

// label finds a place for each layer's name: in it where it is big enough,
// else in a big layer with a leader, else in a key.
func (c *crowd) label() {
	var thin []int
	for k := range layers {
		if c.widest(k) < 0 {
			continue
		}
		if !c.within(k) {
			thin = append(thin, k)
		}
	}
	for _, k := range thin {
		if !c.led(k) {
			c.keyed = append(c.keyed, layers[k].state)
		}
	}
}

// widest is the first column where the layer is thickest; -1 when it is empty.
func (c *crowd) widest(k int) int {
	best, at := 0.0, -1
	for i := range c.edge[k] {
		if top, bottom := c.band(k, i); bottom-top > best {
			best, at = bottom-top, i
		}
	}
	return at
}

// within writes the layer's name inside it when it fits.
func (c *crowd) within(k int) bool {
	f := faceName
	w := int(math.Ceil(2*(f.width(layers[k].name)+16))) + 1
	strips := c.a.strips(0, crowdHeight)
	best, at, mid := 26.0, -1, 0.0
	for i := 0; i+w <= len(c.edge[k]); i += 4 {
		top, bottom := 0.0, crowdHeight
		for j := i; j < i+w; j += 2 {
			t, b := c.band(k, j)
			top, bottom = max(top, t), min(bottom, b)
		}
		span := rect{c.x[i], 0, c.x[i] + float64(w)/2, crowdHeight}
		cut := slices.ContainsFunc(strips, func(r rect) bool { return r.overlap(span) > 0 })
		if bottom-top > best && !cut {
			best, at, mid = bottom-top, i, (top+bottom)/2
		}
	}
	if at < 0 {
		return false
	}
	x := c.x[at] + float64(w)/4
	colour := readable(layers[k].fill)
	c.taken = append(c.taken, boxOf(f, layers[k].name, x, mid, centre).grow(4))
	c.placed = append(c.placed, func(y0 float64) { c.s.write(f, x, y0+mid, layers[k].name, colour, centre) })
	return true
}

// led writes the layer's name in the old or the new layer, with a leader.
func (c *crowd) led(k int) bool {
	f := faceStrong
	name := layers[k].name
	w := f.width(name)
	for _, i := range c.anchors(k) {
		top, bottom := c.band(k, i)
		at := pt{c.x[i], (top + bottom) / 2}
		lifts := []float64{-40, -64, -88, 44, 68, -112, 92, 116, -140, 140}
		if k <= 2 { // next to the new version
			lifts = []float64{44, 68, -40, 92, -64, 116, -88, 140, -112, -140}
		}
		for _, lift := range lifts {
			for _, shift := range []float64{0, -w / 3, w / 3} {
				b := boxOf(f, name, at.x+shift, at.y+lift, centre)
				leader := rect{at.x - 1, min(at.y, b.y1), at.x + 1, max(at.y, b.y0)}
				host := c.host(b.grow(4))
				if host < 0 || c.hits(b.grow(5)) || c.hits(leader) {
					continue
				}
				c.taken = append(c.taken, b.grow(3), leader)
				c.placed = append(c.placed, func(y0 float64) { c.drawLed(y0, name, at, b, layers[host].fill) })
				return true
			}
		}
	}
	return false
}

func (c *crowd) drawLed(y0 float64, name string, at pt, b rect, ground tone) {
	colour := readable(ground)
	from := y0 + b.y1 + 1
	if b.y0 > at.y {
		from = y0 + b.y0 - 2
	}
	c.s.vline(at.x, from, y0+at.y, ink, 1)
	c.s.dot(pt{crisp(at.x, 1), y0 + at.y}, 2.25, ink)
	c.s.write(faceStrong, b.x0, y0+b.y0+0.40*faceStrong.size, name, colour, left)
}

// anchors are columns where the layer is thick enough to point at, the middle
// of the picture first.
func (c *crowd) anchors(k int) []int {
	t, b := c.band(k, c.widest(k))
	least := max(3, (b-t)*0.6)
	var out []int
	for i := 0; i < len(c.edge[k]); i += 6 {
		if top, bottom := c.band(k, i); bottom-top >= least {
			out = append(out, i)
		}
	}
	// Each layer prefers a place of its own, so that leaders don't crowd.
	mid := len(c.edge[k]) * (3 + (3*k)%5) / 10
	slices.SortStableFunc(out, func(a, b int) int {
		return cmp.Compare(max(a-mid, mid-a), max(b-mid, mid-b))
	})
	return out
}

// host is the big layer that r lies in; -1 for none.
func (c *crowd) host(r rect) int {
	if r.x0 < c.a.x0+4 || r.x1 > c.a.x1-4 {
		return -1
	}
	for _, k := range []int{len(layers) - 1, 0} {
		fits := true
		for i := int((r.x0 - c.a.x0) * 2); i <= int((r.x1-c.a.x0)*2) && i < len(c.edge[k]) && fits; i++ {
			top, bottom := c.band(k, i)
			fits = r.y0 >= top+2 && r.y1 <= bottom-2
		}
		if fits {
			return k
		}
	}
	return -1
}

func (c *crowd) hits(r rect) bool {
	return slices.ContainsFunc(c.taken, func(o rect) bool { return o.overlap(r) > 0 })
}

// key names the layers that are too thin for a label.
func (c *crowd) key(y float64) float64 {
	if len(c.keyed) == 0 {
		return y
	}
	x := c.a.x0
	for k := range layers {
		if !slices.Contains(c.keyed, layers[k].state) {
			continue
		}
		c.s.box(rect{x, y - 1, x + 18, y + 13}, rules)
		c.s.box(rect{x + 0.5, y - 0.5, x + 17.5, y + 12.5}, layers[k].fill)
		x = c.s.write(faceLabel, x+25, y+6, layers[k].name, ink, left).x1 + 18
	}
	return y + 20
}

// area draws the stacked counts with their top at y.
func (c *crowd) area(y float64) {
	s := c.s
	s.write(faceName, margin, y+6, "nodes", ink, left)
	for k := len(layers) - 1; k >= 0; k-- {
		if c.widest(k) < 0 {
			continue
		}
		var p shape
		pts := []pt{{c.a.x0, y + crowdHeight}}
		last := math.Inf(1)
		for i := range c.edge[k] {
			if v := y + c.depth(c.edge[k][i]); v != last {
				if i > 0 {
					pts = append(pts, pt{c.x[i], last})
				}
				pts = append(pts, pt{c.x[i], v})
				last = v
			}
		}
		pts = append(pts, pt{c.a.x1, last}, pt{c.a.x1, y + crowdHeight})
		p.polygon(pts)
		s.fillShape(p, layers[k].fill)
		c.noteLayer(k)
	}
	s.blank(&c.a, y, y+crowdHeight)
	var p shape
	for _, t := range c.a.ticks() {
		x := crisp(c.a.x(t), 0.5)
		p.open([]pt{{x, y}, {x, y + crowdHeight}})
	}
	c.numbersOf(y, &p)
	s.strokeShape(p, tone{R: 255, G: 255, B: 255, A: 90}, 0.5)
	for _, draw := range c.placed {
		draw(y)
	}
	if c.t.Stopped && c.fades(&c.a) {
		s.box(rect{c.a.x(c.t.End), y, c.a.x1, y + crowdHeight}, veil)
	}
}

// numbersOf labels the axis of counts: the most, the count at the start, and
// round numbers between.
func (c *crowd) numbersOf(y float64, p *shape) {
	most := c.most
	start := c.edge[len(layers)-1][0]
	step := niceStep(most, 5)
	var ticks []float64
	add := func(v float64) {
		for _, t := range ticks {
			if math.Abs(c.depth(t)-c.depth(v)) < 13 {
				return
			}
		}
		ticks = append(ticks, v)
	}
	add(start)
	add(0)
	add(most)
	for v := step; v < most; v += step {
		add(v)
	}
	for _, v := range ticks {
		at := y + c.depth(v)
		c.s.write(faceTick, c.a.x0-8, at, number(int(v)), muted, right)
		p.open([]pt{{c.a.x0, crisp(at, 0.5)}, {c.a.x1, crisp(at, 0.5)}})
	}
}

// niceStep is a round step of which at most n fit below most.
func niceStep(most float64, n int) float64 {
	for scale := 1.0; ; scale *= 10 {
		for _, m := range []float64{1, 2, 2.5, 5} {
			if s := m * scale; s == math.Trunc(s) && most/s < float64(n) {
				return s
			}
		}
	}
}

func (c *crowd) noteLayer(k int) {
	line := fmt.Sprintf("layer %s:", layers[k].name)
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		i := min(len(c.edge[k])-1, int(share*float64(len(c.edge[k]))))
		n := c.edge[k][i]
		if k > 0 {
			n -= c.edge[k-1][i]
		}
		line += fmt.Sprintf(" %g", n)
	}
	c.s.note("%s (nodes at 0, 25, 50, 75, 100 %% of the time)", line)
}

func (c *crowd) footer() []string {
	var out []string
	if len(c.drains) > 0 {
		out = append(out, "Dots: orange-red if a budget took over half of the drain. Labels: node, budget waited for longest, its refusals.")
	}
	if c.t.Stopped && !c.untouched() {
		out = append(out, c.stopLegend(&c.a))
	}
	return append(out, c.cutWords(), "Simulated run.")
}
