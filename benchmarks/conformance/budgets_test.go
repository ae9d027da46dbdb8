package conformance

import (
	"fmt"
	"testing"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// TestBudgetGrid compares the status of budgets over the grid of replicas, kind
// and value, with all pods ready and with some pending.
func TestBudgetGrid(t *testing.T) {
	s := &budgetStates{}
	for _, replicas := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 33, 100} {
		pending := map[int]bool{0: true, 1: true, replicas / 2: true}
		for missing := range pending {
			if missing < replicas {
				m := gridModel(t, replicas, replicas-missing)
				s.add(fmt.Sprintf("grid-%d-%d-", replicas, missing), m, start(m))
			}
		}
	}
	s.compare(t)
}

// gridSpec is one Deployment of which so many pods fit on the one node.
func gridSpec(replicas, fit int) model.Spec {
	spec := generate(1, false).Spec
	p := model.NewNodePool("pool")
	p.Mode, p.Count, p.MaxPods = model.ModeSystem, 1, 110
	p.VMSize = model.VMSize{Name: "Standard_D4s_v5", VCPUs: 4}
	p.Allocatable, p.AllocatableSet = model.Allocatable{Resources: model.Resources{CPU: 1_000_000, Memory: 1 << 40}, Pods: fit}, true
	spec.NodePools = []model.NodePool{p}
	w := model.NewWorkload("web")
	w.Replicas = replicas
	spec.Workloads, spec.Budgets = []model.Workload{w}, nil
	return spec
}

// gridModel is gridSpec with all budgets.
func gridModel(t *testing.T, replicas, fit int) *model.Model {
	t.Helper()
	spec := gridSpec(replicas, fit)
	w := &spec.Workloads[0]
	for percent, most := range map[bool]int{false: replicas + 2, true: 100} {
		for value := range most + 1 {
			x := model.IntOrPercent{Value: value, Percent: percent}
			low, high := model.NewBudget(fmt.Sprintf("min-%d-%v", value, percent)), model.NewBudget(fmt.Sprintf("max-%d-%v", value, percent))
			low.MinAvailable, high.MaxUnavailable = &x, &x
			low.Selector, high.Selector = model.SelectorOf(w.Labels), model.SelectorOf(w.Labels)
			spec.Budgets = append(spec.Budgets, low, high)
		}
	}
	m, findings := model.New(spec)
	for _, f := range findings {
		if f.Severity == model.Error {
			t.Fatalf("%s: %s", f.Path, f.Message)
		}
	}
	return m
}

// start returns a cluster at time 0.
func start(m *model.Model) *kube.Cluster {
	engine := new(des.Engine)
	c := kube.New(engine, m, trace.NewRecorder(engine.Now))
	c.Reset(random.NewSource(1, 0))
	return c
}

// TestBudgetStates compares the status of budgets in the states that random
// cases end in: pods that start, terminate or are pending, several controllers
// under one budget, bare pods, DaemonSets.
func TestBudgetStates(t *testing.T) {
	s := &budgetStates{}
	for seed := *firstSeed; len(s.cases) < min(*decisions/5, 10_000); seed++ {
		c := generate(seed, false)
		if len(c.Spec.Budgets) == 0 {
			continue
		}
		answeredAtOnce(&c.Spec)
		g, err := play(nil, c)
		if err != nil {
			t.Fatalf("case %d: %v", seed, err)
		}
		s.add(fmt.Sprintf("case-%d-", seed), g.model, g.cluster)
	}
	s.compare(t)
}

// compare holds rollsim's budgets against the real controller's.
func (s *budgetStates) compare(t *testing.T) {
	t.Helper()
	real, err := s.status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	broken := 0
	for _, x := range s.cases {
		r := real[x.key]
		want := kube.BudgetStatus{
			Expected: int(r.ExpectedPods), Desired: int(r.DesiredHealthy), Healthy: int(r.CurrentHealthy), Allowed: int(r.DisruptionsAllowed),
		}
		if failed(&r) { // the controller has only set what is allowed to 0
			want.Expected, want.Desired, want.Healthy = x.Expected, x.Desired, x.Healthy
			broken++
		}
		if x.BudgetStatus != want {
			t.Errorf("%s: %s: rollsim has %+v, the real controller %+v", x.key, x.what, x.BudgetStatus, want)
		}
	}
	t.Logf("%d budgets, %d of them broken", len(s.cases), broken)
}
