package chart

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// A segment is a labelled stretch of a phase row. Labels go from detailed to
// terse; a row shows the first level at which all its labels fit.
type segment struct {
	from, to des.Time
	fill     tone
	labels   []string
	stuck    string // what never happened to it: hatched in red; empty: all is well
}

// A phaseRow is what the control plane or a pool did.
type phaseRow struct {
	name     string
	segments []segment
	drains   [][2]des.Time // union of the drains of its nodes
	stuck    bool          // the last drain never ended
}

// start is when the row begins.
func (r *phaseRow) start() des.Time {
	if len(r.segments) == 0 {
		return 0
	}
	return r.segments[0].from
}

// rowsOfPools is from how many upgraded pools on they share rows.
const rowsOfPools = 6

func (f *facts) phaseRows() []phaseRow {
	var out []phaseRow
	if cp := f.t.ControlPlane; cp.Ran {
		v := change(controlPlaneStart(f.t.Header), f.t.Run.EndControlPlane)
		fill := skyFill
		row := phaseRow{name: "control plane", segments: []segment{{
			from: cp.Start, to: cp.End, fill: fill, labels: []string{v, f.t.Run.EndControlPlane, ""},
		}}}
		if len(f.t.PlaneSteps) > 1 {
			row.segments = f.planeSteps()
		}
		row.segments[len(row.segments)-1].stuck = f.neverDone(!cp.Over)
		out = append(out, row)
	}
	var pools []phaseRow
	for i := range f.t.Pools {
		if f.t.Pools[i].Upgrade.Ran {
			pools = append(pools, f.poolRow(i))
		}
	}
	slices.SortStableFunc(pools, func(a, b phaseRow) int { return cmp.Compare(a.start(), b.start()) })
	if len(pools) > rowsOfPools {
		pools = f.sharedRows(pools)
	}
	return append(out, pools...)
}

// planeSteps is a segment for each upgrade of the control plane.
func (f *facts) planeSteps() []segment {
	var out []segment
	from := controlPlaneStart(f.t.Header)
	for _, s := range f.t.PlaneSteps {
		to := f.t.Header.Versions[s.State]
		out = append(out, segment{from: s.From, to: s.To, fill: skyFill, labels: []string{change(from, to), to, ""}})
		from = to
	}
	return out
}

// poolRow is one pool's row: surge, batches or the rolling as a whole, surge
// removed.
func (f *facts) poolRow(i int) phaseRow {
	p := &f.t.Pools[i]
	row := phaseRow{name: "pool " + p.Name, drains: f.drainUnion(i)}
	row.stuck = f.t.Stopped && f.stuckPool(i)
	for _, s := range p.Phases {
		switch trace.Phase(s.State) {
		case trace.AddingSurge:
			row.segments = append(row.segments, segment{from: s.From, to: s.To, fill: skyFill,
				labels: []string{"add surge", fmt.Sprintf("+%d", p.Surge), ""}})
		case trace.Rolling:
			row.segments = append(row.segments, f.rolling(i, s)...)
		case trace.FinalSoak:
			row.segments = append(row.segments, segment{from: s.From, to: s.To, fill: phaseFill, labels: []string{"final soak", "soak", ""}})
		case trace.RemovingSurge:
			row.segments = append(row.segments, segment{from: s.From, to: s.To, fill: skyFill,
				labels: []string{"remove surge", fmt.Sprintf("−%d", p.Surge), ""}})
		}
	}
	if len(row.segments) == 0 {
		words := []string{"upgrade", ""}
		if old := f.t.Header.Pools[i].Replaces; old != "" {
			words = []string{"replaces " + old, ""}
		}
		row.segments = []segment{{from: p.Upgrade.Start, to: p.Upgrade.End, fill: phaseFill, labels: words}}
	}
	if row.stuck {
		row.segments[len(row.segments)-1].stuck = f.never()
	}
	row.segments = slices.DeleteFunc(row.segments, func(s segment) bool { return s.to <= s.from })
	return row
}

