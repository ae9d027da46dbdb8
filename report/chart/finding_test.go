package chart

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// heading and alt text of the availability picture of a made-up run.
func headingOf(t *metrics.Timeline) (heading, string) {
	f := gather(meter(t), Options{})
	h := f.availabilityHeading()
	return h, f.alt("Ready replicas", h)
}

func blockedTimeline() *metrics.Timeline {
	return fake{pools: 1, nodes: 4, slots: 2, surge: true, workloads: 3, replicas: 4, outcome: trace.Blocked}.timeline()
}

// TestAltNamesTheLowest holds that the lowest workload of the alt text is the
// lowest one, though the one that blocks is drawn first.
func TestAltNamesTheLowest(t *testing.T) {
	line := blockedTimeline()
	line.Workloads[2].Ready = metrics.Step{At: []des.Time{0, des.Time(time.Second)}, Value: []int32{4, 1}}
	_, alt := headingOf(line)
	if !strings.Contains(alt, "Lowest: app02 with 1 of 4 replicas ready.") {
		t.Errorf("alt text %q, want app02 with 1 of 4", alt)
	}
	f := gather(line, Options{})
	if f.workloads[0].label != "app00" {
		t.Errorf("%s is drawn first, want app00, which blocks", f.workloads[0].label)
	}
}

// TestAllBlockersAreNamed holds that every budget that blocks has its fix: one
// mended alone leaves the upgrade blocked.
func TestAllBlockersAreNamed(t *testing.T) {
	line := blockedTimeline()
	for i := range 2 {
		line.Workloads[i].HasFloor, line.Workloads[i].Floor = true, 4
	}
	line.Header.Budgets[1].Spec = "max_unavailable 0"
	other := *line.Run.Blocker
	other.Workload, other.Budget, other.Node = "app01", "app01", line.Nodes[1].Name
	line.Run.Blockers = []metrics.Blocker{*line.Run.Blocker, other}
	h, _ := headingOf(line)
	if want := "budgets “app00” and “app01” allow no eviction, so nodes 000 and 001 never drain"; !strings.HasSuffix(h.title, want) {
		t.Errorf("title %q, want it to end in %q", h.title, want)
	}
	if want := "Fix: set min_available of budget “app00” to 3; and set max_unavailable of budget “app01” to 1."; h.remedy != want {
		t.Errorf("remedy %q, want %q", h.remedy, want)
	}
}

// TestFixOfTheRightBudget holds that of two budgets with one name the fix is for
// the one that blocks.
func TestFixOfTheRightBudget(t *testing.T) {
	line := blockedTimeline()
	for i, space := range []string{"one", "two"} {
		line.Header.Budgets[i].Namespace, line.Header.Budgets[i].Name = space, "p"
		line.Workloads[i].Namespace, line.Workloads[i].Name = space, "web"
		line.Workloads[i].HasFloor, line.Workloads[i].Floor = true, 4
	}
	line.Header.Budgets[0].Spec, line.Header.Budgets[1].Spec = "max_unavailable 0", "min_available 4"
	line.Run.Blocker.Workload, line.Run.Blocker.Budget = "two/web", "two/p"
	line.Run.Blockers = nil
	h, _ := headingOf(line)
	if want := "Fix: set min_available of budget “two/p” to 3, or run 5 replicas of “two/web”."; h.remedy != want {
		t.Errorf("remedy %q, want %q", h.remedy, want)
	}
}

// TestFixThatHelps holds that more replicas are advised only where they help: a
// budget of a share, or of no pod at all, grows with them.
func TestFixThatHelps(t *testing.T) {
	for spec, want := range map[string]string{
		"min_available 4":    "Fix: set min_available of budget “app00” to 3, or run 5 replicas of “app00”.",
		"min_available 100%": "Fix: give budget “app00” max_unavailable 1 in place of min_available 100%.",
		"max_unavailable 0":  "Fix: set max_unavailable of budget “app00” to 1.",
	} {
		line := blockedTimeline()
		line.Workloads[0].HasFloor, line.Workloads[0].Floor = true, 4
		line.Header.Budgets[0].Spec = spec
		if h, _ := headingOf(line); h.remedy != want {
			t.Errorf("%s: remedy %q, want %q", spec, h.remedy, want)
		}
	}
}

