package strategy

import (
	"fmt"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// when says when a step is submitted.
func (p *planner) when(i int) string {
	s := &p.steps[i]
	switch {
	case s.lane:
		return p.whenLane(i)
	case s.after < 0:
		return "at " + spelling.Duration(due(p.m, &s.request, s.at))
	}
	moment := map[model.When]string{model.Started: "has started", model.WhenSucceeded: "has succeeded", model.WhenFailed: "has failed"}[s.when]
	if moment == "" {
		moment = "is over"
	}
	name := p.steps[s.after].request.Name
	if s.delay == 0 {
		return fmt.Sprintf("when %q %s", name, moment)
	}
	return fmt.Sprintf("%s after %q %s", spelling.Duration(s.delay), name, moment)
}

// whenLane says when a pool of a per-pool strategy is submitted.
func (p *planner) whenLane(i int) string {
	first := 0
	for !p.steps[first].lane {
		first++
	}
	if i-first < max(p.strategy.Parallel, 1) {
		if first == 0 {
			return "at 0s"
		}
		return afterPause(p.strategy.Pause, fmt.Sprintf("%q is over", p.steps[first-1].request.Name))
	}
	if p.strategy.Parallel <= 1 {
		return afterPause(p.strategy.Pause, fmt.Sprintf("%q is over", p.steps[i-1].request.Name))
	}
	return afterPause(p.strategy.Pause, "a pool before it is over")
}

func afterPause(pause time.Duration, moment string) string {
	if pause == 0 {
		return "when " + moment
	}
	return spelling.Duration(pause) + " after " + moment
}
