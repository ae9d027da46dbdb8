package chart

import (
	"strings"
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// cutRun is a run that goes on 20 hours later, and when that is.
func cutRun() (line *metrics.Timeline, later des.Time) {
	line = timelines()["usual"]
	later = line.End.Add(20 * time.Hour)
	line.Run.Sessions = []metrics.Session{{From: 0, To: line.End}, {From: later, To: later.Add(10 * time.Minute)}}
	node := &line.Nodes[0]
	node.Spans[len(node.Spans)-1].To = later.Add(5 * time.Minute)
	node.Spans = append(node.Spans, metrics.Span{From: later.Add(5 * time.Minute), To: later.Add(10 * time.Minute), State: int(metrics.NodeNew)})
	line.End = later.Add(10 * time.Minute)
	line.Last = line.End
	return line, later
}

// TestCutAxis holds that an axis leaves out the time between two sessions in
// which nothing changes, and only that: instants keep their order, none of the
// ticks is in the cut, and what lies at an x is found again.
func TestCutAxis(t *testing.T) {
	line, later := cutRun()
	f := gather(line, Options{})
	a := f.axis(168, 734)
	if len(a.cuts) != 1 || a.cuts[0].to-a.cuts[0].from < des.Time(19*time.Hour) || a.cuts[0].to >= later {
		t.Fatalf("cuts %v, want one of about 20 hours before %v", a.cuts, later)
	}
	last := a.x0
	for at := a.from; at <= a.to; at = at.Add(time.Minute) {
		x := a.x(at)
		if x < last {
			t.Fatalf("%v lies at %v, left of what was before it", at, x)
		}
		if back := a.at(x); !a.inCut(at) && max(at-back, back-at) > des.Time(time.Minute) {
			t.Fatalf("at %v lies %v, not %v", x, back, at)
		}
		last = x
	}
	if x := a.x(a.to); x < last || x > a.x1 || x < a.x1-1e-6 {
		t.Errorf("the axis ends at %v, want %v", x, a.x1)
	}
	for _, tick := range a.ticks() {
		if a.inCut(tick) {
			t.Errorf("the tick at %v is in the cut", tick)
		}
	}
	if n := len(a.ticks()); n < 4 {
		t.Errorf("%d ticks, want those of half an hour", n)
	}
}

// TestLabelsKeepOffCuts holds that what is written in the panels, here of a run
// whose least moment and refusals lie close behind the cut, runs across neither
// a cut nor the line of the window.
func TestLabelsKeepOffCuts(t *testing.T) {
	line, later := cutRun()
	for i := range line.Workloads {
		w := &line.Workloads[i]
		w.MinReady, w.MinReadyAt = w.Desired-1, later.Add(9*time.Minute)
		w.BelowTarget, w.BelowBudget = time.Minute, time.Minute // a long label, that lies left of its dot
		w.Refusals = []des.Time{later.Add(2 * time.Minute)}
	}
	o := Options{Window: time.Duration(line.End) - 5*time.Minute - time.Duration(line.Start)}
	f := gather(line, o)
	v := &availability{facts: f, s: &sheet{}, a: f.axis(168, 734), lost: 868, worst: 800}
	v.drawWorkloads(100)
	x := v.a.x(line.Start.Add(o.Window))
	keepOff := append(v.a.strips(0, 10000), rect{x, 0, x, 10000}.grow(1))
	written := 0
	for _, b := range v.s.boxes {
		if b.x0 < v.a.x0 || b.x1 > v.a.x1 {
			continue
		}
		written++
		for _, r := range keepOff {
			if b.overlap(r) > 0 {
				t.Errorf("%q at %.0f lies on the cut or the line at %.0f", b.text, b.rect, r)
			}
		}
	}
	if written == 0 {
		t.Error("nothing is written in the panels")
	}
}

// TestFadedIsExplainedWhereItIs holds that a run whose axis ends with it, as at
// the horizon, isn't said to have a faded part.
func TestFadedIsExplainedWhereItIs(t *testing.T) {
	for _, faded := range []bool{true, false} {
		line := timelines()["blocked"]
		if !faded {
			line.Last = line.End
			line.Run.HasSettled = false
		}
		for _, p := range []*Picture{drawAvailability(line, Options{}), drawNodes(line, Options{})} {
			foot := ""
			for _, note := range p.Series() {
				if strings.HasPrefix(note, "footer: ") {
					foot = note
				}
			}
			if got := strings.Contains(strings.ToLower(foot), "faded"); got != faded {
				t.Errorf("faded %v, but the %s", faded, foot)
			}
		}
	}
}
