package model

import "strconv"

var workloadKeys = []key[Workload]{
	{name: "name", required: true, value: func(w *Workload) string { return quoted(w.Name) }},
	{name: "namespace", source: kubernetes, value: func(w *Workload) string { return quoted(w.Namespace) }},
	{name: "kind", source: assumption, value: func(w *Workload) string { return quoted(w.Kind) }},
	{name: "replicas", unit: "pods", source: kubernetes, note: "a DaemonSet's follow the nodes", value: func(w *Workload) string { return strconv.Itoa(w.Replicas) }},
	{name: "cpu", unit: "cores", source: kubernetes, note: "request", value: func(w *Workload) string { return quotedCPU(w.Requests.CPU) }},
	{name: "memory", unit: "bytes", source: kubernetes, note: "request", value: func(w *Workload) string { return quotedMemory(w.Requests.Memory) }},
	{name: "labels", source: byScenario, note: "app = the workload's name", value: func(w *Workload) string {
		if w.Name == "" {
			return ""
		}
		return labelTable(w.Labels)
	}},
	{name: "start", unit: "duration", source: "assumption, near published container starts of 0.6 to 1.2 s (arXiv 2602.15214)",
		value: func(w *Workload) string { return w.Start.String() }},
	{name: "ready", unit: "duration", source: "assumption: depends on the application, so give your own", value: func(w *Workload) string { return w.Ready.String() }},
	{name: "termination", unit: "duration", source: assumption, value: func(w *Workload) string { return w.Termination.String() }},
	{name: "termination_grace", unit: "duration", source: kubernetes, value: func(w *Workload) string { return quotedDuration(w.TerminationGrace) }},
	{name: "min_ready", unit: "duration", source: kubernetes, value: func(w *Workload) string { return quotedDuration(w.MinReady) }},
	{name: "image", source: byScenario, note: "nothing to pull", value: func(w *Workload) string {
		if w.Image.Name == "" {
			return ""
		}
		return "{ name = " + quoted(w.Image.Name) + ", size = " + quotedMemory(w.Image.Size) + " }"
	}},
	{name: "node_pool", source: byScenario, value: func(w *Workload) string { return quoted(w.NodePool) }},
	{name: "node_selector", source: kubernetes, value: func(w *Workload) string { return labelTable(w.NodeSelector) }},
	{name: "node_affinity", source: kubernetes, value: func(w *Workload) string { return quotedList(w.NodeAffinity, NodeSelectorTerm.String) }},
	{name: "tolerations", source: kubernetes, value: func(w *Workload) string { return quotedList(w.Tolerations, Toleration.String) }},
	{name: "topology_spread", source: kubernetes, note: "the scheduler's default constraints", value: spreadTable},
	{name: "anti_affinity", source: kubernetes, value: func(w *Workload) string {
		if !w.HostAntiAffinity {
			return ""
		}
		return `{ topology_key = "` + LabelHostname + `", required = true }`
	}},
	{name: "volume", source: byScenario, value: func(w *Workload) string {
		if !w.ZonalVolume {
			return ""
		}
		return "{ zonal = true }"
	}},
	{name: "pod_management", source: kubernetes, note: "of a StatefulSet", value: func(w *Workload) string {
		if w.Kind != StatefulSet && w.Name != "" {
			return ""
		}
		return quoted(w.PodManagement)
	}},
	{name: "target", unit: "share", source: byScenario, note: "no objective", value: func(w *Workload) string {
		if w.Target.Available == 0 {
			return ""
		}
		return `{ available = "` + strconv.FormatFloat(w.Target.Available*100, 'g', 12, 64) + `%" }`
	}},
	{name: "placement", source: byScenario, note: "the scheduler places the pods", value: func(w *Workload) string { return quotedList(w.Placement, same) }},
}

func spreadTable(w *Workload) string {
	var parts []string
	for _, c := range w.TopologySpread {
		parts = append(parts, c.TopologyKey+" max_skew "+strconv.Itoa(c.MaxSkew)+" "+string(c.WhenUnsatisfiable))
	}
	return quotedList(parts, same)
}

var budgetKeys = []key[Budget]{
	{name: "name", required: true, note: "the workload's, for one inside a workload", value: func(b *Budget) string { return quoted(b.Name) }},
	{name: "namespace", source: kubernetes, note: "the workload's, for one inside a workload", value: func(b *Budget) string { return quoted(b.Namespace) }},
	{name: "selector", required: true, note: "the workload's labels, for one inside a workload", value: func(b *Budget) string { return quoted(b.Selector.String()) }},
	{name: "min_available", unit: "pods", source: kubernetes, note: "one of this and max_unavailable is required",
		value: func(b *Budget) string { return someIntOrPercent(b.MinAvailable) }},
	{name: "max_unavailable", unit: "pods", source: kubernetes, note: "one of this and min_available is required",
		value: func(b *Budget) string { return someIntOrPercent(b.MaxUnavailable) }},
	{name: "unhealthy_pod_eviction_policy", source: kubernetes, value: func(b *Budget) string { return quoted(b.UnhealthyPods) }},
}

