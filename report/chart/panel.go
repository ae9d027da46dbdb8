package chart

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// panel draws one workload at full size with its top at y.
func (v *availability) panel(w *workloadFact, y float64) {
	s, a := v.s, &v.a
	top := float64(w.desired)
	for _, r := range w.ready.Value {
		top = max(top, float64(r))
	}
	base := y + panelHeight
	yAt := func(n float64) float64 { return half(base - n/top*panelHeight) }
	c := v.steps(w)
	s.curves = append(s.curves, c)
	edge := v.corners(c, yAt)

	v.bands = append(v.bands, rect{a.x0, y, a.x1, base})
	v.gridUnder(y-8, base)
	var fill shape
	fill.polygon(append(append([]pt{{a.x0, base}}, edge...), pt{a.x1, base}))
	s.fillShape(fill, blueFill)
	s.blank(a, y-8, base)
	v.hairlines(edge, base)
	limit, _ := w.limit()
	if w.broken() {
		s.fillShape(below(edge, yAt(float64(limit))), redFill)
	}
	s.hline(a.x0, a.x1, base, rules, 0.5)
	obstacles := v.limits(w, yAt)
	var line shape
	line.open(edge)
	s.strokeShape(line, blue, 2)
	for i := 0; i+1 < len(edge); i++ {
		p, q := edge[i], edge[i+1]
		obstacles = append(obstacles, rect{min(p.x, q.x), min(p.y, q.y), max(p.x, q.x), max(p.y, q.y)}.grow(2.5))
	}
	obstacles = append(obstacles, a.strips(y, base)...)
	if at := v.t.Start.Add(v.o.Window); v.o.Window > 0 && at <= a.to {
		obstacles = append(obstacles, rect{a.x(at), y, a.x(at), base}.grow(4))
	}
	v.ticksOf(w, yAt, base, top)
	v.names(w, y)
	obstacles = v.rug(w, base, obstacles)
	v.mark(w, y, yAt, obstacles)
	v.columns(w, y+panelHeight/2, faceWorst)
	v.noteWorkload("panel", w, c)
}

// below is the area between a limit at y and the steps that lie below it.
func below(edge []pt, y float64) shape {
	var p shape
	for i := 0; i+1 < len(edge); i += 2 {
		if edge[i].y > y && edge[i+1].x > edge[i].x {
			p.box(rect{edge[i].x, y, edge[i+1].x, edge[i].y})
		}
	}
	return p
}

// batchLines are the x of the batches.
func (a *timeAxis) batchLines(f *facts) []float64 {
	var out []float64
	for _, t := range f.batchStarts() {
		out = append(out, a.x(t))
	}
	return out
}

// gridUnder draws the lines of the ticks behind a panel.
func (v *availability) gridUnder(y0, y1 float64) {
	for _, t := range v.a.ticks() {
		v.s.vline(v.a.x(t), y0, y1, grid, 0.5)
	}
}

// hairlines draws the ticks over the fill in white.
func (v *availability) hairlines(edge []pt, base float64) {
	var p shape
	for _, t := range v.a.ticks() {
		x := v.a.x(t)
		top := base
		for i := 0; i+1 < len(edge); i++ {
			if edge[i].x <= x && x <= edge[i+1].x {
				top = edge[i].y
			}
		}
		p.open([]pt{{crisp(x, 0.5), top}, {crisp(x, 0.5), base}})
	}
	v.s.strokeShape(p, mix(blueFill, white, 0.7), 0.5)
}

// limits draws budget and target and returns them as obstacles.
func (v *availability) limits(w *workloadFact, yAt func(float64) float64) []rect {
	var out []rect
	line := func(n int, dash ...float64) {
		if n <= 0 {
			return
		}
		y := yAt(float64(n))
		v.s.hline(v.a.x0, v.a.x1, y, ink, 1, dash...)
		out = append(out, rect{v.a.x0, y - 1, v.a.x1, y + 1})
	}
	line(w.target, 5, 3)
	line(w.floor)
	return out
}

