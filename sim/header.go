package sim

import (
	"slices"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// Header names everything in m that records refer to by index. Strategy and
// replication are for who plays it to fill in.
func Header(m *model.Model) trace.Header {
	h := trace.Header{
		Format:  trace.Format,
		Title:   m.Title,
		Cluster: m.Cluster.Name,
		Seed:    uint64(m.Run.Seed),
		Zones:   m.Cluster.Zones,
	}
	for _, v := range m.Versions {
		h.Versions = append(h.Versions, v.String())
	}
	for p := range m.NodePools {
		h.Pools = append(h.Pools, poolName(m, &m.NodePools[p]))
		h.Nodes = append(h.Nodes, nodeNames(m, p)...)
	}
	for w := range m.Workloads {
		h.Workloads = append(h.Workloads, workloadName(m, w))
	}
	for b := range m.Budgets {
		h.Budgets = append(h.Budgets, budgetName(m, b))
	}
	for _, k := range model.Knobs(&m.Spec) {
		h.Knobs = append(h.Knobs, trace.Knob{Path: k.Path, Value: k.Value, Default: k.Default})
	}
	return h
}

func poolName(m *model.Model, p *model.NodePool) trace.PoolName {
	return trace.PoolName{
		Name:         p.Name,
		Mode:         string(p.Mode),
		NodePrefix:   p.NodePrefix,
		VMSize:       p.VMSize.Name,
		VCPUs:        p.VMSize.VCPUs,
		PricePerHour: p.VMSize.PricePerHour,
		Addresses:    model.AddressesPerNode(m.Cluster.Limits.Network, p.MaxPods),
		Replaces:     p.Replaces,
	}
}

func nodeNames(m *model.Model, pool int) []trace.NodeName {
	var names []trace.NodeName
	for _, n := range m.NodePools[pool].Nodes {
		version := n.Version
		if version.IsZero() {
			version = m.NodePools[pool].KubernetesVersion
		}
		names = append(names, trace.NodeName{
			Name:    n.Name,
			Pool:    int32(pool),
			Zone:    int32(slices.Index(m.Cluster.Zones, n.Zone)),
			Version: int32(slices.Index(m.Versions, version)),
		})
	}
	return names
}

func workloadName(m *model.Model, w int) trace.WorkloadName {
	x := &m.Workloads[w]
	name := trace.WorkloadName{
		Namespace: x.Namespace,
		Name:      x.Name,
		Kind:      string(x.Kind),
		Desired:   desired(x),
		Target:    x.Target.Available,
	}
	for _, b := range m.BudgetsOf[w] {
		name.Budgets = append(name.Budgets, int32(b))
	}
	return name
}

// desired is how many ready pods there should be. A Job has none that it should
// keep: its pods come and go with the work.
func desired(w *model.Workload) int {
	if w.Kind == model.Job {
		return 0
	}
	return w.Replicas
}

func budgetName(m *model.Model, b int) trace.BudgetName {
	x := &m.Budgets[b]
	name := trace.BudgetName{Namespace: x.Namespace, Name: x.Name}
	switch {
	case x.MinAvailable != nil:
		name.Spec = "min_available " + x.MinAvailable.String()
	case x.MaxUnavailable != nil:
		name.Spec = "max_unavailable " + x.MaxUnavailable.String()
	}
	for _, w := range m.Selected[b] {
		name.Workloads = append(name.Workloads, int32(w))
	}
	return name
}
