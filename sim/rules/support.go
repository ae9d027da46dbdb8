package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rollsim/sim/model"
)

// The rules of this file are about support: versions that AKS supports no more,
// long-term support, deprecated APIs, and node images.

// The further codes of today's AKS.
const (
	// NotAllPools is what AKS answers to a cluster request whose pool versions
	// don't go together.
	NotAllPools     = "NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged"
	ValidationError = "ValidationError"
)

// unsupported reports whether the control plane's version is below what today's
// AKS supports. The minor below the oldest offered has platform support and is
// upgraded like others.
// Source: AKS supported Kubernetes versions page.
func (s *State) unsupported() bool {
	oldest, ok := s.oldestOffered()
	return ok && s.Profile == model.Profile202608 && s.ControlPlane.Major == oldest.Major && s.ControlPlane.Minor < oldest.Minor-1 &&
		!slices.Contains(s.LTSVersions, s.ControlPlane)
}

// oldestOffered returns the oldest version that is offered to everyone and no
// preview.
func (s *State) oldestOffered() (model.Version, bool) {
	for _, v := range s.Offered {
		if !slices.Contains(s.Previews, v) && !slices.Contains(s.LTSVersions, v) {
			return v, true
		}
	}
	return model.Version{}, false
}

// allows reports whether the control plane may go to a newer version in one
// request: within one minor; from an unsupported version to the oldest supported
// minor; with long-term support to every version that has it.
func (s *State) allows(to model.Version) bool {
	if s.unsupported() {
		oldest, _ := s.oldestOffered()
		return to.SameMinor(oldest) || s.LongTermSupport && slices.Contains(s.LTSVersions, to)
	}
	if s.Profile == model.Profile202608 && s.LongTermSupport && s.Options.SkippedMinors == model.SkipToLTS && slices.Contains(s.LTSVersions, to) {
		return true
	}
	return withinOneMinor(s.ControlPlane, to)
}

var minorsInOrder = Rule{
	ID:     "minors-in-order",
	Code:   OperationNotAllowed,
	Checks: "A control plane moves by one minor version at most. From an unsupported version it moves to the oldest supported minor, with long-term support to any version that has it.",
	Source: "AKS supported Kubernetes versions page of 2026-08; aks-upgrade-blocked error article",
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.ofCluster() || !s.ControlPlane.Less(target) || s.allows(target) {
			return ""
		}
		return fmt.Sprintf("upgrading the control plane from %s to %s is not allowed; available upgrades: %s", s.ControlPlane, target, s.available())
	},
}

var controlPlaneMayGoAlone = Rule{
	ID:     "control-plane-may-go-alone",
	Code:   NotAllPools,
	Checks: "A control plane moves without its pools only where no channel upgrades the cluster, and not from an unsupported version.",
	Source: "AKS control plane upgrade page; azure-rest-api error of cluster requests",
	check: func(s *State, r Request) string {
		if !s.goesAlone(r) || !s.ControlPlane.Less(Target(s, r)) {
			return ""
		}
		switch s.Channel {
		case model.ChannelPatch, model.ChannelStable, model.ChannelRapid:
			return fmt.Sprintf("auto-upgrade channel %s upgrades the pools too; set it to none first", s.Channel)
		}
		if s.unsupported() {
			return fmt.Sprintf("version %s is supported no more, the pools have to go along; upgrade the whole cluster", s.ControlPlane)
		}
		return ""
	},
}

// goesAlone reports whether r moves the control plane and no pool.
func (s *State) goesAlone(r Request) bool {
	if r.Do != model.Upgrade || r.PoolVersions == nil {
		return r.Do == model.UpgradeControlPlane
	}
	target := Target(s, r)
	for i := range s.Pools {
		if !s.Pools[i].Absent && !r.Leaves(i, target) {
			return false
		}
	}
	return true
}

var ltsPoolsFirst = Rule{
	ID:     "lts-pools-on-lts",
	Code:   OperationNotAllowed,
	Checks: "A cluster with long-term support goes to the next version that has it only when every pool is on one.",
	Source: "AKS release notes of 2024-08-05; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.ofCluster() || !s.LongTermSupport || target.SameMinor(s.ControlPlane) || !slices.Contains(s.LTSVersions, target) {
			return ""
		}
		for i := range s.Pools {
			if p := &s.Pools[i]; !p.Absent && !s.hasLTS(p.Version) {
				return fmt.Sprintf("agent pool %s is on %s, which has no long-term support; upgrade it first", p.Name, p.Version)
			}
		}
		return ""
	},
}

