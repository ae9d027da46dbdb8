package explain

import (
	"cmp"
	"fmt"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// refusals lists the refused evictions of some pods, those of one drain
// together, in order of time.
func (h *History) refusals(pods []int32) []Refusal {
	var list []Refusal
	for _, p := range pods {
		records := h.pods[p].records
		for i := 0; i < len(records); i++ {
			if h.at(records[i]).Kind != trace.EvictionRefused {
				continue
			}
			x := h.refusal(p, records[i:])
			list = append(list, x)
			for i+1 < len(records) && records[i+1] <= x.last {
				i++
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Refusal) int { return int(a.first - b.first) })
	return list
}

// refusal tells the refusals that a pod's records begin with.
func (h *History) refusal(p int32, records []trace.ID) Refusal {
	first := h.at(records[0])
	x := Refusal{Pod: h.names.Pod(p), From: h.time(records[0]), pod: p, budget: none, first: records[0], last: records[0]}
	n := h.podAt(p, x.first).node
	x.Node = h.names.Node(n)
	d, drained := h.drainOf(n, x.first)
	end := trace.ID(0)
	for _, id := range records {
		if drained && d.end != 0 && id > d.end {
			break
		}
		if h.at(id).Kind != trace.EvictionRefused {
			end = id
			break
		}
		x.last = id
		x.Count++
	}
	if first.Object.Kind == trace.Budget {
		x.budget = first.Object.Index
	}
	h.endRefusal(&x, end, d.end)
	return x
}

// endRefusal says what let the pod go: a record of its own, else the end of the
// drain, else nothing.
func (h *History) endRefusal(x *Refusal, own, drain trace.ID) {
	switch {
	case own != 0:
		x.end, x.Ended = own, "granted"
		if h.at(own).Kind != trace.EvictionGranted {
			x.Ended = h.words(own)
		} else if freed := h.freed(x.budget, x.first, own); freed != "" {
			x.Ended = freed
		}
	case drain != 0:
		x.end, x.Ended = drain, "the drain timed out"
		if trace.DrainResult(h.at(drain).Value) == trace.DrainStopped {
			x.Ended = "the drain was stopped"
		}
	default:
		x.end, x.Ended = h.last(), "the end of the run"
	}
	x.To = h.time(x.end)
}

// freed says which pod of a budget got ready between two records, the last one
// of them; empty when none did.
func (h *History) freed(budget int32, from, to trace.ID) string {
	if budget == none {
		return ""
	}
	for id := to; id > from; id-- {
		r := h.at(id)
		if r.Kind == trace.PodReady && slices.Contains(h.trace.Header.Budgets[budget].Workloads, h.pods[r.Subject.Index].workload) {
			return fmt.Sprintf("%s was ready at %s", h.names.Pod(r.Subject.Index), h.time(id))
		}
	}
	return ""
}

// blame says of refusals who uses the budgets up at the last one, and since
// when.
func (h *History) blame(list []Refusal) []Refusal {
	for i := range list {
		h.blameOne(&list[i])
	}
	return list
}

func (h *History) blameOne(x *Refusal) {
	if x.budget == none {
		return
	}
	at := h.lastInNeed(x)
	b := h.budget(x.budget, at)
	x.Budget, x.Needs, x.Has = b.Name, b.Needs, b.Has
	x.By = h.away(h.trace.Header.Budgets[x.budget].Workloads, at)
	if cause := h.at(x.first).Cause; cause != 0 {
		x.UsedUp = h.time(cause)
	}
	x.never = len(x.By) == 0 && b.Has <= b.Needs
}

// lastInNeed returns the last refusal for which the budget had no pod to spare.
// Refusals after it are down to the budget's status, which lags behind its pods.
func (h *History) lastInNeed(x *Refusal) trace.ID {
	for _, id := range slices.Backward(h.pods[x.pod].records) {
		if id < x.first || id > x.last || h.at(id).Kind != trace.EvictionRefused {
			continue
		}
		if b := h.budget(x.budget, id); b.Has <= b.Needs {
			return id
		}
	}
	return x.last
}

// budget returns a budget as it is after record now.
func (h *History) budget(i int32, now trace.ID) Budget {
	b := Budget{Name: h.names.Budget(i), Spec: h.trace.Header.Budgets[i].Spec, index: i}
	if id := h.latest(h.budgets[i], trace.BudgetStatus, now); id != 0 {
		b.Needs = int(h.at(id).Value >> 32)
	}
	for _, w := range h.trace.Header.Budgets[i].Workloads {
		b.Has += h.healthy(w, now)
	}
	return b
}

// drain tells the drain of a node.
func (h *History) drain(n int32, d drain) Drain {
	x := Drain{Node: h.names.Node(n), From: h.time(d.start), Request: h.request(d.start), span: d}
	last := h.last()
	x.To = h.time(last)
	if d.end != 0 {
		r := h.at(d.end)
		last = d.end
		x.To, x.Result, x.Why = h.time(d.end), trace.DrainResult(r.Value).String(), h.trace.Text(r.Text)
	}
	for p := range h.pods {
		if y, ok := h.drained(int32(p), n, d.start, last); ok {
			x.Pods = append(x.Pods, y)
		}
	}
	slices.SortStableFunc(x.Pods, func(a, b DrainedPod) int { return cmp.Compare(a.left(), b.left()) })
	x.Waited = h.waited(n, d.start, last)
	return x
}

// left is when a pod was let go; a pod that never was comes last.
func (p *DrainedPod) left() Clock {
	if p.Granted == nil {
		return Clock(des.MaxTime)
	}
	return *p.Granted
}

// drained tells how a pod fared in the drain of node n between two records. It
// is not ok when the drain had nothing to do with it.
func (h *History) drained(p, n int32, from, to trace.ID) (x DrainedPod, ok bool) {
	s := h.podAt(p, from)
	if s.node != n || !s.exists() {
		return x, false
	}
	x.Pod = h.names.Pod(p)
	refused := Clock(0)
	for _, id := range h.pods[p].records {
		if id <= from || id > to {
			continue
		}
		at := h.time(id)
		switch h.at(id).Kind {
		case trace.EvictionRefused:
			if x.Refused++; x.Refused == 1 {
				refused = at
			}
			ok = true
		case trace.EvictionGranted:
			x.Granted, ok = &at, true
		case trace.PodTerminating:
			ok = true
		case trace.PodDeleted:
			x.Gone = &at
		}
	}
	if x.Refused > 0 {
		x.Waited = h.time(to).since(refused)
		if x.Granted != nil {
			x.Waited = x.Granted.since(refused)
		}
	}
	return x, ok
}

// waited is for how long a drain waited for budgets: while at least one of its
// pods had been refused and was not granted.
func (h *History) waited(n int32, from, to trace.ID) Span {
	waiting, total := 0, Span(0)
	since := Clock(0)
	refused := map[int32]bool{}
	for id := from + 1; id <= to; id++ {
		r := h.at(id)
		p := r.Subject.Index
		switch {
		case r.Kind == trace.EvictionRefused && !refused[p] && h.podAt(p, id).node == n:
			if refused[p] = true; waiting == 0 {
				since = h.time(id)
			}
			waiting++
		case r.Kind == trace.EvictionGranted && refused[p]:
			delete(refused, p)
			if waiting--; waiting == 0 {
				total += h.time(id).since(since)
			}
		}
	}
	if waiting > 0 {
		total += h.time(to).since(since)
	}
	return total
}
