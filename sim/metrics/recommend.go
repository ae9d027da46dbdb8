package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// enough is the share of replications that must complete, and fit the window,
// for a strategy to be recommended.
const enough = 0.95

// recommend names the best strategy.
//
//  1. A strategy is a candidate when at least 95 % of its replications completed,
//     with no workload that is down for good, and fit the window, where there is one, and no gate on it fails. What
//     didn't complete and gates that are inconclusive are mentioned.
//  2. A strategy that ends with nodes behind the control plane has left the work
//     undone. It is set aside where another candidate has done it.
//     Where none has, but a strategy that was meant to doesn't complete, there is
//     nothing to recommend: the work isn't done until that one is helped.
//  3. Candidates that end at different versions can't be ranked: no strategy is
//     recommended.
//  4. Of the rest the one with the better worst availability is taken (metric
//     min_availability), where the paired difference is distinct; else the one
//     that loses less ready time, where that is distinct and a quarter of the
//     loss or more, for less than that isn't worth a longer night; else the one
//     with the shorter duration, where that is distinct; else the first one in
//     the scenario.
func (s *summarizer) recommend() {
	out := s.out
	var candidates []int
	var reasons []string
	for i := range out.Strategies {
		if why := s.excluded(i); why != "" {
			reasons = append(reasons, strconv.Quote(out.Strategies[i].Strategy)+" "+why)
		} else {
			candidates = append(candidates, i)
		}
	}
	if len(candidates) == 0 {
		out.Why = strings.Join(reasons, "; ")
		return
	}
	all := len(candidates)
	candidates = s.finished(candidates)
	if s.undone(candidates, reasons) {
		return
	}
	for _, i := range candidates[1:] {
		a, b := &out.Strategies[candidates[0]], &out.Strategies[i]
		if a.CompleteEnd != b.CompleteEnd {
			reasons = append([]string{fmt.Sprintf("%q and %q end at different versions, so they can't be ranked", a.Strategy, b.Strategy)}, reasons...)
			out.Why, out.Incomparable = strings.Join(reasons, "; "), true
			return
		}
	}
	best := candidates[0]
	for _, i := range candidates[1:] {
		if better, _ := s.better(i, best); better {
			best = i
		}
	}
	out.Recommended = out.Strategies[best].Strategy
	out.Why = s.reason(best, candidates, all-len(candidates))
}

// excluded says why strategy i is no candidate; it is empty for a candidate.
func (s *summarizer) excluded(i int) string {
	x := &s.out.Strategies[i]
	if float64(x.Completes.Hits) < enough*float64(x.Completes.N) {
		return incomplete(x) + s.behind(x)
	}
	for _, g := range s.out.Gates {
		if g.Strategy == x.Strategy && g.Verdict == Fail {
			return "fails the gate " + g.Criterion()
		}
	}
	if f := x.FitsWindow; f.N > 0 && float64(f.Hits) < enough*float64(f.N) {
		return fmt.Sprintf("fits the window in %d of %s only", f.Hits, replications(f.N))
	}
	return ""
}

// behind says how many nodes a strategy leaves behind.
func (s *summarizer) behind(x *StrategySummary) string {
	if n, ok := x.Statistic("nodes_behind"); ok && n.Median > 0 {
		return fmt.Sprintf(" and leaves a median of %s nodes behind the control plane", n.Unit.Spell(n.Median))
	}
	return ""
}

// finished sets candidates aside that leave nodes behind the control plane, where
// another one doesn't.
func (s *summarizer) finished(candidates []int) []int {
	var rest []int
	for _, i := range candidates {
		if s.out.Strategies[i].Leaves == "" {
			rest = append(rest, i)
		}
	}
	if len(rest) == 0 {
		return candidates
	}
	return rest
}

// undone reports whether all candidates leave nodes behind, while a strategy
// that was meant to bring all pools along doesn't complete. It says so in the
// summary: first who is in its way, then what can be had without it.
func (s *summarizer) undone(candidates []int, reasons []string) bool {
	out := s.out
	if out.Strategies[candidates[0]].Leaves == "" {
		return false
	}
	to := ""
	var who []string
	for i := range out.Strategies {
		x := &out.Strategies[i]
		if g := s.in.Strategies[i].Goal; g != "" && float64(x.Completes.Hits) < enough*float64(x.Completes.N) {
			to = g
			who = append(who, hindrance(x))
		}
	}
	if len(who) == 0 {
		return false
	}
	out.Undone = fmt.Sprintf("nothing here brings all pools to %s: %s", to, strings.Join(who, "; "))
	for _, i := range candidates {
		x := &out.Strategies[i]
		reasons = append(reasons, fmt.Sprintf("%q %s, but leaves %s", x.Strategy, s.merits("completes", "fails"), x.Leaves))
	}
	out.Why = strings.Join(reasons, "; ")
	return true
}

// incomplete says how often a strategy didn't complete.
func incomplete(x *StrategySummary) string {
	p := x.Completes
	if len(x.Down) > 0 && x.Down[0].Count == p.N-p.Hits {
		return fmt.Sprintf("leaves %q down at the end of %d of %s", x.Down[0].Workload, x.Down[0].Count, replications(p.N))
	}
	var more []string
	if len(x.Refusals) > 0 {
		more = append(more, fmt.Sprintf("AKS refuses %q with %s", x.Refusals[0].Request, x.Refusals[0].Code))
	}
	if p.Hits > 0 {
		more = append(more, fmt.Sprintf("first in replication %d", x.Unfinished))
	}
	text := fmt.Sprintf("did not complete in %d of %s", p.N-p.Hits, replications(p.N))
	if len(more) > 0 {
		text += " (" + strings.Join(more, "; ") + ")"
	}
	return text
}

