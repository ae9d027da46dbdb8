package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// made makes n runs of a strategy; vary changes run i of them.
func made(name string, n int, vary func(i int, r *Run)) StrategyRuns {
	s := StrategyRuns{Name: name, Kind: "full"}
	for i := range n {
		r := &Run{
			Strategy: name, Replication: i, Outcome: trace.Completed, Duration: time.Hour, Settled: time.Hour, HasSettled: true, CostKnown: true,
			EndControlPlane: "1.30.5",
			Pools:           []PoolRun{{Name: "web", EndVersion: "1.30.5", Upgrade: PhaseRun{0, 100, true, true}}},
			Workloads:       []WorkloadRun{{Namespace: "shop", Name: "web", Kind: "Deployment", Desired: 10, MinReady: 8, MeanAvailability: 0.9}},
		}
		if vary != nil {
			vary(i, r)
		}
		s.Runs = append(s.Runs, r)
	}
	return s
}

// noise is the same for replication i of every strategy, as chance is.
func noise(i int) time.Duration {
	return time.Duration(rand.New(rand.NewPCG(1, uint64(i))).NormFloat64() * float64(5*time.Minute))
}

func summarize(t *testing.T, in Input) *Summary {
	t.Helper()
	s, err := Summarize(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSummarize(t *testing.T) {
	in := Input{Title: "T", Cluster: "c", Seed: 1, Replications: 100, Window: 4 * time.Hour, Strategies: []StrategyRuns{
		made("full", 100, func(i int, r *Run) {
			r.Duration += time.Duration(i) * time.Minute
			if i >= 97 {
				r.Outcome = trace.Blocked
				r.Blockers = []Blocker{{Workload: "web", Budget: "b", Pod: "web-22222"}}
				r.HasSettled = false
			}
		}),
	}}
	s := summarize(t, in)
	x := s.Strategies[0]
	check(t, "completed", x.Outcomes[trace.Completed], 97)
	check(t, "blocked", x.Outcomes[trace.Blocked], 3)
	check(t, "hits", x.Completes.Hits, 97)
	check(t, "fits", x.FitsWindow.Hits, 97)
	check(t, "median run", x.MedianRun, 49)
	check(t, "end versions", x.EndVersions, "1.30.5 / web 1.30.5")
	check(t, "blocker", x.Blockers[0].Count, 3)
	d, ok := x.Statistic("duration")
	check(t, "has a duration", ok, true)
	check(t, "median", d.Median, 3600+49*60)
	check(t, "p95", d.P95, 3600+94*60)
	check(t, "max", d.Max, math.Inf(1))
	check(t, "upper bound of p95", d.P95Interval.High, math.Inf(1))
	if w := strings.Join(x.Warnings, "\n"); !strings.Contains(w, "3 of 100 replications did not complete") || !strings.Contains(w, "3 of 100 replications some workload never got") {
		t.Errorf("warnings: %s", w)
	}
	for i := 97; i < 99; i++ {
		in.Strategies[0].Runs[i].Outcome = trace.Horizon
	}
	if w := strings.Join(summarize(t, in).Strategies[0].Warnings, "\n"); !strings.Contains(w, "in 2 of 100 replications the observation ended at the horizon") || !strings.Contains(w, "in 1 of 100 replications some workload never got") {
		t.Errorf("warnings with two horizons: %s", w)
	}
	check(t, "recommended", s.Recommended, "full")
	check(t, "why", s.Why, `"full" completes in the window; but it did not complete in 3 of 100 replications (first in replication 97)`)
	if _, ok := x.Statistic("workload.web.below_target"); ok {
		t.Error("there is a statistic of time below a target that isn't set")
	}
}

func TestSummarizeCountsTheCompletePrefix(t *testing.T) {
	in := Input{Replications: 50, Strategies: []StrategyRuns{made("a", 12, nil), made("b", 11, nil)}}
	s := summarize(t, in)
	check(t, "done", s.Done, 11)
	check(t, "n", s.Strategies[0].Statistics[0].N, 11)
	check(t, "warning", s.Warnings[0], "interrupted: 11 of 50 replications are complete and counted")
	if w := s.Strategies[0].Warnings; len(w) != 1 || w[0] != "11 replications are too few for an interval of p05 or p95, so these aren't shown; 59 are needed" {
		t.Errorf("warnings: %q", w)
	}
	if _, err := Summarize(Input{Strategies: []StrategyRuns{made("a", 0, nil)}}); err == nil {
		t.Error("nothing was summarized without an error")
	}
}

// Two strategies differ by one minute in runs that vary by five: hopeless to
// see unpaired, plain when paired.
func TestPairedDifferences(t *testing.T) {
	in := Input{Replications: 40, Strategies: []StrategyRuns{
		made("slow", 40, func(i int, r *Run) {
			r.Duration += noise(i) + time.Minute + time.Duration(i%5)*time.Second
		}),
		made("fast", 40, func(i int, r *Run) { r.Duration += noise(i) }),
		made("same", 40, func(i int, r *Run) { r.Duration += noise(i) + time.Duration(i%2*2-1)*time.Second }),
		made("elsewhere", 40, func(i int, r *Run) { r.EndControlPlane, r.EndMixed = "1.31.0", true }),
	}}
	s := summarize(t, in)
	get := func(metric, a, b string) Difference {
		i := slices.IndexFunc(s.Differences, func(d Difference) bool { return d.Metric == metric && d.A == a && d.B == b })
		if i < 0 {
			t.Fatalf("no difference of %s and %s in %s", a, b, metric)
		}
		return s.Differences[i]
	}
	d := get("duration", "slow", "fast")
	if !d.Distinct || !d.Ranked || d.Median != 62 || d.Interval.Low < 60 || d.P > 1e-9 || d.N != 40 {
		t.Errorf("slow against fast: got %+v", d)
	}
	if d := get("duration", "fast", "same"); d.Distinct || d.P < 0.9 {
		t.Errorf("fast against same: got %+v", d)
	}
	if d := get("min_availability", "slow", "fast"); d.Distinct || d.Median != 0 || d.P != 1 {
		t.Errorf("equal availability: got %+v", d)
	}
	if d := get("duration", "slow", "elsewhere"); d.Ranked || d.Distinct {
		t.Errorf("different versions at the end: got %+v", d)
	}
	check(t, "recommended", s.Recommended, "fast")
	check(t, "why", s.Why, `of the 3 strategies that complete, "fast" is the fastest, and loses about as much as they do: median 1h01m against 1h02m of "slow"`)
	if w := strings.Join(s.Warnings, "\n"); !strings.Contains(w, "6 pairs") || !strings.Contains(w, `ranked against each other: "slow", "fast", "same"; "elsewhere"`) {
		t.Errorf("warnings: %s", w)
	}
}

// Runs that never complete are infinitely slow; two of them are equal.
func TestDifferencesOfUnfinishedRuns(t *testing.T) {
	stop := func(from int) func(int, *Run) {
		return func(i int, r *Run) {
			if i >= from {
				r.Outcome = trace.Blocked
			}
		}
	}
	s := summarize(t, Input{Strategies: []StrategyRuns{made("a", 20, stop(2)), made("b", 20, stop(18))}})
	for _, d := range s.Differences {
		if math.IsNaN(d.Median) || math.IsNaN(d.Interval.Low) || math.IsNaN(d.Interval.High) || math.IsNaN(d.P) {
			t.Fatalf("NaN in %+v", d)
		}
	}
	d := s.Differences[0]
	if d.Metric != "duration" || !math.IsInf(d.Median, 1) || !d.Distinct {
		t.Errorf("got %+v, want an infinite, distinct difference", d)
	}
}

func TestGates(t *testing.T) {
	minutes := func(n int) StrategyRuns { // 60, 61, ... minutes
		return made("s", n, func(i int, r *Run) { r.Duration += time.Duration(i) * time.Minute })
	}
	gate := func(stat model.Stat, op string, value float64) model.Gate {
		return model.Gate{Metric: "duration", Stat: stat, Op: op, Value: value * 60}
	}
	for _, c := range []struct {
		name string
		runs StrategyRuns
		gate model.Gate
		want Verdict
		why  string
	}{
		{"far below", minutes(100), gate(model.P95, "<=", 240), Pass, ""},
		{"far above", minutes(100), gate(model.P95, "<=", 100), Fail, ""},
		{"in the interval", minutes(100), gate(model.P95, "<=", 155), Inconclusive, "about 2400 more replications would settle it"},
		{"on the limit", minutes(100), gate(model.P95, "<=", 154), Inconclusive, "the value lies on the limit: more replications may never settle it"},
		{"bound on the limit", minutes(100), gate(model.Median, "<=", 120), Pass, ""},
		{"bound on the limit, strictly", minutes(100), gate(model.Median, "<", 120), Inconclusive, "about 1 more replication would settle it"},
		{"at least, passes", minutes(100), gate(model.P05, ">=", 60), Pass, ""},
		{"at least, fails", minutes(100), gate(model.P05, ">=", 90), Fail, ""},
		{"more than, fails on the bound", minutes(10), gate(model.Median, ">", 68), Fail, ""},
		{"mean", minutes(100), gate(model.Mean, "<=", 120), Pass, ""},
		{"mean of one", minutes(1), gate(model.Mean, "<=", 120), Inconclusive, "mean needs 2 replications for an interval, 1 is there"},
		{"too few", minutes(20), gate(model.P95, "<=", 240), Inconclusive, "p95 needs 59 replications for an interval, 20 are there"},
		{"too few to pass but not to fail", minutes(20), gate(model.P95, "<=", 70), Fail, ""},
		{"too few to fail but not to pass", minutes(20), gate(model.P95, ">=", 70), Pass, ""},
		{"min", minutes(3), gate(model.Min, ">=", 60), Pass, ""},
		{"max", minutes(3), gate(model.Max, "<=", 61), Fail, ""},
		{"unfinished", made("s", 100, func(i int, r *Run) {
			if i%10 == 0 {
				r.Outcome = trace.Blocked
			}
		}), gate(model.Mean, "<=", 240), Fail, ""},
		{"few unfinished", made("s", 200, func(i int, r *Run) {
			if i == 0 {
				r.Outcome = trace.Blocked
			}
		}), gate(model.P95, "<=", 240), Pass, ""},
		{"some unfinished", made("s", 100, func(i int, r *Run) {
			if i < 4 {
				r.Outcome = trace.Blocked
			}
		}), gate(model.P95, "<=", 240), Inconclusive, "the interval reaches to replications that did not complete: only many more would settle it"},
		{"metric that nobody has", minutes(10), model.Gate{Metric: "workload.web.below_target", Stat: model.Median, Op: "<=", Value: 1}, Inconclusive, "no replication of this strategy has this metric"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := summarize(t, Input{Strategies: []StrategyRuns{c.runs}, Gates: []model.Gate{c.gate}})
			g := s.Gates[0]
			if g.Verdict != c.want || g.Why != c.why {
				t.Errorf("got %s, %q (value %v, interval %+v); want %s, %q", g.Verdict, g.Why, g.Value, g.Interval, c.want, c.why)
			}
		})
	}
}

func TestGatesByStrategy(t *testing.T) {
	in := Input{Strategies: []StrategyRuns{made("a", 10, nil), made("b", 10, nil)}, Gates: []model.Gate{
		{Metric: "duration", Stat: model.Median, Op: "<=", Value: 7200},
		{Strategy: "b", Metric: "workload.shop/web.min_ready", Stat: model.Median, Op: ">=", Value: 9, Written: "9"},
	}}
	s := summarize(t, in)
	var got []string
	for _, g := range s.Gates {
		got = append(got, fmt.Sprint(g.Gate, g.Strategy, " ", g.Metric, " ", g.Verdict))
	}
	want := []string{"0a duration pass", "0b duration pass", "1b workload.web.min_ready fail"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	check(t, "recommended", s.Recommended, "a")
	check(t, "why", s.Why, `"a" is the only one of 2 strategies that completes and fails no gate`)
	in.Gates[0].Metric = "durration"
	if _, err := Summarize(in); err == nil || !strings.Contains(err.Error(), `gate[0].metric: "durration" is not a metric; did you mean duration`) {
		t.Errorf("got %v", err)
	}
}

func TestRecommend(t *testing.T) {
	late := func(i int, r *Run) { r.Duration = 5 * time.Hour }
	behind := func(i int, r *Run) {
		r.EndMixed, r.EndSkew = true, 1
		r.Pools[0].EndVersion = "1.29.7"
		r.Duration = 8 * time.Minute
	}
	careful := func(i int, r *Run) {
		r.Workloads[0].MinReady = 9
		r.Duration = 3 * time.Hour
	}
	other := func(i int, r *Run) { r.EndControlPlane, r.Pools[0].EndVersion = "1.31.2", "1.31.2" }
	for _, c := range []struct {
		name       string
		strategies []StrategyRuns
		want, why  string
	}{
		{"alone", []StrategyRuns{made("a", 20, nil)}, "a", `"a" completes in the window`},
		{"in the window", []StrategyRuns{made("late", 20, late), made("a", 20, nil)}, "a", `"a" is the only one of 2 strategies that completes in the window`},
		{"none in the window", []StrategyRuns{made("late", 20, late)}, "", `"late" fits the window in 0 of 20 replications only`},
		{"nodes left behind", []StrategyRuns{made("plane", 20, behind), made("a", 20, nil)}, "a",
			`"a" is the only one that completes in the window and leaves no node behind the control plane`},
		{"nodes left behind by all", []StrategyRuns{made("plane", 20, behind)}, "plane", `"plane" completes in the window`},
		{"availability first", []StrategyRuns{made("quick", 20, nil), made("careful", 20, careful)}, "careful",
			`of the 2 strategies that complete in the window, "careful" keeps the best worst availability: median 90 % against 80 % of "quick"`},
		{"equal", []StrategyRuns{made("a", 20, nil), made("b", 20, nil)}, "a",
			`of the 2 strategies that complete in the window, "a" is the first: they can't be told apart by worst availability, ready time lost or duration`},
		{"too often blocked", []StrategyRuns{made("b", 20, blockedFrom(18)), made("late", 20, late)}, "",
			`"b" did not complete in 2 of 20 replications (first in replication 18); "late" fits the window in 0 of 20 replications only`},
		{"rarely blocked", []StrategyRuns{made("b", 20, blockedFrom(19))}, "b", `"b" completes in the window; but it did not complete in 1 of 20 replications (first in replication 19)`},
		{"less lost", []StrategyRuns{made("a", 20, lost(600, time.Hour)), made("b", 20, lost(400, 2*time.Hour))}, "b",
			`of the 2 strategies that complete in the window, "b" loses the least ready time, with a worst availability that can't be told from theirs: median 6.7 pod-min against 10.0 pod-min of "a"`},
		{"a little less lost", []StrategyRuns{made("a", 20, lost(600, time.Hour)), made("b", 20, lost(500, 2*time.Hour))}, "a",
			`of the 2 strategies that complete in the window, "a" is the fastest, and loses about as much as they do: median 1h00m against 2h00m of "b"`},
		{"different versions", []StrategyRuns{made("a", 20, nil), made("b", 20, other)}, "",
			`"a" and "b" end at different versions, so they can't be ranked`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := summarize(t, Input{Window: 4 * time.Hour, Strategies: c.strategies})
			if s.Recommended != c.want || s.Why != c.why {
				t.Errorf("got %q, %s\nwant %q, %s", s.Recommended, s.Why, c.want, c.why)
			}
			check(t, "incomparable", s.Incomparable, strings.Contains(c.why, "can't be ranked"))
		})
	}
}

// A strategy that leaves a pool behind isn't the answer while the one that was
// meant to bring all along is blocked: the blockers come first. Where a blocked
// run stops is no end that anything is ranked by.
func TestUndone(t *testing.T) {
	behind := func(i int, r *Run) {
		r.EndMixed, r.EndSkew, r.Pools[0].EndVersion = true, 1, "1.29.7"
	}
	full := made("full", 20, func(i int, r *Run) {
		behind(i, r)
		r.Outcome, r.Blockers = trace.Blocked, []Blocker{{Workload: "pay", Budget: "pay"}, {Workload: "ledger", Budget: "books"}}
	})
	full.Goal = "1.30.5"
	s := summarize(t, Input{Strategies: []StrategyRuns{full, made("plane", 20, behind)}})
	check(t, "recommended", s.Recommended, "")
	check(t, "undone", s.Undone, `nothing here brings all pools to 1.30.5: budgets "pay" and "books" block "full"`)
	check(t, "why", s.Why, `"full" did not complete in 20 of 20 replications; "plane" completes, but leaves web on 1.29.7`)
	check(t, "blockers", len(s.Strategies[0].Blockers), 2)
	check(t, "each in all runs", s.Strategies[0].Blockers[1].Count, 20)
	if d := s.Differences[0]; d.Ranked {
		t.Errorf("a run that stops is ranked against one that completes: %+v", d)
	}
	s = summarize(t, Input{Strategies: []StrategyRuns{full, made("plane", 20, behind), made("a", 20, nil)}})
	check(t, "another one finishes the work", s.Recommended, "a")
	check(t, "nothing is left", s.Strategies[2].Leaves, "")
}

func TestLeaves(t *testing.T) {
	r := &Run{EndControlPlane: "1.30.5", Pools: []PoolRun{
		{Name: "a", EndVersion: "1.29.7", NodesOld: 3}, {Name: "b", EndVersion: "1.30.5"},
		{Name: "c", EndVersion: "1.30.5", NodesOld: 1, Quarantined: []OldNode{{"n", "1.29.7"}}}, {Name: "d", EndVersion: "1.28.5", NodesOld: 1},
	}}
	check(t, "ends", endVersions(r), "1.30.5 / a 1.29.7, b 1.30.5, c 1.30.5 (1 node older), d 1.28.5")
	check(t, "leaves", leaves(r), "a and 1 node of c on 1.29.7 and d on 1.28.5")
}

// Workloads that fall below their own targets are named with how often.
func TestTargetMisses(t *testing.T) {
	s := summarize(t, Input{Strategies: []StrategyRuns{made("a", 20, func(i int, r *Run) {
		w := &r.Workloads[0]
		w.HasTarget, w.Target = true, 0.9
		if i < 5 {
			w.BelowTarget = time.Minute
		}
	})}})
	if diff := cmp.Diff([]TargetMiss{{Workload: "web", Target: 0.9, Runs: 5, Median: time.Minute}}, s.Strategies[0].Misses); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What a strategy is meant to do shows in its requests, not in how it ends.
func TestGoal(t *testing.T) {
	v := model.Version{Major: 1, Minor: 30, Patch: 5}
	m := &model.Model{Spec: model.Spec{NodePools: []model.NodePool{{Name: "a"}, {Name: "b"}, {Name: "later", Absent: true}}}}
	pool := func(name string) model.Operation { return model.Operation{Do: model.UpgradePool, Pool: name, To: v} }
	for _, x := range []struct {
		s    model.Strategy
		want string
	}{
		{model.Strategy{Kind: model.Full, To: v}, "1.30.5"},
		{model.Strategy{Kind: model.ControlPlaneOnly, To: v}, ""},
		{model.Strategy{Kind: model.PerPool, To: v, Order: []string{"a"}}, ""},
		{model.Strategy{Kind: model.PerPool, To: v, Order: []string{"b", "a"}}, "1.30.5"},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{pool("a")}}, ""},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{pool("a"), pool("b")}}, "1.30.5"},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{{Do: model.Upgrade, To: v}}}, "1.30.5"},
		{model.Strategy{Kind: model.AutoUpgrade, To: v}, "1.30.5"},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{pool("a"), {Do: model.DeletePool, Pool: "b"}}}, "1.30.5"},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{pool("a"), pool("b"), {Do: model.AddPool, Pool: "later", To: v}}}, "1.30.5"},
		{model.Strategy{Kind: model.Operations, Operations: []model.Operation{pool("a"), pool("b"), {Do: model.AddPool, Pool: "later"}}}, ""},
	} {
		check(t, string(x.s.Kind), goal(m, &x.s), x.want)
	}
}