// TestTitlesCount holds that titles count in English.
func TestTitlesCount(t *testing.T) {
	down := func(name string, limit int) workloadFact {
		f := workloadFact{label: name, desired: 4, floor: limit, down: time.Minute}
		if limit > 0 {
			f.below = time.Minute
		}
		return f
	}
	falls := down("a", 3)
	falls.min = 1
	for _, x := range []struct {
		workloads    []workloadFact
		broken, down int
		want         string
	}{
		{[]workloadFact{down("a", 3), down("b", 0)}, 1, 2, "“a” is down for 60 s, against its budget; one more without a limit goes down too"},
		{[]workloadFact{down("a", 3), down("b", 0), down("c", 0)}, 1, 3, "“a” is down for 60 s, against its budget; two more without a limit go down too"},
		{[]workloadFact{falls, down("b", 0)}, 1, 1, "“a” falls to 1 of 4 ready at once, below its budget; one without a limit goes down"},
		{[]workloadFact{falls, down("b", 3)}, 2, 1, "Both workloads fall below their limits: worst, “a” falls to 1 of 4 ready at once"},
	} {
		f := &facts{t: &metrics.Timeline{Header: &trace.Header{}, Run: &metrics.Run{}}, workloads: x.workloads}
		if got := f.brokenTitle(x.broken, x.down); got != x.want {
			t.Errorf("got  %s\nwant %s", got, x.want)
		}
	}
}

// TestNobodyToWatch holds that a cluster without workloads gets the title of its
// upgrade, and no empty panel.
func TestNobodyToWatch(t *testing.T) {
	line := timelines()["DaemonSets only"]
	p, err := Availability(line, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Upgraded in " + span(line.End.Sub(line.Start)) + ", with no workload to disturb"; p.Title != want {
		t.Errorf("title %q, want %q", p.Title, want)
	}
	usual, err := Availability(timelines()["in place"], Options{}) // one panel
	if err != nil {
		t.Fatal(err)
	}
	if p.sheet.height > usual.sheet.height-panelHeight {
		t.Errorf("the picture is %v high, that with one panel %v", p.sheet.height, usual.sheet.height)
	}
	line.Stopped, line.Run.Outcome = true, trace.Refused
	line.ControlPlane.Ran, line.Pools = false, nil
	if h, _ := headingOf(line); h.title != "AKS refuses the upgrade, and nothing changes" {
		t.Errorf("title %q of a refused upgrade", h.title)
	}
}

