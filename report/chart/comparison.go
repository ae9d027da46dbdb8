package chart

import (
	"math"
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// candidate is one strategy as drawn.
type candidate struct {
	*metrics.StrategySummary
	duration  metrics.Statistic // seconds; +Inf where runs didn't finish
	ready     metrics.Statistic // worst share of any workload
	hasReady  bool
	lost      metrics.Statistic // pod-seconds not ready, all workloads
	level     metrics.Statistic // of these two the one on the y axis
	colour    tone
	finishes  bool // its median run does
	ranked    bool // ends at the same versions as the others
	beaten    bool // another one of the ranked is no worse in anything shown, and better in something
	best      bool // recommended
	at        pt
	failing   []metrics.GateResult
	undecided int
	gates     int
}

// comparison is the picture in the making.
type comparison struct {
	m      *metrics.Summary
	o      Options
	s      *sheet
	all    []candidate // in file order
	a      timeAxis
	plot   rect
	floor  float64 // lowest value on the axis
	top    float64 // highest
	losses bool    // the y axis is pod time lost, and less is better: all have the same worst share
	target float64
	p      placer
}

// otherColours are for the strategies that aren't recommended, in file order.
var otherColours = []tone{amber, green, purple, muted, sky, pink, hex(0x8C6D1F), orange, ink, hex(0x4B4E9C)}

func drawComparison(m *metrics.Summary, o Options) *Picture {
	c := &comparison{m: m, o: o, s: &sheet{}}
	c.gather()
	h := c.heading()
	y := c.s.head(h)
	if slices.ContainsFunc(c.all, func(k candidate) bool { return k.finishes && k.hasReady }) {
		y = c.chart(y + 4)
	} else { // nothing to draw in it
		c.a = newTimeAxis(0, des.Time(c.ranges()*1e9), 0, innerW)
	}
	y = c.table(y + 12)
	y = c.remarks(y + 2)
	c.s.foot(y, c.footer()...)
	return c.s.picture(h, c.alt(h))
}

func statistic(s *metrics.StrategySummary, name string) (metrics.Statistic, bool) {
	for _, x := range s.Statistics {
		if x.Metric == name {
			return x, true
		}
	}
	return metrics.Statistic{}, false
}

func (c *comparison) gather() {
	colours := 0
	versions := c.mainVersions()
	for i := range c.m.Strategies {
		s := &c.m.Strategies[i]
		k := candidate{StrategySummary: s, best: s.Strategy == c.m.Recommended && s.Strategy != ""}
		k.duration, _ = statistic(s, "duration")
		k.ready, k.hasReady = statistic(s, "min_availability")
		k.lost, _ = statistic(s, "ready_seconds_lost")
		k.finishes = !math.IsInf(k.duration.Median, 0) && !math.IsNaN(k.duration.Median) && k.duration.N > 0
		k.ranked = s.CompleteEnd == versions
		k.colour = blue
		if !k.best {
			k.colour = otherColours[colours%len(otherColours)]
			colours++
		}
		for _, g := range c.m.Gates {
			if g.Strategy != s.Strategy || g.Verdict == metrics.NotJudged {
				continue
			}
			k.gates++
			switch g.Verdict {
			case metrics.Fail:
				k.failing = append(k.failing, g)
			case metrics.Inconclusive:
				k.undecided++
			}
		}
		c.all = append(c.all, k)
	}
	c.chooseLevel()
	for i := range c.all {
		for j := range c.all {
			c.all[i].beaten = c.all[i].beaten || c.beats(&c.all[j], &c.all[i])
		}
	}
	c.target = c.o.Target
	for _, g := range c.m.Gates {
		if c.target == 0 && g.Metric == "min_availability" && strings.HasPrefix(g.Op, ">") {
			c.target = g.Limit
		}
	}
}

// chooseLevel picks the y axis: the worst share, or the pod time lost where all
// strategies have the same worst share, for then it tells nothing, and they
// differ in what they lose.
func (c *comparison) chooseLevel() {
	var shares, losses []float64
	for i := range c.all {
		if k := &c.all[i]; k.finishes && k.hasReady {
			low, _ := c.spread(k.ready) // the least that the table says
			shares = append(shares, low, k.ready.Median)
			losses = append(losses, k.lost.Median)
		}
	}
	slices.Sort(shares)
	slices.Sort(losses)
	c.losses = len(losses) > 1 && shares[len(shares)-1]-shares[0] < 0.005 && losses[len(losses)-1]-losses[0] > 0.02*losses[len(losses)-1]
	for i := range c.all {
		c.all[i].level = c.all[i].ready
		if c.losses {
			c.all[i].level = c.all[i].lost
		}
	}
}

// enough reports whether there are enough runs to speak of 90 or 95 % of them.
func (c *comparison) enough() bool { return c.runs() >= metrics.Needed }

// spread is where 90 % of the runs lie, or all of them where these are few.
func (c *comparison) spread(x metrics.Statistic) (low, high float64) {
	if c.enough() {
		return x.P05, x.P95
	}
	return x.Min, x.Max
}

// mainVersions are the versions that the strategies ranked against each other
// end at: the recommended one's, else the most frequent, the first of equals.
func (c *comparison) mainVersions() string {
	count := map[string]int{}
	best := ""
	for i := range c.m.Strategies {
		v := c.m.Strategies[i].CompleteEnd
		if c.m.Strategies[i].Strategy == c.m.Recommended && c.m.Recommended != "" {
			return v
		}
		if v != "" { // a run that stops ends anywhere
			count[v]++
		}
	}
	for i := range c.m.Strategies {
		if v := c.m.Strategies[i].CompleteEnd; i == 0 || count[v] > count[best] {
			best = v
		}
	}
	return best
}

// shown are the metrics that picture and table show, with their direction: 1
// where more is better.
var shown = []struct {
	metric string
	better float64
}{{"duration", -1}, {"min_availability", 1}, {"ready_seconds_lost", -1}, {"peak_nodes", -1}, {"surge_node_hours", -1}}

// beats reports whether k is no worse than o in everything that is shown and
// better in something, as far as they can be told apart.
func (c *comparison) beats(k, o *candidate) bool {
	if k == o || !k.ranked || !o.ranked || !k.finishes || !o.finishes {
		return false
	}
	if len(k.failing) > 0 && len(o.failing) == 0 || c.m.WindowSeconds > 0 && !c.fits(k) && c.fits(o) {
		return false // what isn't good enough beats nothing that is
	}
	better := false
	for _, m := range shown {
		x, ok := statistic(k.StrategySummary, m.metric)
		y, ok2 := statistic(o.StrategySummary, m.metric)
		if !ok || !ok2 || x.Median == y.Median || !c.distinct(k, o, m.metric) {
			continue
		}
		if (x.Median-y.Median)*m.better < 0 {
			return false
		}
		better = true
	}
	return better
}

// fits reports whether the strategy fits the window more often than not.
func (c *comparison) fits(k *candidate) bool { return 2*k.FitsWindow.Hits > k.FitsWindow.N }

// distinct reports whether two strategies can be told apart; those that weren't
// compared can.
func (c *comparison) distinct(k, o *candidate, metric string) bool {
	for _, d := range c.m.Differences {
		if d.Metric == metric && (d.A == k.Strategy && d.B == o.Strategy || d.A == o.Strategy && d.B == k.Strategy) {
			return d.Distinct
		}
	}
	return true
}

func (c *comparison) runs() int {
	n := 0
	for i := range c.all {
		n = max(n, c.all[i].Replications)
	}
	return n
}

func seconds(s float64) time.Duration { return time.Duration(math.Round(s * 1e9)) }

// clockOf spells a duration as the axis does.
func (c *comparison) clockOf(s float64) string {
	if math.IsInf(s, 1) {
		return "∞"
	}
	unit := c.a.unit
	d := seconds(s).Round(time.Second)
	if unit != "m:ss" {
		d = d.Round(time.Minute)
	}
	if unit == "days" && d < 24*time.Hour {
		return hours(s)
	}
	return clock(des.Time(d), unit)
}

// hours is "5:12 h", beside what is spelled in days.
func hours(s float64) string { return clock(des.Time(seconds(s)), "h:mm") + " h" }

// rangeOf spells from–to, with the unit of hours once.
func (c *comparison) rangeOf(from, to float64) string {
	low, high := c.clockOf(from), c.clockOf(to)
	if strings.Contains(high, ":") {
		low = strings.TrimSuffix(low, " h")
	}
	return low + "–" + high
}
