package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// CompareReport is a Summary with what a reader needs around it.
type CompareReport struct {
	Source   Source
	Summary  *metrics.Summary
	Daemons  map[string]bool // DaemonSets, named as metrics name them; their pods come and go with their nodes
	Pictures []Picture
	Header   *trace.Header // of one of the runs, for the settings
}

// Verdict is the one sentence that a comparison comes down to.
func (r CompareReport) Verdict() string {
	for i := range r.Summary.Strategies {
		if s := &r.Summary.Strategies[i]; s.Strategy == r.Summary.Recommended {
			if len(r.Summary.Strategies) == 1 { // nothing to choose from
				return fmt.Sprintf("%q: %s", s.Strategy, r.promise(s))
			}
			return fmt.Sprintf("take %q: %s", s.Strategy, r.promise(s))
		}
	}
	switch s := r.Summary; {
	case s.Undone != "":
		return s.Undone
	case s.Incomparable:
		return "no strategy is best, for they end at different versions: " + r.each(inShort)
	case !slices.ContainsFunc(s.Strategies, func(s metrics.StrategySummary) bool { return s.Completes.Hits > 0 }):
		return "no strategy completes: " + r.each(standstill)
	}
	return "no strategy is recommended"
}

// standstill says of a strategy that never completes what stops it and what it
// leaves.
func standstill(s *metrics.StrategySummary) string {
	text := strconv.Quote(s.Strategy)
	switch {
	case len(s.Refusals) > 0:
		text += fmt.Sprintf(" is refused with %s and", s.Refusals[0].Code)
	case len(s.Down) > 0:
		return text + fmt.Sprintf(" leaves %q down", s.Down[0].Workload)
	}
	if s.Untouched {
		return text + " upgrades nothing"
	}
	return text + fmt.Sprintf(" leaves %s nodes behind", plainMedian(s, "nodes_behind"))
}

// inShort is what a strategy takes, and how often it gets there.
func inShort(s *metrics.StrategySummary) string {
	text := fmt.Sprintf("%q takes %s", s.Strategy, plainMedian(s, "duration"))
	if x, ok := s.Statistic("surge_node_hours"); ok && x.Median > 0 {
		text += fmt.Sprintf(" with %s of surge", x.Unit.Spell(x.Median))
	}
	if c := s.Completes; c.Hits < c.N {
		text += fmt.Sprintf(" and completes in %d of %s only", c.Hits, Count(c.N, "run"))
	}
	return text
}

// each says something of each strategy, or of the first few of many.
func (r CompareReport) each(say func(*metrics.StrategySummary) string) string {
	const most = 3
	var parts []string
	for i := range r.Summary.Strategies {
		if i == most && len(r.Summary.Strategies) > most+1 {
			parts = append(parts, fmt.Sprintf("%d more as in the tables", len(r.Summary.Strategies)-most))
			break
		}
		parts = append(parts, say(&r.Summary.Strategies[i]))
	}
	return strings.Join(parts, ", ")
}

// promise is what a strategy comes down to.
func (r CompareReport) promise(s *metrics.StrategySummary) string {
	parts := []string{"median " + plainMedian(s, "duration")}
	if x, ok := s.Statistic("duration"); ok && x.P95Interval.OK {
		parts = append(parts, "p95 "+x.Unit.Spell(x.P95))
	}
	if f := s.FitsWindow; f.N > 0 {
		parts = append(parts, fmt.Sprintf("inside the %s window in %d of %s", metrics.Seconds.Spell(r.Summary.WindowSeconds), f.Hits, Count(f.N, "run")))
	}
	if x, ok := s.Statistic("sessions"); ok && x.Median > 1 {
		parts = append(parts, fmt.Sprintf("in %g sessions, the longest %s", x.Median, plainMedian(s, "longest_session")))
	}
	if x, ok := s.Statistic("min_availability"); ok {
		parts = append(parts, "worst share of ready replicas "+share(x.Median))
	}
	if s.Leaves != "" {
		parts = append(parts, "but leaves "+s.Leaves)
	}
	return strings.Join(parts, ", ")
}

