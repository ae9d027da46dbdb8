package kube

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/des"
)

// Refusal is why a node does not take a pod: which filter says no, and what it
// says. The zero value is that it does take it.
type Refusal uint8

// The refusals, in the order in which the scheduler's filters come.
const (
	Fits          Refusal = iota
	Unschedulable         // the node is cordoned
	Untolerated           // it has a taint that the pod doesn't tolerate
	Unselected            // the pod's node selector or affinity asks for other nodes
	PortTaken             // a pod there has a host port that this one wants
	Full                  // too little of a resource or places for pods are left
	TooManyDisks          // it can have no more disks attached
	DiskElsewhere         // the pod's disk is in another zone
	Unlabelled            // it lacks the label of a hard spread constraint
	Skewed                // one pod more would break a hard spread constraint
	Alone                 // the pods aren't there that this one has to be with
	Repelled              // a pod is near that this one must not be with
	Shunned               // a pod is near that must not be with this one
)

// refusals has, for each Refusal, the plugin and what it says. Source:
// kubernetes pkg/scheduler/framework/plugins.
var refusals = [...]struct{ plugin, text string }{
	Unschedulable: {"NodeUnschedulable", "node(s) were unschedulable"},
	Untolerated:   {"TaintToleration", "node(s) had untolerated taint(s)"},
	Unselected:    {"NodeAffinity", "node(s) didn't match Pod's node affinity/selector"},
	PortTaken:     {"NodePorts", "node(s) didn't have free ports for the requested pod ports"},
	Full:          {"NodeResourcesFit", ""}, // says what is short
	TooManyDisks:  {"NodeVolumeLimits", "node(s) exceed max volume count"},
	DiskElsewhere: {"VolumeBinding", "node(s) didn't match PersistentVolume's node affinity"},
	Unlabelled:    {"PodTopologySpread", "node(s) didn't match pod topology spread constraints (missing required label)"},
	Skewed:        {"PodTopologySpread", "node(s) didn't match pod topology spread constraints"},
	Alone:         {"InterPodAffinity", "node(s) didn't match pod affinity rules"},
	Repelled:      {"InterPodAffinity", "node(s) didn't match pod anti-affinity rules"},
	Shunned:       {"InterPodAffinity", "node(s) didn't satisfy existing pods anti-affinity rules"},
}

// Plugin returns the name of the scheduler's plugin that refuses; empty for Fits.
func (r Refusal) Plugin() string { return refusals[r].plugin }

// ScorePlugin is a plugin of the scheduler that gives nodes points.
type ScorePlugin uint8

// The plugins that give points.
const (
	TaintToleration ScorePlugin = iota
	NodeResourcesFit
	PodTopologySpread
	NodeResourcesBalancedAllocation
	ImageLocality
	NodeAffinity
	InterPodAffinity
	scorePlugins
)

var scorePluginNames = [...]string{"TaintToleration", "NodeResourcesFit", "PodTopologySpread", "NodeResourcesBalancedAllocation", "ImageLocality", "NodeAffinity", "InterPodAffinity"}

// String returns the plugin's name.
func (p ScorePlugin) String() string { return scorePluginNames[p] }

// Placement is what the scheduler thought when it looked for a node for a pod.
type Placement struct {
	At     des.Time
	Pod    PodID
	Chosen NodeID    // -1: no node is feasible
	For    NodeID    // that a DaemonSet made the pod for; -1: none
	Gated  bool      // the pod has scheduling gates, so nobody looks for a node
	Nodes  []Opinion // of every node that exists, in the order in which the search goes round
	Start  int       // index in Nodes where the search began
	Next   int       // where the next one would
}

// Opinion is what the scheduler thinks of one node.
type Opinion struct {
	Node    NodeID
	Refusal Refusal
	Reasons []string            // for a refused node: what the filter says
	Scored  bool                // feasible and seen before the search had found enough
	Points  [scorePlugins]int32 // of a scored node by plugin, weighted
	Total   int32               // of a scored node
}

// Message says why a pod is pending as the event FailedScheduling does.
// Source: kubernetes pkg/scheduler/framework/types.go, FitError.Error.
func (x *Placement) Message() string {
	if x.Gated {
		return "Scheduling is blocked due to non-empty scheduling gates"
	}
	counts := map[string]int{}
	for _, o := range x.Nodes {
		for _, r := range o.Reasons {
			counts[r]++
		}
	}
	var list []string
	for r, n := range counts {
		list = append(list, fmt.Sprintf("%d %s", n, r))
	}
	if len(list) == 0 {
		return fmt.Sprintf("0/%d nodes are available:", len(x.Nodes))
	}
	slices.Sort(list)
	return fmt.Sprintf("0/%d nodes are available: %s.", len(x.Nodes), strings.Join(list, ", "))
}

// SetWitness has f told of every decision of the scheduler from now on, before
// it takes effect; nil: nobody. With pods it is told of the decisions about
// these only. The witness may look at the cluster and must not change it. A
// witness makes runs slow and changes nothing else in them.
func (c *Cluster) SetWitness(f func(*Placement), pods ...PodID) {
	c.witness, c.sched.witnessed = f, pods
}

// Explain returns what the scheduler would think of every node if it looked for
// one for a pod now. For a pod that is on a node it is where one more like it
// would go.
func (c *Cluster) Explain(p PodID) *Placement {
	start := c.sched.start
	x := c.explain(p, c.chooseListed(p))
	c.sched.start = start
	return x
}

