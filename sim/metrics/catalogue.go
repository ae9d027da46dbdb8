package metrics

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// Better is which way a metric is good.
type Better int8

// The directions.
const (
	Lower  Better = -1
	Higher Better = 1
)

// Metric is one number of a Run.
type Metric struct {
	Name     string // as a gate spells it: duration, workload.web.min_ready
	Unit     Unit
	Better   Better
	Doc      string // what it is, one phrase
	Headline bool   // of the whole run: strategies are compared on it

	// Of returns the metric of a run. It reports false when the run has no
	// such number: a pool that wasn't upgraded has no duration. It is +Inf
	// when the number is a time to completion and the run never got there.
	Of func(*Run) (float64, bool)
}

// Catalogue is all metrics of a cluster, in the order in which they are
// reported.
type Catalogue struct {
	Metrics []Metric
	index   map[string]int // of every spelling; ambiguous when negative
}

const ambiguous = -1

// workloadName is what the catalogue needs to know of a workload.
type workloadName struct{ namespace, name string }

// NewCatalogue returns the metrics that runs of m have.
func NewCatalogue(m *model.Model) *Catalogue {
	var pools []string
	for i := range m.NodePools {
		pools = append(pools, m.NodePools[i].Name)
	}
	var workloads []workloadName
	for i := range m.Workloads {
		workloads = append(workloads, workloadName{m.Workloads[i].Namespace, m.Workloads[i].Name})
	}
	return newCatalogue(pools, workloads)
}

// CatalogueOf returns the metrics that run has.
func CatalogueOf(run *Run) *Catalogue {
	var pools []string
	for i := range run.Pools {
		pools = append(pools, run.Pools[i].Name)
	}
	var workloads []workloadName
	for i := range run.Workloads {
		workloads = append(workloads, workloadName{run.Workloads[i].Namespace, run.Workloads[i].Name})
	}
	return newCatalogue(pools, workloads)
}

func newCatalogue(pools []string, workloads []workloadName) *Catalogue {
	c := &Catalogue{Metrics: slices.Clone(runMetrics), index: make(map[string]int)}
	for i, name := range pools {
		c.Metrics = append(c.Metrics, Metric{
			Name: "pool." + name + ".duration", Unit: Seconds, Better: Lower,
			Doc: "time to upgrade the pool, first phase to last; infinite when it isn't done",
			Of:  func(r *Run) (float64, bool) { return poolDuration(r, i) },
		})
	}
	for i := range c.Metrics {
		c.index[c.Metrics[i].Name] = i
	}
	count := map[string]int{}
	for _, w := range workloads {
		count[w.name]++
	}
	for i, w := range workloads {
		full := w.name
		if w.namespace != "" {
			full = w.namespace + "/" + w.name
		}
		for _, m := range workloadMetrics {
			short, long := "workload."+w.name+"."+m.name, "workload."+full+"."+m.name
			name := short
			if count[w.name] > 1 {
				c.index[short] = ambiguous
				name = long
			} else {
				c.index[short] = len(c.Metrics)
			}
			c.index[long] = len(c.Metrics)
			c.Metrics = append(c.Metrics, Metric{
				Name: name, Unit: m.unit, Better: m.better, Doc: m.doc,
				Of: func(r *Run) (float64, bool) { return m.of(&r.Workloads[i]) },
			})
		}
	}
	return c
}

// seconds is the value of a duration.
func seconds(d time.Duration) (float64, bool) { return d.Seconds(), true }

func number(n int) (float64, bool) { return float64(n), true }

// toCompletion is the value of a time to completion: infinite where the run
// didn't get there.
func toCompletion(d time.Duration, got bool) (float64, bool) {
	if !got {
		return math.Inf(1), true
	}
	return d.Seconds(), true
}

