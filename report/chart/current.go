package chart

import "rollsim/sim/metrics"

// findCurrent finds the pools that need no upgrade: not worked on, and on the
// control plane's version from start to end, which other pools are still to
// reach. Where pools only get a new image of the version that they have, that
// tells nothing, for one that isn't worked on keeps its old image.
func findCurrent(t *metrics.Timeline) []bool {
	current := make([]bool, len(t.Pools))
	behind := false
	for i := range min(len(t.Pools), len(t.Run.Pools)) {
		switch start := poolStart(t.Header, i); {
		case t.Pools[i].Upgrade.Ran:
			behind = behind || start != t.Run.EndControlPlane
		default:
			current[i] = start != "" && start == t.Run.Pools[i].EndVersion && start == t.Run.EndControlPlane
		}
	}
	if !behind {
		return nil
	}
	return current
}

// stateOf is the state of a node of a pool as it is drawn: what is current from
// the start isn't old.
func (f *facts) stateOf(pool int, s metrics.Span) metrics.NodeState {
	st := metrics.NodeState(s.State)
	if st == metrics.NodeOld && f.isCurrent(pool) {
		return metrics.NodeNew
	}
	return st
}

// isCurrent reports whether a pool needs no upgrade.
func (f *facts) isCurrent(pool int) bool { return pool < len(f.current) && f.current[pool] }
