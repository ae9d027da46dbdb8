package model

import "strconv"

var workloadKeys = []key[Workload]{
	{name: "name", required: true, value: func(w *Workload) string { return quoted(w.Name) }},
	{name: "namespace", source: kubernetes, value: func(w *Workload) string { return quoted(w.Namespace) }},
	{name: "kind", source: assumption, value: func(w *Workload) string { return quoted(w.Kind) }},
	{name: "replicas", unit: "pods", source: kubernetes, note: "a DaemonSet's follow the nodes", value: func(w *Workload) string { return strconv.Itoa(w.Replicas) }},
	ofJob("completions", "pods", kubernetes, "of a Job", func(j *JobSettings) string { return strconv.Itoa(j.Completions) }),
	ofJob("parallelism", "pods", kubernetes, "of a Job, at a time", func(j *JobSettings) string { return strconv.Itoa(j.Parallelism) }),
	ofJob("duration", "duration", "assumption: depends on the application, so give your own", "of a Job's pod, from Running to its end", func(j *JobSettings) string { return j.Duration.String() }),
	ofJob("backoff_limit", "pods", kubernetes, "of a Job: failed pods after which it fails", func(j *JobSettings) string { return strconv.Itoa(j.BackoffLimit) }),
	ofJob("ignore_disruptions", "", kubernetes, "of a Job: evicted and preempted pods don't count as failed", func(j *JobSettings) string { return strconv.FormatBool(j.IgnoreDisruptions) }),
	{name: "cpu", unit: "cores", source: kubernetes, note: "request", value: func(w *Workload) string { return quotedCPU(w.Requests.CPU) }},
	{name: "memory", unit: "bytes", source: kubernetes, note: "request", value: func(w *Workload) string { return quotedMemory(w.Requests.Memory) }},
	{name: "resources", source: kubernetes, note: "no requests beside cpu and memory", value: func(w *Workload) string { return extendedTable(w.Extended) }},
	{name: "host_ports", source: kubernetes, note: "none", value: func(w *Workload) string { return quotedList(w.HostPorts, HostPort.String) }},
	{name: "priority", source: kubernetes, note: "the value of the pods' PriorityClass", value: func(w *Workload) string { return strconv.Itoa(int(w.Priority)) }},
	{name: "preemption_policy", source: kubernetes, value: func(w *Workload) string { return quoted(w.PreemptionPolicy) }},
	{name: "scheduling_gates", source: kubernetes, note: "none; pods with one are never scheduled", value: func(w *Workload) string { return quotedList(w.SchedulingGates, same) }},
	{name: "labels", source: byScenario, note: "app = the workload's name", value: func(w *Workload) string {
		if w.Name == "" {
			return ""
		}
		return labelTable(w.Labels)
	}},
	{name: "start", unit: "duration", source: "assumption, near published container starts of 0.6 to 1.2 s (arXiv 2602.15214)",
		value: func(w *Workload) string { return w.Start.String() }},
	{name: "ready", unit: "duration", source: "assumption: depends on the application, so give your own", value: func(w *Workload) string {
		if w.NeverReady {
			return `"never"`
		}
		return w.Ready.String()
	}},
	{name: "unready", unit: "replicas", source: byScenario, note: "all are Ready at the start", value: func(w *Workload) string { return integers(w.Unready) }},
	{name: "termination", unit: "duration", source: assumption, value: func(w *Workload) string { return w.Termination.String() }},
	{name: "termination_grace", unit: "duration", source: kubernetes, value: func(w *Workload) string { return quotedDuration(w.TerminationGrace) }},
	{name: "min_ready", unit: "duration", source: kubernetes, value: func(w *Workload) string { return quotedDuration(w.MinReady) }},
	{name: "not_ready_toleration", unit: "duration", source: "kube-apiserver, default-not-ready-toleration-seconds", note: "DaemonSets' pods stay for ever",
		value: func(w *Workload) string { return quotedDuration(w.NotReadyToleration) }},
	{name: "image", source: byScenario, note: "nothing to pull", value: func(w *Workload) string {
		if w.Image.Name == "" {
			return ""
		}
		return "{ name = " + quoted(w.Image.Name) + ", size = " + quotedMemory(w.Image.Size) + " }"
	}},
	{name: "node_pool", source: byScenario, value: func(w *Workload) string { return quoted(w.NodePool) }},
	{name: "node_selector", source: kubernetes, value: func(w *Workload) string { return labelTable(w.NodeSelector) }},
	{name: "node_affinity", source: kubernetes, value: func(w *Workload) string { return quotedList(w.NodeAffinity, NodeSelectorTerm.String) }},
	{name: "preferred_node_affinity", source: kubernetes, note: "none", value: func(w *Workload) string { return quotedList(w.PreferredNodeAffinity, PreferredNodeTerm.String) }},
	{name: "tolerations", source: kubernetes, value: func(w *Workload) string { return quotedList(w.Tolerations, Toleration.String) }},
	{name: "topology_spread", source: kubernetes, note: "the scheduler's default constraints", value: spreadTable},
	{name: "anti_affinity", source: kubernetes, value: func(w *Workload) string {
		if !w.HostAntiAffinity {
			return ""
		}
		return `{ topology_key = "` + LabelHostname + `", required = true }`
	}},
	{name: "pod_affinity", source: kubernetes, note: "none", value: func(w *Workload) string { return quotedList(w.PodAffinity, PodAffinityTerm.String) }},
	{name: "pod_anti_affinity", source: kubernetes, note: "none beside anti_affinity", value: func(w *Workload) string { return quotedList(w.PodAntiAffinity, PodAffinityTerm.String) }},
	{name: "volume", source: byScenario, value: volumeTable},
	{name: "local_storage", source: byScenario, note: "true: the pods have an emptyDir or hostPath volume", value: func(w *Workload) string { return strconv.FormatBool(w.LocalStorage) }},
	{name: "safe_to_evict", source: "kubernetes autoscaler, FAQ", note: "the pods have no such annotation", value: func(w *Workload) string { return someBool(w.SafeToEvict) }},
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

func ofJob(name, unit, source, note string, value func(*JobSettings) string) key[Workload] {
	return key[Workload]{name: name, unit: unit, source: source, note: note, value: func(w *Workload) string {
		if w.Kind != Job && w.Name != "" {
			return ""
		}
		return value(&w.Job)
	}}
}

func volumeTable(w *Workload) string {
	switch {
	case w.Disks > 1 || w.Disks == 1 && !w.ZonalVolume:
		return "{ zonal = " + strconv.FormatBool(w.ZonalVolume) + ", disks = " + strconv.Itoa(w.Disks) + " }"
	case w.ZonalVolume:
		return "{ zonal = true }"
	default:
		return ""
	}
}

func spreadTable(w *Workload) string {
	var parts []string
	for _, c := range w.TopologySpread {
		part := c.String()
		if !c.Selector.Equal(SelectorOf(w.Labels)) {
			part += " over " + c.Selector.String()
		}
		parts = append(parts, part)
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
	{name: "created", unit: "duration", source: byScenario, note: "long before the start", value: func(b *Budget) string {
		if b.Created == nil {
			return ""
		}
		return quotedDuration(*b.Created)
	}},
}

const forceSource = "azure-cli, _update_upgrade_settings"

var strategyKeys = []key[Strategy]{
	{name: "name", required: true, value: func(s *Strategy) string { return quoted(s.Name) }},
	{name: "kind", required: true, value: func(s *Strategy) string { return quoted(s.Kind) }},
	{name: "to", required: true, note: "not for node-image-only and operations", value: func(s *Strategy) string { return quotedVersion(s.To) }},
	{name: "force", source: byScenario, note: "true: budgets are not asked; of blue-green: pods without a controller go too", value: func(s *Strategy) string {
		if s.Kind == Operations {
			return ""
		}
		return strconv.FormatBool(s.Force)
	}},
	{name: "force_until", unit: "duration", source: forceSource, note: "with force: 3 days after the request; until when, since the run began", value: func(s *Strategy) string { return someDuration(s.ForceUntil) }},
	{name: "order", source: byScenario, note: "of per-pool and blue-green: file order", value: func(s *Strategy) string { return quotedList(s.Order, same) }},
	{name: "parallel", unit: "pools", source: assumption, note: "of per-pool: pools at a time", value: func(s *Strategy) string {
		if s.Kind != PerPool && s.Name != "" {
			return ""
		}
		return strconv.Itoa(s.Parallel)
	}},
	{name: "pause", unit: "duration", source: byScenario, note: "of per-pool and, between pools, of blue-green", value: func(s *Strategy) string {
		if s.Kind != PerPool && s.Kind != BlueGreenByHand && s.Name != "" {
			return ""
		}
		return quotedDuration(s.Pause)
	}},
	{name: "soak", unit: "duration", source: byScenario, note: "of blue-green: between the last drain and the deletion of the old pool", value: func(s *Strategy) string {
		if s.Kind != BlueGreenByHand && s.Name != "" {
			return ""
		}
		return quotedDuration(s.Soak)
	}},
	{name: "suffix", source: assumption, note: "of blue-green: what the names of the new pools end in", value: func(s *Strategy) string {
		if s.Kind != BlueGreenByHand && s.Name != "" {
			return ""
		}
		return quoted(s.Suffix)
	}},
	{name: "operation", note: "of operations, which need at least one", source: byScenario, value: func(*Strategy) string { return "" }},
	{name: "retries", source: "azure-core, RetryPolicy", note: "how often a request that AKS throttles is sent again, each time when its Retry-After says",
		value: func(s *Strategy) string { return strconv.Itoa(s.Retries) }},
	{name: "hops", source: byScenario, note: "true: the chain of requests over the minors between, with the fewest drained nodes",
		value: func(s *Strategy) string { return strconv.FormatBool(s.Hops) }},
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
	{name: "pool", source: byScenario, note: "required by requests about one pool; of upgrade-node-image: every pool; of abort: the cluster's operation; of cordon, uncordon and drain: that of the nodes", value: func(o *Operation) string { return quoted(o.Pool) }},
	{name: "to", source: "AKS, Upgrade node pools page", note: "what the client falls back to", value: func(o *Operation) string { return quotedVersion(o.To) }},
	{name: "pool_versions", source: "ARM, managedClusters, agentPoolProfiles", note: "of upgrade from arm: every pool goes along", value: func(o *Operation) string { return poolVersions(o.PoolVersions) }},
	{name: "client", source: assumption, value: func(o *Operation) string { return quoted(o.Client) }},
	{name: "nodes", source: byScenario, note: "of cordon, uncordon, drain: all of the pool; of delete-machines: required", value: func(o *Operation) string { return quotedList(o.Nodes, same) }},
	{name: "count", unit: "nodes", source: byScenario, note: "required by scale", value: func(o *Operation) string {
		if o.Do != Scale {
			return ""
		}
		return strconv.Itoa(o.Count)
	}},
	{name: "force", source: byScenario, note: "true: budgets are not asked until force_until; of drain: pods without a controller go too", value: func(o *Operation) string {
		if o.Name != "" && !o.Force {
			return ""
		}
		return strconv.FormatBool(o.Force)
	}},
	{name: "force_until", unit: "duration", source: forceSource, note: "with force: 3 days after the request; until when, since the run began", value: func(o *Operation) string { return someDuration(o.ForceUntil) }},
	{name: "enable_auto_scaling", source: byScenario, note: "of update-pool: as it is", value: func(o *Operation) string { return someBool(o.EnableAutoScaling) }},
	{name: "min_count", unit: "nodes", source: byScenario, note: "of update-pool: as it is", value: func(o *Operation) string { return someCount(o.MinCount) }},
	{name: "max_count", unit: "nodes", source: byScenario, note: "of update-pool: as it is", value: func(o *Operation) string { return someCount(o.MaxCount) }},
	{name: "image", source: byScenario, note: "of upgrade-node-image: the newest release", value: func(o *Operation) string { return quoted(o.Image) }},
	{name: "snapshot", source: byScenario, note: "of upgrade-pool and upgrade-node-image: none", value: func(o *Operation) string { return quoted(o.Snapshot) }},
	{name: "if_match", unit: "duration", source: "AKS eTags page", note: "how long before the client read the eTag that the request carries; it carries none", value: func(o *Operation) string { return optionalDuration(o.IfMatch) }},
	{name: "if_none_match", source: "AKS eTags page", note: "no such header", value: func(o *Operation) string { return quoted(o.IfNoneMatch) }},
	{name: "expect", source: byScenario, note: "the request is expected to be accepted", value: func(o *Operation) string { return quoted(o.Expect) }},
	{name: "max_surge", unit: "nodes", source: byScenario, note: "the pool's", value: func(o *Operation) string { return someIntOrPercent(o.MaxSurge) }},
	{name: "max_unavailable", unit: "nodes", source: byScenario, note: "the pool's", value: func(o *Operation) string { return someIntOrPercent(o.MaxUnavailable) }},
	{name: "drain_timeout", unit: "duration", source: byScenario, note: "the pool's", value: func(o *Operation) string { return optionalDuration(o.DrainTimeout) }},
	{name: "node_soak", unit: "duration", source: byScenario, note: "the pool's", value: func(o *Operation) string { return optionalDuration(o.NodeSoak) }},
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
