package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// RunReport is one replication with what a reader needs around it.
type RunReport struct {
	Source   Source
	Run      *metrics.Run
	Header   *trace.Header
	Window   time.Duration // 0: none
	Pictures []Picture
}

// Picture is an image file beside a Markdown report.
type Picture struct {
	File, Alt string
}

// Verdict is the one sentence that a run comes down to.
func (r RunReport) Verdict() string {
	run := r.Run
	switch run.Outcome {
	case trace.Completed:
		if down := run.Down(); len(down) > 0 {
			return fmt.Sprintf("%s at the end of %q, after %s, and %s back while observed", downWords(down), run.Strategy, Span(run.Duration), verb(len(down), "doesn't come", "don't come"))
		}
		return fmt.Sprintf("%q completes in %s%s%s%s", run.Strategy, Span(run.Duration), r.againstWindow(), sessions(run), meanwhile(run))
	case trace.Blocked:
		if quarantined(run) {
			return fmt.Sprintf("%q goes on without node %s and ends as failed after %s: held up%s", run.Strategy, run.Blocker.Node, Span(run.Duration), blockedBy(run.Blocker))
		}
		return fmt.Sprintf("%q is blocked after %s%s", run.Strategy, Span(run.Duration), blockedBy(run.Blocker))
	case trace.Refused:
		if !slices.ContainsFunc(run.Refusals, func(x metrics.Refusal) bool { return !x.Expected }) {
			return fmt.Sprintf("%q doesn't go as the scenario expects, after %s", run.Strategy, Span(run.Duration))
		}
		return fmt.Sprintf("%q is refused after %s", run.Strategy, Span(run.Duration))
	case trace.Horizon:
		return fmt.Sprintf("%q is not over at the horizon, after %s", run.Strategy, Span(run.Duration))
	}
	return fmt.Sprintf("%q fails after %s", run.Strategy, Span(run.Duration))
}

// downWords names workloads that have no ready replica when observation ends.
func downWords(names []string) string {
	return fmt.Sprintf("%s %s down", quotedList(names), verb(len(names), "is", "are"))
}

// sessions says in how many goes the upgrade is done, and which pools wait for the
// last one; empty for one.
func sessions(run *metrics.Run) string {
	all := run.Sessions
	if len(all) < 2 {
		return ""
	}
	var lengths []string
	for _, s := range all {
		lengths = append(lengths, Span(s.Length()))
	}
	text := fmt.Sprintf(", in %d sessions of %s", len(all), List(lengths))
	if late, wait := run.Latecomers(); len(late) > 0 {
		text += fmt.Sprintf(": %s %s %s for the last one", List(late), verb(len(late), "waits", "wait"), Span(wait))
	}
	return text
}

// meanwhile says what else came in between: the cluster autoscaler, and an
// upgrade that AKS refused, though that was expected.
func meanwhile(run *metrics.Run) string {
	text := ""
	switch added, removed := run.NodesAdded, run.NodesRemoved; {
	case added > 0 && removed > 0:
		text = fmt.Sprintf("; the autoscaler adds %s meanwhile and removes %d", Count(added, "node"), removed)
	case added > 0:
		text = fmt.Sprintf("; the autoscaler adds %s meanwhile", Count(added, "node"))
	case removed > 0:
		text = fmt.Sprintf("; the autoscaler removes %s meanwhile", Count(removed, "node"))
	}
	for _, x := range run.Refusals {
		if x.Upgrade {
			return text + fmt.Sprintf("; AKS refuses %q, as expected: %s", x.Request, x.Code)
		}
	}
	return text
}

// quarantined reports whether the node that couldn't be drained was set aside,
// and the upgrade went on.
func quarantined(run *metrics.Run) bool {
	for _, p := range run.Pools {
		for _, n := range p.Quarantined {
			if run.Blocker != nil && n.Name == run.Blocker.Node {
				return true
			}
		}
	}
	return false
}

func (r RunReport) againstWindow() string {
	switch {
	case r.Window == 0:
		return ""
	case r.Run.Duration <= r.Window:
		return fmt.Sprintf(", inside the %s window with %s to spare", Span(r.Window), Span(r.Window-r.Run.Duration))
	}
	return fmt.Sprintf(", %s over the %s window", Span(r.Run.Duration-r.Window), Span(r.Window))
}

// fact is a line of the first screen.
type fact struct{ name, text string }

