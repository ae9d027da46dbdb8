package model

import (
	"slices"
	"strings"
)

// pending are the keys of a scenario that are spelled, checked and carried
// through already, and that no behaviour is behind yet. A key that is accepted
// has an effect; so the loader refuses these as not supported yet, the importer
// leaves them out with a note, and Knobs doesn't list them. New takes them, for
// tests of the behaviour to come.
//
// Who brings a behaviour deletes its line: nothing else enables it.
//
// A line is a key path without indices, which stands for what is inside too, or
// key=value for one value of a key.
var pending = []string{
	"timing.image_pull_parallel",
	"timing.disk_move_parallel",
	"timing.budget_update",
	"timing.node_lost",
	"timing.orphan_delete",

	"scheduler.default_spread",
	"scheduler.percentage_of_nodes_to_score",
	"scheduler.backoff",
	"scheduler.max_backoff",
	"scheduler.flush",
	"scheduler.client_qps",
	"scheduler.client_burst",
	"controllers",

	"node_pool.resources",
	"node_pool.max_data_disks",

	"workload.kind=Job",
	"workload.job",
	"workload.resources",
	"workload.host_ports",
	"workload.priority",
	"workload.preemption_policy",
	"workload.scheduling_gates",
	"workload.ready=never",
	"workload.unready",
	"workload.not_ready_toleration",
	"workload.preferred_node_affinity",
	"workload.topology_spread.selector",
	"workload.topology_spread.min_domains",
	"workload.topology_spread.node_affinity_policy",
	"workload.topology_spread.node_taints_policy",
	"workload.topology_spread.match_label_keys",
	"workload.pod_affinity",
	"workload.pod_anti_affinity", // and anti_affinity by another key than hostname, or not required
	"workload.volume.zonal=false",
	"workload.volume.disks",
	"pdb.created",
}

// Pending reports whether a key, or with key=value one value of it, is not
// supported yet. The path may have indices; what a pool's timing overrides is
// the cluster's key, a workload's pdb is a budget.
func Pending(path string) bool {
	path = withoutIndices(path)
	path = strings.TrimPrefix(path, "node_pool.timing")
	if p, ok := strings.CutPrefix(path, "workload.pdb."); ok {
		path = "pdb." + p
	}
	if strings.HasPrefix(path, ".") {
		path = "timing" + path
	}
	return slices.ContainsFunc(pending, func(p string) bool {
		return path == p || strings.HasPrefix(path, p) && path[len(p)] == '.'
	})
}

// withoutIndices returns a key path without its numbers in brackets.
func withoutIndices(path string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(path, "[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if _, path, ok = strings.Cut(after, "]"); !ok {
			return b.String()
		}
	}
}
