package model

import (
	"strconv"

	"rollsim/sim/random"
)

// Sources that several defaults share.
const (
	assumption = "assumption"
	byScenario = "the scenario format"
	measured   = "measured on a v1.34.4 control plane with kwok nodes"
	kubernetes = "Kubernetes"
	noLimit    = "the scenario format: no limit"
)

var specKeys = []key[Spec]{
	{name: "schema", required: true, value: func(s *Spec) string { return strconv.Itoa(s.Schema) }},
	{name: "title", source: byScenario, value: func(s *Spec) string { return quoted(s.Title) }},
}

var runKeys = []key[Run]{
	{name: "seed", source: assumption, value: func(r *Run) string { return strconv.FormatUint(uint64(r.Seed), 10) }},
	{name: "replications", unit: "runs", source: assumption,
		note:  "of compare; a 95 % interval of a 95th percentile needs at least 59",
		value: func(r *Run) string { return strconv.Itoa(r.Replications) }},
	{name: "horizon", unit: "duration", source: assumption, note: "longer than 500 nodes of 4 minutes each, 33 h",
		value: func(r *Run) string { return quotedDuration(r.Horizon) }},
	{name: "start", source: byScenario, note: "simulated time 0 on the calendar: 00:00 UTC on the day of the newest node image",
		value: func(r *Run) string { return quotedInstant(r.Start) }},
}

var clusterKeys = []key[Cluster]{
	{name: "name", source: byScenario, value: func(c *Cluster) string { return quoted(c.Name) }},
	{name: "location", source: assumption, note: "the region of the VM sizes' list prices; part of the zone label",
		value: func(c *Cluster) string { return quoted(c.Location) }},
	{name: "rules", source: "AKS, Upgrade node pools page of July 2023", value: func(c *Cluster) string { return quoted(c.Rules) }},
	{name: "tier", source: assumption, note: "what production clusters have; az aks create makes a free one",
		value: func(c *Cluster) string { return quoted(c.Tier) }},
	{name: "kubernetes_version", required: true, value: func(c *Cluster) string { return quotedVersion(c.KubernetesVersion) }},
	{name: "zones", source: byScenario, note: "none", value: func(c *Cluster) string { return quotedList(c.Zones, same) }},
	{name: "offered_versions", source: byScenario, note: "every version is offered",
		value: func(c *Cluster) string { return quotedList(c.OfferedVersions, Version.String) }},
	{name: "preview_versions", source: byScenario, note: "no version is a preview",
		value: func(c *Cluster) string { return quotedList(c.PreviewVersions, Version.String) }},
	{name: "lts_versions", source: byScenario, note: "none besides offered_versions",
		value: func(c *Cluster) string { return quotedList(c.LTSVersions, Version.String) }},
	{name: "support_plan", source: "az aks create", value: func(c *Cluster) string { return quoted(c.SupportPlan) }},
	{name: "auto_upgrade_channel", source: "az aks create", value: func(c *Cluster) string { return quoted(c.AutoUpgradeChannel) }},
	{name: "node_os_upgrade_channel", source: "az aks create, API 2023-06-01 and later", value: func(c *Cluster) string { return quoted(c.NodeOSUpgradeChannel) }},
	{name: "latest_node_image", source: byScenario, note: "a release newer than that of every pool and offered version",
		value: func(c *Cluster) string { return quoted(c.LatestNodeImage) }},
	{name: "deprecated_apis", source: byScenario, note: "none is in use",
		value: func(c *Cluster) string { return quotedList(c.DeprecatedAPIs, same) }},
	{name: "resource_locks", source: byScenario, note: "none on the node resource group",
		value: func(c *Cluster) string { return quotedList(c.ResourceLocks, same) }},
	{name: "force_until", unit: "duration", source: byScenario, note: "no upgrade is forced at the start; until when, since the run began",
		value: func(c *Cluster) string { return someDuration(c.ForceUntil) }},
	{name: "service_principal_expires", unit: "duration", source: byScenario, note: "never, as with a managed identity; since the run began",
		value: func(c *Cluster) string { return optionalDuration(c.ServicePrincipalExpires) }},
	{name: "certificates_expire", unit: "duration", source: byScenario, note: "never; since the run began",
		value: func(c *Cluster) string { return optionalDuration(c.CertificatesExpire) }},
	{name: "window", unit: "duration", source: byScenario, note: "no maintenance window",
		value: func(c *Cluster) string { return someDuration(c.Window) }},
}

