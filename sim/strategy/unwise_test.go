package strategy_test

import (
	"strings"
	"testing"

	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
)

// TestUnwise has, for each kind of advice, a scenario that gets it and a change
// after which it doesn't.
func TestUnwise(t *testing.T) {
	const base = `schema = 1
[cluster]
kubernetes_version = "1.30.5"
zones = ["1", "2", "3"]
[[node_pool]]
name = "web"
mode = "system"
count = 3
zones = ["1", "2", "3"]
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
max_surge = 3
[[workload]]
name = "shop"
replicas = 2
[[strategy]]
name = "all"
kind = "full"
to = "1.30.5"
`
	for _, c := range []struct {
		name   string
		change []string // old and new, in turn
		says   string
	}{
		{"one system node", []string{"count = 3", "count = 1"}, "a system pool of 1 node has no other"},
		{"the whole pool", nil, "max_surge 3 is the whole pool: all its 3 nodes"},
		{"zonal disks", []string{"max_surge = 3", "max_surge = 1", "[[workload]]", "[[workload]]\nvolume = { zonal = true }\nkind = \"StatefulSet\""}, "max_surge 1 is 1 node for 3 zones"},
		{"network policy manager", []string{"zones = [\"1\", \"2\", \"3\"]\n[[node_pool]]", "zones = [\"1\", \"2\", \"3\"]\n[cluster.limits]\nnetwork_policy = \"azure\"\n[[node_pool]]", "count = 3", "count = 249", "max_surge = 3", "max_surge = 2"}, "249 nodes and up to 2 surge nodes are more than Azure's network policy manager supports, 250"},
		{"a small pool", []string{"count = 3", "count = 2\nmax_pods = 14", "max_surge = 3", "max_surge = 1"}, "it holds 28 pods on all its nodes; AKS creates no pool for less than 30"},
		{"a day and more", []string{"count = 3", "count = 500", "max_surge = 3", "max_surge = 1"}, "upgrading its 500 nodes takes about"},
		{"a singleton", []string{"replicas = 2", "replicas = 1"}, "one replica and no budget"},
		{"Linux or Windows", []string{"[[workload]]", "[[node_pool]]\nname = \"win\"\nos_type = \"Windows\"\ncount = 1\nvm_size = \"Standard_D4s_v5\"\n[[workload]]"}, "on Windows nodes of pool win as well as on Linux ones"},
		{"grace", []string{"replicas = 2", "replicas = 2\ntermination_grace = \"2h\""}, "termination_grace 2h is longer than the drain_timeout of pool web, 30m"},
		{"mixed versions", []string{`kind = "full"`, `kind = "control-plane-only"`}, "it leaves web on 1.29.7 under control plane 1.30.5"},
		{"max_count and surge", []string{"kubernetes_version = \"1.30.5\"", "limits = { vcpus = 40 }\nkubernetes_version = \"1.30.5\"", "count = 3", "count = 3\nenable_auto_scaling = true\nmin_count = 1\nmax_count = 10"},
			"scaled to its max_count of 10 it can't have 3 surge nodes more: regional vCPU quota"},
		{"horizon", []string{"[cluster]", "[run]\nhorizon = \"1m\"\n[cluster]"}, "and a run is given up after 1m, run.horizon: its end is never seen; set run.horizon to more than 1h"},
		{"force", []string{"[[strategy]]", "pdb = { max_unavailable = 1 }\n[[strategy]]\nforce = true"}, "until the override ends no upgrade asks the 1 budget"},
	} {
		if got := advice(t, strings.NewReplacer(c.change...).Replace(base)); !strings.Contains(got, c.says) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.says)
		}
		if got := advice(t, strings.Replace(base, "max_surge = 3", "max_surge = \"33%\"", 1)); strings.Contains(got, c.says) {
			t.Errorf("%s: said of a scenario without it: %q", c.name, got)
		}
	}
}

func advice(t *testing.T, text string) string {
	t.Helper()
	m := simtest.Load(t, text)
	var b strings.Builder
	for _, a := range strategy.Unwise(m) {
		b.WriteString(a.Subject + ": " + a.Why + "\n")
	}
	return b.String()
}