// hindrance says what keeps a strategy from completing.
func hindrance(x *StrategySummary) string {
	var budgets []string
	for _, b := range x.Blockers {
		switch {
		case len(b.Clash) > 0:
			budgets = append(budgets, quoted(b.Clash)+" together")
		case b.Budget != "":
			budgets = append(budgets, strconv.Quote(b.Budget))
		}
	}
	switch {
	case len(budgets) == 1 && len(x.Blockers[0].Clash) == 0:
		return fmt.Sprintf("budget %s blocks %q", budgets[0], x.Strategy)
	case len(budgets) > 0:
		return fmt.Sprintf("budgets %s block %q", and(budgets), x.Strategy)
	case len(x.Blockers) > 0:
		return fmt.Sprintf("pods of %s block %q", x.Blockers[0].Workload, x.Strategy)
	}
	if len(x.Refusals) > 0 {
		return fmt.Sprintf("AKS refuses %q of %q with %s", x.Refusals[0].Request, x.Strategy, x.Refusals[0].Code)
	}
	return fmt.Sprintf("%q %s", x.Strategy, incomplete(x))
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	return and(list)
}

// criteria are what candidates are ranked by, the most important first. A
// difference counts when it is distinct and at least this share of the larger
// median.
var criteria = []struct {
	metric string
	praise string // of one that decides against all others
	than   string // of one that decides against some of them
	least  float64
}{
	{"min_availability", "keeps the best worst availability", "keeps a better worst availability than", 0},
	{"ready_seconds_lost", "loses the least ready time, with a worst availability that can't be told from theirs", "loses less ready time than", 0.25},
	{"duration", "is the fastest, and loses about as much as they do", "is faster than", 0},
}

// better reports whether strategy a is to be preferred to b, and by which
// criterion; -1 when they can't be told apart.
func (s *summarizer) better(a, b int) (better bool, criterion int) {
	for c, x := range criteria {
		m, err := s.catalogue.Lookup(x.metric)
		if err != nil {
			continue
		}
		if d, ok := s.difference(m, a, b); ok && d.Distinct && math.Abs(d.Median) >= x.least*s.larger(x.metric, a, b) {
			return d.Median*float64(m.Better) > 0, c
		}
	}
	return false, -1
}

// larger is the larger median of two strategies.
func (s *summarizer) larger(metric string, a, b int) float64 {
	x, _ := s.out.Strategies[a].Statistic(metric)
	y, _ := s.out.Strategies[b].Statistic(metric)
	return max(x.Median, y.Median)
}

func (s *summarizer) reason(best int, candidates []int, leftBehind int) string {
	name := strconv.Quote(s.out.Strategies[best].Strategy)
	all := s.merits("completes", "fails")
	var text string
	switch {
	case len(s.out.Strategies) == 1:
		text = fmt.Sprintf("%s %s", name, all)
	case len(candidates) == 1 && leftBehind > 0:
		text = fmt.Sprintf("%s is the only one that %s and leaves no node behind the control plane", name, all)
	case len(candidates) == 1:
		text = fmt.Sprintf("%s is the only one of %d strategies that %s", name, len(s.out.Strategies), all)
	default:
		text = s.comparison(best, candidates)
	}
	if x := &s.out.Strategies[best]; x.Completes.Hits < x.Completes.N {
		text += "; but it " + incomplete(x)
	}
	for _, g := range s.out.Gates {
		if g.Strategy == s.out.Strategies[best].Strategy && g.Verdict == Inconclusive {
			text += "; the gate " + g.Criterion() + " is inconclusive"
		}
	}
	return text
}

// merits says what all candidates have in common.
func (s *summarizer) merits(completes, fails string) string {
	if s.in.Window > 0 {
		completes += " in the window"
	}
	if len(s.in.Gates) > 0 {
		completes += " and " + fails + " no gate"
	}
	return completes
}

// comparison says what the best of several candidates has over the others: by
// which criterion, and against which medians.
func (s *summarizer) comparison(best int, candidates []int) string {
	behind := make([][]int, len(criteria)) // whom the best one beats, by the criterion that decides
	var deciding []int
	for _, i := range candidates {
		if i == best {
			continue
		}
		if better, c := s.better(best, i); better {
			behind[c] = append(behind[c], i)
		}
	}
	for c := range behind {
		if len(behind[c]) > 0 {
			deciding = append(deciding, c)
		}
	}
	among := fmt.Sprintf("of the %d strategies that %s, %q ", len(candidates), s.merits("complete", "fail"), s.out.Strategies[best].Strategy)
	switch len(deciding) {
	case 0:
		return among + "is the first: they can't be told apart by worst availability, ready time lost or duration"
	case 1:
		c := deciding[0]
		return among + criteria[c].praise + ": " + s.medians(criteria[c].metric, best, behind[c][0])
	}
	var clauses []string
	for _, c := range deciding {
		clauses = append(clauses, criteria[c].than+" another one ("+s.medians(criteria[c].metric, best, behind[c][0])+")")
	}
	return among + and(clauses)
}

// medians are those of two strategies, with as many digits as tell them apart.
func (s *summarizer) medians(metric string, a, b int) string {
	x, _ := s.out.Strategies[a].Statistic(metric)
	y, _ := s.out.Strategies[b].Statistic(metric)
	mine, other := x.Unit.Spell(x.Median), x.Unit.Spell(y.Median)
	if mine == other {
		mine, other = x.Unit.SpellExactly(x.Median), x.Unit.SpellExactly(y.Median)
	}
	return fmt.Sprintf("median %s against %s of %q", mine, other, s.out.Strategies[b].Strategy)
}
