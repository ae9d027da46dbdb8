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
	"look of the controller", "write of the controller", "conflict: write of the controller", "status of a broken budget",
	"conflict: debit of the budget", "read of the budget", "debit of the budget, terminating", "debit of the budget, gone",
	"conflict: mark on the pod, Pending still", "conflict: mark on the pod, Running by then",
	"conflict: deletion of the pod, Pending still", "conflict: deletion of the pod, Running by then",
	"two requests for one pod", "withdrawn", "withdrawn too late",
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

// TestEvictionsCrowd asks for so many pods of one budget at the same time that the
// server gives up on some: each attempt finds that another was faster.
func TestEvictionsCrowd(t *testing.T) {
	const pods = 150
	spec := gridSpec(pods, pods)
	b := model.NewBudget("web")
	all := model.Percent(100)
	b.MaxUnavailable, b.Selector = &all, model.SelectorOf(spec.Workloads[0].Labels)
	spec.Budgets = []model.Budget{b}
	slow, err := random.Uniform(time.Millisecond, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	answeredAtOnce(&spec)
	spec.Timing.ServerRequest, spec.Timing.BudgetUpdate = slow, random.Constant(time.Millisecond)
	a, err := auditCase(t.Context(), &Case{Seed: 1, Spec: spec, Steps: []Step{{Do: ByHand, Then: 5 * time.Minute}}})
	if err != nil {
		t.Fatal(err)
	}
	if a.found != nil {
		t.Fatal(a.found.lines)
	}
	granted, gaveUp := a.met["201 by a budget, ready"], a.met["409, ready"]
	if granted+gaveUp != pods || gaveUp == 0 {
		t.Errorf("%d are granted and the server gives up on %d: %v", granted, gaveUp, a.met)
	}
	t.Logf("%d evictions are granted after %d conflicts, the server gives up on %d", granted, a.met["conflict: debit of the budget"], gaveUp)
}
