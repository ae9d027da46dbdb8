package model

import "strconv"

const kubectlDrain = "kubectl drain"

// byHandKeys are the keys of drain and of blue-green that say how nodes are gone
// over.
var byHandKeys = []key[ByHand]{
	{name: "nodes_at_a_time", unit: "nodes", source: "kubectl drain, which takes one node after the other", note: "of drain and blue-green: drained at the same time",
		value: func(h *ByHand) string { return strconv.Itoa(h.NodesAtATime) }},
	{name: "node_pause", unit: "duration", source: byScenario, note: "of drain and blue-green: between one node's end and the next node", value: func(h *ByHand) string { return quotedDuration(h.NodePause) }},
	{name: "timeout", unit: "duration", source: kubectlDrain, note: "of drain and blue-green, for each node; 0s: for ever", value: func(h *ByHand) string { return quotedDuration(h.Timeout) }},
	{name: "grace_period", unit: "duration", source: kubectlDrain, note: "of drain and blue-green: the pods' own", value: func(h *ByHand) string {
		if h.GracePeriod == nil {
			return ""
		}
		return quotedDuration(*h.GracePeriod)
	}},
	{name: "ignore_daemonsets", source: "AKS, resize node pools page; kubectl's own default is false", note: "of drain and blue-green; false: a node with a DaemonSet's pod isn't drained",
		value: func(h *ByHand) string { return strconv.FormatBool(h.IgnoreDaemonsets) }},
	{name: "disable_eviction", source: kubectlDrain, note: "of drain and blue-green; true: pods are deleted, and no budget is asked", value: func(h *ByHand) string { return strconv.FormatBool(h.DisableEviction) }},
	{name: "on_failure", source: assumption, note: "of drain: stop or continue; of blue-green: stop or roll-back", value: func(h *ByHand) string { return quoted(h.OnFailure) }},
}
