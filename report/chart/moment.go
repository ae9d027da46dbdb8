package chart

import (
	"time"

	"rollsim/sim/des"
)

// A picture has one origin of time, that of its axis, and its titles count from
// there, too: the first request, where that is the run's start; the calendar,
// where the scenario says what day it is; else the run's own clock.

// after says when, as titles do: "after 1:18 min". It rounds as all durations
// and the axis do.
func after(t des.Time) string {
	if d := time.Duration(t); d >= time.Second/2 {
		return "after " + span(d)
	}
	return "at once"
}

// axis is the time axis of the run's pictures.
func (f *facts) axis(x0, x1 float64) timeAxis {
	a := newTimeAxis(f.from, f.to, x0, x1)
	a.cutOut(f.quiet())
	switch zero, ok := f.t.Header.Calendar(); {
	case ok:
		a.date(zero)
	case f.t.Start > 0:
		a.name = "run’s clock, " + a.unit
	}
	return a
}

// when says in a title when something happens.
func (f *facts) when(t des.Time) string {
	a := f.axis(0, 1)
	switch {
	case a.dated && a.long():
		return "on " + a.clock(t)
	case f.t.Start == 0 && !a.dated:
		return after(t)
	case t-f.t.Start < des.Time(time.Second/2):
		return "at once"
	}
	return "at " + a.clock(t)
}

// atEnd says in a title when the run's last operation is over.
func (f *facts) atEnd() string {
	if f.t.Start == 0 {
		return after(f.t.End)
	}
	return f.when(f.t.End)
}

// whole is "47:50 min in all", with what it counts from where that isn't the start.
func (f *facts) whole() string {
	d := f.t.End.Sub(f.t.Start)
	a := f.axis(0, 1)
	switch {
	case d <= 0:
		return ""
	case f.t.Start > 0 && !a.dated:
		return span(d) + " from " + a.clock(f.t.Start) + " on"
	}
	return span(d) + " in all"
}
