package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"rollsim/sim/model"
)

// gates judges every gate on each of its strategies. Of a strategy that never
// completes nothing is judged: what was refused at once loses nothing and costs
// nothing, and keeps no limit for that.
//
// A gate on the median, the mean, p05 or p95 is judged on the bounds of the
// statistic's interval, at 95 % at least: it passes when the whole interval
// keeps the limit, it fails when the whole interval breaks it, and otherwise it
// is inconclusive. Where there are too few replications for an interval, one
// bound may still exist, and may be enough to fail a gate or to pass it. A gate
// on min or max is judged on the replications as they are: no interval says
// anything about the extremes of runs that weren't done.
func (s *summarizer) gates() {
	for i, g := range s.in.Gates {
		for j := range s.out.Strategies {
			if x := &s.out.Strategies[j]; g.Strategy == "" || g.Strategy == x.Strategy {
				s.out.Gates = append(s.out.Gates, s.gate(i, x, &s.in.Strategies[j]))
			}
		}
	}
}

func (s *summarizer) gate(i int, x *StrategySummary, runs *StrategyRuns) GateResult {
	g := s.in.Gates[i]
	m, err := s.catalogue.Lookup(g.Metric)
	if err != nil {
		panic(fmt.Sprintf("metrics: gate %d was looked up before: %v", i, err))
	}
	out := GateResult{Gate: i, Strategy: x.Strategy, Metric: m.Name, Stat: string(g.Stat), Op: g.Op, Limit: g.Value, Written: g.Written, Unit: m.Unit}
	if out.Written == "" { // made by a program
		out.Written = m.Unit.SpellExactly(g.Value)
	}
	if x.Completes.Hits == 0 {
		out.Verdict, out.Why = NotJudged, "no replication of this strategy completes"
		return out
	}
	st, ok := x.Statistic(m.Name)
	if !ok {
		out.Verdict, out.Why = Inconclusive, "no replication of this strategy has this metric"
		return out
	}
	percent := 0
	switch g.Stat {
	case model.Min, model.Max:
		return judgeExtreme(out, st)
	case model.Mean:
		out.Value, out.Interval = st.Mean, st.MeanInterval
		if math.IsInf(st.Mean, 0) { // nothing is uncertain about it
			out.Interval = Interval{st.Mean, st.Mean, level, true}
		}
	case model.P05:
		percent, out.Value, out.Interval = 5, st.P05, st.P05Interval
	case model.P95:
		percent, out.Value, out.Interval = 95, st.P95, st.P95Interval
	default:
		percent, out.Value, out.Interval = 50, st.Median, st.MedianInterval
	}
	if !out.Interval.OK && percent > 0 {
		out = s.judgeOneSided(out, m, runs, percent)
		if out.Verdict != Inconclusive {
			return out
		}
		out.Why = fmt.Sprintf("%s needs %s for an interval, %s there", g.Stat, replications(least(float64(percent)/100)), are(st.N))
		return out
	}
	if !out.Interval.OK {
		out.Verdict, out.Why = Inconclusive, fmt.Sprintf("%s needs 2 replications for an interval, %s there", g.Stat, are(st.N))
		return out
	}
	out.Verdict = judge(out.Op, out.Limit, out.Interval)
	if out.Verdict == Inconclusive {
		out.Why = settles(out, st.N)
	}
	return out
}

// judge compares the whole interval with the limit.
func judge(op string, limit float64, i Interval) Verdict {
	keeps := func(x float64) bool {
		switch op {
		case "<=":
			return x <= limit
		case "<":
			return x < limit
		case ">=":
			return x >= limit
		}
		return x > limit
	}
	switch low, high := keeps(i.Low), keeps(i.High); {
	case low && high:
		return Pass
	case !low && !high:
		return Fail
	}
	return Inconclusive
}

func judgeExtreme(out GateResult, st Statistic) GateResult {
	out.Value = st.Min
	if out.Stat == string(model.Max) {
		out.Value = st.Max
	}
	out.Verdict = judge(out.Op, out.Limit, Interval{Low: out.Value, High: out.Value})
	return out
}

// judgeOneSided tries the two intervals that are open to one side. The one
// that decides, if any does, goes into the result.
func (s *summarizer) judgeOneSided(out GateResult, m Metric, runs *StrategyRuns, percent int) GateResult {
	var values []float64
	for _, r := range runs.Runs {
		if v, ok := m.Of(r); ok {
			values = append(values, v)
		}
	}
	x := s.sample(values)
	n, p := len(values), float64(percent)/100
	out.Verdict = Inconclusive
	var open []Interval
	if rank := lowRank(n, p, 1-level); rank >= 1 {
		open = append(open, Interval{x.values[rank-1], math.Inf(1), 1 - below(n, p, rank-1), true})
	}
	if rank := highRank(n, p, 1-level); rank <= n {
		open = append(open, Interval{math.Inf(-1), x.values[rank-1], below(n, p, rank-1), true})
	}
	for _, i := range open {
		if v := judge(out.Op, out.Limit, i); v != Inconclusive {
			out.Verdict, out.Interval = v, i
		}
	}
	return out
}

// settles says how many more replications would settle a gate. An interval
// shrinks with the square root of their number: it has to shrink from reaching
// beyond the limit to just reaching it.
func settles(g GateResult, n int) string {
	distance := math.Abs(g.Limit - g.Value)
	reach := g.Interval.High - g.Value
	if g.Limit < g.Value {
		reach = g.Value - g.Interval.Low
	}
	more := float64(n) * (reach*reach/(distance*distance) - 1)
	switch {
	case distance == 0:
		return "the value lies on the limit: more replications may never settle it"
	case math.IsInf(g.Value, 0) || math.IsInf(reach, 0) || math.IsNaN(more):
		return "the interval reaches to replications that did not complete: only many more would settle it"
	case more > 100*float64(n):
		return "the value is so close to the limit that it would take more than 100 times as many replications"
	}
	return "about " + strings.Replace(replications(roundUp(more)), " ", " more ", 1) + " would settle it"
}

// roundUp rounds up to two digits: what it rounds is an estimate.
func roundUp(x float64) int {
	scale := 1.0
	for x/scale > 100 {
		scale *= 10
	}
	return max(1, int(math.Ceil(x/scale)*scale))
}

// are is "1 is", "20 are".
func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

func replications(n int) string {
	if n == 1 {
		return "1 replication"
	}
	return strconv.Itoa(n) + " replications"
}