var runMetrics = []Metric{
	{"duration", Seconds, Lower, "first request to the end of the last operation; infinite when the upgrade doesn't complete", true,
		func(r *Run) (float64, bool) { return toCompletion(r.Duration, r.Completes()) }},
	{"settled", Seconds, Lower, "first request until every workload has its replicas ready again and AKS has cleaned up; infinite when that never comes or the upgrade doesn't complete", true,
		func(r *Run) (float64, bool) {
			return toCompletion(r.Settled, r.Outcome == trace.Completed && r.HasSettled)
		}},
	{"sessions", Counts, Lower, "times of upgrading with at least two hours between them, such as evenings or maintenance windows", true,
		func(r *Run) (float64, bool) { return number(len(r.Sessions)) }},
	{"longest_session", Seconds, Lower, "the longest of these, from its first moment to its last; infinite when the upgrade doesn't complete", true,
		func(r *Run) (float64, bool) {
			longest := time.Duration(0)
			for _, s := range r.Sessions {
				longest = max(longest, s.Length())
			}
			return toCompletion(longest, r.Completes())
		}},
	{"min_availability", Ratio, Higher, "lowest share of ready replicas of any workload, DaemonSets excepted", true, minAvailability},
	{"ready_seconds_lost", PodSecond, Lower, "replicas not ready, summed over time and workloads, DaemonSets excepted", true,
		func(r *Run) (float64, bool) { return readySecondsLost(r), true }},
	{"evictions_refused", Counts, Lower, "evictions that a budget refused, over all workloads", true,
		func(r *Run) (float64, bool) {
			sum := 0
			for i := range r.Workloads {
				sum += r.Workloads[i].EvictionsRefused
			}
			return number(sum)
		}},
	{"peak_nodes", Counts, Lower, "most nodes at a time, ordered ones included", true,
		func(r *Run) (float64, bool) { return number(r.PeakNodes) }},
	{"peak_vcpus", Counts, Lower, "most vCPUs at a time", true,
		func(r *Run) (float64, bool) { return number(r.PeakVCPUs) }},
	{"peak_addresses", Counts, Lower, "most addresses of the subnet at a time", true,
		func(r *Run) (float64, bool) { return number(r.PeakAddresses) }},
	{"surge_node_hours", NodeHours, Lower, "of surge nodes, from order to gone, and of nodes beside those that they replace", true,
		func(r *Run) (float64, bool) { return r.SurgeNodeHours, true }},
	{"surge_cost", Dollars, Lower, "of surge nodes at list price: what the upgrade itself adds; none when a price is unknown", true,
		func(r *Run) (float64, bool) { return r.SurgeCost, r.CostKnown }},
	{"extra_node_hours", NodeHours, Lower, "of all nodes, less those of as many nodes as at the first request, until the run has settled; what the cluster autoscaler and requests such as scale do counts, so surge_node_hours are what the upgrade itself adds; negative when nodes went", true,
		func(r *Run) (float64, bool) { return r.ExtraNodeHours, true }},
	{"extra_cost", Dollars, Lower, "the node bill at list price less that of as many nodes as at the first request: of the extra node-hours, the cluster autoscaler's and those of requests such as scale included; none when a price is unknown", true,
		func(r *Run) (float64, bool) { return r.ExtraCost, r.ExtraCostKnown }},
	{"nodes_added", Counts, Lower, "by the cluster autoscaler", true,
		func(r *Run) (float64, bool) { return number(r.NodesAdded) }},
	{"nodes_removed", Counts, Lower, "by the cluster autoscaler", true,
		func(r *Run) (float64, bool) { return number(r.NodesRemoved) }},
	{"mixed_versions", Seconds, Lower, "while control plane and nodes weren't all at one version; infinite when they aren't at the end", true,
		func(r *Run) (float64, bool) { return toCompletion(r.MixedVersions, !r.EndMixed) }},
	{"nodes_behind", Counts, Lower, "not on the control plane's version at the end", true,
		func(r *Run) (float64, bool) {
			sum := 0
			for i := range r.Pools {
				sum += r.Pools[i].NodesOld
			}
			return number(sum)
		}},
	{"end_skew", Counts, Lower, "minor versions between the control plane and the oldest pool at the end", true,
		func(r *Run) (float64, bool) { return number(r.EndSkew) }},
}

