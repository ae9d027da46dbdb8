package strategy_test

import (
	"strings"
	"testing"

	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
)

// TestUpdateCommands: the commands of requests that change settings of a pool, the
// cluster autoscaler's among them.
func TestUpdateCommands(t *testing.T) {
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
	az := func(flags string) string {
		return "az aks nodepool update --resource-group RESOURCE_GROUP --cluster-name cluster --name web " + flags + " --no-wait"
	}
	for limits, want := range map[string]string{
		"enable_auto_scaling = false":                              az("--disable-cluster-autoscaler"),
		"min_count = 2, max_count = 6":                             az("--update-cluster-autoscaler --min-count 2 --max-count 6"),
		"enable_auto_scaling = true, min_count = 2, max_count = 6": az("--enable-cluster-autoscaler --min-count 2 --max-count 6"),

		`client = "arm"`: "PUT managedClusters/cluster/agentPools/web as it is",
		`client = "arm", max_surge = 2, drain_timeout = "1h", min_count = 2, max_count = 6`: "PUT managedClusters/cluster/agentPools/web maxSurge: 2 drainTimeoutInMinutes: 60 minCount: 2 maxCount: 6",
	} {
		m := simtest.Load(t, strings.Replace(base, "LIMITS", limits, 1))
		if got := strategy.PlanOf(m, 0).Requests[0].Command; got != want {
			t.Errorf("%s: got %s, want %s", limits, got, want)
		}
	}
}