// facts are the lines under the verdict.
func (r RunReport) facts() []fact {
	run := r.Run
	var facts []fact
	if run.Outcome != trace.Completed {
		facts = append(facts, fact{"reason", run.Reason})
	}
	if text := alsoBlocked(run); text != "" {
		facts = append(facts, fact{"also refuse", text})
	}
	facts = append(facts,
		fact{"duration", r.durations()},
		fact{"worst moment", r.worstMoment()},
		fact{"evictions", evictions(run)},
		fact{"peak", fmt.Sprintf("%s, %s, %s of the subnet", Count(run.PeakNodes, "node"), Count(run.PeakVCPUs, "vCPU"), plural(run.PeakAddresses, "address", "addresses"))},
		fact{"surge", surge(run)})
	if beyondSurge(run.ExtraNodeHours, run.SurgeNodeHours) || run.NodesAdded+run.NodesRemoved > 0 {
		facts = append(facts, fact{"node bill", nodeBill(run)})
	}
	if run.NodesAdded+run.NodesRemoved > 0 {
		facts = append(facts, fact{"autoscaler", fmt.Sprintf("%s added, %d removed", Count(run.NodesAdded, "node"), run.NodesRemoved)})
	}
	facts = append(facts, fact{"versions", versions(run)})
	for _, c := range run.Crashes {
		facts = append(facts, fact{"crash", r.crash(c)})
	}
	if !run.HasSettled {
		facts = append(facts, fact{"not settled", unsettled(run)})
	}
	for _, x := range run.Refusals {
		text := fmt.Sprintf("%q at %s: %s: %s", x.Request, r.moment(x.At), x.Code, x.Message)
		if x.Expected {
			text += " (expected)"
		}
		facts = append(facts, fact{"refused", text})
	}
	return append(facts, fact{"sample", fmt.Sprintf("one draw under seed %d (replication %d); compare shows the spread", run.Seed, run.Replication)})
}

// unsettled says what is missing at the end of observation.
func unsettled(run *metrics.Run) string {
	pending, of := 0, 0
	for _, w := range run.Workloads {
		if w.PendingAtEnd > 0 {
			pending += w.PendingAtEnd
			of++
		}
	}
	if pending == 0 {
		return "not every replica was ready again, or AKS not done cleaning up, at the end of observation; what is lost is counted until then"
	}
	return fmt.Sprintf("%s of %s without a node at the end of observation; what is lost is counted until then", Count(pending, "pod"), Count(of, "workload"))
}

