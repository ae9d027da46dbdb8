package chart

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/trace"
)

// stop fills h for a run that didn't complete and reports whether it is one.
// Both pictures of a run say the same about it.
func (f *facts) stop(h *heading) bool {
	run := f.t.Run
	if run.Outcome == trace.Completed || run.Outcome == 0 && !f.t.Stopped {
		return false
	}
	h.verdict = red
	h.remedy = sentence(curled(run.Reason))
	nodes, renewed := f.countNodes()
	switch run.Outcome {
	case trace.Refused:
		f.refused(h)
	case trace.Blocked:
		f.blocked(h)
	case trace.Failed:
		h.title = "The upgrade fails " + f.atEnd()
		if nodes > 0 && renewed < nodes {
			h.title += fmt.Sprintf(": %d of %s upgraded", renewed, counted(nodes, "node"))
		}
	case trace.Horizon:
		h.title = fmt.Sprintf("The upgrade isn’t over when the horizon strikes %s: %d of %s upgraded", f.atEnd(), renewed, counted(nodes, "node"))
	default:
		h.title = "The upgrade stops " + f.atEnd()
	}
	return true
}

// fades reports whether the axis goes on after the end, so that there is
// something to fade: at the horizon there isn't.
func (f *facts) fades(a *timeAxis) bool { return a.x1-a.x(f.t.End) > 1 }

// stopLegend explains what a stop looks like among the nodes.
func (f *facts) stopLegend(a *timeAxis) string {
	if !f.fades(a) {
		return "Red line: the stop."
	}
	return "Red line: the stop; faded: after it."
}

func (f *facts) refused(h *heading) {
	h.title = "AKS refuses the upgrade"
	for _, r := range f.t.Run.Refusals {
		if r.Expected {
			continue
		}
		h.title = "AKS refuses " + quoted(r.Request) + " " + f.when(r.At) + ": " + r.Code
		h.remedy = sentence(curled(strings.TrimPrefix(r.Message, r.Code+": ")))
		break
	}
	if f.untouched() {
		h.title += ", and nothing changes"
	}
}

// untouched reports whether neither control plane nor any pool was worked on.
func (f *facts) untouched() bool {
	if f.t.ControlPlane.Ran {
		return false
	}
	for i := range f.t.Pools {
		if f.t.Pools[i].Upgrade.Ran {
			return false
		}
	}
	return true
}

func (f *facts) blocked(h *heading) {
	h.title = "The upgrade stops " + f.atEnd()
	if len(f.blockers) == 0 {
		return
	}
	why, end := f.refusal()
	if f.wentOn {
		h.title = fmt.Sprintf("%s, so %s quarantined; the upgrade goes on and ends as failed %s", capital(why), f.staysOld(), f.atEnd())
	} else {
		h.title += ": " + why + ", so " + end
	}
	if fix := f.advice(); fix != "" {
		h.remedy = fix
	}
}

// refusal says who blocks, and which nodes never drain for it.
func (f *facts) refusal() (why, end string) {
	var nodes, budgets []string
	for i := range f.blockers {
		b := &f.blockers[i]
		if node := f.nodeLabel(b.Node); !slices.Contains(nodes, node) {
			nodes = append(nodes, node)
		}
		if b.Budget != "" {
			budgets = append(budgets, quotedOf(b.Budget, len(f.blockers)))
		}
	}
	end = fmt.Sprintf("node %s never drains", nodes[0])
	if len(nodes) > 1 {
		end = fmt.Sprintf("nodes %s never drain", listed(nodes))
	}
	switch b := &f.blockers[0]; {
	case len(b.Clash) > 0:
		names := make([]string, len(b.Clash))
		for i, c := range b.Clash {
			names[i] = quotedOf(c, len(names))
		}
		return listed(names) + " select one pod", "its evictions answer 500"
	case b.Budget == "":
		return fmt.Sprintf("pod %s doesn’t leave", quoted(b.Pod)), end
	case len(budgets) > 1:
		return fmt.Sprintf("budgets %s allow no eviction", listed(budgets)), end
	case f.diskBlocks(b):
		return fmt.Sprintf("a replica of budget %s waits for its disk", quoted(b.Budget)), end
	}
	return fmt.Sprintf("budget %s allows no eviction", quoted(f.blockers[0].Budget)), end
}

// quotedOf is a name in a title that has n of them.
func quotedOf(name string, n int) string {
	return "“" + faceTitle.shorten(name, 330/float64(max(n, 1))) + "”"
}

// staysOld is "node 004 stays on 1.29.7" for the nodes in quarantine.
func (f *facts) staysOld() string {
	var nodes []string
	version := ""
	for i := range f.t.Run.Pools {
		for _, q := range f.t.Run.Pools[i].Quarantined {
			nodes = append(nodes, f.nodeLabel(q.Name))
			version = q.Version
		}
	}
	if len(nodes) == 1 {
		return "node " + nodes[0] + " stays on " + version + ","
	}
	return "nodes " + listed(nodes) + " stay on " + version + ","
}

func (f *facts) nodeLabel(name string) string {
	for i := range f.t.Nodes {
		if f.t.Nodes[i].Name == name {
			return f.nodeName(i)
		}
	}
	return name
}
