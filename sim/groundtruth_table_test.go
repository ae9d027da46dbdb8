package sim_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The table in the README is what TestGroundTruth found:
//
//	go test ./sim -run TestGroundTruth -table     prints it
//	go test ./sim -run TestGroundTruth -readme    writes it into the README
//
// With ROLLSIM_GROUNDTRUTH set, the cases of that folder are in it as well.
var (
	printTable  = flag.Bool("table", false, "print the table of recorded and simulated upgrades")
	writeReadme = flag.Bool("readme", false, "write that table into the README")
)

// The table is between these lines of the README.
const (
	readmeFile = "../README.md"
	tableBegin = "<!-- ground truth -->\n"
	tableEnd   = "<!-- end -->\n"
	tableHead  = "| Case | Quantity | Recorded | Simulated | Verdict |\n|---|---|---|---|---|\n"
)

// groundTruthTable collects the rows of all cases that were played.
type groundTruthTable struct {
	mu    sync.Mutex
	cases map[string][]string
}

func newGroundTruthTable() *groundTruthTable {
	return &groundTruthTable{cases: map[string][]string{}}
}

// add adds the rows of a case: one for each kind of quantity, over its repeats
// and workloads.
func (g *groundTruthTable) add(name string, all []quantity, meanHolds bool) {
	var rows []string
	for _, kind := range []string{duration, drains, drainTime, granted, refused, preempted, minReady, readyLost, pendingTime} {
		var list []quantity
		for _, q := range all {
			if q.kind == kind {
				list = append(list, q)
			}
		}
		if row := tableRow(name, kind, list, meanHolds); row != "" {
			rows = append(rows, row)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cases[name] = rows
}

// tableRow tells of one kind of quantity: the recorded values of the repeats,
// the simulated median and 0.5-99.5 % range, each summed over the workloads, and
// of how many comparisons hold. Where nothing was ever preempted it is empty.
func tableRow(name, kind string, list []quantity, meanHolds bool) string {
	var recorded, simulated []float64
	holds, totals := 0, totalsOf(list)
	for _, q := range list {
		if q.holds() {
			holds++
		}
	}
	for _, q := range totals {
		recorded = append(recorded, q.recorded)
		simulated = append(simulated, q.simulated...)
	}
	slices.Sort(recorded)
	slices.Sort(simulated)
	low, high := inner(simulated, 0.005), inner(simulated, 0.995)
	if kind == preempted && recorded[len(recorded)-1] == 0 && high == 0 {
		return ""
	}
	verdict := "holds"
	if holds < len(list) {
		verdict = fmt.Sprintf("**%d of %d hold**", holds, len(list))
	}
	if kind == duration && !meanHolds {
		verdict += ", **mean does not**"
	}
	return fmt.Sprintf("| %s | %s | %s | %s (%s) | %s |\n",
		name, kind, spanned(recorded[0], recorded[len(recorded)-1]), rounded(inner(simulated, 0.5)), spanned(low, high), verdict)
}

// totalsOf sums the quantities of each repeat over its workloads. A quantity
// that a repeat has as a whole is its own sum.
func totalsOf(list []quantity) []quantity {
	var totals []quantity
	for i, q := range list {
		switch {
		case q.workload == "":
			totals = append(totals, q)
		case len(totals) == 0 || i > 0 && q.workload <= list[i-1].workload: // the next repeat
			totals = append(totals, quantity{recorded: q.recorded, simulated: slices.Clone(q.simulated)})
		case list[0].workload != "":
			last := &totals[len(totals)-1]
			last.recorded += q.recorded
			for j, x := range q.simulated {
				last.simulated[j] += x
			}
		}
	}
	return totals
}

func spanned(low, high float64) string {
	if rounded(low) == rounded(high) {
		return rounded(low)
	}
	return rounded(low) + "–" + rounded(high)
}

func rounded(x float64) string {
	if x < 100 && x != float64(int(x)) {
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

// finish prints or writes the table, or holds the README's against it.
func (g *groundTruthTable) finish(t *testing.T) {
	if *printTable {
		fmt.Print(g.text(nil))
	}
	readme, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := bytes.Cut(readme, []byte(tableBegin))
	old, after, ok2 := bytes.Cut(rest, []byte(tableEnd))
	if !ok || !ok2 {
		t.Fatalf("%s has no table between %q and %q", readmeFile, tableBegin, tableEnd)
	}
	rows := rowsOfCases(string(old))
	if *writeReadme {
		text := g.text(rows)
		if err := os.WriteFile(readmeFile, slices.Concat(before, []byte(tableBegin), []byte(text), []byte(tableEnd), after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range sortedKeys(g.cases) {
		if !slices.Equal(rows[name], g.cases[name]) {
			t.Errorf("the README's rows of %s are\n%snot\n%swrite them with -readme and read the difference",
				name, strings.Join(rows[name], ""), strings.Join(g.cases[name], ""))
		}
	}
}

// text is the table with the cases that were played, and the rows of others as
// they were.
func (g *groundTruthTable) text(others map[string][]string) string {
	cases := map[string][]string{}
	for _, m := range []map[string][]string{others, g.cases} {
		for name, rows := range m {
			cases[name] = rows
		}
	}
	text := tableHead
	for _, name := range sortedKeys(cases) {
		text += strings.Join(cases[name], "")
	}
	return text
}

// rowsOfCases reads the rows of each case off a table.
func rowsOfCases(table string) map[string][]string {
	rows := map[string][]string{}
	body, _ := strings.CutPrefix(strings.TrimSpace(table)+"\n", tableHead)
	for line := range strings.Lines(body) {
		if fields := strings.Split(line, "|"); len(fields) > 2 && strings.HasPrefix(line, "| ") {
			name := strings.TrimSpace(fields[1])
			rows[name] = append(rows[name], line)
		}
	}
	return rows
}
