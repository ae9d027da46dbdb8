package rules

import (
	"fmt"
	"time"

	"rollsim/sim/model"
)

// The rules of this file are about pools that come, go, stop and go back.

// NotFound is ARM's code for a resource that isn't there.
const NotFound = "NotFound"

var poolExists = Rule{
	ID:     "pool-exists",
	Code:   NotFound,
	Checks: "The pool that a request is about is there.",
	Source: "ARM; the code is assumed, no source shows one for pools",
	check: func(s *State, r Request) string {
		if r.Pool < 0 || r.Do == model.AddPool || !s.Pools[r.Pool].Absent {
			return ""
		}
		return fmt.Sprintf("there is no agent pool %s", s.Pools[r.Pool].Name)
	},
}

var poolIsNew = Rule{
	ID:     "pool-is-new",
	Code:   OperationNotAllowed,
	Checks: "A pool that is added isn't there yet.",
	Source: "azure-cli, aks_agentpool_add; the code is assumed, the client refuses it",
	check: func(s *State, r Request) string {
		if r.Do != model.AddPool || s.Pools[r.Pool].Absent {
			return ""
		}
		return fmt.Sprintf("agent pool %s already exists", s.Pools[r.Pool].Name)
	},
}

// maxPools is how many pools a cluster has at most. Source: AKS service limits page.
const maxPools = 100

var poolLimit = Rule{
	ID:     "pools-per-cluster",
	Code:   OperationNotAllowed,
	Checks: "A cluster has at most 100 pools.",
	Source: "AKS service limits page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		pools := 0
		for i := range s.Pools {
			if !s.Pools[i].Absent {
				pools++
			}
		}
		if r.Do != model.AddPool || pools < maxPools {
			return ""
		}
		return fmt.Sprintf("the cluster has %d agent pools already, at most %d are allowed", pools, maxPools)
	},
}

// leastPods is how many pods a pool holds at least, all nodes together.
const leastPods = 30

var poolHoldsPods = Rule{
	ID:     "pool-holds-pods",
	Code:   OperationNotAllowed,
	Checks: "A pool that is added with nodes holds at least 30 pods.",
	Source: "AKS IP address planning page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.AddPool {
			return ""
		}
		p := &s.Pools[r.Pool]
		if pods := p.Count * p.MaxPods; p.Count > 0 && pods < leastPods {
			return fmt.Sprintf("agent pool %s holds %d pods on all its nodes, at least %d are required", p.Name, pods, leastPods)
		}
		return ""
	},
}

var systemPoolStays = Rule{
	ID:     "system-pool-stays",
	Code:   OperationNotAllowed,
	Checks: "The last system pool that runs is neither deleted nor stopped.",
	Source: "AKS create node pools page, at least one system pool; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.DeletePool && r.Do != model.StopPool || s.Pools[r.Pool].Mode != model.ModeSystem {
			return ""
		}
		for i := range s.Pools {
			if p := &s.Pools[i]; i != r.Pool && p.Mode == model.ModeSystem && !p.Absent && !p.Stopped && p.InFlight != deleting && p.InFlight != stopping {
				return ""
			}
		}
		return fmt.Sprintf("agent pool %s is the last system pool that runs", s.Pools[r.Pool].Name)
	},
}

// The provisioning states that rules look for.
const (
	deleting  = "Deleting"
	stopping  = "Stopping"
	creating  = "Creating"
	canceling = "Canceling"
)

var poolRuns = Rule{
	ID:     "pool-runs",
	Code:   OperationNotAllowed,
	Checks: "A pool that is scaled, rolled back or loses machines isn't stopped; it may be upgraded, and its nodes get that when they start.",
	Source: "AKS start and stop node pools page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.Scale && r.Do != model.RollbackPool && r.Do != model.DeleteMachines || !s.Pools[r.Pool].Stopped {
			return ""
		}
		return fmt.Sprintf("agent pool %s is stopped; start it first", s.Pools[r.Pool].Name)
	},
}

// maxStopped is how many nodes can be stopped and started together.
const maxStopped = 100

var stopSize = Rule{
	ID:     "stop-size",
	Code:   OperationNotAllowed,
	Checks: "A pool that is stopped or started has at most 100 nodes.",
	Source: "AKS large-scale page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.StopPool && r.Do != model.StartPool || s.Pools[r.Pool].Count <= maxStopped {
			return ""
		}
		return fmt.Sprintf("agent pool %s has %d nodes; at most %d are stopped or started together", s.Pools[r.Pool].Name, s.Pools[r.Pool].Count, maxStopped)
	},
}

