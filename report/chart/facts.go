package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// facts is what titles, labels and alt text are made from, taken from the same
// series that are drawn.
type facts struct {
	t         *metrics.Timeline
	o         Options
	names     *trace.Names      // unique names of budgets
	labels    []string          // short names of nodes, unique within their pool
	blockers  []metrics.Blocker // who refuses at the stop, the decisive one first
	wentOn    bool              // the nodes that can't be drained are quarantined, and the upgrade went on without them
	from, to  des.Time          // of the time axis
	workloads []workloadFact    // that are drawn, in the order drawn
	daemons   int               // DaemonSets, not drawn
	idle      int               // workloads that want no replicas, not drawn
	drains    []drainFact       // in order of nodes
	slowed    float64           // share of all drain time spent waiting for a budget
	waitShare float64           // share of the upgrade in which some drain waits for a budget
}

// workloadFact is one workload's readiness in numbers.
type workloadFact struct {
	label   string // name, with its namespace where the name alone isn't unique
	name    string
	space   string // its namespace
	desired int
	floor   int // ready replicas that its budget wants; 0: none
	target  int // ready replicas that its target wants; 0: none
	min     int
	minAt   des.Time
	below   time.Duration // below the higher of floor and target
	down    time.Duration // with nothing ready
	lost    float64       // pod-seconds below desired
	refused []des.Time
	pending int  // pods without a node at the end
	blocker bool // it kept the drain from ending that stopped the run
	ready   metrics.Step
}

// limit is what the workload must not fall below, with its name.
func (w *workloadFact) limit() (int, string) {
	if w.target > w.floor {
		return w.target, "target"
	}
	return w.floor, "budget"
}

func (w *workloadFact) broken() bool { return w.below > 0 }

func (w *workloadFact) share() float64 { return float64(w.min) / float64(w.desired) }

// drainFact is one node's drain in numbers.
type drainFact struct {
	node     int // index into Timeline.Nodes
	length   time.Duration
	waited   time.Duration // union of its waits
	budget   int           // the one with the longest union of waits; -1: none
	refusals int           // of that budget
}

func gather(t *metrics.Timeline, o Options) *facts {
	f := &facts{t: t, o: o, names: trace.NewNames(t.Header), labels: nodeLabels(t), from: t.Start}
	f.gatherBlockers()
	t = f.t
	f.to = drawnEnd(t)
	f.gatherWorkloads()
	f.gatherDrains()
	return f
}

// gatherBlockers finds who blocks. A run that went on without the nodes that
// can't be drained isn't drawn as one that stops, though AKS calls it failed.
func (f *facts) gatherBlockers() {
	run := f.t.Run
	if run.Outcome != trace.Blocked || run.Blocker == nil {
		return
	}
	f.blockers = run.Blockers
	if len(f.blockers) == 0 {
		f.blockers = []metrics.Blocker{*run.Blocker}
	}
	for i := range run.Pools {
		for _, q := range run.Pools[i].Quarantined {
			f.wentOn = f.wentOn || q.Name == run.Blocker.Node
		}
	}
	if f.wentOn {
		t := *f.t
		t.Stopped = false
		f.t = &t
	}
}

// blocks reports whether the workload's pods are among those that block.
func (f *facts) blocks(w *metrics.WorkloadTimeline) bool {
	return slices.ContainsFunc(f.blockers, func(b metrics.Blocker) bool {
		return b.Workload == w.Name || b.Workload == w.Namespace+"/"+w.Name
	})
}

// drawnEnd is where the time axis ends: with the run, with the last change
// after it, and after a stop a little later, so that the stop isn't the edge.
func drawnEnd(t *metrics.Timeline) des.Time {
	end, last := max(t.End, t.Start), max(t.Last, t.End)
	change := end
	for i := range t.Workloads {
		if n := len(t.Workloads[i].Ready.At); n > 0 {
			change = max(change, min(t.Workloads[i].Ready.At[n-1], last))
		}
	}
	for i := range t.Nodes {
		if spans := t.Nodes[i].Spans; len(spans) > 0 {
			change = max(change, min(spans[len(spans)-1].From, last))
		}
	}
	room := des.Time(0.02 * float64(change-t.Start))
	if t.Stopped {
		room = max(0, des.Time(0.12*float64(end-t.Start))-(change-end))
	}
	if !t.Run.HasSettled { // what comes later isn't known
		room = min(room, last-change)
	}
	return change + room
}

