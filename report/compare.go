package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// CompareReport is a Summary with what a reader needs around it.
type CompareReport struct {
	Source   Source
	Summary  *metrics.Summary
	Pictures []Picture
	Header   *trace.Header // of one of the runs, for the settings
}

// Verdict is the one sentence that a comparison comes down to.
func (r CompareReport) Verdict() string {
	if r.Summary.Recommended == "" {
		return "no strategy is recommended: " + r.Summary.Why
	}
	return fmt.Sprintf("take %q: %s", r.Summary.Recommended, r.Summary.Why)
}

// statistic finds a metric of a strategy.
func statistic(s *metrics.StrategySummary, metric string) (metrics.Statistic, bool) {
	for _, x := range s.Statistics {
		if x.Metric == metric {
			return x, true
		}
	}
	return metrics.Statistic{}, false
}

// valueWithInterval spells 3h21m [3h02m, 3h40m].
func valueWithInterval(x float64, i metrics.Interval, u metrics.Unit) string {
	if !i.OK {
		return quantity(x, u)
	}
	return fmt.Sprintf("%s [%s, %s]", quantity(x, u), quantity(i.Low, u), quantity(i.High, u))
}

func probability(p metrics.Probability) string {
	if p.N == 0 {
		return "–"
	}
	text := fmt.Sprintf("%d of %d", p.Hits, p.N)
	if p.Interval.OK {
		text += fmt.Sprintf(" [%s, %s]", share(p.Interval.Low), share(p.Interval.High))
	}
	return text
}

// strategyTable is a row for each strategy.
func (r CompareReport) strategyTable() *Table {
	t := &Table{
		Head:  []string{"STRATEGY", "COMPLETES", "DURATION MEDIAN", "P95", "FITS WINDOW", "WORST SHARE MEDIAN", "P05", "LOST", "PEAK NODES", "SURGE", "ENDS AT"},
		Right: []bool{false, true, true, true, true, true, true, true, true, true, false},
	}
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		name := s.Strategy
		if name == r.Summary.Recommended {
			name += " *"
		}
		t.add(name, probability(s.Completes),
			medianCell(s, "duration"), p95Cell(s, "duration"), probability(s.FitsWindow),
			medianCell(s, "min_availability"), p05Cell(s, "min_availability"),
			plainMedian(s, "ready_seconds_lost"), plainMedian(s, "peak_nodes"), plainMedian(s, "surge_node_hours"),
			s.EndVersions)
	}
	return t
}

func medianCell(s *metrics.StrategySummary, metric string) string {
	x, ok := statistic(s, metric)
	if !ok {
		return "–"
	}
	return valueWithInterval(x.Median, x.MedianInterval, x.Unit)
}

func p95Cell(s *metrics.StrategySummary, metric string) string {
	x, ok := statistic(s, metric)
	if !ok {
		return "–"
	}
	return valueWithInterval(x.P95, x.P95Interval, x.Unit)
}

func p05Cell(s *metrics.StrategySummary, metric string) string {
	x, ok := statistic(s, metric)
	if !ok {
		return "–"
	}
	return valueWithInterval(x.P05, x.P05Interval, x.Unit)
}

func plainMedian(s *metrics.StrategySummary, metric string) string {
	x, ok := statistic(s, metric)
	if !ok {
		return "–"
	}
	return quantity(x.Median, x.Unit)
}

// differenceTable compares strategies pair by pair; ~ where they can't be told
// apart.
func (r CompareReport) differenceTable() *Table {
	units := map[string]metrics.Unit{}
	for i := range r.Summary.Strategies {
		for _, x := range r.Summary.Strategies[i].Statistics {
			units[x.Metric] = x.Unit
		}
	}
	t := &Table{
		Head:  []string{"METRIC", "A", "B", "A - B, MEDIAN OF PAIRS", "SIGN TEST"},
		Right: []bool{false, false, false, true, true},
	}
	for _, d := range r.Summary.Differences {
		cell := "~"
		switch {
		case !d.Ranked:
			cell = "not compared: they end at different versions"
		case d.Distinct:
			cell = signed(d.Median, d.Interval, units[d.Metric])
		}
		t.add(d.Metric, d.A, d.B, cell, fmt.Sprintf("p=%s n=%d", pValue(d.P), d.N))
	}
	return t
}

