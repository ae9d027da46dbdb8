package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/trace"
)

// decided returns the decision of the scheduler that led to a record of a pod:
// that it is bound, or that no node fits. It is not ok as long as the scheduler
// hasn't been asked, and for a pod that was given its node by the scenario.
func (h *History) decided(p int32, id trace.ID) (*kube.Placement, bool) {
	pod := kube.PodID(p)
	if h.ask.decisions == nil {
		if !slices.Contains(h.ask.pods, pod) {
			h.ask.pods = append(h.ask.pods, pod)
		}
		return nil, false
	}
	r := h.at(id)
	for _, x := range h.ask.decisions[pod] {
		if x.At == r.At && (x.Chosen >= 0) == (r.Kind == trace.PodBound) {
			return x, true
		}
	}
	return nil, false
}

// thinksNow returns where the scheduler would put a pod at t.
func (h *History) thinksNow(p int32, t des.Time) (*kube.Placement, bool) {
	if h.ask.decisions == nil {
		return nil, false
	}
	return h.ask.scheduler.Now(t, kube.PodID(p)), true
}

// said returns what the scheduler said first of a pod that fitted nowhere;
// empty for one that fitted at once.
func (h *History) said(p int32) string {
	id := h.first(h.pods[p].records, trace.PodUnschedulable)
	if id == 0 {
		return ""
	}
	x, ok := h.decided(p, id)
	if !ok {
		return ""
	}
	return x.Message()
}

// place tells a decision with names.
func (h *History) place(x *kube.Placement) Place {
	out := Place{Pod: h.names.Pod(int32(x.Pod)), At: Clock(x.At)}
	if x.Chosen >= 0 {
		out.Node = h.names.Node(int32(x.Chosen))
	} else {
		out.Message = x.Message()
	}
	for _, o := range x.Nodes {
		name := h.names.Node(int32(o.Node))
		switch {
		case o.Refusal != kube.Fits:
			out.refuse(o, name)
		case o.Scored:
			out.Nodes = append(out.Nodes, score(o, name))
		default:
			out.Unseen++
		}
	}
	slices.SortStableFunc(out.Nodes, func(a, b Score) int { return cmp.Compare(b.Total, a.Total) })
	slices.SortStableFunc(out.Refused, func(a, b Group) int { return cmp.Compare(len(b.Nodes), len(a.Nodes)) })
	for _, n := range out.Nodes {
		if n.Total == out.Nodes[0].Total {
			out.Ties++
		}
	}
	return out
}

func score(o kube.Opinion, name string) Score {
	s := Score{Node: name, Total: int(o.Total), Points: map[string]int{}}
	for i, points := range o.Points {
		s.Points[kube.ScorePlugin(i).String()] = int(points)
	}
	return s
}

// refuse adds a refused node to those of the same reason.
func (p *Place) refuse(o kube.Opinion, name string) {
	plugin := o.Refusal.Plugin()
	for i := range p.Refused {
		if g := &p.Refused[i]; g.Plugin == plugin && slices.Equal(g.Reasons, o.Reasons) {
			g.Nodes = append(g.Nodes, name)
			return
		}
	}
	p.Refused = append(p.Refused, Group{Plugin: plugin, Reasons: o.Reasons, Nodes: []string{name}})
}

// refusedNodes is how many nodes don't take the pod.
func (p *Place) refusedNodes() int {
	n := 0
	for _, g := range p.Refused {
		n += len(g.Nodes)
	}
	return n
}

// plugins are the plugins whose points differ between nodes, in the order of
// the scheduler's list, and a note on those that give all nodes the same.
func (p *Place) plugins() (differ []string, same string) {
	var alike []string
	for i := range len(kube.Opinion{}.Points) {
		name := kube.ScorePlugin(i).String()
		first := p.Nodes[0].Points[name]
		if slices.ContainsFunc(p.Nodes, func(s Score) bool { return s.Points[name] != first }) {
			differ = append(differ, name)
		} else if first != 0 {
			alike = append(alike, fmt.Sprintf("%s %d", name, first))
		}
	}
	return differ, strings.Join(alike, ", ")
}
