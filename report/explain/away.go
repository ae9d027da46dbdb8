package explain

import (
	"cmp"
	"slices"

	"rollsim/sim/trace"
)

// away lists the replicas of some workloads that aren't ready after record now,
// those first that have been away for longest. A replica is a pod that went and
// the one that replaces it, if there is one yet.
func (h *History) away(workloads []int32, now trace.ID) []Away {
	var list []Away
	for _, w := range workloads {
		for _, p := range h.workloads[w] {
			if h.at(h.pods[p].records[0]).At > h.at(now).At || h.pods[p].records[0] > now {
				break
			}
			s := h.podAt(p, now)
			switch {
			case s.onItsWay():
				list = append(list, h.coming(p, s, now))
			case !s.ready() && h.unreplaced(p, now):
				list = append(list, h.going(p, s, now))
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Away) int { return cmp.Compare(a.Since, b.Since) })
	return list
}

// unreplaced reports whether a pod that went has no successor after record now,
// though its controller wants one.
func (h *History) unreplaced(p int32, now trace.ID) bool {
	gone := h.latest(h.pods[p].records, trace.PodTerminating, now)
	if gone == 0 || trace.TerminationReason(h.at(gone).Value) == trace.ScaledDown {
		return false
	}
	if n := h.pods[p].new; n != none && h.pods[n].records[0] <= now {
		return false
	}
	w := h.trace.Header.Workloads[h.pods[p].workload]
	return w.Kind != "DaemonSet" // its node went too
}

// coming is a replica whose pod is not ready yet.
func (h *History) coming(p int32, s state, now trace.ID) Away {
	x := Away{By: h.names.Pod(p), State: h.state(s), Reason: h.said(p)}
	x.Since = h.time(h.pods[p].records[0])
	if s.kind == trace.PodUnready || s.kind == trace.PodLost {
		return h.unready(p, s)
	}
	if old := h.pods[p].old; old != none {
		h.lose(&x, old, now)
	}
	x.Legs, x.Ready = h.way(p)
	return x
}

// unready is a replica whose pod ceased to be ready by itself.
func (h *History) unready(p int32, s state) Away {
	lost := h.lostAs(p, s.id)
	x := Away{Pod: h.names.Pod(p), State: h.state(s), Since: h.time(lost), Why: h.words(lost)}
	for _, id := range h.pods[p].records {
		if id > s.id && h.at(id).Kind == trace.PodReady {
			at := h.time(id)
			x.Ready = &at
			break
		}
	}
	return x
}

// going is a replica whose pod went, and has no successor yet.
func (h *History) going(p int32, s state, now trace.ID) Away {
	x := Away{State: "not replaced yet"}
	h.lose(&x, p, now)
	if s.exists() {
		x.State = h.state(s)
	}
	if n := h.pods[p].new; n != none {
		x.By, x.Reason = h.names.Pod(n), h.said(n)
		x.Legs, x.Ready = h.way(n)
	}
	return x
}

// lose says which pod went, when and why.
func (h *History) lose(x *Away, p int32, now trace.ID) {
	x.Pod = h.names.Pod(p)
	id := h.latest(h.pods[p].records, trace.PodTerminating, now)
	if id == 0 {
		return
	}
	x.lost, x.Since, x.Why = id, h.time(h.lostAs(p, id)), h.taken(id)
}

// lostAs returns the record with which a pod ceased to serve: id, or that its
// machine had died before.
func (h *History) lostAs(p int32, id trace.ID) trace.ID {
	lost := h.latest(h.pods[p].records, trace.PodLost, id)
	if lost > h.latest(h.pods[p].records, trace.PodReady, id) {
		return lost
	}
	return id
}

// taken says what made a pod go.
func (h *History) taken(id trace.ID) string {
	r := h.at(id)
	if r.Object.Kind != trace.Node {
		return trace.TerminationReason(r.Value).String()
	}
	where := " " + h.names.Node(r.Object.Index)
	switch trace.TerminationReason(r.Value) {
	case trace.Evicted:
		return "evicted from" + where
	case trace.NodeGone:
		return "died with" + where
	case trace.Unreachable:
		return "expelled from" + where
	case trace.Preempted:
		if by := h.at(r.Cause).Subject; r.Cause != 0 && by.Kind == trace.Pod {
			return "preempted on" + where + " by " + h.names.Pod(by.Index)
		}
	}
	return trace.TerminationReason(r.Value).String() + " on" + where
}

// state says how a pod is.
func (h *History) state(s state) string {
	where := ""
	if s.node != none {
		where = " " + h.names.Node(s.node)
	}
	switch s.kind {
	case trace.PodCreated:
		return "pending"
	case trace.PodBound:
		return "starting on" + where
	case trace.DiskMoving:
		return "waiting for its disk to move to" + where
	case trace.PodPulling:
		return "pulling its image on" + where
	case trace.PodRunning:
		return "running on" + where + ", not ready yet"
	case trace.PodReady, trace.PodAvailable:
		return "ready on" + where
	case trace.PodUnready:
		return "unready on" + where
	case trace.PodLost:
		return "dead on" + where
	case trace.PodTerminating:
		return "terminating on" + where
	}
	return "gone"
}

// movingDisk is what a pod does that waits for its disk, up to where it pulls its
// image or runs.
const movingDisk = "moving its disk, starting"

// way is how a pod got ready, leg by leg, as far as it did.
func (h *History) way(p int32) (legs []Leg, ready *Clock) {
	list := h.pods[p].records
	from := h.time(list[0])
	what := "pending"
	for _, id := range list[1:] {
		next := ""
		switch h.at(id).Kind {
		case trace.PodBound:
			next = "starting"
		case trace.DiskMoving:
			next = movingDisk
		case trace.PodPulling:
			next = "pulling its image, starting"
		case trace.PodRunning:
			next = "getting ready"
		case trace.PodReady:
		case trace.PodTerminating:
			return legs, nil
		default:
			continue
		}
		if at := h.time(id); at > from {
			legs = append(legs, Leg{What: what, Took: at.since(from), Until: h.freedBy(id)})
			from = at
		}
		if what = next; what == "" {
			return legs, &from
		}
	}
	return append(legs, Leg{What: what, Took: h.time(h.last()).since(from)}), nil
}

// freedBy says which node came free for a pod that waited for one; empty where
// that isn't what the record tells.
func (h *History) freedBy(id trace.ID) string {
	r := h.at(id)
	if r.Kind != trace.PodBound || r.Cause == 0 || h.at(r.Cause).Subject.Kind != trace.Node {
		return ""
	}
	return h.names.Node(h.at(r.Cause).Subject.Index) + " was " + h.words(r.Cause)
}
