package metrics

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// Input is what Summarize summarizes.
type Input struct {
	Title, Cluster string
	Seed           uint64
	Replications   int           // asked for
	Window         time.Duration // 0: none
	Strategies     []StrategyRuns
	Gates          []model.Gate
}

// StrategyRuns is the runs of one strategy, by replication from 0. Run i of
// every strategy met the same chance.
type StrategyRuns struct {
	Name, Kind string
	Goal       string // version that it's meant to bring every pool to; empty: it isn't meant to
	Runs       []*Run
}

// NewInput returns the input for runs of m: runs[i] are those of strategy
// strategies[i] of the model.
func NewInput(m *model.Model, strategies []int, runs [][]*Run) Input {
	in := Input{
		Title: m.Title, Cluster: m.Cluster.Name, Seed: uint64(m.Run.Seed), Replications: m.Run.Replications,
		Window: m.Cluster.Window, Gates: m.Gates,
	}
	for i, s := range strategies {
		x := &m.Strategies[s]
		in.Strategies = append(in.Strategies, StrategyRuns{x.Name, string(x.Kind), goal(m, x), runs[i]})
	}
	return in
}

// goal returns the version that a strategy is meant to bring every pool to that
// is there at the end; empty when it doesn't ask for one of them, or leaves the
// version to the client.
func goal(m *model.Model, s *model.Strategy) string {
	asked := map[string]model.Version{}
	there := map[string]bool{}
	for i := range m.NodePools {
		there[m.NodePools[i].Name] = !m.NodePools[i].Absent
	}
	switch s.Kind {
	case model.AutoUpgrade:
		if s.To.IsZero() { // the channel's to say
			return ""
		}
		return s.To.String()
	case model.Full:
		return s.To.String()
	case model.PerPool:
		for _, p := range s.Order {
			asked[p] = s.To
		}
	case model.Operations:
		for _, o := range s.Operations {
			switch o.Do {
			case model.Upgrade:
				if o.PoolVersions != nil { // some pools may stay
					return ""
				}
				return o.To.String()
			case model.UpgradePool:
				asked[o.Pool] = o.To
			case model.AddPool:
				asked[o.Pool], there[o.Pool] = o.To, true
			case model.DeletePool:
				there[o.Pool] = false
			}
		}
	}
	to := ""
	for i := range m.NodePools {
		name := m.NodePools[i].Name
		v := asked[name]
		switch {
		case !there[name]:
		case v.IsZero() || to != "" && to != v.String():
			return ""
		default:
			to = v.String()
		}
	}
	return to
}

// summarizer holds what the parts of a summary share.
type summarizer struct {
	in        Input
	done      int
	catalogue *Catalogue
	tables    map[int]rankTable // by sample size
	out       *Summary
}

// Summarize turns replications into statistics, comparisons and verdicts. Only
// the replications that every strategy has are counted: a run that was
// interrupted leaves a complete prefix. It reports an error when a gate names a
// metric that doesn't exist, and when there is nothing to summarize.
func Summarize(in Input) (*Summary, error) {
	in.Strategies = slices.Clone(in.Strategies) // they are cut to what is done below
	s := &summarizer{in: in, done: math.MaxInt, tables: map[int]rankTable{}}
	for _, x := range in.Strategies {
		s.done = min(s.done, len(x.Runs))
	}
	if len(in.Strategies) == 0 || s.done == 0 {
		return nil, fmt.Errorf("no replication is complete, so there is nothing to summarize")
	}
	s.catalogue = CatalogueOf(in.Strategies[0].Runs[0])
	s.out = &Summary{
		Title: in.Title, Cluster: in.Cluster, Seed: in.Seed, Replications: in.Replications, Done: s.done,
		WindowSeconds: in.Window.Seconds(),
	}
	for i := range in.Strategies {
		in.Strategies[i].Runs = in.Strategies[i].Runs[:s.done]
		s.out.Strategies = append(s.out.Strategies, s.strategy(&in.Strategies[i]))
	}
	gated, err := s.gateMetrics()
	if err != nil {
		return nil, err
	}
	s.differences(gated)
	s.gates()
	s.warn()
	s.recommend()
	return s.out, nil
}

func (s *summarizer) rankTable(n int) rankTable {
	t := s.tables[n]
	if t == nil {
		t = newRankTable(n)
		s.tables[n] = t
	}
	return t
}

