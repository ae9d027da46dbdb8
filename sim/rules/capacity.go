package rules

import (
	"fmt"

	"rollsim/sim/model"
)

// Limits of AKS. Source: AKS service limits page; free tier from the pricing
// tiers page.
const (
	maxPoolNodes        = 1000 // of one pool, surge nodes included
	maxClusterNodes     = 5000
	maxClusterNodesFree = 1000
	recommendedFree     = 10
)

// more is what a request adds to the cluster while it is carried out.
type more struct {
	pool  int
	nodes int
}

// added returns the nodes that a request adds, by pool: surge nodes, or what it
// scales out by. A full upgrade needs the surge of every pool, although the
// pools go one after another: that is how AKS's own example counts (5 pools of 4
// nodes at 50% need quota for 10 more).
// Source: AKS rolling upgrade page.
func added(s *State, r Request) []more {
	var list []more
	add := func(pool, nodes int) {
		if nodes > 0 {
			list = append(list, more{pool, nodes})
		}
	}
	switch r.Do {
	case model.Upgrade:
		for i := range s.Pools {
			add(i, SurgeOf(s, r, i).Nodes)
		}
	case model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool:
		add(r.Pool, SurgeOf(s, r, r.Pool).Nodes)
	case model.Scale:
		add(r.Pool, r.Count-s.Pools[r.Pool].Count)
	case model.AddPool:
		add(r.Pool, s.Pools[r.Pool].Count)
	case model.StartPool:
		if s.Pools[r.Pool].Stopped {
			add(r.Pool, s.Pools[r.Pool].Count)
		}
	}
	return list
}

var nodesCanBeReplaced = Rule{
	ID:     "nodes-can-be-replaced",
	Code:   OperationNotAllowed,
	Checks: "max_surge is above 0 unless max_unavailable is.",
	Source: "AKS release notes of 2023-11-05; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		for i := range s.Pools {
			p := &s.Pools[i]
			maxSurge, maxUnavailable := p.MaxSurge, p.MaxUnavailable
			switch {
			case r.Pool == i && (r.Do.TakesSettings() || r.Do == model.UpgradeNodeImage || r.Do == model.RollbackPool):
				maxSurge, maxUnavailable = p.settings(r)
			case r.Do != model.Upgrade || p.Absent || r.Leaves(i, Target(s, r)):
				continue
			}
			if maxSurge.IsZero() && maxUnavailable.IsZero() {
				return fmt.Sprintf("max_surge and max_unavailable of agent pool %s are both 0, so no node could be replaced", p.Name)
			}
		}
		return ""
	},
}

var noSystemPoolInPlace = Rule{
	ID:     "no-system-pool-in-place",
	Code:   OperationNotAllowed,
	Checks: "max_unavailable is not set on a system pool.",
	Source: "AKS rolling upgrade page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if !r.Do.TakesSettings() || s.Pools[r.Pool].Mode != model.ModeSystem {
			return ""
		}
		if _, maxUnavailable := s.Pools[r.Pool].settings(r); maxUnavailable.IsZero() {
			return ""
		}
		return fmt.Sprintf("agent pool %s is a system pool, which can't have max_unavailable", s.Pools[r.Pool].Name)
	},
}

var poolCount = Rule{
	ID:     "pool-count",
	Code:   OperationNotAllowed,
	Checks: "A system pool is scaled to 1 to 1,000 nodes, a user pool to 0 to 1,000.",
	Source: "AKS create node pools page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.Scale {
			return ""
		}
		p, least := &s.Pools[r.Pool], 0
		if p.Mode == model.ModeSystem {
			least = s.leastSystem()
		}
		if r.Count >= least && r.Count <= maxPoolNodes {
			return ""
		}
		return fmt.Sprintf("agent pool %s can't have %d nodes; a %s pool has %d to %d", p.Name, r.Count, p.Mode, least, maxPoolNodes)
	},
}

// leastSystem is how many nodes a system pool keeps.
func (s *State) leastSystem() int {
	if s.Options.SystemPoolMinimum == model.TwoNodes {
		return 2
	}
	return 1
}

var poolSize = Rule{
	ID:     "pool-size-with-surge",
	Code:   OperationNotAllowed,
	Checks: "A pool has at most 1,000 nodes, surge nodes included.",
	Source: "AKS rolling upgrade page; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do == model.Scale || r.Do == model.AddPool || r.Do == model.StartPool {
			return ""
		}
		for _, a := range added(s, r) {
			if p := &s.Pools[a.pool]; p.Count+a.nodes > maxPoolNodes {
				return fmt.Sprintf("agent pool %s would have %d nodes and %d surge nodes; a pool has at most %d together", p.Name, p.Count, a.nodes, maxPoolNodes)
			}
		}
		return ""
	},
}

