package chart

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"rollsim/sim/des"
)

// A timeAxis maps simulated time to x.
type timeAxis struct {
	from, to des.Time // drawn range, without the room before it
	x0, x1   float64  // edges of the panels
	lead     float64  // room before from: a drop at once must not vanish on the border
	step     time.Duration
	unit     string
	name     string    // written left of it
	dated    bool      // its words are the calendar's
	zero     time.Time // date and time of instant 0, where it is dated
	cuts     []cut     // left out, in order
}

// newTimeAxis picks the ticks from a ladder, at most eight.
func newTimeAxis(from, to des.Time, x0, x1 float64) timeAxis {
	if to.Sub(from) < time.Second {
		to = from.Add(time.Minute)
	}
	a := timeAxis{from: from, to: to, x0: x0, x1: x1, lead: 0.015 * (x1 - x0)}
	return a.stepped(to.Sub(from))
}

// stepped is the axis with ticks for so much shown time.
func (a timeAxis) stepped(shown time.Duration) timeAxis {
	a.step = tickStep(shown, 8)
	switch {
	case a.step >= 24*time.Hour:
		a.unit = "days"
	case a.to.Sub(0) >= 20*time.Minute && a.step >= time.Minute:
		a.unit = "h:mm"
	default:
		a.unit = "m:ss"
	}
	a.name = a.unit + " since start"
	return a
}

// date spells the axis by the calendar, on which the run's start is zero.
func (a *timeAxis) date(zero time.Time) {
	a.dated, a.zero = true, zero
	a.name = zero.Add(time.Duration(a.from)).Format("Jan 2006") + ", UTC"
}

// long reports whether the axis spans days, so that an hour needs its day.
func (a *timeAxis) long() bool { return a.to.Sub(a.from) >= 24*time.Hour }

func tickStep(span time.Duration, most int) time.Duration {
	ladder := []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
	for _, s := range ladder {
		if span/s < time.Duration(most) {
			return s
		}
	}
	s := 48 * time.Hour
	for span/s >= time.Duration(most) {
		s *= 2
	}
	return s
}

// x is where an instant lies, kept within the panels.
func (a *timeAxis) x(t des.Time) float64 {
	x := a.x0 + a.lead
	scale := (a.x1 - x - cutWidth*float64(len(a.cuts))) / float64(a.shown(a.cuts))
	at := a.from
	for _, c := range a.cuts {
		if t <= c.from {
			break
		}
		x += scale*float64(c.from-at) + cutWidth*min(1, float64(t-c.from)/float64(c.to-c.from))
		at = min(t, c.to)
	}
	return min(max(x+scale*float64(t-at), a.x0), a.x1)
}

// at is the instant that lies at x, the inverse of x.
func (a *timeAxis) at(x float64) des.Time {
	i := sort.Search(1<<20, func(i int) bool { return a.x(a.part(i)) >= x })
	return a.part(i)
}

// part is the i-th of a million instants of the axis.
func (a *timeAxis) part(i int) des.Time {
	return a.from + des.Time(float64(a.to-a.from)*float64(i)/(1<<20))
}

// ticks are the instants with a label.
func (a *timeAxis) ticks() []des.Time {
	var out []des.Time
	offset := des.Time(0)
	if a.dated { // whole hours, and midnights
		offset = des.Time(a.zero.Sub(a.zero.Truncate(a.step)))
	}
	for t := (a.from+offset+des.Time(a.step)-1)/des.Time(a.step)*des.Time(a.step) - offset; t <= a.to; t += des.Time(a.step) {
		if !a.inCut(t) {
			out = append(out, t)
		}
	}
	return out
}

// clock is an instant as the axis spells it.
func (a *timeAxis) clock(t des.Time) string {
	switch at := a.zero.Add(time.Duration(t)).Round(time.Minute); {
	case a.dated && a.long():
		return at.Format("Mon 2 Jan 15:04")
	case a.dated && a.unit != "m:ss":
		return at.Format("15:04")
	case a.dated:
		return a.zero.Add(time.Duration(t)).Round(time.Second).Format("15:04:05")
	}
	return clock(t, a.unit)
}

// dayed reports whether the label of tick i must say its day: where the axis, or a
// part of it behind a cut, begins.
func (a *timeAxis) dayed(ticks []des.Time, i int) bool {
	if !a.dated || !a.long() {
		return false
	}
	return i == 0 || slices.ContainsFunc(a.cuts, func(c cut) bool { return ticks[i-1] <= c.from && c.to <= ticks[i] })
}

// label is what may stand below the tick at t, the better first.
func (a *timeAxis) label(t des.Time, day bool) []string {
	at := a.zero.Add(time.Duration(t))
	switch midnight := at.Hour() == 0 && at.Minute() == 0; {
	case !a.dated || !a.long():
		return []string{a.clock(t)}
	case midnight:
		return []string{at.Format("Mon 2")}
	case day:
		return []string{at.Format("Mon 2, 15:04"), at.Format("Mon 2")}
	}
	return []string{at.Format("15:04")}
}

func clock(t des.Time, unit string) string {
	d := time.Duration(t)
	switch unit {
	case "days":
		d = d.Round(time.Hour)
		if d%(24*time.Hour) != 0 {
			return fmt.Sprintf("%d d %d h", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
		}
		return fmt.Sprintf("%d d", d/(24*time.Hour))
	case "h:mm":
		m := int64(math.Round(d.Minutes()))
		return fmt.Sprintf("%d:%02d", m/60, m%60)
	}
	s := int64(math.Round(d.Seconds()))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// draw writes the axis below a chart whose panels end at y, and returns where
// it ends.
func (a *timeAxis) draw(s *sheet, y float64) float64 {
	s.hline(a.x0, a.x1, y+8, rules, 0.5)
	unit := s.write(faceTick, margin, y+22, a.name, muted, left)
	last, day := unit.x1, false
	ticks := a.ticks()
	for i, t := range ticks {
		s.vline(a.x(t), y+8, y+12, rules, 0.5)
		day = day || a.dayed(ticks, i)
		for _, label := range a.label(t, day) {
			w := faceTick.width(label)
			x := min(a.x(t), pageWidth-margin-w/2)
			if x-w/2 >= last+8 {
				last, day = s.write(faceTick, x, y+22, label, muted, centre).x1, false
				break
			}
		}
	}
	s.slashes(a, y+8)
	return y + 32
}