func (s *summarizer) strategy(x *StrategyRuns) StrategySummary {
	out := StrategySummary{Strategy: x.Name, Kind: x.Kind, Replications: s.done}
	completed, fits := 0, 0
	for _, r := range x.Runs {
		if r.Outcome >= 0 && int(r.Outcome) < len(out.Outcomes) {
			out.Outcomes[r.Outcome]++
		}
		if r.Completes() {
			completed++
			if r.Duration <= s.in.Window {
				fits++
			}
		}
	}
	out.Completes = Probability{completed, s.done, clopperPearson(completed, s.done)}
	if s.in.Window > 0 {
		out.FitsWindow = Probability{fits, s.done, clopperPearson(fits, s.done)}
	}
	values := make([]float64, 0, s.done)
	for _, m := range s.catalogue.Metrics {
		values = values[:0]
		for _, r := range x.Runs {
			if v, ok := m.Of(r); ok {
				values = append(values, v)
			}
		}
		if len(values) > 0 {
			out.Statistics = append(out.Statistics, s.statistic(m, values))
		}
	}
	median := medianRun(x.Runs)
	out.MedianRun = median.Replication
	out.EndVersions = endVersions(median)
	if r := medianCompleted(x.Runs); r != nil {
		out.CompleteEnd, out.Leaves = endVersions(inPlace(r)), leaves(r)
	}
	out.Misses = misses(x.Runs, median)
	out.Blockers = blockers(x.Runs)
	out.Down = down(x.Runs)
	out.Refusals = refusals(x.Runs)
	out.Untouched = !slices.ContainsFunc(x.Runs, (*Run).touched)
	if i := slices.IndexFunc(x.Runs, func(r *Run) bool { return !r.Completes() }); i >= 0 {
		out.Unfinished = x.Runs[i].Replication
	}
	out.Warnings = strategyWarnings(x.Runs, median, completed)
	return out
}

// Statistic returns the statistic of that metric. It reports false when no
// replication of the strategy has it.
func (s *StrategySummary) Statistic(metric string) (Statistic, bool) {
	for i := range s.Statistics {
		if s.Statistics[i].Metric == metric {
			return s.Statistics[i], true
		}
	}
	return Statistic{}, false
}

// medianRun returns the run of median duration, the lower one of two; among
// equals the first.
func medianRun(runs []*Run) *Run {
	duration := func(r *Run) float64 {
		d, _ := toCompletion(r.Duration, r.Completes())
		return d
	}
	values := make([]float64, len(runs))
	for i, r := range runs {
		values[i] = duration(r)
	}
	slices.Sort(values)
	median := values[quantileRank(len(values), 50)-1]
	i := slices.IndexFunc(runs, func(r *Run) bool { return duration(r) == median })
	return runs[i]
}

// medianCompleted returns the median one of the runs that completed; nil when
// none did.
func medianCompleted(runs []*Run) *Run {
	runs = slices.DeleteFunc(slices.Clone(runs), func(r *Run) bool { return !r.Completes() })
	if len(runs) == 0 {
		return nil
	}
	return medianRun(runs)
}

// leaves says which pools a run leaves behind the control plane: "apps and gpu on
// 1.29.7".
func leaves(r *Run) string {
	var versions []string
	behind := map[string][]string{}
	for i := range r.Pools {
		p := &r.Pools[i]
		who, version := p.Name, p.EndVersion
		switch {
		case p.EndVersion == "": // it isn't there
			continue
		case p.EndVersion != r.EndControlPlane:
		case len(p.Quarantined) > 0 && len(p.Quarantined) == p.NodesOld:
			who, version = fmt.Sprintf("%s of %s", countNodes(p.NodesOld), p.Name), p.Quarantined[0].Version
		case p.NodesOld > 0:
			who, version = fmt.Sprintf("%s of %s", countNodes(p.NodesOld), p.Name), "older versions"
		default:
			continue
		}
		if behind[version] == nil {
			versions = append(versions, version)
		}
		behind[version] = append(behind[version], who)
	}
	for i, v := range versions {
		who := behind[v]
		const few = 3
		if n := len(who); n > few {
			who = append(who[:few-1:few-1], fmt.Sprintf("%d more pools", n-few+1))
		}
		versions[i] = and(who) + " on " + v
	}
	return and(versions)
}

func countNodes(n int) string {
	if n == 1 {
		return "1 node"
	}
	return fmt.Sprintf("%d nodes", n)
}

// and joins words: a, b and c.
func and(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
}

// misses returns the workloads that fall below their own targets in some run.
func misses(runs []*Run, median *Run) []TargetMiss {
	var list []TargetMiss
	names := map[string]int{}
	for i := range median.Workloads {
		names[median.Workloads[i].Name]++
	}
	for i := range median.Workloads {
		w := &median.Workloads[i]
		miss := TargetMiss{Workload: w.Name, Target: w.Target, Median: w.BelowTarget}
		if names[w.Name] > 1 {
			miss.Workload = w.Namespace + "/" + w.Name
		}
		for _, r := range runs {
			if i < len(r.Workloads) && r.Workloads[i].HasTarget && r.Workloads[i].BelowTarget > 0 {
				miss.Runs++
			}
		}
		if miss.Runs > 0 {
			list = append(list, miss)
		}
	}
	return list
}