var somethingToAbort = Rule{
	ID:     "something-to-abort",
	Code:   OperationNotAllowed,
	Checks: "An operation is in progress when it is to be aborted, and it isn't being aborted or a deletion.",
	Source: "AKS abort page: 409 when the operation is over already; the code is assumed",
	check: func(s *State, r Request) string {
		if r.Do != model.Abort {
			return ""
		}
		what, running := "the cluster", s.InFlight
		if r.Pool >= 0 {
			what, running = "agent pool "+s.Pools[r.Pool].Name, s.Pools[r.Pool].InFlight
		}
		switch {
		case r.Pool >= 0 && s.InFlight != "":
			return fmt.Sprintf("the operation on %s is the cluster's (%s); abort that", what, s.InFlight)
		case running == "":
			return fmt.Sprintf("no operation is in progress on %s, there is nothing to abort", what)
		case running == canceling:
			return fmt.Sprintf("the operation on %s is being aborted already", what)
		case running == deleting:
			return fmt.Sprintf("the deletion of %s can't be aborted", what)
		}
		return ""
	},
}

// Recorded is what a pool can be rolled back to; zero: nothing.
type Recorded struct {
	Version model.Version
	Image   string        // release of the node image
	At      time.Duration // when the upgrade away from it was over, as State.Now
}

// IsZero reports whether nothing is recorded.
func (r Recorded) IsZero() bool { return r == Recorded{} }

// rollbackTime is how long a version and image are kept to be rolled back to.
const rollbackTime = 7 * 24 * time.Hour

const rollbackSource = "AKS node pool rollback page of 2026; the code is assumed, no source shows one"

var noPoolRollback = Rule{
	ID:     "no-pool-rollback",
	Code:   OperationNotAllowed,
	Checks: "A pool never goes back to the version before: that came with AKS's API of 2026-04-01.",
	Source: seedSubmit,
	check: func(s *State, r Request) string {
		if !s.rollsBack(r) {
			return ""
		}
		return fmt.Sprintf("agent pool %s can't be rolled back: downgrading is not allowed", s.Pools[r.Pool].Name)
	},
}

var rollbackRecorded = Rule{
	ID:     "rollback-has-record",
	Code:   OperationNotAllowed,
	Checks: "A pool is rolled back only after an upgrade, and not twice in a row.",
	Source: rollbackSource,
	check: func(s *State, r Request) string {
		if !s.rollsBack(r) || !s.Pools[r.Pool].Previous.IsZero() {
			return ""
		}
		return fmt.Sprintf("no version is recorded that agent pool %s could be rolled back to", s.Pools[r.Pool].Name)
	},
}

var rollbackInTime = Rule{
	ID:     "rollback-within-7-days",
	Code:   OperationNotAllowed,
	Checks: "A pool is rolled back at most 7 days after its upgrade.",
	Source: rollbackSource,
	check: func(s *State, r Request) string {
		if !s.rollsBack(r) || s.Pools[r.Pool].Previous.IsZero() || s.Now-s.Pools[r.Pool].Previous.At <= rollbackTime {
			return ""
		}
		return fmt.Sprintf("the upgrade of agent pool %s is more than 7 days ago, it can't be rolled back any more", s.Pools[r.Pool].Name)
	},
}

var rollbackOffered = Rule{
	ID:     "rollback-to-supported",
	Code:   OperationNotAllowed,
	Checks: "The version that a pool is rolled back to is still offered, and within the skew of its control plane.",
	Source: rollbackSource,
	check: func(s *State, r Request) string {
		if !s.rollsBack(r) || s.Pools[r.Pool].Previous.IsZero() {
			return ""
		}
		to := s.Pools[r.Pool].Previous.Version
		if tooFar(s.ControlPlane, to, s.skew()) {
			return fmt.Sprintf("version %s of agent pool %s is too far below control plane version %s", to, s.Pools[r.Pool].Name, s.ControlPlane)
		}
		if to == s.Pools[r.Pool].Version || s.offers(to) {
			return ""
		}
		return fmt.Sprintf("version %s of agent pool %s is not supported any more; offered: %s", to, s.Pools[r.Pool].Name, list(s.Offered))
	},
}

var rollbackWithoutChannel = Rule{
	ID:     "rollback-without-auto-upgrade",
	Code:   OperationNotAllowed,
	Checks: "A pool is rolled back only where no channel would upgrade it again.",
	Source: rollbackSource,
	check: func(s *State, r Request) string {
		if !s.rollsBack(r) {
			return ""
		}
		p := &s.Pools[r.Pool]
		if s.Channel == model.ChannelNone {
			if s.NodeOSChannel.BringsImages() && !p.Previous.IsZero() && p.Previous.Image != p.Image {
				return fmt.Sprintf("node OS channel %s would bring agent pool %s the newest image again; set it to None first", s.NodeOSChannel, p.Name)
			}
			return ""
		}
		return fmt.Sprintf("auto-upgrade channel %s would upgrade agent pool %s again; set it to none first", s.Channel, s.Pools[r.Pool].Name)
	},
}
