package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"rollsim/sim/metrics"
)

// A cell is a text of the table with how it looks.
type cell struct {
	str    string
	bad    bool // a criterion that is missed: red
	strong bool
}

// columns are the right edges of the table's columns.
type columns struct{ median, spread, sessions, fits, ready, peak, surge, gates float64 }

// columns leaves no room for criteria where there are none, nor for sessions.
func (c *comparison) columns() columns {
	switch gates := len(c.m.Gates) > 0; {
	case c.inSessions() && gates:
		return columns{235, 345, 440, 550, 630, 702, 785, 868}
	case c.inSessions():
		return columns{255, 375, 480, 610, 690, 775, 868, 868}
	case gates:
		return columns{290, 394, 394, 534, 618, 696, 785, 868}
	}
	return columns{310, 430, 430, 590, 684, 774, 868, 868}
}

// inSessions reports whether some strategy takes several sessions: then the
// longest one tells more than the duration, which has the days between in it.
func (c *comparison) inSessions() bool {
	return slices.ContainsFunc(c.all, func(k candidate) bool {
		x, ok := statistic(k.StrategySummary, "sessions")
		return ok && k.finishes && x.Median > 1
	})
}

// sessionsCell is how many sessions there are and how long the longest one is;
// empty where the column isn't shown.
func (c *comparison) sessionsCell(k *candidate) cell {
	if !c.inSessions() {
		return cell{}
	}
	n, ok := statistic(k.StrategySummary, "sessions")
	longest, _ := statistic(k.StrategySummary, "longest_session")
	if !ok || math.IsInf(longest.Median, 0) {
		return cell{str: "–"}
	}
	return cell{str: decimalsOf(n.Median) + ", " + hours(longest.Median)}
}

// table draws a row for each strategy and returns where it ends.
func (c *comparison) table(y float64) float64 {
	s, col := c.s, c.columns()
	head := func(x float64, label string, a align) { s.write(faceTick, x, y+8, label, muted, a) }
	fits := "fits the window"
	if c.m.WindowSeconds <= 0 {
		fits = "finishes"
	}
	head(margin+26, "strategy", left)
	median := "median"
	if c.plot == (rect{}) && c.fastest() != nil {
		median += ", " + c.a.unit // no axis says it
	}
	head(col.median, median, right)
	runs, ready := "90 % of runs", "ready, p05"
	if !c.enough() {
		runs, ready = "all runs", "ready, least"
	}
	head(col.spread, runs, right)
	if c.inSessions() {
		head(col.sessions, "sessions, max", right)
	}
	head(col.fits, fits, right)
	head(col.ready, ready, right)
	head(col.peak, "peak nodes", right)
	head(col.surge, "surge node-h", right)
	if len(c.m.Gates) > 0 {
		head(col.gates, "criteria", right)
	}
	y += 20
	s.hline(margin, pageWidth-margin, y, rules, 0.5)
	for i := range c.all {
		c.tableRow(&c.all[i], y)
		y += 27
		s.hline(margin, pageWidth-margin, y, grid, 0.5)
	}
	return y
}

func (c *comparison) tableRow(k *candidate, y float64) {
	s, col := c.s, c.columns()
	mid := y + 13.5
	if k.best {
		s.box(rect{margin, y + 0.5, pageWidth - margin, y + 26.5}, mix(white, blue, 0.08))
	}
	at := pt{margin + 11, mid}
	switch {
	case !k.finishes:
		var p shape
		p.open([]pt{{at.x - 4, mid - 4}, {at.x + 4, mid + 4}})
		p.open([]pt{{at.x - 4, mid + 4}, {at.x + 4, mid - 4}})
		s.strokeShape(p, k.colour, 2)
	case !k.ranked:
		s.box(rect{at.x, at.y, at.x, at.y}.grow(5), k.colour)
		s.box(rect{at.x, at.y, at.x, at.y}.grow(2.5), white)
	default:
		s.dot(at, 5, k.colour)
		if k.beaten {
			s.dot(at, 2.75, white)
		}
	}
	s.write(faceStrong, margin+26, mid, faceStrong.shorten(k.Strategy, col.median-60-margin-26), ink, left)
	put := func(x float64, v cell) {
		f, colour := faceLabel, ink
		if k.best || v.strong {
			f = faceStrong
		}
		if v.bad {
			f, colour = faceStrong, redWords
		}
		s.write(f, x, mid, v.str, colour, right)
	}
	put(col.median, c.medianCell(k))
	put(col.spread, c.rangeCell(k))
	put(col.sessions, c.sessionsCell(k))
	put(col.fits, c.fitsCell(k, mid))
	put(col.ready, c.readyCell(k))
	put(col.peak, c.plain(k, "peak_nodes"))
	put(col.surge, c.plain(k, "surge_node_hours"))
	if len(c.m.Gates) > 0 {
		c.gatesCell(k, mid)
	}
	if c.inSessions() {
		s.note("sessions of %s: %s", k.Strategy, c.sessionsCell(k).str)
	}
	s.note("row %s: %s | %s | %s | %s | %s | %s | %s", k.Strategy, c.medianCell(k).str, c.rangeCell(k).str,
		c.fitsText(k), c.readyCell(k).str, c.plain(k, "peak_nodes").str, c.plain(k, "surge_node_hours").str, k.gatesText())
}