var limitsKeys = []key[Limits]{
	{name: "vcpus", unit: "vCPUs", source: noLimit, value: func(l *Limits) string { return someInt(l.VCPUs) }},
	{name: "vcpus_in_use", unit: "vCPUs", source: byScenario, value: func(l *Limits) string { return strconv.Itoa(l.VCPUsInUse) }},
	{name: "subnet", unit: "CIDR", source: noLimit, value: func(l *Limits) string {
		if !l.Subnet.IsValid() {
			return ""
		}
		return strconv.Quote(l.Subnet.String())
	}},
	{name: "network", source: assumption, note: "AKS recommends Azure CNI Overlay for new clusters",
		value: func(l *Limits) string { return quoted(l.Network) }},
	{name: "network_policy", source: "az aks create", value: func(l *Limits) string { return quoted(l.NetworkPolicy) }},
	{name: "vcpus_by_family", unit: "vCPUs", source: noLimit, value: func(l *Limits) string {
		var table Labels
		for _, f := range l.VCPUsByFamily {
			table = append(table, Label{f.Family, strconv.Itoa(f.VCPUs)})
		}
		return labelTable(table)
	}},
}

var timingKeys = []key[Timing]{
	dist("control_plane_upgrade", assumption+": no public measurement exists", func(t *Timing) random.Dist { return t.ControlPlaneUpgrade }),
	dist("reconcile", "azure-cli recording of January 2024: 102 s for 3 nodes with nothing to upgrade", func(t *Timing) random.Dist { return t.Reconcile }),
	dist("abort", "azure-cli recording of May 2025: 5.1 s", func(t *Timing) random.Dist { return t.Abort }),
	dist("node_create", "assumption, fitted to published times: 72 s to 3 min, VM provisioning 2 to 5 min (AKS docs and issues)",
		func(t *Timing) random.Dist { return t.NodeCreate }),
	dist("node_reimage", "assumption, fitted to published times: 4 to 8 min a node with its drain (AKS and aks-engine issues)",
		func(t *Timing) random.Dist { return t.NodeReimage }),
	dist("node_delete", assumption, func(t *Timing) random.Dist { return t.NodeDelete }),
	dist("node_untaint", measured+": 604 nodes, recorded cases", func(t *Timing) random.Dist { return t.NodeUntaint }),
	dist("disk_move", "Azure disk detach and attach: 15 s to 7 min in issues of cloud-provider-azure and AKS", func(t *Timing) random.Dist { return t.DiskMove }),
	dist("eviction_retry", "kubectl drain", func(t *Timing) random.Dist { return t.EvictionRetry }),
	dist("eviction_request", measured+": 47 refusals of two drains at once where nothing else was written", func(t *Timing) random.Dist { return t.EvictionRequest }),
	dist("object_write", measured+": 303 evictions, from the budget's write to the answer, which are two", func(t *Timing) random.Dist { return t.ObjectWrite }),
	{name: "cache_progress", unit: "duration", source: "kube-apiserver, progressRequestPeriod", note: "at most so often the API server asks how fresh its cache of budgets is; 0: no eviction waits for it",
		value: func(t *Timing) string { return quotedDuration(t.CacheProgress) }},
	dist("replica_create", measured+": 522 replacements after a pod's deletion was asked, less object_write", func(t *Timing) random.Dist { return t.ReplicaCreate }),
	dist("pod_schedule", measured+": 227 pods that fitted at once", func(t *Timing) random.Dist { return t.PodSchedule }),
	{name: "image_pull", unit: "bytes/s", source: assumption, note: "for each node; 0: images are there at once",
		value: func(t *Timing) string { return strconv.Quote(FormatRate(t.ImagePull)) }},
	{name: "image_pull_parallel", unit: "images", source: "kubelet, serializeImagePulls", note: "at a time on a node, sharing image_pull; 0: all",
		value: func(t *Timing) string { return strconv.Itoa(t.ImagePullParallel) }},
	{name: "disk_move_parallel", unit: "disks", source: "assumption: Azure changes the disks of a VM one request after the other", note: "at a time on a node; 0: all",
		value: func(t *Timing) string { return strconv.Itoa(t.DiskMoveParallel) }},
	dist("budget_update", measured+": 710 budgets after a pod became ready, less object_write", func(t *Timing) random.Dist { return t.BudgetUpdate }),
	dist("node_lost", "kube-controller-manager: node-monitor-grace-period 50s, looked at every 5s; kubelets renew their leases every 10s", func(t *Timing) random.Dist { return t.NodeLost }),
	dist("orphan_delete", "kubernetes pkg/controller/podgc: looks every 20s, waits 40s; of 16 recorded nodes 15 after 42 to 60s, one 20s later", func(t *Timing) random.Dist { return t.OrphanDelete }),
}