var clusterSize = Rule{
	ID:     "cluster-size",
	Code:   OperationNotAllowed,
	Checks: "A cluster is scaled to at most 5,000 nodes, 1,000 in the free tier.",
	Source: "AKS service limits and pricing tiers pages; the code is assumed, no source shows one",
	check: func(s *State, r Request) string {
		if r.Do != model.Scale && r.Do != model.AddPool || r.Do == model.Scale && r.Count <= s.Pools[r.Pool].Count {
			return ""
		}
		most, nodes := maxClusterNodes, 0
		for _, a := range added(s, r) {
			nodes += a.nodes
		}
		if s.Tier == model.TierFree {
			most = maxClusterNodesFree
			if s.Options.FreeTierNodes == model.Free10 {
				most = recommendedFree
			}
		}
		for i := range s.Pools {
			if !s.Pools[i].Absent {
				nodes += s.Pools[i].Count
			}
		}
		if nodes <= most {
			return ""
		}
		return fmt.Sprintf("the cluster would have %d nodes; in tier %s it has at most %d", nodes, s.Tier, most)
	},
}

var regionalQuota = Rule{
	ID:     "regional-quota",
	Code:   QuotaExceeded,
	Checks: "The vCPUs of all nodes, with the surge, are within the regional quota.",
	Source: "AKS release notes of 2022-07-31; upgrade options page, pre-upgrade validations",
	check: func(s *State, r Request) string {
		if s.Limits.VCPUs == 0 || s.looksLater(r) {
			return ""
		}
		q := quota{name: "regional", most: s.Limits.VCPUs, used: s.Limits.VCPUsInUse}
		return q.check(s, r, func(*Pool) bool { return true })
	},
}

var familyQuota = Rule{
	ID:     "family-quota",
	Code:   QuotaExceeded,
	Checks: "The vCPUs of all nodes of a VM family, with the surge, are within the family's quota.",
	Source: "AKS release notes of 2022-07-31; upgrade options page, pre-upgrade validations",
	check: func(s *State, r Request) string {
		if s.looksLater(r) {
			return ""
		}
		for _, f := range s.Limits.VCPUsByFamily {
			q := quota{name: f.Family, most: f.VCPUs}
			if message := q.check(s, r, func(p *Pool) bool { return p.Family == f.Family }); message != "" {
				return message
			}
		}
		return ""
	},
}

// quota is a limit on vCPUs.
type quota struct {
	name       string
	most, used int // vCPUs; used: by others
}

// check returns what is wrong with the vCPUs that r adds in the pools that
// count.
func (q quota) check(s *State, r Request, counts func(*Pool) bool) string {
	used, requested := q.used, 0
	for i := range s.Pools {
		if p := &s.Pools[i]; counts(p) {
			used += p.Machines * p.VCPUs
		}
	}
	for _, a := range added(s, r) {
		if p := &s.Pools[a.pool]; counts(p) {
			requested += a.nodes * p.VCPUs
		}
	}
	missing := used + requested - q.most
	if requested == 0 || missing <= 0 {
		return ""
	}
	return fmt.Sprintf("%s vCPU quota: %d more vCPUs requested, %d of %d in use, %d missing", q.name, requested, used, q.most, missing)
}

var subnetSize = Rule{
	ID:     "subnet-size",
	Code:   InsufficientSubnetSize,
	Checks: "The subnet has addresses for all nodes, with the surge, and for their pods where the network plugin takes them from it.",
	Source: "AKS IP address planning page",
	check: func(s *State, r Request) string {
		if !s.Limits.Subnet.IsValid() || s.looksLater(r) {
			return ""
		}
		used, requested, usable := 0, 0, model.UsableAddresses(s.Limits.Subnet)
		for i := range s.Pools {
			used += s.Pools[i].Machines * s.Pools[i].Addresses
		}
		for _, a := range added(s, r) {
			requested += a.nodes * s.Pools[a.pool].Addresses
		}
		missing := used + requested - usable
		if requested == 0 || missing <= 0 {
			return ""
		}
		return fmt.Sprintf("subnet %s has %d usable addresses: %d in use, %d more requested, %d missing", s.Limits.Subnet, usable, used, requested, missing)
	},
}

var budgetsSatisfiable = Rule{
	ID:     "budgets-satisfiable",
	Code:   UnsatisfiablePDB,
	Checks: "No budget that covers pods on pools to be drained (with option budget_check cluster: anywhere) has max_unavailable 0. min_available is not looked at: it shows when a drain times out. A forced upgrade isn't asked.",
	Source: "AKS UnsatisfiablePDB error article; release notes of 2025-01-30; Azure/AKS#4839",
	check: func(s *State, r Request) string {
		if r.Do != model.Upgrade && r.Do != model.UpgradePool && r.Do != model.UpgradeNodeImage || s.Forced(r) || Unchanged(s, r) {
			return ""
		}
		for _, b := range s.Budgets {
			if b.MaxUnavailable != nil && b.MaxUnavailable.IsZero() && b.Expected > 0 && s.concerns(r, &b) {
				return fmt.Sprintf("budget %s/%s has max_unavailable 0, so its pods can't be drained", b.Namespace, b.Name)
			}
		}
		return ""
	},
}

// concerns reports whether the pre-check looks at b for r.
func (s *State) concerns(r Request, b *Budget) bool {
	if s.Options.BudgetCheck == model.BudgetsOfCluster {
		return true
	}
	for i := range b.Pools {
		if b.Pools[i] && (r.Pool < 0 || r.Pool == i) && SurgeOf(s, r, i).ToUpgrade > 0 {
			return true
		}
	}
	return false
}
