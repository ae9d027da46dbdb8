package explain

import (
	"cmp"
	"fmt"
	"slices"

	"rollsim/report"
	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// explainNode tells a node's life, and why its drain took as long as it did.
func (h *History) explainNode(a *Answer, q Question) {
	n := q.Subject.index
	a.Life = h.life(h.nodes[n].records)
	d, ok := h.nodeMoment(a, q)
	if !ok {
		if q.At == nil {
			a.Moment = "the start"
		}
		a.Finding = h.nodeAt(a, n, h.until(des.Time(a.At))) + h.outagesOf(n) + "; it is never drained" + h.scaling(n)
		return
	}
	x := h.drain(n, d)
	var pods []int32
	for p := range h.pods {
		if s := h.podAt(int32(p), d.start); s.node == n && s.exists() {
			pods = append(pods, int32(p))
		}
	}
	last := d.end
	if last == 0 {
		last = h.last()
	}
	a.Refusals = h.blame(slices.DeleteFunc(h.refusals(pods), func(r Refusal) bool { return r.first < d.start || r.first > last }))
	for i := range x.Pods {
		for _, r := range a.Refusals {
			if r.Pod == x.Pods[i].Pod {
				x.Pods[i].Ended = r.Ended
			}
		}
	}
	a.Drains = []Drain{x}
	a.Finding = x.sentence(a.Refusals) + h.outagesOf(n)
	a.Causes = h.causes(d.start)
	if q.At != nil {
		a.Finding = h.nodeAt(a, n, h.until(*q.At)) + "; " + a.Finding
	}
	a.Finding += h.scaling(n)
}

// nodeAt says what a node did last, up to now.
func (h *History) nodeAt(a *Answer, n int32, now trace.ID) string {
	last, pods := h.nodes[n].records[0], 0
	for _, id := range h.nodes[n].records {
		if id <= now && h.at(id).Kind != trace.NodeZone {
			last = id
		}
	}
	for p := range h.pods {
		if s := h.podAt(int32(p), now); s.exists() && s.node == n {
			pods++
		}
	}
	return fmt.Sprintf("node %s at %s: %s since %s, with %s", a.Name, a.At, h.words(last), h.time(last), report.Count(pods, "pod"))
}

// nodeMoment chooses a drain: the one that goes on at the time asked for, else
// the longest.
func (h *History) nodeMoment(a *Answer, q Question) (drain, bool) {
	drains := h.nodes[q.Subject.index].drains
	if q.At != nil {
		a.At, a.Moment = Clock(*q.At), "asked for"
		now := h.until(*q.At)
		for _, d := range slices.Backward(drains) {
			if d.start <= now {
				return d, true
			}
		}
	}
	if len(drains) == 0 {
		return drain{}, false
	}
	end := func(d drain) trace.ID {
		if d.end == 0 {
			return h.last()
		}
		return d.end
	}
	longest := slices.MaxFunc(drains, func(x, y drain) int {
		return cmp.Compare(h.time(end(x))-h.time(x.start), h.time(end(y))-h.time(y.start))
	})
	if q.At == nil {
		a.At, a.Moment = h.time(longest.start), "its longest drain"
	}
	return longest, true
}

// sentence says how long a drain took and what it spent the time on.
func (d *Drain) sentence(refusals []Refusal) string {
	text := fmt.Sprintf("the drain of node %s takes %s, from %s to %s", d.Node, d.To.since(d.From), d.From, d.To)
	switch d.Result {
	case "":
		text = fmt.Sprintf("the drain of node %s begins at %s and doesn't end", d.Node, d.From)
	case trace.DrainTimedOut.String():
		text = fmt.Sprintf("the drain of node %s is given up after %s, at %s: %s", d.Node, d.To.since(d.From), d.To, d.Why)
	case trace.DrainStopped.String():
		text = fmt.Sprintf("the drain of node %s is stopped after %s, at %s", d.Node, d.To.since(d.From), d.To)
	}
	if d.Waited > 0 {
		return text + fmt.Sprintf("; %s of it waiting for %s", d.Waited, waitedFor(refusals)) + d.behindDisk(refusals)
	}
	if p, span := d.slowest(); p != "" {
		return text + fmt.Sprintf("; no budget refused, and the last to stop was %s, %s after it was asked to", p, span)
	}
	return text + "; " + report.Count(len(d.Pods), "pod") + " had to go"
}

// behindDisk says of which replica, that a budget waited for itself, a disk took
// most of the drain's waiting to move; empty where none did.
func (d *Drain) behindDisk(refusals []Refusal) string {
	for _, r := range refusals {
		for _, x := range r.By {
			for _, l := range x.Legs {
				if l.What == movingDisk && 2*l.Took > d.Waited {
					return fmt.Sprintf(", most of it while the disk of %s, which %q waits for, moves and it starts (%s)", x.By, r.Budget, l.Took)
				}
			}
		}
	}
	return ""
}

// waitedFor names the budgets that refused, and how often.
func waitedFor(refusals []Refusal) string {
	refused := 0
	var budgets []string
	for _, r := range refusals {
		refused += r.Count
		if name := fmt.Sprintf("%q", r.Budget); r.budget != none && !slices.Contains(budgets, name) {
			budgets = append(budgets, name)
		}
	}
	what := "pods that more than one budget selects"
	switch len(budgets) {
	case 0:
	case 1:
		what = "budget " + budgets[0]
	default:
		what = "budgets " + report.List(budgets)
	}
	return fmt.Sprintf("%s, refused %s", what, times(refused))
}

// slowest is the pod that was gone last, and how long it took to stop.
func (d *Drain) slowest() (pod string, stop Span) {
	last := Clock(-1)
	for _, p := range d.Pods {
		if p.Gone != nil && p.Granted != nil && *p.Gone > last {
			last, pod, stop = *p.Gone, p.Pod, p.Gone.since(*p.Granted)
		}
	}
	return pod, stop
}