var schedulerKeys = []key[Scheduler]{
	{name: "default_spread", source: "kube-scheduler, system default constraints", note: "false: pods without constraints aren't spread",
		value: func(s *Scheduler) string { return strconv.FormatBool(s.DefaultSpread) }},
	{name: "percentage_of_nodes_to_score", unit: "%", source: "kube-scheduler", note: "0: 50 less one for each 125 nodes, at least 5, and at least 100 nodes",
		value: func(s *Scheduler) string { return strconv.Itoa(s.PercentageOfNodesToScore) }},
	{name: "backoff", unit: "duration", source: "kube-scheduler, podInitialBackoffSeconds", value: func(s *Scheduler) string { return quotedDuration(s.Backoff) }},
	{name: "max_backoff", unit: "duration", source: "kube-scheduler, podMaxBackoffSeconds", value: func(s *Scheduler) string { return quotedDuration(s.MaxBackoff) }},
	{name: "flush", unit: "duration", source: "kube-scheduler, pod-max-in-unschedulable-pods-duration", value: func(s *Scheduler) string { return quotedDuration(s.Flush) }},
	{name: "client_qps", unit: "requests/s", source: "kube-scheduler, clientConnection", note: "0: no limit", value: func(s *Scheduler) string { return strconv.Itoa(s.ClientQPS) }},
	{name: "client_burst", unit: "requests", source: "kube-scheduler, clientConnection", value: func(s *Scheduler) string { return strconv.Itoa(s.ClientBurst) }},
}

var controllersKeys = []key[Controllers]{
	{name: "client_qps", unit: "requests/s", source: "kube-controller-manager, kube-api-qps", note: "0: no limit", value: func(c *Controllers) string { return strconv.Itoa(c.ClientQPS) }},
	{name: "client_burst", unit: "requests", source: "kube-controller-manager, kube-api-burst", value: func(c *Controllers) string { return strconv.Itoa(c.ClientBurst) }},
	{name: "workers", unit: "ReplicaSets", source: "kube-controller-manager, concurrent-replicaset-syncs", note: "at a time; 0: all", value: func(c *Controllers) string { return strconv.Itoa(c.Workers) }},
	{name: "fresh_pods", source: "client-go, tools/record: of a ReplicaSet 25 events get through at once and one in five minutes after",
		note: "true: the pods were made right before the run, and their events count", value: func(c *Controllers) string { return strconv.FormatBool(c.FreshPods) }},
}

func dist(name, source string, get func(*Timing) random.Dist) key[Timing] {
	return key[Timing]{name: name, unit: "duration", source: source, value: func(t *Timing) string { return get(t).String() }}
}

