package model

import "strconv"

var workloadKeys = []key[Workload]{
	{name: "name", is: aText, required: true,
		means: "unique in its namespace",
		value: func(w *Workload) string { return quoted(w.Name) }},
	{name: "namespace", is: aText, source: kubernetes,
		means: "Kubernetes namespace",
		value: func(w *Workload) string { return quoted(w.Namespace) }},
	{name: "kind", is: aChoice, values: spelled(WorkloadKinds), source: assumption,
		means: "who replaces the pods: a controller of that kind, or nobody for a bare Pod",
		value: func(w *Workload) string { return quoted(w.Kind) }},
	{name: "replicas", is: aCount, least: "1", most: "200000", unit: "pods", source: kubernetes,
		means: "pods wanted; not of a DaemonSet, which follows the nodes, nor of a Job",
		value: func(w *Workload) string { return strconv.Itoa(w.Replicas) }},
	ofJob(key[JobSettings]{name: "completions", is: aCount, least: "1", most: "200000", unit: "pods", source: kubernetes,
		means: "of a Job: pods that must run to their end",
		value: func(j *JobSettings) string { return strconv.Itoa(j.Completions) }}),
	ofJob(key[JobSettings]{name: "parallelism", is: aCount, least: "1", most: "200000", unit: "pods", source: kubernetes,
		means: "of a Job: pods at a time",
		value: func(j *JobSettings) string { return strconv.Itoa(j.Parallelism) }}),
	ofJob(key[JobSettings]{name: "duration", is: aDist, source: "assumption: depends on the application, so give your own",
		means: "of a Job: how long a pod runs, from Running to its end",
		value: func(j *JobSettings) string { return j.Duration.String() }}),
	ofJob(key[JobSettings]{name: "backoff_limit", is: aCount, least: "0", unit: "pods", source: kubernetes,
		means: "of a Job: failed pods after which it fails",
		value: func(j *JobSettings) string { return strconv.Itoa(j.BackoffLimit) }}),
	ofJob(key[JobSettings]{name: "ignore_disruptions", is: aBoolean, source: kubernetes,
		means: "of a Job: evicted and preempted pods don't count as failed",
		value: func(j *JobSettings) string { return strconv.FormatBool(j.IgnoreDisruptions) }}),
	{name: "cpu", is: aCPU, least: "\"0\"", most: "\"100000\"", source: kubernetes,
		means: "request of each pod",
		value: func(w *Workload) string { return quotedCPU(w.Requests.CPU) }},
	{name: "memory", is: aMemory, least: "\"0\"", most: "\"1Pi\"", source: kubernetes,
		means: "request of each pod",
		value: func(w *Workload) string { return quotedMemory(w.Requests.Memory) }},
	{name: "resources", is: amountsBy, source: kubernetes,
		otherwise: "none beside cpu and memory", means: "other requests of each pod, such as { \"nvidia.com/gpu\" = 1 }",
		value: func(w *Workload) string { return extendedTable(w.Extended) }},
	{name: "host_ports", is: somePorts, source: kubernetes,
		otherwise: "none", means: "ports of the node that each pod takes for itself",
		value: func(w *Workload) string { return quotedList(w.HostPorts, HostPort.String) }},
	{name: "priority", is: aPriority, least: "-2147483648", most: "1000000000", source: kubernetes,
		means: "value of the pods' PriorityClass; the higher are placed first and displace lower ones",
		value: func(w *Workload) string { return strconv.Itoa(int(w.Priority)) }},
	{name: "preemption_policy", is: aChoice, values: spelled(PreemptionPolicies), source: kubernetes,
		means: "whether the pods may displace others",
		value: func(w *Workload) string { return quoted(w.PreemptionPolicy) }},
	{name: "scheduling_gates", is: someTexts, source: kubernetes,
		otherwise: "none", means: "gates of the pods; nobody removes them, so pods that have one are never scheduled",
		value: func(w *Workload) string { return quotedList(w.SchedulingGates, same) }},
	{name: "labels", is: someLabels, source: byScenario,
		otherwise: "app = the workload's name", means: "labels of the pods; budgets and affinity select by them",
		value: func(w *Workload) string {
			if w.Name == "" {
				return ""
			}
			return labelTable(w.Labels)
		}},
	{name: "start", is: aDist, source: "assumption, near published container starts of 0.6 to 1.2 s (arXiv 2602.15214)",
		means: "from bound, with the image there, to Running",
		value: func(w *Workload) string { return w.Start.String() }},
	{name: "ready", is: aReady, source: "assumption: depends on the application, so give your own",
		means: "from Running to Ready; \"never\" for pods that don't become so",
		value: func(w *Workload) string {
			if w.NeverReady {
				return `"never"`
			}
			return w.Ready.String()
		}},
	{name: "unready", is: aReplicas, source: byScenario,
		otherwise: "all are Ready", means: "replicas that run at the start without being Ready, until they are replaced",
		value: func(w *Workload) string { return integers(w.Unready) }},
	{name: "termination", is: aDist, source: assumption,
		means: "from asked to stop to stopped",
		value: func(w *Workload) string { return w.Termination.String() }},
	{name: "termination_grace", is: aDuration, source: kubernetes,
		means: "pods that haven't stopped by then are killed",
		value: func(w *Workload) string { return quotedDuration(w.TerminationGrace) }},
	{name: "min_ready", is: aDuration, source: kubernetes,
		means: "how long a pod is Ready before its controller counts it as available; budgets count Ready",
		value: func(w *Workload) string { return quotedDuration(w.MinReady) }},
	{name: "not_ready_toleration", is: aDuration, source: "kube-apiserver, default-not-ready-toleration-seconds",
		means: "how long pods stay on a node that is not-ready; DaemonSets' stay for ever",
		value: func(w *Workload) string { return quotedDuration(w.NotReadyToleration) }},
	{name: "image", is: aTable, source: byScenario,
		otherwise: "nothing to pull", means: "container image, pulled first on a node that lacks it",
		value: func(w *Workload) string {
			if w.Image.Name == "" {
				return ""
			}
			return "{ name = " + quoted(w.Image.Name) + ", size = " + quotedMemory(w.Image.Size) + " }"
		}},
	{name: "node_pool", is: aText, source: byScenario,
		otherwise: "any", means: "pool that the pods have to run on",
		value: func(w *Workload) string { return quoted(w.NodePool) }},
	{name: "node_selector", is: someLabels, source: kubernetes,
		otherwise: "any node", means: "labels that a node must have",
		value: func(w *Workload) string { return labelTable(w.NodeSelector) }},
	{name: "node_affinity", is: someTerms, source: kubernetes,
		otherwise: "none", means: "alternatives, each a list of conditions on node labels; one of them must hold",
		value: func(w *Workload) string { return quotedList(w.NodeAffinity, NodeSelectorTerm.String) }},
	{name: "preferred_node_affinity", is: someTables, source: kubernetes,
		otherwise: "none", means: "node labels that are preferred, with a weight",
		value: func(w *Workload) string { return quotedList(w.PreferredNodeAffinity, PreferredNodeTerm.String) }},
	{name: "tolerations", is: someTolerations, source: kubernetes,
		otherwise: "none", means: "taints that the pods tolerate",
		value: func(w *Workload) string { return quotedList(w.Tolerations, Toleration.String) }},
	{name: "topology_spread", is: someTables, source: kubernetes,
		otherwise: "the scheduler's default constraints", means: "topologySpreadConstraints of the pods",
		value: spreadTable},
	{name: "anti_affinity", is: aTable, source: kubernetes,
		otherwise: "none", means: "keeps the workload's own pods apart, such as { topology_key = \"kubernetes.io/hostname\", required = true }: short for pod_anti_affinity over its labels",
		value: func(w *Workload) string {
			if !w.HostAntiAffinity {
				return ""
			}
			return `{ topology_key = "` + LabelHostname + `", required = true }`
		}},
	{name: "pod_affinity", is: someTables, source: kubernetes,
		otherwise: "none", means: "pods that the pods have to, or would rather, run near to",
		value: func(w *Workload) string { return quotedList(w.PodAffinity, PodAffinityTerm.String) }},
	{name: "pod_anti_affinity", is: someTables, source: kubernetes,
		otherwise: "none beside anti_affinity", means: "pods that the pods mustn't, or would rather not, run near to",
		value: func(w *Workload) string { return quotedList(w.PodAntiAffinity, PodAffinityTerm.String) }},
	{name: "volume", is: aTable, source: byScenario,
		otherwise: "none", means: "Azure disks of each replica of a StatefulSet or a Pod, such as { zonal = true }",
		value: volumeTable},
	{name: "pdb", is: aTable, source: byScenario,
		otherwise: "none", means: "a budget over the workload's own labels, such as { max_unavailable = 1 }: the keys of [[pdb]] but for name, namespace and selector",
		value: func(*Workload) string { return "" }},
	{name: "local_storage", is: aBoolean, source: byScenario,
		means: "the pods have an emptyDir or hostPath volume, which only the cluster autoscaler cares about",
		value: func(w *Workload) string { return strconv.FormatBool(w.LocalStorage) }},
	{name: "safe_to_evict", is: aBoolean, source: "kubernetes autoscaler, FAQ",
		otherwise: "no annotation", means: "the pods' annotation cluster-autoscaler.kubernetes.io/safe-to-evict",
		value: func(w *Workload) string { return someBool(w.SafeToEvict) }},
	{name: "pod_management", is: aChoice, values: spelled(PodManagements), source: kubernetes,
		means: "of a StatefulSet: pods start one after the other, or all at once",
		value: func(w *Workload) string {
			if w.Kind != StatefulSet && w.Name != "" {
				return ""
			}
			return quoted(w.PodManagement)
		}},
	{name: "target", is: aTable, source: byScenario,
		otherwise: "no objective", means: "the workload's own objective, such as { available = \"80%\" }, for \"time below target\"",
		value: func(w *Workload) string {
			if w.Target.Available == 0 {
				return ""
			}
			return `{ available = "` + strconv.FormatFloat(w.Target.Available*100, 'g', 12, 64) + `%" }`
		}},
	{name: "placement", is: someTexts, source: byScenario,
		otherwise: "the scheduler places the pods", means: "node of each replica at the start, \"\" to have it scheduled",
		value: func(w *Workload) string { return quotedList(w.Placement, same) }},
}

