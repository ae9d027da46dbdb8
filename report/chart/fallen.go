package chart

import "fmt"

// falls is "“batch” falls to 12 of 24 ready after 17 s".
func (f *facts) falls(w *workloadFact) string {
	switch {
	case w.forGood:
		return fmt.Sprintf("%s is down at the end and doesn’t come back", quoted(w.label))
	case w.min == 0:
		return fmt.Sprintf("%s is down for %s", quoted(w.label), span(w.down))
	case w.min*2 == w.desired:
		return fmt.Sprintf("%s loses half its replicas %s", quoted(w.label), f.when(w.minAt))
	}
	return fmt.Sprintf("%s falls to %d of %d ready %s", quoted(w.label), w.min, w.desired, f.when(w.minAt))
}

// brokenTitle is of workloads that fell below their limits: the worst of them,
// and how many more.
func (f *facts) brokenTitle(broken, down int) string {
	w := &f.workloads[0]
	others := len(f.workloads) - 1
	_, kind := w.limit()
	switch {
	case broken == 1 && down > 1 && w.min == 0:
		return fmt.Sprintf("%s, against its %s; %s more without a limit %s down too", f.falls(w), kind, inWords(down-1), goes(down-1))
	case broken == 1 && down > 0 && w.min > 0:
		return fmt.Sprintf("%s, below its %s; %s without a limit %s down", f.falls(w), kind, inWords(down), goes(down))
	case broken == 1:
		return f.falls(w) + ", " + f.belowWords(w) + within(others)
	case broken == 2 && sameFall(w, &f.workloads[1]):
		return fmt.Sprintf("2 of %d workloads fall below their limits: %s and %s to %d of %d ready",
			others+1, quoted(w.label), quoted(f.workloads[1].label), w.min, w.desired)
	}
	return fmt.Sprintf("%s fall below their limits: worst, %s", whichOf(broken, others+1), f.falls(w))
}

// belowWords is "73 s below its target of 18".
func (f *facts) belowWords(w *workloadFact) string {
	limit, kind := w.limit()
	if w.min == 0 {
		return fmt.Sprintf("against its %s of %d", kind, limit)
	}
	return fmt.Sprintf("%s below its %s of %d", span(w.below), kind, limit)
}

// within says of the other workloads that they kept their limits.
func within(others int) string {
	switch others {
	case 0:
		return ""
	case 1:
		return "; the other workload stays within its limits"
	}
	return fmt.Sprintf("; the other %s stay within theirs", inWords(others))
}

// whichOf is "2 of 5 workloads", "Both workloads", "All three workloads".
func whichOf(n, all int) string {
	switch {
	case n < all:
		return fmt.Sprintf("%d of %d workloads", n, all)
	case all == 2:
		return "Both workloads"
	}
	return "All " + inWords(all) + " workloads"
}

func goes(n int) string {
	if n == 1 {
		return "goes"
	}
	return "go"
}

func sameFall(a, b *workloadFact) bool { return a.min == b.min && a.desired == b.desired && a.min > 0 }

// downTitle is of workloads that nothing promised to keep.
func (f *facts) downTitle(down int) string {
	w := &f.workloads[0]
	for i := range f.workloads {
		if v := &f.workloads[i]; v.min == 0 && !w.forGood && (w.min > 0 || v.forGood || v.down > w.down) {
			w = v
		}
	}
	switch {
	case w.forGood:
		return f.falls(w)
	case down > 1:
		return fmt.Sprintf("%d of %d workloads are down for a time: longest %s, for %s", down, len(f.workloads), quoted(w.label), span(w.down))
	case w.desired == 1:
		return f.falls(w) + ": its only replica has to move"
	}
	return f.falls(w)
}

// fineTitle is of a run in which no limit was broken and nothing was down.
func (f *facts) fineTitle(h *heading) {
	w := &f.workloads[0]
	limits := false
	for i := range f.workloads {
		l, _ := f.workloads[i].limit()
		limits = limits || l > 0
	}
	switch one := len(f.workloads) == 1; {
	case w.min >= w.desired:
		h.title = "No workload loses a replica"
	case one && limits:
		h.title = f.falls(w) + " and stays within its limits"
	case one:
		h.title = f.falls(w)
	case limits:
		h.title = fmt.Sprintf("Every workload stays within its limits; lowest is %s with %d of %d ready", quoted(w.label), w.min, w.desired)
	default:
		h.title = "At worst, " + f.falls(w)
	}
	if f.held() {
		h.verdict = orange
		h.title += fmt.Sprintf("; budgets hold drains up for %s of their time%s", percent(f.slowed), f.behindDisks())
	}
}

func ofReplicas(n, all int) string { return fmt.Sprintf("%d of %s", n, counted(all, "replica")) }