func blockedFrom(first int) func(int, *Run) {
	return func(i int, r *Run) {
		if i >= first {
			r.Outcome, r.Blockers = trace.Blocked, []Blocker{{Workload: "web", Budget: "b"}}
		}
	}
}

func lost(podSeconds float64, d time.Duration) func(int, *Run) {
	return func(_ int, r *Run) { r.Workloads[0].ReadySecondsLost, r.Duration = podSeconds, d }
}

func testCatalogue() *Catalogue {
	return newCatalogue([]string{"web", "idle"}, []workloadName{{"shop", "web"}, {"ops", "web"}, {"shop", "my.db"}, {"", "once"}})
}

func TestLookup(t *testing.T) {
	c := testCatalogue()
	for _, x := range []struct{ name, want string }{
		{"duration", "duration"},
		{"pool.web.duration", "pool.web.duration"},
		{"workload.shop/web.min_ready", "workload.shop/web.min_ready"},
		{"workload.my.db.worst_window", "workload.my.db.worst_window"},
		{"workload.shop/my.db.worst_window", "workload.my.db.worst_window"},
		{"workload.once.moved_twice", "workload.once.moved_twice"},
	} {
		m, err := c.Lookup(x.name)
		if err != nil || m.Name != x.want {
			t.Errorf("%s: got %s, %v; want %s", x.name, m.Name, err, x.want)
		}
	}
	for _, x := range []struct{ name, want string }{
		{"durations", `"durations" is not a metric; did you mean duration?`},
		{"workload.my.db.min_raedy", `"workload.my.db.min_raedy" is not a metric; did you mean workload.my.db.min_ready?`},
		{"workload.web.min_ready", `"workload.web.min_ready" is the name of several workloads' metrics; write workload.shop/web.min_ready or workload.ops/web.min_ready`},
		{"pool.wep.duration", `"pool.wep.duration" is not a metric; did you mean pool.web.duration?`},
		{"", `"" is not a metric; did you mean`},
	} {
		if _, err := c.Lookup(x.name); err == nil || !strings.HasPrefix(err.Error(), x.want) {
			t.Errorf("%q: got %v, want %s", x.name, err, x.want)
		}
	}
}

