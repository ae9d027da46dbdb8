package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"rollsim/sim/metrics"
)

// A terminal shows up to maxWorkloads workloads, and of more the worst ones.
const (
	maxWorkloads   = 30
	worstWorkloads = 20
)

// worstFirst are the workloads by how badly they were hit. DaemonSets come
// last: their pods come and go with their nodes.
func worstFirst(run *metrics.Run) []metrics.WorkloadRun {
	sorted := slices.Clone(run.Workloads)
	slices.SortStableFunc(sorted, func(a, b metrics.WorkloadRun) int {
		return cmp.Or(
			cmp.Compare(daemon(a), daemon(b)),
			cmp.Compare(a.MinAvailability(), b.MinAvailability()),
			cmp.Compare(b.ReadySecondsLost, a.ReadySecondsLost),
			cmp.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name))
	})
	return sorted
}

func daemon(w metrics.WorkloadRun) int {
	if w.Kind == "DaemonSet" {
		return 1
	}
	return 0
}

// workloadName is the workload's name, with its namespace where another one
// has the same name.
func workloadName(run *metrics.Run, w metrics.WorkloadRun) string {
	for _, x := range run.Workloads {
		if x.Name == w.Name && x.Namespace != w.Namespace {
			return w.Namespace + "/" + w.Name
		}
	}
	return w.Name
}

// workloadTable is a row for each of some workloads of a run.
func workloadTable(run *metrics.Run, workloads []metrics.WorkloadRun) *Table {
	t := &Table{
		Head:  []string{"WORKLOAD", "MIN READY", "SHARE", "WORST 5 MIN", "LOST", "BELOW BUDGET", "BELOW TARGET", "EVICTED", "REFUSED", "MOVED AGAIN", "PENDING"},
		Right: []bool{false, true, true, true, true, true, true, true, true, true, true},
	}
	for _, w := range workloads {
		budget, target := "–", "–"
		if w.HasFloor {
			budget = Span(w.BelowBudget)
		}
		if w.HasTarget {
			target = Span(w.BelowTarget)
		}
		ready, least, window := "–", "–", "–" // of a Job: no count of its pods is wanted at all times
		if w.Desired > 0 {
			ready, least, window = fmt.Sprintf("%d of %d", w.MinReady, w.Desired), share(w.MinAvailability()), share(w.WorstWindow)
		}
		t.add(workloadName(run, w), ready, least, window, lostTime(w.ReadySecondsLost, w.DownAtEnd), budget, target,
			fmt.Sprint(w.EvictionsGranted), fmt.Sprint(w.EvictionsRefused), fmt.Sprint(w.PodsMovedTwice), podTime(w.PendingSeconds))
	}
	return t
}

// writeWorkloads writes the workloads for a terminal: of many only the worst,
// and no column that has nothing to say.
func writeWorkloads(w io.Writer, run *metrics.Run) error {
	if len(run.Workloads) == 0 {
		return nil
	}
	shown, rest := worstFirst(run), []metrics.WorkloadRun(nil)
	if len(shown) > maxWorkloads {
		shown, rest = shown[:worstWorkloads], shown[worstWorkloads:]
	}
	t := workloadTable(run, shown)
	for _, head := range []string{"BELOW BUDGET", "BELOW TARGET", "REFUSED", "MOVED AGAIN", "PENDING"} {
		t.dropEmpty(head)
	}
	if err := t.Text(w); err != nil || len(rest) == 0 {
		return err
	}
	_, err := fmt.Fprintln(w, restOf(rest))
	return err
}

// markdownWorkloads writes all workloads and explains the columns.
func markdownWorkloads(w io.Writer, run *metrics.Run) error {
	if len(run.Workloads) == 0 {
		return nil
	}
	if _, err := io.WriteString(w, "\n## Workloads, worst first, DaemonSets last\n\n"); err != nil {
		return err
	}
	if err := workloadTable(run, worstFirst(run)).Markdown(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\nMIN READY counts replicas that are Ready and not being terminated. WORST 5 MIN is the lowest mean share over any five minutes. "+
		"LOST is pod time below the desired count. MOVED AGAIN counts evictions of pods that had already been created to replace an evicted one.\n")
	return err
}

// restOf sums up the workloads that aren't shown.
func restOf(rest []metrics.WorkloadRun) string {
	least, lost, unharmed := 1.0, 0.0, 0
	for _, w := range rest {
		lost += w.ReadySecondsLost
		if daemon(w) == 0 {
			least = min(least, w.MinAvailability())
		}
		if w.ReadySecondsLost == 0 {
			unharmed++
		}
	}
	if unharmed == len(rest) {
		return fmt.Sprintf("and %d more, which lose nothing", len(rest))
	}
	return fmt.Sprintf("and %d more: %d lose nothing, the others %s together and stay at %s ready or above, DaemonSets excepted; report.md of --out has all",
		len(rest), unharmed, podTime(lost), share(least))
}