var strategyKeys = []key[Strategy]{
	{name: "name", required: true, value: func(s *Strategy) string { return quoted(s.Name) }},
	{name: "kind", required: true, value: func(s *Strategy) string { return quoted(s.Kind) }},
	{name: "to", required: true, note: "not for operations", value: func(s *Strategy) string { return quotedVersion(s.To) }},
	{name: "order", source: byScenario, note: "of per-pool: file order", value: func(s *Strategy) string { return quotedList(s.Order, same) }},
	{name: "parallel", unit: "pools", source: assumption, note: "of per-pool: pools at a time", value: func(s *Strategy) string {
		if s.Kind != PerPool && s.Name != "" {
			return ""
		}
		return strconv.Itoa(s.Parallel)
	}},
	{name: "pause", unit: "duration", source: byScenario, note: "of per-pool", value: func(s *Strategy) string {
		if s.Kind != PerPool && s.Name != "" {
			return ""
		}
		return quotedDuration(s.Pause)
	}},
	{name: "operation", note: "of operations, which need at least one", source: byScenario, value: func(*Strategy) string { return "" }},
}

var operationKeys = []key[Operation]{
	{name: "name", required: true, value: func(o *Operation) string { return quoted(o.Name) }},
	{name: "at", unit: "duration", source: byScenario, value: func(o *Operation) string {
		if o.After != "" {
			return ""
		}
		return quotedDuration(o.At)
	}},
	{name: "after", source: byScenario, note: "the time at counts", value: func(o *Operation) string { return quoted(o.After) }},
	{name: "when", source: byScenario, value: func(o *Operation) string {
		if o.After == "" && o.Name != "" {
			return ""
		}
		return quoted(o.When)
	}},
	{name: "delay", unit: "duration", source: byScenario, value: func(o *Operation) string { return quotedDuration(o.Delay) }},
	{name: "do", required: true, value: func(o *Operation) string { return quoted(o.Do) }},
	{name: "pool", source: byScenario, note: "required by upgrade-pool and scale", value: func(o *Operation) string { return quoted(o.Pool) }},
	{name: "to", source: "AKS, Upgrade node pools page", note: "what the client falls back to", value: func(o *Operation) string { return quotedVersion(o.To) }},
	{name: "client", source: assumption, value: func(o *Operation) string { return quoted(o.Client) }},
	{name: "count", unit: "nodes", source: byScenario, note: "required by scale", value: func(o *Operation) string {
		if o.Do != Scale {
			return ""
		}
		return strconv.Itoa(o.Count)
	}},
	{name: "expect", source: byScenario, note: "the request is expected to be accepted", value: func(o *Operation) string { return quoted(o.Expect) }},
	{name: "max_surge", unit: "nodes", source: byScenario, note: "the pool's", value: func(o *Operation) string { return someIntOrPercent(o.MaxSurge) }},
	{name: "max_unavailable", unit: "nodes", source: byScenario, note: "the pool's", value: func(o *Operation) string { return someIntOrPercent(o.MaxUnavailable) }},
	{name: "drain_timeout", unit: "duration", source: byScenario, note: "the pool's", value: func(o *Operation) string {
		if o.DrainTimeout == nil {
			return ""
		}
		return quotedDuration(*o.DrainTimeout)
	}},
	{name: "node_soak", unit: "duration", source: byScenario, note: "the pool's", value: func(o *Operation) string {
		if o.NodeSoak == nil {
			return ""
		}
		return quotedDuration(*o.NodeSoak)
	}},
}

var gateKeys = []key[Gate]{
	{name: "strategy", source: byScenario, note: "every strategy", value: func(g *Gate) string { return quoted(g.Strategy) }},
	{name: "metric", required: true, value: func(g *Gate) string { return quoted(g.Metric) }},
	{name: "stat", source: assumption, value: func(g *Gate) string { return quoted(g.Stat) }},
	{name: "op", required: true, value: func(g *Gate) string { return quoted(g.Op) }},
	{name: "value", required: true, value: func(g *Gate) string {
		if g.Written != "" {
			return quoted(g.Written)
		}
		return strconv.FormatFloat(g.Value, 'g', -1, 64)
	}},
}
