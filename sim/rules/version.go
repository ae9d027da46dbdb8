package rules

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/model"
)

const (
	seedVersions = `AKS "Upgrade node pools" page, rules for valid versions to upgrade node pools`
	seedSubmit   = `AKS "Upgrade node pools" page, rules for submitting an upgrade operation`
)

// How many minors a pool may be behind its control plane.
const (
	skewOf2023 = 2 // seed document
	skewOf2026 = 3 // release note of 2024-04-11, from control plane 1.28 on
)

// skewFrom is the first control plane version with skewOf2026.
var skewFrom = model.Version{Major: 1, Minor: 28}

// skewAllowed returns the skew that today's AKS allows under a control plane.
func skewAllowed(controlPlane model.Version) int {
	if controlPlane.Less(skewFrom) {
		return skewOf2023
	}
	return skewOf2026
}

var noControlPlaneDowngrade = Rule{
	ID:     "no-control-plane-downgrade",
	Code:   OperationNotAllowed,
	Checks: "A control plane never goes back to an older version.",
	Source: seedSubmit,
	check: func(s *State, r Request) string {
		if target := Target(s, r); r.ofCluster() && target.Less(s.ControlPlane) && !s.ignoresDowngrade(r) {
			return fmt.Sprintf("downgrading the control plane from %s to %s is not allowed; available upgrades: %s",
				s.ControlPlane, target, list(Upgrades(s)))
		}
		return ""
	},
}

// ignoresDowngrade reports whether r is let through though it is older, and only
// shown as asked for.
func (s *State) ignoresDowngrade(r Request) bool {
	return r.Client == model.ARM && s.Options.ARMDowngrade == model.DowngradeIgnored
}

var oneMinorAtATime = Rule{
	ID:     "one-minor-at-a-time",
	Code:   OperationNotAllowed,
	Checks: "A control plane moves by one minor version at most; the patch may be any.",
	Source: `AKS supported Kubernetes versions page; Azure/AKS#1697`,
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.ofCluster() || target.Less(s.ControlPlane) || withinOneMinor(s.ControlPlane, target) {
			return ""
		}
		return fmt.Sprintf("upgrading the control plane from %s to %s is not allowed, minor versions can't be skipped; available upgrades: %s",
			s.ControlPlane, target, s.available())
	},
}

func withinOneMinor(from, to model.Version) bool {
	return from.Major == to.Major && to.Minor-from.Minor <= 1
}

var targetOffered = Rule{
	ID:     "target-offered",
	Code:   K8sVersionNotSupported,
	Checks: "The version that a control plane moves to is offered in the region.",
	Source: `AKS supported Kubernetes versions page`,
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.ofCluster() || target == s.ControlPlane || s.offers(target) && !target.IsAlias() || target.Less(s.ControlPlane) && s.ignoresDowngrade(r) {
			return ""
		}
		return fmt.Sprintf("version %s is not supported in this region; offered: %s", target, list(s.Offered))
	},
}

var poolTargetOffered = Rule{
	ID:     "pool-target-offered",
	Code:   AgentPoolK8sVersionNotSupported,
	Checks: "The version that a pool moves to is offered in the region, or is the control plane's.",
	Source: `AKS supported Kubernetes versions page`,
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.placesPool() || target == s.Pools[r.Pool].Version && !s.Pools[r.Pool].Absent || target == s.ControlPlane || s.offers(target) && !target.IsAlias() {
			return ""
		}
		return fmt.Sprintf("version %s is not supported in this region; offered: %s", target, list(s.Offered))
	},
}

// placesPool reports whether r puts one pool on a version.
func (r Request) placesPool() bool { return r.Do == model.UpgradePool || r.Do == model.AddPool }

// offers reports whether the region offers v; without a list it offers everything.
func (s *State) offers(v model.Version) bool {
	return len(s.Offered) == 0 || slices.Contains(s.Offered, v)
}

var noPoolDowngrade = Rule{
	ID:     "no-pool-downgrade",
	Code:   OperationNotAllowed,
	Checks: "No node of a pool goes back to an older version.",
	Source: seedSubmit,
	check: func(s *State, r Request) string {
		if r.Do != model.UpgradePool {
			return ""
		}
		p := &s.Pools[r.Pool]
		if target := Target(s, r); target.Less(p.Newest()) {
			return fmt.Sprintf("downgrading agent pool %s from %s to %s is not allowed; available upgrades: %s",
				p.Name, p.Newest(), target, list(PoolUpgrades(s, r.Pool)))
		}
		return ""
	},
}

var poolSameMajor = Rule{
	ID:     poolSameMajorID,
	Code:   NodePoolMcVersionIncompatible,
	Checks: "A pool has the same major version as its control plane.",
	Source: seedVersions + "; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.placesPool() || target.Major == s.ControlPlane.Major {
			return ""
		}
		return fmt.Sprintf("agent pool version %s and control plane version %s are incompatible: the major versions differ", target, s.ControlPlane)
	},
}

