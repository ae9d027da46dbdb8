package metrics

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestSpell(t *testing.T) {
	for _, x := range []struct {
		x    float64
		u    Unit
		want string
	}{
		{math.Inf(1), Seconds, "never"},
		{math.NaN(), Seconds, "–"},
		{1e300, Seconds, "never"},
		{90, Seconds, "1m30s"},
		{math.Inf(1), Counts, "–"},
		{9, Counts, "9"},
		{0.999, Ratio, ">99 %"},
		{0.001, Ratio, "<1 %"},
		{0, Ratio, "0 %"},
		{1, Ratio, "100 %"},
		{2.5, Dollars, "$2.50"},
		{1.24, NodeHours, "1.2 node-h"},
		{-1.24, NodeHours, "-1.2 node-h"},
		{0, NodeHours, "0 node-h"},
		{-0.02, NodeHours, "-0.02 node-h"},
		{1e-9, NodeHours, "<0.0001 node-h"},
		{0, Dollars, "$0"},
		{0.004, Dollars, "$0.004"},
		{-0.35, Dollars, "-$0.35"},
		{-90, Seconds, "-1m30s"},
		{0, PodSecond, "0 pod-s"},
		{0.2, PodSecond, "<1 pod-s"},
		{99, PodSecond, "99 pod-s"},
		{100, PodSecond, "1.7 pod-min"},
		{7200, PodSecond, "2.0 pod-h"},
	} {
		if got := x.u.Spell(x.x); got != x.want {
			t.Errorf("%v %s: got %s, want %s", x.x, x.u, got, x.want)
		}
	}
}

// A limit is never rounded, or a report would say that 99.2 % breaks a limit of
// 99 %.
func TestSpellExactly(t *testing.T) {
	for _, x := range []struct {
		x    float64
		u    Unit
		want string
	}{
		{0.995, Ratio, "99.5 %"},
		{0.07, Ratio, "7 %"},
		{5430, Seconds, "1h30m30s"},
		{14400, Seconds, "4h"},
		{9, Counts, "9"},
		{0.125, Dollars, "$0.125"},
		{1.25, NodeHours, "1.25 node-h"},
		{100, PodSecond, "100 pod-s"},
	} {
		if got := x.u.SpellExactly(x.x); got != x.want {
			t.Errorf("%v %s: got %s, want %s", x.x, x.u, got, x.want)
		}
	}
}

// The sentence for a recommendation tells two medians apart that round to the
// same, and says of whom each criterion speaks.
func TestWhyTellsApart(t *testing.T) {
	ready := func(n int) func(int, *Run) {
		return func(_ int, r *Run) { r.Workloads[0].Desired, r.Workloads[0].MinReady = 1000, n }
	}
	s := summarize(t, Input{Replications: 20, Strategies: []StrategyRuns{made("a", 20, ready(921)), made("b", 20, ready(918))}})
	if want := "median 92.1 % against 91.8 % of \"b\""; !strings.HasSuffix(s.Why, want) {
		t.Errorf("why: %s; want %s at its end", s.Why, want)
	}
	s = summarize(t, Input{Replications: 20, Strategies: []StrategyRuns{
		made("a", 20, ready(900)), made("b", 20, ready(500)),
		made("c", 20, func(i int, r *Run) { ready(900)(i, r); r.Duration += time.Hour }),
	}})
	want := `of the 3 strategies that complete, "a" keeps a better worst availability than another one (median 90 % against 50 % of "b") and is faster than another one (median 1h00m against 2h00m of "c")`
	if s.Why != want {
		t.Errorf("why: %s\nwant: %s", s.Why, want)
	}
}