// facts are the lines under the verdict.
func (r CompareReport) facts() []fact {
	s := r.Summary
	var facts []fact
	if s.Done < s.Replications {
		facts = append(facts, fact{"interrupted", fmt.Sprintf("%d of %s are complete, and only they count", s.Done, Count(s.Replications, "replication"))})
	}
	facts = append(facts, fact{"why", s.Why})
	if len(s.Gates) > 0 {
		facts = append(facts, fact{"gates", r.gateCounts()})
	}
	for i := range s.Strategies {
		if text := unfinished(&s.Strategies[i]); text != "" {
			facts = append(facts, fact{"unfinished", text})
		}
	}
	return append(facts, fact{"replications", fmt.Sprintf("%d of each strategy under seed %d, paired", s.Done, s.Seed)})
}

// gateCounts is how many gates failed, were inconclusive and passed.
func (r CompareReport) gateCounts() string {
	counts := map[metrics.Verdict]int{}
	for _, g := range r.Summary.Gates {
		counts[g.Verdict]++
	}
	var parts []string
	for _, v := range []metrics.Verdict{metrics.Fail, metrics.Inconclusive, metrics.Pass, metrics.NotJudged} {
		if n := counts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(parts, ", ")
}

// unfinished says how the replications of a strategy end that don't complete,
// and who blocks them.
func unfinished(s *metrics.StrategySummary) string {
	var parts []string
	for _, b := range s.Blockers {
		by := "by pods of " + b.Workload
		switch {
		case len(b.Clash) > 0:
			by = fmt.Sprintf("by budgets %s, which %s select pods of %s (evictions answer 500)", quotedList(b.Clash), bothOrAll(b.Clash), b.Workload)
		case b.Budget != "":
			by = fmt.Sprintf("by budget %q on pods of %s", b.Budget, b.Workload)
		}
		parts = append(parts, fmt.Sprintf("blocked %s in %d of %d", by, b.Count, s.Replications))
	}
	for _, x := range s.Refusals {
		parts = append(parts, fmt.Sprintf("AKS refuses %q with %s in %d of %d", x.Request, x.Code, x.Count, s.Replications))
	}
	for o := trace.Refused; o <= trace.Horizon; o++ {
		said := o == trace.Blocked && len(s.Blockers) > 0 || o == trace.Refused && len(s.Refusals) > 0
		if n := s.Outcomes[o]; n > 0 && !said {
			how := o.String()
			if o == trace.Horizon {
				how = "not over at the horizon"
			}
			parts = append(parts, fmt.Sprintf("%s in %d of %d", how, n, s.Replications))
		}
	}
	for _, d := range s.Down {
		parts = append(parts, fmt.Sprintf("%q is down at the end and doesn't come back in %d of %d", d.Workload, d.Count, s.Replications))
	}
	if len(parts) == 0 {
		return ""
	}
	text := fmt.Sprintf("%q: %s %s", s.Strategy, strings.Join(parts, ", "), noun(s.Replications, "replication"))
	switch {
	case s.Completes.Hits > 0:
		text += fmt.Sprintf("; first in replication %d", s.Unfinished)
	case s.Untouched:
		text += "; nothing was upgraded"
	}
	if len(s.Refusals) > 0 {
		text += ": " + s.Refusals[0].Message
	}
	return text
}

// notes are warnings, the doubts that end a report. One that several strategies
// share is said once.
func (r CompareReport) notes() []string {
	var texts []string
	of := map[string][]string{}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		for _, w := range s.Warnings {
			if of[w] == nil {
				texts = append(texts, w)
			}
			of[w] = append(of[w], s.Strategy)
		}
	}
	notes := r.misses()
	for _, text := range texts {
		notes = append(notes, r.whose(of[text])+": "+text)
	}
	return slices.Concat(notes, r.billDoubt(), r.Summary.Warnings)
}