// moment spells an instant of the run, which counts from its start as explain does,
// with its date where the scenario says what day it is.
func (r RunReport) moment(t des.Time) string {
	text := instant(time.Duration(t))
	if r.Header == nil {
		return text
	}
	if zero, ok := r.Header.Calendar(); ok {
		text += zero.Add(time.Duration(t)).Round(time.Minute).Format(" (Mon 2 Jan 15:04)")
	}
	return text
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// maxPools is how many pools have room on one line; of more, their table says
// how long each takes.
const maxPools = 8

// durations is the total with its phases.
func (r RunReport) durations() string {
	var parts []string
	if p := r.Run.ControlPlane; p.Ran {
		parts = append(parts, "control plane "+takes(p))
	}
	for _, p := range r.Run.Pools {
		if p.Upgrade.Ran && len(r.Run.Pools) <= maxPools {
			parts = append(parts, p.Name+" "+takes(p.Upgrade))
		}
	}
	text := Span(r.Run.Duration)
	if start := r.Run.Start; start > 0 {
		text += " from the first request at " + r.moment(start) + " on"
	}
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	return text
}

// takes is how long a part of the upgrade takes, or took until the run ended.
func takes(p metrics.PhaseRun) string {
	if !p.Over {
		return Span(p.End.Sub(p.Start)) + ", unfinished"
	}
	return Span(p.End.Sub(p.Start))
}

// crash tells of a machine that died.
func (r RunReport) crash(c metrics.Crash) string {
	text := fmt.Sprintf("machine of %s at %s", c.Node, r.moment(c.At))
	if c.HasLost {
		text += fmt.Sprintf(", taken for lost at %s", r.moment(c.Lost))
	}
	if !c.HasBack {
		return text + ", not back while observed"
	}
	return text + fmt.Sprintf(", back at %s", r.moment(c.Back))
}

func (r RunReport) worstMoment() string {
	run := r.Run
	for _, w := range worstFirst(run) {
		if w.Kind == "DaemonSet" || w.Desired == 0 {
			continue // its pods come and go with their nodes, or are a Job's
		}
		if w.MinReady >= w.Desired {
			return "every workload keeps all of its replicas ready"
		}
		text := fmt.Sprintf("%s: %d of %d ready (%s) at %s", workloadName(run, w), w.MinReady, w.Desired, share(w.MinAvailability()), r.moment(w.MinReadyAt))
		if w.BelowTarget > 0 {
			text += fmt.Sprintf("; %s below its target of %s", Span(w.BelowTarget), metrics.Ratio.SpellExactly(w.Target))
		}
		return text
	}
	return "no workload that has replicas to lose"
}

func evictions(run *metrics.Run) string {
	granted, refused, invalid := 0, 0, 0
	for _, w := range run.Workloads {
		granted += w.EvictionsGranted
		refused += w.EvictionsRefused - w.EvictionsInvalid
		invalid += w.EvictionsInvalid
	}
	text := fmt.Sprintf("%d granted, %d refused by budgets", granted, refused)
	if invalid > 0 {
		text += fmt.Sprintf(", %d answered 500, for several budgets select the pod", invalid)
	}
	slowest, found := slowestDrain(run)
	clash := run.Blocker != nil && len(run.Blocker.Clash) > 0 && run.Blocker.Node == slowest.LongestNode // no budget was waited for
	if found && slowest.LongestBudget != "" && !clash {
		text += fmt.Sprintf("; the longest drain, %s on %s, waits for budget %q", Span(slowest.Longest), slowest.LongestNode, slowest.LongestBudget)
		if slowest.LongestDisk > 0 {
			text += fmt.Sprintf(", for %s of it while a disk of its pods moves", Span(slowest.LongestDisk))
		}
	}
	return text
}

func slowestDrain(run *metrics.Run) (metrics.DrainStats, bool) {
	var slowest metrics.DrainStats
	for _, p := range run.Pools {
		if p.Drains.Longest > slowest.Longest {
			slowest = p.Drains
		}
	}
	return slowest, slowest.Count > 0
}

func surge(run *metrics.Run) string {
	if run.SurgeNodeHours == 0 {
		return "no surge nodes"
	}
	return priced(run.SurgeNodeHours, run.SurgeCost, run.CostKnown)
}

// nodeBill says how the bill of all nodes differs from that of the nodes that
// were there at the first request, and that this isn't the upgrade's alone.
func nodeBill(run *metrics.Run) string {
	return priced(run.ExtraNodeHours, run.ExtraCost, run.ExtraCostKnown) + " against as many nodes as at the first request; counts what " + whoElse(run.NodesAdded+run.NodesRemoved > 0) + " did, not the upgrade alone"
}

// whoElse changes the count of nodes beside the upgrade's surge.
func whoElse(autoscaled bool) string {
	if autoscaled {
		return "the cluster autoscaler or requests such as scale"
	}
	return "requests such as scale"
}

// beyondSurge reports whether more came or went than surge nodes. Their last
// minutes count differently: those of a node that is being deleted are no surge.
func beyondSurge(extra, surge float64) bool {
	return math.Abs(extra-surge) > 0.01+0.1*surge
}

func priced(hours, cost float64, known bool) string {
	text := metrics.NodeHours.Spell(hours)
	if known {
		text += fmt.Sprintf(", %s at list price", metrics.Dollars.Spell(cost))
	}
	return text
}

func versions(run *metrics.Run) string {
	if !run.EndMixed {
		return fmt.Sprintf("control plane and all pools at %s", run.EndControlPlane)
	}
	var behind []string
	for _, p := range run.Pools {
		switch {
		case p.EndVersion == "": // it isn't there
		case p.EndVersion != run.EndControlPlane:
			behind = append(behind, p.Name+" "+p.EndVersion)
		case p.NodesOld > len(p.Quarantined):
			behind = append(behind, fmt.Sprintf("%s %s with %s older", p.Name, p.EndVersion, Count(p.NodesOld, "node")))
		}
		for _, n := range p.Quarantined {
			behind = append(behind, fmt.Sprintf("node %s (quarantined) %s", n.Name, n.Version))
		}
	}
	return fmt.Sprintf("mixed, against best practice: control plane %s, %s; skew %s",
		run.EndControlPlane, List(behind), Count(run.EndSkew, "minor"))
}

func blockedBy(b *metrics.Blocker) string {
	switch {
	case b == nil:
		return ""
	case len(b.Clash) > 0:
		return fmt.Sprintf(" by budgets %s, which %s select pod %s on node %s, so that its eviction answers 500", quotedList(b.Clash), bothOrAll(b.Clash), b.Pod, b.Node)
	case b.Budget == "":
		return fmt.Sprintf(" by pod %s, which doesn't leave node %s", b.Pod, b.Node)
	}
	text := fmt.Sprintf(" by budget %q, which keeps pod %s on node %s", b.Budget, b.Pod, b.Node)
	if b.Disk > 0 {
		text += fmt.Sprintf(", for %s while a disk of its pods moves", Span(b.Disk))
	}
	return text
}

func bothOrAll(names []string) string {
	if len(names) == 2 {
		return "both"
	}
	return "all"
}

// alsoBlocked names who else refuses at the stop: helping the first one alone
// leaves the upgrade blocked.
func alsoBlocked(run *metrics.Run) string {
	var parts []string
	for i := range run.Blockers {
		b := &run.Blockers[i]
		switch {
		case i == 0:
		case len(b.Clash) > 0:
			parts = append(parts, fmt.Sprintf("budgets %s, which %s select pod %s on node %s", quotedList(b.Clash), bothOrAll(b.Clash), b.Pod, b.Node))
		default:
			parts = append(parts, fmt.Sprintf("budget %q, which keeps pod %s on node %s", b.Budget, b.Pod, b.Node))
		}
	}
	return List(parts)
}

// poolTable is every pool in file order, but for those that only another
// strategy adds.
func poolTable(run *metrics.Run) *Table {
	t := &Table{
		Head:  []string{"NODE POOL", "TAKES", "SURGE", "AT A TIME", "DRAINS", "MEAN DRAIN", "LONGEST", "ENDS AT", "NODES BEHIND"},
		Right: []bool{false, true, true, true, true, true, true, true, true},
	}
	for _, p := range run.Pools {
		if p.NeverThere {
			continue
		}
		time := "not upgraded"
		switch {
		case p.Upgrade.Ran:
			time = takes(p.Upgrade)
		case p.EndVersion == "":
			time = "deleted"
		}
		t.add(p.Name, time, fmt.Sprint(p.Surge), fmt.Sprint(p.Slots), fmt.Sprint(p.Drains.Count),
			Span(p.Drains.Mean), Span(p.Drains.Longest), cmp.Or(p.EndVersion, "–"), fmt.Sprint(p.NodesOld))
	}
	return t
}

// Text writes the first screen: verdict, facts, and the tables.
func (r RunReport) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Verdict())
	for _, f := range r.facts() {
		fmt.Fprintf(&b, "%-13s %s\n", f.name, f.text)
	}
	b.WriteString("\n")
	if err := poolTable(r.Run).Text(&b); err != nil {
		return err
	}
	if len(r.Run.Workloads) > 0 {
		b.WriteString("\n")
	}
	if err := writeWorkloads(&b, r.Run); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes report.md of rollsim run.
