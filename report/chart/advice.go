package chart

import (
	"fmt"
	"strings"

	"rollsim/sim/metrics"
)

// advice says what would let the budgets that block allow an eviction; empty when
// the picture can't tell. All are named: with one of them mended the upgrade
// stops at the next.
func (f *facts) advice() string {
	if len(f.blockers) == 1 {
		if text := f.missing(&f.blockers[0]); text != "" {
			return text
		}
	}
	var fixes []string
	last := ""
	for i := range f.blockers {
		fix, more := f.fix(&f.blockers[i])
		if fix != "" {
			fixes, last = append(fixes, fix), more
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

// missing says of a budget that could allow evictions, if its replicas were all
// ready, what keeps one of them away.
func (f *facts) missing(b *metrics.Blocker) string {
	w := f.workload(b.Workload)
	if w == nil || w.floor == 0 || w.floor >= w.desired || len(b.Clash) > 0 {
		return ""
	}
	must := fmt.Sprintf("%s must stay ready, and ", capital(ofReplicas(w.floor, w.desired)))
	switch {
	case w.pending > 0:
		return must + fmt.Sprintf("%s found no node: make room, such as with a higher max_surge.", counted(w.pending, "pod"))
	case f.diskBlocks(b):
		return must + fmt.Sprintf("one waits for its disk for %s of the drain: look at the disk, or raise drain_timeout.", span(b.Disk))
	}
	for _, c := range f.t.Run.Crashes {
		if c.At < b.At && (!c.HasBack || c.Back > b.At) {
			a := f.axis(0, 1)
			return must + fmt.Sprintf("the machine of node %s, dead since %s, isn’t back: wait for it.", f.nodeLabel(c.Node), a.clock(c.At))
		}
	}
	return ""
}

// diskBlocks reports whether a disk is to blame for most of the time for which
// the budget kept its drain.
func (f *facts) diskBlocks(b *metrics.Blocker) bool {
	for i := range f.drains {
		if d := &f.drains[i]; f.t.Nodes[d.node].Name == b.Node && d.To == b.At {
			return 2*b.Disk > d.Length()
		}
	}
	return false
}

// fix is what would let one budget allow an eviction; empty where its setting
// isn't what is in the way. More is what would do, too.
func (f *facts) fix(b *metrics.Blocker) (fix, more string) {
	w := f.workload(b.Workload)
	switch {
	case len(b.Clash) > 0:
		return fmt.Sprintf("let one budget select the pods of “%s”, not %d", b.Workload, len(b.Clash)), ""
	case w == nil || w.floor == 0 || w.floor < w.desired:
		return "", ""
	}
	switch spec := f.budgetSpec(b.Budget); {
	case !strings.HasPrefix(spec, "min_available"):
		return fmt.Sprintf("set max_unavailable of budget “%s” to 1", b.Budget), ""
	case strings.HasSuffix(spec, "%"): // a share grows with the replicas
		return fmt.Sprintf("give budget “%s” max_unavailable 1 in place of %s", b.Budget, spec), ""
	}
	return fmt.Sprintf("set min_available of budget “%s” to %d", b.Budget, w.desired-1),
		fmt.Sprintf(", or run %s of “%s”", counted(w.floor+1, "replica"), w.label)
}

// workload is the one of that name, with or without its namespace; nil: it isn't
// drawn.
func (f *facts) workload(name string) *workloadFact {
	for i := range f.workloads {
		if w := &f.workloads[i]; w.called(name) {
			return w
		}
	}
	return nil
}

func (f *facts) budgetSpec(name string) string {
	for i, b := range f.t.Header.Budgets {
		if f.budgetName(i) == name {
			return b.Spec
		}
	}
	return ""
}
