package model

import "strconv"

const kubectlDrain = "kubectl drain"

// The keys that say how nodes are gone over, of a strategy and of an operation.
var (
	strategyHandKeys  = byHandKeys("of blue-green", BlueGreenReactions, "stop there, or go back: the old nodes take pods again, and the new pool is deleted")
	operationHandKeys = byHandKeys("of drain", DrainReactions, "stop there, or go on with the other nodes")
)

func byHandKeys(of string, reactions []Reaction, react string) []key[ByHand] {
	return []key[ByHand]{
		{name: "nodes_at_a_time", is: aCount, least: "1", most: "1000", unit: "nodes", source: "kubectl drain, which takes one node after the other",
			means: of + ": nodes drained at the same time",
			value: func(h *ByHand) string { return strconv.Itoa(h.NodesAtATime) }},
		{name: "node_pause", is: aDuration, source: byScenario,
			means: of + ": wait between one node's end and the next node",
			value: func(h *ByHand) string { return quotedDuration(h.NodePause) }},
		{name: "timeout", is: aDuration, source: kubectlDrain,
			means: of + ": how long one node's drain may take; 0s is for ever",
			value: func(h *ByHand) string { return quotedDuration(h.Timeout) }},
		{name: "grace_period", is: aDuration, source: kubectlDrain,
			otherwise: "the pods' own", means: of + ": how long pods have to stop",
			value: func(h *ByHand) string {
				if h.GracePeriod == nil {
					return ""
				}
				return quotedDuration(*h.GracePeriod)
			}},
		{name: "ignore_daemonsets", is: aBoolean, source: "AKS, resize node pools page; kubectl's own default is false",
			means: of + ": a DaemonSet's pods stay on their nodes; else a node that has one isn't drained",
			value: func(h *ByHand) string { return strconv.FormatBool(h.IgnoreDaemonsets) }},
		{name: "disable_eviction", is: aBoolean, source: kubectlDrain,
			means: of + ": pods are deleted, and no budget is asked",
			value: func(h *ByHand) string { return strconv.FormatBool(h.DisableEviction) }},
		{name: "on_failure", is: aChoice, values: spelled(reactions), source: assumption,
			means: of + ", when a node can't be drained: " + react,
			value: func(h *ByHand) string { return quoted(h.OnFailure) }},
	}
}