// endVersions spells the versions at the end of a run: the control plane's,
// then that of each pool that is there.
func endVersions(r *Run) string {
	var pools []string
	for _, p := range r.Pools {
		if p.EndVersion == "" {
			continue // it isn't there
		}
		text := p.Name + " " + p.EndVersion
		if p.NodesOld > 0 && p.EndVersion == r.EndControlPlane {
			text += " (" + countNodes(p.NodesOld) + " older)"
		}
		pools = append(pools, text)
	}
	if len(pools) == 0 {
		return r.EndControlPlane
	}
	return r.EndControlPlane + " / " + strings.Join(pools, ", ")
}

// inPlace returns a run in which each pool that has replaced another has its place
// and its name, so that upgrades are compared by what they lead to.
func inPlace(r *Run) *Run {
	out := *r
	out.Pools = slices.Clone(r.Pools)
	for i := range out.Pools {
		p := &out.Pools[i]
		if p.EndVersion == "" {
			continue
		}
		old := slices.IndexFunc(out.Pools, func(x PoolRun) bool { return x.Name == p.Replaces && x.EndVersion == "" })
		if old >= 0 {
			name := out.Pools[old].Name
			out.Pools[old], p.EndVersion = *p, ""
			out.Pools[old].Name = name
		}
	}
	return &out
}

// blockers counts who blocked, most frequent first.
func blockers(runs []*Run) []BlockerCount {
	var counts []BlockerCount
	for _, r := range runs {
		for j := range r.Blockers {
			b := &r.Blockers[j]
			i := slices.IndexFunc(counts, func(c BlockerCount) bool { return sameBlocker(&c.Example, b) })
			if i < 0 {
				i = len(counts)
				counts = append(counts, BlockerCount{Workload: b.Workload, Budget: b.Budget, Clash: b.Clash, Example: *b})
			}
			counts[i].Count++
		}
	}
	slices.SortStableFunc(counts, func(a, b BlockerCount) int { return b.Count - a.Count })
	return counts
}

// refusals counts what AKS refused in runs that ended for it, most frequent first.
func refusals(runs []*Run) []RefusalCount {
	var counts []RefusalCount
	for _, r := range runs {
		if r.Outcome != trace.Refused {
			continue
		}
		for j, x := range r.Refusals {
			same := func(y Refusal) bool { return !y.Expected && y.Request == x.Request && y.Code == x.Code }
			if x.Expected || slices.ContainsFunc(r.Refusals[:j], same) {
				continue
			}
			i := slices.IndexFunc(counts, func(c RefusalCount) bool { return c.Request == x.Request && c.Code == x.Code })
			if i < 0 {
				i = len(counts)
				counts = append(counts, RefusalCount{Request: x.Request, Code: x.Code, Message: x.Message})
			}
			counts[i].Count++
		}
	}
	slices.SortStableFunc(counts, func(a, b RefusalCount) int { return b.Count - a.Count })
	return counts
}

// touched reports whether an upgrade of the control plane or of a pool was begun.
func (r *Run) touched() bool {
	return r.ControlPlane.Ran || slices.ContainsFunc(r.Pools, func(p PoolRun) bool { return p.Upgrade.Ran })
}

// down counts the workloads that are down at the end of runs which have done all
// that was asked for.
func down(runs []*Run) []DownCount {
	var counts []DownCount
	for _, r := range runs {
		if r.Outcome != trace.Completed {
			continue
		}
		for _, name := range r.Down() {
			i := slices.IndexFunc(counts, func(c DownCount) bool { return c.Workload == name })
			if i < 0 {
				i = len(counts)
				counts = append(counts, DownCount{Workload: name})
			}
			counts[i].Count++
		}
	}
	return counts
}

func strategyWarnings(runs []*Run, median *Run, completed int) []string {
	var warnings []string
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	n := len(runs)
	if completed < n {
		warn("%d of %s did not complete: times to completion are infinite there, and losses are counted only until the stop", n-completed, replications(n))
	}
	cut, unsettled, unpriced := 0, 0, 0
	for _, r := range runs {
		switch {
		case r.HasSettled:
		case r.Outcome == trace.Horizon: // what was still to come isn't known
			cut++
		default:
			unsettled++
		}
		if !r.CostKnown {
			unpriced++
		}
	}
	if cut > 0 {
		warn("in %d of %s the observation ended at the horizon, before the upgrade did; set a longer run.horizon to see its end", cut, replications(n))
	}
	if unsettled > 0 {
		warn("in %d of %s some workload never got all of its replicas back: what it loses is counted only until observation ended", unsettled, replications(n))
	}
	if unpriced > 0 {
		warn("the price of a surge node is unknown, so there is no cost")
	}
	if median.EndMixed {
		warn("ends with mixed versions, with a skew of %d between the minor versions of control plane and nodes: against best practice", median.EndSkew)
	}
	if need := Needed; n < need {
		warn("%s too few for an interval of p05 or p95, so these aren't shown; %d are needed", replicationsAre(n), need)
	}
	return warnings
}

