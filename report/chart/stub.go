package chart

import "rollsim/sim/metrics"

func drawCrowd(f *facts) *Picture { s := &sheet{}; s.foot(100); return s.picture(heading{}, "") }
func drawComparison(m *metrics.Summary, o Options) *Picture {
	s := &sheet{}
	s.foot(100)
	return s.picture(heading{}, "")
}
