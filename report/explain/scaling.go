package explain

import (
	"fmt"

	"rollsim/sim/trace"
)

// scaling says what the cluster autoscaler has to do with a node: whom it ordered
// it for, and when it took it away or had it in mind to; empty: nothing.
func (h *History) scaling(n int32) string {
	text, tainted, unneeded := "", trace.ID(0), trace.ID(0)
	for _, id := range h.nodes[n].records {
		switch r := h.at(id); {
		case r.Kind == trace.NodeRequested && r.Cause != 0 && h.at(r.Cause).Kind == trace.ScaledUp:
			text += fmt.Sprintf("; the cluster autoscaler ordered it at %s, %s", h.time(id), h.text(r.Cause))
		case r.Kind == trace.NodeTainted && trace.Taint(r.Value) == trace.ToBeDeleted:
			tainted = id
		case r.Kind == trace.NodeUntainted && trace.Taint(r.Value) == trace.ToBeDeleted && tainted != 0:
			text += fmt.Sprintf("; it began to remove it at %s, %s, and gave up at %s: %s", h.time(tainted), h.text(tainted), h.time(id), h.text(id))
			tainted = 0
		case r.Kind == trace.NodeUnneeded:
			unneeded = id
		case r.Kind == trace.NodeNeeded, r.Kind == trace.NodeDeleting:
			unneeded = 0
		}
	}
	switch {
	case tainted != 0:
		text += fmt.Sprintf("; the cluster autoscaler removed it from %s on, %s", h.time(tainted), h.text(tainted))
	case unneeded != 0:
		text += fmt.Sprintf("; for the cluster autoscaler it is unneeded since %s, and stays until the end", h.time(unneeded))
	}
	return text
}

// text returns a record's own words.
func (h *History) text(id trace.ID) string { return h.trace.Text(h.at(id).Text) }
