package rules

import (
	"fmt"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// The rules of this file are the seed document's "you can't simultaneously
// submit multiple operations on a single control plane or node pool resource",
// scaling included, as AKS carries it out: a cluster request waits for no pool
// operation and no pool request for a cluster operation, each is refused. Pools
// are free of each other. Sources: AKS "Upgrade node pools" page; messages
// quoted in Azure/AKS issues; azure-cli's node image loop, which upgrades
// several pools at once.

const concurrencySource = `AKS "Upgrade node pools" page, rules for submitting an upgrade operation`

var oneClusterOperation = Rule{
	ID:     "one-cluster-operation",
	Code:   OperationNotAllowed,
	Checks: "No cluster operation is in progress when another one is requested.",
	Source: concurrencySource,
	check: func(s *State, r Request) string {
		if !r.ofCluster() || s.InFlight == "" || s.preempts() {
			return ""
		}
		return fmt.Sprintf("another operation (%s) is in progress on the cluster; wait until it is over", s.InFlight)
	},
}

var clusterWhilePool = Rule{
	ID:     "no-cluster-operation-during-pool-operation",
	Code:   OperationNotAllowed,
	Checks: "No pool operation is in progress when a cluster operation is requested.",
	Source: concurrencySource,
	check: func(s *State, r Request) string {
		if !r.ofCluster() || s.InFlight != "" {
			return ""
		}
		for i := range s.Pools {
			if p := &s.Pools[i]; p.InFlight != "" {
				return fmt.Sprintf("a managed cluster operation is not allowed while an operation on agent pool %s (%s) is in progress", p.Name, p.InFlight)
			}
		}
		return ""
	},
}

var poolWhileCluster = Rule{
	ID:     "no-pool-operation-during-cluster-operation",
	Code:   OperationNotAllowed,
	Checks: "No cluster operation is in progress when a pool operation is requested.",
	Source: concurrencySource,
	check: func(s *State, r Request) string {
		if r.ofCluster() || r.Do == model.Abort || s.InFlight == "" || s.preempts() {
			return ""
		}
		return fmt.Sprintf("another operation (%s) is in progress on the cluster; wait until it is over", s.InFlight)
	},
}

var onePoolOperation = Rule{
	ID:     "one-pool-operation",
	Code:   OperationNotAllowed,
	Checks: "No operation is in progress on the pool that the request is about, scaling included. Only a deletion preempts what is going on.",
	Source: concurrencySource,
	check: func(s *State, r Request) string {
		if r.ofCluster() || r.Do == model.Abort || s.InFlight != "" && !s.preempts() || s.Pools[r.Pool].InFlight == "" {
			return ""
		}
		p := &s.Pools[r.Pool]
		switch {
		case r.Do == model.DeletePool:
			return ""
		case p.InFlight == deleting:
			return fmt.Sprintf("unable to perform %s on agent pool %s since its deletion was issued %s ago", r.Do, p.Name, spelling.Duration(p.Running))
		}
		return fmt.Sprintf("another agentpool operation (%s - %s) is in progress; wait until it is over", p.Name, p.InFlight)
	},
}

// preempts reports whether a request ends the cluster operation in progress: an
// automatic upgrade that waits for its window, where option waiting_upgrade says
// so.
func (s *State) preempts() bool {
	return s.Waiting && s.Options.WaitingUpgrade == model.WaitingPreempted
}

var noAddonReconcile = Rule{
	ID:     "no-addon-reconcile",
	Code:   OperationNotAllowed,
	Checks: "AKS isn't reconciling an add-on when a PUT on a pool comes in; failures.addon_reconcile says how often it is.",
	Source: "Azure/telescope#1213",
	check: func(s *State, r Request) string {
		if !s.Reconciling || r.Pool < 0 || !r.Puts() {
			return ""
		}
		return fmt.Sprintf("an add-on is being reconciled, so %s on agent pool %s isn't possible for the moment", r.Do, s.Pools[r.Pool].Name)
	},
}

var nothingBesideRollback = Rule{
	ID:     "nothing-beside-rollback",
	Code:   OperationNotAllowed,
	Checks: "Nothing is requested while a pool is rolled back, but to abort it.",
	Source: rollbackSource,
	check: func(s *State, r Request) string {
		for i := range s.Pools {
			if p := &s.Pools[i]; p.RollingBack && r.Do != model.Abort && r.Pool >= 0 && r.Pool != i {
				return fmt.Sprintf("agent pool %s is being rolled back; wait until that is over, or abort it", p.Name)
			}
		}
		return ""
	},
}

var notBesideCreation = Rule{
	ID:     "no-pool-operation-beside-creation",
	Code:   OperationNotAllowed,
	Checks: "No other pool is being created when a pool operation is requested, where option pools_beside_creation says so.",
	Source: "Azure/AKS#1913, cilium/cilium#25944",
	check: func(s *State, r Request) string {
		if r.Pool < 0 || r.Do == model.Abort || s.Options.PoolsBesideCreation != model.CreationBlocks {
			return ""
		}
		for i := range s.Pools {
			if p := &s.Pools[i]; i != r.Pool && p.InFlight == creating {
				return fmt.Sprintf("another agentpool operation (%s - %s) is in progress; wait until it is over", p.Name, p.InFlight)
			}
		}
		return ""
	},
}
