package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/report"
	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/trace"
)

// most is how many pods of a workload are told of in full.
const most = 5

// explainWorkload says what a workload had lost at its worst moment and why,
// and what its pods waited for.
func (h *History) explainWorkload(a *Answer, q Question) {
	w := q.Subject.index
	run := &h.run.Workloads[w]
	all := h.refusals(h.workloads[w])
	now := h.workloadMoment(a, q, run, all)
	only := []int32{w}
	a.Away = h.away(only, now)
	for _, b := range h.trace.Header.Workloads[w].Budgets {
		a.Budgets = append(a.Budgets, h.budget(b, now))
	}
	a.Drains = h.takers(a.Away)
	if i := slices.IndexFunc(a.Away, func(x Away) bool { return x.lost != 0 }); i >= 0 {
		a.Causes = h.causes(a.Away[i].lost)
	}
	a.Pending = h.pendings(w)
	a.Finding = h.workloadFinding(a, run, h.ready(w, now), len(all))
	slices.SortStableFunc(all, func(x, y Refusal) int { return y.Count - x.Count })
	a.Refused = len(all)
	a.Refusals = h.blame(all[:min(most, len(all))])
}

// workloadMoment chooses when to look: as asked for, else when fewest replicas
// were ready, else at the first refusal.
func (h *History) workloadMoment(a *Answer, q Question, run *metrics.WorkloadRun, refusals []Refusal) trace.ID {
	at := des.Time(0)
	switch {
	case q.At != nil:
		at, a.Moment = *q.At, "asked for"
	case run.MinReady < run.Desired:
		at, a.Moment = run.MinReadyAt, "its worst moment"
	case len(refusals) > 0:
		at, a.Moment = des.Time(refusals[0].From), "the first refusal"
	default:
		a.Moment = "the start"
	}
	a.At = Clock(at)
	return h.until(at)
}

func (h *History) workloadFinding(a *Answer, run *metrics.WorkloadRun, ready, refused int) string {
	has := fmt.Sprintf("%d of %s", ready, report.Count(run.Desired, "replica"))
	if run.Kind == "DaemonSet" || run.Desired == 0 {
		has = report.Count(ready, "pod") // as many as there are nodes for it, or as its Job has left to do
	}
	text := fmt.Sprintf("workload %s has %s ready at %s", a.Name, has, a.At)
	if a.Moment == "its worst moment" {
		text += ", its worst moment"
	}
	switch {
	case len(a.Away) > 0:
		text += ": " + h.losses(a)
	case run.Desired > 0 && run.MinReady >= run.Desired:
		text = fmt.Sprintf("workload %s keeps %s ready", a.Name, report.Count(run.Desired, "replica"))
	}
	if run.EvictionsRefused > 0 {
		text += fmt.Sprintf("; evictions of its pods are refused %s in the run, of %s", times(run.EvictionsRefused), report.Count(refused, "pod"))
	}
	return text
}

// losses counts the replicas that are away, by what took them.
func (h *History) losses(a *Answer) string {
	count := map[trace.TerminationReason]int{}
	fresh, unready := 0, 0
	for _, x := range a.Away {
		switch {
		case x.lost != 0:
			count[trace.TerminationReason(h.at(x.lost).Value)]++
		case x.Pod != "":
			unready++
		default:
			fresh++
		}
	}
	var words []string
	if n := count[trace.Evicted]; n > 0 {
		word := fmt.Sprintf("%d evicted", n)
		switch nodes := nodesOf(a.Drains); len(nodes) {
		case 0:
		case 1:
			word += " for the drain of " + nodes[0]
		default:
			word += " for the drains of " + report.List(firsts(nodes))
		}
		words = append(words, word)
	}
	for _, r := range []struct {
		reason trace.TerminationReason
		says   string
	}{
		{trace.NodeGone, "died with the node"}, {trace.Unreachable, "expelled from a lost node"}, {trace.Preempted, "preempted"}, {trace.DeletedByUser, "deleted"},
	} {
		if n := count[r.reason]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, r.says))
		}
	}
	if unready > 0 {
		whom := "it"
		if unready > 1 {
			whom = "them"
		}
		words = append(words, fmt.Sprintf("%d not ready though nobody asked %s to go", unready, whom))
	}
	if fresh > 0 {
		words = append(words, fmt.Sprintf("%d not ready for the first time yet", fresh))
	}
	return strings.Join(words, ", ")
}

func nodesOf(drains []Drain) []string {
	var list []string
	for _, d := range drains {
		list = append(list, d.Node)
	}
	return list
}

// takers are the drains that took replicas.
func (h *History) takers(away []Away) []Drain {
	var list []Drain
	for _, x := range away {
		if x.lost == 0 || h.at(x.lost).Object.Kind != trace.Node || trace.TerminationReason(h.at(x.lost).Value) != trace.Evicted {
			continue
		}
		n := h.at(x.lost).Object.Index
		d, ok := h.drainOf(n, x.lost)
		if ok && !slices.ContainsFunc(list, func(y Drain) bool { return y.span == d }) {
			list = append(list, h.drain(n, d))
		}
	}
	return list
}

// pendings are the pods of a workload that fitted nowhere for a while, longest
// first.
func (h *History) pendings(w int32) []Pending {
	var pods []int32
	for _, p := range h.workloads[w] {
		if h.first(h.pods[p].records, trace.PodUnschedulable) != 0 {
			pods = append(pods, p)
		}
	}
	took := func(p int32) Span {
		end, _ := h.waitsUntil(p)
		return h.time(end).since(h.time(h.pods[p].records[0]))
	}
	slices.SortStableFunc(pods, func(a, b int32) int { return cmp.Compare(took(b), took(a)) })
	var list []Pending
	for _, p := range pods[:min(most, len(pods))] {
		list = append(list, h.pendingOf(p))
	}
	return list
}
