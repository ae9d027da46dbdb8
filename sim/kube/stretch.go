package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/random"
)

// A stretch begins when a drain starts while no other is under way: with each
// batch of an upgrade, or each node where one goes at a time. Latencies that were
// observed in an upgrade are told by stretch and by the time since it began,
// because an upgrade's own requests are most of what slows a control plane down,
// and they come in bursts at the beginning of a batch: so it was in all recorded
// upgrades. No scenario can give such latencies; recordings that are played back
// by the tests have them (random.Observed).
type stretch struct {
	number int // 0 before the first drain
	began  des.Time
	drains int // under way
}

// drainBegins begins a stretch where a drain is the only one.
func (s *stretch) drainBegins(now des.Time) {
	if s.drains == 0 {
		s.number++
		s.began = now
	}
	s.drains++
}

func (s *stretch) moment(now des.Time) random.Moment {
	return random.Moment{Stretch: s.number, Since: now.Sub(s.began)}
}
