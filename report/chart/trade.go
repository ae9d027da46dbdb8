package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// chart draws dots, bars and front with its top at y.
func (c *comparison) chart(y float64) float64 {
	s := c.s
	title := c.levelTitle()
	s.write(faceTick, margin, y+6, title, muted, left)
	c.plot = rect{80, y + 34, pageWidth - margin - 8, y + 34 + 312}
	unfinished := slices.ContainsFunc(c.all, func(k candidate) bool { return !k.finishes })
	if unfinished {
		c.plot.x1 -= 154
	}
	longest := c.ranges()
	c.a = newTimeAxis(0, des.Time(longest*1.07*1e9), c.plot.x0, c.plot.x1)
	c.window()
	c.gridLines()
	c.p = placer{area: rect{c.plot.x0 + 4, c.plot.y0 - 22, c.plot.x1 - 2, c.plot.y1 - 2}}
	c.targetLine()
	c.front()
	for i := range c.all {
		c.whiskers(&c.all[i])
	}
	for i := range c.all {
		c.marker(&c.all[i])
	}
	c.windowLabel()
	c.names()
	if unfinished {
		c.unfinished()
	}
	return c.axes()
}

// levelTitle says what the y axis is, and which way is better.
func (c *comparison) levelTitle() string {
	if c.losses {
		for i := range c.all {
			if k := &c.all[i]; k.finishes {
				return fmt.Sprintf("pod-minutes lost, all workloads  (↓ better); the median worst share is %s in all", percent(k.ready.Median))
			}
		}
	}
	return "worst share of ready replicas in any workload  (↑ safer)"
}

// ranges sets the range of the y axis and returns the longest duration, in
// seconds.
func (c *comparison) ranges() float64 {
	longest := c.m.WindowSeconds
	c.floor, c.top = 1, 1
	if c.losses {
		c.floor, c.top = 0, 0
	}
	for i := range c.all {
		k := &c.all[i]
		_, late := c.spread(k.duration)
		for _, d := range []float64{k.duration.Median, late} {
			if k.finishes && !math.IsInf(d, 0) {
				longest = max(longest, d)
			}
		}
		low, high := c.spread(k.level)
		switch {
		case c.losses && k.finishes:
			c.top = max(c.top, 1.08*high)
		case !c.losses && k.hasReady:
			c.floor = min(c.floor, low)
		}
	}
	if c.losses {
		return longest
	}
	if c.target > 0 {
		c.floor = min(c.floor, c.target)
	}
	c.floor = max(0, math.Floor(c.floor*10-0.3)/10)
	return longest
}

func (c *comparison) y(value float64) float64 {
	return c.plot.y1 - (value-c.floor)/(c.top-c.floor)*c.plot.h()
}

func (c *comparison) x(seconds float64) float64 {
	if math.IsInf(seconds, 1) {
		return c.plot.x1
	}
	return c.a.x(des.Time(seconds * 1e9))
}

func (c *comparison) window() {
	if c.m.WindowSeconds > 0 {
		c.s.box(rect{c.x(c.m.WindowSeconds), c.plot.y0, c.plot.x1, c.plot.y1}, hex(0xF3F1F2))
	}
}

func (c *comparison) gridLines() {
	if c.losses {
		c.lossLines()
		return
	}
	step := 0.1
	switch r := 1 - c.floor; {
	case r <= 0.21:
		step = 0.05
	case r > 0.61:
		step = 0.2
	}
	for k := 0; 1-float64(k)*step >= c.floor-1e-9; k++ {
		share := 1 - float64(k)*step
		c.s.hline(c.plot.x0, c.plot.x1, c.y(share), grid, 0.5)
		label := fmt.Sprintf("%.0f", share*100)
		if k == 0 {
			label += " %"
		}
		c.s.write(faceTick, c.plot.x0-8, c.y(share), label, muted, right)
	}
}

// lossLines are the grid of pod-minutes, at most six.
func (c *comparison) lossLines() {
	step := math.Pow(10, math.Floor(math.Log10(c.top/60)))
	for _, k := range []float64{0.1, 0.2, 0.5, 1, 2} {
		if c.top/60/(step*k) <= 6 {
			step *= k
			break
		}
	}
	for v := 0.0; v*60 <= c.top; v += step {
		c.s.hline(c.plot.x0, c.plot.x1, c.y(v*60), grid, 0.5)
		c.s.write(faceTick, c.plot.x0-8, c.y(v*60), strconv.FormatFloat(v, 'g', 4, 64), muted, right)
	}
}

