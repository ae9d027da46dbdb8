package kube

import (
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// budget is a PodDisruptionBudget: what its pods are like, and the status that
// the disruption controller keeps of that. Source: kubernetes pkg/controller/disruption.
type budget struct {
	*model.Budget
	key      random.Key
	selected []int
	desired  int32        // desiredHealthy
	expected int32        // expectedPods
	healthy  int32        // currentHealthy: pods that are Ready and not terminating
	broken   bool         // the controller can't tell the expected count, so it allows nothing
	status   budgetStatus // as it is in the API
	exists   bool
	control  budgetSync // how far the controller is
	version  int32      // of the object: moves on with every status that is written
	writes   int32      // statuses that the controller wrote
	written  int32      // desired as the last BudgetStatus record has it; -1: none yet
	raised   trace.ID   // what changed expected or desired last
	cause    trace.ID   // what lowered healthy last, or raised desired

	disrupted []PodID // disruptedPods in the API: whose eviction has used the budget
}

// budgetStatus is what the eviction API goes by: what the controller wrote last,
// less the evictions since.
type budgetStatus struct {
	expected, desired, healthy, allowed int32

	disrupted int32 // how many disruptedPods there are
	observed  bool  // the controller could work the budget out once
	failed    bool  // it couldn't the last time, as the status' condition says
}

func (c *Cluster) buildBudgets() {
	c.budgets = make([]budget, len(c.m.Budgets))
	for i := range c.budgets {
		m := &c.m.Budgets[i]
		c.budgets[i] = budget{Budget: m, key: random.KeyOf("budget", m.Namespace, m.Name), selected: c.m.Selected[i]}
	}
}

func (c *Cluster) resetBudgets() {
	for i := range c.budgets {
		b := &c.budgets[i]
		*b = budget{Budget: b.Budget, key: b.key, selected: b.selected, written: -1, disrupted: b.disrupted[:0], control: budgetSync{left: b.control.left[:0]}}
		c.expect(i, 0) // a whole min_available is desired before there are pods
		if b.Created != nil {
			c.after(*b.Created, des.ClassControl, evBudgetCreated, int32(i))
		}
	}
}

// firstBudgets writes the status of every budget that exists at the start.
// Until then none is written, since the first pods come one by one.
func (c *Cluster) firstBudgets() {
	for i := range c.budgets {
		if b := &c.budgets[i]; b.Created == nil {
			b.exists = true
			c.writeBudget(i, c.nextStatus(i))
		}
	}
}

// budgetCreated: somebody creates a budget. Until its first status is written
// it refuses every eviction that it is asked about.
func (c *Cluster) budgetCreated(i int) {
	b := &c.budgets[i]
	b.exists, b.written = true, b.desired
	b.cause = c.rec.Add(trace.BudgetStatus, budgetRef(i), trace.Ref{}, int64(b.desired)<<32, 0)
	c.budgetChanged(i)
}

// writeBudget writes the status of a budget. The record is left out where it
// would say the same, and while nothing is expected, for then nothing can be
// evicted either.
func (c *Cluster) writeBudget(i int, s budgetStatus) {
	b := &c.budgets[i]
	b.status = s
	b.version++
	b.writes++
	c.changed()
	if b.written >= 0 && (b.desired == b.written || b.expected <= 0) {
		return
	}
	id := c.rec.Add(trace.BudgetStatus, budgetRef(i), trace.Ref{}, int64(b.desired)<<32|int64(c.statusOf(i).allowed), b.raised)
	if b.desired > b.written {
		b.cause = id
	}
	b.written = b.desired
}

// statusOf is the status of a budget as it should be. A pod whose eviction has
// used the budget isn't healthy any more, whether its deletion is written yet or
// not; it is a disruption still to come until then. That the deletion isn't written
// within two minutes, after which it would count as healthy again, never happens
// here, nor that another pod has its name by then. Source: kubernetes
// pkg/controller/disruption/disruption.go, buildDisruptedPodMap and countHealthyPods.
func (c *Cluster) statusOf(i int) budgetStatus {
	b := &c.budgets[i]
	s := budgetStatus{expected: b.expected, desired: b.desired, healthy: b.healthy, observed: true}
	for _, p := range b.disrupted {
		switch x := &c.pods[p]; {
		case x.phase == PodReady:
			s.healthy--
			s.disrupted++
		case x.phase < PodTerminating:
			s.disrupted++
		}
	}
	s.allowed = b.allows(s.healthy)
	return s
}

// allows is disruptionsAllowed with so many healthy pods.
func (b *budget) allows(healthy int32) int32 {
	if b.broken || b.expected <= 0 {
		return 0
	}
	return max(0, healthy-b.desired)
}

// nextStatus is the status that the controller works out. Of a budget that it can't
// work out it only says that it allows nothing; the rest stays as it was.
func (c *Cluster) nextStatus(i int) budgetStatus {
	b := &c.budgets[i]
	if b.broken {
		s := b.status
		s.allowed, s.failed = 0, true
		return s
	}
	return c.statusOf(i)
}

// debit uses up a budget for the eviction of a pod: one disruption fewer is allowed
// at once, and the pod counts as disrupted. The caller tells the controller.
func (c *Cluster) debit(p PodID, i int) {
	b := &c.budgets[i]
	b.status.allowed--
	b.version++
	if !slices.Contains(b.disrupted, p) {
		b.disrupted = append(b.disrupted, p)
		b.status.disrupted++
	}
}

// stillDisrupted appends to list the pods of a budget that are disrupted and don't
// terminate yet; of one that can't be worked out, all.
func (c *Cluster) stillDisrupted(list []PodID, i int) []PodID {
	b := &c.budgets[i]
	for _, p := range b.disrupted {
		if b.broken || c.pods[p].phase < PodTerminating {
			list = append(list, p)
		}
	}
	return list
}

// healthChanged counts a pod of w that became healthy (+1) or ceased to be
// (-1), by the record that says so.
func (c *Cluster) healthChanged(w *workload, delta int32, cause trace.ID) {
	w.ready += delta
	for _, i := range w.budgets {
		b := &c.budgets[i]
		b.healthy += delta
		if delta < 0 {
			b.cause = cause
		}
		c.budgetChanged(i)
	}
}

// confirmed tells the controller of a pod that terminates and wasn't Ready, where
// its eviction has used a budget: it is a disruption to come no longer.
func (c *Cluster) confirmed(w *workload, p PodID) {
	for _, i := range w.budgets {
		if slices.Contains(c.budgets[i].disrupted, p) {
			c.budgetChanged(i)
		}
	}
}

// podsChanged counts a pod object of w that was made (+1) or removed (-1).
func (c *Cluster) podsChanged(w *workload, delta int32, cause trace.ID) {
	w.pods += delta
	for _, i := range w.budgets {
		c.expect(i, cause)
	}
}

// expect works out the expected pods and the desired healthy ones of a budget.
// The controller sees the scale of a workload through its pods: one without any
// pod doesn't count. The record is left out while nothing is expected, for then
// nothing can be evicted either.
func (c *Cluster) expect(i int, cause trace.ID) {
	b := &c.budgets[i]
	pods, scale, broken := int32(0), int32(0), false
	for _, s := range b.selected {
		w := &c.workloads[s]
		if w.pods == 0 {
			continue
		}
		pods += w.pods
		switch w.kind {
		case model.BarePod: // no controller, no scale
		case model.DaemonSet, model.Job:
			broken = broken || !b.countsPods() // they have no scale subresource
		default:
			scale += int32(w.Replicas)
		}
	}
	expected, desired := b.resolve(pods, scale)
	if expected == b.expected && desired == b.desired && broken == b.broken {
		return
	}
	b.expected, b.desired, b.broken, b.raised = expected, desired, broken, cause
	c.budgetChanged(i)
}

// countsPods reports whether the budget counts pods, not what their
// controllers want: only min_available as a plain count does.
func (b *budget) countsPods() bool { return b.MinAvailable != nil && !b.MinAvailable.Percent }

// resolve returns expectedPods and desiredHealthy, given the pods that exist
// and the replicas that their controllers want. Percentages of both kinds round up.
func (b *budget) resolve(pods, scale int32) (expected, desired int32) {
	switch {
	case b.countsPods():
		return pods, int32(b.MinAvailable.Value)
	case b.MinAvailable != nil:
		return scale, int32(b.MinAvailable.RoundUp(int(scale)))
	default:
		return scale, max(0, scale-int32(b.MaxUnavailable.RoundUp(int(scale))))
	}
}

func budgetRef(i int) trace.Ref { return trace.Ref{Kind: trace.Budget, Index: int32(i)} }
