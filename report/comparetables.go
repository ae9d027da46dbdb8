package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"rollsim/sim/metrics"
)

// valueWithInterval spells 3h21m [3h02m, 3h40m].
func valueWithInterval(x float64, i metrics.Interval, u metrics.Unit) string {
	if !i.OK || math.IsInf(i.Low, 1) {
		return u.Spell(x)
	}
	return fmt.Sprintf("%s [%s, %s]", u.Spell(x), u.Spell(i.Low), u.Spell(i.High))
}

func probability(p metrics.Probability) string {
	if p.N == 0 {
		return "–"
	}
	text := fmt.Sprintf("%d of %d", p.Hits, p.N)
	if p.Interval.OK {
		text += fmt.Sprintf(" [%s, %s]", share(p.Interval.Low), share(p.Interval.High))
	}
	return text
}

// starred is a strategy's name, with a star when it is recommended.
func (r CompareReport) starred(s *metrics.StrategySummary) string {
	if s.Strategy == r.Summary.Recommended {
		return s.Strategy + " *"
	}
	return s.Strategy
}

// timeTable is whether and when each strategy is over.
func (r CompareReport) timeTable() *Table {
	t := &Table{
		Head:  []string{"STRATEGY", "COMPLETES", "FITS WINDOW", "DURATION", "P95"},
		Right: []bool{false, true, true, true, true},
	}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		t.add(r.starred(s), probability(s.Completes), probability(s.FitsWindow), medianCell(s, "duration"), p95Cell(s, "duration"))
	}
	t.dropEmpty("FITS WINDOW")
	return t
}

// lossTable is what each strategy takes away and costs, and what it leaves.
func (r CompareReport) lossTable() *Table {
	t := &Table{
		Head:  []string{"STRATEGY", "WORST SHARE", "P05", "LOST", "PEAK NODES", "SURGE", "SURGE COST", "NODE BILL", "ENDS AT"},
		Right: []bool{false, true, true, true, true, true, true, true, false},
	}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		t.add(r.starred(s), medianCell(s, "min_availability"), p05Cell(s, "min_availability"), lostCell(s),
			plainMedian(s, "peak_nodes"), plainMedian(s, "surge_node_hours"), plainMedian(s, "surge_cost"), plainMedian(s, "extra_cost"), shortVersions(s.EndVersions))
	}
	if !r.beyondSurge() {
		t.drop("NODE BILL")
	}
	return t
}

// beyondSurge reports whether under some strategy more nodes came or went than
// surge nodes.
func (r CompareReport) beyondSurge() bool {
	for i := range r.Summary.Strategies {
		if goesBeyondSurge(&r.Summary.Strategies[i]) {
			return true
		}
	}
	return false
}

func goesBeyondSurge(s *metrics.StrategySummary) bool {
	extra, ok := s.Statistic("extra_node_hours")
	surge, _ := s.Statistic("surge_node_hours")
	return ok && beyondSurge(extra.Median, surge.Median)
}

// shortVersions shortens "1.30.5 / system 1.29.7, web 1.30.5" to the control
// plane's version and the pools that differ from it.
func shortVersions(all string) string {
	controlPlane, rest, ok := strings.Cut(all, " / ")
	if !ok {
		return all
	}
	pools := strings.Split(rest, ", ")
	var behind []string
	for _, p := range pools {
		if !strings.HasSuffix(p, " "+controlPlane) {
			behind = append(behind, p)
		}
	}
	const few = 3
	switch {
	case len(behind) == 0:
		return controlPlane
	case len(behind) > few:
		return fmt.Sprintf("%s, but %d of %s", controlPlane, len(behind), Count(len(pools), "pool"))
	}
	return controlPlane + ", but " + strings.Join(behind, ", ")
}

func medianCell(s *metrics.StrategySummary, metric string) string {
	x, ok := s.Statistic(metric)
	if !ok {
		return "–"
	}
	return valueWithInterval(x.Median, x.MedianInterval, x.Unit)
}

