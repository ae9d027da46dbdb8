package strategy_test

import (
	"strings"
	"testing"

	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
)

// stranding is a cluster of two nodes, one of which has a label that somebody has
// set by hand, and a workload that asks for it.
const stranding = `[cluster]
kubernetes_version = "1.29.7"
[aks]
set_by_hand = "OPTION"
[[node_pool]]
name = "web"
count = 3
vm_size = "Standard_D4s_v5"
nodes = [NODES]
[[workload]]
name = "db"
replicas = 2
cpu = "100m"
memory = "100Mi"
node_selector = { SELECTOR }
BUDGET
[[strategy]]
name = "full"
kind = "full"
to = "1.30.5"
`

// TestStranded: what was set by hand on single nodes is gone from nodes that an
// upgrade reimages, so pods that ask for it have nowhere to go; with option kept
// that is so only while the one node that has it is away. Where a budget holds on
// to some of the pods, the upgrade can't end.
func TestStranded(t *testing.T) {
	const (
		one   = `{ name = "a", labels = { disk = "fast" } }, { name = "b" }, { name = "c" }`
		two   = `{ name = "a", labels = { disk = "fast" } }, { name = "b", labels = { disk = "fast" } }, { name = "c" }`
		three = `{ name = "a" }, { name = "b" }, { name = "c" }`
		hurts = "pods of default/db ask for what only single nodes have"
		stops = "pods of default/db can't all be evicted: budget db allows 1 of 2"
	)
	for _, c := range []struct {
		name, option, nodes, selector, budget string
		hurts, stops                          bool
	}{
		{"lost", "lost", one, `disk = "fast"`, "", true, false},
		{"lost, two nodes have it", "lost", two, `disk = "fast"`, "", true, false},
		{"kept", "kept", one, `disk = "fast"`, "", true, false},
		{"kept, two nodes have it", "kept", two, `disk = "fast"`, "", false, false},
		{"lost, with a budget", "lost", two, `disk = "fast"`, "pdb = { max_unavailable = 1 }", true, true},
		{"lost, with a budget that lets all go", "lost", two, `disk = "fast"`, "pdb = { max_unavailable = 2 }", true, false},
		{"nobody asks", "lost", one, "", "pdb = { max_unavailable = 1 }", false, false},
		{"a label of every node", "lost", three, `agentpool = "web"`, "pdb = { max_unavailable = 1 }", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := strings.NewReplacer("OPTION", c.option, "NODES", c.nodes, "SELECTOR", c.selector, "BUDGET", c.budget).Replace(stranding)
			m := simtest.Load(t, simtest.ConstantTiming+body)
			request := strategy.PlanOf(m, 0).Requests[0]
			if got := strings.Contains(strings.Join(request.Stranded, "; "), hurts); got != c.hurts {
				t.Errorf("stranded: %q, want %v", request.Stranded, c.hurts)
			}
			if got := strings.Contains(strings.Join(request.Blockers, "; "), stops); got != c.stops {
				t.Errorf("blocked: %q, want %v", request.Blockers, c.stops)
			}
			said := false
			for _, a := range strategy.Unwise(m) {
				said = said || strings.Contains(a.Why, hurts)
			}
			if said != c.hurts {
				t.Errorf("unwise says so: %v, want %v", said, c.hurts)
			}
			x := newRun(m)
			x.play(t, 0, 1)
			outcome, reason, _ := x.operator.Outcome()
			if got := outcome.String() == "blocked"; got != c.stops {
				t.Errorf("played it is %v: %s", outcome, reason)
			}
			if settled := x.Kube.Settled(); settled && c.hurts && c.option == "lost" && c.budget == "" {
				t.Error("played, every pod found a node in the end")
			}
		})
	}
}