// rolling is the rolling phase, cut at the batches.
func (f *facts) rolling(pool int, s metrics.Span) []segment {
	p := &f.t.Pools[pool]
	nodes := map[int]int{}
	n := 0
	for i := range f.t.Nodes {
		node := &f.t.Nodes[i]
		if node.Pool != pool || node.Surge {
			continue
		}
		nodes[node.Batch]++
		if len(f.t.Run.Sessions) < 2 || reimagedIn(node, s) {
			n++
		}
	}
	if len(p.Batches) == 0 {
		slots := ""
		if pool < len(f.t.Run.Pools) && f.t.Run.Pools[pool].Slots > 0 {
			slots = fmt.Sprintf(", %d at a time", f.t.Run.Pools[pool].Slots)
		}
		return []segment{{from: s.From, to: s.To, fill: phaseFill,
			labels: []string{"rolling · " + counted(n, "node") + slots, "rolling · " + counted(n, "node"), "rolling", ""}}}
	}
	var out []segment
	for b, from := range p.Batches {
		to := s.To
		if b+1 < len(p.Batches) {
			to = p.Batches[b+1]
		}
		name := fmt.Sprintf("batch %d", b+1)
		full := name
		if k := nodes[b+1]; k > 0 {
			full = name + " · " + counted(k, "node")
		}
		out = append(out, segment{from: from, to: to, fill: phaseFill, labels: []string{full, name, fmt.Sprint(b + 1), ""}})
	}
	return out
}

// reimagedIn reports whether the node's reimage begins in that time.
func reimagedIn(n *metrics.NodeTimeline, in metrics.Span) bool {
	return slices.ContainsFunc(n.Spans, func(s metrics.Span) bool {
		return metrics.NodeState(s.State) == metrics.NodeReimaging && in.From <= s.From && s.From < in.To
	})
}

// never says what never happened when a run stopped.
func (f *facts) never() string {
	if f.t.Run.Outcome == trace.Blocked {
		return "never drained"
	}
	return "not finished"
}

// neverDone is what a phase that isn't over at the stop is called.
func (f *facts) neverDone(unfinished bool) string {
	if unfinished && f.t.Stopped {
		return "not finished"
	}
	return ""
}

func (f *facts) stuckPool(i int) bool {
	if b := f.t.Run.Blocker; b != nil {
		return b.Pool == f.t.Pools[i].Name
	}
	return !f.t.Pools[i].Upgrade.Over || f.t.Pools[i].Upgrade.End == f.t.End
}

// drainUnion merges the drains of a pool's nodes.
func (f *facts) drainUnion(pool int) [][2]des.Time {
	var all [][2]des.Time
	for _, d := range f.drains {
		if f.t.Nodes[d.node].Pool == pool {
			all = append(all, [2]des.Time{d.From, d.To})
		}
	}
	slices.SortFunc(all, func(a, b [2]des.Time) int { return cmp.Compare(a[0], b[0]) })
	var out [][2]des.Time
	for _, d := range all {
		if k := len(out); k > 0 && d[0] <= out[k-1][1] {
			out[k-1][1] = max(out[k-1][1], d[1])
			continue
		}
		out = append(out, d)
	}
	return out
}

// sharedRows packs many pools into as few rows as their times allow, each pool
// one segment with its name.
func (f *facts) sharedRows(pools []phaseRow) []phaseRow {
	var out []phaseRow
	var ends []des.Time
	for _, p := range pools {
		if len(p.segments) == 0 {
			continue
		}
		s := segment{from: p.segments[0].from, to: p.segments[len(p.segments)-1].to, fill: phaseFill}
		if p.stuck {
			s.stuck = f.never()
		}
		name := p.name[len("pool "):]
		s.labels = []string{name, faceTick.shorten(name, 70), faceTick.shorten(name, 44), ""}
		k := slices.IndexFunc(ends, func(e des.Time) bool { return e <= s.from })
		if k < 0 {
			k = len(out)
			out, ends = append(out, phaseRow{}), append(ends, 0)
		}
		out[k].segments = append(out[k].segments, s)
		out[k].drains = append(out[k].drains, p.drains...)
		out[k].stuck = out[k].stuck || p.stuck
		ends[k] = s.to
	}
	if len(out) == 0 {
		return nil
	}
	out[0].name = counted(len(pools), "pool")
	return mergeRows(out, 8)
}

// mergeRows keeps at most n rows; the last says how many more there are.
func mergeRows(rows []phaseRow, n int) []phaseRow {
	if len(rows) <= n {
		return rows
	}
	last := phaseRow{name: fmt.Sprintf("%d rows more", len(rows)-n+1)}
	for _, r := range rows[n-1:] {
		last.drains = append(last.drains, r.drains...)
		last.stuck = last.stuck || r.stuck
		for _, s := range r.segments {
			s.labels = []string{""}
			last.segments = append(last.segments, s)
		}
	}
	return append(rows[:n-1:n-1], last)
}

// phaseHeight is of a phase row's bar; the drains lie below it.
const phaseHeight = 22.0

