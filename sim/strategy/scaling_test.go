package strategy_test

import (
	"strings"
	"testing"

	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
)

// TestScalingCommands: the az commands of requests about the cluster autoscaler.
func TestScalingCommands(t *testing.T) {
	const base = `schema = 1
[cluster]
kubernetes_version = "1.30.5"
[[node_pool]]
name = "web"
count = 3
vm_size = "Standard_D4s_v5"
enable_auto_scaling = true
min_count = 1
max_count = 5
[[strategy]]
name = "x"
kind = "operations"
operation = [{ name = "x", do = "update-pool", pool = "web", LIMITS }]
`
	for limits, want := range map[string]string{
		"enable_auto_scaling = false":                              "--disable-cluster-autoscaler",
		"min_count = 2, max_count = 6":                             "--update-cluster-autoscaler --min-count 2 --max-count 6",
		"enable_auto_scaling = true, min_count = 2, max_count = 6": "--enable-cluster-autoscaler --min-count 2 --max-count 6",
	} {
		m := simtest.Load(t, strings.Replace(base, "LIMITS", limits, 1))
		if got := strategy.PlanOf(m, 0).Requests[0].Command; !strings.Contains(got, "nodepool update") || !strings.Contains(got, want+" --no-wait") {
			t.Errorf("%s: %s", limits, got)
		}
	}
}
