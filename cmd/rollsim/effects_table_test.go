package main

import (
	"fmt"
	"slices"
	"strings"
)

// What pairs of scenarios need beside testdata/effects.toml.
const (
	newRules = "cluster.rules=aks-2026-08"
	longTerm = "cluster.support_plan=AKSLongTermSupport"
	ltsList  = `cluster.lts_versions=["1.33.4"]`
	oldImage = "node_pool.data.node_image_version=AKSUbuntu-2204gen2containerd-202606.01.0"
	blocked  = "workload.shop.pdb={ max_unavailable = 0 }"
	soon     = "node_pool.web.drain_timeout=5m"
	green    = "node_pool.web.upgrade_strategy=BlueGreen"
	picture  = `workload.shop.image={ name = "shop:1", size = "400Mi" }`
	picture2 = `workload.api.image={ name = "api:1", size = "400Mi" }`
	stuck    = "workload.shop.cpu=2"
	crash    = `failures.node_crash=[{ node_pool = "web", at = "2m" }]`
	shortly  = "run.horizon=2h" // a drain that nobody ends
	spot     = "node_pool.web.scale_set_priority=Spot"
)

// requests is strategy "by hand" with other requests; those of an upgrade come
// after the control plane's.
func requests(list ...string) string {
	return `strategy."by hand".operation=[` + strings.Join(list, ", ") + `]`
}

const (
	first        = `{ name = "control plane", do = "upgrade-control-plane", to = "1.30.5" }`
	thenWeb      = `{ name = "web", after = "control plane", do = "upgrade-pool", pool = "web", to = "1.30.5" }`
	abortWeb     = `{ name = "abort", after = "web", when = "started", delay = "8m", do = "abort", pool = "web" }`
	later        = `{ name = "web", at = "1h", do = "upgrade-pool", pool = "web", to = "1.30.5" }`
	goldSnapshot = `snapshot=[{ name = "gold", kubernetes_version = "1.30.3", node_image = "202606.02.0" }]`
	resurge      = `{ name = "update", do = "update-pool", pool = "web", max_surge = 2 }`
)

var automatic = []string{"strategy.full.kind=auto-upgrade", "cluster.auto_upgrade_channel=stable", "run.start=2026-05-01T00:00:00Z", "run.horizon=1000h"}

// window is a configuration of automatic upgrades with windows of one hour.
func window(keys string) string {
	return `maintenance_configuration=[{ name = "aksManagedAutoUpgradeSchedule", duration_hours = 1, ` + keys + ` }]`
}

const night = `start_time = "00:00", schedule = { daily = { interval_days = 1 } }`

// toGold puts pool web on the snapshot.
var toGold = requests(first, `{ name = "web", at = "1h", do = "upgrade-pool", pool = "web", snapshot = "gold" }`)

// often is more PUTs on a pool at once than AKS lets through; they change nothing.
var often = func() (list []string) {
	for i := range 25 {
		list = append(list, fmt.Sprintf(`{ name = "put %d", do = "scale", pool = "web", count = 3 }`, i))
	}
	return list
}()

// beside has strategy "full" replace pool web by a new one.
var beside = []string{"strategy.full.kind=blue-green", `strategy.full.order=["web"]`}

// drain is a request that drains pool web, or some of its nodes, by hand.
func drain(more string) string {
	return `{ name = "x", do = "drain", pool = "web", ` + more + ` }`
}