// ticksOf labels the y axis; the total beats limits, for these are named beside
// the panel, too, and limits beat zero.
func (v *availability) ticksOf(w *workloadFact, yAt func(float64) float64, base, top float64) {
	type tick struct {
		y    float64
		text string
		c    tone
	}
	var ticks []tick
	add := func(n float64, c tone) {
		y := yAt(n)
		for _, t := range ticks {
			if math.Abs(t.y-y) < 13 {
				return
			}
		}
		ticks = append(ticks, tick{y, number(int(n)), c})
	}
	total := muted
	if n := int(top); n == w.floor || n == w.target {
		total = ink
	}
	add(top, total)
	if w.floor > 0 {
		add(float64(w.floor), ink)
	}
	if w.target > 0 {
		add(float64(w.target), ink)
	}
	add(0, muted)
	for _, t := range ticks {
		y := t.y
		if y == base {
			y -= 3
		}
		v.s.write(faceTick, v.a.x0-6, y, t.text, t.c, right)
	}
}

// names writes the workload's name and what it needs, left of its panel.
func (v *availability) names(w *workloadFact, y float64) {
	room := v.a.x0 - 6 - faceTick.width(number(w.desired)) - 10 - margin
	v.s.write(faceName, margin, y+8, faceName.shorten(w.label, room), ink, left)
	v.s.write(faceLabel, margin, y+27, counted(w.desired, "replica"), muted, left)
	switch {
	case w.floor > 0 && w.target > 0 && w.floor != w.target:
		v.s.write(faceLabel, margin, y+44, fmt.Sprintf("budget ≥ %d,", w.floor), muted, left)
		v.s.write(faceLabel, margin, y+60, fmt.Sprintf("target ≥ %d", w.target), muted, left)
	case w.floor > 0 && w.floor == w.target:
		v.s.write(faceLabel, margin, y+44, fmt.Sprintf("budget, target ≥ %d", w.floor), muted, left)
	case w.floor > 0:
		v.s.write(faceLabel, margin, y+44, fmt.Sprintf("budget ≥ %d", w.floor), muted, left)
	case w.target > 0:
		v.s.write(faceLabel, margin, y+44, fmt.Sprintf("target ≥ %d", w.target), muted, left)
	default:
		v.s.write(faceLabel, margin, y+44, "no budget", muted, left)
	}
}

// rug marks refused evictions at the foot of the panel and counts them.
func (v *availability) rug(w *workloadFact, base float64, obstacles []rect) []rect {
	if len(w.refused) == 0 {
		return obstacles
	}
	var p shape
	last := -1.0
	for _, t := range w.refused {
		if x := crisp(v.a.x(t), 1); x != last {
			p.open([]pt{{x, base - 6}, {x, base - 0.5}})
			last = x
		}
	}
	v.s.strokeShape(p, orange, 1)
	obstacles = append(obstacles, rect{v.a.x0, base - 7, v.a.x1, base})
	f, colour := faceLabel, worded(orange)
	str := counted(len(w.refused), "eviction") + " refused"
	if w.blocker {
		f, colour = faceStrong, red
		if w.floor == w.desired {
			str = fmt.Sprintf("%s: %d of %d must stay ready, none may go", str, w.floor, w.desired)
		}
	}
	at := v.a.x1 - 6
	if v.t.Stopped {
		at = v.a.x(v.t.End) - 8
	}
	for _, label := range []string{str, fmt.Sprintf("%d refused", len(w.refused)), fmt.Sprint(len(w.refused))} {
		places := []float64{at}
		for _, cut := range slices.Backward(v.a.strips(0, 0)) {
			places = append(places, cut.x0-6)
		}
		for _, right := range append(places, v.a.x0+6+f.width(label)) {
			b := boxOf(f, label, right-f.width(label), base-15, left)
			hit := 0.0
			for _, o := range obstacles[:len(obstacles)-1] {
				hit += b.overlap(o)
			}
			if hit == 0 && b.x0 >= v.a.x0+4 && b.x1 <= v.a.x1 {
				v.s.write(f, b.x0, base-15, label, colour, left)
				return append(obstacles, b.grow(8))
			}
		}
	}
	return obstacles
}

