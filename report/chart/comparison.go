package chart

import (
	"math"
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
	colour    tone
	finishes  bool // its median run does
	ranked    bool // ends at the same versions as the others
	beaten    bool // another one of the ranked is both faster and safer
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
	floor  float64 // lowest share on the axis
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
	y = c.chart(y + 4)
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
		k.finishes = !math.IsInf(k.duration.Median, 0) && !math.IsNaN(k.duration.Median) && k.duration.N > 0
		k.ranked = s.EndVersions == versions
		k.colour = blue
		if !k.best {
			k.colour = otherColours[colours%len(otherColours)]
			colours++
		}
		for _, g := range c.m.Gates {
			if g.Strategy != s.Strategy {
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

// mainVersions are the versions that the strategies ranked against each other
// end at: the recommended one's, else the most frequent, the first of equals.
func (c *comparison) mainVersions() string {
	count := map[string]int{}
	best := ""
	for i := range c.m.Strategies {
		v := c.m.Strategies[i].EndVersions
		if c.m.Strategies[i].Strategy == c.m.Recommended && c.m.Recommended != "" {
			return v
		}
		if d, _ := statistic(&c.m.Strategies[i], "duration"); !math.IsInf(d.Median, 0) {
			count[v]++ // a run that stops ends anywhere
		}
	}
	for i := range c.m.Strategies {
		if v := c.m.Strategies[i].EndVersions; i == 0 || count[v] > count[best] {
			best = v
		}
	}
	return best
}

// beats reports whether k is no worse than o in both respects and better in
// one in which the two can be told apart.
func (c *comparison) beats(k, o *candidate) bool {
	if k == o || !k.ranked || !o.ranked || !k.finishes || !o.finishes {
		return false
	}
	if k.duration.Median > o.duration.Median || k.ready.Median < o.ready.Median {
		return false
	}
	return k.duration.Median < o.duration.Median && c.distinct(k, o, "duration") ||
		k.ready.Median > o.ready.Median && c.distinct(k, o, "min_availability")
}

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
	return clock(des.Time(d), unit)
}
