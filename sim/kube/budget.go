package kube

import (
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// budget is a PodDisruptionBudget with the status that the disruption
// controller keeps of it. Source: kubernetes pkg/controller/disruption.
type budget struct {
	*model.Budget
	selected []int
	desired  int32    // desiredHealthy
	expected int32    // expectedPods
	healthy  int32    // currentHealthy: pods that are Ready and not terminating
	broken   bool     // the controller can't tell the expected count, so it allows nothing
	written  int32    // desired as the last BudgetStatus record has it
	cause    trace.ID // what lowered healthy last, or raised desired
}

func (c *Cluster) buildBudgets() {
	c.budgets = make([]budget, len(c.m.Budgets))
	for i := range c.budgets {
		c.budgets[i] = budget{Budget: &c.m.Budgets[i], selected: c.m.Selected[i]}
	}
}

func (c *Cluster) resetBudgets() {
	for i := range c.budgets {
		b := &c.budgets[i]
		b.healthy, b.written, b.cause = 0, -1, 0
		b.expected, b.desired = b.resolve(0, 0)
	}
}

// firstBudgets writes the status of every budget at the start. Until then
// none is written, since the first pods come one by one.
func (c *Cluster) firstBudgets() {
	for i := range c.budgets {
		b := &c.budgets[i]
		b.cause = c.rec.Add(trace.BudgetStatus, budgetRef(i), trace.Ref{}, b.status(), 0)
		b.written = b.desired
	}
}

// allowed is disruptionsAllowed. A granted eviction lowers it at once, because
// the pod counts as healthy no longer.
func (b *budget) allowed() int32 {
	if b.broken || b.expected <= 0 {
		return 0
	}
	return max(0, b.healthy-b.desired)
}

// status is the value of a BudgetStatus record.
func (b *budget) status() int64 { return int64(b.desired)<<32 | int64(b.allowed()) }

// healthChanged counts a pod of w that became healthy (+1) or ceased to be
// (-1), by the record that says so.
func (c *Cluster) healthChanged(w *workload, delta int32, cause trace.ID) {
	w.ready += delta
	c.totals.ready += int(delta)
	for _, i := range w.budgets {
		b := &c.budgets[i]
		b.healthy += delta
		if delta < 0 {
			b.cause = cause
		}
	}
}

// podsChanged counts a pod object of w that was made (+1) or removed (-1).
func (c *Cluster) podsChanged(w *workload, delta int32, cause trace.ID) {
	w.pods += delta
	c.totals.pods += int(delta)
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
	pods, scale := int32(0), int32(0)
	b.broken = false
	for _, s := range b.selected {
		w := &c.workloads[s]
		if w.pods == 0 {
			continue
		}
		pods += w.pods
		switch w.kind {
		case model.BarePod: // no controller, no scale
		case model.DaemonSet:
			b.broken = !b.countsPods() // DaemonSets have no scale subresource
		default:
			scale += int32(w.Replicas)
		}
	}
	b.expected, b.desired = b.resolve(pods, scale)
	if b.written >= 0 && b.desired != b.written && b.expected > 0 {
		id := c.rec.Add(trace.BudgetStatus, budgetRef(i), trace.Ref{}, b.status(), cause)
		if b.desired > b.written {
			b.cause = id
		}
		b.written = b.desired
	}
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
