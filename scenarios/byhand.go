package scenarios

import (
	"strconv"

	"rollsim/sim/model"
)

// byHandKeys are the keys of model.ByHand.
var byHandKeys = []string{"nodes_at_a_time", "node_pause", "timeout", "grace_period", "ignore_daemonsets", "disable_eviction", "on_failure"}

// byHand reads how a person goes over nodes.
func byHand(t *table, h *model.ByHand, reactions []model.Reaction) {
	read(t, "nodes_at_a_time", count, &h.NodesAtATime)
	read(t, "node_pause", duration, &h.NodePause)
	read(t, "timeout", duration, &h.Timeout)
	read(t, "grace_period", pointer(duration), &h.GracePeriod)
	read(t, "ignore_daemonsets", boolean, &h.IgnoreDaemonsets)
	read(t, "disable_eviction", boolean, &h.DisableEviction)
	read(t, "on_failure", choice(reactions), &h.OnFailure)
}

// allUseless refuses keys that something else has.
func (t *table) allUseless(why string, keys ...string) {
	for _, key := range keys {
		t.useless(key, why)
	}
}

// byHand spells what isn't a default of how a person goes over nodes.
func (b *block) byHand(h model.ByHand) {
	was := model.NewByHand()
	b.keep("nodes_at_a_time", h.NodesAtATime == was.NodesAtATime, strconv.Itoa(h.NodesAtATime))
	b.keep("node_pause", h.NodePause == was.NodePause, spellSpan(h.NodePause))
	b.keep("timeout", h.Timeout == was.Timeout, spellSpan(h.Timeout))
	if h.GracePeriod != nil {
		b.put("grace_period", spellSpan(*h.GracePeriod))
	}
	b.keep("ignore_daemonsets", h.IgnoreDaemonsets == was.IgnoreDaemonsets, strconv.FormatBool(h.IgnoreDaemonsets))
	b.keep("disable_eviction", h.DisableEviction == was.DisableEviction, strconv.FormatBool(h.DisableEviction))
	b.keep("on_failure", h.OnFailure == was.OnFailure, str(string(h.OnFailure)))
}
