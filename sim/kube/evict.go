package kube

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// maxDisrupted is how many evictions the controller may not have seen yet when a
// budget grants one more. Source: MaxDisruptedPodSize of eviction.go.
const maxDisrupted = 2000

// unobservedRetry is what Retry-After says where the budget is still being worked
// out, or the pod has changed while it was looked at. Source:
// createTooManyRequestsError of eviction.go.
const unobservedRetry = 10 * time.Second

// seenPod is a pod as the API server has read it.
type seenPod struct {
	gone, leaving, pending, ready bool
	version                       int32 // of the object
}

// verdict is what the eviction API thinks of a request when it has looked at
// the pod and its budgets.
type verdict struct {
	code   int
	retry  time.Duration // what Retry-After says; 0: nothing
	budget int           // that refuses, or that a granted eviction uses; none
	bound  bool          // the eviction is granted to the pod as it was read, and to no other version of it
	lets   int           // where bound: the budget whose policy lets the pod go; none
}

// granted is the verdict on a pod that goes without a budget, notFound that on one
// that is gone.
var (
	granted  = verdict{code: Granted, budget: none, lets: none}
	notFound = verdict{code: NotFound, budget: none, lets: none}
)

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
	v, grace := c.judgeEviction(p, c.see(p)), c.workloads[c.pods[p].workload].TerminationGrace
	if v.code != Granted || v.budget == none {
		return c.conclude(p, v, grace, cause)
	}
	c.debit(p, v.budget)
	e := c.conclude(p, v, grace, cause)
	c.budgetChanged(v.budget)
	return e
}

// see reads a pod.
func (c *Cluster) see(p PodID) seenPod {
	x := &c.pods[p]
	return seenPod{gone: x.phase == PodGone, leaving: x.phase == PodTerminating, pending: x.pending(), ready: x.phase == PodReady, version: x.writes}
}

// unguarded reports whether a pod goes whatever its budgets say: it is pending
// still, or terminates already.
func (s *seenPod) unguarded() bool { return s.pending || s.leaving }

// pending reports whether no container of a pod has run yet.
func (x *pod) pending() bool { return x.phase < PodRunning && !x.ran }

// judgeEviction is the verdict on a request for the eviction of a pod as it was
// read, by its budgets as they are now.
func (c *Cluster) judgeEviction(p PodID, s seenPod) verdict {
	switch {
	case s.gone:
		return notFound
	case s.unguarded():
		v := granted
		v.bound = !s.leaving
		return v
	}
	i, budgets := c.budgetOf(&c.workloads[c.pods[p].workload])
	switch {
	case budgets == 0:
		return granted
	case budgets > 1:
		return verdict{code: Internal, budget: none, lets: none}
	case !s.ready && c.budgets[i].lets():
		return verdict{code: Granted, budget: none, bound: true, lets: i}
	}
	return c.ration(i)
}

// ration is the verdict of a budget on one disruption more. Source:
// checkAndDecrement of eviction.go.
func (c *Cluster) ration(i int) verdict {
	switch b := &c.budgets[i]; {
	case !b.status.observed:
		return verdict{code: TooMany, retry: unobservedRetry, budget: i, lets: none}
	case b.status.disrupted > maxDisrupted:
		return verdict{code: Forbidden, budget: i, lets: none}
	case b.status.allowed == 0:
		return verdict{code: TooMany, budget: i, lets: none}
	}
	return verdict{code: Granted, budget: i, lets: none}
}

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
	case v.code == NotFound:
		return Eviction{Code: NotFound, Budget: none}
	case v.code == Granted && x.phase == PodTerminating:
		return Eviction{Code: Granted, Budget: v.budget, Record: x.last}
	case v.code == Granted:
		id := c.rec.Add(trace.EvictionGranted, podRef(p), budgetOrNone(v.budget), Granted, cause)
		c.terminateWithin(p, grace, trace.Evicted, id)
		return Eviction{Code: Granted, Budget: v.budget, Record: id}
	}
	e := Eviction{Code: v.code, Budget: v.budget, Retry: v.retry}
	if v.budget != none {
		cause = c.budgets[v.budget].cause
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
