package main

import (
	"slices"
	"strings"
)

// What pairs of scenarios need that are about the cluster autoscaler.
var (
	scaledWeb = []string{"node_pool.web.enable_auto_scaling=true", "node_pool.web.min_count=1", "node_pool.web.max_count=6"}
	scaledAPI = []string{
		"node_pool.system.enable_auto_scaling=true", "node_pool.system.min_count=1", "node_pool.system.max_count=9",
		"node_pool.data.enable_auto_scaling=true", "node_pool.data.min_count=1", "node_pool.data.max_count=9", "node_pool.data.taints=[]",
	}

	pressed   = append([]string{"workload.shop.cpu=3"}, scaledWeb...)                                                // three pods too many
	idle      = append([]string{"workload.shop.replicas=2", "autoscaler.scale_down_unneeded_time=1m"}, scaledWeb...) // nodes to spare
	empty     = append([]string{"node_pool.web.count=6"}, idle...)
	anywhere  = append([]string{"workload.api.cpu=3", "workload.api.replicas=9"}, scaledAPI...) // two pools would help
	twoBudget = append([]string{`pdb=[{ name = "one", selector = { app = "api" }, max_unavailable = 1 }, { name = "two", selector = { app = "api" }, max_unavailable = 1 }]`}, idle...)
)

func with(list []string, more ...string) []string { return slices.Concat(list, more) }

const disable = `{ name = "x", at = "5m", do = "update-pool", pool = "web", enable_auto_scaling = false }`

// muchLater keeps a run going.
const muchLater = `{ name = "z", at = "1h", do = "update-pool", pool = "data", max_surge = 2 }`

// limitsOf is a request for limits of pool web.
func limitsOf(least, most string) string {
	return requests(`{ name = "x", at = "30s", do = "update-pool", pool = "web", enable_auto_scaling = true, min_count = `+least+`, max_count = `+most+` }`, muchLater)
}

// scalingEffects are the keys that are about the cluster autoscaler.
var scalingEffects = []effect{
	{"autoscaler.scan_interval", []string{"autoscaler.scan_interval=1m"}, pressed},
	{"autoscaler.scale_down_delay_after_add", []string{"autoscaler.scale_down_delay_after_add=0s"}, with(pressed, append(scaledAPI, "autoscaler.scale_down_unneeded_time=1m")...)},
	{"autoscaler.scale_down_delay_after_delete", []string{"autoscaler.scale_down_delay_after_delete=5m"}, with(empty, "autoscaler.max_empty_bulk_delete=1")},
	{"autoscaler.scale_down_delay_after_failure", []string{"autoscaler.scale_down_delay_after_failure=30m"}, twoBudget},
	{"autoscaler.scale_down_unneeded_time", []string{"autoscaler.scale_down_unneeded_time=2m"}, idle},
	{"autoscaler.scale_down_unready_time", []string{"autoscaler.scale_down_unready_time=1m"}, with(idle, blocked, soon, "workload.shop.replicas=1",
		`workload.shop.placement=["aks-web-vmss000001"]`, "node_pool.web.max_surge=2", `node_pool.web.timing={ node_reimage = "1h" }`, "autoscaler.scale_down_unneeded_time=5h", requests(first, thenWeb, muchLater))},
	{"autoscaler.scale_down_utilization_threshold", []string{"autoscaler.scale_down_utilization_threshold=0.9"}, with(scaledWeb, "autoscaler.scale_down_unneeded_time=1m", "workload.shop.pdb={ max_unavailable = 3 }")},
	{"autoscaler.ignore_daemonsets_utilization", []string{"autoscaler.ignore_daemonsets_utilization=true"}, with(idle, "workload.agent.cpu=2500m")},
	{"autoscaler.max_graceful_termination_sec", []string{"autoscaler.max_graceful_termination_sec=1"}, with(idle, "workload.api.termination=5m", "workload.api.termination_grace=10m")},
	{"autoscaler.balance_similar_node_groups", []string{"autoscaler.balance_similar_node_groups=true"}, anywhere},
	{"autoscaler.expander", []string{"autoscaler.expander=priority"}, with(anywhere, "node_pool.data.expander_priority=5")},
	{"autoscaler.skip_nodes_with_local_storage", []string{"autoscaler.skip_nodes_with_local_storage=true"}, with(idle, "workload.api.local_storage=true", "workload.shop.local_storage=true")},
	{"autoscaler.skip_nodes_with_system_pods", []string{"autoscaler.skip_nodes_with_system_pods=false"}, with(idle, "workload.api.namespace=kube-system", `pdb.api.selector={ app = "db" }`, "workload.shop.replicas=1")},
	{"autoscaler.max_empty_bulk_delete", []string{"autoscaler.max_empty_bulk_delete=1"}, empty},
	{"autoscaler.new_pod_scale_up_delay", []string{"autoscaler.new_pod_scale_up_delay=2m"}, pressed},
	{"autoscaler.max_total_unready_percentage", []string{"autoscaler.max_total_unready_percentage=0"}, with(pressed, "autoscaler.ok_total_unready_count=0")},
	{"autoscaler.ok_total_unready_count", []string{"autoscaler.ok_total_unready_count=0"}, with(pressed, "autoscaler.max_total_unready_percentage=0")},
	{"autoscaler.max_node_provision_time", []string{"autoscaler.max_node_provision_time=5m"}, with(pressed, "failures.node_create={ probability = 1.0 }")},

	{"aks.scale_down_during_upgrade", []string{"aks.scale_down_during_upgrade=upgraded-nodes"}, with(idle, "node_pool.web.min_count=3")},

	{"node_pool.enable_auto_scaling", scaledWeb, []string{"workload.shop.cpu=3"}},
	{"node_pool.min_count", []string{"node_pool.web.min_count=2"}, idle},
	{"node_pool.max_count", []string{"node_pool.web.max_count=4"}, pressed},
	{"node_pool.expander_priority", []string{"node_pool.data.expander_priority=5"}, with(anywhere, "autoscaler.expander=priority", "node_pool.system.expander_priority=2")},

	{"workload.local_storage", []string{"workload.api.local_storage=true"}, with(idle, "autoscaler.skip_nodes_with_local_storage=true")},
	{"workload.safe_to_evict", []string{"workload.api.safe_to_evict=false"}, idle},

	{"strategy.operation.enable_auto_scaling", []string{requests(strings.Replace(disable, "false", "true, min_count = 1, max_count = 6", 1), muchLater)}, with(idle, requests(disable, muchLater), "autoscaler.scale_down_unneeded_time=6m")},
	{"strategy.operation.min_count", []string{limitsOf("2", "6")}, with(idle, limitsOf("1", "6"))},
	{"strategy.operation.max_count", []string{limitsOf("1", "4")}, with(pressed, limitsOf("1", "6"), "autoscaler.scan_interval=3m")},
}