func (c *comparison) medianCell(k *candidate) cell {
	if !k.finishes {
		return cell{str: "∞", bad: true}
	}
	return cell{str: c.same(k, "duration") + c.clockOf(k.duration.Median)}
}

// same is "~ " when the strategy can't be told apart from the recommended one.
func (c *comparison) same(k *candidate, metric string) string {
	for _, d := range c.m.Differences {
		pair := d.A == k.Strategy && d.B == c.m.Recommended || d.B == k.Strategy && d.A == c.m.Recommended
		if pair && d.Metric == metric && d.Ranked && !d.Distinct && !k.best {
			return "~ "
		}
	}
	return ""
}

func (c *comparison) rangeCell(k *candidate) cell {
	switch {
	case !k.finishes:
		return cell{str: c.whyUnfinished(k), bad: true}
	case k.Replications < 2:
		return cell{str: "one run"}
	}
	early, late := c.spread(k.duration)
	return cell{str: c.rangeOf(early, late), bad: math.IsInf(late, 1)}
}

// fitsOf is the probability of the column: to fit the window, or to finish.
func (c *comparison) fitsOf(k *candidate) metrics.Probability {
	if c.m.WindowSeconds > 0 {
		return k.FitsWindow
	}
	return k.Completes
}

func (c *comparison) fitsText(k *candidate) string {
	p := c.fitsOf(k)
	switch {
	case p.N == 0:
		return "–"
	case p.N >= 100:
		return percent(float64(p.Hits) / float64(p.N))
	case p.Interval.OK && !c.inSessions(): // else there is no room
		return fmt.Sprintf("%d of %d, %s–%s", p.Hits, p.N, outOfHundred(p.Interval.Low), percent(p.Interval.High))
	}
	return fmt.Sprintf("%d of %d", p.Hits, p.N)
}

// fitsCell draws the share as a bar left of its text.
func (c *comparison) fitsCell(k *candidate, mid float64) cell {
	p := c.fitsOf(k)
	v := cell{str: c.fitsText(k), bad: p.N > 0 && float64(p.Hits) < 0.9*float64(p.N)}
	if p.N >= 100 {
		const w = 48.0
		x := c.columns().fits - 46 - w
		c.s.box(rect{x, mid - 3, x + w, mid + 3}, grid)
		if p.Hits > 0 {
			c.s.box(rect{x, mid - 3, x + w*float64(p.Hits)/float64(p.N), mid + 3}, blue)
		}
	}
	return v
}

func (c *comparison) readyCell(k *candidate) cell {
	if !k.hasReady {
		return cell{str: "–"}
	}
	low, _ := c.spread(k.ready)
	return cell{str: c.same(k, "min_availability") + percent(low), bad: c.target > 0 && low < c.target}
}

func (c *comparison) plain(k *candidate, metric string) cell {
	x, ok := statistic(k.StrategySummary, metric)
	if !ok || math.IsInf(x.Median, 0) {
		return cell{str: "–"}
	}
	if x.Unit == metrics.Counts {
		return cell{str: number(int(math.Round(x.Median)))}
	}
	return cell{str: decimals(x.Median)}
}

func (k *candidate) gatesText() string {
	switch {
	case k.gates == 0:
		return "–"
	case len(k.failing) > 0:
		return fmt.Sprintf("%d of %d fail", len(k.failing), k.gates)
	case k.undecided > 0:
		return fmt.Sprintf("%d open", k.undecided)
	}
	return "all met"
}

