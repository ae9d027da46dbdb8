package strategy

import (
	"fmt"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// scalingFlags returns what az is told about the cluster autoscaler of a pool;
// empty: nothing. Source: azure-cli, aks_agentpool_update.
func scalingFlags(r rules.Request) string {
	switch {
	case r.EnableAutoScaling != nil && !*r.EnableAutoScaling:
		return "--disable-cluster-autoscaler"
	case r.MinCount == nil || r.MaxCount == nil:
		return ""
	case r.EnableAutoScaling != nil:
		return fmt.Sprintf("--enable-cluster-autoscaler --min-count %d --max-count %d", *r.MinCount, *r.MaxCount)
	}
	return fmt.Sprintf("--update-cluster-autoscaler --min-count %d --max-count %d", *r.MinCount, *r.MaxCount)
}

// unwiseScaling notes an autoscaled pool that can't be upgraded at its largest:
// the surge comes on top of max_count.
func unwiseScaling(m *model.Model, state *rules.State, i int, note noteFunc) {
	p := &m.NodePools[i]
	if !p.Autoscaling.Enabled || p.Absent {
		return
	}
	most := p.Autoscaling.MaxCount
	surge := p.Upgrade.MaxSurge.RoundUp(most)
	if x, ok := rules.Shortage(state, i, most+surge-p.Count); !ok {
		note("node_pool "+p.Name, "AKS standard load balancer page, plan for max_count and max_surge", "scaled to its max_count of %d it can't have %d surge %s more: %s",
			most, surge, plural("node", surge), x.Message)
	}
}
