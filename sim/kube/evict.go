package kube

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// maxDisrupted is how many evictions the controller may not have seen yet when a
// budget grants one more. Source: MaxDisruptedPodSize of eviction.go.
const maxDisrupted = 2000

// unobservedRetry is what Retry-After says for a budget without a status.
const unobservedRetry = 10 * time.Second

// verdict is what the eviction API thinks of a request when it has looked at
// the pod and its budgets.
type verdict struct {
	code   int
	budget int // that refuses, or that a granted eviction uses; none
}

// Evict asks for the eviction of a pod and has the answer at once; a drain's
// requests take their time, see request. Pods that don't run yet, or terminate
// already, go without a budget; a pod that runs but isn't Ready goes without
// one where the budget's policy lets it; two budgets on one pod are an error of
// the API, for good. A granted eviction uses up the budget at once, whenever
// its status is written next; a budget that has granted more than 2,000 since then
// grants no more. Source: kubernetes
// pkg/registry/core/pod/storage/eviction.go.
func (a *API) Evict(p PodID, cause trace.ID) Eviction {
	c := a.c
	v, grace := c.judgeEviction(p), c.workloads[c.pods[p].workload].TerminationGrace
	if v.code != Granted || v.budget == none {
		return c.conclude(p, v, grace, cause)
	}
	c.debit(p, v.budget)
	e := c.conclude(p, v, grace, cause)
	c.budgetChanged(v.budget)
	return e
}

// judgeEviction is the verdict on a request for the eviction of a pod.
func (c *Cluster) judgeEviction(p PodID) verdict {
	x := &c.pods[p]
	i, budgets := c.budgetOf(&c.workloads[x.workload])
	switch {
	case x.phase == PodGone:
		return verdict{NotFound, none}
	case x.unguarded(), budgets == 0:
		return verdict{Granted, none}
	case budgets > 1:
		return verdict{Internal, none}
	}
	b := &c.budgets[i]
	switch {
	case x.phase < PodReady && b.lets():
		return verdict{Granted, none}
	case !b.status.observed:
		return verdict{TooMany, i}
	case b.status.disrupted > maxDisrupted:
		return verdict{Forbidden, i}
	case b.status.allowed == 0:
		return verdict{TooMany, i}
	}
	return verdict{Granted, i}
}

// unguarded reports whether a pod goes whatever its budgets say: it is pending
// still, or terminates already.
func (x *pod) unguarded() bool { return x.pending() || x.phase >= PodTerminating }

// pending reports whether no container of a pod has run yet.
func (x *pod) pending() bool { return x.phase < PodRunning && !x.ran }

// budgetOf returns a budget that selects a workload's pods, and how many there are.
func (c *Cluster) budgetOf(w *workload) (budget, budgets int) {
	budget = none
	for _, i := range w.budgets {
		if c.budgets[i].exists {
			budget, budgets = i, budgets+1
		}
	}
	return budget, budgets
}

// lets reports whether pods that are not Ready may go without using the budget.
func (b *budget) lets() bool {
	return b.UnhealthyPods == model.AlwaysAllow || b.status.healthy >= b.status.desired && b.status.desired > 0
}

// conclude does what a verdict says and answers. The budget has been debited before.
func (c *Cluster) conclude(p PodID, v verdict, grace time.Duration, cause trace.ID) Eviction {
	x := &c.pods[p]
	switch {
	case x.phase == PodGone:
		return Eviction{Code: NotFound, Budget: none}
	case v.code == Granted && x.phase == PodTerminating:
		return Eviction{Code: Granted, Budget: v.budget, Record: x.last}
	case v.code == Granted:
		id := c.rec.Add(trace.EvictionGranted, podRef(p), budgetOrNone(v.budget), Granted, cause)
		c.terminateWithin(p, grace, trace.Evicted, id)
		return Eviction{Code: Granted, Budget: v.budget, Record: id}
	}
	e := Eviction{Code: v.code, Budget: v.budget}
	if v.budget != none {
		cause = c.budgets[v.budget].cause
		if !c.budgets[v.budget].status.observed {
			e.Retry = unobservedRetry
		}
	}
	e.Record = c.rec.Add(trace.EvictionRefused, podRef(p), budgetOrNone(v.budget), int64(v.code), cause)
	return e
}

func budgetOrNone(i int) trace.Ref {
	if i == none {
		return trace.Ref{}
	}
	return budgetRef(i)
}
