package conformance

import (
	"fmt"
	"testing"
	"time"

	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

// mustMeetEvictions is what the cases have to show even in the quick size.
var mustMeetEvictions = []string{
	"201, pending", "201, pulling", "201, starting", "201, running", "201, ready", "201, terminating", "404, gone",
	"201 by a budget, running", "201 by a budget, ready",
	"429, running", "429, ready", "429 with Retry-After, running", "429 with Retry-After, ready", "500, running", "500, ready",
	"status", "status of a broken budget",
}

// TestEvictions plays random cases and holds each answer of the eviction API, and
// each status of a budget, against the real ones.
func TestEvictions(t *testing.T) {
	s := &survey{t: t, mustMeet: mustMeetEvictions}
	s.run(*decisions, evictionCase, func(c *Case) (*game, error) {
		a, err := auditCase(t.Context(), c)
		if a == nil {
			return nil, err
		}
		return a.game, err
	})
}

// TestEvictionsUnconfirmed evicts more pods under one budget than its status may
// hold before the controller has seen them.
func TestEvictionsUnconfirmed(t *testing.T) {
	const pods = 2020
	spec := gridSpec(pods, pods)
	b := model.NewBudget("web")
	all := model.Percent(100)
	b.MaxUnavailable, b.Selector = &all, model.SelectorOf(spec.Workloads[0].Labels)
	spec.Budgets = []model.Budget{b}
	spec.Timing.BudgetUpdate = random.Constant(time.Hour)
	c := &Case{Seed: 1, Spec: spec}
	for i := range pods {
		c.Steps = append(c.Steps, Step{Do: Evict, N: 10 * i})
	}
	a, err := auditCase(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if a.found != nil {
		t.Fatal(a.found.lines)
	}
	granted, refused := a.met[fmt.Sprintf("201 by a budget, %v", kube.PodReady)], a.met[fmt.Sprintf("403, %v", kube.PodReady)]
	if granted != 2001 || refused != pods-2001 {
		t.Errorf("%d are granted and %d forbidden: %v", granted, refused, a.met)
	}
}