var poolKeys = []key[NodePool]{
	{name: "name", required: true, value: func(p *NodePool) string { return quoted(p.Name) }},
	{name: "mode", source: "az aks nodepool add", value: func(p *NodePool) string { return quoted(p.Mode) }},
	{name: "absent", source: byScenario, note: "true: there only after a request add-pool", value: func(p *NodePool) string { return strconv.FormatBool(p.Absent) }},
	{name: "count", unit: "nodes", required: true, value: func(p *NodePool) string { return strconv.Itoa(p.Count) }},
	{name: "vm_size", required: true, note: "not where allocatable is given, but quota and cost need it", value: func(p *NodePool) string { return quoted(p.VMSize.Name) }},
	{name: "max_pods", unit: "pods", source: "AKS, IP address planning page", note: "30 with network azure, 110 with kubenet",
		value: func(p *NodePool) string { return strconv.Itoa(p.MaxPods) }},
	{name: "kubernetes_version", source: "AKS, Upgrade node pools page", note: "the control plane's",
		value: func(p *NodePool) string { return quotedVersion(p.KubernetesVersion) }},
	{name: "node_image_version", source: byScenario, note: "one of kubernetes_version's time; its date is made up",
		value: func(p *NodePool) string { return quoted(p.NodeImageVersion) }},
	{name: "zones", source: byScenario, note: "none", value: func(p *NodePool) string { return quotedList(p.Zones, same) }},
	{name: "surge_zones", source: byScenario, note: "zones", value: func(p *NodePool) string { return quotedList(p.SurgeZones, same) }},
	{name: "labels", source: byScenario, value: func(p *NodePool) string { return labelTable(p.Labels) }},
	{name: "taints", source: byScenario, value: func(p *NodePool) string { return quotedList(p.Taints, Taint.String) }},
	{name: "allocatable", source: "AKS, node resource reservations page", note: "what AKS leaves of vm_size with max_pods and kubernetes_version",
		value: func(p *NodePool) string {
			if p.Allocatable == (Allocatable{}) {
				return ""
			}
			a := p.Allocatable
			return "{ cpu = " + quotedCPU(a.CPU) + ", memory = " + quotedMemory(a.Memory) + ", pods = " + strconv.Itoa(a.Pods) + " }"
		}},
	{name: "resources", source: byScenario, note: "none beside allocatable", value: func(p *NodePool) string { return extendedTable(p.Extended) }},
	{name: "max_data_disks", unit: "disks", source: "azuredisk-csi-driver", note: "what vm_size can have attached; 16 for one that isn't in the catalogue",
		value: func(p *NodePool) string { return someInt(p.MaxDataDisks) }},
	{name: "max_surge", unit: "nodes", source: "AKS release notes of 2023-10-01 and 2025-03-16, recorded API answers", note: "1 for versions below 1.28",
		value: func(p *NodePool) string { return intOrPercent(p.Upgrade.MaxSurge) }},
	{name: "max_unavailable", unit: "nodes", source: "AKS, rolling upgrade page", value: func(p *NodePool) string { return intOrPercent(p.Upgrade.MaxUnavailable) }},
	{name: "drain_timeout", unit: "duration", source: "ARM, AgentPoolUpgradeSettings", value: func(p *NodePool) string { return quotedDuration(p.Upgrade.DrainTimeout) }},
	{name: "node_soak", unit: "duration", source: "ARM, AgentPoolUpgradeSettings", value: func(p *NodePool) string { return quotedDuration(p.Upgrade.NodeSoak) }},
	{name: "undrainable_node_behavior", source: "ARM, AgentPoolUpgradeSettings", value: func(p *NodePool) string { return quoted(p.Upgrade.UndrainableNodeBehavior) }},
	{name: "batching", source: assumption, note: "AKS documents neither; a reimaged node becoming the next buffer suggests it",
		value: func(p *NodePool) string { return quoted(p.Upgrade.Batching) }},
	{name: "max_blocked_nodes", unit: "nodes", source: "AKS, upgrade options page", note: "as many as are worked on at a time",
		value: func(p *NodePool) string { return someIntOrPercent(p.Upgrade.MaxBlockedNodes) }},
	{name: "snapshot", source: byScenario, note: "pinned to none", value: func(p *NodePool) string { return quoted(p.Snapshot) }},
	{name: "os_type", source: "az aks nodepool add", value: func(p *NodePool) string { return quoted(p.OSType) }},
	{name: "upgrade_strategy", source: "ARM, agentPools", value: func(p *NodePool) string { return quoted(p.UpgradeStrategy) }},
	{name: "scale_set_priority", source: "az aks nodepool add", value: func(p *NodePool) string { return quoted(p.ScaleSetPriority) }},
	{name: "enable_auto_scaling", source: "az aks nodepool add", value: func(p *NodePool) string { return strconv.FormatBool(p.Autoscaling.Enabled) }},
	{name: "min_count", unit: "nodes", source: byScenario, note: "needed with enable_auto_scaling", value: func(p *NodePool) string { return ofAutoscaled(p, p.Autoscaling.MinCount) }},
	{name: "max_count", unit: "nodes", source: byScenario, note: "needed with enable_auto_scaling", value: func(p *NodePool) string { return ofAutoscaled(p, p.Autoscaling.MaxCount) }},
	{name: "expander_priority", source: "kubernetes autoscaler, priority expander", note: "with autoscaler.expander priority: the highest is taken",
		value: func(p *NodePool) string { return someInt(p.Autoscaling.ExpanderPriority) }},
	{name: "timing", source: byScenario, note: "the cluster's; any key of it may be given", value: func(*NodePool) string { return "" }},
	{name: "nodes", source: byScenario, note: "count nodes named as AKS does, zones in turn", value: func(*NodePool) string { return "" }},
}
