package chart

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// after says when, as titles do: "after 1:18 min". It rounds as all durations
// and the axis do.
func after(t des.Time) string {
	if d := time.Duration(t); d >= time.Second/2 {
		return "after " + span(d)
	}
	return "at once"
}

// sentence makes a message one.
func sentence(s string) string {
	s = capital(strings.TrimSpace(s))
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// stop fills h for a run that didn't complete and reports whether it is one.
// Both pictures of a run say the same about it.
func (f *facts) stop(h *heading) bool {
	run := f.t.Run
	at := f.t.End
	before := h.verdict
	h.verdict = red
	switch run.Outcome {
	case trace.Refused:
		f.refused(h)
	case trace.Blocked:
		f.blocked(h)
	case trace.Failed:
		h.title = "The upgrade fails " + after(at)
		if nodes, renewed := f.countNodes(); nodes > 0 && renewed < nodes {
			h.title += fmt.Sprintf(": %d of %s upgraded", renewed, counted(nodes, "node"))
		}
		h.remedy = sentence(run.Reason)
	case trace.Horizon:
		nodes, renewed := f.countNodes()
		h.title = fmt.Sprintf("The upgrade isn’t over when the horizon strikes %s: %d of %s upgraded", after(at), renewed, counted(nodes, "node"))
		h.remedy = sentence(run.Reason)
	default:
		if !f.t.Stopped {
			h.verdict = before
			return false
		}
		h.title = "The upgrade stops " + after(at)
		h.remedy = sentence(run.Reason)
	}
	return true
}

func (f *facts) refused(h *heading) {
	h.title = "AKS refuses the upgrade"
	h.remedy = sentence(f.t.Run.Reason)
	for _, r := range f.t.Run.Refusals {
		if r.Expected {
			continue
		}
		h.title = "AKS refuses “" + r.Request + "” " + after(r.At) + ": " + r.Code
		h.remedy = sentence(strings.TrimPrefix(r.Message, r.Code+": "))
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
	h.title = "The upgrade stops " + after(f.t.End)
	h.remedy = sentence(f.t.Run.Reason)
	if len(f.blockers) == 0 {
		return
	}
	why, end := f.refusal()
	if f.wentOn {
		h.title = fmt.Sprintf("%s, so %s quarantined; the upgrade goes on and ends as failed %s", capital(why), f.staysOld(), after(f.t.End))
	} else {
		h.title += ": " + why + ", so " + end
	}
	if fix := f.fix(); fix != "" {
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
	}
	return fmt.Sprintf("budget %s allows no eviction", quoted(f.blockers[0].Budget)), end
}

// quotedOf is a name in a title that has n of them.
func quotedOf(name string, n int) string {
	return "“" + faceTitle.shorten(name, 330/float64(max(n, 1))) + "”"
}

// listed is "a", "a and b", "a, b and 3 more".
func listed(words []string) string {
	const most = 3
	if n := len(words); n > most {
		return strings.Join(words[:most-1], ", ") + fmt.Sprintf(" and %d more", n-most+1)
	} else if n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
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

// fix says what would let the budgets that block allow an eviction; empty when
// the picture can't tell. All are named: with one of them mended the upgrade
// stops at the next.
func (f *facts) fix() string {
	var fixes []string
	last := ""
	for i := range f.blockers {
		b := &f.blockers[i]
		w := f.workload(b.Workload)
		switch {
		case len(b.Clash) > 0:
			fixes = append(fixes, fmt.Sprintf("let one budget select the pods of “%s”, not %d", b.Workload, len(b.Clash)))
		case w == nil || w.floor == 0:
		case w.floor < w.desired:
			if w.pending > 0 && len(f.blockers) == 1 {
				return fmt.Sprintf("Its %s must stay ready, and %s found no node: make room, such as with a higher max_surge.",
					ofReplicas(w.floor, w.desired), counted(w.pending, "pod"))
			}
		default:
			fix, more := f.loosen(b.Budget, w)
			fixes = append(fixes, fix)
			last = ""
			if more {
				last = fmt.Sprintf(", or run %s of “%s”", counted(w.floor+1, "replica"), w.label)
			}
		}
	}
	switch n := len(fixes); {
	case n == 0:
		return ""
	case n == 1:
		return "Fix: " + fixes[0] + last + "."
	case n > 3:
		fixes = append(fixes[:2], fmt.Sprintf("%d more budgets", n-2))
	}
	out := "Fix: " + strings.Join(fixes[:len(fixes)-1], "; ") + "; and " + fixes[len(fixes)-1] + "."
	if faceSubtitle.width(out) > innerW {
		out = strings.ReplaceAll(strings.ReplaceAll(out, " of budget “", " of “"), "; and set ", "; and ")
	}
	return out
}

// loosen is how a budget that wants all replicas of w lets one go, and whether
// one replica more does it, too: a share, and none that may be unavailable, grow
// with the replicas.
func (f *facts) loosen(budget string, w *workloadFact) (fix string, more bool) {
	spec := f.budgetSpec(budget)
	switch {
	case !strings.HasPrefix(spec, "min_available"):
		return fmt.Sprintf("set max_unavailable of budget “%s” to 1", budget), false
	case strings.HasSuffix(spec, "%"):
		return fmt.Sprintf("give budget “%s” max_unavailable 1 in place of %s", budget, spec), false
	}
	return fmt.Sprintf("set min_available of budget “%s” to %d", budget, w.desired-1), true
}

// workload is the one of that name, with or without its namespace; nil: it isn't
// drawn.
func (f *facts) workload(name string) *workloadFact {
	for i := range f.workloads {
		if w := &f.workloads[i]; w.name == name || w.space+"/"+w.name == name {
			return w
		}
	}
	return nil
}

func ofReplicas(n, all int) string { return fmt.Sprintf("%d of %s", n, counted(all, "replica")) }

func (f *facts) budgetSpec(name string) string {
	for i, b := range f.t.Header.Budgets {
		if f.budgetName(i) == name {
			return b.Spec
		}
	}
	return ""
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
	return true
}

// availabilityHeading ranks what a reader must know first: stopped, a limit
// broken, a workload down, the slowest blocker, all fine.
func (f *facts) availabilityHeading() heading {
	h := heading{verdict: blue, subtitle: f.subtitle()}
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
			h.title = "No pool is upgraded, yet " + fallsTo(w)
		}
	default:
		f.fineTitle(&h)
	}
	return h
}

// fallsTo is "“batch” falls to 12 of 24 ready after 17 s".
func fallsTo(w *workloadFact) string {
	switch {
	case w.min == 0:
		return fmt.Sprintf("%s is down for %s", quoted(w.label), span(w.down))
	case w.min*2 == w.desired:
		return fmt.Sprintf("%s loses half its replicas %s", quoted(w.label), after(w.minAt))
	}
	return fmt.Sprintf("%s falls to %d of %d ready %s", quoted(w.label), w.min, w.desired, after(w.minAt))
}

func (f *facts) brokenTitle(broken, down int) string {
	w := &f.workloads[0]
	all := len(f.workloads)
	_, kind := w.limit()
	switch {
	case broken == 1 && all == 1:
		return fmt.Sprintf("%s, %s below its %s", fallsTo(w), span(w.below), kind)
	case broken == 1 && down > 1 && w.min == 0:
		return fmt.Sprintf("%s, against its %s; %s more without a limit %s down too", fallsTo(w), kind, inWords(down-1), goes(down-1))
	case broken == 1 && down > 0 && w.min > 0:
		return fmt.Sprintf("%s, below its %s; %s without a limit %s down", fallsTo(w), kind, inWords(down), goes(down))
	case broken == 1 && all == 2:
		return fallsTo(w) + "; the other workload stays within its limits"
	case broken == 1:
		return fmt.Sprintf("%s; the other %s workloads stay within their limits", fallsTo(w), inWords(all-1))
	case broken == 2 && sameFall(w, &f.workloads[1]):
		return fmt.Sprintf("2 of %d workloads fall below their limits: %s and %s to %d of %d ready",
			all, quoted(w.label), quoted(f.workloads[1].label), w.min, w.desired)
	}
	which := fmt.Sprintf("%d of %d workloads", broken, all)
	switch {
	case broken == all && all == 2:
		which = "Both workloads"
	case broken == all:
		which = "All " + inWords(all) + " workloads"
	}
	return fmt.Sprintf("%s fall below their limits: worst, %s", which, fallsTo(w))
}

func goes(n int) string {
	if n == 1 {
		return "goes"
	}
	return "go"
}

func sameFall(a, b *workloadFact) bool { return a.min == b.min && a.desired == b.desired && a.min > 0 }

func (f *facts) downTitle(down int) string {
	w := &f.workloads[0]
	for i := range f.workloads {
		if v := &f.workloads[i]; v.min == 0 && (w.min > 0 || v.down > w.down) {
			w = v
		}
	}
	which := fmt.Sprintf("%s is down for %s", quoted(w.label), span(w.down))
	if w.desired == 1 {
		which += ": its only replica has to move"
	}
	if down == 1 {
		return which
	}
	return fmt.Sprintf("%d of %d workloads are down for a time: longest %s, for %s", down, len(f.workloads), quoted(w.label), span(w.down))
}

func (f *facts) fineTitle(h *heading) {
	w := &f.workloads[0]
	limits := false
	for i := range f.workloads {
		l, _ := f.workloads[i].limit()
		limits = limits || l > 0
	}
	h.title = "No workload loses a replica"
	if w.min < w.desired {
		h.title = fmt.Sprintf("Every workload stays within its limits; lowest is %s with %d of %d ready", quoted(w.label), w.min, w.desired)
		if !limits {
			h.title = fmt.Sprintf("At worst, %s", fallsTo(w))
		}
		if len(f.workloads) == 1 {
			h.title = fallsTo(w)
			if limits {
				h.title += " and stays within its limits"
			}
		}
	}
	if f.held() {
		h.verdict = orange
		h.title += fmt.Sprintf("; budgets hold drains up for %s of their time", percent(f.slowed))
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

// nodesHeading says what set the pace of the nodes.
func (f *facts) nodesHeading() heading {
	h := heading{verdict: blue, subtitle: f.subtitle()}
	nodes, _ := f.countNodes()
	switch {
	case f.stop(&h):
	case f.bystander(&h, f.stays(nodes)):
	case f.held() && len(f.t.Nodes) > rowLimit:
		h.verdict = orange
		h.title = fmt.Sprintf("%s in %s%s: %s of the drain time is waiting for budgets",
			f.renewal(), span(f.t.End.Sub(f.t.Start)), f.pace(), percent(f.slowed))
	case f.held():
		h.verdict = orange
		h.title = f.paceTitle()
	case len(f.drains) == 0:
		h.title = fmt.Sprintf("%s in %s", f.renewal(), span(f.t.End.Sub(f.t.Start)))
	default:
		d := f.longest()
		h.title = fmt.Sprintf("%s in %s%s; ", f.renewal(), span(f.t.End.Sub(f.t.Start)), f.pace())
		switch {
		case f.slowed == 0:
			h.title += "no drain waits for a budget"
		case d.Budget < 0:
			h.title += "the longest drain takes " + span(d.Length())
		default:
			h.title += fmt.Sprintf("the longest drain waits for %s and takes %s", quoted(f.budgetName(d.Budget)), span(d.Length()))
		}
	}
	return h
}

// stays is "all 8 nodes stay on 1.29.7".
func (f *facts) stays(nodes int) string {
	from, _ := f.versionsOfNodes()
	if from == "old version" || from == "version at the start" {
		from = "their versions"
	}
	if nodes == 1 {
		return "its one node stays on " + from
	}
	return fmt.Sprintf("all %d nodes stay on %s", nodes, from)
}

// pace is ", ten at a time" where all upgraded pools agree.
func (f *facts) pace() string {
	slots := 0
	for i := range f.t.Run.Pools {
		p := &f.t.Run.Pools[i]
		if !p.Upgrade.Ran {
			continue
		}
		if slots != 0 && slots != p.Slots {
			return ""
		}
		slots = p.Slots
	}
	if slots == 0 {
		return ""
	}
	return ", " + inWords(slots) + " at a time"
}

// paceTitle names the drain that took longest and its budget.
func (f *facts) paceTitle() string {
	d := f.longest()
	if d.Budget < 0 {
		for i := range f.drains {
			if e := &f.drains[i]; e.Budget >= 0 && (d.Budget < 0 || e.Waited > d.Waited) {
				d = e
			}
		}
	}
	return fmt.Sprintf("%s sets the pace: node %s waits for its budget and drains in %s, the median node in %s",
		quoted(f.budgetName(d.Budget)), f.nodeName(d.node), span(d.Length()), span(f.quantile(0.5)))
}
