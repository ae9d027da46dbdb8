package chart

import (
	"fmt"
	"slices"

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
	v.a = f.axis(v.leftEdge(), v.worst-70)
	h := f.availabilityHeading()
	y := v.s.head(h)
	v.phasesFrom = y + 4
	y = f.drawPhases(v.s, &v.a, v.phasesFrom)
	stop := y
	if f.t.Stopped && !f.untouched() {
		y += 22
	}
	if len(v.workloads) > 0 {
		y = v.columnHeads(y + 4)
		v.panelsFrom = y
		under := len(v.s.marks)
		y = v.drawWorkloads(y)
		v.batchStartLines(under, stop, y)
	} else {
		v.panelsFrom = y
	}
	v.through(stop, y)
	if len(v.workloads) > 0 || y > v.phasesFrom { // else there is nothing to have an axis for
		y = v.a.draw(v.s, y)
	}
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
	unit := "pod-min"
	if v.hours {
		unit = "pod-h"
	}
	v.s.write(faceTick, v.lost, y+2, unit, muted, right)
	v.s.write(faceTick, v.lost, y+16, "lost", muted, right)
	v.s.write(faceTick, v.worst, y+16, "worst", muted, right)
	v.s.write(faceTick, margin, y+16, "ready replicas, "+v.order(), muted, left)
	return y + 36
}

// order says what the workloads are ordered by: who blocks, who missed a limit,
// and the worst share only among those that are equal in both.
func (f *facts) order() string {
	broken := 0
	for i := range f.workloads {
		if f.workloads[i].broken() {
			broken++
		}
	}
	switch {
	case len(f.blockers) > 0:
		return "who blocks first"
	case broken > 0 && broken < len(f.workloads):
		return "missed limits first"
	}
	return "worst first"
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
	if v.fades(a) {
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
	side, at := right, x-8
	if w := faceStrong.width(str); at-w < a.x0-60 {
		side, at = left, x+8
	}
	s.box(boxOf(faceStrong, str, at, y, side).grow(2), white) // over the lines of the batches
	s.write(faceStrong, at, y, str, c, side)
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
	if v.t.Stopped && !v.untouched() && v.fades(&v.a) {
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
	return append(out, v.cutWords(), "Simulated run.")
}