func signed(x float64, i metrics.Interval, u metrics.Unit) string {
	one := func(x float64) string {
		switch {
		case u == metrics.Ratio:
			return fmt.Sprintf("%+.0f points", 100*x)
		case x < 0:
			return "-" + quantity(-x, u)
		}
		return "+" + quantity(x, u)
	}
	if !i.OK {
		return one(x)
	}
	return fmt.Sprintf("%s [%s, %s]", one(x), one(i.Low), one(i.High))
}

func pValue(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// gateTable is every verdict.
func (r CompareReport) gateTable() *Table {
	t := &Table{
		Head:  []string{"GATE", "STRATEGY", "CRITERION", "VALUE", "WHY"},
		Right: []bool{false, false, false, true},
	}
	for _, g := range r.Summary.Gates {
		t.add(string(g.Verdict), g.Strategy, fmt.Sprintf("%s %s %s %s", g.Stat, g.Metric, g.Op, quantity(g.Limit, g.Unit)),
			valueWithInterval(g.Value, g.Interval, g.Unit), g.Why)
	}
	return t
}

// notes are blockers and warnings, the doubts that end a report.
func (r CompareReport) notes() []string {
	var notes []string
	for i := range r.Summary.Strategies {
		s := &r.Summary.Strategies[i]
		for _, b := range s.Blockers {
			by := "pods of " + b.Workload
			if b.Budget != "" {
				by = fmt.Sprintf("budget %q on %s", b.Budget, b.Workload)
			}
			notes = append(notes, fmt.Sprintf("%s: blocked by %s in %d of %d runs", s.Strategy, by, b.Count, s.Replications))
		}
		for o := trace.Refused; o <= trace.Horizon; o++ {
			if n := s.Outcomes[o]; n > 0 && o != trace.Blocked {
				notes = append(notes, fmt.Sprintf("%s: %d of %d runs end %s", s.Strategy, n, s.Replications, o))
			}
		}
		for _, w := range s.Warnings {
			notes = append(notes, s.Strategy+": "+w)
		}
	}
	return append(notes, r.Summary.Warnings...)
}

// Text writes the comparison for a terminal.
func (r CompareReport) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.Verdict())
	if r.Summary.Done < r.Summary.Replications {
		fmt.Fprintf(&b, "interrupted: %d of %d replications are complete, and only they count\n", r.Summary.Done, r.Summary.Replications)
	}
	for _, t := range []*Table{r.strategyTable(), r.differenceTable(), r.gateTable()} {
		if len(t.Rows) == 0 {
			continue
		}
		b.WriteString("\n")
		if err := t.Text(&b); err != nil {
			return err
		}
	}
	if notes := r.notes(); len(notes) > 0 {
		b.WriteString("\n")
		for _, n := range notes {
			fmt.Fprintf(&b, "note: %s\n", n)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes report.md of rollsim compare.
func (r CompareReport) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", escape(r.Verdict()), escape(r.Source.Title))
	if r.Summary.Done < r.Summary.Replications {
		fmt.Fprintf(&b, "\n**Interrupted**: %d of %d replications are complete, and only they count.\n", r.Summary.Done, r.Summary.Replications)
	}
	if len(r.Pictures) > 0 {
		writePictures(&b, r.Pictures[:1])
	}
	for _, part := range []struct {
		title string
		table *Table
		below string
	}{
		{"Strategies", r.strategyTable(), "Square brackets hold 95 % intervals; a value without them comes from too few replications for one. WORST SHARE is the lowest share of ready replicas of any workload at any moment. Runs that don't finish count as never in durations."},
		{"Differences", r.differenceTable(), "Replication by replication under the same random numbers; ~ means that the two can't be told apart."},
		{"Gates", r.gateTable(), "Judged on the bound of the interval."},
	} {
		if len(part.table.Rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", part.title)
		if err := part.table.Markdown(&b); err != nil {
			return err
		}
		fmt.Fprintf(&b, "\n%s\n", part.below)
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
	fmt.Fprintf(&b, "%d replications of each strategy under seed %d, paired, of scenario `%s` (SHA-256 `%s`), by %s.\n\n",
		r.Summary.Done, r.Summary.Seed, strings.ReplaceAll(r.Source.Scenario, "`", "'"), r.Source.SHA256, r.Source.Tool)
	if r.Header != nil {
		if err := knobTable(r.Header, &b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