// drawPhases draws the rows from y on and returns where they end.
func (f *facts) drawPhases(s *sheet, a *timeAxis, y float64) float64 {
	rows := f.phaseRows()
	drainsNamed := false
	for i := range rows {
		r := &rows[i]
		s.write(faceName, margin, y+phaseHeight/2, faceName.shorten(r.name, a.x0-margin-8), ink, left)
		s.segmentRow(a, r, y)
		f.noteRow(s, r)
		y += phaseHeight
		if len(r.drains) > 0 {
			s.drainBar(a, r, y+3)
			if !drainsNamed {
				s.write(faceTick, a.x0-8, y+8, "draining", muted, right)
				drainsNamed = true
			}
			y += 8
		}
		y += 8
	}
	return y
}

func (f *facts) noteRow(s *sheet, r *phaseRow) {
	s.note("row %s", r.name)
	for _, g := range r.segments {
		s.note("  %s–%s %s", time.Duration(g.from), time.Duration(g.to), g.labels[0])
	}
}

func (s *sheet) drainBar(a *timeAxis, r *phaseRow, y float64) {
	var bars shape
	for i, d := range r.drains {
		b := rect{a.x(d[0]), y, a.x(d[1]), y + 5}
		if r.stuck && i == len(r.drains)-1 {
			s.box(b, red)
			continue
		}
		bars.box(b)
	}
	s.fillShape(bars, amber)
}

// segmentRow draws the bars and, at the most detailed level at which all of
// them fit, their labels. Surge is short and has short labels of its own.
func (s *sheet) segmentRow(a *timeAxis, r *phaseRow, y float64) {
	level := 0
	for i := range r.segments {
		if g := &r.segments[i]; g.fill != skyFill || len(r.segments) == 1 {
			level = max(level, g.level(a))
		}
	}
	for i := range r.segments {
		g := &r.segments[i]
		b := rect{a.x(g.from), y, a.x(g.to), y + phaseHeight}
		if i+1 < len(r.segments) && b.w() > 3 {
			b.x1-- // a gap to the next
		}
		if g.stuck != "" {
			s.stuckSegment(g, b)
			continue
		}
		s.box(b, g.fill)
		label := g.labels[min(level, len(g.labels)-1)]
		if g.fill == skyFill {
			label = g.labels[g.level(a)]
		}
		switch {
		case label != "" && faceLabel.width(label)+2 <= b.w():
			s.write(faceLabel, (b.x0+b.x1)/2, y+phaseHeight/2, label, ink, centre)
		case len(r.segments) == 1 && b.x1+faceLabel.width(g.labels[0])+8 < a.x1:
			s.write(faceLabel, b.x1+6, y+phaseHeight/2, g.labels[0], ink, left)
		}
	}
}

// level is the most detailed label that fits into g.
func (g *segment) level(a *timeAxis) int {
	pad := 10.0
	if g.fill == skyFill {
		pad = 5
	}
	for k, l := range g.labels {
		if faceLabel.width(l)+pad <= a.x(g.to)-a.x(g.from) {
			return k
		}
	}
	return len(g.labels) - 1
}

// stuckSegment draws what never ended: hatched, its label on a plain chip.
func (s *sheet) stuckSegment(g *segment, b rect) {
	fill := mix(white, red, 0.16)
	s.box(b, fill)
	s.hatch(b, mix(white, red, 0.45))
	label := stuckLabel(g, b.w()-20)
	if label == "" {
		return
	}
	w, mid := faceStrong.width(label)/2+8, (b.x0+b.x1)/2
	s.box(rect{mid - w, b.y0, mid + w, b.y1}, fill)
	s.write(faceStrong, mid, (b.y0+b.y1)/2, label, red, centre)
}

// stuckLabel is the most that fits into w of what a stuck segment says.
func stuckLabel(g *segment, w float64) string {
	for _, l := range g.labels {
		if l != "" && faceStrong.width(l+" · "+g.stuck) <= w {
			return l + " · " + g.stuck
		}
	}
	for _, l := range append([]string{g.stuck}, g.labels...) {
		if faceStrong.width(l) <= w {
			return l
		}
	}
	return ""
}

// batchStarts are the instants that panels mark with dashed lines: batches,
// else phases that remove surge, else nothing.
func (f *facts) batchStarts() []des.Time {
	var out []des.Time
	for i := range f.t.Pools {
		p := &f.t.Pools[i]
		out = append(out, p.Batches...)
		for _, s := range p.Phases {
			if s.To > s.From && (trace.Phase(s.State) == trace.RemovingSurge || trace.Phase(s.State) == trace.Rolling) {
				out = append(out, s.From)
			}
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) > 24 {
		return nil // more would be a pattern, not marks
	}
	return out
}
