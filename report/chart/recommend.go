package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"rollsim/sim/metrics"
)

// heading says which strategy to take and what it promises, or why none.
func (c *comparison) heading() heading {
	h := heading{verdict: blue, subtitle: c.subtitle()}
	for i := range c.all {
		if k := &c.all[i]; k.best {
			h.title = c.take(k)
			if h.remedy = c.misses(k); h.remedy != "" {
				h.verdict = orange
			}
			if p := c.fitsOf(k); len(k.failing) > 0 || p.N > 0 && float64(p.Hits) < 0.9*float64(p.N) {
				h.verdict = orange
			}
			return h
		}
	}
	h.verdict = red
	fastest := c.fastest()
	switch {
	case c.m.Undone != "":
		h.title = curled(capital(c.m.Undone))
	case fastest == nil:
		h.title = "No strategy finishes"
		if b := c.blocker(); b != "" {
			h.title += ": " + b
		}
	case c.surest() != nil:
		k := c.surest()
		h.title = fmt.Sprintf("No strategy finishes reliably; best is %s, in %d of %s", quoted(k.Strategy), k.Completes.Hits, counted(k.Completes.N, "run"))
	case c.m.WindowSeconds > 0 && c.noneFits():
		h.title = fmt.Sprintf("No strategy fits the %s window; the fastest, %s, takes %s",
			windowWords(c.m.WindowSeconds), quoted(fastest.Strategy), span(seconds(fastest.duration.Median)))
	case c.allFail():
		h.title = "No strategy meets all criteria"
		if len(c.all) == 1 {
			h.title = fmt.Sprintf("%s doesn’t meet all criteria", quoted(c.all[0].Strategy))
		}
	case len(c.all) == 1:
		h.verdict = blue
		h.title = fmt.Sprintf("%s: %s, %s", quoted(fastest.Strategy), c.promise(fastest), c.inTime(fastest))
	case c.m.Incomparable:
		h.verdict = orange
		h.title = "No strategy is best: they end at different versions"
		if whole := h.title + c.eachInTime(); strings.Join(lines(faceTitle, whole, innerW), " ") == whole {
			h.title = whole
		}
	default:
		h.verdict = orange
		h.title = fmt.Sprintf("No strategy stands out; the fastest, %s, takes %s", quoted(fastest.Strategy), span(seconds(fastest.duration.Median)))
	}
	if !c.m.Incomparable || strings.Contains(c.m.Why, ";") { // else the title has said it
		h.remedy = sentence(curled(c.m.Why))
	}
	return h
}