func (f *facts) gatherWorkloads() {
	names := map[string]int{}
	for i := range f.t.Workloads {
		names[f.t.Workloads[i].Name]++
	}
	for i := range f.t.Workloads {
		w := &f.t.Workloads[i]
		switch {
		case w.Kind == "DaemonSet":
			f.daemons++
			continue
		case w.Desired <= 0:
			f.idle++
			continue
		}
		fact := measure(w, f.t.Start, max(f.t.Last, f.t.End))
		fact.label = w.Name
		if names[w.Name] > 1 {
			fact.label = w.Namespace + "/" + w.Name
		}
		fact.blocker = f.blocks(w)
		if i < len(f.t.Run.Workloads) {
			fact.pending = f.t.Run.Workloads[i].PendingAtEnd
		}
		f.workloads = append(f.workloads, fact)
	}
	slices.SortStableFunc(f.workloads, func(a, b workloadFact) int {
		return cmp.Or(
			first(a.blocker, b.blocker), first(a.broken(), b.broken()),
			cmp.Compare(a.share(), b.share()), cmp.Compare(b.lost, a.lost), cmp.Compare(a.label, b.label))
	})
}

// first orders true before false.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// measure folds a workload's step function from start to end.
func measure(w *metrics.WorkloadTimeline, start, end des.Time) workloadFact {
	f := workloadFact{name: w.Name, space: w.Namespace, desired: w.Desired, ready: w.Ready, refused: w.Refusals, min: math.MaxInt}
	if w.HasFloor {
		f.floor = min(max(w.Floor, 0), w.Desired)
	}
	if w.HasTarget {
		f.target = metrics.LeastMeeting(w.Target, w.Desired)
	}
	limit, _ := f.limit()
	for i, at := range w.Ready.At {
		until := end
		if i+1 < len(w.Ready.At) {
			until = min(w.Ready.At[i+1], end)
		}
		at, v := max(at, start), int(w.Ready.Value[i])
		if until < at || (until == at && i+1 < len(w.Ready.At)) {
			continue
		}
		if v < f.min {
			f.min, f.minAt = v, at
		}
		d := until.Sub(at)
		f.lost += float64(max(0, w.Desired-v)) * d.Seconds()
		if v < limit {
			f.below += d
		}
		if v == 0 {
			f.down += d
		}
	}
	if f.min == math.MaxInt {
		f.min, f.minAt = w.Desired, start
	}
	return f
}

func (f *facts) gatherDrains() {
	var all, waited time.Duration
	for i := range f.t.Nodes {
		n := &f.t.Nodes[i]
		if n.Drain.To <= n.Drain.From {
			continue
		}
		d := drainFact{node: i, length: n.Drain.To.Sub(n.Drain.From), budget: -1}
		d.blame(n.Waits)
		all, waited = all+d.length, waited+d.waited
		f.drains = append(f.drains, d)
	}
	if all > 0 {
		f.slowed = float64(waited) / float64(all)
	}
	var waits []metrics.Wait
	for _, d := range f.drains {
		waits = append(waits, f.t.Nodes[d.node].Waits...)
	}
	if d := f.t.End.Sub(f.t.Start); d > 0 {
		f.waitShare = float64(sum(unionOf(waits))) / float64(d)
	}
}

// blame finds the budget that the drain waited for longest. Waits of one
// budget don't overlap; those of two budgets may.
func (d *drainFact) blame(waits []metrics.Wait) {
	byBudget := map[int]time.Duration{}
	refusals := map[int]int{}
	for _, w := range waits {
		byBudget[w.Budget] += w.To.Sub(w.From)
		refusals[w.Budget] += w.Refusals
	}
	for _, w := range waits {
		if d.budget < 0 || byBudget[w.Budget] > byBudget[d.budget] ||
			byBudget[w.Budget] == byBudget[d.budget] && w.Budget < d.budget {
			d.budget = w.Budget
		}
	}
	d.refusals = refusals[d.budget]
	d.waited = sum(unionOf(waits))
}

// unionOf merges waits that overlap, whatever budget they are for.
func unionOf(waits []metrics.Wait) []metrics.Wait {
	var out []metrics.Wait
	ordered := slices.SortedFunc(slices.Values(waits), func(a, b metrics.Wait) int { return cmp.Compare(a.From, b.From) })
	for _, w := range ordered {
		if k := len(out); k > 0 && w.From <= out[k-1].To {
			out[k-1].To = max(out[k-1].To, w.To)
			continue
		}
		out = append(out, w)
	}
	return out
}