func minAvailability(r *Run) (least float64, ok bool) {
	least = 1
	for i := range r.Workloads {
		if w := &r.Workloads[i]; w.Kind != string(model.DaemonSet) && w.Desired > 0 {
			least = min(least, w.MinAvailability())
			ok = true
		}
	}
	return least, ok
}

func readySecondsLost(r *Run) (sum float64) {
	for i := range r.Workloads {
		if w := &r.Workloads[i]; w.Kind != string(model.DaemonSet) {
			sum += w.ReadySecondsLost
		}
	}
	return sum
}

func poolDuration(r *Run, i int) (float64, bool) {
	p := &r.Pools[i].Upgrade
	if !p.Ran && r.Outcome == trace.Completed {
		return 0, false
	}
	return toCompletion(p.End.Sub(p.Start), p.Ran && p.Over)
}

// MinAvailability is the least share of desired replicas that were ready at
// some time; 1 for a workload that wants none.
func (w *WorkloadRun) MinAvailability() float64 {
	if w.Desired == 0 {
		return 1
	}
	return min(1, float64(w.MinReady)/float64(w.Desired))
}

type workloadMetric struct {
	name   string
	unit   Unit
	better Better
	doc    string
	of     func(*WorkloadRun) (float64, bool)
}

var workloadMetrics = []workloadMetric{
	{"min_ready", Counts, Higher, "fewest ready replicas at any time",
		func(w *WorkloadRun) (float64, bool) { return number(w.MinReady) }},
	{"min_availability", Ratio, Higher, "lowest share of ready replicas at any time",
		func(w *WorkloadRun) (float64, bool) { return w.MinAvailability(), true }},
	{"mean_availability", Ratio, Higher, "share of ready replicas, weighted by time, until settled",
		func(w *WorkloadRun) (float64, bool) { return w.MeanAvailability, true }},
	{"worst_window", Ratio, Higher, "lowest mean availability over any 5 minutes; over the run when it is shorter",
		func(w *WorkloadRun) (float64, bool) { return w.WorstWindow, true }},
	{"ready_seconds_lost", PodSecond, Lower, "replicas not ready, summed over time",
		func(w *WorkloadRun) (float64, bool) { return w.ReadySecondsLost, true }},
	{"below_budget", Seconds, Lower, "time with fewer healthy pods than a budget wants",
		func(w *WorkloadRun) (float64, bool) { return seconds(w.BelowBudget) }},
	{"below_target", Seconds, Lower, "time below the workload's own target; none without one",
		func(w *WorkloadRun) (float64, bool) { return w.BelowTarget.Seconds(), w.HasTarget }},
	{"evictions_granted", Counts, Lower, "evictions that were granted",
		func(w *WorkloadRun) (float64, bool) { return number(w.EvictionsGranted) }},
	{"evictions_refused", Counts, Lower, "evictions that were refused: answers, not pods",
		func(w *WorkloadRun) (float64, bool) { return number(w.EvictionsRefused) }},
	{"moved_twice", Counts, Lower, "evicted pods that replaced an evicted pod",
		func(w *WorkloadRun) (float64, bool) { return number(w.PodsMovedTwice) }},
	{"pending_seconds", PodSecond, Lower, "pods waiting for a node, summed over time",
		func(w *WorkloadRun) (float64, bool) { return w.PendingSeconds, true }},
	{"pending_longest", Seconds, Lower, "longest wait of a pod for a node",
		func(w *WorkloadRun) (float64, bool) { return seconds(w.PendingLongest) }},
}

