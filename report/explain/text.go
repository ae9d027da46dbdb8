package explain

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"rollsim/report"
)

// width is what sentences are wrapped to.
const width = 110

// rows is how many replicas a table has at most.
const rows = 12

// Text writes an answer for people: the finding, then each reason under its own
// heading.
func (a *Answer) Text(w io.Writer) error {
	p := &page{}
	p.say(report.Capital(a.Finding))
	p.budgets(a)
	p.away(a)
	for i := range a.Places {
		p.place(&a.Places[i])
	}
	for i := range a.Drains {
		if a.Kind == "node" {
			p.drain(&a.Drains[i])
		}
	}
	if a.Kind == "node" {
		p.blame(a.Refusals)
	} else {
		p.refusals(a)
	}
	p.pending(a.Pending)
	p.causes(a.Causes)
	p.life(a)
	_, err := io.WriteString(w, p.String())
	return err
}

// page is text in the making. The first error sticks in it.
type page struct {
	strings.Builder
}

func (p *page) say(text string) {
	for _, line := range report.Wrap(text, width) {
		p.WriteString(line + "\n")
	}
}

func (p *page) head(format string, args ...any) {
	fmt.Fprintf(p, "\n"+format+"\n", args...)
}

// table writes a table. A Builder never fails.
func (p *page) table(t report.Table) { _ = t.Text(p) }

func (p *page) budgets(a *Answer) {
	if len(a.Budgets) == 0 {
		return
	}
	p.head("Its budgets at %s", a.At)
	for _, b := range a.Budgets {
		fmt.Fprintf(p, "%s (%s): needs %s, has %d, lets %d go\n", b.Name, b.Spec, healthy(b.Needs), b.Has, max(0, b.Has-b.Needs))
	}
}

func (p *page) away(a *Answer) {
	if len(a.Away) == 0 {
		return
	}
	p.head("Away at %s, %s", a.At, a.Moment)
	p.absent(a.Away)
	p.messages(a.Away)
	for i, d := range a.Drains {
		if i == rows {
			fmt.Fprintf(p, "and %s\n", report.Count(len(a.Drains)-rows, "more drain"))
			break
		}
		fmt.Fprintf(p, "node %s is drained from %s to %s%s: %s\n", d.Node, d.From, d.To, d.purpose(), cmp.Or(d.Result, "not over"))
	}
}

// absent is a table of replicas that aren't ready.
func (p *page) absent(list []Away) {
	t := report.Table{Head: []string{"POD", "SINCE", "WHY", "REPLACED BY", "AFTER", "READY AT"}}
	for i, x := range list {
		if i == rows {
			t.Rows = append(t.Rows, []string{fmt.Sprintf("and %d more", len(list)-rows)})
			break
		}
		ready := "never"
		if x.Ready != nil {
			ready = x.Ready.String()
		}
		why := cmp.Or(x.Why, "never was there")
		t.Rows = append(t.Rows, []string{cmp.Or(x.Pod, "–"), x.Since.String(), why, cmp.Or(x.By, "–"), legs(x.Legs), ready})
	}
	p.table(t)
}

