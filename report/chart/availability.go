package chart

import (
	"fmt"
	"math"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// How many workloads are drawn in which size.
const (
	fullPanels  = 6  // up to so many workloads: all in panels
	firstPanels = 4  // else so many in panels,
	strips      = 14 // so many in strips and the rest in one row,
	stripsSlack = 2  // unless the rest is no more than that
)

const (
	panelHeight = 60.0
	panelPitch  = 84.0
	stripPitch  = 18.5
	stripHeight = 13.0
)

// availability is the picture in the making.
type availability struct {
	*facts
	s          *sheet
	a          timeAxis
	worst      float64 // right edge of the column "worst"
	lost       float64 // right edge of the column "lost"
	hours      bool    // the column is in pod-hours
	bands      []rect  // panels and strips, for what runs through all of them
	panelsFrom float64
	phasesFrom float64
}

func drawAvailability(t *metrics.Timeline, o Options) *Picture {
	f := gather(t, o)
	v := &availability{facts: f, s: &sheet{}, lost: pageWidth - margin}
	v.worst = v.lost - 72
	for i := range f.workloads {
		v.hours = v.hours || f.workloads[i].lost >= 600*60
	}
	v.a = newTimeAxis(f.from, f.to, v.leftEdge(), v.worst-70)
	h := f.availabilityHeading()
	y := v.s.head(h)
	v.phasesFrom = y + 4
	y = f.drawPhases(v.s, &v.a, v.phasesFrom)
	stop := y
	if t.Stopped && !f.untouched() {
		y += 22
	}
	y = v.columnHeads(y + 4)
	v.panelsFrom = y
	under := len(v.s.marks)
	y = v.drawWorkloads(y)
	v.batchStartLines(under, stop, y)
	v.through(stop, y)
	y = v.a.draw(v.s, y)
	v.s.foot(y, v.footer()...)
	return v.s.picture(h, f.alt("Ready replicas of each workload over time", h))
}

// leftEdge is where panels begin: as far left as the names allow.
func (v *availability) leftEdge() float64 {
	w := 0.0
	for i := range v.workloads {
		w = max(w, faceName.width(v.workloads[i].label))
	}
	for _, r := range v.phaseRows() {
		w = max(w, faceName.width(r.name)-36)
	}
	return min(max(168, margin+w+46), 250)
}

func (v *availability) columnHeads(y float64) float64 {
	if len(v.workloads) == 0 {
		return y + 10
	}
	unit := "pod-min"
	if v.hours {
		unit = "pod-h"
	}
	v.s.write(faceTick, v.lost, y+2, unit, muted, right)
	v.s.write(faceTick, v.lost, y+16, "lost", muted, right)
	v.s.write(faceTick, v.worst, y+16, "worst", muted, right)
	v.s.write(faceTick, margin, y+16, "ready replicas, worst first", muted, left)
	return y + 36
}

// drawWorkloads draws panels, strips and the row of the rest.
func (v *availability) drawWorkloads(y float64) float64 {
	n := len(v.workloads)
	panels := n
	if n > fullPanels {
		panels = firstPanels
	}
	for i := range panels {
		v.panel(&v.workloads[i], y)
		y += panelPitch
	}
	y -= panelPitch - panelHeight
	if panels == n {
		if n == 0 {
			y += panelPitch
		}
		return y
	}
	some := n - panels
	if some > strips+stripsSlack {
		some = strips
	}
	small := v.workloads[panels : panels+some]
	scale := depthOf(v.workloads[panels:])
	y += 28
	said := v.s.write(faceTick, margin, y, fmt.Sprintf("%s: share missing, hanging down from 100 %% (row height = %s, line = budget or target)",
		nextWords(some, n-panels-some), percent(scale)), muted, left)
	v.bands = append(v.bands, rect{margin, said.y0 - 4, said.x1, said.y1 + 2})
	y += 13
	for i := range small {
		v.strip(&small[i], y, scale)
		y += stripPitch
	}
	if rest := v.workloads[panels+some:]; len(rest) > 0 {
		y += 10
		v.rest(rest, y, scale)
		y += 28 + 4
	}
	return y
}

// depthOf is the missing share that fills a strip: no more than is needed, so
// that a loss of a tenth stays visible.
func depthOf(ws []workloadFact) float64 {
	lowest := 1.0
	for i := range ws {
		lowest = min(lowest, ws[i].share())
	}
	switch {
	case lowest < 0.5:
		return 1
	case lowest < 0.75:
		return 0.5
	}
	return 0.25
}

func nextWords(some, rest int) string {
	if rest == 0 {
		return fmt.Sprintf("the other %d", some)
	}
	return fmt.Sprintf("next %d", some)
}

// steps is w's step function thinned to what the columns of the picture can
// show: first, lowest and last of each.
func (v *availability) steps(w *workloadFact) curve {
	c := curve{name: w.label}
	at, value := w.ready.At, w.ready.Value
	if len(at) == 0 {
		at, value = []des.Time{v.a.from}, []int32{int32(w.desired)}
	}
	begin, found := slices.BinarySearch(at, v.a.from)
	if !found {
		begin = max(begin-1, 0)
	}
	column := func(i int) int { return int(2 * v.a.x(at[i])) }
	for i := begin; i < len(at) && (i == begin || at[i] <= v.a.to); {
		lowest, next := i, i+1
		for ; next < len(at) && at[next] <= v.a.to && column(next) == column(i); next++ {
			if value[next] < value[lowest] {
				lowest = next
			}
		}
		for _, k := range []int{i, lowest, next - 1} {
			c.add(max(at[k], v.a.from), value[k])
		}
		i = next
	}
	return c
}

// add appends a step unless it is none.
func (c *curve) add(at des.Time, value int32) { c.addShare(at, float64(value)) }

// corners are the points of c from the left edge of the panel to the right.
func (v *availability) corners(c curve, y func(float64) float64) []pt {
	x, last := v.a.x0, y(c.value[0])
	out := []pt{{x, last}}
	for i := 1; i < len(c.value); i++ {
		x = half(v.a.x(des.Time(math.Round(c.seconds[i] * 1e9))))
		out = append(out, pt{x, last}, pt{x, y(c.value[i])})
		last = y(c.value[i])
	}
	return append(out, pt{v.a.x1, last})
}

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
	v.gridUnder(y-8, base, a.batchLines(v.facts))
	var fill shape
	fill.polygon(append(append([]pt{{a.x0, base}}, edge...), pt{a.x1, base}))
	s.fillShape(fill, blueFill)
	v.hairlines(edge, base)
	limit, kind := w.limit()
	if w.broken() {
		var under shape
		for i := 0; i+1 < len(edge); i += 2 {
			if edge[i].y > yAt(float64(limit)) && edge[i+1].x > edge[i].x {
				under.box(rect{edge[i].x, yAt(float64(limit)), edge[i+1].x, edge[i].y})
			}
		}
		s.fillShape(under, redFill)
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
	v.ticksOf(w, yAt, base, top)
	v.names(w, y, kind)
	obstacles = v.rug(w, base, obstacles)
	v.mark(w, y, yAt, obstacles)
	v.columns(w, y+panelHeight/2, faceWorst)
	v.noteWorkload("panel", w, c)
}

// batchLines are the x of the batches.
func (a *timeAxis) batchLines(f *facts) []float64 {
	var out []float64
	for _, t := range f.batchStarts() {
		out = append(out, a.x(t))
	}
	return out
}

// gridUnder draws the ticks' and batches' lines behind a panel.
func (v *availability) gridUnder(y0, y1 float64, batches []float64) {
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

// ticksOf labels the y axis; limits beat the total, the total beats zero.
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
	if w.floor > 0 {
		add(float64(w.floor), ink)
	}
	if w.target > 0 {
		add(float64(w.target), ink)
	}
	add(top, muted)
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
func (v *availability) names(w *workloadFact, y float64, kind string) {
	room := v.a.x0 - 6 - faceTick.width(number(w.desired)) - 10 - margin
	colour := ink
	v.s.write(faceName, margin, y+8, faceName.shorten(w.label, room), colour, left)
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
		for _, right := range []float64{at, v.a.x0 + 6 + f.width(label)} {
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

// strip draws one workload small: the share that is missing hangs down.
func (v *availability) strip(w *workloadFact, y, scale float64) {
	s, a := v.s, &v.a
	b := rect{a.x0, y, a.x1, y + stripHeight}
	v.bands = append(v.bands, b)
	s.box(b, track)
	c := v.steps(w)
	s.curves = append(s.curves, c)
	limit, _ := w.limit()
	depth := func(n float64) float64 { return min(1, (1-n/float64(w.desired))/scale) * stripHeight }
	s.fillShape(v.missing(c, y, depth), mix(white, blue, 0.75))
	if limit > 0 {
		at := depth(float64(limit))
		if w.broken() {
			edge := v.corners(c, func(n float64) float64 { return y + depth(n) })
			var under shape
			for i := 0; i+1 < len(edge); i += 2 {
				if edge[i].y > y+at && edge[i+1].x > edge[i].x {
					under.box(rect{edge[i].x, y + at, edge[i+1].x, edge[i].y})
				}
			}
			s.fillShape(under, red)
		}
		s.hline(a.x0, a.x1, y+at, muted, 0.5)
	}
	mid := y + stripHeight/2
	desired := s.write(faceTick, a.x0-6, mid, number(w.desired), muted, right)
	s.write(faceStrong, margin, mid, faceStrong.shorten(w.label, desired.x0-margin-10), ink, left)
	v.columns(w, mid, faceStrong)
	v.noteWorkload("strip", w, c)
}

// missing is the area between full readiness and c.
func (v *availability) missing(c curve, y float64, depth func(float64) float64) shape {
	edge := v.corners(c, depth)
	var p shape
	for i := 0; i+1 < len(edge); i += 2 {
		if edge[i].y > 0 && edge[i+1].x >= edge[i].x {
			p.box(rect{edge[i].x, y, edge[i+1].x, y + edge[i].y})
		}
	}
	return p
}

// rest draws all further workloads in one row: the lowest and the median share
// of them at each moment.
func (v *availability) rest(ws []workloadFact, y, scale float64) {
	const height = 28.0
	s, a := v.s, &v.a
	b := rect{a.x0, y, a.x1, y + height}
	v.bands = append(v.bands, b)
	s.box(b, track)
	low, median := v.spread(ws)
	depth := func(share float64) float64 { return min(1, (1-share)/scale) * height }
	s.curves = append(s.curves, low, median)
	s.fillShape(v.missing(low, y, depth), blueFill)
	s.fillShape(v.missing(median, y, depth), mix(white, blue, 0.75))
	s.write(faceName, margin, y+7, fmt.Sprintf("%d more", len(ws)), ink, left)
	s.write(faceTick, margin, y+22, "lowest, median", muted, left)
	total := workloadFact{desired: ws[0].desired, min: ws[0].min}
	for i := range ws {
		total.lost += ws[i].lost
		if ws[i].broken() {
			total.below += ws[i].below
		}
		if ws[i].share() < total.share() {
			total.min, total.desired = ws[i].min, ws[i].desired
		}
	}
	v.columns(&total, y+height/2, faceStrong)
	s.note("rest: %d more, lowest %s, lost %.1f pod-s", len(ws), percent(total.share()), total.lost)
}

// spread is the lowest and the median share over ws, by device column.
func (v *availability) spread(ws []workloadFact) (low, median curve) {
	const columns = 700
	span := float64(v.a.to - v.a.from)
	shares := make([]float64, len(ws))
	at := make([]int, len(ws))
	for k := range columns {
		t0 := v.a.from + des.Time(span*float64(k)/columns)
		t1 := v.a.from + des.Time(span*float64(k+1)/columns)
		lowest := math.Inf(1)
		for i := range ws {
			r := &ws[i].ready
			for at[i]+1 < len(r.At) && r.At[at[i]+1] <= t0 {
				at[i]++
			}
			if len(r.At) == 0 {
				shares[i] = 1
				continue
			}
			shares[i] = float64(r.Value[at[i]]) / float64(ws[i].desired)
			for j := at[i] + 1; j < len(r.At) && r.At[j] < t1; j++ {
				lowest = min(lowest, float64(r.Value[j])/float64(ws[i].desired))
			}
		}
		slices.Sort(shares)
		low.addShare(t0, min(shares[0], lowest))
		median.addShare(t0, shares[(len(shares)-1)/2])
	}
	low.name, median.name = "lowest of the rest", "median of the rest"
	return low, median
}

func (c *curve) addShare(at des.Time, share float64) {
	if n := len(c.value); n > 0 && c.value[n-1] == share {
		return
	}
	c.seconds = append(c.seconds, at.Seconds())
	c.value = append(c.value, share)
}

// batchStartLines draws the starts of batches, dashed, in the gaps between
// panels. They go below what was drawn since the mark under.
func (v *availability) batchStartLines(under int, top, bottom float64) {
	over := slices.Clone(v.s.marks[under:])
	v.s.marks = v.s.marks[:under]
	for _, x := range v.a.batchLines(v.facts) {
		y := top - 2
		for _, b := range append(slices.Clone(v.bands), rect{y0: bottom + 8, y1: bottom + 8}) {
			if b.y0 > y {
				v.s.vline(x, y, b.y0, mix(muted, white, 0.35), 0.75, 3, 3)
			}
			y = b.y1
		}
	}
	v.s.marks = append(v.s.marks, over...)
}

// through draws what runs through all panels from top to bottom: the window,
// the stop with the faded rest.
func (v *availability) through(top, bottom float64) {
	s, a := v.s, &v.a
	if v.o.Window > 0 {
		v.windowEnd(top, bottom)
	}
	if !v.t.Stopped || v.untouched() {
		return
	}
	x := a.x(v.t.End)
	if a.x1-x > 1 {
		s.box(rect{x, v.panelsFrom - 6, a.x1 + 1, bottom}, veil)
	}
	s.vline(x, v.phasesFrom-2, bottom+8, red, 1.5)
	s.beside(a, x, top+5, v.stopWords(), red)
}

func (v *availability) stopWords() string {
	at := v.a.clock(v.t.End)
	switch v.t.Run.Outcome {
	case trace.Blocked:
		return "stopped at " + at + " by the drain timeout"
	case trace.Failed:
		return "failed at " + at
	case trace.Horizon:
		return "horizon at " + at
	case trace.Refused:
		return "over at " + at
	}
	return "stopped at " + at
}

// beside writes a label left of x, or right of it where there is more room.
func (s *sheet) beside(a *timeAxis, x, y float64, str string, c tone) {
	if w := faceStrong.width(str); x-8-w >= a.x0-60 {
		s.write(faceStrong, x-8, y, str, c, right)
		return
	}
	s.write(faceStrong, x+8, y, str, c, left)
}

// windowEnd marks the end of the maintenance window when the axis reaches it.
func (v *availability) windowEnd(top, bottom float64) {
	at := v.t.Start.Add(v.o.Window)
	if at > v.a.to {
		return
	}
	x := v.a.x(at)
	v.s.vline(x, top, bottom+8, ink, 1)
	if !v.t.Stopped {
		v.s.note("window ends %s", v.a.clock(at))
	}
}

func (v *availability) footer() []string {
	var out []string
	budget, target, broken, refused := false, false, false, false
	for i := range v.workloads {
		w := &v.workloads[i]
		budget, target = budget || w.floor > 0, target || w.target > 0
		broken, refused = broken || w.broken(), refused || len(w.refused) > 0
	}
	switch {
	case budget && target:
		out = append(out, "Solid line: budget; dashed: target.")
	case budget:
		out = append(out, "Line: budget.")
	case target:
		out = append(out, "Dashed line: target.")
	}
	if broken {
		out = append(out, "Red area: below it.")
	}
	if refused {
		out = append(out, "Orange ticks: refused evictions.")
	}
	if v.t.Stopped && !v.untouched() {
		out = append(out, "Faded: after the stop.")
	}
	if v.o.Window > 0 && v.t.Start.Add(v.o.Window) <= v.a.to {
		out = append(out, "Black upright: the window ends.")
	}
	if v.daemons > 0 {
		out = append(out, fmt.Sprintf("Not shown: %s.", counted(v.daemons, "DaemonSet")))
	}
	if v.idle > 0 {
		out = append(out, fmt.Sprintf("Not shown: %s that want no replicas.", counted(v.idle, "workload")))
	}
	return append(out, "Simulated run.")
}