func (c *comparison) targetLine() {
	if c.losses {
		return
	}
	if c.target <= 0 || c.target > 1 {
		return
	}
	y := c.y(c.target)
	c.s.hline(c.plot.x0, c.plot.x1, y, ink, 1, 5, 3)
	label := "target " + metrics.Ratio.SpellExactly(c.target)
	for _, at := range []float64{y + 11, y - 11} {
		b := boxOf(faceStrong, label, c.plot.x1-6, at, right)
		if c.touches(b) {
			continue
		}
		c.s.write(faceStrong, c.plot.x1-6, at, label, ink, right)
		c.p.obstacles = append(c.p.obstacles, b.grow(4))
		break
	}
	c.p.obstacles = append(c.p.obstacles, rect{c.plot.x0, y - 1, c.plot.x1, y + 1})
}

// touches reports whether r would lie on a dot or bar that is still to come.
func (c *comparison) touches(r rect) bool {
	for i := range c.all {
		k := &c.all[i]
		if !k.finishes || !k.hasReady {
			continue
		}
		x, y := c.x(k.duration.Median), c.y(k.level.Median)
		early, late := c.spread(k.duration)
		low, high := c.spread(k.level)
		if r.overlap(rect{x, y, x, y}.grow(10)) > 0 ||
			r.overlap(rect{c.x(early), y, c.x(late), y}.grow(3)) > 0 ||
			r.overlap(rect{x, c.y(high), x, c.y(low)}.grow(3)) > 0 {
			return true
		}
	}
	return false
}

// front draws the steps of the best possible trade-off through the strategies
// that no other beats.
func (c *comparison) front() {
	var best []*candidate
	for i := range c.all {
		if k := &c.all[i]; k.ranked && k.finishes && k.hasReady && !k.beaten {
			best = append(best, k)
		}
	}
	slices.SortStableFunc(best, func(a, b *candidate) int { return cmp.Compare(a.duration.Median, b.duration.Median) })
	best = c.rising(best)
	if len(best) < 2 {
		return
	}
	x, y := c.x(best[0].duration.Median), c.plot.y1
	if c.losses {
		y = c.plot.y0
	}
	pts := []pt{{x, y}}
	segment := func(q pt) {
		pts = append(pts, q)
		c.p.obstacles = append(c.p.obstacles, rect{min(x, q.x), min(y, q.y), max(x, q.x), max(y, q.y)}.grow(2.5))
		x, y = q.x, q.y
	}
	for i, k := range best {
		segment(pt{x, c.y(k.level.Median)})
		if i+1 < len(best) {
			segment(pt{c.x(best[i+1].duration.Median), y})
		}
	}
	segment(pt{c.plot.x1, y})
	var p shape
	p.open(pts)
	c.s.strokeShape(p, skyFill, 4)
	names := make([]string, len(best))
	for i, k := range best {
		names[i] = k.Strategy
	}
	c.s.note("front: %s", strings.Join(names, ", "))
}

// rising keeps of strategies in order of duration those that are better on the y
// axis than all faster ones: one may be beaten by no other only for what it
// costs.
func (c *comparison) rising(list []*candidate) []*candidate {
	var out []*candidate
	for _, k := range list {
		if n := len(out); n == 0 || c.losses == (k.level.Median < out[n-1].level.Median) && k.level.Median != out[n-1].level.Median {
			out = append(out, k)
		}
	}
	return out
}