// ofJob makes a key of a Job one of workloads, of which others don't have it.
func ofJob(k key[JobSettings]) key[Workload] {
	return key[Workload]{name: k.name, is: k.is, least: k.least, most: k.most, unit: k.unit, source: k.source, means: k.means, value: func(w *Workload) string {
		if w.Kind != Job && w.Name != "" {
			return ""
		}
		return k.value(&w.Job)
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
	{name: "name", is: aText, required: true,
		otherwise: "the workload's, for one inside a workload", means: "unique in its namespace",
		value: func(b *Budget) string { return quoted(b.Name) }},
	{name: "namespace", is: aText, source: kubernetes,
		otherwise: "the workload's, for one inside a workload", means: "namespace of the budget and its pods",
		value: func(b *Budget) string { return quoted(b.Namespace) }},
	{name: "selector", is: aSelector, required: true,
		otherwise: "the workload's labels, for one inside a workload", means: "pods that the budget covers",
		value: func(b *Budget) string { return quoted(b.Selector.String()) }},
	{name: "min_available", is: anAmount, least: "0", leastShare: "\"0%\"", mostShare: "\"100%\"", unit: "pods", source: kubernetes,
		otherwise: "none", means: "pods that must stay healthy; one of this and max_unavailable is required",
		value: func(b *Budget) string { return someIntOrPercent(b.MinAvailable) }},
	{name: "max_unavailable", is: anAmount, least: "0", leastShare: "\"0%\"", mostShare: "\"100%\"", unit: "pods", source: kubernetes,
		otherwise: "none", means: "pods that may be away; one of this and min_available is required",
		value: func(b *Budget) string { return someIntOrPercent(b.MaxUnavailable) }},
	{name: "unhealthy_pod_eviction_policy", is: aChoice, values: spelled(UnhealthyPodEvictionPolicies), source: kubernetes,
		means: "whether pods that aren't Ready may always be evicted, or only while the budget is met",
		value: func(b *Budget) string { return quoted(b.UnhealthyPods) }},
	{name: "created", is: aDuration, source: byScenario,
		otherwise: "long before the start", means: "when in the run somebody creates it",
		value: func(b *Budget) string {
			if b.Created == nil {
				return ""
			}
			return quotedDuration(*b.Created)
		}},
}

const forceSource = "azure-cli, _update_upgrade_settings"

var strategyKeys = []key[Strategy]{
	{name: "name", is: aText, required: true,
		means: "how --strategy and reports call it",
		value: func(s *Strategy) string { return quoted(s.Name) }},
	{name: "kind", is: aChoice, values: spelled(StrategyKinds), required: true,
		means: "full is az aks upgrade; control-plane-only the same with that flag; per-pool the control plane, then one request a pool; auto-upgrade leaves it to AKS and its channels; node-image-only brings images alone; blue-green replaces pools by new ones with kubectl drain; operations is a list of requests",
		value: func(s *Strategy) string { return quoted(s.Kind) }},
	{name: "to", is: aTarget, required: true,
		means: "target version; not of node-image-only and operations, and optional for auto-upgrade",
		value: func(s *Strategy) string { return quotedVersion(s.To) }},
	{name: "force", is: aBoolean, source: byScenario,
		means: "AKS asks no budgets; of blue-green: pods without a controller go, too",
		value: func(s *Strategy) string {
			if s.Kind == Operations {
				return ""
			}
			return strconv.FormatBool(s.Force)
		}},
	{name: "force_until", is: aDuration, source: forceSource,
		otherwise: "3 days after the request", means: "with force: until when, since the run began",
		value: func(s *Strategy) string { return someDuration(s.ForceUntil) }},
	{name: "order", is: someTexts, source: byScenario,
		otherwise: "file order", means: "of per-pool and blue-green: the pools, in that order",
		value: func(s *Strategy) string { return quotedList(s.Order, same) }},
	{name: "parallel", is: aCount, least: "1", most: "100", unit: "pools", source: assumption,
		means: "of per-pool: pools at a time",
		value: func(s *Strategy) string {
			if s.Kind != PerPool && s.Name != "" {
				return ""
			}
			return strconv.Itoa(s.Parallel)
		}},
	{name: "pause", is: aDuration, source: byScenario,
		means: "of per-pool: wait between one request's end and the next request, so after the control plane, too; of blue-green: wait between pools",
		value: func(s *Strategy) string {
			if s.Kind != PerPool && s.Kind != BlueGreenByHand && s.Name != "" {
				return ""
			}
			return quotedDuration(s.Pause)
		}},
	{name: "soak", is: aDuration, source: byScenario,
		means: "of blue-green: wait between the last drain and the deletion of the old pool",
		value: func(s *Strategy) string {
			if s.Kind != BlueGreenByHand && s.Name != "" {
				return ""
			}
			return quotedDuration(s.Soak)
		}},
	{name: "suffix", is: aText, source: assumption,
		means: "of blue-green: what the names of the new pools end in, up to 5 lower-case letters and digits",
		value: func(s *Strategy) string {
			if s.Kind != BlueGreenByHand && s.Name != "" {
				return ""
			}
			return quoted(s.Suffix)
		}},
	{name: "operation", is: someTables, source: byScenario,
		otherwise: "none, and kind operations needs one", means: "of operations: the requests",
		value: func(*Strategy) string { return "" }},
	{name: "retries", is: aCount, least: "0", most: "100", source: "azure-core, RetryPolicy",
		means: "how often a request that AKS throttles is sent again, each time when its Retry-After says",
		value: func(s *Strategy) string { return strconv.Itoa(s.Retries) }},
	{name: "hops", is: aBoolean, source: byScenario,
		means: "a target several minors away is reached over those of cluster.offered_versions, with the fewest drained nodes; else AKS refuses it",
		value: func(s *Strategy) string { return strconv.FormatBool(s.Hops) }},
}

var operationKeys = []key[Operation]{
	{name: "name", is: aText, required: true,
		means: "unique in its strategy; after refers to it",
		value: func(o *Operation) string { return quoted(o.Name) }},
	{name: "at", is: aDuration, source: byScenario,
		means: "when it is submitted, since the run began",
		value: func(o *Operation) string {
			if o.After != "" {
				return ""
			}
			return quotedDuration(o.At)
		}},
	{name: "after", is: aText, source: byScenario,
		otherwise: "none: at counts", means: "operation of the same strategy that it waits for",
		value: func(o *Operation) string { return quoted(o.After) }},
	{name: "when", is: aChoice, values: spelled(Moments), source: byScenario,
		means: "which moment of that operation",
		value: func(o *Operation) string {
			if o.After == "" && o.Name != "" {
				return ""
			}
			return quoted(o.When)
		}},
	{name: "delay", is: aDuration, source: byScenario,
		means: "wait after that moment",
		value: func(o *Operation) string { return quotedDuration(o.Delay) }},
	{name: "do", is: aChoice, values: spelled(Verbs), required: true,
		means: "what is asked for: upgrade takes the control plane and all pools, upgrade-control-plane that alone; delete-machines deletes nodes without a drain; cordon, uncordon and drain are kubectl's, all others az's",
		value: func(o *Operation) string { return quoted(o.Do) }},
	{name: "pool", is: aText, source: byScenario,
		otherwise: "of upgrade-node-image every pool, of abort the cluster's operation, of cordon, uncordon and drain that of the nodes", means: "pool that the request is about; required where it is about one",
		value: func(o *Operation) string { return quoted(o.Pool) }},
	{name: "to", is: aTarget, source: "AKS, Upgrade node pools page",
		otherwise: "from client cli the pool's own version, from arm the one declared for it or else the control plane's", means: "target version, which upgrade and upgrade-control-plane need",
		value: func(o *Operation) string { return quotedVersion(o.To) }},
	{name: "pool_versions", is: versionsBy, source: "ARM, managedClusters, agentPoolProfiles",
		otherwise: "every pool goes along", means: "of upgrade from client arm: the versions that it gives pools; {} gives none, so that they stay",
		value: func(o *Operation) string { return poolVersions(o.PoolVersions) }},
	{name: "client", is: aChoice, values: spelled(Clients), source: assumption,
		means: "who submits it, which decides what an unset target means: az, the API, or AKS by itself in a window",
		value: func(o *Operation) string { return quoted(o.Client) }},
	{name: "nodes", is: someTexts, source: byScenario,
		otherwise: "all of the pool; none of delete-machines, which needs them", means: "of cordon, uncordon, drain and delete-machines: the nodes",
		value: func(o *Operation) string { return quotedList(o.Nodes, same) }},
	{name: "count", is: aCount, least: "0", most: "1000", unit: "nodes", source: byScenario,
		otherwise: "none, and scale needs it", means: "of scale: the new count",
		value: func(o *Operation) string {
			if o.Do != Scale {
				return ""
			}
			return strconv.Itoa(o.Count)
		}},
	{name: "force", is: aBoolean, source: byScenario,
		means: "of upgrades: AKS asks no budgets until force_until; of drain: pods without a controller go, too",
		value: func(o *Operation) string {
			if o.Name != "" && !o.Force {
				return ""
			}
			return strconv.FormatBool(o.Force)
		}},
	{name: "force_until", is: aDuration, source: forceSource,
		otherwise: "3 days after the request", means: "with force: until when, since the run began",
		value: func(o *Operation) string { return someDuration(o.ForceUntil) }},
	{name: "enable_auto_scaling", is: aBoolean, source: byScenario,
		otherwise: "as it is", means: "of update-pool: whether the cluster autoscaler scales the pool",
		value: func(o *Operation) string { return someBool(o.EnableAutoScaling) }},
	{name: "min_count", is: aCount, least: "0", most: "1000", unit: "nodes", source: byScenario,
		otherwise: "as it is", means: "of update-pool: fewest nodes that the autoscaler leaves",
		value: func(o *Operation) string { return someCount(o.MinCount) }},
	{name: "max_count", is: aCount, least: "1", most: "1000", unit: "nodes", source: byScenario,
		otherwise: "as it is", means: "of update-pool: most nodes that the autoscaler makes",
		value: func(o *Operation) string { return someCount(o.MaxCount) }},
	{name: "image", is: aText, source: byScenario,
		otherwise: "the newest", means: "of upgrade-node-image: the release, such as \"202604.08.0\"",
		value: func(o *Operation) string { return quoted(o.Image) }},
	{name: "snapshot", is: aText, source: byScenario,
		otherwise: "none", means: "of upgrade-pool and upgrade-node-image: snapshot that the pool is put on",
		value: func(o *Operation) string { return quoted(o.Snapshot) }},
	{name: "if_match", is: aDuration, source: "AKS eTags page",
		otherwise: "no eTag", means: "how long before the client read the eTag that the request carries",
		value: func(o *Operation) string { return optionalDuration(o.IfMatch) }},
	{name: "if_none_match", is: aText, source: "AKS eTags page",
		otherwise: "no such header", means: "value of that header; \"*\" for a resource that isn't there",
		value: func(o *Operation) string { return quoted(o.IfNoneMatch) }},
	{name: "expect", is: aText, source: byScenario,
		otherwise: "the request is accepted", means: "error code that the scenario wants to see, such as \"OperationNotAllowed\"; rollsim plan shows what AKS would answer",
		value: func(o *Operation) string { return quoted(o.Expect) }},
	{name: "max_surge", is: anAmount, least: "0", most: "1000", leastShare: "\"0%\"", mostShare: "\"100%\"", unit: "nodes", source: byScenario,
		otherwise: "the pool's", means: "of upgrade-pool and update-pool: new setting of the pool",
		value: func(o *Operation) string { return someIntOrPercent(o.MaxSurge) }},
	{name: "max_unavailable", is: anAmount, least: "0", most: "1000", leastShare: "\"0%\"", mostShare: "\"100%\"", unit: "nodes", source: byScenario,
		otherwise: "the pool's", means: "of upgrade-pool and update-pool: new setting of the pool",
		value: func(o *Operation) string { return someIntOrPercent(o.MaxUnavailable) }},
	{name: "drain_timeout", is: aDuration, least: "\"1s\"", most: "\"24h\"", source: byScenario,
		otherwise: "the pool's", means: "of upgrade-pool and update-pool: new setting of the pool",
		value: func(o *Operation) string { return optionalDuration(o.DrainTimeout) }},
	{name: "node_soak", is: aDuration, least: "\"0s\"", most: "\"30m\"", source: byScenario,
		otherwise: "the pool's", means: "of upgrade-pool and update-pool: new setting of the pool",
		value: func(o *Operation) string { return optionalDuration(o.NodeSoak) }},
}

var gateKeys = []key[Gate]{
	{name: "strategy", is: aText, source: byScenario,
		otherwise: "every strategy", means: "strategy that the gate judges",
		value: func(g *Gate) string { return quoted(g.Strategy) }},
	{name: "metric", is: aText, required: true,
		means: "metric that is judged; \"rollsim keys metrics\" lists them",
		value: func(g *Gate) string { return quoted(g.Metric) }},
	{name: "stat", is: aChoice, values: spelled(Stats), source: assumption,
		means: "statistic of it over the replications",
		value: func(g *Gate) string { return quoted(g.Stat) }},
	{name: "op", is: aChoice, values: spelled(Comparisons), required: true,
		means: "how it must compare with value",
		value: func(g *Gate) string { return quoted(g.Op) }},
	{name: "value", is: aThreshold, required: true,
		means: "what it is compared with, in the metric's unit",
		value: func(g *Gate) string {
			if g.Written != "" {
				return quoted(g.Written)
			}
			return strconv.FormatFloat(g.Value, 'g', -1, 64)
		}},
}