func replicationsAre(n int) string {
	if n == 1 {
		return "1 replication is"
	}
	return fmt.Sprintf("%d replications are", n)
}

// gateMetrics returns the metrics that gates are on.
func (s *summarizer) gateMetrics() ([]Metric, error) {
	var metrics []Metric
	for i, g := range s.in.Gates {
		m, err := s.catalogue.Lookup(g.Metric)
		if err != nil {
			return nil, fmt.Errorf("gate[%d].metric: %w", i, err)
		}
		metrics = append(metrics, m)
	}
	return metrics, nil
}

// differences compares every two strategies on the headline metrics and on
// those that gates are on. Two that end at different versions leave one
// Difference that isn't ranked, on duration, to say so.
func (s *summarizer) differences(gated []Metric) {
	var compared []Metric
	for _, m := range s.catalogue.Metrics {
		if m.Headline || slices.ContainsFunc(gated, func(g Metric) bool { return g.Name == m.Name }) {
			compared = append(compared, m)
		}
	}
	for a := range s.in.Strategies {
		for b := a + 1; b < len(s.in.Strategies); b++ {
			for _, m := range compared {
				d, ok := s.difference(m, a, b)
				if ok {
					s.out.Differences = append(s.out.Differences, d)
				}
				if ok && !d.Ranked {
					break
				}
			}
		}
	}
}

// difference compares strategies a and b on one metric. It reports false when
// no pair of replications has it.
func (s *summarizer) difference(m Metric, a, b int) (Difference, bool) {
	x, y := &s.in.Strategies[a], &s.in.Strategies[b]
	d := Difference{Metric: m.Name, A: x.Name, B: y.Name}
	var values []float64
	positive, negative := 0, 0
	for i := range s.done {
		v, ok := m.Of(x.Runs[i])
		w, ok2 := m.Of(y.Runs[i])
		if !ok || !ok2 {
			continue
		}
		diff := v - w
		if v == w { // infinite both, too
			diff = 0
		}
		switch {
		case diff > 0:
			positive++
		case diff < 0:
			negative++
		}
		values = append(values, diff)
	}
	if len(values) == 0 {
		return d, false
	}
	d.N = len(values)
	d.P = 1
	if !s.comparable(a, b) {
		return d, true
	}
	d.Ranked = true
	z := s.sample(values)
	d.Median, d.Interval = z.quantile(50), z.interval(50)
	d.Distinct = d.Interval.OK && (d.Interval.Low > 0 || d.Interval.High < 0) && math.Abs(d.Median) >= m.Unit.leastDifference()
	d.P = signTest(positive, negative)
	return d, true
}

// comparable reports whether a and b end at the same versions where they
// complete. Where a run stops is no end that it was meant to have.
func (s *summarizer) comparable(a, b int) bool {
	end := s.out.Strategies[a].CompleteEnd
	return end != "" && end == s.out.Strategies[b].CompleteEnd
}

func (s *summarizer) warn() {
	out := s.out
	warn := func(format string, args ...any) { out.Warnings = append(out.Warnings, fmt.Sprintf(format, args...)) }
	if s.done < s.in.Replications {
		warn("interrupted: %d of %s are complete and counted", s.done, replications(s.in.Replications))
	}
	if n := len(out.Strategies); n > 2 {
		warn("%d pairs of strategies are compared, each at 95 %% for itself: among many comparisons some differ by chance", n*(n-1)/2)
	}
	if groups := s.sameEnds(); len(groups) > 1 {
		warn("only strategies that end at the same versions are ranked against each other: %s", strings.Join(groups, "; "))
	}
}

// sameEnds returns the names of the strategies that complete, those that end at
// the same versions together.
func (s *summarizer) sameEnds() []string {
	var ends, groups []string
	for i := range s.out.Strategies {
		x := &s.out.Strategies[i]
		if x.CompleteEnd == "" {
			continue
		}
		j := slices.Index(ends, x.CompleteEnd)
		if j < 0 {
			ends = append(ends, x.CompleteEnd)
			groups = append(groups, strconv.Quote(x.Strategy))
			continue
		}
		groups[j] += ", " + strconv.Quote(x.Strategy)
	}
	return groups
}