// whiskers draws where 90 % of the runs lie, in both directions.
func (c *comparison) whiskers(k *candidate) {
	if !k.finishes || !k.hasReady {
		return
	}
	k.at = pt{c.x(k.duration.Median), c.y(k.level.Median)}
	c.p.obstacles = append(c.p.obstacles, rect{k.at.x, k.at.y, k.at.x, k.at.y}.grow(8))
	if k.Replications < 2 {
		return
	}
	early, late := c.spread(k.duration)
	low, high := c.spread(k.level)
	x0, x1 := c.x(early), c.x(late)
	c.s.hline(x0, x1, k.at.y, k.colour, 2)
	if math.IsInf(late, 1) {
		var p shape
		p.polygon([]pt{{x1, k.at.y}, {x1 - 8, k.at.y - 5}, {x1 - 8, k.at.y + 5}})
		c.s.fillShape(p, k.colour)
	}
	y0, y1 := c.y(high), c.y(max(low, c.floor))
	c.s.vline(k.at.x, y0, y1, k.colour, 2)
	c.p.obstacles = append(c.p.obstacles,
		rect{x0, k.at.y, x1, k.at.y}.grow(1.5), rect{k.at.x, y0, k.at.x, y1}.grow(1.5))
}

// marker draws a strategy's median: a filled dot, hollow when it is beaten, a
// hollow square when it ends at other versions.
func (c *comparison) marker(k *candidate) {
	if !k.finishes || !k.hasReady {
		return
	}
	r := 6.5 + 4*float64(c.above(k))
	if k.best {
		r += 2
	}
	if !k.ranked {
		box := func(d float64, col tone) {
			c.s.box(rect{k.at.x, k.at.y, k.at.x, k.at.y}.grow(d), col)
		}
		box(r+1, white)
		box(r-0.5, k.colour)
		box(r-3, white)
		return
	}
	c.s.dot(k.at, r+2, white)
	c.s.dot(k.at, r, k.colour)
	if k.beaten {
		c.s.dot(k.at, r-2.5, white)
	}
}

// above counts the dots that will be drawn over k's: k is drawn larger, so that
// all can be seen.
func (c *comparison) above(k *candidate) int {
	n := 0
	for i := len(c.all) - 1; &c.all[i] != k; i-- {
		o := &c.all[i]
		if o.finishes && o.hasReady && math.Hypot(o.at.x-k.at.x, o.at.y-k.at.y) < 5 {
			n++
		}
	}
	return min(n, 3)
}

func (c *comparison) windowLabel() {
	if c.m.WindowSeconds <= 0 {
		return
	}
	x := c.x(c.m.WindowSeconds)
	c.s.vline(x, c.plot.y0-6, c.plot.y1, ink, 1.5)
	line := rect{x - 1, c.plot.y0, x + 1, c.plot.y1}
	c.p.obstacles = append(c.p.obstacles, line)
	label := "window ends " + c.a.clock(des.Time(c.m.WindowSeconds*1e9))
	w := faceStrong.width(label)
	for _, y := range []float64{c.plot.y1 - 13, c.plot.y0 + 13, c.plot.y0 - 14} {
		for _, x0 := range []float64{x + 8, x - 8 - w} {
			b := boxOf(faceStrong, label, x0, y, left)
			if b.x1 > c.plot.x1 || b.x0 < c.plot.x0 || c.touches(b) || y < c.plot.y0 && x0 < x {
				continue
			}
			c.s.write(faceStrong, x0, y, label, ink, left)
			c.p.obstacles = append(c.p.obstacles, b.grow(4))
			return
		}
	}
}

// names labels the dots, the recommended strategy first.
func (c *comparison) names() {
	order := make([]*candidate, 0, len(c.all))
	for i := range c.all {
		if c.all[i].finishes && c.all[i].hasReady {
			order = append(order, &c.all[i])
		}
	}
	slices.SortStableFunc(order, func(a, b *candidate) int { return first(a.best, b.best) })
	for _, k := range order {
		name := faceName.shorten(k.Strategy, 190)
		below := fmt.Sprintf("%s, %s", c.clockOf(k.duration.Median), c.levelWords(k))
		switch {
		case !k.ranked:
			below += ", other versions"
		case k.beaten:
			below += ", beaten"
		}
		if !c.named(k, name, below) && !c.named(k, name, "") {
			c.named(k, faceName.shorten(name, 90), "")
		}
	}
}

// levelWords spells a strategy's median on the y axis.
func (c *comparison) levelWords(k *candidate) string {
	if c.losses {
		return decimals(k.lost.Median/60) + " pod-min"
	}
	return percent(k.ready.Median)
}

