package rules

import (
	"fmt"

	"rollsim/sim/model"
)

// Scaling returns whether and how far a pool is scaled by itself when r has been
// accepted, of how it was before.
func (r Request) Scaling(was model.Autoscaling) model.Autoscaling {
	if r.EnableAutoScaling != nil {
		was.Enabled = *r.EnableAutoScaling
	}
	if r.MinCount != nil {
		was.MinCount = *r.MinCount
	}
	if r.MaxCount != nil {
		was.MaxCount = *r.MaxCount
	}
	if !was.Enabled {
		was.MinCount, was.MaxCount = 0, 0
	}
	return was
}

var autoscaledNotByHand = Rule{
	ID:     "autoscaled-pool-not-by-hand",
	Code:   OperationNotAllowed,
	Checks: "A pool that has the cluster autoscaler isn't scaled by the CLI.",
	Source: "azure-cli, aks_agentpool_scale; the client refuses before it asks AKS, so the code is assumed",
	check: func(s *State, r Request) string {
		if r.Do != model.Scale || r.Client != model.CLI || !s.Pools[r.Pool].Scaling.Enabled {
			return ""
		}
		p := &s.Pools[r.Pool]
		return fmt.Sprintf("agent pool %s is scaled by the cluster autoscaler, between %d and %d nodes; change these limits, or disable it first", p.Name, p.Scaling.MinCount, p.Scaling.MaxCount)
	},
}

var countBetweenLimits = Rule{
	ID:     "count-between-limits",
	Code:   InvalidParameter,
	Checks: "A pool that has the cluster autoscaler, or gets it, has no more nodes than max_count, and with a request that names a count no fewer than min_count. A higher min_count is taken: the autoscaler raises the count.",
	Source: "cluster-api-provider-azure#5947; azure-cli-extensions#1606",
	check: func(s *State, r Request) string {
		if r.Pool < 0 {
			return ""
		}
		p := &s.Pools[r.Pool]
		limits, count, least := p.Scaling, p.Count, 0
		switch r.Do {
		case model.Scale:
			count, least = r.Count, limits.MinCount
		case model.AddPool:
			least = limits.MinCount
		case model.UpdatePool:
			if limits = r.Scaling(p.Scaling); limits == p.Scaling {
				return ""
			}
		default:
			return ""
		}
		if !limits.Enabled || count >= least && count <= limits.MaxCount {
			return ""
		}
		return fmt.Sprintf("agent pool %s would have %d nodes, and the cluster autoscaler has %d to %d for it", p.Name, count, limits.MinCount, limits.MaxCount)
	},
}

var autoscalerThere = Rule{
	ID:     "autoscaler-there",
	Code:   OperationNotAllowed,
	Checks: "Limits of the cluster autoscaler are changed where the pool has it.",
	Source: "azure-cli, aks_agentpool_update; the client refuses before it asks AKS, so the code is assumed",
	check: func(s *State, r Request) string {
		if r.Do != model.UpdatePool || r.MinCount == nil && r.MaxCount == nil || r.Scaling(s.Pools[r.Pool].Scaling).Enabled {
			return ""
		}
		return fmt.Sprintf("agent pool %s does not have the cluster autoscaler; enable it with its limits", s.Pools[r.Pool].Name)
	},
}
