package report

import (
	"io"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// CompareDocument is summary.json of rollsim compare.
type CompareDocument struct {
	Schema string `json:"schema" doc:"rollsim.compare/1"`
	Source
	Seed         uint64           `json:"seed" doc:"seed of all replications"`
	Replications int              `json:"replications" doc:"asked for, of each strategy"`
	Done         int              `json:"done" doc:"complete and counted; fewer when interrupted"`
	Interrupted  bool             `json:"interrupted" doc:"stopped before all were done"`
	Window       *float64         `json:"window_seconds" doc:"the maintenance window; null without one"`
	Recommended  *string          `json:"recommended" doc:"name of the best strategy; null when none is"`
	Why          string           `json:"why" doc:"why that one, or why none"`
	Incomparable bool             `json:"incomparable" doc:"none is recommended because those that could be end at different versions"`
	Undone       string           `json:"undone" doc:"who keeps the strategies from completing that would bring all pools along, where the others leave some behind; else empty"`
	Strategies   []StrategyJSON   `json:"strategies" doc:"in scenario order"`
	Differences  []DifferenceJSON `json:"differences" doc:"paired, of each two strategies"`
	Gates        []GateJSON       `json:"gates" doc:"each gate on each of its strategies"`
	Warnings     []string         `json:"warnings" doc:"what not to trust"`
}

// StrategyJSON is all replications of a strategy.
type StrategyJSON struct {
	Name        string          `json:"name" doc:"of the strategy"`
	Kind        string          `json:"kind" doc:"as the scenario has it: full, control-plane-only, per-pool, auto-upgrade, node-image-only or operations"`
	Outcomes    map[string]int  `json:"outcomes" doc:"replications by outcome"`
	Completes   ProbabilityJSON `json:"completes" doc:"share that completed without a workload that is down at the end"`
	FitsWindow  ProbabilityJSON `json:"fits_window" doc:"share that completed within the window; n is 0 without one"`
	MedianRun   int             `json:"median_run" doc:"replication of median duration; the pictures show it"`
	EndVersions string          `json:"end_versions" doc:"of control plane and pools after that replication"`
	CompleteEnd string          `json:"complete_end_versions" doc:"the same after the median one of those that completed, a pool that has replaced another under the name of that one; empty when none did"`
	Leaves      string          `json:"leaves" doc:"pools that are behind the control plane then"`
	Refusals    []RefusedJSON   `json:"refusals" doc:"that ended replications as refused, most frequent first"`
	Untouched   bool            `json:"nothing_upgraded" doc:"in no replication an upgrade of the control plane or of a pool was begun"`
	Unfinished  *int            `json:"first_unfinished" doc:"the first replication that did not complete; null when all did"`
	Down        []DownJSON      `json:"down_at_end" doc:"workloads without a ready replica at the end of replications whose outcome is completed; these don't count as completes"`
	Misses      []MissJSON      `json:"target_misses" doc:"workloads that fall below their own targets"`
	Blockers    []BlockersJSON  `json:"blockers" doc:"most frequent first"`
	Statistics  []StatisticJSON `json:"statistics" doc:"every metric"`
	Warnings    []string        `json:"warnings" doc:"what not to trust"`
}

// ProbabilityJSON is a share with its bounds.
type ProbabilityJSON struct {
	Hits     int          `json:"hits" doc:"replications that did"`
	N        int          `json:"n" doc:"of so many"`
	Interval IntervalJSON `json:"interval" doc:"Clopper-Pearson bounds of the probability"`
}

// IntervalJSON is a confidence interval; null bounds are infinite, a null
// level means that there are too few replications for an interval.
type IntervalJSON struct {
	Low   *float64 `json:"low" doc:"lower bound; null when there is none or it is infinite"`
	High  *float64 `json:"high" doc:"upper bound; null when there is none or it is infinite"`
	Level *float64 `json:"level" doc:"confidence really reached; null with too few replications"`
}

// BlockersJSON counts who blocked.
type BlockersJSON struct {
	Workload string `json:"workload" doc:"whose pod didn't go"`
	Budget   string `json:"pdb" doc:"the budget that refused; empty when none did"`
	Count    int    `json:"count" doc:"replications blocked by it"`

	Clash []string `json:"pdbs_clashing" doc:"budgets that select the pods together, so that evictions answer 500"`
}

// RefusedJSON counts what AKS refused.
type RefusedJSON struct {
	Request string `json:"request" doc:"name of the request"`
	Code    string `json:"code" doc:"AKS's error code"`
	Count   int    `json:"count" doc:"replications"`
	Message string `json:"message" doc:"of the first: what is wrong, and which rule of which profile says so"`
}

// DownJSON is a workload that doesn't come back.
type DownJSON struct {
	Workload string `json:"workload" doc:"with its namespace where another one has the same name"`
	Count    int    `json:"count" doc:"replications that end so"`
}

// MissJSON is a workload that falls below its own target.
type MissJSON struct {
	Workload string  `json:"workload" doc:"with its namespace where another one has the same name"`
	Target   float64 `json:"target" doc:"share of ready replicas, 0 to 1"`
	Runs     int     `json:"replications" doc:"in which it does"`
	Median   float64 `json:"median_run_seconds" doc:"for how long in the median run"`
}

// StatisticJSON is one metric over the replications. Null stands for infinite:
// the run didn't finish.
type StatisticJSON struct {
	Metric         string       `json:"metric" doc:"as gates spell it"`
	Unit           string       `json:"unit" doc:"s, count, ratio, node-hours, USD or pod-seconds"`
	N              int          `json:"n" doc:"replications"`
	Median         *float64     `json:"median" doc:"middle value"`
	MedianInterval IntervalJSON `json:"median_interval" doc:"of the median"`
	Mean           *float64     `json:"mean" doc:"arithmetic mean"`
	MeanInterval   IntervalJSON `json:"mean_interval" doc:"of the mean, Student's t"`
	P05            *float64     `json:"p05" doc:"5 % quantile"`
	P05Interval    IntervalJSON `json:"p05_interval" doc:"of the 5 % quantile"`
	P95            *float64     `json:"p95" doc:"95 % quantile"`
	P95Interval    IntervalJSON `json:"p95_interval" doc:"of the 95 % quantile"`
	Min            *float64     `json:"min" doc:"least value"`
	Max            *float64     `json:"max" doc:"greatest value"`
}

// DifferenceJSON compares two strategies, replication by replication.
type DifferenceJSON struct {
	Metric   string       `json:"metric" doc:"what is compared"`
	A        string       `json:"a" doc:"one strategy"`
	B        string       `json:"b" doc:"the other"`
	Median   *float64     `json:"median" doc:"of the paired differences a - b"`
	Interval IntervalJSON `json:"interval" doc:"of that median"`
	Distinct bool         `json:"distinct" doc:"false: they can't be told apart"`
	Ranked   bool         `json:"ranked" doc:"false: they end at different versions"`
	P        *float64     `json:"p" doc:"two-sided sign test"`
	N        int          `json:"n" doc:"pairs"`
}

// GateJSON is a gate's verdict on a strategy.
type GateJSON struct {
	Strategy string       `json:"strategy" doc:"judged"`
	Metric   string       `json:"metric" doc:"what is judged"`
	Stat     string       `json:"stat" doc:"statistic over replications"`
	Op       string       `json:"op" doc:"<=, <, >= or >"`
	Limit    float64      `json:"limit" doc:"in the unit below"`
	Unit     string       `json:"unit" doc:"of limit and value"`
	Value    *float64     `json:"value" doc:"the statistic"`
	Interval IntervalJSON `json:"interval" doc:"of the statistic; the verdict is on its bound"`
	Verdict  string       `json:"verdict" doc:"pass, fail, inconclusive, or not judged where the strategy never completes"`
	Why      string       `json:"why" doc:"what would settle an inconclusive one"`
}

// WriteCompareJSON writes summary.json of rollsim compare.
func WriteCompareJSON(w io.Writer, source Source, s *metrics.Summary) error {
	source.Set = notNil(source.Set)
	out := CompareDocument{
		Schema: CompareSchema, Source: source,
		Seed: s.Seed, Replications: s.Replications, Done: s.Done,
		Interrupted:  s.Done < s.Replications,
		Why:          s.Why,
		Incomparable: s.Incomparable,
		Undone:       s.Undone,
		Strategies:   []StrategyJSON{}, Differences: []DifferenceJSON{}, Gates: []GateJSON{},
		Warnings: notNil(s.Warnings),
	}
	if s.WindowSeconds > 0 {
		out.Window = pointer(s.WindowSeconds)
	}
	if s.Recommended != "" {
		out.Recommended = pointer(s.Recommended)
	}
	for i := range s.Strategies {
		out.Strategies = append(out.Strategies, strategyJSON(&s.Strategies[i]))
	}
	for _, d := range s.Differences {
		out.Differences = append(out.Differences, DifferenceJSON{d.Metric, d.A, d.B, finite(d.Median), intervalJSON(d.Interval), d.Distinct, d.Ranked, finite(d.P), d.N})
	}
	for _, g := range s.Gates {
		out.Gates = append(out.Gates, GateJSON{g.Strategy, g.Metric, g.Stat, g.Op, g.Limit, string(g.Unit), gateValue(g), intervalJSON(g.Interval), string(g.Verdict), g.Why})
	}
	return writeJSON(w, out)
}

// gateValue is the statistic that a gate was judged on; null where none was.
func gateValue(g metrics.GateResult) *float64 {
	if g.Verdict == metrics.NotJudged {
		return nil
	}
	return finite(g.Value)
}

func strategyJSON(s *metrics.StrategySummary) StrategyJSON {
	out := StrategyJSON{
		Name: s.Strategy, Kind: s.Kind,
		Outcomes:    map[string]int{},
		Completes:   probabilityJSON(s.Completes),
		FitsWindow:  probabilityJSON(s.FitsWindow),
		MedianRun:   s.MedianRun,
		EndVersions: s.EndVersions,
		CompleteEnd: s.CompleteEnd,
		Leaves:      s.Leaves,
		Refusals:    []RefusedJSON{},
		Untouched:   s.Untouched,
		Down:        []DownJSON{},
		Misses:      []MissJSON{},
		Blockers:    []BlockersJSON{},
		Warnings:    notNil(s.Warnings),
	}
	for o := trace.Completed; o <= trace.Horizon; o++ {
		out.Outcomes[o.String()] = s.Outcomes[o]
	}
	for _, b := range s.Blockers {
		out.Blockers = append(out.Blockers, BlockersJSON{b.Workload, b.Budget, b.Count, notNil(b.Clash)})
	}
	for _, x := range s.Refusals {
		out.Refusals = append(out.Refusals, RefusedJSON(x))
	}
	if s.Completes.Hits < s.Completes.N {
		out.Unfinished = pointer(s.Unfinished)
	}
	for _, d := range s.Down {
		out.Down = append(out.Down, DownJSON(d))
	}
	for _, m := range s.Misses {
		out.Misses = append(out.Misses, MissJSON{m.Workload, m.Target, m.Runs, m.Median.Seconds()})
	}
	for _, x := range s.Statistics {
		out.Statistics = append(out.Statistics, StatisticJSON{
			x.Metric, string(x.Unit), x.N, finite(x.Median), intervalJSON(x.MedianInterval), finite(x.Mean), intervalJSON(x.MeanInterval),
			finite(x.P05), intervalJSON(x.P05Interval), finite(x.P95), intervalJSON(x.P95Interval), finite(x.Min), finite(x.Max),
		})
	}
	return out
}

func intervalJSON(i metrics.Interval) IntervalJSON {
	if !i.OK {
		return IntervalJSON{}
	}
	return IntervalJSON{finite(i.Low), finite(i.High), finite(i.Level)}
}

func probabilityJSON(p metrics.Probability) ProbabilityJSON {
	return ProbabilityJSON{p.Hits, p.N, intervalJSON(p.Interval)}
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
