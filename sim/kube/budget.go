package kube

import (
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
	debited  int32      // pods that count as healthy and whose evictions are granted
	version  int32      // of the object: moves on with every status that is written
	writes   int32      // statuses that the controller wrote
	written  int32      // desired as the last BudgetStatus record has it; -1: none yet
	raised   trace.ID   // what changed expected or desired last
	cause    trace.ID   // what lowered healthy last, or raised desired
}

// budgetStatus is what the eviction API goes by: what the controller wrote last,
// less the evictions since.
type budgetStatus struct {
	expected, desired, healthy, allowed int32

	disrupted int32 // disruptedPods: evictions that the controller has not seen yet
	observed  bool  // the controller could work the budget out once
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
		*b = budget{Budget: b.Budget, key: b.key, selected: b.selected, written: -1}
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
			c.writeBudget(i, b.next())
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
	id := c.rec.Add(trace.BudgetStatus, budgetRef(i), trace.Ref{}, b.levels(), b.raised)
	if b.desired > b.written {
		b.cause = id
	}
	b.written = b.desired
}

// allowed is disruptionsAllowed, as the controller works it out. Between two
// statuses the eviction API lowers what is written by each eviction that it grants.
func (b *budget) allowed() int32 {
	if b.broken || b.expected <= 0 {
		return 0
	}
	return max(0, b.healthy-b.debited-b.desired)
}

// now is the status as it should be. A pod whose eviction is granted isn't
// healthy any more, whether its deletion is written yet or not; it is a disruption
// still to come until then. That the deletion isn't written within two minutes,
// after which it would count as healthy again, never happens here.
func (b *budget) now() budgetStatus {
	return budgetStatus{
		expected: b.expected, desired: b.desired, healthy: b.healthy - b.debited, allowed: b.allowed(),
		disrupted: b.debited, observed: true,
	}
}

// next is the status that the controller works out. Of a budget that it can't
// work out it only says that it allows nothing; the rest stays as it was.
func (b *budget) next() budgetStatus {
	if b.broken {
		s := b.status
		s.allowed = 0
		return s
	}
	return b.now()
}

// debit uses up a budget for the eviction of a pod: one disruption fewer is allowed
// at once, and the pod counts as disrupted. The caller tells the controller.
func (c *Cluster) debit(p PodID, i int) {
	b := &c.budgets[i]
	b.status.allowed--
	b.status.disrupted++
	b.version++
	if x := &c.pods[p]; x.phase == PodReady {
		b.debited++
		x.debited = int32(i)
	}
}

// levels is the value of a BudgetStatus record.
func (b *budget) levels() int64 { return int64(b.desired)<<32 | int64(b.allowed()) }

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
