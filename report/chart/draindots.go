package chart

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// dots draws each drain at its end, as high as it took long.
func (c *crowd) dots(y float64) float64 {
	const height = 128.0
	s := c.s
	median, p95 := c.quantile(0.5), c.quantile(0.95)
	s.write(faceName, margin, y, fmt.Sprintf("drain time of each node, at its end: median %s, p95 %s", span(median), span(p95)), ink, left)
	top, base := y+24, y+24+height
	longest := c.longest().Length()
	step := tickStep(longest, 4)
	high := float64((longest + step - 1) / step * step)
	yAt := func(d time.Duration) float64 { return base - float64(d)/high*height }
	for _, t := range c.a.ticks() {
		s.vline(c.a.x(t), top, base, grid, 0.5)
	}
	for d := time.Duration(0); float64(d) <= high; d += step {
		s.hline(c.a.x0, c.a.x1, yAt(d), grid, 0.5)
		s.write(faceTick, c.a.x0-8, yAt(d), spanTick(d, step), muted, right)
	}
	s.hline(c.a.x0, c.a.x1, yAt(median), text, 1)
	s.hline(c.a.x0, c.a.x1, yAt(p95), text, 1, 5, 3)
	low, up := yAt(median), yAt(p95)
	if gap := low - up; gap < 14 {
		low, up = low+(14-gap)/2, up-(14-gap)/2
	}
	s.write(faceTick, c.a.x1+8, up, "p95", ink, left)
	s.write(faceTick, c.a.x1+8, low, "median", ink, left)

	at := c.drainDots(yAt)
	c.outliers(at, rect{c.a.x0 + 2, top - 12, c.a.x1 + 50, base}, []rect{
		{c.a.x0, yAt(p95) - 1, c.a.x1, yAt(p95) + 1}, {c.a.x0, yAt(median) - 1, c.a.x1, yAt(median) + 1},
		{c.a.x1 + 6, up - 8, c.a.x1 + 80, low + 8}})
	s.note("drains: %d, median %s, p95 %s, longest %s on %s, %.0f %% waiting", len(c.drains), median, p95,
		longest, c.nodeName(c.longest().node), 100*c.slowed)
	return base
}

// drainDots draws the dots, each with a ring while there are few, and returns
// where they are.
func (c *crowd) drainDots(yAt func(time.Duration) float64) []pt {
	at := make([]pt, len(c.drains))
	order := make([]int, len(c.drains))
	var quick, slow shape
	for i := range c.drains {
		d := &c.drains[i]
		at[i], order[i] = pt{c.a.x(d.To), yAt(d.Length())}, i
		p := &quick
		if d.Waited*2 > d.Length() {
			p = &slow
		}
		p.dot(at[i], 2.5)
	}
	if len(at) > 250 {
		c.s.fillShape(quick, amber)
		c.s.fillShape(slow, orange)
		return at
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at[a].x, at[b].x) })
	for _, i := range order {
		colour := amber
		if c.drains[i].Waited*2 > c.drains[i].Length() {
			colour = orange
		}
		c.s.dot(at[i], 4.5, white)
		c.s.dot(at[i], 3.75, colour)
	}
	return at
}

// spanTick spells a tick of an axis of lengths, all in one unit.
func spanTick(d, step time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case step%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case step%time.Minute == 0 && step < 15*time.Minute:
		return fmt.Sprintf("%d min", d/time.Minute)
	case step < time.Minute && d < 2*time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return span(d)
}

// outliers names the longest drains beyond p95, at most four.
func (c *crowd) outliers(at []pt, area rect, obstacles []rect) {
	order := make([]int, len(c.drains))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.drains[b].Length(), c.drains[a].Length()) })
	p := placer{area: area, obstacles: obstacles}
	for _, q := range at {
		p.obstacles = append(p.obstacles, rect{q.x - 5, q.y - 5, q.x + 5, q.y + 5})
	}
	prefer := []direction{{1, 0}, {-1, 0}, {1, -1}, {-1, -1}}
	for _, i := range order[:min(4, len(order))] {
		d := &c.drains[i]
		if d.Length() <= c.quantile(0.95) {
			break
		}
		label := c.nodeName(d.node)
		if d.Budget >= 0 {
			label += fmt.Sprintf(": %s ×%d", faceTick.shorten(c.budgetName(d.Budget), 110), d.Refusals)
		}
		b, cost := p.place(at[i], faceTick.width(label), 0.96*faceTick.size, prefer)
		if cost >= 40 { // farther than the first ring it would need a leader
			continue
		}
		c.s.write(faceTick, b.x0, b.y0+0.40*faceTick.size, label, ink, left)
		p.obstacles = append(p.obstacles, b.grow(3))
	}
}
