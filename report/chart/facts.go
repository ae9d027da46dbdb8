package chart

import (
	"cmp"
	"math"
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// facts is what titles, labels and alt text are made from. The numbers are those
// of metrics; here they are put in the order in which they are told.
type facts struct {
	t         *metrics.Timeline
	o         Options
	names     *trace.Names      // unique names of budgets
	labels    []string          // short names of nodes, unique within their pool
	blockers  []metrics.Blocker // who refuses at the stop, the decisive one first
	current   []bool            // pools that need no upgrade; nil: none
	wentOn    bool              // the nodes that can't be drained are quarantined, and the upgrade went on without them
	from, to  des.Time          // of the time axis
	workloads []workloadFact    // that are drawn, in the order drawn
	daemons   int               // DaemonSets, not drawn
	idle      int               // workloads that want no replicas, not drawn
	drains    []drainFact       // that took a while, in order of nodes
	slowed    float64           // share of all drain time spent waiting for a budget
	waitShare float64           // share of the upgrade in which some drain waits for a budget
}

// drainFact is a drain of a node.
type drainFact struct {
	node int // index into Timeline.Nodes
	*metrics.Drain
}

func gather(t *metrics.Timeline, o Options) *facts {
	f := &facts{t: t, o: o, names: trace.NewNames(t.Header), labels: nodeLabels(t), from: t.Start}
	f.gatherBlockers()
	t = f.t
	f.to = drawnEnd(t)
	f.current = findCurrent(t)
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
	idle := des.Time(0) // between sessions, which the axis may leave out
	for i, s := range t.Run.Sessions {
		if i > 0 {
			idle += s.From - t.Run.Sessions[i-1].To
		}
	}
	room := des.Time(0.02 * float64(change-t.Start-idle))
	if t.Stopped {
		room = max(0, des.Time(0.12*float64(end-t.Start-idle))-(change-end))
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
		fact := watch(w, f.t.Start, max(f.t.Last, f.t.End))
		if names[w.Name] > 1 {
			fact.label = w.Namespace + "/" + w.Name
		}
		fact.blocker = slices.ContainsFunc(f.blockers, func(b metrics.Blocker) bool { return fact.called(b.Workload) })
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

func (f *facts) gatherDrains() {
	var all, waited time.Duration
	for i := range f.t.Nodes {
		for k := range f.t.Nodes[i].Drains {
			d := &f.t.Nodes[i].Drains[k]
			if d.Length() <= 0 {
				continue
			}
			all, waited = all+d.Length(), waited+d.Waited
			f.drains = append(f.drains, drainFact{i, d})
		}
	}
	if all > 0 {
		f.slowed = float64(waited) / float64(all)
	}
	if d := f.t.End.Sub(f.t.Start); d > 0 {
		f.waitShare = float64(f.t.Waiting) / float64(d)
	}
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
		all[i] = d.Length()
	}
	slices.Sort(all)
	return all[min(len(all)-1, max(0, int(math.Ceil(q*float64(len(all))))-1))]
}

// longest is the drain that took longest; ties go to the first node.
func (f *facts) longest() *drainFact {
	var out *drainFact
	for i := range f.drains {
		if out == nil || f.drains[i].Length() > out.Length() {
			out = &f.drains[i]
		}
	}
	return out
}

// held reports whether budgets slow the upgrade down enough to be worth a
// title: a quarter of the drains' time and a tenth of the upgrade's.
func (f *facts) held() bool { return f.slowed >= 0.25 && f.waitShare >= 0.1 }

// lowest is the workload with the least share of ready replicas at any time. It
// need not be the first one drawn.
func (f *facts) lowest() *workloadFact {
	low := &f.workloads[0]
	for i := range f.workloads {
		if w := &f.workloads[i]; w.share() < low.share() {
			low = w
		}
	}
	return low
}
