package chart

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// workloadFact is one workload's readiness in numbers.
type workloadFact struct {
	label   string // name, with its namespace where the name alone isn't unique
	name    string
	space   string // its namespace
	desired int
	floor   int // ready replicas that its budget wants; 0: none
	target  int // ready replicas that its target wants; 0: none
	min     int
	minAt   des.Time
	below   time.Duration // below the higher of floor and target
	down    time.Duration // with nothing ready
	forGood bool          // nothing is ready when observation ends
	lost    float64       // pod-seconds below desired
	refused []des.Time
	pending int  // pods without a node at the end
	blocker bool // it kept the drain from ending that stopped the run
	ready   metrics.Step
}

// watch takes what is told of a workload from its numbers between start and end.
func watch(w *metrics.WorkloadTimeline, start, end des.Time) workloadFact {
	f := workloadFact{
		label: w.Name, name: w.Name, space: w.Namespace, desired: w.Desired,
		min: w.MinReady, minAt: w.MinReadyAt, lost: w.ReadySecondsLost, down: w.Down(start, end), forGood: w.DownAtEnd,
		refused: w.Refusals, pending: w.PendingAtEnd, ready: w.Ready,
	}
	if w.HasFloor {
		f.floor = min(max(w.Floor, 0), w.Desired)
	}
	if w.HasTarget {
		f.target = metrics.LeastMeeting(w.Target, w.Desired)
	}
	switch {
	case f.target > f.floor:
		f.below = w.BelowTarget
	case f.floor > 0:
		f.below = w.BelowBudget
	}
	return f
}

// limit is what the workload must not fall below, with its name.
func (w *workloadFact) limit() (int, string) {
	if w.target > w.floor {
		return w.target, "target"
	}
	return w.floor, "budget"
}

func (w *workloadFact) broken() bool { return w.below > 0 }

func (w *workloadFact) share() float64 { return float64(w.min) / float64(w.desired) }

// called reports whether name, with or without a namespace, is the workload's.
func (w *workloadFact) called(name string) bool { return w.name == name || w.space+"/"+w.name == name }
