package scenarios

import (
	"strconv"
	"time"

	"rollsim/sim/model"
)

// autoscaler reads how the cluster autoscaler is configured.
func autoscaler(t *table, a *model.Autoscaler) {
	eachSpan(a, func(key string, d *time.Duration) { read(t, key, duration, d) })
	read(t, "scale_down_utilization_threshold", number, &a.ScaleDownUtilizationThreshold)
	read(t, "ignore_daemonsets_utilization", boolean, &a.IgnoreDaemonSetsUtilization)
	read(t, "max_graceful_termination_sec", count, &a.MaxGracefulTerminationSec)
	read(t, "balance_similar_node_groups", boolean, &a.BalanceSimilarNodeGroups)
	read(t, "expander", choice(model.Expanders), &a.Expander)
	read(t, "skip_nodes_with_local_storage", boolean, &a.SkipNodesWithLocalStorage)
	read(t, "skip_nodes_with_system_pods", boolean, &a.SkipNodesWithSystemPods)
	read(t, "max_empty_bulk_delete", count, &a.MaxEmptyBulkDelete)
	read(t, "max_total_unready_percentage", count, &a.MaxTotalUnreadyPercentage)
	read(t, "ok_total_unready_count", count, &a.OKTotalUnreadyCount)
	t.end(nil)
}

// eachSpan calls f with the durations of a profile.
func eachSpan(a *model.Autoscaler, f func(key string, d *time.Duration)) {
	f("scan_interval", &a.ScanInterval)
	f("scale_down_delay_after_add", &a.ScaleDownDelayAfterAdd)
	f("scale_down_delay_after_delete", &a.ScaleDownDelayAfterDelete)
	f("scale_down_delay_after_failure", &a.ScaleDownDelayAfterFailure)
	f("scale_down_unneeded_time", &a.ScaleDownUnneededTime)
	f("scale_down_unready_time", &a.ScaleDownUnreadyTime)
	f("new_pod_scale_up_delay", &a.NewPodScaleUpDelay)
	f("max_node_provision_time", &a.MaxNodeProvisionTime)
}

// autoscaler writes what differs from AKS's default profile.
func (e *encoder) autoscaler() {
	a, was := e.spec.Autoscaler, model.NewAutoscaler()
	b := &block{e: e, path: "autoscaler"}
	var defaults []time.Duration
	eachSpan(&was, func(_ string, d *time.Duration) { defaults = append(defaults, *d) })
	i := 0
	eachSpan(&a, func(key string, d *time.Duration) {
		b.keep(key, *d == defaults[i] || key == "scale_down_delay_after_delete" && *d == a.ScanInterval, spellSpan(*d))
		i++
	})
	b.keep("scale_down_utilization_threshold", a.ScaleDownUtilizationThreshold == was.ScaleDownUtilizationThreshold, formatFloat(a.ScaleDownUtilizationThreshold))
	b.keep("ignore_daemonsets_utilization", !a.IgnoreDaemonSetsUtilization, strconv.FormatBool(a.IgnoreDaemonSetsUtilization))
	b.keep("max_graceful_termination_sec", a.MaxGracefulTerminationSec == was.MaxGracefulTerminationSec, strconv.Itoa(a.MaxGracefulTerminationSec))
	b.keep("balance_similar_node_groups", !a.BalanceSimilarNodeGroups, strconv.FormatBool(a.BalanceSimilarNodeGroups))
	b.keep("expander", a.Expander == was.Expander, str(string(a.Expander)))
	b.keep("skip_nodes_with_local_storage", !a.SkipNodesWithLocalStorage, strconv.FormatBool(a.SkipNodesWithLocalStorage))
	b.keep("skip_nodes_with_system_pods", a.SkipNodesWithSystemPods, strconv.FormatBool(a.SkipNodesWithSystemPods))
	b.keep("max_empty_bulk_delete", a.MaxEmptyBulkDelete == was.MaxEmptyBulkDelete, strconv.Itoa(a.MaxEmptyBulkDelete))
	b.keep("max_total_unready_percentage", a.MaxTotalUnreadyPercentage == was.MaxTotalUnreadyPercentage, strconv.Itoa(a.MaxTotalUnreadyPercentage))
	b.keep("ok_total_unready_count", a.OKTotalUnreadyCount == was.OKTotalUnreadyCount, strconv.Itoa(a.OKTotalUnreadyCount))
	b.writeIfAny("[autoscaler]")
}

// autoscaling reads whether a pool is scaled by itself, and between which counts.
func autoscaling(t *table, a *model.Autoscaling) {
	read(t, "enable_auto_scaling", boolean, &a.Enabled)
	read(t, "min_count", count, &a.MinCount)
	read(t, "max_count", count, &a.MaxCount)
	read(t, "expander_priority", count, &a.ExpanderPriority)
}

// autoscaling adds a pool's limits.
func (b *block) autoscaling(a model.Autoscaling) {
	b.keep("enable_auto_scaling", !a.Enabled, strconv.FormatBool(a.Enabled))
	if a.Enabled {
		b.put("min_count", strconv.Itoa(a.MinCount))
		b.put("max_count", strconv.Itoa(a.MaxCount))
	}
	b.keep("expander_priority", a.ExpanderPriority == 0, strconv.Itoa(a.ExpanderPriority))
}

// scaling reads what a request says about the autoscaler of its pool.
func scaling(t *table, o *model.Operation) {
	if o.Do == "" || o.Do == model.UpdatePool {
		read(t, "enable_auto_scaling", pointer(boolean), &o.EnableAutoScaling)
		read(t, "min_count", pointer(count), &o.MinCount)
		read(t, "max_count", pointer(count), &o.MaxCount)
		return
	}
	for _, key := range []string{"enable_auto_scaling", "min_count", "max_count"} {
		t.useless(key, `only do = "update-pool" has it`)
	}
}

// scaling adds what a request says about the autoscaler of its pool.
func (b *block) scaling(o *model.Operation) {
	if o.EnableAutoScaling != nil {
		b.put("enable_auto_scaling", strconv.FormatBool(*o.EnableAutoScaling))
	}
	if o.MinCount != nil {
		b.put("min_count", strconv.Itoa(*o.MinCount))
	}
	if o.MaxCount != nil {
		b.put("max_count", strconv.Itoa(*o.MaxCount))
	}
}