var poolNotAboveControlPlane = Rule{
	ID:     poolNotAboveID,
	Code:   NodePoolMcVersionIncompatible,
	Checks: "A pool's version isn't greater than the control plane's major.minor.patch.",
	Source: seedVersions,
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.placesPool() || !s.ControlPlane.Less(target) {
			return ""
		}
		return fmt.Sprintf("agent pool version %s is above control plane version %s; upgrade the control plane first", target, s.ControlPlane)
	},
}

var poolWithinTwoMinors = Rule{
	ID:     "pool-within-two-minors",
	Code:   NodePoolMcVersionIncompatible,
	Checks: "A pool moves to a version within two minors of its control plane's.",
	Source: seedVersions,
	check:  func(s *State, r Request) string { return poolSkew(s, r, skewOf2023) },
}

var poolWithinThreeMinors = Rule{
	ID:     "pool-within-three-minors",
	Code:   NodePoolMcVersionIncompatible,
	Checks: "A pool moves to a version within three minors of its control plane's, two below control plane 1.28.",
	Source: `AKS release notes of 2024-04-11, supported Kubernetes versions page`,
	check:  func(s *State, r Request) string { return poolSkew(s, r, skewAllowed(s.ControlPlane)) },
}

func poolSkew(s *State, r Request, allowed int) string {
	target := Target(s, r)
	if !r.placesPool() || !tooFar(s.ControlPlane, target, allowed) {
		return ""
	}
	return fmt.Sprintf("agent pool version %s and control plane version %s are incompatible: minor %d is %d below %d, at most %d is allowed",
		target, s.ControlPlane, target.Minor, s.ControlPlane.Minor-target.Minor, s.ControlPlane.Minor, allowed)
}

// tooFar reports whether a pool is more than allowed minors behind.
func tooFar(controlPlane, pool model.Version, allowed int) bool {
	return controlPlane.Major == pool.Major && controlPlane.Minor-pool.Minor > allowed
}

var poolsWithinTwoMinors = Rule{
	ID:     "pools-stay-within-two-minors",
	Code:   NodePoolMcVersionIncompatible,
	Checks: "When only the control plane moves, every pool stays within two minors of it. A full upgrade takes the pools along.",
	Source: seedVersions,
	check:  func(s *State, r Request) string { return poolsLeftBehind(s, r, skewOf2023) },
}

var poolsWithinThreeMinors = Rule{
	ID:     "pools-stay-within-three-minors",
	Code:   NodePoolMcVersionIncompatible,
	Checks: "When only the control plane moves, every pool stays within three minors of it, two below control plane 1.28.",
	Source: `AKS release notes of 2024-04-11, supported Kubernetes versions page`,
	check:  func(s *State, r Request) string { return poolsLeftBehind(s, r, skewAllowed(Target(s, r))) },
}

func poolsLeftBehind(s *State, r Request, allowed int) string {
	target := Target(s, r)
	if !r.ofCluster() || !s.ControlPlane.Less(target) {
		return ""
	}
	var behind []string
	for i := range s.Pools {
		if p := &s.Pools[i]; !p.Absent && r.Leaves(i, target) && tooFar(target, p.Version, allowed) {
			behind = append(behind, fmt.Sprintf("%s (%s)", p.Name, p.Version))
		}
	}
	if behind == nil {
		return ""
	}
	return fmt.Sprintf("control plane version %s would leave more than %d minors behind: agent pool %s; upgrade it to at most %s first",
		target, allowed, strings.Join(behind, ", "), s.ControlPlane)
}

var poolVersionsTogether = Rule{
	ID:     "pool-versions-together",
	Code:   NotAllPools,
	Checks: "A request on the cluster gives the versions of all pools or of none, and each is the pool's own or the one that the control plane is to have.",
	Source: "azure-rest-api error of cluster requests; AKS control plane upgrade page",
	check: func(s *State, r Request) string {
		if r.Do != model.Upgrade || r.PoolVersions == nil {
			return ""
		}
		target := Target(s, r)
		var given, missing []string
		for i := range s.Pools {
			p := &s.Pools[i]
			switch v := r.PoolVersions[i]; {
			case p.Absent:
			case v.IsZero():
				missing = append(missing, p.Name)
			case v != p.Version && v != target:
				return fmt.Sprintf("version %s is given for agent pool %s, which is neither its own, %s, nor the control plane's, %s", v, p.Name, p.Version, target)
			default:
				given = append(given, p.Name)
			}
		}
		if given == nil || missing == nil {
			return ""
		}
		return fmt.Sprintf("versions are given for agent pool %s, but not for %s; give all or none", strings.Join(given, ", "), strings.Join(missing, ", "))
	},
}

// available spells what the control plane can be upgraded to. Where the scenario
// offers no versions every one is offered, and it may speak of none to list.
func (s *State) available() string {
	upgrades := list(Upgrades(s))
	if upgrades == "[]" && len(s.Offered) == 0 {
		upgrades += ", as cluster.offered_versions is empty and the scenario speaks of none that is allowed"
	}
	return upgrades
}

// list spells versions as AKS's messages do, the newest first.
func list(versions []model.Version) string {
	names := make([]string, 0, len(versions))
	for _, v := range slices.Backward(versions) {
		names = append(names, v.String())
	}
	return "[" + strings.Join(names, ", ") + "]"
}