// misses says which workloads the recommended strategy, or each where none is,
// takes below their own targets.
func (r CompareReport) misses() []string {
	var notes []string
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		if r.Summary.Recommended != "" && s.Strategy != r.Summary.Recommended {
			continue
		}
		for _, m := range s.Misses {
			text := fmt.Sprintf("%s: %s falls below its target of %s in %d of %s", s.Strategy, m.Workload, metrics.Ratio.SpellExactly(m.Target), m.Runs, Count(s.Replications, "replication"))
			if m.Median > 0 {
				text += fmt.Sprintf(", in the median run for %s", Span(m.Median))
			}
			notes = append(notes, text)
		}
	}
	return notes
}

// part is a table with a heading and a word of explanation.
type part struct {
	title, explained string
	table            *Table
}

// parts are the tables of a comparison. A short one leaves out what a terminal
// has no room for.
func (r CompareReport) parts(short bool) []part {
	parts := []part{
		{"Time", "medians with 95 % intervals; a value without one comes from too few replications; never: it doesn't complete" + r.tooFew("P95"), r.timeTable()},
		{"Loss and cost", "medians with 95 % intervals; WORST SHARE is the least share of ready replicas of any workload at any moment; SURGE COST is of surge nodes at list price: what the upgrade itself adds" + r.billExplained() + r.tooFew("P05"), r.lossTable()},
		{"Workloads", "medians of the least share of ready replicas and of the pod time lost; DaemonSets are left out", r.workloadTable(short)},
		{"Gates", "judged on the bound of the interval", r.gateTable()},
		{"Differences", "A - B, the median over pairs of replications under the same random numbers; ~ where A and B can't be told apart", r.differenceTable()},
	}
	return slices.DeleteFunc(parts, func(p part) bool { return len(p.table.Rows) == 0 })
}

// billExplained explains the column of the node bill, where there is one.
func (r CompareReport) billExplained() string {
	if !r.beyondSurge() {
		return ""
	}
	return "; NODE BILL is of all nodes, less that of as many as at the first request, whoever changed their count"
}

// billDoubt warns that node bills aren't what an upgrade adds, where nodes came
// or went that are no surge nodes.
func (r CompareReport) billDoubt() []string {
	var who []string
	autoscaled := false
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		if !goesBeyondSurge(s) {
			continue
		}
		who = append(who, s.Strategy)
		added, _ := s.Statistic("nodes_added")
		removed, _ := s.Statistic("nodes_removed")
		autoscaled = autoscaled || added.Max+removed.Max > 0
	}
	if len(who) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: NODE BILL and the extra_ metrics count nodes that %s brought or took, for as long as the strategy is watched; compare SURGE COST for what the upgrade adds",
		r.whose(who), whoElse(autoscaled))}
}

// whose names strategies, or says that it is every one.
func (r CompareReport) whose(strategies []string) string {
	if n := len(r.Summary.Strategies); n > 1 && len(strategies) == n {
		return "every strategy"
	}
	return strings.Join(strategies, ", ")
}

// tooFew explains the dashes of a column that takes more replications.
func (r CompareReport) tooFew(column string) string {
	if r.Summary.Done >= metrics.Needed {
		return ""
	}
	return fmt.Sprintf("; – : %s needs %d replications", column, metrics.Needed)
}

