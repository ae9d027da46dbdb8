package metrics

import (
	"strings"
	"time"

	"rollsim/sim/trace"
)

// Interval is a two-sided confidence interval. Level is what it really
// reaches, which for small samples is not what was asked for.
type Interval struct {
	Low, High float64
	Level     float64
	OK        bool // false: too few replications for an interval
}

// Statistic is a metric over the replications of one strategy. Where the metric
// is a time to completion, runs that didn't get there count as +Inf. A quantile
// is always a value that occurred: of n values in order, the one with number
// n*p, rounded up.
type Statistic struct {
	Metric         string // as a gate spells it: duration, workload.web.min_ready
	Unit           Unit
	N              int
	Median         float64
	MedianInterval Interval
	Mean           float64
	MeanInterval   Interval // Student's t; none where a value is infinite
	P05, P95       float64
	P05Interval    Interval
	P95Interval    Interval
	Min, Max       float64
}

// Unit is what a metric is measured in.
type Unit string

// The units.
const (
	Seconds   Unit = "s"
	Counts    Unit = "count"
	Ratio     Unit = "ratio" // 0 to 1
	NodeHours Unit = "node-hours"
	Dollars   Unit = "USD"
	PodSecond Unit = "pod-seconds"
)

// leastDifference is the least difference that matters to anyone: one that is
// smaller is noise of the simulation, however many replications agree on it.
func (u Unit) leastDifference() float64 {
	switch u {
	case Seconds, PodSecond:
		return 1
	case NodeHours, Dollars:
		return 0.01
	case Ratio:
		return 0.0005 // a twentieth of a point
	}
	return 0
}

// Probability is a share of replications with its bounds. It is never stated
// as 0 or 1 without them.
type Probability struct {
	Hits, N int

	// Interval is Clopper's and Pearson's. With no hit, or nothing but hits,
	// there is only one bound to state, and it has the whole 5 %: none in 100
	// is at most 2.95 %.
	Interval Interval
}

// StrategySummary is all replications of one strategy.
type StrategySummary struct {
	Strategy     string
	Kind         string
	Replications int
	Outcomes     [trace.Horizon + 1]int // counts by outcome
	FitsWindow   Probability            // finished within the window; N 0 without a window
	Completes    Probability            // completed, and no workload is down at the end
	Statistics   []Statistic            // in catalogue order
	MedianRun    int                    // replication whose duration is the (lower) median; drawn in pictures
	EndVersions  string                 // "1.30.5 / web 1.30.5, ..." of the median run
	CompleteEnd  string                 // the same of the median one of those that completed, empty when none did; only equal ones are ranked
	Leaves       string                 // "apps on 1.29.7": what that one leaves behind the control plane; empty: nothing
	Blockers     []BlockerCount         // most frequent first; a run may have several
	Refusals     []RefusalCount         // that ended runs as refused, most frequent first
	Untouched    bool                   // nothing was upgraded in any run: neither control plane nor pool was begun
	Unfinished   int                    // the first replication that didn't complete, where Completes has less than N hits
	Down         []DownCount            // workloads that are down at the end of runs that are completed, in file order
	Misses       []TargetMiss           // workloads that fall below their own targets, in file order
	Warnings     []string
}

// TargetMiss is a workload that falls below its own target in some replications.
type TargetMiss struct {
	Workload string // with its namespace where another one has the same name
	Target   float64
	Runs     int           // replications in which it does
	Median   time.Duration // for how long in the median run
}

// RefusalCount is how often a request was refused with a code in runs that ended
// as refused, where the scenario didn't expect that.
type RefusalCount struct {
	Request, Code string
	Count         int    // of runs
	Message       string // of the first
}

// DownCount is how often a workload is down at the end of a run that has done all
// that was asked for.
type DownCount struct {
	Workload string // with its namespace where another one has the same name
	Count    int
}

// BlockerCount is how often one budget, or one pod's workload, blocked.
type BlockerCount struct {
	Workload, Budget string
	Clash            []string // budgets that select its pods together, so that evictions answer 500
	Count            int
	Example          Blocker
}

// Difference compares two strategies on one metric, pair by pair of
// replications under the same seed. Each pair of strategies is judged at 95 %
// for itself; nothing is adjusted for how many pairs there are. Two runs that
// both never got to completion differ by 0.
type Difference struct {
	Metric   string
	A, B     string
	Median   float64  // of the paired differences A - B
	Interval Interval // of that median
	Distinct bool     // false: they can't be told apart, or by less than matters, shown as ~
	Ranked   bool     // false: they end at different versions, so they aren't compared
	P        float64  // two-sided sign test, pairs without a difference left out
	N        int
}

// Verdict is a gate's.
type Verdict string

// The verdicts.
const (
	Pass         Verdict = "pass"
	Fail         Verdict = "fail"
	Inconclusive Verdict = "inconclusive"
	NotJudged    Verdict = "not judged" // the strategy never completes, so there is nothing to judge
)

// GateResult is one gate on one strategy.
type GateResult struct {
	Gate     int // index into the model's gates
	Strategy string
	Metric   string
	Stat     string
	Op       string
	Limit    float64
	Written  string // the limit as the scenario spells it
	Unit     Unit
	Value    float64
	Interval Interval // that the verdict rests on; one-sided where one bound is infinite
	Verdict  Verdict
	Why      string // when inconclusive: what would settle it; when not judged: why
}

// Criterion is what the gate asks for: duration p95 <= 4h.
func (g GateResult) Criterion() string {
	return strings.Join([]string{g.Metric, g.Stat, g.Op, g.Written}, " ")
}

// Summary is everything that compare found.
type Summary struct {
	Title         string
	Cluster       string
	Seed          uint64
	Replications  int     // asked for
	Done          int     // complete prefix; less than Replications when interrupted
	WindowSeconds float64 // 0: none
	Strategies    []StrategySummary
	Differences   []Difference
	Gates         []GateResult
	Recommended   string // the strategy that is best under the gates; "" when none is
	Why           string // one sentence for Recommended, or why there is none
	Incomparable  bool   // none is recommended, because those that could be end at different versions
	Undone        string // when those that complete leave pools behind, and what would bring them all along doesn't complete: says so
	Warnings      []string
}
