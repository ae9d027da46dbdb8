package report

import (
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

var never = math.Inf(1)

func interval(low, high float64) metrics.Interval {
	return metrics.Interval{Low: low, High: high, Level: 0.957, OK: true}
}

// statistics are the metrics that reports look at, of 60 replications.
func statistics(duration, share, lost float64) []metrics.Statistic {
	list := []metrics.Statistic{
		{Metric: "duration", Unit: metrics.Seconds, Median: duration},
		{Metric: "min_availability", Unit: metrics.Ratio, Median: share},
		{Metric: "ready_seconds_lost", Unit: metrics.PodSecond, Median: lost},
		{Metric: "peak_nodes", Unit: metrics.Counts, Median: 14},
		{Metric: "surge_node_hours", Unit: metrics.NodeHours, Median: 1.25},
		{Metric: "workload.front_end*|.min_availability", Unit: metrics.Ratio, Median: share},
		{Metric: "workload.front_end*|.ready_seconds_lost", Unit: metrics.PodSecond, Median: lost},
		{Metric: "workload.idle.min_availability", Unit: metrics.Ratio, Median: 1},
		{Metric: "workload.idle.ready_seconds_lost", Unit: metrics.PodSecond},
		{Metric: "workload.agent.min_availability", Unit: metrics.Ratio},
		{Metric: "workload.agent.ready_seconds_lost", Unit: metrics.PodSecond, Median: 900},
	}
	for i := range list {
		x := &list[i]
		x.N = 60
		x.Mean, x.Min, x.Max, x.P05, x.P95 = x.Median, 0.9*x.Median, 1.2*x.Median, 0.95*x.Median, 1.1*x.Median
		x.MedianInterval = interval(0.98*x.Median, 1.03*x.Median)
		x.MeanInterval = x.MedianInterval
		x.P95Interval = interval(1.05*x.Median, 1.2*x.Median)
		x.P05Interval = interval(0.9*x.Median, 0.96*x.Median)
		if math.IsInf(x.Median, 1) {
			x.MeanInterval = metrics.Interval{}
		}
	}
	return list
}

// summary is a comparison with everything that one can have: a strategy that is
// recommended, one that can't be told from it in something, one that never
// completes and has Markdown in its name, and one that ends elsewhere.
func summary() *metrics.Summary {
	s := &metrics.Summary{
		Title: "t", Cluster: "c1", Seed: 7, Replications: 60, Done: 60, WindowSeconds: 4 * 3600,
		Recommended: "full", Why: `"full" is the fastest of the strategies that complete in the window`,
		Warnings: []string{"3 pairs of strategies are compared, each at 95 % for itself"},
	}
	all := metrics.Probability{Hits: 60, N: 60, Interval: interval(0.951, 1)}
	none := metrics.Probability{Hits: 0, N: 60, Interval: interval(0, 0.049)}
	add := func(name, end string, fits metrics.Probability, list []metrics.Statistic, warnings ...string) *metrics.StrategySummary {
		s.Strategies = append(s.Strategies, metrics.StrategySummary{
			Strategy: name, Kind: "full", Replications: 60, Completes: fits, FitsWindow: fits, MedianRun: 11,
			Statistics: list, EndVersions: end, Warnings: warnings,
		})
		x := &s.Strategies[len(s.Strategies)-1]
		x.Outcomes[trace.Completed] = fits.Hits
		return x
	}
	add("full", "1.30.5 / system 1.30.5, web 1.30.5", all, statistics(4800, 0.67, 1968), "a doubt that two share")
	add("pool by pool", "1.30.5 / system 1.30.5, web 1.30.5", all, statistics(6600, 0.67, 1968), "a doubt that two share")
	s.Strategies[0].Misses = []metrics.TargetMiss{{Workload: "front_end*|", Target: 0.8, Runs: 45, Median: 92 * time.Second}, {Workload: "rare", Target: 1, Runs: 2}}
	stuck := add("*stuck* | _x_", "1.30.5 / system 1.30.5, web 1.29.7", none, statistics(never, 0.5, 12))
	stuck.Blockers = []metrics.BlockerCount{{Workload: "front_end*|", Budget: "front", Count: 41}, {Workload: "db", Count: 17}}
	stuck.Outcomes[trace.Blocked], stuck.Outcomes[trace.Horizon] = 58, 2
	s.Differences = []metrics.Difference{
		{Metric: "duration", A: "full", B: "pool by pool", Median: -1800, Interval: interval(-1830, -1770), Distinct: true, Ranked: true, P: 1e-9, N: 60},
		{Metric: "min_availability", A: "full", B: "pool by pool", Ranked: true, P: 1, N: 60},
		{Metric: "ready_seconds_lost", A: "full", B: "pool by pool", Ranked: true, P: 0.31, N: 60},
		{Metric: "duration", A: "full", B: "*stuck* | _x_", Median: -never, Interval: interval(-never, -never), Distinct: true, Ranked: true, P: 1e-9, N: 60},
		{Metric: "min_availability", A: "full", B: "*stuck* | _x_", Median: 0.17, Interval: interval(0.1, 0.2), Distinct: true, Ranked: true, P: 0.0412, N: 60},
		{Metric: "duration", A: "pool by pool", B: "*stuck* | _x_", Ranked: false, P: 1, N: 60},
	}
	s.Gates = []metrics.GateResult{
		{Strategy: "full", Metric: "duration", Stat: "p95", Op: "<=", Limit: 14400, Written: "4h", Unit: metrics.Seconds, Value: 5280, Interval: interval(5040, 5760), Verdict: metrics.Pass},
		{Strategy: "*stuck* | _x_", Metric: "duration", Stat: "p95", Op: "<=", Limit: 14400, Written: "4h", Unit: metrics.Seconds, Value: never, Interval: interval(never, never), Verdict: metrics.Fail},
		{Strategy: "full", Metric: "min_availability", Stat: "p05", Op: ">=", Limit: 0.65, Written: "65%", Unit: metrics.Ratio, Value: 0.64, Verdict: metrics.Inconclusive, Why: "p05 needs 59 replications"},
	}
	return s
}

// tooFew is a comparison of one strategy that was interrupted after so few
// replications that there is no interval, without a window and without a
// recommendation.
func tooFew() *metrics.Summary {
	s := summary()
	s.Strategies, s.Differences, s.Gates, s.Warnings = s.Strategies[:1], nil, nil, nil
	s.Done, s.WindowSeconds, s.Recommended = 3, 0, ""
	s.Why = `"full" did not complete in 1 of 3 replications`
	x := &s.Strategies[0]
	x.Misses = []metrics.TargetMiss{{Workload: "front_end*|", Target: 0.8, Runs: 1}}
	x.Replications, x.EndVersions = 3, "1.30.5 / a 1.29.7, b 1.29.7, c 1.29.7, d 1.29.7, e 1.30.5"
	x.Completes, x.FitsWindow = metrics.Probability{Hits: 2, N: 3, Interval: interval(0.09, 0.99)}, metrics.Probability{}
	x.Outcomes = [trace.Horizon + 1]int{}
	x.Outcomes[trace.Completed], x.Outcomes[trace.Failed] = 2, 1
	for i := range x.Statistics {
		m := &x.Statistics[i]
		m.N = 3
		m.MedianInterval, m.MeanInterval, m.P05Interval, m.P95Interval = metrics.Interval{}, metrics.Interval{}, metrics.Interval{}, metrics.Interval{}
	}
	x.Statistics[0].P95, x.Statistics[0].Max, x.Statistics[0].Mean = never, never, never
	return s
}

func TestCompareReports(t *testing.T) {
	pictures := []Picture{{File: "comparison.png", Alt: "Take full"}, {File: "nodes-full.png", Alt: "nodes"}}
	for _, x := range []struct {
		name    string
		summary *metrics.Summary
	}{{"all", summary()}, {"few", tooFew()}} {
		r := CompareReport{Source: source, Summary: x.summary, Daemons: map[string]bool{"agent": true}, Pictures: pictures, Header: header}
		golden(t, "compare-"+x.name+".txt", r.Text)
		golden(t, "compare-"+x.name+".md", r.Markdown)
		for i := range x.summary.Strategies { // one shows the form of all
			x.summary.Strategies[i].Statistics = x.summary.Strategies[i].Statistics[:1]
		}
		golden(t, "compare-"+x.name+".json", func(w io.Writer) error { return WriteCompareJSON(w, source, x.summary) })
	}
}

// TestVerdicts has the sentences that the goldens don't.
func TestVerdicts(t *testing.T) {
	s := summary()
	s.Strategies[0].Leaves = "apps on 1.29.7"
	r := CompareReport{Source: source, Summary: s}
	if got := r.Verdict(); !strings.HasSuffix(got, ", but leaves apps on 1.29.7") {
		t.Errorf("got %q, which doesn't say what is left behind", got)
	}
	s.Recommended, s.Undone = "", `nothing here brings all pools to 1.30.5: budget "pay" blocks "full"`
	if got := r.Verdict(); got != s.Undone {
		t.Errorf("got %q, want the blocker first", got)
	}
	few := tooFew()
	few.Recommended = "full"
	if got := (CompareReport{Summary: few}).Verdict(); strings.Contains(got, "p95") {
		t.Errorf("got %q: 3 replications have no p95", got)
	}
}

func TestShortVersions(t *testing.T) {
	for in, want := range map[string]string{
		"1.30.5":                                "1.30.5",
		"1.30.5 / a 1.30.5, b 1.30.5":           "1.30.5",
		"1.30.5 / a 1.30.5, b 1.29.7":           "1.30.5, but b 1.29.7",
		"1.3.5 / a 1.3.5, b 1.3.4, c 1.3.3":     "1.3.5, but b 1.3.4, c 1.3.3",
		"1.3.5 / a 1.3.4, b 1.3.4, c 1, d 1, e": "1.3.5, but 5 of 5 pools",
	} {
		if got := shortVersions(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// What can't be ranked is told side by side all the same, with how often it gets
// there.
func TestIncomparableIsTold(t *testing.T) {
	r := CompareReport{Summary: &metrics.Summary{Incomparable: true, Strategies: []metrics.StrategySummary{
		{Strategy: "a", Completes: metrics.Probability{Hits: 79, N: 100}, Statistics: []metrics.Statistic{
			{Metric: "duration", Unit: metrics.Seconds, Median: 600}, {Metric: "surge_node_hours", Unit: metrics.NodeHours, Median: 1.5}}},
		{Strategy: "b", Completes: metrics.Probability{Hits: 100, N: 100}, Statistics: []metrics.Statistic{{Metric: "duration", Unit: metrics.Seconds, Median: 1200}}},
	}}}
	want := `no strategy is best, for they end at different versions: "a" takes 10m00s with 1.5 node-h of surge and completes in 79 of 100 runs only, "b" takes 20m00s`
	if got := r.Verdict(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		s.Completes.Hits = 0
		s.Statistics = append(s.Statistics, metrics.Statistic{Metric: "nodes_behind", Unit: metrics.Counts, Median: float64(9 - i)})
	}
	r.Summary.Incomparable = false
	if got, want := r.Verdict(), `no strategy completes: "a" leaves 9 nodes behind, "b" leaves 8 nodes behind`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The node bill isn't what an upgrade adds: where it differs from surge, the
// report says who else changed the count of nodes, and points at surge cost.
func TestNodeBillIsDoubted(t *testing.T) {
	strategy := func(name string, surge, extra, added float64) metrics.StrategySummary {
		return metrics.StrategySummary{Strategy: name, Statistics: []metrics.Statistic{
			{Metric: "surge_node_hours", Unit: metrics.NodeHours, Median: surge},
			{Metric: "extra_node_hours", Unit: metrics.NodeHours, Median: extra},
			{Metric: "nodes_added", Unit: metrics.Counts, Max: added}}}
	}
	for _, x := range []struct {
		name       string
		strategies []metrics.StrategySummary
		want       string // "" for no doubt
	}{
		{"surge alone", []metrics.StrategySummary{strategy("a", 2, 2, 0)}, ""},
		{"scaled", []metrics.StrategySummary{strategy("a", 2, 2, 0), strategy("b", 2, 40, 0)}, "b: NODE BILL and the extra_ metrics count nodes that requests such as scale brought"},
		{"autoscaled", []metrics.StrategySummary{strategy("a", 2, -9, 3), strategy("b", 2, -40, 3)}, "every strategy: NODE BILL and the extra_ metrics count nodes that the cluster autoscaler or requests such as scale brought"},
	} {
		r := CompareReport{Source: source, Summary: &metrics.Summary{Strategies: x.strategies}}
		notes := strings.Join(r.notes(), "\n")
		if x.want == "" && notes != "" || !strings.HasPrefix(notes, x.want) {
			t.Errorf("%s: got the doubts %q, want %q", x.name, notes, x.want)
		}
		if shown := strings.Contains(strings.Join(r.lossTable().Head, "|"), "NODE BILL"); shown != (x.want != "") {
			t.Errorf("%s: the column of the node bill is shown: %v", x.name, shown)
		}
	}
}