// Text writes the comparison for a terminal.
func (r CompareReport) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Verdict())
	for _, f := range r.facts() {
		fmt.Fprintf(&b, "%-13s %s\n", f.name, f.text)
	}
	for _, p := range r.parts(true) {
		fmt.Fprintf(&b, "\n%s: %s\n", p.title, p.explained)
		if err := p.table.Text(&b); err != nil {
			return err
		}
	}
	if notes := r.notes(); len(notes) > 0 {
		b.WriteString("\nDoubts\n")
		for _, n := range notes {
			fmt.Fprintf(&b, "- %s\n", n)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes report.md of rollsim compare.
func (r CompareReport) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", escape(Capital(r.Verdict())), opening(r.Source.Title))
	for _, f := range r.facts() {
		fmt.Fprintf(&b, "- **%s**: %s\n", f.name, escape(f.text))
	}
	if len(r.Pictures) > 0 {
		writePictures(&b, r.Pictures[:1])
	}
	for _, p := range r.parts(false) {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n", p.title, escape(Capital(p.explained)))
		if err := p.table.Markdown(&b); err != nil {
			return err
		}
	}
	if notes := r.notes(); len(notes) > 0 {
		b.WriteString("\n## Doubts\n\n")
		for _, n := range notes {
			fmt.Fprintf(&b, "- %s\n", escape(n))
		}
	}
	if len(r.Pictures) > 1 {
		b.WriteString("\n## The median run of each strategy\n")
		writePictures(&b, r.Pictures[1:])
	}
	b.WriteString("\n## What it rests on\n\n")
	fmt.Fprintf(&b, "%s of each strategy under seed %d, paired, of %s.\n\n", Count(r.Summary.Done, "replication"), r.Summary.Seed, r.Source.words())
	if r.Header != nil {
		if err := knobTable(r.Header, &b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lost is a workload under one strategy.
type lost struct {
	share, podSeconds float64
	atLeast           bool // it is down when observation ends
}

// workloadTable is a row for each workload that isn't a DaemonSet, the worst
// first, and a column for each strategy. A short one leaves out what no
// strategy harms, and of many workloads all but the worst.
func (r CompareReport) workloadTable(short bool) *Table {
	t := &Table{Head: []string{"WORKLOAD"}, Right: []bool{false}}
	var names []string
	rows := map[string][]lost{}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		t.Head = append(t.Head, s.Strategy)
		t.Right = append(t.Right, true)
		for _, x := range s.Statistics {
			name, ok := strings.CutPrefix(x.Metric, "workload.")
			name, isShare := strings.CutSuffix(name, ".min_availability")
			if !ok || !isShare || r.Daemons[name] {
				continue
			}
			if rows[name] == nil {
				names = append(names, name)
				rows[name] = make([]lost, len(r.Summary.Strategies))
			}
			seconds, _ := s.Statistic("workload." + name + ".ready_seconds_lost")
			down := slices.ContainsFunc(s.Down, func(d metrics.DownCount) bool { return d.Workload == name })
			rows[name][i] = lost{x.Median, seconds.Median, down}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		x, y := worst(rows[a]), worst(rows[b])
		return cmp.Or(cmp.Compare(x.share, y.share), cmp.Compare(y.podSeconds, x.podSeconds), cmp.Compare(a, b))
	})
	for i, name := range names {
		if short && (worst(rows[name]).podSeconds == 0 || len(names) > maxWorkloads && i >= worstWorkloads) {
			t.Rows = append(t.Rows, []string{others(len(names)-i, worst(rows[name]))})
			break
		}
		cells := []string{name}
		for _, x := range rows[name] {
			cells = append(cells, share(x.share)+", "+lostTime(x.podSeconds, x.atLeast))
		}
		t.add(cells...)
	}
	return t
}

// others stands for n workloads, of which the worst loses so much.
func others(n int, w lost) string {
	lose := "lose"
	if n == 1 {
		lose = "loses"
	}
	if w.podSeconds == 0 {
		return fmt.Sprintf("and %s that %s nothing", Count(n, "workload"), lose)
	}
	return fmt.Sprintf("and %s that %s less; report.md of --out has all", Count(n, "workload"), lose)
}

// worst is the worst over strategies.
func worst(list []lost) lost {
	w := lost{share: 1}
	for _, x := range list {
		w.share = min(w.share, x.share)
		w.podSeconds = max(w.podSeconds, x.podSeconds)
	}
	return w
}