// Every metric that a gate can name is documented, and reads a Run.
func TestCatalogueIsComplete(t *testing.T) {
	c := testCatalogue()
	run := &Run{Outcome: trace.Completed, Pools: make([]PoolRun, 2), Workloads: make([]WorkloadRun, 4)}
	for _, m := range c.Metrics {
		if m.Doc == "" || m.Unit == "" || m.Better == 0 || m.Of == nil {
			t.Errorf("%s lacks something: %+v", m.Name, m)
			continue
		}
		if v, _ := m.Of(run); math.IsNaN(v) {
			t.Errorf("%s is NaN for an empty run", m.Name)
		}
		if got, err := c.Lookup(m.Name); err != nil || got.Name != m.Name {
			t.Errorf("%s isn't found: %v", m.Name, err)
		}
	}
	for _, name := range strings.Fields(`duration settled peak_nodes peak_vcpus peak_addresses surge_node_hours surge_cost mixed_versions end_skew
		evictions_refused min_availability ready_seconds_lost pool.web.duration`) {
		if _, err := c.Lookup(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range strings.Fields(`min_ready min_availability mean_availability worst_window ready_seconds_lost below_budget below_target
		evictions_granted evictions_refused moved_twice pending_seconds pending_longest`) {
		if _, err := c.Lookup("workload.my.db." + name); err != nil {
			t.Error(err)
		}
	}
}

// DaemonSets go with their nodes: they don't count for the whole run.
func TestRunWideMetricsLeaveDaemonSetsOut(t *testing.T) {
	r := made("a", 1, func(_ int, r *Run) {
		r.Workloads[0].ReadySecondsLost = 5
		r.Workloads = append(r.Workloads, WorkloadRun{Kind: "DaemonSet", Desired: 3, MinReady: 0, ReadySecondsLost: 100})
	}).Runs[0]
	v, ok := minAvailability(r)
	check(t, "has availability", ok, true)
	near(t, "availability", v, 0.8)
	near(t, "lost", readySecondsLost(r), 5)
}

func TestCheckGates(t *testing.T) {
	m := &model.Model{Spec: model.Spec{
		Workloads: []model.Workload{{Name: "web", Namespace: "shop"}},
		NodePools: []model.NodePool{{Name: "web"}},
		Gates: []model.Gate{
			{Metric: "duration", Value: 14400, Written: "4h"},
			{Metric: "duration", Value: 4, Written: "4"},
			{Metric: "workload.web.min_ready", Value: 9, Written: "9"},
			{Metric: "workload.web.min_ready", Value: 0.8, Written: "80%"},
			{Metric: "min_availability", Value: 0.8, Written: "80%"},
			{Metric: "min_availability", Value: 80, Written: "80"},
			{Metric: "min_avail", Value: 80, Written: "80"},
			{Metric: "pool.web.duration", Value: 86400, Written: "1d"}, // whatever the scenario takes for a duration
			{Metric: "surge_cost", Value: 14400, Written: "4h"},
		},
	}}
	var got []string
	for _, f := range CheckGates(m) {
		got = append(got, f.Path+": "+f.Message)
	}
	want := []string{
		`gate[1].value: 4 is not a duration; want one in quotes, such as "4h" or "90s"`,
		`gate[3].value: "80%" is not a count; want one such as 9`,
		`gate[5].value: 80 is not a share; want a percentage in quotes, such as "80%", or a number from 0 to 1`,
		`gate[6].metric: "min_avail" is not a metric; did you mean`,
		`gate[8].value: "4h" is not an amount of USD; want one such as 9.5`,
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
}

// A run that has done all that was asked for, but leaves a workload without a
// ready replica, counts as not completed, and its strategy is set aside however
// fast it is.
func TestDownAtTheEndIsNoSuccess(t *testing.T) {
	s := summarize(t, Input{Replications: 20, Strategies: []StrategyRuns{
		made("fast", 20, func(i int, r *Run) {
			r.Duration /= 2
			r.HasSettled, r.Workloads[0].DownAtEnd = false, true
		}),
		made("slow", 20, nil),
	}})
	check(t, "outcome", s.Strategies[0].Outcomes[trace.Completed], 20)
	check(t, "completes", s.Strategies[0].Completes.Hits, 0)
	check(t, "down", s.Strategies[0].Down[0], DownCount{"web", 20})
	check(t, "recommended", s.Recommended, "slow")
	d, _ := s.Strategies[0].Statistic("duration")
	check(t, "never", math.IsInf(d.Median, 1), true)
	check(t, "no down", len(s.Strategies[1].Down), 0)
}

// Refusals are counted by request and code, once a run, where they ended it; those
// that the scenario expects, and those of runs that complete all the same, aren't.
func TestRefusalsAreCounted(t *testing.T) {
	in := Input{Replications: 20, Gates: []model.Gate{{Metric: "surge_cost", Stat: model.Median, Op: "<=", Value: 1}}, Strategies: []StrategyRuns{
		made("never", 20, func(i int, r *Run) {
			r.Outcome, r.Pools[0].Upgrade = trace.Refused, PhaseRun{}
			r.Refusals = []Refusal{
				{Request: "more", Code: "OperationNotAllowed", Expected: true},
				{Request: "up", Code: "QuotaExceeded", Message: "too few"}, {Request: "up", Code: "QuotaExceeded", Message: "too few"},
			}
		}),
		made("mostly", 20, func(i int, r *Run) {
			r.Refusals = []Refusal{{Request: "night", Code: "OperationNotAllowed"}}
			if i == 7 {
				r.Outcome = trace.Refused
			}
		}),
	}}
	s := summarize(t, in)
	never, mostly := &s.Strategies[0], &s.Strategies[1]
	if diff := cmp.Diff([]RefusalCount{{"up", "QuotaExceeded", 20, "too few"}}, never.Refusals); diff != "" {
		t.Errorf("- want, + got\n%s", diff)
	}
	check(t, "untouched", never.Untouched, true)
	check(t, "mostly untouched", mostly.Untouched, false)
	check(t, "mostly's refusals", mostly.Refusals[0].Count, 1)
	check(t, "first unfinished", mostly.Unfinished, 7)
	check(t, "gate of one that never completes", s.Gates[0].Verdict, NotJudged)
	check(t, "gate of the other", s.Gates[1].Verdict, Pass)
	check(t, "why", s.Why[strings.Index(s.Why, "but it"):], `but it did not complete in 1 of 20 replications (AKS refuses "night" with OperationNotAllowed; first in replication 7)`)
}

// A difference that all replications agree on, but that is too small to matter, is
// none: a millionth of a node-hour decides nothing.
func TestDifferenceThatMatters(t *testing.T) {
	for _, x := range []struct {
		hours    float64
		distinct bool
	}{{1.4e-6, false}, {0.0099, false}, {0.02, true}} {
		s := summarize(t, Input{Replications: 20, Strategies: []StrategyRuns{
			made("a", 20, func(_ int, r *Run) { r.SurgeNodeHours = x.hours }), made("b", 20, nil),
		}})
		i := slices.IndexFunc(s.Differences, func(d Difference) bool { return d.Metric == "surge_node_hours" })
		check(t, "distinct", s.Differences[i].Distinct, x.distinct)
	}
}
