package chart

import (
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// TestCutAxis holds that an axis leaves out the time between two sessions in
// which nothing changes, and only that: instants keep their order, none of the
// ticks is in the cut, and what lies at an x is found again.
func TestCutAxis(t *testing.T) {
	line := timelines()["usual"]
	later := line.End.Add(20 * time.Hour)
	line.Run.Sessions = []metrics.Session{{From: 0, To: line.End}, {From: later, To: later.Add(10 * time.Minute)}}
	node := &line.Nodes[0]
	node.Spans[len(node.Spans)-1].To = later.Add(5 * time.Minute)
	node.Spans = append(node.Spans, metrics.Span{From: later.Add(5 * time.Minute), To: later.Add(10 * time.Minute), State: int(metrics.NodeNew)})
	line.End = later.Add(10 * time.Minute)
	line.Last = line.End
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
