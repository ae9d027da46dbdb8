package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/model"
	"rollsim/sim/strategy"
	"rollsim/sim/trace"
)

// verbCluster has a pool of each kind that a request can name; %s is the request.
const verbCluster = `schema = 1
[cluster]
kubernetes_version = "1.30.3"
offered_versions   = ["1.29.7", "1.30.3", "1.30.5"]
[[node_pool]]
name    = "system"
mode    = "system"
count   = 1
vm_size = "Standard_D4s_v5"
[[node_pool]]
name    = "web"
count   = 2
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
[[node_pool]]
name    = "later"
count   = 1
vm_size = "Standard_D4s_v5"
absent  = true
[[workload]]
name     = "shop"
replicas = 2
cpu      = "100m"
[[strategy]]
name = "one"
kind = "operations"
[[strategy.operation]]
name = "it"
do   = %s
`

// TestVerbs takes every verb, about no pool, each kind of pool and a pool that no
// one has heard of, from every client, the whole way from the file to the end of
// a run. What makes no sense is refused by the loader; what is accepted can be
// planned and ends.
func TestVerbs(t *testing.T) {
	for _, do := range model.Verbs {
		for _, pool := range []string{"", "system", "web", "later", "nowhere"} {
			for _, client := range []model.Client{"", model.CLI, model.ARM} {
				t.Run(fmt.Sprintf("%s %s %s", do, pool, client), func(t *testing.T) { playVerb(t, do, pool, client) })
			}
		}
	}
}

func playVerb(t *testing.T, do model.Verb, pool string, client model.Client) {
	senseless := pool == "nowhere" || do.Scope() == model.ScopeCluster && pool != "" || (do.Scope() == model.ScopePool || do.Scope() == model.ScopeNodes) && pool == ""
	var m *model.Model
	s, err := scenarios.Load("verb.toml", []byte(fmt.Sprintf(verbCluster, verbLines(do, pool, client))))
	if err == nil {
		m, _, err = s.Model()
	}
	switch {
	case senseless && err == nil:
		t.Fatal("accepted")
	case senseless && !strings.Contains(err.Error(), ".pool"):
		t.Fatalf("refused for another reason: %v", err)
	case senseless:
		return
	case err != nil:
		t.Fatal(err)
	}
	if plan := strategy.PlanOf(m, 0); len(plan.Requests) == 0 {
		t.Error("a plan without requests")
	}
	x := sim.New(m)
	x.CheckInvariants()
	if run := x.Run(0, 0, sim.Options{}).Run; run.Outcome == trace.Horizon || run.Reason == "" {
		t.Errorf("ends with outcome %v, reason %q", run.Outcome, run.Reason)
	}
}

// verbLines is a request with what its verb has to have.
func verbLines(do model.Verb, pool string, client model.Client) string {
	lines := fmt.Sprintf("%q\n", do)
	if pool != "" {
		lines += fmt.Sprintf("pool = %q\n", pool)
	}
	if client != "" && do.TakesVersion() {
		lines += fmt.Sprintf("client = %q\n", client)
	}
	switch {
	case do.Scope() == model.ScopeCluster:
		lines += "to = \"1.30.5\"\n"
	case do == model.Scale:
		lines += "count = 3\n"
	case do == model.DeleteMachines:
		lines += fmt.Sprintf("nodes = [%q]\n", "aks-"+pool+"-vmss000000")
	case do == model.UpdatePool:
		lines += "max_surge = 2\n"
	}
	return lines
}
