package chart

import (
	"fmt"
	"strings"
)

// What a title says first is ranked here: a run that stopped, a limit that was
// broken, a workload that was down, what held the upgrade up, all fine. How it is
// said is in stopped.go, fallen.go and pace.go, what would help in advice.go.

// availabilityHeading is the finding about the workloads.
func (f *facts) availabilityHeading() heading {
	h := heading{verdict: blue, subtitle: f.subtitle(), remedy: f.sessionWords()}
	broken, down := 0, 0
	for i := range f.workloads {
		if f.workloads[i].broken() {
			broken++
		}
		if f.workloads[i].min == 0 {
			down++
		}
	}
	switch {
	case f.stop(&h):
	case len(f.workloads) == 0:
		if !f.bystander(&h, "there is no workload to disturb") {
			h.title = "Upgraded in " + span(f.t.End.Sub(f.t.Start)) + ", with no workload to disturb"
		}
	case broken > 0:
		h.verdict = red
		h.title = f.brokenTitle(broken, down)
	case down > 0:
		h.verdict = orange
		h.title = f.downTitle(down)
	case f.bystander(&h, "no workload loses a replica"):
		if w := &f.workloads[0]; w.min < w.desired {
			h.title = "No pool is upgraded, yet " + f.falls(w)
		}
	default:
		f.fineTitle(&h)
	}
	return h
}

// nodesHeading is the finding about the nodes: how long they took, and what set
// the pace.
func (f *facts) nodesHeading() heading {
	h := heading{verdict: blue, subtitle: f.subtitle()}
	nodes, _ := f.countNodes()
	switch {
	case f.stop(&h):
	case f.bystander(&h, f.stays(nodes)):
	case len(f.t.Run.Sessions) > 1:
		f.sessionTitle(&h)
	case f.scaled():
		h.verdict = orange
		h.title = f.timed() + "; " + f.scaling()
	case f.held() && len(f.t.Nodes) > rowLimit:
		h.verdict = orange
		h.title = fmt.Sprintf("%s: %s of the drain time is waiting for budgets%s", f.timed(), percent(f.slowed), f.behindDisks())
	case f.held():
		h.verdict = orange
		h.title = f.paceTitle()
	case len(f.drains) == 0:
		h.title = f.timed()
	default:
		h.title = f.timed() + "; " + f.longestWords()
	}
	return h
}

// bystander fills h for runs in which no pool was upgraded.
func (f *facts) bystander(h *heading, consequence string) bool {
	for i := range f.t.Pools {
		if f.t.Pools[i].Upgrade.Ran {
			return false
		}
	}
	h.verdict = blue
	if !f.t.ControlPlane.Ran {
		h.title = "Nothing changes: no upgrade ran"
		return true
	}
	h.title = "Only the control plane is upgraded; " + consequence
	if v := f.t.Run.EndControlPlane; v != "" {
		h.title = "Only the control plane moves to " + v + "; " + consequence
	}
	if k := f.t.Run.EndSkew; k > 0 {
		h.remedy = fmt.Sprintf("The node pools stay up to %s behind: against best practice until they follow.", counted(k, "minor"))
	} else if f.t.Run.EndMixed {
		h.remedy = "The node pools stay on their version: against best practice until they follow."
	}
	f.expected(h)
	return true
}

// expected adds the upgrade that AKS refused, as the scenario expects it to: what
// was asked for isn't what was reached.
func (f *facts) expected(h *heading) {
	for _, r := range f.t.Run.Refusals {
		if !r.Expected || !r.Upgrade {
			continue
		}
		reached, _, _ := strings.Cut(h.title, "; ")
		h.title = fmt.Sprintf("%s; AKS refuses %s: %s", reached, quoted(r.Request), r.Code)
		h.remedy = sentence(curled(strings.TrimPrefix(r.Message, r.Code+": ")))
		return
	}
}

// alt describes the picture to those who can't see it.
func (f *facts) alt(kind string, h heading) string {
	out := kind + ": " + sentence(h.title)
	if len(f.workloads) > 0 {
		w := f.lowest()
		out += fmt.Sprintf(" Lowest: %s with %s ready.", w.label, ofReplicas(w.min, w.desired))
	}
	if n := len(f.drains); n > 0 {
		out += fmt.Sprintf(" %s, median %s, longest %s.", capital(counted(n, "drain")), span(f.quantile(0.5)), span(f.longest().Length()))
	}
	return sentence(out)
}
