package rules

import (
	"fmt"

	"rollsim/sim/model"
)

// looksLater reports whether the nodes that r adds are held against the limits
// only when they are ordered.
func (s *State) looksLater(r Request) bool {
	return s.QuotaAtSurge && rolls(r)
}

// rolls reports whether a request takes the nodes of pools one after the other, with
// surge nodes where it has any.
func rolls(r Request) bool {
	switch r.Do {
	case model.Upgrade, model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool:
		return true
	}
	return false
}

// Shortage returns why a pool can't have n more nodes now: the quota or the
// subnet that hasn't the room, with AKS's code. It is ok when there is room.
func Shortage(s *State, pool, n int) (r Refusal, ok bool) {
	more := Request{Do: model.Scale, Pool: pool, Count: s.Pools[pool].Count + n}
	for _, rule := range []Rule{regionalQuota, familyQuota, subnetSize} {
		if message := rule.check(s, more); message != "" {
			r = Refusal{Rule: rule.ID, Profile: s.Profile, Code: rule.Code, Message: message}
			if rule.ID == subnetSize.ID { // a request is refused with another code than an order
				r.Code = SubnetIsFull
			}
			return r, false
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

// InPlace returns how many nodes of a pool r works on at the same time when it has
// no surge nodes: max unavailable of the pool's count, rounded up, at most what is
// left to do. 0: it can't go on so.
func InPlace(s *State, r Request, pool int) int {
	p := &s.Pools[pool]
	_, unavailable := p.settings(r)
	return min(unavailable.RoundUp(p.Count), p.toDo(r, Target(s, r)))
}

var spotApart = Rule{
	ID:     "spot-pools-apart",
	Code:   OperationNotAllowed,
	Checks: "A cluster with a spot pool isn't upgraded as a whole, where the scenario reads AKS so.",
	Source: "AKS spot node pool page; contradiction 24; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.Upgrade || s.Options.SpotUpgrade != model.SpotApart {
			return ""
		}
		for i := range s.Pools {
			if p := &s.Pools[i]; p.Spot && !p.Absent {
				return fmt.Sprintf("agent pool %s is a spot pool, so control plane and pools can't be upgraded in one operation", p.Name)
			}
		}
		return ""
	},
}
