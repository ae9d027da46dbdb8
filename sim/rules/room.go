package rules

import "rollsim/sim/model"

// looksLater reports whether the nodes that r adds are held against the limits
// only when they are ordered.
func (s *State) looksLater(r Request) bool {
	return s.QuotaAtSurge && (r.Do == model.Upgrade || r.Do == model.UpgradePool)
}

// Shortage returns why a pool can't have n more nodes now: the quota or the
// subnet that hasn't the room, with AKS's code. It is ok when there is room.
func Shortage(s *State, pool, n int) (r Refusal, ok bool) {
	more := Request{Do: model.Scale, Pool: pool, Count: s.Pools[pool].Count + n}
	for _, rule := range []Rule{regionalQuota, familyQuota, subnetSize} {
		if message := rule.check(s, more); message != "" {
			return Refusal{Rule: rule.ID, Profile: s.Profile, Code: rule.Code, Message: message}, false
		}
	}
	return Refusal{}, true
}

// OneSurgeNodeWillDo reports whether an upgrade to v that can't have all of its
// surge nodes goes on with one.
// Source: AKS release note of 2026-01-04, rolling upgrade page.
func OneSurgeNodeWillDo(v model.Version) bool {
	return !v.Less(model.Version{Major: 1, Minor: 35})
}

// InPlace returns how many nodes of a pool an upgrade to v works on at the same
// time when it has no surge nodes: max unavailable of the pool's count, rounded
// up, at most what is left to do. 0: it can't go on so.
func InPlace(s *State, pool int, v model.Version) int {
	p := &s.Pools[pool]
	return min(p.MaxUnavailable.RoundUp(p.Count), p.ToUpgrade(v))
}