// TestNoTimeAtAll holds that the nodes of a run that takes no time are drawn as
// they are, in rows and in counts.
func TestNoTimeAtAll(t *testing.T) {
	line := timelines()["refused at once"]
	for len(line.Nodes) <= rowLimit {
		line.Nodes = append(line.Nodes, line.Nodes[0])
	}
	p, err := Nodes(line, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("layer old version: %[1]d %[1]d %[1]d %[1]d %[1]d", len(line.Nodes)); !strings.Contains(strings.Join(p.Series(), "\n"), want) {
		t.Errorf("no %q in %q", want, p.Series())
	}
}

// TestClashingBudgets names both budgets that select one pod.
func TestClashingBudgets(t *testing.T) {
	line := blockedTimeline()
	line.Run.Blocker.Budget, line.Run.Blocker.Clash = "", []string{"app00", "all"}
	line.Run.Blockers = []metrics.Blocker{*line.Run.Blocker}
	h, _ := headingOf(line)
	if want := "“app00” and “all” select one pod, so its evictions answer 500"; !strings.HasSuffix(h.title, want) {
		t.Errorf("title %q, want it to end in %q", h.title, want)
	}
	if want := "Fix: let one budget select the pods of “app00”, not 2."; h.remedy != want {
		t.Errorf("remedy %q, want %q", h.remedy, want)
	}
}

// TestQuarantineIsNoStop holds that a run that goes on without the node that it
// can't drain isn't said to stop, nor drawn so.
func TestQuarantineIsNoStop(t *testing.T) {
	line := blockedTimeline()
	line.Run.Pools = []metrics.PoolRun{{Name: "pool0", NodesOld: 1, Quarantined: []metrics.OldNode{{Name: line.Run.Blocker.Node, Version: "1.29.7"}}}}
	h, _ := headingOf(line)
	if want := "Budget “app00” allows no eviction, so node 000 stays on 1.29.7, quarantined; the upgrade goes on"; !strings.HasPrefix(h.title, want) {
		t.Errorf("title %q, want it to begin with %q", h.title, want)
	}
	if f := gather(line, Options{}); f.t.Stopped {
		t.Error("the picture draws a stop")
	}
}

// TestOneRounding holds that title, subtitle and axis round a moment alike.
func TestOneRounding(t *testing.T) {
	at := des.Time(time.Hour + 4*time.Minute + 40*time.Second)
	if a, b, c := after(at), span(time.Duration(at)), clock(at, "h:mm"); a != "after 1:05 h" || b != "1:05 h" || c != "1:05" {
		t.Errorf("%q, %q and %q", a, b, c)
	}
}

func comparisonOf(m *metrics.Summary) *comparison {
	c := &comparison{m: m, s: &sheet{}}
	c.gather()
	return c
}

// TestDominance holds that a strategy is beaten only when it is better in
// nothing that is shown, its cost and its loss included.
func TestDominance(t *testing.T) {
	fast := plan{name: "fast", p05: 30, median: 30, p95: 30, low: .9, ready: .9, high: .9, fits: 100, peak: 30, surge: 4}
	slow, cheap := fast, fast
	slow.name, slow.median = "slow", 60
	cheap.name, cheap.median, cheap.surge = "cheap", 60, 1
	c := comparisonOf(summaryOf(100, 240, "fast", fast, slow, cheap))
	for i, want := range []bool{false, true, false} {
		if k := &c.all[i]; k.beaten != want {
			t.Errorf("%s: beaten %v, want %v", k.Strategy, k.beaten, want)
		}
	}
}

// TestMarksAreExplained holds that the comparison says what hollow dots and
// squares are, where it draws them.
func TestMarksAreExplained(t *testing.T) {
	full := plan{name: "full", p05: 30, median: 30, p95: 30, low: .9, ready: .9, high: .9, fits: 100, peak: 30, surge: 4}
	slow, part := full, full
	slow.name, slow.median = "slow", 60
	part.name, part.versions = "part", "1.30.5 / system 1.29.7, web 1.29.7"
	for _, x := range []struct {
		plans       []plan
		dot, square bool
	}{{[]plan{full, slow}, true, false}, {[]plan{full, part}, false, true}, {[]plan{full, slow, part}, true, true}} {
		foot := strings.Join(comparisonOf(summaryOf(100, 240, "full", x.plans...)).footer(), " ")
		if strings.Contains(foot, "Hollow dot: beaten") != x.dot || strings.Contains(foot, "Square: ends at other versions") != x.square {
			t.Errorf("%d strategies: footer %q, want dot %v, square %v", len(x.plans), foot, x.dot, x.square)
		}
	}
}

// lossy adds the pod time lost to a summary of plans with one worst share.
func lossy() *metrics.Summary {
	a := plan{name: "surge 1", p05: 90, median: 100, p95: 110, low: .95, ready: .95, high: .95, fits: 100, peak: 24, surge: 1.5}
	b := plan{name: "surge 33 %", p05: 40, median: 46, p95: 60, low: .95, ready: .95, high: .95, fits: 100, peak: 30, surge: 4.2}
	c := plan{name: "surge 50 %", p05: 40, median: 47, p95: 60, low: .95, ready: .95, high: .95, fits: 100, peak: 33, surge: 6.2}
	m := summaryOf(100, 240, "surge 33 %", a, b, c)
	for i, lost := range []float64{57.5, 70.4, 76} {
		x := metrics.Statistic{Metric: "ready_seconds_lost", Unit: metrics.PodSecond, N: 100, Median: lost * 60, P05: lost * 54, P95: lost * 66, Min: lost * 54, Max: lost * 66}
		m.Strategies[i].Statistics = append(m.Strategies[i].Statistics, x)
	}
	return m
}

// TestLossAxis holds that strategies with one worst share are told apart by what
// they lose, and that the picture says which way is better.
func TestLossAxis(t *testing.T) {
	p := drawComparison(lossy(), Options{})
	texts := ""
	for _, b := range p.sheet.boxes {
		texts += b.text + "\n"
	}
	for _, want := range []string{"pod-minutes lost, all workloads  (↓ better); the median worst share is 95 % in all", "1:40, 58 pod-min\n", "0:47, 76 pod-min, beaten"} {
		if !strings.Contains(texts, want) {
			t.Errorf("the picture lacks %q:\n%s", want, texts)
		}
	}
	if notes := strings.Join(p.Series(), "\n"); !strings.Contains(notes, "front: surge 33 %, surge 1\n") {
		t.Errorf("the front isn't from fast to sparing:\n%s", notes)
	}
}

// TestTakeSaysWhatItLeaves holds that a recommendation names missed targets and
// what stays behind, and that unfinished work comes before any advice.
func TestTakeSaysWhatItLeaves(t *testing.T) {
	m := lossy()
	s := &m.Strategies[1]
	s.Leaves = "system on 1.29.7"
	s.Misses = []metrics.TargetMiss{{Workload: "web", Target: 0.98, Runs: 45}}
	h := comparisonOf(m).heading()
	if !strings.HasSuffix(h.title, ", but leaves system on 1.29.7") {
		t.Errorf("title %q", h.title)
	}
	if want := "“web” falls below its target of 98 % in 45 of 100 runs."; h.remedy != want || h.verdict != orange {
		t.Errorf("remedy %q, want %q, and an orange bar", h.remedy, want)
	}
	m.Recommended, m.Undone, m.Why = "", `nothing here brings all pools to 1.30.5: budget "pay" blocks "full"`, `"surge 1" completes, but leaves system on 1.29.7`
	h = comparisonOf(m).heading()
	if h.title != "Nothing here brings all pools to 1.30.5: budget “pay” blocks “full”" || h.remedy != "“surge 1” completes, but leaves system on 1.29.7." {
		t.Errorf("title %q, remedy %q", h.title, h.remedy)
	}
}

// TestFewRunsHaveNoQuantiles holds that fewer runs than p05 and p95 take are
// shown with their range.
func TestFewRunsHaveNoQuantiles(t *testing.T) {
	m := summaryOf(metrics.Needed-1, 0, "full", plan{name: "full", p05: 41, median: 46, p95: 52, low: .6, ready: .667, high: .667})
	for i := range m.Strategies[0].Statistics {
		x := &m.Strategies[0].Statistics[i]
		x.Min, x.Max = x.P05/2, x.P95*2
	}
	p := drawComparison(m, Options{})
	texts := p.Title
	for _, b := range p.sheet.boxes {
		texts += "\n" + b.text
	}
	if strings.Contains(texts, "95 of 100") || strings.Contains(texts, "90 %") || !strings.Contains(texts, "all runs") || !strings.Contains(texts, "ready, least") {
		t.Errorf("58 runs are drawn with quantiles:\n%s", texts)
	}
}

// TestReplacedNodesCount holds that nodes that others replace are upgraded, as
// blue-green does it, and that one that stands in for a node in quarantine
// renews none.
func TestReplacedNodesCount(t *testing.T) {
	line := fake{pools: 1, nodes: 4, slots: 1}.timeline()
	for i := range line.Nodes {
		line.Nodes[i].Spans = []metrics.Span{{To: line.Last, State: int(metrics.NodeGoing)}}
		line.Nodes = append(line.Nodes, metrics.NodeTimeline{Surge: true, Kept: true})
	}
	if nodes, renewed := gather(line, Options{}).countNodes(); nodes != 4 || renewed != 4 {
		t.Errorf("%d of %d nodes upgraded, want 4 of 4", renewed, nodes)
	}
	line.Run.Pools = []metrics.PoolRun{{Quarantined: make([]metrics.OldNode, 1)}}
	if _, renewed := gather(line, Options{}).countNodes(); renewed != 3 {
		t.Errorf("%d nodes upgraded beside one in quarantine, want 3", renewed)
	}
}

// TestPoolReplacedByHandCounts holds that the nodes of a pool that another one
// made by hand took the place of are called replaced, beside upgraded ones too,
// and that those of a pool that is still there aren't.
func TestPoolReplacedByHandCounts(t *testing.T) {
	line := fake{pools: 2, nodes: 3, slots: 1, quiet: true}.timeline()
	line.Run.Pools = append(line.Run.Pools, metrics.PoolRun{Name: "green", EndVersion: "1.30.5", Replaces: "pool0"})
	title := func() string { h := gather(line, Options{}).nodesHeading(); return h.title }
	if got := title(); !strings.HasPrefix(got, "6 nodes in ") {
		t.Errorf("both pools upgraded: title %q", got)
	}
	line.Run.Pools[0].EndVersion = "" // it is gone
	for i := range line.Nodes[:3] {
		line.Nodes[i].Spans = []metrics.Span{{To: line.End, State: int(metrics.NodeGoing)}}
	}
	if got := title(); !strings.HasPrefix(got, "6 nodes, 3 of them replaced, in ") {
		t.Errorf("one pool replaced, one upgraded: title %q", got)
	}
	line.Nodes = line.Nodes[:3]
	if got := title(); !strings.HasPrefix(got, "3 nodes replaced in ") {
		t.Errorf("all replaced: title %q", got)
	}
}

// TestLaterNodesCount holds that a node added on the old version is upgraded as
// others are, and that neither one added on the new version nor one that is gone
// again counts.
func TestLaterNodesCount(t *testing.T) {
	line := fake{pools: 1, nodes: 4, slots: 1}.timeline()
	later := func(to des.Time, states ...metrics.NodeState) {
		n := metrics.NodeTimeline{Later: true}
		for i, s := range states {
			n.Spans = append(n.Spans, metrics.Span{From: des.Time(i), To: des.Time(i + 1), State: int(s)})
		}
		n.Spans[len(states)-1].To = to
		line.Nodes = append(line.Nodes, n)
	}
	later(line.Last, metrics.NodeCreating, metrics.NodeOld, metrics.NodeDraining, metrics.NodeReimaging, metrics.NodeNew)
	later(line.Last, metrics.NodeCreating, metrics.NodeNew)
	later(line.End, metrics.NodeCreating, metrics.NodeOld, metrics.NodeGoing)
	if nodes, renewed := gather(line, Options{}).countNodes(); nodes != 5 || renewed != 5 {
		t.Errorf("%d of %d nodes upgraded, want 5 of 5", renewed, nodes)
	}
}

// TestAllReadyIsSaid holds that "at least 100 %" isn't said, and that dollars and
// shares are spelled as the report spells them.
func TestAllReadyIsSaid(t *testing.T) {
	for n, want := range map[int]string{
		100: "“full”: no workload loses a replica in 95 of 100 runs, done within 30 min",
		40:  "“full”: no workload loses a replica in any of 40 runs, done in 25 min",
	} {
		m := summaryOf(n, 0, "full", plan{name: "full", p05: 20, median: 25, p95: 30, low: 1, ready: 1, fits: n})
		if h := comparisonOf(m).heading(); h.title != want {
			t.Errorf("title %q, want %q", h.title, want)
		}
	}
	m := summaryOf(40, 0, "full", plan{name: "full", p05: 20, median: 25, p95: 30, low: 1, ready: 1, fits: 40})
	m.Strategies[0].Completes.Interval = metrics.Interval{Low: 0.9278, High: 1, OK: true}
	c := comparisonOf(m)
	if got := c.fitsText(&c.all[0]); got != "40 of 40, 93–100 %" {
		t.Errorf("finishes in %s", got)
	}
	if got := c.valueOf(0.046, metrics.Dollars); got != "$0.05" {
		t.Errorf("costs %s", got)
	}
}

// TestNothingReadyIsNoPromise holds that "at least 0 %" isn't said.
func TestNothingReadyIsNoPromise(t *testing.T) {
	m := summaryOf(100, 0, "full", plan{name: "full", p05: 20, median: 25, p95: 30, fits: 100})
	if h := comparisonOf(m).heading(); h.title != "“full”: some workload is down for a time, done within 30 min" {
		t.Errorf("title %q", h.title)
	}
}

// TestDrainsHaveTheirUnit holds that the column of the drains says its unit,
// which need not be the axis'.
func TestDrainsHaveTheirUnit(t *testing.T) {
	for unit, want := range map[time.Duration]string{10 * time.Second: "drain, m:ss", 30 * time.Minute: "drain, h:mm"} {
		p := drawNodes(fake{pools: 1, nodes: 6, slots: 1, unit: unit}.timeline(), Options{})
		if !slices.ContainsFunc(p.sheet.boxes, func(b textBox) bool { return b.text == want }) {
			t.Errorf("drains of some %s: no column %q", unit, want)
		}
	}
}

// TestOrderIsSaid holds that the availability picture says what it puts first: a
// workload that missed its limit, though another one fell lower.
func TestOrderIsSaid(t *testing.T) {
	one, two := workloadFact{below: time.Minute}, workloadFact{}
	for _, x := range []struct {
		workloads []workloadFact
		blockers  int
		want      string
	}{
		{[]workloadFact{one, two}, 0, "missed limits first"},
		{[]workloadFact{one, one}, 0, "worst first"},
		{[]workloadFact{two, two}, 0, "worst first"},
		{[]workloadFact{one, two}, 1, "who blocks first"},
	} {
		f := facts{workloads: x.workloads, blockers: make([]metrics.Blocker, x.blockers)}
		if got := f.order(); got != x.want {
			t.Errorf("%d workloads, %d blockers: %q, want %q", len(x.workloads), x.blockers, got, x.want)
		}
	}
}

// TestTotalHasItsTick holds that the axis of a panel names the replicas, also
// where the budget lies close below them.
func TestTotalHasItsTick(t *testing.T) {
	line := fake{pools: 1, nodes: 4, slots: 1, workloads: 1, replicas: 140}.timeline()
	line.Workloads[0].HasFloor, line.Workloads[0].Floor = true, 126
	p := drawAvailability(line, Options{})
	if !slices.ContainsFunc(p.sheet.boxes, func(b textBox) bool { return b.text == "140" }) {
		t.Error("no tick at 140, all replicas")
	}
}

// TestTitlesAnswer holds that titles answer what a run was played for: who waits
// for another session, what the autoscaler does, what AKS refused as expected, and
// that a disk on its way isn't blamed on the budget that waits for it.
func TestTitlesAnswer(t *testing.T) {
	usual := func() *metrics.Timeline { return timelines()["usual"] }
	nodes := func(line *metrics.Timeline) string { return gather(line, Options{}).nodesHeading().title }
	line := usual()
	line.Run.Sessions = []metrics.Session{{From: 0, To: des.Time(time.Minute)}, {From: line.Run.Pools[0].Upgrade.Start, To: line.End}}
	if got, want := nodes(line), "6 nodes in two sessions: pool “pool0” waits 4:00 min for the second"; got != want {
		t.Errorf("sessions: got %s, want %s", got, want)
	}
	line = usual()
	line.Run.NodesRemoved = 2
	if got, want := nodes(line), "6 nodes in 8:50 min, two at a time; meanwhile the autoscaler removes two nodes"; got != want {
		t.Errorf("autoscaler: got %s, want %s", got, want)
	}
	line = usual()
	for i := range line.Nodes {
		for k := range line.Nodes[i].Drains {
			d := &line.Nodes[i].Drains[k]
			d.Disk = d.Waited * 3 / 4
		}
	}
	if got, want := nodes(line), "6 nodes in 8:50 min, two at a time; the longest drain takes 30 s, for 17 s of it a disk of “app03” moves"; got != want {
		t.Errorf("disk: got %s, want %s", got, want)
	}
	line = timelines()["control plane only"]
	line.Run.Refusals = []metrics.Refusal{{Request: "to 1.31", Code: "TooFar", Message: "pools first", Expected: true, Upgrade: true}}
	h := gather(line, Options{}).nodesHeading()
	if want := "Only the control plane moves to 1.30.5; AKS refuses “to 1.31”: TooFar"; h.title != want || h.remedy != "Pools first." {
		t.Errorf("refused as expected: got %s (%s), want %s", h.title, h.remedy, want)
	}
}

// TestOneOrigin holds that title, subtitle and axis count from one moment, where
// the first request isn't at the run's start, and by the calendar, where the
// scenario has one.
func TestOneOrigin(t *testing.T) {
	line := timelines()["late start"]
	f := gather(line, Options{})
	a := f.axis(168, 734)
	if got := f.when(f.t.Start.Add(time.Minute)); got != "at 6:00" || a.name != "run’s clock, m:ss" || f.whole() != "8:50 min from 5:00 on" {
		t.Errorf("%q, %q, %q", got, a.name, f.whole())
	}
	line = timelines()["days"]
	line.Header.Knobs = append(line.Header.Knobs, trace.Knob{Path: "run.start", Value: `"2026-05-03T20:00:00Z"`})
	f = gather(line, Options{})
	a = f.axis(168, 734)
	if got := f.when(des.Time(28 * time.Hour)); got != "on Tue 5 May 00:00" || a.label(a.ticks()[0], true)[0] != "Sat 9" || a.name != "May 2026, UTC" {
		t.Errorf("%q, first tick %q, axis %q", got, a.label(a.ticks()[0], true), a.name)
	}
}

// TestAdviceNamesWhoIsMissing holds that a budget that could let a pod go, if its
// replicas were all ready, isn't to be loosened: what keeps one away is named.
func TestAdviceNamesWhoIsMissing(t *testing.T) {
	line := blockedTimeline()
	line.Workloads[0].HasFloor, line.Workloads[0].Floor = true, 3
	d := &line.Nodes[0].Drains[0]
	d.To = line.End
	line.Run.Blocker.At, line.Run.Blocker.Disk = d.To, d.Length()*2/3
	h, _ := headingOf(line)
	if want := "a replica of budget “app00” waits for its disk, so node 000 never drains"; !strings.HasSuffix(h.title, want) || !strings.Contains(h.remedy, "raise drain_timeout") {
		t.Errorf("a disk: title %q, remedy %q", h.title, h.remedy)
	}
	line.Run.Blocker.Disk = 0
	line.Run.Crashes = []metrics.Crash{{Node: line.Nodes[1].Name, At: des.Time(time.Second)}}
	h, _ = headingOf(line)
	if want := "3 of 4 replicas must stay ready, and the machine of node 001, dead since 0:01, isn’t back: wait for it."; h.remedy != want {
		t.Errorf("a machine: remedy %q, want %q", h.remedy, want)
	}
}