func sum(waits []metrics.Wait) time.Duration {
	var d time.Duration
	for _, w := range waits {
		d += w.To.Sub(w.From)
	}
	return d
}

// budgetName is a budget's name, with its namespace where the name alone isn't
// unique.
func (f *facts) budgetName(i int) string { return f.names.Budget(int32(i)) }

// nodeName is a node's short name, with its pool's where there are several.
func (f *facts) nodeName(i int) string {
	if pool := f.t.Nodes[i].Pool; len(f.t.Pools) > 1 {
		return f.t.Pools[pool].Name + "-" + f.labels[i]
	}
	return f.labels[i]
}

// quantile is the nearest-rank quantile of the drains' lengths.
func (f *facts) quantile(q float64) time.Duration {
	if len(f.drains) == 0 {
		return 0
	}
	all := make([]time.Duration, len(f.drains))
	for i, d := range f.drains {
		all[i] = d.length
	}
	slices.Sort(all)
	return all[min(len(all)-1, max(0, int(math.Ceil(q*float64(len(all))))-1))]
}

// longest is the drain that took longest; ties go to the first node.
func (f *facts) longest() *drainFact {
	var out *drainFact
	for i := range f.drains {
		if out == nil || f.drains[i].length > out.length {
			out = &f.drains[i]
		}
	}
	return out
}

// held reports whether budgets slow the upgrade down enough to be worth a
// title: a quarter of the drains' time and a tenth of the upgrade's.
func (f *facts) held() bool { return f.slowed >= 0.25 && f.waitShare >= 0.1 }

// countNodes returns how many nodes began on the old version and how many of
// them are on a newer one at the end, or replaced by one that is. A node that
// comes later counts where it comes on the old version and is still there, or
// replaced, at the end.
func (f *facts) countNodes() (nodes, renewed int) {
	for i := range f.t.Nodes {
		n := &f.t.Nodes[i]
		if n.Kept {
			renewed++
		}
		if n.Surge || n.Later && !f.laterCounts(n) {
			continue
		}
		nodes++
		if k := len(n.Spans); k > 0 && f.isNew(n.Spans[k-1]) || f.replaced(n) {
			renewed++
		}
	}
	for i := range f.t.Run.Pools { // what is kept in their place renews none of them
		renewed -= len(f.t.Run.Pools[i].Quarantined)
	}
	return nodes, min(max(renewed, 0), nodes)
}

// laterCounts reports whether a node that came later was there to be upgraded.
func (f *facts) laterCounts(n *metrics.NodeTimeline) bool {
	old := slices.ContainsFunc(n.Spans, func(s metrics.Span) bool { return metrics.NodeState(s.State) == metrics.NodeOld })
	return old && (n.Spans[len(n.Spans)-1].To >= f.t.Last || f.replaced(n))
}

// replaced reports whether the node went with its pool, which another one made
// by hand has taken the place of.
func (f *facts) replaced(n *metrics.NodeTimeline) bool {
	pools := f.t.Run.Pools
	return n.Removed == 0 && !n.Surge && n.Pool < len(pools) && pools[n.Pool].EndVersion == "" &&
		slices.ContainsFunc(pools, func(p metrics.PoolRun) bool { return p.Replaces == pools[n.Pool].Name && p.EndVersion != "" })
}

// renewal is "6 nodes", or "6 nodes replaced" where pools were, by hand.
func (f *facts) renewal() string {
	_, renewed := f.countNodes()
	replaced := 0
	for i := range f.t.Nodes {
		if n := &f.t.Nodes[i]; f.replaced(n) && (!n.Later || f.laterCounts(n)) {
			replaced++
		}
	}
	switch {
	case replaced == 0:
		return counted(renewed, "node")
	case replaced >= renewed:
		return counted(renewed, "node") + " replaced"
	}
	return fmt.Sprintf("%s, %d of them replaced,", counted(renewed, "node"), replaced)
}

// isNew reports whether a node whose last span is s ends on a new version. A
// completed run may end at the very instant at which its last node returns.
func (f *facts) isNew(s metrics.Span) bool {
	switch metrics.NodeState(s.State) {
	case metrics.NodeNew:
		return true
	case metrics.NodeReimaging:
		return f.t.Run.Outcome == trace.Completed
	}
	return false
}