// mark puts a dot at the first moment of the minimum and says what it is.
func (v *availability) mark(w *workloadFact, y float64, yAt func(float64) float64, obstacles []rect) {
	if w.min >= w.desired {
		return
	}
	at := pt{half(v.a.x(w.minAt)), yAt(float64(w.min))}
	colour := ink
	if w.broken() {
		colour = redWords
	}
	v.s.dot(at, 5, white)
	v.s.dot(at, 3.75, colour)
	short := fmt.Sprintf("%d of %d at %s", w.min, w.desired, v.a.clock(w.minAt))
	texts := []string{short, fmt.Sprintf("%d of %d", w.min, w.desired)}
	if _, kind := w.limit(); w.broken() {
		texts = slices.Insert(texts, 0, fmt.Sprintf("%s, %s below %s", short, span(w.below), kind))
	} else if w.min == 0 {
		texts = slices.Insert(texts, 0, fmt.Sprintf("%s, down for %s", short, span(w.down)))
	}
	area := rect{v.a.x0 + 2, y - 2, v.a.x1 - 2, y + panelHeight - 1}
	if v.t.Stopped && w.minAt < v.t.End {
		area.x1 = v.a.x(v.t.End) - 4
	}
	p := placer{area: area, obstacles: append(obstacles, rect{at.x - 5, at.y - 5, at.x + 5, at.y + 5})}
	for k, str := range texts {
		b, cost := p.place(at, faceStrong.width(str), 0.96*faceStrong.size, belowFirst)
		if cost > clear && k+1 < len(texts) {
			continue
		}
		if cost > clear {
			return // the column at the right says it
		}
		v.s.write(faceStrong, b.x0, b.y0+0.40*faceStrong.size, str, colour, left)
		return
	}
}

// columns writes the two numbers at the right.
func (v *availability) columns(w *workloadFact, mid float64, f face) {
	str := percent(w.share())
	if w.broken() {
		b := boxOf(f, str, v.worst, mid, right)
		pad := f.size * 0.3
		v.s.box(rect{b.x0 - pad, mid - 0.66*f.size, b.x1 + pad, mid + 0.66*f.size}, red)
		v.s.write(f, v.worst, mid, str, white, right)
	} else {
		v.s.write(f, v.worst, mid, str, ink, right)
	}
	small := faceLabel
	if f == faceWorst {
		small = faceSubtitle
	}
	v.s.write(small, v.lost, mid, v.lostWords(w.lost), ink, right)
}

func (v *availability) lostWords(seconds float64) string {
	if seconds == 0 {
		return "0"
	}
	if v.hours {
		return decimals(seconds / 3600)
	}
	if seconds > 0 && seconds < 3 {
		return "<0.1"
	}
	return decimals(seconds / 60)
}

func (v *availability) noteWorkload(kind string, w *workloadFact, c curve) {
	limits := ""
	if w.floor > 0 {
		limits += fmt.Sprintf(", budget ≥ %d", w.floor)
	}
	if w.target > 0 {
		limits += fmt.Sprintf(", target ≥ %d", w.target)
	}
	v.s.note("%s %s: %s%s; lowest %d at %s, below limit %s, lost %.1f pod-s, refused %d", kind, w.label,
		counted(w.desired, "replica"), limits, w.min, time.Duration(w.minAt), w.below, w.lost, len(w.refused))
	line := "  ready"
	for i := range c.value {
		if i == 24 {
			line += fmt.Sprintf(" … %d more", len(c.value)-i)
			break
		}
		line += fmt.Sprintf(" %.1fs=%g", c.seconds[i], c.value[i])
	}
	v.s.note("%s", line)
}