// named writes a label beside its dot unless there is no clear place for it.
func (c *comparison) named(k *candidate, name, below string) bool {
	w, h := faceName.width(name), 15.0
	if below != "" {
		w, h = max(w, faceLabel.width(below)), 32
	}
	prefer := aboveFirst
	if k.beaten {
		prefer = belowFirst
	}
	b, cost := c.p.place(k.at, w, h, prefer)
	if cost > clear {
		return false
	}
	c.p.obstacles = append(c.p.obstacles, b.grow(4))
	x, a := b.x0, left
	if b.x1 <= k.at.x {
		x, a = b.x1, right
	}
	if d := gap(b, k.at); d > 14 {
		c.leader(b, k)
	}
	c.s.write(faceName, x, b.y0+7, name, worded(k.colour), a)
	if below != "" {
		c.s.write(faceLabel, x, b.y0+24, below, ink, a)
	}
	return true
}

// gap is how far p lies from r.
func gap(r rect, p pt) float64 {
	dx := max(r.x0-p.x, 0, p.x-r.x1)
	dy := max(r.y0-p.y, 0, p.y-r.y1)
	return math.Hypot(dx, dy)
}

func (c *comparison) leader(b rect, k *candidate) {
	to := pt{min(max(k.at.x, b.x0), b.x1), min(max(k.at.y, b.y0), b.y1)}
	d := math.Hypot(to.x-k.at.x, to.y-k.at.y)
	from := pt{k.at.x + (to.x-k.at.x)/d*9, k.at.y + (to.y-k.at.y)/d*9}
	var p shape
	p.open([]pt{from, to})
	c.s.strokeShape(p, muted, 0.75)
}

// unfinished draws, right of the chart, the strategies whose median run never
// ends.
func (c *comparison) unfinished() {
	s := c.s
	x0, x1 := c.plot.x1+14, pageWidth-margin
	s.box(rect{x0, c.plot.y0, x1, c.plot.y1}, mix(white, red, 0.07))
	s.write(faceStrong, (x0+x1)/2, c.plot.y0-10, "did not finish", red, centre)
	var list []*candidate
	for i := range c.all {
		if !c.all[i].finishes {
			list = append(list, &c.all[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *candidate) int { return cmp.Compare(c.y(a.level.Median), c.y(b.level.Median)) })
	const pitch = 30.0
	low := c.plot.y0 - pitch/2
	for i, k := range list {
		want := c.plot.y0 + 16
		if k.hasReady {
			want = c.y(k.level.Median)
		}
		room := c.plot.y1 - 16 - pitch*float64(len(list)-1-i)
		y := min(max(want, low+pitch, c.plot.y0+16), max(room, low+pitch))
		low = y
		k.at = pt{x0 + 14, y}
		var p shape
		p.open([]pt{{k.at.x - 5, y - 5}, {k.at.x + 5, y + 5}})
		p.open([]pt{{k.at.x - 5, y + 5}, {k.at.x + 5, y - 5}})
		s.strokeShape(p, k.colour, 2.5)
		name := faceStrong.shorten(k.Strategy, x1-x0-32)
		s.write(faceStrong, x0+25, y-7, name, worded(k.colour), left)
		s.write(faceTick, x0+25, y+8, c.whyUnfinished(k), ink, left)
	}
}

// whyUnfinished is how the runs of a strategy ended, in a word or two.
func (c *comparison) whyUnfinished(k *candidate) string {
	out, most := "no run ended", 0
	words := []string{"", "done", "refused", "blocked", "failed", "at the horizon"}
	for i, n := range k.Outcomes {
		if i >= 2 && i < len(words) && n > most {
			out, most = fmt.Sprintf("%s %d of %d", words[i], n, k.Replications), n
			if n == k.Replications {
				out = "all " + words[i]
			}
		}
	}
	if len(k.Down) > 0 && most == 0 {
		return quoted(k.Down[0].Workload) + " stays down"
	}
	return out
}

func (c *comparison) axes() float64 {
	s := c.s
	y := c.plot.y1
	s.hline(c.plot.x0, c.plot.x1, y, rules, 0.5)
	for _, t := range c.a.ticks() {
		s.vline(c.a.x(t), y, y+4, rules, 0.5)
		s.write(faceTick, c.a.x(t), y+14, c.a.clock(t), muted, centre)
	}
	s.write(faceTick, c.plot.x1, y+32, "duration, "+c.a.unit+"  (← faster)", muted, right)
	return y + 42
}
