package kube

import (
	"slices"

	"rollsim/sim/des"
)

// scheduler is what the scheduler knows and its scratch memory.
type scheduler struct {
	queue   podQueue // pods that are to be placed
	backing podQueue // the same, as long as they back off
	client  client   // of its requests, to bind pods and about those that fit nowhere
	telling bool     // it waits until the API knows why a pod fits nowhere
	turns   int      // that it has missed for that
	waiting int      // pods that fitted nowhere, over all workloads
	flush   des.Time // of a look at those that have waited for long; the others are flushPeriods away

	candidateNodes int // that have the autoscaler's taint for candidates

	present   int     // nodes that exist
	zones     []zone  // by index among the cluster's, 1 more; 0: none
	order     []int32 // zones that have nodes, in order of appearance
	words     []word
	freeWords []int32  // that no zone has
	seats     []seat   // by node
	nodes     []NodeID // nodes that exist, zones interleaved; stale when dirty
	dirty     bool
	start     int // where the next pod's search begins
	from      int // where the last one began

	witnessed []PodID // the witness is told of decisions about these; none: about all

	scan   scan
	scores []score // of the nodes that are feasible for the pod at hand
	mins   []int32 // least count over the domains, for each hard constraint
	seen   []int32 // by domain: marked when its value is mark
	mark   int32
	weight []float64 // of each soft constraint
	logs   []float64 // of the integers

	// Preemption.
	nominees   []PodID // pods that are nominated to a node
	unshunned  bool    // the pod at hand doesn't mind what nominated pods think of it
	resolvable []NodeID
	candidates []candidate
	victims    []PodID // of all candidates
	lower      []PodID // pods of lower priority on the node at hand
	violating  []bool  // parallel to lower
	allowed    []int32 // by budget
	patched    []int32 // victims whose patch is let through at once
}

// enough returns how many feasible nodes the scheduler looks for among n.
// A percentage of 0 is one that falls with the size of the cluster. Source: kubernetes
// pkg/scheduler/schedule_one.go, numFeasibleNodesToFind.
func enough(n, percentage int) int {
	if n < 100 || percentage >= 100 {
		return n
	}
	if percentage == 0 {
		percentage = max(5, 50-n/125)
	}
	return max(100, n*percentage/100)
}

// place chooses a node for a pod; -1 when none is feasible.
func (c *Cluster) place(p PodID) NodeID {
	if c.witness != nil && (len(c.sched.witnessed) == 0 || slices.Contains(c.sched.witnessed, p)) {
		n := c.chooseListed(p)
		c.witness(c.explain(p, n))
		return n
	}
	if n, ok := c.chooseByGroups(p); ok {
		return n
	}
	return c.chooseListed(p)
}

// chooseListed chooses a node for a pod from a list of the feasible ones with
// all their points, which it leaves in scheduler.scores.
func (c *Cluster) chooseListed(p PodID) NodeID {
	s := &c.sched
	c.interleave()
	c.filter(p)
	switch len(s.scores) {
	case 0:
		return none
	case 1:
		return s.scores[0].node
	}
	c.score(&c.workloads[c.pods[p].workload])
	best, ties := int32(-1), 0
	for i := range s.scores {
		switch t := s.scores[i].total; {
		case t > best:
			best, ties = t, 1
		case t == best:
			ties++
		}
	}
	pick := c.pick(p, ties)
	for i := range s.scores {
		if s.scores[i].total == best {
			if pick == 0 {
				return s.scores[i].node
			}
			pick--
		}
	}
	panic("kube: chooseListed: the best node is not among the feasible ones")
}

// pick draws one of so many nodes that are as good for a pod.
func (c *Cluster) pick(p PodID, ties int) int {
	if ties == 1 {
		return 0
	}
	x := &c.pods[p]
	return c.src.Intn(x.key.With(uint64(x.tries)).With(forTie), ties)
}

// filter finds feasible nodes for a pod, as many as the scheduler looks for,
// from where the last search ended.
func (c *Cluster) filter(p PodID) {
	s := &c.sched
	s.scores = s.scores[:0]
	s.from = s.start
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	zone := c.zoneOf(p)
	c.leastCounts(w)
	s.unshunned = len(s.nominees) > 0 && c.unshunned(w)
	if n := x.nominated; n != none && c.room[n].blocked&absent == 0 && c.refusal(p, w, n, zone) == Fits {
		s.scores = append(s.scores, score{node: n})
		return // no other is looked at
	}
	total := len(s.nodes)
	if w.daemon >= 0 {
		n := NodeID(c.slots[x.slot].index)
		if c.refusal(p, w, n, zone) == Fits {
			s.scores = append(s.scores, score{node: n})
		}
		if c.room[n].blocked&absent == 0 {
			s.start = (s.start + 1) % total // one node was looked at
		}
		return
	}
	want := enough(total, c.m.Scheduler.PercentageOfNodesToScore)
	at, looked := 0, 0
	if total > 0 {
		at = s.start % total // nodes may have gone since
	}
	for ; looked < total && len(s.scores) < want; looked++ {
		if at >= total {
			at -= total
		}
		n := s.nodes[at]
		if c.refusal(p, w, n, zone) == Fits {
			s.scores = append(s.scores, score{node: n})
		}
		at++
	}
	if total > 0 {
		s.start = (s.start + looked) % total
	}
}

// judge returns why a node doesn't take a pod of w whose disk is in zone: what
// the first filter says that refuses, in the order of the real scheduler.
// Source: kubernetes pkg/scheduler/apis/config/v1/default_plugins.go.
func (c *Cluster) judge(w *workload, n NodeID, zone int32) Refusal {
	if r := c.suits(w, n); r != Fits || w.plain {
		return r
	}
	return c.agrees(w, n, zone)
}

// suits is judge by what the node is and has.
func (c *Cluster) suits(w *workload, n NodeID) Refusal {
	if r := c.welcomes(w, n); r != Fits {
		return r
	}
	return c.lacks(w, n)
}

// welcomes is suits but for what a pod takes up.
func (c *Cluster) welcomes(w *workload, n NodeID) Refusal {
	r := &c.room[n]
	if mind := r.blocked & w.minds; mind&unschedulable != 0 {
		return Unschedulable
	} else if mind != 0 {
		return Untolerated
	}
	switch f := &w.fits[r.class]; {
	case !f.taints:
		return Untolerated
	case !f.affinity || w.byHost && !w.hostFits[n]:
		return Unselected
	}
	if w.ports >= 0 && c.near(w.ports, n) > 0 {
		return PortTaken
	}
	return Fits
}

// lacks is suits by what a pod takes up.
func (c *Cluster) lacks(w *workload, n NodeID) Refusal {
	r := &c.room[n]
	if !r.holds(w) || len(w.extended) > 0 && !c.fits(w, n) {
		return Full
	}
	if w.Disks > 0 && int(r.freeDisks) < w.Disks {
		return TooManyDisks
	}
	return Fits
}

// agrees is judge by where the pod's disk and other pods are.
func (c *Cluster) agrees(w *workload, n NodeID, zone int32) Refusal {
	if zone != unbound && int32(c.classes[c.room[n].class].zone) != zone {
		return DiskElsewhere
	}
	if len(w.hard) > 0 {
		if x := c.spreads(w, n); x != Fits {
			return x
		}
	}
	return c.meets(w, n)
}
