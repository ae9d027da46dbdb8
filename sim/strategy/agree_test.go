package strategy_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/simtest"
	"rollsim/sim/strategy"
	"rollsim/sim/trace"
)

const threePools = `[run]
horizon = "2000h"
[cluster]
kubernetes_version = "1.29.7"
offered_versions = ["1.28.12", "1.29.7", "1.30.3", "1.30.5", "1.31.2"]
node_os_upgrade_channel = "None"
[[node_pool]]
name = "sys"
mode = "system"
count = 2
vm_size = "Standard_D4s_v5"
[[node_pool]]
name = "web"
count = 2
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.28.12"
[[node_pool]]
name = "extra"
absent = true
count = 1
vm_size = "Standard_D4s_v5"
[[strategy]]
name = "random"
kind = "operations"
operation = [{ name = "0", do = "upgrade-node-image" }]
`

// TestPlanAgrees: AKS's answers in a plan are those of the run. Random requests on
// three pools are made one after the other, each when the one before is over, with
// nothing left to chance and no pod that could hold up a drain.
func TestPlanAgrees(t *testing.T) {
	refused, accepted := 0, 0
	base := simtest.Load(t, simtest.ConstantTiming+threePools)
	for seed := range 1500 {
		rng := rand.New(rand.NewPCG(uint64(seed), 29))
		spec := base.Spec
		spec.Cluster.Rules = model.Profiles[rng.IntN(2)]
		spec.Strategies = []model.Strategy{spec.Strategies[0]}
		spec.Strategies[0].Operations, spec.Written = nil, nil
		before := ""
		for i := range 8 {
			o := randomOperation(i, rng)
			o.After, before = before, o.Name
			spec.Strategies[0].Operations = append(spec.Strategies[0].Operations, o)
		}
		m, findings := model.New(spec)
		if m == nil {
			t.Fatalf("seed %d: %v", seed, findings)
		}
		plan := strategy.PlanOf(m, 0)
		x := newRun(m)
		x.play(t, 0, 1)
		answers := x.answers()
		for _, r := range plan.Requests {
			want := "accepted"
			if len(r.Refusals) > 0 {
				want = r.Refusals[0].String()
				refused++
			} else {
				accepted++
			}
			if answers[r.Name] != want {
				t.Errorf("seed %d, %s, %s: the plan says %q, the run %q", seed, spec.Cluster.Rules, r.Name, want, answers[r.Name])
				break // what follows differs for that reason
			}
		}
	}
	if refused < 300 || accepted < 300 {
		t.Errorf("%d refused, %d accepted", refused, accepted)
	}
}

// answers returns what AKS has said to each request, by name: accepted, or why not.
func (x *played) answers() map[string]string {
	answers, name := map[string]string{}, ""
	for _, r := range x.Trace.Records {
		switch r.Kind {
		case trace.RequestSubmitted:
			name = x.Trace.Text(r.Text)
		case trace.OperationStarted:
			answers[name] = "accepted"
		case trace.RequestRefused:
			answers[name] = x.Trace.Text(r.Text)
		}
	}
	return answers
}

// randomOperation is the i-th of a row: any that AKS can be asked for but an abort.
func randomOperation(i int, rng *rand.Rand) model.Operation {
	verbs := []model.Verb{model.Upgrade, model.UpgradeControlPlane, model.UpgradePool, model.UpgradePool, model.UpgradePool, model.Scale, model.UpgradeNodeImage,
		model.AddPool, model.DeletePool, model.StopPool, model.StartPool, model.RollbackPool, model.RollbackPool}
	o := model.Operation{Do: verbs[rng.IntN(len(verbs))], Client: model.CLI, When: model.Finished}
	if o.Do.Scope() != model.ScopeCluster {
		o.Pool = []string{"sys", "web", "web", "extra"}[rng.IntN(4)]
	}
	if o.Do.TakesVersion() && (o.Do != model.UpgradePool || rng.IntN(5) > 0) {
		o.To = []model.Version{{Major: 1, Minor: 28, Patch: 12}, {Major: 1, Minor: 29, Patch: 7}, {Major: 1, Minor: 30, Patch: 3}, {Major: 1, Minor: 30, Patch: 5}, {Major: 1, Minor: 31, Patch: 2}}[rng.IntN(5)]
	}
	if o.Do == model.Scale {
		o.Count = 1 + rng.IntN(3)
	}
	o.Name = fmt.Sprintf("%d %s %s %s", i, o.Do, o.Pool, o.To)
	if i > 0 {
		o.Delay = time.Duration(rng.IntN(60)) * time.Hour
	}
	return o
}
