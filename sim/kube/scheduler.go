package kube

import (
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
)

// scheduler is what the scheduler knows and its scratch memory.
type scheduler struct {
	queue   podQueue // pods that are to be placed
	backing podQueue // the same, as long as they back off
	client  client   // of its requests to bind pods
	waiting int      // pods that fitted nowhere, over all workloads
	flush   des.Time // of a look at those that have waited for long; the others are flushPeriods away

	present []NodeID // nodes that exist, in order of appearance
	nodes   []NodeID // the same, zones interleaved; stale when dirty
	dirty   bool
	start   int // where the next pod's search begins
	from    int // where the last one began

	witnessed []PodID // the witness is told of decisions about these; none: about all

	scores []score // of the nodes that are feasible for the pod at hand
	mins   []int32 // least count over the domains, for each hard constraint
	seen   []int32 // by domain: marked when its value is mark
	mark   int32
	weight []float64 // of each soft constraint
	crowds []float64 // by class: what soft constraints by other keys than the host add; -1: a key is missing
	zones  []zone    // by index among the cluster's, 1 more; 0: none
	order  []int32   // zones that have nodes, in order of appearance

	// Preemption.
	nominees   []PodID // pods that are nominated to a node
	unshunned  bool    // the pod at hand doesn't mind what nominated pods think of it
	resolvable []NodeID
	candidates []candidate
	victims    []PodID // of all candidates
	lower      []PodID // pods of lower priority on the node at hand
	violating  []bool  // parallel to lower
	allowed    []int32 // by budget
}

// zone is the nodes of a zone, for interleaving.
type zone struct {
	present int      // how many exist
	nodes   []NodeID // them, in order of appearance
}

func (s *scheduler) reset(m *model.Scheduler) {
	s.client.reset(m.ClientQPS, m.ClientBurst)
	s.queue.pods, s.backing.pods, s.backing.backing = s.queue.pods[:0], s.backing.pods[:0], true
	s.present, s.nodes, s.nominees = s.present[:0], s.nodes[:0], s.nominees[:0]
	s.waiting, s.start, s.from, s.dirty = 0, 0, 0, false
	s.order = s.order[:0]
	for i := range s.zones {
		s.zones[i].present = 0
	}
}

// add takes note of a node object that appears in a zone.
func (s *scheduler) add(n NodeID, zoneIndex int32) {
	s.present = append(s.present, n)
	s.dirty = true
	z := zoneIndex + 1
	for len(s.zones) <= int(z) {
		s.zones = append(s.zones, zone{})
	}
	s.zones[z].present++
	if s.zones[z].present == 1 {
		s.order = append(s.order, z)
	}
}

// remove forgets a node object, and its zone with the last one.
func (s *scheduler) remove(n NodeID, zoneIndex int32) {
	at := slices.Index(s.present, n)
	s.present = slices.Delete(s.present, at, at+1)
	s.dirty = true
	z := zoneIndex + 1
	s.zones[z].present--
	if s.zones[z].present == 0 {
		at := slices.Index(s.order, z)
		s.order = slices.Delete(s.order, at, at+1)
	}
}

// interleave lists the nodes in the order in which the scheduler looks at them:
// one of each zone in turn, zones in order of appearance. Source: kubernetes pkg/scheduler/backend/cache/node_tree.go.
func (c *Cluster) interleave() {
	s := &c.sched
	s.dirty = false
	for i := range s.zones {
		s.zones[i].nodes = s.zones[i].nodes[:0]
	}
	for _, n := range s.present {
		z := &s.zones[c.nodes[n].zone+1]
		z.nodes = append(z.nodes, n)
	}
	s.nodes = s.nodes[:0]
	for i := 0; len(s.nodes) < len(s.present); i++ {
		for _, z := range s.order {
			if list := s.zones[z].nodes; i < len(list) {
				s.nodes = append(s.nodes, list[i])
			}
		}
	}
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
	n := c.choose(p)
	if c.witness != nil && (len(c.sched.witnessed) == 0 || slices.Contains(c.sched.witnessed, p)) {
		c.witness(c.explain(p, n))
	}
	return n
}

// choose is place without a witness. Of the best nodes each is as likely.
func (c *Cluster) choose(p PodID) NodeID {
	s := &c.sched
	if s.dirty {
		c.interleave()
	}
	c.filter(p)
	switch len(s.scores) {
	case 0:
		return none
	case 1:
		return s.scores[0].node
	}
	x := &c.pods[p]
	c.score(&c.workloads[x.workload])
	best, ties := int32(-1), 0
	for i := range s.scores {
		switch t := s.scores[i].total; {
		case t > best:
			best, ties = t, 1
		case t == best:
			ties++
		}
	}
	pick := 0
	if ties > 1 {
		pick = c.src.Intn(c.podKey(x).With(uint64(x.tries)).With(forTie), ties)
	}
	for i := range s.scores {
		if s.scores[i].total == best {
			if pick == 0 {
				return s.scores[i].node
			}
			pick--
		}
	}
	panic("kube: place: the best node is not among the feasible ones")
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
	simple := w.simple && len(s.nominees) == 0
	for ; looked < total && len(s.scores) < want; looked++ {
		if at >= total {
			at -= total
		}
		n := s.nodes[at]
		if simple && c.know(w, n).fits || !simple && c.refusal(p, w, n, zone) == Fits {
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
	if !r.holds(w) || len(w.extended) > 0 && !c.fits(w, n) {
		return Full
	}
	if w.plain {
		return Fits
	}
	if w.Disks > 0 && int(r.freeDisks) < w.Disks {
		return TooManyDisks
	}
	if zone != unbound && int32(c.classes[r.class].zone) != zone {
		return DiskElsewhere
	}
	if len(w.hard) > 0 {
		if x := c.spreads(w, n); x != Fits {
			return x
		}
	}
	return c.meets(w, n)
}