// explain tells what chooseListed has just thought.
func (c *Cluster) explain(p PodID, chosen NodeID) *Placement {
	s := &c.sched
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	if len(s.scores) == 1 {
		c.score(w) // chooseListed doesn't when there is no choice
	}
	out := &Placement{At: c.eng.Now(), Pod: p, Chosen: chosen, For: none, Gated: gated(w.Workload), Nodes: make([]Opinion, 0, len(s.nodes)), Start: s.from, Next: s.start}
	if w.daemon >= 0 {
		out.For = NodeID(c.slots[x.slot].index)
	}
	at := make(map[NodeID]int, len(s.nodes))
	for i := range s.nodes {
		o := Opinion{Node: s.nodes[i]}
		if w.daemon >= 0 && o.Node != out.For {
			o.Refusal = Unselected // its controller binds it to a node
			o.Reasons = []string{"node(s) didn't satisfy plugin(s) [NodeAffinity]"}
		} else {
			o.Refusal, o.Reasons = c.objection(p, o.Node)
		}
		at[o.Node] = len(out.Nodes)
		out.Nodes = append(out.Nodes, o)
	}
	for i := range s.scores {
		y := &s.scores[i]
		o := &out.Nodes[at[y.node]]
		o.Scored = true
		o.Points = [scorePlugins]int32{y.taints, y.fit, y.spread, y.balanced, y.image, y.labels, y.pods}
		o.Total = y.total
	}
	return out
}

// objection returns why a node refuses a pod and what the filter says. Nominated
// pods that it leaves their room are there for that.
func (c *Cluster) objection(p PodID, n NodeID) (Refusal, []string) {
	w, zone := &c.workloads[c.pods[p].workload], c.zoneOf(p)
	c.leastCounts(w)
	r := c.judge(w, n, zone)
	if c.yield(p, n, 1) {
		c.leastCounts(w)
		if with := c.judge(w, n, zone); with != Fits && !(with == Shunned && c.sched.unshunned) {
			reasons := c.reasons(w, n, with)
			c.yield(p, n, -1)
			c.leastCounts(w)
			return with, reasons
		}
		c.yield(p, n, -1)
		c.leastCounts(w)
	}
	if r == Fits {
		return Fits, nil
	}
	return r, c.reasons(w, n, r)
}

// reasons returns what a filter says of a node that it refuses.
func (c *Cluster) reasons(w *workload, n NodeID, why Refusal) []string {
	if why != Full {
		return []string{refusals[why].text}
	}
	return c.insufficient(w, n)
}

// BudgetStatus is the status of a PodDisruptionBudget, as it follows from its
// pods.
type BudgetStatus struct {
	Expected, Desired, Healthy, Allowed int // expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed
}

// Budget returns the status of a budget, by its index in the model.
func (c *Cluster) Budget(i int) BudgetStatus {
	b := &c.budgets[i]
	return BudgetStatus{Expected: int(b.expected), Desired: int(b.desired), Healthy: int(b.healthy), Allowed: int(c.statusOf(i).allowed)}
}

// WrittenStatus is the status of a PodDisruptionBudget that the eviction API goes
// by: as the disruption controller wrote it last, with the evictions since.
type WrittenStatus struct {
	BudgetStatus
	Exists    bool // somebody has created the budget
	Observed  bool // its status was written for it as it is
	Disrupted int  // evictions granted since
	Writes    int  // how often it was written, or tried in vain to work out
	Due       bool // the controller is about to write it again
}

// WrittenBudget returns the status of a budget in the API, by its index in the model.
func (c *Cluster) WrittenBudget(i int) WrittenStatus {
	b := &c.budgets[i]
	s := b.status
	return WrittenStatus{
		BudgetStatus: BudgetStatus{Expected: int(s.expected), Desired: int(s.desired), Healthy: int(s.healthy), Allowed: int(s.allowed)},
		Exists:       b.exists, Observed: s.observed, Disrupted: int(s.disrupted), Writes: int(b.writes), Due: b.control.busy(),
	}
}

// HasImage reports whether a node has the image of a workload's pods.
func (c *Cluster) HasImage(workload int, n NodeID) bool {
	i := c.workloads[workload].image
	return i >= 0 && c.images[i].on[n]
}

// Pods returns how many pods there have been: their PodIDs are below it.
func (c *Cluster) Pods() int { return len(c.pods) }

// PodZone returns the zone of a pod's disk by its index among the cluster's; -1
// for a disk of no zone. It is ok once the disk is somewhere.
func (c *Cluster) PodZone(p PodID) (zone int, ok bool) {
	z := c.zoneOf(p)
	return int(z), z != unbound
}

func (c *Cluster) zoneOf(p PodID) int32 {
	x := &c.pods[p]
	if !c.workloads[x.workload].ZonalVolume {
		return unbound
	}
	return c.slots[x.slot].zone
}

// Nominees returns the pods that are nominated to a node, until the next event.
func (c *Cluster) Nominees() []PodID { return c.sched.nominees }

// QueuePlace is where the scheduler's queue has a pod.
type QueuePlace uint8

// The places.
const (
	NotQueued  QueuePlace = iota // placed, gone, gated or not there yet
	Active                       // to be placed next
	BackingOff                   // the same, but only when no other is there
	Waiting                      // it fitted nowhere, and nothing has changed since that could help
)

var queuePlaces = [...]string{"not queued", "active", "backing off", "waiting"}

// String returns the place in words.
func (q QueuePlace) String() string { return queuePlaces[q] }

// Queued returns where the scheduler's queue has a pod.
func (c *Cluster) Queued(p PodID) QueuePlace {
	switch x := &c.pods[p]; {
	case x.queued && x.backing && c.backsOff(x):
		return BackingOff
	case x.queued:
		return Active
	case x.waiting:
		return Waiting
	}
	return NotQueued
}

// Nominated returns the node that a pod waits for victims on; -1: none.
func (c *Cluster) Nominated(p PodID) NodeID { return c.pods[p].nominated }
