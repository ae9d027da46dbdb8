package importer

import (
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// longestReady is the longest time from start to ready that is believed. A pod
// whose Ready condition changed later has lost and regained readiness since.
const longestReady = 10 * time.Minute

// enoughPods is how many pods it takes to tell a spread of times.
const enoughPods = 5

// setMeasured sets start and ready by what the pods' own status says: when
// each was scheduled, when its containers started and when it became ready, to
// the second. Start is the shortest, for others had to pull the image.
func (im *importing) setMeasured(out *model.Workload, w *workload) {
	var starts, readies []time.Duration
	for _, p := range w.pods {
		scheduled, started, ready, restarted := p.times()
		if started.IsZero() {
			continue
		}
		if d := started.Sub(scheduled); !restarted && !scheduled.IsZero() && d >= 0 && d <= longestReady {
			starts = append(starts, d)
		}
		if d := ready.Sub(started); !ready.IsZero() && d >= 0 && d <= longestReady {
			readies = append(readies, d)
		}
	}
	if len(starts) > 0 {
		out.Start = random.Constant(slices.Min(starts))
	}
	if len(readies) > 0 {
		out.Ready = spread(readies)
	}
	switch {
	case len(starts) > 0 && len(readies) > 0:
		im.notes.add(decisive, w.subject(), "start and ready", "measured by the status of its pods, to the second: start is the shortest, ready the median and p95; check them")
	default:
		im.notes.add(decisive, w.subject(), "start and ready", "the status of its pods doesn't tell: defaults; set them, for availability hangs on them")
	}
}

// spread is the distribution of some durations: the lognormal through their
// median and 95th percentile, or the median where there are too few.
func spread(ds []time.Duration) random.Dist {
	slices.Sort(ds)
	p50, p95 := ds[(len(ds)-1)/2], ds[(len(ds)*95+99)/100-1]
	if len(ds) >= enoughPods && p50 > 0 && p95 > p50 {
		if d, err := random.LogNormal(p50, p95); err == nil {
			return d
		}
	}
	return random.Constant(p50)
}

// times is when a pod was scheduled, its last container started and it became
// ready; zero where the status doesn't say.
func (p *pod) times() (scheduled, started, ready time.Time, restarted bool) {
	for _, c := range p.Status.Conditions {
		at, err := time.Parse(time.RFC3339, c.LastTransitionTime)
		switch {
		case err != nil || c.Status != "True":
		case c.Type == "PodScheduled":
			scheduled = at
		case c.Type == "Ready":
			ready = at
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		restarted = restarted || c.RestartCount > 0
		if c.State.Running == nil {
			continue
		}
		if at, err := time.Parse(time.RFC3339, c.State.Running.StartedAt); err == nil && at.After(started) {
			started = at
		}
	}
	return scheduled, started, ready, restarted
}

// readyChanged is when a pod became ready or stopped being so.
func (p *pod) readyChanged() (time.Time, bool) {
	for _, c := range p.Status.Conditions {
		if c.Type == "Ready" {
			at, err := time.Parse(time.RFC3339, c.LastTransitionTime)
			return at, err == nil
		}
	}
	return time.Time{}, false
}

// ready reports whether a pod is Ready, or its status doesn't say.
func (p *pod) ready() bool {
	for _, c := range p.Status.Conditions {
		if c.Type == "Ready" {
			return c.Status == "True"
		}
	}
	return true
}