func (c *comparison) gatesCell(k *candidate, mid float64) {
	str, edge := k.gatesText(), c.columns().gates
	if len(k.failing) == 0 {
		f := faceLabel
		if k.best {
			f = faceStrong
		}
		c.s.write(f, edge, mid, str, ink, right)
		return
	}
	b := boxOf(faceStrong, str, edge, mid, right)
	c.s.box(rect{b.x0 - 5, mid - 9, b.x1 + 5, mid + 9}, red)
	c.s.write(faceStrong, edge, mid, str, white, right)
}

// remarks names failed criteria and other end versions below the table.
func (c *comparison) remarks(y float64) float64 {
	var out []string
	for i := range c.all {
		k := &c.all[i]
		for _, g := range k.failing {
			out = append(out, fmt.Sprintf("“%s” fails %s %s %s %s: %s.", k.Strategy, g.Metric, g.Stat, spelled(g.Op),
				g.Written, c.valueOf(g.Value, g.Unit)))
		}
	}
	for i := range c.all {
		k := &c.all[i]
		if !k.ranked && k.finishes && k.EndVersions != "" {
			out = append(out, fmt.Sprintf("“%s” isn’t ranked with the others: it ends at %s.", k.Strategy, k.EndVersions))
		}
	}
	if n := len(out); n > 6 {
		out = append(out[:5], fmt.Sprintf("And %d more.", n-5))
	}
	for _, l := range out {
		y += 18
		c.s.write(faceTick, margin+4, y-4, faceTick.clip(l, innerW-8), text, left)
		c.s.note("remark: %s", l)
	}
	return y
}

// spelled writes >= as ≥.
func spelled(op string) string { return strings.NewReplacer(">=", "≥", "<=", "≤").Replace(op) }

func (c *comparison) valueOf(v float64, u metrics.Unit) string {
	if math.IsInf(v, 0) {
		return "not finished"
	}
	switch u {
	case metrics.Seconds: // as exact as its limit
		return u.Spell(v)
	case metrics.Ratio:
		return percent(v)
	case metrics.Counts:
		return decimalsOf(v)
	case metrics.Dollars:
		return u.Spell(v)
	}
	return decimals(v) + " " + string(u)
}

// decimalsOf prints counts without decimals where they have none.
func decimalsOf(v float64) string {
	if v == math.Trunc(v) {
		return number(int(v))
	}
	return decimals(v)
}

func (c *comparison) footer() []string {
	var out []string
	red, tilde, hollow, square := false, false, false, false
	for i := range c.all {
		k := &c.all[i]
		red = red || c.rangeCell(k).bad || c.fitsOf(k).N > 0 && float64(c.fitsOf(k).Hits) < 0.9*float64(c.fitsOf(k).N) || c.readyCell(k).bad
		tilde = tilde || c.same(k, "duration")+c.same(k, "min_availability") != ""
		hollow = hollow || k.beaten
		square = square || k.finishes && !k.ranked
	}
	switch {
	case c.plot == (rect{}):
	case c.enough():
		out = append(out, "Dot: median; bars: 90 % of the runs; p05: 95 % of the runs have more.")
	case c.runs() > 1:
		out = append(out, fmt.Sprintf("Dot: median; bars: all runs; least: the lowest of all runs; p05 and p95 need %d.", metrics.Needed))
	default:
		out = append(out, fmt.Sprintf("One run; p05 and p95 need %d.", metrics.Needed))
	}
	if c.inSessions() {
		out = append(out, "Sessions: how many, and how long the longest is; medians.")
	}
	if hollow {
		out = append(out, "Hollow dot: beaten, no better in anything shown.")
	}
	if square {
		out = append(out, "Square: ends at other versions, so not ranked.")
	}
	if red {
		what := "fits in under 90 % of the runs"
		if c.m.WindowSeconds <= 0 {
			what = "finishes in under 90 % of the runs"
		}
		if c.target > 0 {
			if what += ", or below the target in over 5 %"; !c.enough() {
				what = strings.TrimSuffix(what, " in over 5 %") + " in some"
			}
		}
		out = append(out, "Red: "+what+".")
	}
	if tilde {
		out = append(out, "~: can’t be told apart from the recommended one.")
	}
	if n := c.runs(); n > 1 && n < 100 && !c.inSessions() {
		out = append(out, "Shares with their 95 % interval.")
	}
	return append(out, "Simulated runs.")
}
