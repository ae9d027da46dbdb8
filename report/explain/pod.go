package explain

import (
	"fmt"

	"rollsim/report"
	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// explainPod says why a pod is where it is: pending, on its node, or not
// allowed to leave.
func (h *History) explainPod(a *Answer, q Question) {
	p, now := h.podMoment(a, q)
	a.At = Clock(h.at(now).At)
	if q.At != nil {
		a.At = Clock(*q.At)
	}
	s := h.podAt(p, now)
	for _, x := range q.Subject.pods {
		a.Life = append(a.Life, h.life(h.pods[x].records)...)
	}
	a.Refusals = h.blame(h.refusals([]int32{p}))
	subject := "pod " + a.Name
	switch r, refused := h.refusedAt(a.Refusals, now); {
	case s.kind == trace.PodCreated:
		h.explainPending(a, p, now)
	case refused:
		a.Finding = fmt.Sprintf("%s may not leave node %s: %s", subject, r.Node, r.sentence())
	case s.kind == trace.PodTerminating:
		a.Finding = fmt.Sprintf("%s is terminating at %s, %s at %s", subject, a.At, h.taken(s.id), h.time(s.id)) + h.stranded(p, s, now)
	case !s.exists():
		a.Finding = fmt.Sprintf("%s doesn't exist at %s", subject, a.At)
	default:
		a.Finding = fmt.Sprintf("%s is %s at %s", subject, h.state(s), a.At) + h.stranded(p, s, now)
	}
	h.explainPlace(a, p)
	a.Causes = h.causes(h.latestOf(p, now))
}

// latestOf returns the last record of a pod up to now; its first one when now is
// before.
func (h *History) latestOf(p int32, now trace.ID) trace.ID {
	list := h.pods[p].records
	latest := list[0]
	for _, id := range list {
		if id <= now {
			latest = id
		}
	}
	return latest
}

// podMoment chooses an incarnation and a moment: those asked for, else when it
// first fitted nowhere, was first refused its eviction, or got its node.
func (h *History) podMoment(a *Answer, q Question) (int32, trace.ID) {
	pods := q.Subject.pods
	if q.At != nil {
		now := h.until(*q.At)
		a.Moment = "asked for"
		for _, p := range pods {
			if h.podAt(p, now).exists() {
				return p, now
			}
		}
		return pods[len(pods)-1], now
	}
	for _, m := range []struct {
		why string
		is  func(r *trace.Record) bool
	}{
		{"when it first fitted nowhere", func(r *trace.Record) bool { return r.Kind == trace.PodUnschedulable }},
		{"when its eviction was first refused", func(r *trace.Record) bool { return r.Kind == trace.EvictionRefused }},
		{"when it was preempted", func(r *trace.Record) bool {
			return r.Kind == trace.PodTerminating && trace.TerminationReason(r.Value) == trace.Preempted
		}},
		{"when its machine died", func(r *trace.Record) bool { return r.Kind == trace.PodLost }},
		{"when it was scheduled", func(r *trace.Record) bool { return r.Kind == trace.PodBound }},
	} {
		for _, p := range pods {
			for _, id := range h.pods[p].records {
				if m.is(h.at(id)) {
					a.Moment = m.why
					return p, id
				}
			}
		}
	}
	a.Moment = "when it was created"
	return pods[0], h.pods[pods[0]].records[0]
}

// explainPending says why a pod has no node, and how long that lasted.
func (h *History) explainPending(a *Answer, p int32, now trace.ID) {
	x := h.pendingOf(p)
	a.Finding = fmt.Sprintf("pod %s is pending at %s", a.Name, a.At)
	if x.To == nil {
		a.Finding += fmt.Sprintf(", and to the end, %s after it was created", x.Took)
	} else {
		a.Finding += fmt.Sprintf(", %s in all, until %s takes it at %s", x.Took, x.Node, *x.To)
	}
	if id := h.first(h.pods[p].records, trace.PodNominated); id != 0 {
		r := h.at(id)
		a.Finding += fmt.Sprintf("; %s of lower priority had to leave %s for it", report.Count(int(r.Value), "pod"), h.names.Node(r.Object.Index))
	}
	if y, ok := h.thinksNow(p, des.Time(a.At)); ok && y.Chosen < 0 {
		a.Places = append(a.Places, h.place(y))
	} else if id := h.latest(h.pods[p].records, trace.PodUnschedulable, now); id != 0 {
		if y, ok := h.decided(p, id); ok {
			a.Places = append(a.Places, h.place(y))
		}
	}
	h.said(p) // asks for the pod's decisions
}

// explainPlace says why a pod went to its node.
func (h *History) explainPlace(a *Answer, p int32) {
	id := h.first(h.pods[p].records, trace.PodBound)
	if id == 0 {
		return
	}
	if x, ok := h.decided(p, id); ok {
		a.Places = append(a.Places, h.place(x))
	} else {
		a.Places = append(a.Places, Place{Pod: h.names.Pod(p), At: h.time(id), Node: h.names.Node(h.at(id).Object.Index), Given: true})
	}
}

// pendingOf tells how long a pod waited for a node.
func (h *History) pendingOf(p int32) Pending {
	x := Pending{Pod: h.names.Pod(p), From: h.time(h.pods[p].records[0]), Message: h.said(p)}
	end, over := h.waitsUntil(p)
	to := h.time(end)
	x.Took = to.since(x.From)
	if over {
		x.To = &to
	}
	if r := h.at(end); r.Kind == trace.PodBound {
		x.Node = h.names.Node(r.Object.Index)
	}
	return x
}

// waitsUntil returns the record that ended a pod's wait for a node; the trace's
// last one when nothing did.
func (h *History) waitsUntil(p int32) (end trace.ID, over bool) {
	for _, id := range h.pods[p].records {
		if k := h.at(id).Kind; k == trace.PodBound || k == trace.PodTerminating {
			return id, true
		}
	}
	return h.last(), false
}

// refusedAt returns the refusals that are going on after record now.
func (h *History) refusedAt(list []Refusal, now trace.ID) (Refusal, bool) {
	for _, r := range list {
		if r.first <= now && now < r.end {
			return r, true
		}
	}
	return Refusal{}, false
}

// sentence says who refuses, how often, and why.
func (r *Refusal) sentence() string {
	span := fmt.Sprintf("from %s to %s", r.From, r.To)
	switch {
	case r.budget == none:
		return fmt.Sprintf("more than one budget selects it, which the eviction API refuses (%s %s)", times(r.Count), span)
	case r.Has > r.Needs:
		return fmt.Sprintf("budget %q allows no disruption by its status, though it needs %s and has %d (refused %s, %s)", r.Budget, healthy(r.Needs), r.Has, times(r.Count), span)
	case r.never:
		return fmt.Sprintf("budget %q needs %s and has %d, so it never lets one go (refused %s, %s)", r.Budget, healthy(r.Needs), r.Has, times(r.Count), span)
	}
	return fmt.Sprintf("budget %q needs %s and has %d (refused %s, %s)", r.Budget, healthy(r.Needs), r.Has, times(r.Count), span)
}

func healthy(n int) string { return report.Count(n, "healthy pod") }

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