// Lookup returns the metric that a gate calls name. A workload may be given
// with its namespace, shop/web; it must be where two share the name. The error
// of an unknown name offers those that are spelled alike.
func (c *Catalogue) Lookup(name string) (Metric, error) {
	i, ok := c.index[name]
	switch {
	case ok && i != ambiguous:
		return c.Metrics[i], nil
	case ok:
		return Metric{}, fmt.Errorf("%q is the name of several workloads' metrics; write %s", name, c.meant(name))
	}
	return Metric{}, fmt.Errorf("%q is not a metric; did you mean %s?", name, c.near(name))
}

// meant returns the full spellings of an ambiguous name.
func (c *Catalogue) meant(name string) string {
	var full []string
	for i := range c.Metrics {
		if strings.HasSuffix(c.Metrics[i].Name, "/"+strings.TrimPrefix(name, "workload.")) {
			full = append(full, c.Metrics[i].Name)
		}
	}
	return strings.Join(full, " or ")
}

// near returns the up to three names that are spelled most like name.
func (c *Catalogue) near(name string) string {
	type candidate struct {
		name string
		far  int
	}
	var all []candidate
	for i := range c.Metrics {
		n := c.Metrics[i].Name
		far := spelling.Distance(name, n)
		if strings.HasPrefix(n, "workload.") && last(n) == last(name) {
			far /= 2 // the right metric of another workload
		}
		all = append(all, candidate{n, far})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return a.far - b.far })
	var near []string
	for _, a := range all[:min(3, len(all))] {
		if len(near) == 0 || a.far <= all[0].far+2 {
			near = append(near, a.name)
		}
	}
	if n := len(near); n > 1 {
		return strings.Join(near[:n-1], ", ") + " or " + near[n-1]
	}
	return strings.Join(near, "")
}

// last returns what follows the last dot.
func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// wantValue says what a limit of a metric in unit u looks like.
func wantValue(u Unit, written any) error {
	got := fmt.Sprint(written)
	if s, ok := written.(string); ok {
		got = strconv.Quote(s)
	}
	switch u {
	case Seconds:
		return fmt.Errorf("%s is not a duration; want one in quotes, such as \"4h\" or \"90s\"", got)
	case Ratio:
		return fmt.Errorf("%s is not a share; want a percentage in quotes, such as \"80%%\", or a number from 0 to 1", got)
	case Counts:
		return fmt.Errorf("%s is not a count; want one such as 9", got)
	}
	return fmt.Errorf("%s is not an amount of %s; want one such as 9.5", got, u)
}

// CheckGates reports the gates of m whose metric doesn't exist or whose value,
// as the scenario writes it, isn't one of that metric. The path of a finding is
// gate[i].metric or gate[i].value.
func CheckGates(m *model.Model) []model.Finding {
	var findings []model.Finding
	add := func(i int, key string, err error) {
		findings = append(findings, model.Finding{Severity: model.Error, Path: fmt.Sprintf("gate[%d].%s", i, key), Message: err.Error()})
	}
	c := NewCatalogue(m)
	for i, g := range m.Gates {
		metric, err := c.Lookup(g.Metric)
		if err != nil {
			add(i, "metric", err)
		} else if err := checkWritten(metric.Unit, g); err != nil {
			add(i, "value", err)
		}
	}
	return findings
}

// checkWritten reports a value that is written as one of another unit.
func checkWritten(u Unit, g model.Gate) error {
	_, notNumber := strconv.ParseFloat(g.Written, 64)
	isNumber, isShare := notNumber == nil, strings.HasSuffix(g.Written, "%")
	switch {
	case g.Written == "": // made by a program, in the metric's unit
		return nil
	case u == Seconds && !isNumber && !isShare && g.Value >= 0:
		return nil
	case u == Ratio && (isNumber || isShare) && g.Value >= 0 && g.Value <= 1:
		return nil
	case u != Seconds && u != Ratio && isNumber && g.Value >= 0:
		return nil
	}
	if isNumber { // spelled as such, not in quotes
		return wantValue(u, g.Value)
	}
	return wantValue(u, g.Written)
}