// hasLTS reports whether a version's minor has long-term support.
func (s *State) hasLTS(v model.Version) bool {
	return slices.ContainsFunc(s.LTSVersions, v.SameMinor)
}

// deprecatedSince is the first target that AKS looks for deprecated APIs for.
var deprecatedSince = model.Version{Major: 1, Minor: 26}

var noDeprecatedAPIs = Rule{
	ID:     "no-deprecated-apis",
	Code:   ValidationError,
	Checks: "No deprecated API was in use in the last 12 hours when the control plane moves to another minor version from 1.26 on. A forced upgrade isn't asked.",
	Source: "AKS stop cluster upgrades on API breaking changes page (UpgradeBlockedOnDeprecatedAPIUsage)",
	check: func(s *State, r Request) string {
		target := Target(s, r)
		if !r.ofCluster() || len(s.DeprecatedAPIs) == 0 || s.Forced(r) || target.SameMinor(s.ControlPlane) || target.Less(deprecatedSince) || target.Less(s.ControlPlane) {
			return ""
		}
		return fmt.Sprintf("deprecated APIs were in use in the last 12 hours: %s; stop using them, or force the upgrade", strings.Join(s.DeprecatedAPIs, ", "))
	},
}

// Forced reports whether r isn't held up by budgets and deprecated APIs.
func (s *State) Forced(r Request) bool { return s.Now < s.Overrides(r) }

// Overrides returns until when, since the run began, budgets and deprecated APIs
// aren't asked once r was accepted now. The CLI moves that forward only, ARM puts
// it where it is told to.
// Source: azure-cli, _update_upgrade_settings; AKS upgrade options page.
func (s *State) Overrides(r Request) time.Duration {
	if !r.Force || !r.ofCluster() {
		return s.ForcedUntil
	}
	until := r.ForceUntil
	if until == 0 {
		until = s.Now + model.ForceFor
	}
	if r.Client == model.ARM {
		return until
	}
	return max(until, s.ForcedUntil)
}

var nodeImageMoves = Rule{
	ID:     "node-image-moves",
	Code:   OperationNotAllowed,
	Checks: "A node image is upgraded by itself only where it doesn't belong to the version (option node_images).",
	Source: `AKS "Upgrade node pools" page of 2023-07; the code is assumed`,
	check: func(s *State, r Request) string {
		if r.Do != model.UpgradeNodeImage || s.Options.NodeImages != model.ImagesWithVersion {
			return ""
		}
		return "the node image belongs to the Kubernetes version; upgrade that"
	},
}

var imageNotOlder = Rule{
	ID:     "node-image-current-or-latest",
	Code:   OperationNotAllowed,
	Checks: "The node image that is asked for is the pool's own or the newest.",
	Source: "AKS node pool rollback page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.UpgradeNodeImage || r.Image == "" || r.Image == s.LatestImage || r.Image == s.Pools[r.Pool].Image {
			return ""
		}
		return fmt.Sprintf("node image %s is neither that of agent pool %s, %s, nor latest, %s", r.Image, s.Pools[r.Pool].Name, s.Pools[r.Pool].Image, s.LatestImage)
	},
}

// blockedSize is how many nodes keep a cluster from being upgraded.
const blockedSize = 5000

var largeClusterUpgrade = Rule{
	ID:     "upgrade-below-5000-nodes",
	Code:   OperationNotAllowed,
	Checks: "A cluster of 5,000 nodes is scaled in before it is upgraded.",
	Source: "AKS large-scale page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.Upgrade && r.Do != model.UpgradePool && r.Do != model.UpgradeNodeImage {
			return ""
		}
		nodes := 0
		for i := range s.Pools {
			nodes += s.Pools[i].Machines
		}
		if nodes < blockedSize {
			return ""
		}
		return fmt.Sprintf("the cluster has %d nodes; scale it below 3000 first", nodes)
	},
}
