package explain

import (
	"fmt"
	"slices"

	"rollsim/report"
	"rollsim/sim/trace"
)

// outage is a time in which a node's machine is down: crashed, reimaged or given
// back.
type outage struct {
	began trace.ID // NodeCrashed, ReimageStarted or NodeDeleting
	lost  trace.ID // NodeLost; 0: not noticed, or not yet
	ended trace.ID // NodeReady; 0: it never is
}

// outages lists a node's outages.
func (h *History) outages(n int32) []outage {
	var list []outage
	open := func() bool { return len(list) > 0 && list[len(list)-1].ended == 0 }
	for _, id := range h.nodes[n].records {
		switch h.at(id).Kind {
		case trace.NodeCrashed:
			list = append(list, outage{began: id})
		case trace.ReimageStarted, trace.NodeDeleting:
			if open() { // a machine that was down before
				list[len(list)-1].ended = id
			}
			list = append(list, outage{began: id})
		case trace.NodeLost:
			list[len(list)-1].lost = id
		case trace.NodeReady:
			if open() {
				list[len(list)-1].ended = id
			}
		}
	}
	return list
}

// outageAt returns the outage that goes on after record now.
func (h *History) outageAt(n int32, now trace.ID) (outage, bool) {
	for _, o := range slices.Backward(h.outages(n)) {
		if o.began <= now {
			return o, o.ended == 0 || now < o.ended
		}
	}
	return outage{}, false
}

// how says what took a machine down, and when.
func (h *History) how(o outage) string {
	at := h.time(o.began).String()
	switch h.at(o.began).Kind {
	case trace.ReimageStarted:
		return "is being reimaged since " + at
	case trace.NodeDeleting:
		return "was given back at " + at
	}
	return "crashed at " + at
}

// stranded says why a pod is as the API has it although its machine is down, and
// what ends that; empty where the machine is up.
func (h *History) stranded(p int32, s state, now trace.ID) string {
	if s.node == none || !s.exists() {
		return ""
	}
	o, down := h.outageAt(s.node, now)
	if !down {
		return ""
	}
	text := "; its machine " + h.how(o) + ", so its containers don't run"
	next := h.next(p, now)
	switch {
	case s.kind == trace.PodTerminating:
		return text + " and no kubelet is there to end it" + next
	case o.lost != 0 && o.lost <= now:
		return text + fmt.Sprintf("; Kubernetes has taken the node for lost since %s and lets its pods stay for as long as they tolerate that", h.time(o.lost)) + next
	case h.at(o.began).Kind == trace.NodeCrashed:
		return text + "; Kubernetes doesn't know yet, and budgets count it as healthy" + next
	}
	return text + "; its object outlives the node's until the garbage collector finds it, and budgets count it as healthy" + next
}

// next says what happens to a stranded pod next.
func (h *History) next(p int32, now trace.ID) string {
	for _, id := range h.pods[p].records {
		if k := h.at(id).Kind; id > now && (k == trace.PodUnready || k == trace.PodTerminating || k == trace.PodDeleted) {
			return fmt.Sprintf("; next: %s, at %s", h.words(id), h.time(id))
		}
	}
	return "; that stays so to the end"
}

// outagesOf tells of a node's crashes; empty where there is none.
func (h *History) outagesOf(n int32) string {
	text := ""
	for _, o := range h.outages(n) {
		if h.at(o.began).Kind != trace.NodeCrashed {
			continue
		}
		text += fmt.Sprintf("; its machine crashed at %s", h.time(o.began))
		if o.lost != 0 {
			text += fmt.Sprintf(", Kubernetes took it for lost at %s", h.time(o.lost))
		}
		switch {
		case o.ended == 0:
			text += " and it never came back"
		case h.at(o.ended).Kind == trace.NodeReady:
			text += fmt.Sprintf(", it was back at %s", h.time(o.ended))
		default:
			text += fmt.Sprintf(", %s at %s", h.words(o.ended), h.time(o.ended))
		}
		text += h.tollOf(n, o)
	}
	return text
}

// tollOf counts what became of the pods that a crash took.
func (h *History) tollOf(n int32, o outage) string {
	lost, expelled, back := 0, 0, 0
	for p := range h.pods {
		hit := false
		for _, id := range h.pods[p].records {
			r := h.at(id)
			if o.ended != 0 && id > o.ended && r.Kind != trace.PodRunning {
				continue
			}
			switch {
			case r.Object != trace.Ref{Kind: trace.Node, Index: n} || id < o.began:
			case r.Kind == trace.PodLost:
				hit, lost = true, lost+1
			case hit && r.Kind == trace.PodTerminating && trace.TerminationReason(r.Value) == trace.Unreachable:
				hit, expelled = false, expelled+1
			case hit && r.Kind == trace.PodRunning:
				hit, back = false, back+1
			}
		}
	}
	if lost == 0 {
		return ", with no pod on it"
	}
	return fmt.Sprintf("; of %s on it %d expelled, %d started again", report.Count(lost, "pod"), expelled, back)
}