// effects has every key of a scenario but schema, which has one value, and title,
// which stands over reports and pictures.
var effects = []effect{
	{"run.seed", []string{"run.seed=2"}, nil},
	{"run.replications", []string{"run.replications=4"}, nil},
	{"run.start", []string{"run.start=2026-12-24T00:00:00Z"}, []string{newRules, goldSnapshot, toGold}},
	{"run.horizon", []string{"run.horizon=20m"}, nil},

	{"cluster.name", []string{"cluster.name=another"}, nil},
	{"cluster.location", []string{"cluster.location=northeurope"}, nil},
	{"cluster.rules", []string{newRules}, []string{"strategy.full.to=1.31.2"}},
	{"cluster.tier", []string{"cluster.tier=free"}, nil},
	{"cluster.kubernetes_version", []string{"cluster.kubernetes_version=1.30.3"}, nil},
	{"cluster.zones", []string{`cluster.zones=["3", "2", "1"]`}, nil},
	{"cluster.offered_versions", []string{`cluster.offered_versions=["1.29.7", "1.30.5"]`}, nil},
	{"cluster.preview_versions", []string{`cluster.preview_versions=["1.30.5"]`}, []string{requests(`{ name = "all", do = "upgrade", to = "1.30" }`)}},
	{"cluster.lts_versions", []string{ltsList}, []string{newRules, "cluster.tier=premium", longTerm}},
	{"cluster.support_plan", []string{longTerm}, []string{newRules, "cluster.tier=premium", ltsList}},
	{"cluster.auto_upgrade_channel", []string{"cluster.auto_upgrade_channel=patch"}, []string{newRules}},
	{"cluster.node_os_upgrade_channel", []string{"cluster.node_os_upgrade_channel=None"}, append(automatic, "strategy.full.to=1.29.7")},
	{"cluster.latest_node_image", []string{"cluster.latest_node_image=202606.01.0"}, []string{oldImage, requests(`{ name = "image", do = "upgrade-node-image", pool = "data" }`)}},
	{"cluster.deprecated_apis", []string{`cluster.deprecated_apis=["policy/v1beta1 PodSecurityPolicy"]`}, []string{newRules}},
	{"cluster.resource_locks", []string{`cluster.resource_locks=["CanNotDelete"]`}, nil},
	{"cluster.force_until", []string{"cluster.force_until=24h"}, []string{blocked}},
	{"cluster.service_principal_expires", []string{"cluster.service_principal_expires=0s"}, nil},
	{"cluster.certificates_expire", []string{"cluster.certificates_expire=0s"}, []string{newRules}},
	{"cluster.window", []string{"cluster.window=30m"}, nil},
	{"cluster.limits.vcpus", []string{"cluster.limits.vcpus=33"}, nil},
	{"cluster.limits.vcpus_in_use", []string{"cluster.limits.vcpus_in_use=68"}, []string{"cluster.limits.vcpus=100"}},
	{"cluster.limits.subnet", []string{"cluster.limits.subnet=10.0.0.0/24"}, []string{"cluster.limits.network=azure"}},
	{"cluster.limits.network", []string{"cluster.limits.network=azure"}, []string{"cluster.limits.subnet=10.0.0.0/24"}},
	{"cluster.limits.network_policy", []string{"cluster.limits.network_policy=azure"}, []string{"node_pool.later.absent=false", "node_pool.later.count=251"}},
	{"cluster.limits.vcpus_by_family", []string{"cluster.limits.vcpus_by_family={ standardDSv5Family = 33 }"}, nil},

	{"maintenance_configuration.name", []string{"maintenance_configuration.0.name=aksManagedNodeOSUpgradeSchedule"}, append(automatic, window(strings.Replace(night, "00:00", "03:00", 1)))},
	{"maintenance_configuration.schedule", []string{window(`start_time = "00:00", schedule = { weekly = { day_of_week = "Monday" } }`)}, append(automatic, window(night))},
	{"maintenance_configuration.duration_hours", []string{"maintenance_configuration.0.duration_hours=8"}, append(automatic, "timing.control_plane_upgrade=2h", window(night))},
	{"maintenance_configuration.utc_offset", []string{"maintenance_configuration.0.utc_offset=+02:00"}, append(automatic, window(night))},
	{"maintenance_configuration.start_date", []string{"maintenance_configuration.0.start_date=2026-05-09"}, append(automatic, window(night))},
	{"maintenance_configuration.start_time", []string{"maintenance_configuration.0.start_time=03:00"}, append(automatic, window(night))},
	{"maintenance_configuration.not_allowed_dates", []string{`maintenance_configuration.0.not_allowed_dates=[{ start = "2026-05-01", end = "2026-05-02" }]`}, append(automatic, window(night))},

	{"aks.full_upgrade_pools", []string{"aks.full_upgrade_pools=parallel"}, nil},
	{"aks.waiting_pools", []string{"aks.waiting_pools=Upgrading"}, nil},
	{"aks.cluster_during_pool", []string{"aks.cluster_during_pool=Upgrading"}, nil},
	{"aks.node_images", []string{"aks.node_images=with-version"}, []string{oldImage, requests(`{ name = "image", do = "upgrade-node-image", pool = "data" }`)}},
	{"aks.skipped_minors", []string{"aks.skipped_minors=unsupported-only"}, []string{newRules, longTerm, "cluster.tier=premium", ltsList}},
	{"aks.alias_in_minor", []string{"aks.alias_in_minor=no-change"}, []string{"cluster.kubernetes_version=1.30.3", requests(`{ name = "all", do = "upgrade", to = "1.30" }`)}},
	{"aks.system_pool_minimum", []string{"aks.system_pool_minimum=two"}, []string{requests(`{ name = "scale", do = "scale", pool = "system", count = 1 }`)}},
	{"aks.free_tier_nodes", []string{"aks.free_tier_nodes=\"10\""}, []string{"cluster.tier=free", requests(`{ name = "scale", do = "scale", pool = "web", count = 8 }`)}},
	{"aks.cli_max_unavailable", []string{"aks.cli_max_unavailable=dropped"}, []string{requests(first, `{ name = "web", after = "control plane", do = "upgrade-pool", pool = "web", to = "1.30.5", max_surge = 0, max_unavailable = 2 }`)}},
	{"aks.arm_downgrade", []string{"aks.arm_downgrade=ignored"}, []string{requests(`{ name = "all", do = "upgrade", to = "1.28.9", client = "arm" }`)}},
	{"aks.pools_beside_creation", []string{"aks.pools_beside_creation=blocked"}, []string{requests(`{ name = "add", do = "add-pool", pool = "later" }`, `{ name = "scale", at = "10s", do = "scale", pool = "web", count = 4 }`)}},
	{"aks.budget_check", []string{"aks.budget_check=cluster"}, []string{newRules, oldImage, "pdb.api.max_unavailable=0", requests(`{ name = "image", do = "upgrade-node-image", pool = "data" }`)}},
	{"aks.aborted_surge", []string{"aks.aborted_surge=kept"}, []string{requests(first, thenWeb, abortWeb, `{ name = "again", after = "abort", delay = "20m", do = "upgrade-pool", pool = "web", to = "1.30.5" }`)}},
	{"aks.waiting_upgrade", []string{"aks.waiting_upgrade=preempted"}, append(automatic, "timing.control_plane_upgrade=2h", window(night), requests(`{ name = "own", do = "upgrade", to = "1.30.5", client = "aks" }`, `{ name = "x", at = "3h", do = "scale", pool = "data", count = 5 }`))},
	{"aks.security_patch", []string{"aks.security_patch=live"}, append(automatic, "cluster.node_os_upgrade_channel=SecurityPatch", "strategy.full.to=1.29.7")},
	{"aks.incompatible_code", []string{"aks.incompatible_code=OperationNotAllowed"}, []string{requests(`{ name = "x", do = "upgrade-pool", pool = "web", to = "1.29.9" }`)}},
	{"aks.node_order", []string{"aks.node_order=random"}, nil},
	{"aks.surge_zones", []string{"aks.surge_zones=random"}, nil},
	{"aks.soak", []string{"aks.soak=after-reimage"}, []string{"node_pool.web.node_soak=2m"}},
	{"aks.old_nodes", []string{"aks.old_nodes=delete"}, nil},
	{"aks.reimaged_node", []string{"aks.reimaged_node=kept"}, []string{"aks.drain_expiry=force", blocked, soon}},
	{"aks.drain_expiry", []string{"aks.drain_expiry=force"}, []string{blocked, soon}},
	{"aks.schedule", []string{"aks.schedule=replace"}, []string{blocked, soon}},
	{"aks.cordon_end", []string{"aks.cordon_end=reversed"}, []string{blocked, soon, "node_pool.web.undrainable_node_behavior=Cordon"}},
	{"aks.quota_check", []string{"aks.quota_check=surge"}, []string{"cluster.limits.vcpus=33"}},
	{"aks.spot_eviction", []string{"aks.spot_eviction=notice"}, []string{spot}},
	{"aks.spot_upgrade", []string{"aks.spot_upgrade=apart"}, []string{spot}},
	{"aks.set_by_hand", []string{"aks.set_by_hand=kept"}, []string{`node_pool.web.nodes=[{ name = "a", labels = { disk = "fast" } }, { name = "b" }, { name = "c" }]`, `workload.api.node_selector={ disk = "fast" }`, "pdb.api.max_unavailable=3"}},
	{"aks.blue_green_soak", []string{"aks.blue_green_soak=between-batches"}, []string{green}},
	{"aks.blue_green_rollback", []string{"aks.blue_green_rollback=any-time"}, []string{green, requests(first, thenWeb, abortWeb, `{ name = "back", after = "web", do = "rollback-pool", pool = "web" }`)}},

	{"timing.control_plane_upgrade", []string{"timing.control_plane_upgrade=3m"}, nil},
	{"timing.reconcile", []string{"timing.reconcile=3m"}, []string{requests(resurge)}},
	{"timing.abort", []string{"timing.abort=30s"}, []string{requests(first, thenWeb, abortWeb)}},
	{"timing.node_create", []string{"timing.node_create=3m"}, nil},
	{"timing.node_reimage", []string{"timing.node_reimage=3m"}, nil},
	{"timing.node_delete", []string{"timing.node_delete=3m"}, nil},
	{"timing.node_lost", []string{"timing.node_lost=2m"}, []string{crash}},
	{"timing.orphan_delete", []string{"timing.orphan_delete=2m"}, []string{"aks.drain_expiry=force", blocked, soon}},
	{"timing.node_cordon", []string{"timing.node_cordon=3m"}, nil},
	{"timing.node_untaint", []string{"timing.node_untaint=3m"}, nil},
	{"timing.disk_move", []string{"timing.disk_move=3m"}, nil},
	{"timing.eviction_retry", []string{"timing.eviction_retry=9s"}, nil},
	{"timing.server_request", []string{"timing.server_request=3s"}, nil},
	{"timing.object_write", []string{"timing.object_write=3s"}, nil},
	{"timing.cache_progress", []string{"timing.cache_progress=3s"}, nil},
	{"timing.replica_create", []string{"timing.replica_create=3s"}, nil},
	{"timing.pod_schedule", []string{"timing.pod_schedule=3s"}, nil},
	{"timing.image_pull", []string{"timing.image_pull=1MB/s"}, []string{picture}},
	{"timing.image_pull_parallel", []string{"timing.image_pull_parallel=5"}, []string{picture, picture2}},
	{"timing.disk_move_parallel", []string{"timing.disk_move_parallel=0"}, []string{"workload.db.replicas=6", "workload.db.pod_management=Parallel"}},
	{"timing.budget_update", []string{"timing.budget_update=30s"}, nil},

	{"failures.node_create", []string{"failures.node_create={ probability = 1.0 }"}, nil},
	{"failures.node_crash.node_pool", []string{"failures.node_crash.0.node_pool=data"}, []string{crash}},
	{"failures.node_crash.node", []string{"failures.node_crash.0.node=aks-web-vmss000002"}, []string{crash}},
	{"failures.node_crash.at", []string{"failures.node_crash.0.at=13m"}, []string{crash}},
	{"failures.node_crash.back_after", []string{"failures.node_crash.0.back_after=2m"}, []string{crash}},
	{"failures.allocation", []string{"failures.allocation={ probability = 1.0 }"}, nil},
	{"failures.addon_reconcile", []string{"failures.addon_reconcile=1.0"}, nil},

	{"scheduler.default_spread", []string{"scheduler.default_spread=false"}, nil},
	{"scheduler.percentage_of_nodes_to_score", []string{"scheduler.percentage_of_nodes_to_score=100"}, []string{"node_pool.web.count=150"}},
	{"scheduler.backoff", []string{"scheduler.backoff=30m"}, []string{stuck, "workload.shop.pdb={ min_available = 1 }", "timing.pod_schedule=20s", "node_pool.web.max_surge=3", "scheduler.max_backoff=5h"}},
	{"scheduler.max_backoff", []string{"scheduler.max_backoff=1h"}, []string{stuck, "workload.shop.pdb={ min_available = 1 }", "timing.pod_schedule=20s", "node_pool.web.max_surge=3", "scheduler.backoff=30s", "scheduler.max_backoff=30s"}},
	{"scheduler.flush", []string{"scheduler.flush=2h"}, []string{
		stuck, "workload.api.cpu=2", "workload.api.replicas=1", `workload.api.node_selector={ tier = "web" }`, `workload.api.placement=["aks-web-vmss000000"]`,
		`failures.node_crash=[{ node_pool = "web", node = "aks-web-vmss000000", at = "2m" }]`, "timing.control_plane_upgrade=9m", "timing.node_create=3m"}},
	{"scheduler.client_qps", []string{"scheduler.client_qps=1"}, []string{"scheduler.client_burst=1"}},
	{"scheduler.client_burst", []string{"scheduler.client_burst=1"}, []string{"scheduler.client_qps=1"}},
	{"controllers.client_qps", []string{"controllers.client_qps=1"}, []string{"controllers.client_burst=1"}},
	{"controllers.client_burst", []string{"controllers.client_burst=1"}, []string{"controllers.client_qps=1"}},
	{"controllers.workers", []string{"controllers.workers=1"}, []string{"controllers.client_qps=1", "controllers.client_burst=1", `workload.api.node_selector={ tier = "web" }`, "node_pool.web.max_surge=3"}},
	{"controllers.fresh_pods", []string{"controllers.fresh_pods=true"}, []string{"workload.api.replicas=26", "workload.api.cpu=50m", "controllers.client_qps=1", "controllers.client_burst=1"}},

	{"snapshot.name", []string{"snapshot.gold.name=silver", strings.Replace(toGold, `"gold"`, `"silver"`, 1)}, []string{newRules, goldSnapshot, toGold}},
	{"snapshot.kubernetes_version", []string{"snapshot.gold.kubernetes_version=1.29.7"}, []string{newRules, goldSnapshot, toGold}},
	{"snapshot.node_image", []string{"snapshot.gold.node_image=202601.01.0"}, []string{newRules, goldSnapshot, toGold}},

	{"node_pool.name", []string{"node_pool.later.name=sooner"}, []string{"node_pool.later.absent=false"}},
	{"node_pool.mode", []string{"node_pool.web.mode=system"}, []string{requests(`{ name = "x", do = "delete-pool", pool = "system" }`)}},
	{"node_pool.absent", []string{"node_pool.later.absent=false"}, nil},
	{"node_pool.count", []string{"node_pool.web.count=4"}, nil},
	{"node_pool.vm_size", []string{"node_pool.web.vm_size=Standard_D8s_v5"}, nil},
	{"node_pool.max_pods", []string{"node_pool.web.max_pods=30"}, []string{"workload.shop.memory=7Gi"}},
	{"node_pool.kubernetes_version", []string{"node_pool.web.kubernetes_version=1.28.9"}, nil},
	{"node_pool.node_image_version", []string{"node_pool.data.node_image_version=AKSUbuntu-2204gen2containerd-202607.01.0"}, []string{requests(`{ name = "image", do = "upgrade-node-image", pool = "data" }`)}},
	{"node_pool.snapshot", []string{"node_pool.web.snapshot=gold"}, []string{newRules, goldSnapshot, toGold}},
	{"node_pool.zones", []string{`node_pool.web.zones=["2"]`}, nil},
	{"node_pool.surge_zones", []string{`node_pool.web.surge_zones=["3"]`}, nil},
	{"node_pool.labels", []string{`node_pool.data.labels={ tier = "web" }`}, []string{`workload.shop.tolerations=["data"]`}},
	{"node_pool.taints", []string{`node_pool.web.taints=["soft:PreferNoSchedule"]`}, nil},
	{"node_pool.allocatable", []string{`node_pool.web.allocatable={ cpu = "1500m", memory = "8Gi", pods = 20 }`}, nil},
	{"node_pool.resources", []string{`node_pool.web.resources={ "example.com/x" = 1 }`}, []string{`node_pool.web.resources={ "example.com/x" = 2 }`, `workload.shop.resources={ "example.com/x" = 1 }`}},
	{"node_pool.max_data_disks", []string{"node_pool.data.max_data_disks=2"}, []string{"workload.db.volume={ zonal = true, disks = 3 }"}},
	{"node_pool.max_surge", []string{"node_pool.web.max_surge=2"}, nil},
	{"node_pool.max_unavailable", []string{"node_pool.web.max_unavailable=2"}, []string{"failures.allocation={ probability = 1.0 }"}},
	{"node_pool.drain_timeout", []string{soon}, []string{blocked}},
	{"node_pool.node_soak", []string{"node_pool.web.node_soak=2m"}, nil},
	{"node_pool.undrainable_node_behavior", []string{"node_pool.web.undrainable_node_behavior=Cordon"}, []string{blocked, soon}},
	{"node_pool.batching", []string{"node_pool.web.batching=batch"}, []string{"node_pool.web.max_surge=2"}},
	{"node_pool.max_blocked_nodes", []string{"node_pool.web.max_blocked_nodes=0"}, []string{blocked, soon, "node_pool.web.undrainable_node_behavior=Cordon"}},
	{"node_pool.os_type", []string{"node_pool.datawi.os_type=Windows"}, []string{"node_pool.data.max_surge=2", "node_pool.data.name=datawi", "workload.db.node_pool=datawi"}},
	{"node_pool.upgrade_strategy", []string{green}, nil},
	{"node_pool.scale_set_priority", []string{spot}, nil},
	{"node_pool.timing", []string{`node_pool.web.timing={ node_create = "9m" }`}, nil},
	{"node_pool.nodes", []string{`node_pool.web.nodes=[{ name = "a", zone = "1" }, { name = "b", zone = "1" }, { name = "c", zone = "2" }]`}, nil},
	{"node_pool.blue_green.drain_batch_size", []string{"node_pool.web.blue_green.drain_batch_size=3"}, []string{green}},
	{"node_pool.blue_green.drain_timeout", []string{"node_pool.web.blue_green.drain_timeout=5m"}, []string{green, blocked}},
	{"node_pool.blue_green.batch_soak", []string{"node_pool.web.blue_green.batch_soak=5m"}, []string{green}},
	{"node_pool.blue_green.final_soak", []string{"node_pool.web.blue_green.final_soak=5m"}, []string{green}},

	{"workload.name", []string{"workload.batch.name=night"}, nil},
	{"workload.namespace", []string{"workload.shop.namespace=other"}, nil},
	{"workload.kind", []string{"workload.api.kind=StatefulSet"}, nil},
	{"workload.replicas", []string{"workload.api.replicas=4"}, nil},
	{"workload.completions", []string{"workload.batch.completions=9"}, []string{"workload.batch.duration=5m"}},
	{"workload.parallelism", []string{"workload.batch.parallelism=2"}, nil},
	{"workload.duration", []string{"workload.batch.duration=5m"}, nil},
	{"workload.backoff_limit", []string{"workload.batch.backoff_limit=0"}, nil},
	{"workload.ignore_disruptions", []string{"workload.batch.ignore_disruptions=true"}, []string{"workload.batch.backoff_limit=0"}},
	{"workload.cpu", []string{"workload.shop.cpu=2"}, nil},
	{"workload.memory", []string{"workload.shop.memory=6Gi"}, nil},
	{"workload.resources", []string{`workload.shop.resources={ "example.com/x" = 2 }`}, []string{`node_pool.web.resources={ "example.com/x" = 2 }`}},
	{"workload.host_ports", []string{"workload.shop.host_ports=[8080]"}, nil},
	{"workload.priority", []string{"workload.api.priority=100"}, []string{stuck, "workload.api.cpu=3"}},
	{"workload.preemption_policy", []string{"workload.api.preemption_policy=Never"}, []string{stuck, "workload.api.cpu=3", "workload.api.priority=100"}},
	{"workload.scheduling_gates", []string{`workload.api.scheduling_gates=["example.com/wait"]`}, nil},
	{"workload.labels", []string{`workload.api.labels={ app = "db" }`}, []string{`pdb.api.selector={ app = "db" }`}},
	{"workload.start", []string{"workload.shop.start=9s"}, nil},
	{"workload.ready", []string{"workload.shop.ready=9s"}, nil},
	{"workload.unready", []string{"workload.shop.unready=1"}, nil},
	{"workload.termination", []string{"workload.shop.termination=9s"}, nil},
	{"workload.not_ready_toleration", []string{"workload.shop.not_ready_toleration=20s"}, []string{crash}},
	{"workload.termination_grace", []string{"workload.shop.termination_grace=5s"}, []string{"workload.shop.termination=20s"}},
	{"workload.min_ready", []string{"workload.shop.min_ready=20s"}, nil},
	{"workload.image", []string{picture}, nil},
	{"workload.node_pool", []string{"workload.api.node_pool=system"}, nil},
	{"workload.node_selector", []string{`workload.api.node_selector={ tier = "web" }`}, nil},
	{"workload.node_affinity", []string{`workload.api.node_affinity=[[{ key = "tier", operator = "DoesNotExist" }]]`}, nil},
	{"workload.preferred_node_affinity", []string{`workload.api.preferred_node_affinity=[{ weight = 100, match = [{ key = "tier", operator = "Exists" }] }]`}, nil},
	{"workload.tolerations", []string{`workload.api.tolerations=["*"]`}, nil},
	{"workload.topology_spread", []string{`workload.shop.topology_spread=[{ topology_key = "kubernetes.io/hostname", max_skew = 1, when_unsatisfiable = "DoNotSchedule" }]`}, nil},
	{"workload.anti_affinity", []string{`workload.api.anti_affinity={ topology_key = "topology.kubernetes.io/zone", required = true }`}, nil},
	{"workload.pod_affinity", []string{`workload.api.pod_affinity=[{ topology_key = "kubernetes.io/hostname", required = true, selector = { app = "shop" } }]`}, nil},
	{"workload.pod_anti_affinity", []string{`workload.api.pod_anti_affinity=[{ topology_key = "kubernetes.io/hostname", required = true, selector = { app = "shop" } }]`}, nil},
	{"workload.pdb", []string{"workload.shop.pdb={ max_unavailable = 3 }"}, nil},
	{"workload.volume", []string{"workload.db.volume={ zonal = false }"}, nil},
	{"workload.pod_management", []string{"workload.db.pod_management=Parallel"}, []string{"node_pool.data.max_surge=3"}},
	{"workload.target", []string{`workload.shop.target={ available = "100%" }`}, nil},
	{"workload.placement", []string{`workload.api.placement=["aks-web-vmss000000", "aks-web-vmss000000", "aks-web-vmss000000"]`}, nil},

	{"pdb.name", []string{"pdb.api.name=guard"}, []string{"pdb.api.max_unavailable=0"}},
	{"pdb.namespace", []string{"pdb.api.namespace=other"}, []string{"workload.shop.namespace=other", `workload.shop.labels={ app = "api" }`}},
	{"pdb.selector", []string{`pdb.api.selector={ app = "db" }`}, nil},
	{"pdb.min_available", []string{"pdb.api.min_available=3"}, []string{`pdb=[{ name = "api", selector = { app = "api" }, min_available = 1 }]`}},
	{"pdb.max_unavailable", []string{"pdb.api.max_unavailable=0"}, nil},
	{"pdb.unhealthy_pod_eviction_policy", []string{"pdb.api.unhealthy_pod_eviction_policy=AlwaysAllow"}, []string{"workload.api.unready=2"}},
	{"pdb.created", []string{"pdb.api.created=40m"}, nil},

	{"strategy.name", []string{"strategy.full.name=everything"}, nil},
	{"strategy.kind", []string{"strategy.full.kind=control-plane-only"}, nil},
	{"strategy.to", []string{"strategy.full.to=1.30.3"}, nil},
	{"strategy.force", []string{"strategy.full.force=true"}, []string{blocked}},
	{"strategy.force_until", []string{"strategy.full.force_until=1m"}, []string{blocked, "strategy.full.force=true"}},
	{"strategy.order", []string{`strategy."per pool".order=["data", "web", "system", "later"]`}, nil},
	{"strategy.parallel", []string{`strategy."per pool".parallel=2`}, nil},
	{"strategy.pause", []string{`strategy."per pool".pause=9m`}, nil},
	{"strategy.soak", []string{"strategy.full.soak=10m"}, beside},
	{"strategy.suffix", []string{"strategy.full.suffix=2"}, beside},
	{"strategy.nodes_at_a_time", []string{"strategy.full.nodes_at_a_time=2"}, beside},
	{"strategy.node_pause", []string{"strategy.full.node_pause=2m"}, beside},
	{"strategy.timeout", []string{"strategy.full.timeout=5m"}, slices.Concat(beside, []string{blocked, shortly})},
	{"strategy.grace_period", []string{"strategy.full.grace_period=5s"}, slices.Concat(beside, []string{"workload.shop.termination=20s"})},
	{"strategy.ignore_daemonsets", []string{"strategy.full.ignore_daemonsets=false"}, beside},
	{"strategy.disable_eviction", []string{"strategy.full.disable_eviction=true"}, slices.Concat(beside, []string{blocked, shortly})},
	{"strategy.on_failure", []string{"strategy.full.on_failure=roll-back"}, slices.Concat(beside, []string{blocked, "strategy.full.timeout=5m"})},
	{"strategy.operation", []string{requests(resurge)}, nil},
	{"strategy.retries", []string{`strategy."by hand".retries=0`}, []string{requests(often...)}},
	{"strategy.hops", []string{"strategy.full.hops=true"}, []string{"strategy.full.to=1.31.2"}},

	{"strategy.operation.name", []string{`strategy."by hand".operation.0.name=another`, `strategy."by hand".operation.1.after=another`}, nil},
	{"strategy.operation.at", []string{requests(`{ name = "update", at = "5m", do = "update-pool", pool = "web", max_surge = 2 }`)}, []string{requests(resurge)}},
	{"strategy.operation.after", []string{requests(first, thenWeb)}, []string{requests(first, strings.Replace(thenWeb, `after = "control plane", `, "", 1))}},
	{"strategy.operation.when", []string{requests(first, strings.Replace(thenWeb, "do =", `when = "started", do =`, 1))}, nil},
	{"strategy.operation.delay", []string{requests(first, strings.Replace(thenWeb, "do =", `delay = "5m", do =`, 1))}, nil},
	{"strategy.operation.do", []string{requests(`{ name = "x", do = "stop-pool", pool = "web" }`)}, []string{requests(`{ name = "x", do = "delete-pool", pool = "web" }`)}},
	{"strategy.operation.pool", []string{requests(strings.Replace(resurge, `"web"`, `"data"`, 1))}, []string{requests(resurge)}},
	{"strategy.operation.to", []string{requests(first, strings.Replace(thenWeb, "1.30.5", "1.30.3", 1))}, nil},
	{"strategy.operation.pool_versions", []string{requests(`{ name = "x", do = "upgrade", to = "1.30.5", client = "arm", pool_versions = {} }`)}, []string{requests(`{ name = "x", do = "upgrade", to = "1.30.5", client = "arm" }`)}},
	{"strategy.operation.client", []string{requests(first, `{ name = "web", after = "control plane", do = "upgrade-pool", pool = "data", client = "arm" }`)}, []string{requests(first, `{ name = "web", after = "control plane", do = "upgrade-pool", pool = "data" }`)}},
	{"strategy.operation.count", []string{requests(`{ name = "x", do = "scale", pool = "web", count = 5 }`)}, []string{requests(`{ name = "x", do = "scale", pool = "web", count = 4 }`)}},
	{"strategy.operation.force", []string{requests(strings.Replace(first, "}", ", force = true }", 1), thenWeb)}, []string{blocked, requests(first, thenWeb)}},
	{"strategy.operation.force_until", []string{requests(strings.Replace(first, "}", `, force = true, force_until = "1m" }`, 1), thenWeb)}, []string{blocked, requests(strings.Replace(first, "}", ", force = true }", 1), thenWeb)}},
	{"strategy.operation.image", []string{requests(`{ name = "x", do = "upgrade-node-image", pool = "data", image = "202606.01.0" }`)}, []string{oldImage, requests(`{ name = "x", do = "upgrade-node-image", pool = "data" }`)}},
	{"strategy.operation.nodes", []string{requests(drain(`nodes = ["aks-web-vmss000001"]`))}, []string{requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.nodes_at_a_time", []string{requests(drain("nodes_at_a_time = 2"))}, []string{requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.node_pause", []string{requests(drain(`node_pause = "1m"`))}, []string{requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.timeout", []string{requests(drain(`timeout = "5m"`))}, []string{blocked, shortly, requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.grace_period", []string{requests(drain(`grace_period = "5s"`))}, []string{"workload.shop.termination=20s", requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.ignore_daemonsets", []string{requests(drain("ignore_daemonsets = false"))}, []string{requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.disable_eviction", []string{requests(drain("disable_eviction = true"))}, []string{requests(drain(`timeout = "0s"`))}},
	{"strategy.operation.on_failure", []string{requests(drain(`timeout = "5m", on_failure = "continue"`))}, []string{blocked, requests(drain(`timeout = "5m"`))}},
	{"strategy.operation.expect", []string{requests(`{ name = "x", do = "upgrade", to = "1.31.2", expect = "OperationNotAllowed" }`)}, []string{requests(`{ name = "x", do = "upgrade", to = "1.31.2" }`)}},
	{"strategy.operation.snapshot", []string{toGold}, []string{newRules, goldSnapshot, requests(first, later)}},
	{"strategy.operation.if_match", []string{requests(first, strings.Replace(later, "}", `, if_match = "2h" }`, 1))}, []string{requests(first, later)}},
	{"strategy.operation.if_none_match", []string{requests(first, strings.Replace(later, "}", `, if_none_match = "*" }`, 1))}, []string{requests(first, later)}},
	{"strategy.operation.max_surge", []string{requests(first, strings.Replace(thenWeb, "}", ", max_surge = 2 }", 1))}, nil},
	{"strategy.operation.max_unavailable", []string{requests(first, strings.Replace(thenWeb, "}", ", max_unavailable = 2 }", 1))}, []string{"node_pool.web.max_surge=0", "node_pool.web.max_unavailable=1"}},
	{"strategy.operation.drain_timeout", []string{requests(first, strings.Replace(thenWeb, "}", `, drain_timeout = "5m" }`, 1))}, []string{blocked}},
	{"strategy.operation.node_soak", []string{requests(first, strings.Replace(thenWeb, "}", `, node_soak = "2m" }`, 1))}, nil},

	{"gate.strategy", []string{"gate.0.strategy=full"}, nil},
	{"gate.metric", []string{"gate.0.metric=pool.web.duration"}, nil},
	{"gate.stat", []string{"gate.0.stat=max"}, nil},
	{"gate.op", []string{"gate.0.op=>="}, nil},
	{"gate.value", []string{"gate.0.value=10m"}, nil},
}
