package chart

import (
	"strings"
	"testing"

	"rollsim/sim/metrics"
)

// inSessions is a comparison over days of which one strategy takes three evenings
// and the other one long one.
func inSessions(runs int) *metrics.Summary {
	day := 24 * 60.0
	m := summaryOf(runs, 0, "in three evenings",
		plan{name: "in one go", p05: 9*60 + 23, median: 10*60 + 31, p95: 11*60 + 38, low: .986, ready: .986, high: .986, peak: 84, surge: 11},
		plan{name: "in three evenings", p05: 14 * day, median: 14*day + 91, p95: 14*day + 165, low: .97, ready: .986, high: .986, peak: 84, surge: 11})
	for i, x := range []struct{ sessions, longest float64 }{{1, 10*60 + 31}, {3, 4*60 + 37}} {
		m.Strategies[i].Statistics = append(m.Strategies[i].Statistics,
			metrics.Statistic{Metric: "sessions", Unit: metrics.Counts, N: runs, Median: x.sessions},
			metrics.Statistic{Metric: "longest_session", Unit: metrics.Seconds, N: runs, Median: x.longest * 60},
			metrics.Statistic{Metric: "ready_seconds_lost", Unit: metrics.PodSecond, N: runs, Median: 1000 * x.sessions})
	}
	m.Gates = []metrics.GateResult{
		{Strategy: "in one go", Metric: "longest_session", Stat: "p95", Op: "<=", Written: "5h", Unit: metrics.Seconds, Value: 11.6 * 3600, Verdict: metrics.Fail}}
	return m
}

// TestSessionsAreTabulated holds that where a strategy takes several sessions the
// table has how many, and the longest; that less than a day isn't spelled in
// days; and that the axis tells of the same share as the table: a worst run that
// differs isn't hidden behind equal medians.
func TestSessionsAreTabulated(t *testing.T) {
	p := drawComparison(inSessions(50), Options{})
	texts := ""
	for _, b := range p.sheet.boxes {
		texts += b.text + "\n"
	}
	for _, want := range []string{"sessions, max\n", "1, 10:31 h\n", "3, 4:37 h\n", "9:23–11:38 h\n", "14 d–14 d 3 h\n",
		"worst share of ready replicas in any workload", "ready, least\n", "least: the lowest of all runs", "Sessions: how many"} {
		if !strings.Contains(texts, want) {
			t.Errorf("the picture lacks %q:\n%s", want, texts)
		}
	}
	if strings.Contains(texts, "0 d ") {
		t.Errorf("less than a day is spelled in days:\n%s", texts)
	}
	if p := drawComparison(lossy(), Options{}); strings.Contains(strings.Join(p.Series(), "\n"), "sessions of") {
		t.Error("sessions where each strategy takes one")
	}
}
