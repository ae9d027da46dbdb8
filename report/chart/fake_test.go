package chart

import (
	"math"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// plan is one strategy of a made-up summary: medians with the ends of the 90 %
// bars, durations in minutes.
type plan struct {
	name             string
	p05, median, p95 float64 // minutes; +Inf: not finished
	low, ready, high float64
	fits, peak       int
	surge            float64
	versions         string
	blocked          int
}

const sameVersions = "1.30.5 / system 1.30.5, web 1.30.5"

// summaryOf makes a summary of n runs each with a window in minutes, 0: none.
func summaryOf(n int, window float64, recommended string, plans ...plan) *metrics.Summary {
	m := &metrics.Summary{Title: "shop", Seed: 1, Replications: n, Done: n, WindowSeconds: window * 60, Recommended: recommended}
	for _, p := range plans {
		s := metrics.StrategySummary{Strategy: p.name, Kind: "per-pool", Replications: n, EndVersions: p.versions}
		if s.EndVersions == "" {
			s.EndVersions = sameVersions
		}
		done := n - p.blocked
		if done > 0 {
			s.CompleteEnd = s.EndVersions
		}
		s.Outcomes[trace.Completed] = done
		s.Outcomes[trace.Blocked] = p.blocked
		s.Completes = probabilityOf(done, n)
		if window > 0 {
			s.FitsWindow = probabilityOf(p.fits, n)
		}
		if p.blocked > 0 {
			s.Blockers = []metrics.BlockerCount{{Workload: "single", Budget: "single", Count: p.blocked}}
		}
		add := func(metric string, u metrics.Unit, p05, median, p95 float64) {
			s.Statistics = append(s.Statistics, metrics.Statistic{Metric: metric, Unit: u, N: n,
				P05: p05, Median: median, P95: p95, Min: p05, Max: p95})
		}
		add("duration", metrics.Seconds, p.p05*60, p.median*60, p.p95*60)
		add("min_availability", metrics.Ratio, p.low, p.ready, p.high)
		add("peak_nodes", metrics.Counts, float64(p.peak), float64(p.peak), float64(p.peak))
		add("surge_node_hours", metrics.NodeHours, p.surge, p.surge, p.surge)
		m.Strategies = append(m.Strategies, s)
	}
	return m
}

func probabilityOf(hits, n int) metrics.Probability {
	share := float64(hits) / float64(n)
	d := 1.96 * math.Sqrt(share*(1-share)/float64(n)+0.25/float64(n)/float64(n))
	return metrics.Probability{Hits: hits, N: n, Interval: metrics.Interval{
		Low: max(0, share-d), High: min(1, share+d), Level: 0.95, OK: true}}
}

var inf = math.Inf(1)

// summaries are made-up comparisons of every kind.
func summaries() map[string]*metrics.Summary {
	five := []plan{
		{name: "in place, 2", p05: 154, median: 186, p95: 224, low: .65, ready: .70, high: .73, fits: 396, peak: 30, surge: 0},
		{name: "surge 1", p05: 364, median: 398, p95: 435, low: .94, ready: .955, high: .957, fits: 0, peak: 31, surge: 6.8},
		{name: "surge 10 %", p05: 172, median: 201, p95: 235, low: .90, ready: .924, high: .93, fits: 384, peak: 33, surge: 10.1},
		{name: "surge 33 %", p05: 78, median: 96, p95: 123, low: .79, ready: .84, high: .86, fits: 400, peak: 40, surge: 16.2},
		{name: "surge 100 %", p05: 43, median: 57, p95: 76, low: .70, ready: .77, high: .80, fits: 400, peak: 60, surge: 28.5},
	}
	out := map[string]*metrics.Summary{}
	out["five"] = summaryOf(400, 240, "surge 10 %", five...)
	out["five"].Gates = []metrics.GateResult{
		{Strategy: "in place, 2", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: .8, Written: "80%", Unit: metrics.Ratio, Value: .65, Verdict: metrics.Fail},
		{Strategy: "surge 1", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: .8, Written: "80%", Unit: metrics.Ratio, Value: .94, Verdict: metrics.Pass},
		{Strategy: "surge 10 %", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: .8, Written: "80%", Unit: metrics.Ratio, Value: .9, Verdict: metrics.Pass},
		{Strategy: "surge 33 %", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: .8, Written: "80%", Unit: metrics.Ratio, Value: .79, Verdict: metrics.Inconclusive},
		{Strategy: "surge 100 %", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: .8, Written: "80%", Unit: metrics.Ratio, Value: .7, Verdict: metrics.Fail},
	}
	out["one"] = summaryOf(1, 0, "full", plan{name: "full", p05: 21, median: 21, p95: 21, low: .5, ready: .5, high: .5, peak: 7, surge: .4})
	out["few"] = summaryOf(12, 60, "per-pool",
		plan{name: "full", p05: 41, median: 46, p95: 52, low: .6, ready: .667, high: .667, fits: 12, peak: 9, surge: 1.2},
		plan{name: "per-pool", p05: 42, median: 47, p95: 53, low: .667, ready: .667, high: .75, fits: 12, peak: 9, surge: 1.2},
		plan{name: "control-plane-only", p05: 6, median: 8, p95: 11, low: 1, ready: 1, high: 1, fits: 12, peak: 8, versions: "1.30.5 / system 1.29.7, web 1.29.7"})
	out["few"].Differences = []metrics.Difference{
		{Metric: "duration", A: "full", B: "per-pool", Ranked: true}, {Metric: "min_availability", A: "full", B: "per-pool", Ranked: true}}
	out["blocked"] = summaryOf(100, 240, "",
		plan{name: "full", p05: inf, median: inf, p95: inf, low: .75, ready: .75, high: .75, blocked: 100, peak: 9, surge: 1.2, versions: "1.30.5 / system 1.29.7"},
		plan{name: "a strategy with quite a long name of its own", p05: 130, median: 180, p95: inf, low: .6, ready: .75, high: 1, blocked: 30, fits: 60, peak: 9, surge: 2})
	out["blocked"].Why = "no strategy finishes in 95 of 100 runs"
	out["none"] = summaryOf(50, 0, "", plan{name: "full", p05: inf, median: inf, p95: inf, low: .75, ready: .75, high: .75, blocked: 50})
	var ten []plan
	for i := range 10 {
		f := float64(i)
		ten = append(ten, plan{name: []string{"surge 1", "surge 2", "surge 3", "surge 4", "surge 5", "surge 6", "in place", "all at once", "nightly", "blue"}[i],
			p05: 3000 - 270*f, median: 3200 - 270*f, p95: 3500 - 270*f, low: .97 - .03*f, ready: .98 - .03*f, high: .99 - .03*f, fits: 10 * i, peak: 30 + i, surge: f})
	}
	out["ten"] = summaryOf(100, 1440, "surge 6", ten...)
	out["lossy"] = lossy()
	out["sessions"] = inSessions(100)
	out["few, in sessions"] = inSessions(50)
	out["same"] = summaryOf(100, 0, "", plan{name: "a", p05: .3, median: .5, p95: .6, low: 1, ready: 1, high: 1}, plan{name: "b", p05: .3, median: .5, p95: .6, low: 1, ready: 1, high: 1})
	return out
}
