package aks_test

import (
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// TestScopes hands in every verb, and one that doesn't exist, about no pool, a
// pool and pools that aren't there, as no loader would let it through: AKS
// answers, and what is about nothing is refused as that alone.
func TestScopes(t *testing.T) {
	for _, do := range append([]model.Verb{"", "reboot"}, model.AKSVerbs...) {
		for _, pool := range []int{-1, 0, 1, 99, -7} {
			for _, client := range []model.Client{model.CLI, model.ARM, ""} {
				for _, to := range []model.Version{{}, {Major: 1, Minor: 30, Patch: 5}} {
					x := newStage(t, oneWebPool)
					x.reset(1)
					r := rules.Request{Do: do, Pool: pool, Client: client, To: to, Count: 1}
					nothing := do.Scope() == 0 || do.Scope() != model.ScopeCluster && pool > 0 || (do.Scope() == model.ScopePool || do.Scope() == model.ScopeEach) && pool != 0
					s := x.AKS.State()
					refusals := rules.Check(s, r)
					rules.Target(s, r)
					rules.Unchanged(s, r)
					s.Apply(r)
					if got := len(refusals) == 1 && refusals[0].Rule == "about-something"; got != nothing {
						t.Errorf("%+v: refused as about nothing: %v, want %v: %v", r, got, nothing, refusals)
					}
					if _, answer := x.AKS.Submit(r, "", 0); len(answer) != len(refusals) {
						t.Errorf("%+v: submitted: %v, checked: %v", r, answer, refusals)
					}
					x.advance(t, -1)
					if left := x.AKS.InFlight(); len(left) > 0 || !x.AKS.Settled() {
						t.Errorf("%+v: never over: %v", r, left)
					}
				}
			}
		}
	}
}