func (r RunReport) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", escape(Capital(r.Verdict())), opening(r.Source.Title))
	for _, f := range r.facts() {
		fmt.Fprintf(&b, "- **%s**: %s\n", f.name, escape(f.text))
	}
	writePictures(&b, r.Pictures)
	if err := markdownWorkloads(&b, r.Run); err != nil {
		return err
	}
	b.WriteString("\n## Node pools\n\n")
	if err := poolTable(r.Run).Markdown(&b); err != nil {
		return err
	}
	b.WriteString("\n## What it rests on\n\n")
	fmt.Fprintf(&b, "One replication, number %d under seed %d, of %s. It is one draw of many: `rollsim compare` plays many and gives intervals.\n\n",
		r.Run.Replication, r.Run.Seed, r.Source.words())
	if err := knobTable(r.Header, &b); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writePictures(b *strings.Builder, pictures []Picture) {
	for _, p := range pictures {
		fmt.Fprintf(b, "\n![%s](%s)\n", strings.ReplaceAll(escape(p.Alt), "]", `\]`), p.File)
	}
}

// knobTable lists the effective settings; those that the scenario doesn't give
// itself are marked, for they are rollsim's defaults, not the reader's cluster.
func knobTable(h *trace.Header, b *strings.Builder) error {
	defaults := 0
	t := &Table{Head: []string{"setting", "value", "from"}}
	for _, k := range h.Knobs {
		from := "scenario"
		if k.Default {
			from = "default"
			defaults++
		}
		t.add(k.Path, k.Value, from)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	fmt.Fprintf(b, "%d of %d settings are rollsim's defaults, not measured on your cluster.\n\n<details><summary>All settings</summary>\n\n", defaults, len(t.Rows))
	if err := t.Markdown(b); err != nil {
		return err
	}
	b.WriteString("\n</details>\n")
	return nil
}