func p95Cell(s *metrics.StrategySummary, metric string) string {
	x, ok := s.Statistic(metric)
	if !ok || !x.P95Interval.OK {
		return "–"
	}
	return valueWithInterval(x.P95, x.P95Interval, x.Unit)
}

func p05Cell(s *metrics.StrategySummary, metric string) string {
	x, ok := s.Statistic(metric)
	if !ok || !x.P05Interval.OK {
		return "–"
	}
	return valueWithInterval(x.P05, x.P05Interval, x.Unit)
}

func plainMedian(s *metrics.StrategySummary, metric string) string {
	x, ok := s.Statistic(metric)
	if !ok {
		return "–"
	}
	return x.Unit.Spell(x.Median)
}

// lostCell is the pod time lost.
func lostCell(s *metrics.StrategySummary) string {
	x, ok := s.Statistic("ready_seconds_lost")
	if !ok {
		return "–"
	}
	return lostTime(x.Median, len(s.Down) > 0)
}

// differenceTable compares strategies pair by pair: a row for each metric that
// differs, and one for all that don't. Pairs that end at different versions
// aren't compared and are named among the doubts.
func (r CompareReport) differenceTable() *Table {
	t := &Table{
		Head:  []string{"A", "B", "A - B", "SIGN TEST", "METRIC"},
		Right: []bool{false, false, true, true},
	}
	units := map[string]metrics.Unit{}
	for i := range r.Summary.Strategies {
		for _, x := range r.Summary.Strategies[i].Statistics {
			units[x.Metric] = x.Unit
		}
	}
	for i := 0; i < len(r.Summary.Differences); {
		first := &r.Summary.Differences[i]
		var same []string
		for ; i < len(r.Summary.Differences); i++ {
			d := &r.Summary.Differences[i]
			if d.A != first.A || d.B != first.B {
				break
			}
			switch {
			case !d.Ranked:
			case d.Distinct:
				t.add(d.A, d.B, signed(d, units[d.Metric]), fmt.Sprintf("%s, n=%d", pValue(d.P), d.N), d.Metric)
			default:
				same = append(same, d.Metric)
			}
		}
		if len(same) > 0 {
			t.add(first.A, first.B, "~", "", strings.Join(same, ", "))
		}
	}
	return t
}

// signed spells a difference with its interval.
func signed(d *metrics.Difference, u metrics.Unit) string {
	one := func(x float64) string {
		switch {
		case math.IsInf(x, 1):
			return "A never"
		case math.IsInf(x, -1):
			return "B never"
		case u == metrics.Ratio:
			return points(x)
		case x <= 0:
			return u.Spell(x)
		}
		return "+" + u.Spell(x)
	}
	if !d.Interval.OK || math.IsInf(d.Interval.Low, 1) || math.IsInf(d.Interval.High, -1) {
		return one(d.Median)
	}
	return fmt.Sprintf("%s [%s, %s]", one(d.Median), one(d.Interval.Low), one(d.Interval.High))
}

// points spells a difference of two shares in percentage points; where it would
// round to little or nothing, with a decimal.
func points(x float64) string {
	text := strconv.FormatFloat(100*x, 'f', 0, 64)
	if x != 0 && math.Abs(x) < 0.0995 {
		text = strconv.FormatFloat(100*x, 'f', 1, 64)
	}
	if x > 0 {
		text = "+" + text
	}
	return text + " points"
}

func pValue(p float64) string {
	if p < 0.001 {
		return "p<0.001"
	}
	return "p=" + strconv.FormatFloat(p, 'f', 3, 64)
}

// gateTable is every verdict.
func (r CompareReport) gateTable() *Table {
	t := &Table{
		Head:  []string{"GATE", "CRITERION", "STRATEGY", "VALUE", "WHY"},
		Right: []bool{false, false, false, true},
	}
	for _, g := range r.Summary.Gates {
		value := "–"
		if g.Verdict != metrics.NotJudged {
			value = valueWithInterval(g.Value, g.Interval, g.Unit)
		}
		t.add(string(g.Verdict), g.Criterion(), g.Strategy, value, g.Why)
	}
	return t
}
