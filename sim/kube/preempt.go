package kube

import (
	"cmp"
	"math"
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// Preemption (DefaultPreemption): a pod that fits nowhere may displace pods of
// lower priority from one node. It is nominated to that node and waits until
// its victims are gone; meanwhile pods of no higher priority than its leave it
// the room. Budgets of the victims are minded where there is a choice, and used
// up in any case. Source: kubernetes pkg/scheduler/framework/preemption and
// plugins/defaultpreemption.

// candidate is a node with the victims that would make room there.
type candidate struct {
	node       NodeID
	from, to   int32    // its victims in scheduler.victims, the most important first
	violations int32    // victims whose budget allows no more disruptions
	highest    int32    // priority of the first victim
	sum        int64    // of the victims' priorities, none of them below 0
	start      des.Time // of the oldest pod among those of the highest priority
}

// Shares of the nodes that are tried. Source: kubernetes
// pkg/scheduler/apis/config/v1/defaults.go.
const (
	candidatePercentage = 10
	leastCandidates     = 100
)

// preempt finds room for a pod that has just fitted nowhere, if it may and can:
// it nominates it to a node and returns who has to go there, valid until the
// scheduler looks for victims again.
func (c *Cluster) preempt(p PodID) []PodID {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	if w.PreemptionPolicy == model.PreemptNever {
		return nil
	}
	if x.nominated != none && c.awaitsVictims(p) {
		return nil
	}
	best := none
	if c.someLower(w.Priority) {
		best = c.findVictims(p)
	}
	if best == none {
		c.release(p)
		return nil
	}
	k := c.sched.candidates[best]
	c.dismiss(p, k.node)
	if x.nominated != k.node {
		c.release(p)
	}
	c.nominate(p, k.node)
	x.last = c.rec.Add(trace.PodNominated, podRef(p), nodeRef(k.node), int64(k.to-k.from), x.last)
	return c.sched.victims[k.from:k.to]
}

// awaitsVictims reports whether pods that terminate for the sake of p, or of
// another pod, are still on its nominated node, so that it has to wait for them.
func (c *Cluster) awaitsVictims(p PodID) bool {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	n := x.nominated
	if c.room[n].blocked&absent != 0 {
		return false
	}
	c.leastCounts(w)
	if r := c.refusal(p, w, n, c.zoneOf(p)); r != Fits && !c.resolvable(w, n, r) {
		return false
	}
	for _, q := range c.nodes[n].pods {
		if c.pods[q].preempted && c.priority(q) < w.Priority {
			return true
		}
	}
	return false
}

func (c *Cluster) priority(p PodID) int32 { return c.workloads[c.pods[p].workload].Priority }

// someLower reports whether any pod has a lower priority.
func (c *Cluster) someLower(priority int32) bool {
	for i := range c.workloads {
		if w := &c.workloads[i]; w.pods > 0 && w.Priority < priority {
			return true
		}
	}
	return false
}

// resolvable reports whether a node that refuses a pod of w for that reason
// might take it when pods are gone from it.
func (c *Cluster) resolvable(w *workload, n NodeID, r Refusal) bool {
	switch r {
	case Full:
		return c.couldFit(w, n)
	case PortTaken, TooManyDisks, Skewed, Repelled, Shunned:
		return true
	}
	return false
}

// findVictims returns the index of the best candidate; -1: no preemption helps.
func (c *Cluster) findVictims(p PodID) int {
	s := &c.sched
	c.listResolvable(p)
	total := len(s.resolvable)
	if total == 0 {
		return none
	}
	x := &c.pods[p]
	key := x.key.With(uint64(x.tries)).With(forPreempt)
	offset := c.src.Intn(key, total)
	want := min(max(total*candidatePercentage/100, leastCandidates), total)
	s.candidates, s.victims = s.candidates[:0], s.victims[:0]
	lawful := false
	for i := range total {
		k, ok := c.victimsOn(p, s.resolvable[(offset+i)%total])
		if !ok {
			continue
		}
		s.candidates = append(s.candidates, k)
		if lawful = lawful || k.violations == 0; lawful && len(s.candidates) >= want {
			break
		}
	}
	return c.bestCandidate(key.With(1).With(uint64(total)))
}

// listResolvable lists the nodes that might take a pod when pods are gone.
func (c *Cluster) listResolvable(p PodID) {
	s := &c.sched
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	zone := c.zoneOf(p)
	s.resolvable = s.resolvable[:0]
	c.interleave()
	c.leastCounts(w)
	for _, n := range s.nodes {
		if w.daemon >= 0 && n != NodeID(c.slots[x.slot].index) {
			continue
		}
		if r := c.refusal(p, w, n, zone); c.resolvable(w, n, r) {
			s.resolvable = append(s.resolvable, n)
		}
	}
}

// victimsOn finds the least that has to go from a node for p to fit: all pods of
// lower priority go, then one after the other may stay, the most important
// first, and before all others those whose budget would be violated.
// Source: kubernetes default_preemption.go, SelectVictimsOnNode.
func (c *Cluster) victimsOn(p PodID, n NodeID) (candidate, bool) {
	s := &c.sched
	w := &c.workloads[c.pods[p].workload]
	s.lower = s.lower[:0]
	for _, q := range c.nodes[n].pods {
		if c.priority(q) < w.Priority {
			s.lower = append(s.lower, q)
		}
	}
	if len(s.lower) == 0 {
		return candidate{}, false
	}
	for _, q := range s.lower {
		c.pretend(q, n, -1)
	}
	if !c.wouldFit(p, n) {
		for _, q := range s.lower {
			c.pretend(q, n, 1)
		}
		return candidate{}, false
	}
	slices.SortStableFunc(s.lower, c.byImportance)
	c.markViolating()
	k := candidate{node: n, from: int32(len(s.victims))}
	for _, violating := range [...]bool{true, false} {
		for i, q := range s.lower {
			if s.violating[i] != violating {
				continue
			}
			c.pretend(q, n, 1)
			if c.wouldFit(p, n) {
				continue
			}
			c.pretend(q, n, -1)
			s.victims = append(s.victims, q)
			if violating {
				k.violations++
			}
		}
	}
	k.to = int32(len(s.victims))
	c.rate(&k)
	for _, q := range s.victims[k.from:] {
		c.pretend(q, n, 1)
	}
	return k, k.to > k.from
}

// rate sorts the victims of a candidate and sums up what it costs.
func (c *Cluster) rate(k *candidate) {
	victims := c.sched.victims[k.from:k.to]
	slices.SortStableFunc(victims, c.byImportance)
	k.start = math.MaxInt64
	for i, q := range victims {
		priority := c.priority(q)
		if i == 0 {
			k.highest = priority
		}
		if priority == k.highest {
			k.start = min(k.start, c.startedAt(q))
		}
		k.sum += int64(priority) + 1<<31
	}
}

// byImportance sorts pods by priority, then by how long they run. Source:
// kubernetes pkg/scheduler/util, MoreImportantPod.
func (c *Cluster) byImportance(p, q PodID) int {
	return cmp.Or(cmp.Compare(c.priority(q), c.priority(p)), cmp.Compare(c.startedAt(p), c.startedAt(q)))
}

// startedAt is a pod's start time, which the API has in whole seconds.
func (c *Cluster) startedAt(p PodID) des.Time {
	const second = 1e9
	return c.pods[p].started / second * second
}

// markViolating marks those of scheduler.lower for which their budgets allow no
// more disruptions, when the more important ones go too.
func (c *Cluster) markViolating() {
	s := &c.sched
	for len(s.allowed) < len(c.budgets) {
		s.allowed = append(s.allowed, 0)
	}
	for _, q := range s.lower {
		for _, i := range c.workloads[c.pods[q].workload].budgets {
			s.allowed[i] = c.budgets[i].status.allowed
		}
	}
	s.violating = s.violating[:0]
	for _, q := range s.lower {
		violates := false
		for _, i := range c.workloads[c.pods[q].workload].budgets {
			if len(c.budgets[i].Selector) == 0 {
				continue // here, an empty selector matches nothing
			}
			s.allowed[i]--
			violates = violates || s.allowed[i] < 0
		}
		s.violating = append(s.violating, violates)
	}
}

// pretend takes a pod off a node in all that filters look at (-1), or puts it
// back (+1). A terminating pod doesn't count as live in either case.
func (c *Cluster) pretend(q PodID, n NodeID, sign int32) {
	x := &c.pods[q]
	v := &c.workloads[x.workload]
	c.book(v, n, sign)
	if x.phase < PodTerminating {
		c.count(v, n, sign)
	}
}

func (c *Cluster) wouldFit(p PodID, n NodeID) bool {
	w := &c.workloads[c.pods[p].workload]
	c.leastCounts(w)
	return c.refusal(p, w, n, c.zoneOf(p)) == Fits
}

// bestCandidate returns the index of the best candidate: the fewest budgets
// violated, the lowest highest priority, the least sum of priorities, the fewest
// victims, the latest start. Of equal ones each is as likely. Source: kubernetes
// preemption.go, pickOneNodeForPreemption.
func (c *Cluster) bestCandidate(key random.Key) int {
	list := c.sched.candidates
	best, ties := none, 0
	for i := range list {
		switch {
		case best == none || list[i].compare(&list[best]) < 0:
			best, ties = i, 1
		case list[i].compare(&list[best]) == 0:
			ties++
		}
	}
	if ties < 2 {
		return best
	}
	pick := c.src.Intn(key, ties)
	for i := best; ; i++ {
		if list[i].compare(&list[best]) != 0 {
			continue
		}
		if pick == 0 {
			return i
		}
		pick--
	}
}

func (k *candidate) compare(o *candidate) int {
	return cmp.Or(
		cmp.Compare(k.violations, o.violations),
		cmp.Compare(k.highest, o.highest),
		cmp.Compare(k.sum, o.sum),
		cmp.Compare(k.to-k.from, o.to-o.from),
		cmp.Compare(o.start, k.start),
	)
}
