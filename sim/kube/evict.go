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

// Evict asks for the eviction of a pod. Pods that don't run yet, or terminate
// already, go without a budget; a pod that runs but isn't Ready goes without
// one where the budget's policy lets it; two budgets on one pod are an error of
// the API, for good. A granted eviction uses up the budget at once, whenever
// its status is written next; a budget that has granted more than 2,000 since then
// grants no more. Source: kubernetes
// pkg/registry/core/pod/storage/eviction.go.
func (a *API) Evict(p PodID, cause trace.ID) Eviction {
	return a.evictWithin(p, a.c.workloads[a.c.pods[p].workload].TerminationGrace, cause)
}

// evictWithin is Evict with a grace period for the pod.
func (a *API) evictWithin(p PodID, grace time.Duration, cause trace.ID) Eviction {
	c := a.c
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	i, budgets := none, 0
	for _, j := range w.budgets {
		if c.budgets[j].exists {
			i, budgets = j, budgets+1
		}
	}
	switch {
	case x.phase == PodGone:
		return Eviction{Code: NotFound, Budget: none}
	case x.phase == PodTerminating:
		return Eviction{Code: Granted, Budget: none, Record: x.last}
	case x.phase < PodRunning && !x.ran || budgets == 0:
		return c.grant(p, none, grace, cause)
	case budgets > 1:
		return c.refuse(p, Internal, none, cause)
	}
	b := &c.budgets[i]
	switch {
	case x.phase < PodReady && b.lets():
		return c.grant(p, none, grace, cause)
	case !b.status.observed:
		e := c.refuse(p, TooMany, i, b.cause)
		e.Retry = unobservedRetry
		return e
	case b.status.disrupted > maxDisrupted:
		return c.refuse(p, Forbidden, i, b.cause)
	case b.status.allowed == 0:
		return c.refuse(p, TooMany, i, b.cause)
	}
	return c.grant(p, i, grace, cause)
}

// evict is Evict as a drain asks: by force without a look at budgets, and with
// the grace period that its client gives.
func (c *Cluster) evict(p PodID, o *DrainOptions, cause trace.ID) Eviction {
	a := &c.apis[byAKS]
	grace := c.workloads[c.pods[p].workload].TerminationGrace
	if o.Kubectl != nil && o.Kubectl.GracePeriod >= 0 {
		grace = o.Kubectl.GracePeriod
	}
	if o.Grace > 0 {
		grace = min(grace, o.Grace)
	}
	switch running := c.pods[p].phase < PodTerminating; {
	case running && o.Kubectl != nil && o.Kubectl.DisableEviction:
		c.terminateWithin(p, grace, trace.DeletedByUser, cause)
		return Eviction{Code: Granted, Budget: none, Record: c.pods[p].last}
	case running && o.Force:
		return c.grant(p, none, grace, cause)
	}
	return a.evictWithin(p, grace, cause)
}

// lets reports whether pods that are not Ready may go without using the budget.
func (b *budget) lets() bool {
	return b.UnhealthyPods == model.AlwaysAllow || b.status.healthy >= b.status.desired && b.status.desired > 0
}

func (c *Cluster) grant(p PodID, budget int, grace time.Duration, cause trace.ID) Eviction {
	id := c.rec.Add(trace.EvictionGranted, podRef(p), budgetOrNone(budget), Granted, cause)
	if budget == none {
		c.terminateWithin(p, grace, trace.Evicted, id)
		return Eviction{Code: Granted, Budget: budget, Record: id}
	}
	status := &c.budgets[budget].status
	status.allowed--
	status.disrupted++
	c.terminateWithin(p, grace, trace.Evicted, id)
	c.budgetChanged(budget, id)
	return Eviction{Code: Granted, Budget: budget, Record: id}
}

func (c *Cluster) refuse(p PodID, code, budget int, cause trace.ID) Eviction {
	id := c.rec.Add(trace.EvictionRefused, podRef(p), budgetOrNone(budget), int64(code), cause)
	return Eviction{Code: code, Budget: budget, Record: id}
}

func budgetOrNone(i int) trace.Ref {
	if i == none {
		return trace.Ref{}
	}
	return budgetRef(i)
}