// legs spells a pod's way: those parts that took a second at least.
func legs(list []Leg) string {
	var words []string
	for _, l := range list {
		if l.Took < 1e9 {
			continue
		}
		word := l.What + " " + l.Took.String()
		if l.Until != "" {
			word += " until " + l.Until
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

// messages says why replacements were pending; what is true of several is said
// once.
func (p *page) messages(list []Away) {
	said := map[string]bool{}
	for _, x := range list {
		if x.Reason == "" || said[x.Reason] {
			continue
		}
		said[x.Reason] = true
		var pods []string
		for _, y := range list {
			if y.Reason == x.Reason {
				pods = append(pods, y.By)
			}
		}
		if n := len(pods); n > most {
			pods = append(pods[:most-1], fmt.Sprintf("%d more", n-most+1))
		}
		p.say(fmt.Sprintf("pending %s: %s", report.List(pods), x.Reason))
	}
}

func (p *page) place(x *Place) {
	if x.Node == "" {
		p.head("Why no node takes it at %s", x.At)
		p.say(x.Message)
		p.refused(x)
		return
	}
	p.head("Why it went to node %s at %s", x.Node, x.At)
	if x.Given {
		p.say("the scenario puts it there")
		return
	}
	p.say(x.choice())
	if len(x.Nodes) > 1 {
		p.points(x)
	}
	if len(x.Refused) > 0 {
		var words []string
		for _, g := range x.Refused {
			words = append(words, fmt.Sprintf("%d by %s", len(g.Nodes), g.Plugin))
		}
		p.say("refused are " + report.List(words))
	}
}

// choice says among how many nodes the scheduler chose, and by what.
func (x *Place) choice() string {
	text := fmt.Sprintf("the only one of %s that takes it", report.Count(x.refusedNodes()+1, "node"))
	switch n := len(x.Nodes); {
	case n > 1 && x.Ties == n:
		text = fmt.Sprintf("one at random of %d nodes that take it, all with %d points", n, x.Nodes[0].Total)
	case n > 1 && x.Ties > 1:
		text = fmt.Sprintf("one at random of %d with the most points, %d, among %d nodes that take it", x.Ties, x.Nodes[0].Total, n)
	case n > 1:
		text = fmt.Sprintf("the one with the most points, %d, among %d nodes that take it", x.Nodes[0].Total, n)
	}
	if x.Unseen > 0 {
		text += fmt.Sprintf("; %s not looked at, enough being found", report.Count(x.Unseen, "more node"))
	}
	return text
}

// points is a table of the best nodes and what plugins gave them, without those
// plugins that give all the same.
func (p *page) points(x *Place) {
	differ, same := x.plugins()
	t := report.Table{Head: []string{"NODE"}, Right: []bool{false}}
	for _, name := range append(slices.Clone(differ), "TOTAL") {
		t.Head, t.Right = append(t.Head, name), append(t.Right, true)
	}
	shown := 0
	for _, n := range x.Nodes {
		if shown >= most && n.Node != x.Node {
			continue
		}
		shown++
		row := []string{n.Node}
		for _, name := range differ {
			row = append(row, fmt.Sprint(n.Points[name]))
		}
		row = append(row, fmt.Sprint(n.Total))
		if n.Node == x.Node {
			row[0] += " (chosen)"
		}
		t.Rows = append(t.Rows, row)
	}
	p.table(t)
	if rest := len(x.Nodes) - shown; rest > 0 {
		fmt.Fprintf(p, "and %s with no more points\n", report.Count(rest, "node"))
	}
	if same != "" {
		p.say("the same for all: " + same)
	}
}

func (p *page) refused(x *Place) {
	t := report.Table{Head: []string{"REFUSED BY", "WHAT IT SAYS", "NODES", ""}, Right: []bool{false, false, true}}
	for _, g := range x.Refused {
		names := g.Nodes
		if len(names) > most {
			names = append(slices.Clone(names[:most-1]), fmt.Sprintf("%d more", len(names)-most+1))
		}
		t.Rows = append(t.Rows, []string{g.Plugin, strings.Join(g.Reasons, ", "), fmt.Sprint(len(g.Nodes)), strings.Join(names, ", ")})
	}
	p.table(t)
}

// drain is a row for each pod that had to go: what it waited for, and when it
// was gone.
func (p *page) drain(d *Drain) {
	p.head("The drain from %s to %s%s", d.From, d.To, d.purpose())
	t := report.Table{
		Head:  []string{"POD", "REFUSED", "WAITED", "UNTIL", "GRANTED AT", "GONE AT"},
		Right: []bool{false, true, true, false, true, true},
	}
	for _, x := range d.Pods {
		waited, what := "–", "–"
		if x.Refused > 0 {
			waited, what = x.Waited.String(), x.Ended
		}
		t.Rows = append(t.Rows, []string{x.Pod, fmt.Sprint(x.Refused), waited, what, orNever(x.Granted), orNever(x.Gone)})
	}
	p.table(t)
}

// purpose says which request a drain is for.
func (d *Drain) purpose() string {
	if d.Request == "" {
		return ""
	}
	return fmt.Sprintf(" for request %q", d.Request)
}

func orNever(c *Clock) string {
	if c == nil {
		return "never"
	}
	return c.String()
}

// refusals says of every refused pod who refused it, and then who used the
// budgets up.
func (p *page) refusals(a *Answer) {
	if len(a.Refusals) == 0 {
		return
	}
	p.head("Refused evictions")
	if a.Kind == "pod" {
		for i := range a.Refusals {
			r := &a.Refusals[i]
			p.say(fmt.Sprintf("on %s: %s; until %s", r.Node, r.sentence(), r.Ended))
		}
	} else {
		p.refusalTable(a.Refusals)
		if rest := a.Refused - len(a.Refusals); rest > 0 {
			fmt.Fprintf(p, "and %d more with no more answers each\n", rest)
		}
	}
	p.blame(a.Refusals)
}

func (p *page) refusalTable(list []Refusal) {
	t := report.Table{
		Head:  []string{"POD", "NODE", "BUDGET", "NEEDS", "HAS", "FROM", "TO", "ANSWERS", "UNTIL"},
		Right: []bool{false, false, false, true, true, true, true, true},
	}
	for _, r := range list {
		budget, needs, has := r.Budget, fmt.Sprint(r.Needs), fmt.Sprint(r.Has)
		if r.budget == none {
			budget, needs, has = "(more than one)", "–", "–"
		}
		t.Rows = append(t.Rows, []string{r.Pod, r.Node, budget, needs, has,
			r.From.String(), r.To.String(), fmt.Sprint(r.Count), r.Ended})
	}
	p.table(t)
}

// blame is a table of the replicas that used each budget up, whoever it
// refused.
func (p *page) blame(list []Refusal) {
	if slices.ContainsFunc(list, func(r Refusal) bool { return r.budget == none }) {
		p.head("A pod that more than one budget selects can't be evicted: the API answers 500")
	}
	var budgets []int32
	for _, r := range list {
		if r.budget != none && !slices.Contains(budgets, r.budget) {
			budgets = append(budgets, r.budget)
			p.blameOne(list, r)
		}
	}
}

// blameOne does so for the budget of a refusal.
func (p *page) blameOne(list []Refusal, r Refusal) {
	var users []Away
	since := r.UsedUp
	for _, x := range list {
		if x.budget != r.budget {
			continue
		}
		since = min(since, x.UsedUp)
		for _, y := range x.By {
			if !slices.ContainsFunc(users, func(z Away) bool { return z.Pod == y.Pod && z.By == y.By && z.Since == y.Since }) {
				users = append(users, y)
			}
		}
	}
	switch {
	case len(users) > 0:
		slices.SortStableFunc(users, func(a, b Away) int { return cmp.Compare(a.Since, b.Since) })
		p.head("Budget %q is used up since %s, by", r.Budget, since)
		p.absent(users)
		p.messages(users)
	case r.never:
		p.head("Budget %q needs all that it has, so it never lets one go", r.Budget)
	default:
		p.head("Budget %q has pods to spare, but by its status it allows no disruption yet", r.Budget)
	}
}

func (p *page) pending(list []Pending) {
	if len(list) == 0 {
		return
	}
	p.head("Pods that fitted nowhere for a while, longest first")
	t := report.Table{Head: []string{"POD", "FROM", "PENDING", "TAKEN BY"}, Right: []bool{false, true, true}}
	for _, x := range list {
		t.Rows = append(t.Rows, []string{x.Pod, x.From.String(), x.Took.String(), cmp.Or(x.Node, "–")})
	}
	p.table(t)
	if m := list[0].Message; m != "" {
		p.say(fmt.Sprintf("%s: %s", list[0].Pod, m))
	}
}

func (p *page) causes(list []Step) {
	if len(list) == 0 {
		return
	}
	p.head("How it came to that, latest first")
	t := report.Table{Head: []string{"AT", "WHAT"}, Right: []bool{true}}
	for _, s := range list {
		t.Rows = append(t.Rows, []string{s.At.String(), s.What})
	}
	p.table(t)
}

func (p *page) life(a *Answer) {
	if len(a.Life) == 0 {
		return
	}
	p.head("Its life")
	t := report.Table{Head: []string{"AT", "WHAT", "BECAUSE"}, Right: []bool{true}}
	for _, s := range a.Life {
		t.Rows = append(t.Rows, []string{s.At.String(), s.What, s.Because})
	}
	p.table(t)
}