// eachInTime is what can be compared all the same; empty of too many strategies.
func (c *comparison) eachInTime() string {
	var parts []string
	for i := range c.all {
		k := &c.all[i]
		if !k.finishes {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s takes %s", quoted(k.Strategy), span(seconds(k.duration.Median))))
	}
	if len(parts) < 2 || len(parts) > 3 {
		return ""
	}
	return ". " + listed(parts)
}

// take is the title that recommends k. What it leaves behind belongs to it; when
// it is in time the table says, too.
func (c *comparison) take(k *candidate) string {
	name := "Take " + quoted(k.Strategy)
	if len(c.all) == 1 { // nothing to choose from
		name = quoted(k.Strategy)
	}
	title := fmt.Sprintf("%s: %s, %s", name, c.promise(k), c.inTime(k))
	if k.Leaves == "" {
		return title
	}
	but := ", but leaves " + k.Leaves
	if whole := strings.Join(lines(faceTitle, title+but, innerW), " "); whole == title+but {
		return whole
	}
	return fmt.Sprintf("%s: %s", name, c.promise(k)) + but
}

// misses says which workloads the strategy takes below their own targets.
func (c *comparison) misses(k *candidate) string {
	var parts []string
	for _, m := range k.Misses {
		where := fmt.Sprintf("in %d of %s", m.Runs, counted(k.Replications, "run"))
		if m.Runs == k.Replications {
			where = "in every run"
		}
		parts = append(parts, fmt.Sprintf("“%s” falls below its target of %s %s", m.Workload, metrics.Ratio.SpellExactly(m.Target), where))
	}
	if n := len(parts); n > 2 {
		parts = append(parts[:1], fmt.Sprintf("and so do %s", counted(n-1, "other workload")))
	}
	return sentence(strings.Join(parts, "; "))
}

// curled writes "name" as “name”.
func curled(s string) string {
	open := true
	return strings.Map(func(r rune) rune {
		if r != '"' {
			return r
		}
		if open = !open; open {
			return '”'
		}
		return '“'
	}, s)
}

// promise is the pessimistic end of the strategy's worst share.
func (c *comparison) promise(k *candidate) string {
	switch n := k.Replications; {
	case !k.hasReady:
		return "no workload to watch"
	case c.enough() && k.ready.P05 == 0, k.ready.Min == 0:
		return "some workload is down for a time"
	case c.enough() && k.ready.P05 == 1:
		return "no workload loses a replica in 95 of 100 runs"
	case n > 1 && k.ready.Min == 1:
		return fmt.Sprintf("no workload loses a replica in any of %d runs", n)
	case c.enough():
		return fmt.Sprintf("at least %s ready in 95 of 100 runs", percent(k.ready.P05))
	case n > 1:
		return fmt.Sprintf("at least %s ready in all %d runs", percent(k.ready.Min), n)
	}
	return fmt.Sprintf("%s ready at worst in one run", percent(k.ready.Min))
}

// inTime is how surely the strategy ends in time.
func (c *comparison) inTime(k *candidate) string {
	p := k.FitsWindow
	switch {
	case c.m.WindowSeconds > 0 && p.Hits == p.N && p.N > 1:
		return fmt.Sprintf("inside the %s window in all %d runs", windowWords(c.m.WindowSeconds), p.N)
	case c.m.WindowSeconds > 0 && p.N >= 100:
		return fmt.Sprintf("inside the %s window in %s of 100", windowWords(c.m.WindowSeconds), outOfHundred(float64(p.Hits)/float64(p.N)))
	case c.m.WindowSeconds > 0 && p.N == 1 && p.Hits == 1:
		return fmt.Sprintf("inside the %s window", windowWords(c.m.WindowSeconds))
	case c.m.WindowSeconds > 0 && p.N > 0:
		return fmt.Sprintf("inside the %s window in %d of %d", windowWords(c.m.WindowSeconds), p.Hits, p.N)
	case !k.finishes:
		return "but it doesn’t finish"
	case c.enough() && !math.IsInf(k.duration.P95, 1):
		return "done within " + span(seconds(k.duration.P95)) + sessionsOf(k)
	}
	return "done in " + span(seconds(k.duration.Median)) + sessionsOf(k)
}

// sessionsOf is " in two sessions" where it takes several.
func sessionsOf(k *candidate) string {
	if x, ok := k.Statistic("sessions"); ok && x.Median > 1 {
		return " in " + inWords(int(x.Median)) + " sessions"
	}
	return ""
}

// outOfHundred never says 0 or 100 for a share that is neither.
func outOfHundred(share float64) string {
	p := percent(share)
	return p[:len(p)-len(" %")]
}

func windowWords(s float64) string {
	d := seconds(s)
	switch {
	case d%time.Hour == 0 && d <= 48*time.Hour:
		return fmt.Sprintf("%d-hour", d/time.Hour)
	case d%time.Minute == 0 && d < 2*time.Hour:
		return fmt.Sprintf("%d-minute", d/time.Minute)
	}
	return span(d)
}

func (c *comparison) fastest() *candidate {
	var out *candidate
	for i := range c.all {
		if k := &c.all[i]; k.finishes && k.ranked && (out == nil || k.duration.Median < out.duration.Median) {
			out = k
		}
	}
	for i := range c.all {
		if k := &c.all[i]; out == nil && k.finishes {
			out = k
		}
	}
	return out
}

// surest is the strategy that finishes most often, when even that one fails in
// more than 5 of 100 runs; else nil.
func (c *comparison) surest() *candidate {
	var out *candidate
	share := -1.0
	for i := range c.all {
		p := c.all[i].Completes
		if s := float64(p.Hits) / float64(max(p.N, 1)); p.N > 0 && s > share {
			out, share = &c.all[i], s
		}
	}
	if share >= 0.95 {
		return nil
	}
	return out
}

func (c *comparison) noneFits() bool {
	for i := range c.all {
		if p := c.all[i].FitsWindow; p.N > 0 && p.Hits*2 >= p.N {
			return false
		}
	}
	return true
}

func (c *comparison) allFail() bool {
	for i := range c.all {
		if len(c.all[i].failing) == 0 {
			return false
		}
	}
	return true
}

// blocker names what blocks: of each strategy who does so most often, else what
// blocks together with it.
func (c *comparison) blocker() string {
	var budgets []string
	pods := ""
	for i := range c.all {
		for _, b := range c.all[i].Blockers {
			switch name := "“" + b.Budget + "”"; {
			case len(b.Clash) > 0:
				return "several budgets select the pods of " + quoted(b.Workload) + ", so evictions answer 500"
			case b.Budget == "":
				pods = "the pods of " + quoted(b.Workload) + " don’t leave"
			case !slices.Contains(budgets, name):
				budgets = append(budgets, name)
			}
		}
	}
	switch len(budgets) {
	case 0:
		if pods == "" {
			return c.refusal()
		}
		return pods
	case 1:
		return "budget " + budgets[0] + " allows no eviction"
	}
	return "budgets " + listed(budgets) + " allow no eviction"
}

// refusal says with which code AKS refuses; empty where it doesn't.
func (c *comparison) refusal() string {
	for i := range c.all {
		if r := c.all[i].Refusals; len(r) > 0 {
			return "AKS refuses " + quoted(r[0].Request) + " with " + r[0].Code
		}
	}
	return ""
}

func (c *comparison) subtitle() string {
	scenario := c.o.Scenario
	if scenario == "" {
		scenario = c.m.Title
	}
	if scenario == "" {
		scenario = c.m.Cluster
	}
	n := c.runs()
	runs := counted(n, "simulated run") + " each"
	if c.m.Done < c.m.Replications {
		runs = fmt.Sprintf("%s of %s runs each, interrupted", number(c.m.Done), number(c.m.Replications))
	}
	return joined(faceSubtitle, innerW, scenario, c.o.Facts, strategies(len(c.all)), runs, fmt.Sprintf("seed %d", c.m.Seed), c.o.Note)
}

func (c *comparison) alt(h heading) string {
	out := "Median duration of each strategy against its worst share of ready replicas: " + sentence(h.title)
	if c.losses {
		out = "Median duration of each strategy against the pod time that it loses: " + sentence(h.title)
	}
	for i := range c.all {
		k := &c.all[i]
		if i == 3 {
			break
		}
		if !k.finishes {
			out += fmt.Sprintf(" %s: did not finish.", k.Strategy)
			continue
		}
		out += fmt.Sprintf(" %s: %s, %s ready", k.Strategy, span(seconds(k.duration.Median)), percent(k.ready.Median))
		if c.losses {
			out += ", " + c.levelWords(k) + " lost"
		}
		out += "."
	}
	return out
}

func strategies(n int) string {
	if n == 1 {
		return "1 strategy"
	}
	return fmt.Sprintf("%d strategies", n)
}
