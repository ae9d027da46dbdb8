package chart

import (
	"slices"
	"time"

	"rollsim/sim/des"
)

// A cut is a time in which nothing changes and that the axis leaves out, but for a
// strip: the days between two evenings, or two maintenance windows.
type cut struct{ from, to des.Time }

// cutWidth is the strip that stands for a cut.
const cutWidth = 14.0

// quiet are the cuts of a run's axis: of each pause between two sessions the
// longest time without a change, where that is a good part of the whole.
func (f *facts) quiet() []cut {
	var out []cut
	all := f.t.Run.Sessions
	for i := range len(all) - 1 {
		c := f.longestQuiet(all[i].To, all[i+1].From)
		margin := (c.to - c.from) / 20
		margin = min(margin, des.Time(20*time.Minute))
		c.from, c.to = c.from+margin, c.to-margin
		if 6*(c.to-c.from) > f.to-f.from {
			out = append(out, c)
		}
	}
	return out
}

// longestQuiet is the longest time between two instants in which no node, and no
// count of ready replicas, changes.
func (f *facts) longestQuiet(from, to des.Time) cut {
	changes := []des.Time{from, to}
	add := func(t des.Time) {
		if t > from && t < to {
			changes = append(changes, t)
		}
	}
	for i := range f.t.Nodes {
		for _, s := range f.t.Nodes[i].Spans {
			add(s.From)
			add(s.To)
		}
	}
	for i := range f.t.Workloads {
		for _, t := range f.t.Workloads[i].Ready.At {
			add(t)
		}
	}
	slices.Sort(changes)
	var longest cut
	for i := range len(changes) - 1 {
		if changes[i+1]-changes[i] > longest.to-longest.from {
			longest = cut{changes[i], changes[i+1]}
		}
	}
	return longest
}

// cutOut leaves cuts out of the axis.
func (a *timeAxis) cutOut(cuts []cut) {
	if len(cuts) == 0 {
		return
	}
	*a = a.stepped(a.shown(cuts))
	a.cuts = cuts
}

// shown is how long the axis is without cuts.
func (a *timeAxis) shown(cuts []cut) time.Duration {
	d := a.to.Sub(a.from)
	for _, c := range cuts {
		d -= c.to.Sub(c.from)
	}
	return d
}

// inCut reports whether an instant is left out.
func (a *timeAxis) inCut(t des.Time) bool {
	return slices.ContainsFunc(a.cuts, func(c cut) bool { return c.from < t && t < c.to })
}

// strips are the strips of the cuts, from y0 to y1.
func (a *timeAxis) strips(y0, y1 float64) []rect {
	var out []rect
	for _, c := range a.cuts {
		out = append(out, rect{a.x(c.from), y0, a.x(c.to), y1})
	}
	return out
}

// blank paints the strips of the cuts white.
func (s *sheet) blank(a *timeAxis, y0, y1 float64) {
	for _, r := range a.strips(y0, y1) {
		s.box(r, white)
	}
}

// slashes marks the cuts on the axis' line at y.
func (s *sheet) slashes(a *timeAxis, y float64) {
	var p shape
	for _, r := range a.strips(y, y) {
		s.box(rect{r.x0, y - 2, r.x1, y + 2}, white)
		for _, x := range []float64{r.x0, r.x1} {
			p.open([]pt{{x - 3, y + 5}, {x + 3, y - 5}})
		}
	}
	s.strokeShape(p, muted, 1)
}

// cutWords explains the strips; empty where there are none.
func (f *facts) cutWords() string {
	if len(f.quiet()) == 0 {
		return ""
	}
	return "//: time without a change, left out."
}
