package kube

import (
	"math"
	"slices"

	"rollsim/sim/model"
)

// Topology spread (PodTopologySpread). Source: kubernetes
// pkg/scheduler/framework/plugins/podtopologyspread.

// spread is one topology spread constraint with what it counts: live pods on
// nodes that it looks at, by domain, and for a hard one the nodes.
type spread struct {
	topology   int32
	maxSkew    int32
	minDomains int32
	own        int32   // 1 when it selects the workload's own pods
	hosts      int32   // tally of the pods that it selects by node; -1: the workload's own, in onNode
	anyNode    bool    // node affinity policy Ignore
	taints     bool    // node taints policy Honor
	hard       bool    // DoNotSchedule
	classes    []bool  // by class: its nodes are looked at, as far as their labels go
	count      []int32 // by domain; nil for hostname
	nodes      []int32 // by domain: nodes that are looked at; for hostname by how many pods they have
	domains    int32   // how many of nodes are not 0; for hostname their sum
}

// constraint names a spread constraint: by workload, strength and place.
type constraint struct {
	workload, at int32
	hard         bool
}

func (c *Cluster) constraint(x constraint) (*workload, *spread) {
	w := &c.workloads[x.workload]
	if x.hard {
		return w, &w.hard[x.at]
	}
	return w, &w.soft[x.at]
}

// buildSpread splits the constraints by strength. Pods of a controller without
// any are spread softly by the cluster's defaults. Source: kubernetes
// podtopologyspread/plugin.go, systemDefaultConstraints.
func (c *Cluster) buildSpread(i int) {
	w := &c.workloads[i]
	for j := range w.TopologySpread {
		s := &w.TopologySpread[j]
		x := c.spreadBy(s.TopologyKey, s.MaxSkew)
		selected := c.m.SpreadSelected[i][j]
		x.own = 0
		if slices.Contains(selected, i) {
			x.own = 1
		}
		if len(s.Selector) == 0 && !slices.ContainsFunc(s.MatchLabelKeys, w.HasLabel) {
			selected = nil // counting, an empty selector matches nothing
		}
		x.minDomains = int32(s.MinDomains)
		x.anyNode, x.taints = s.NodeAffinityPolicy == model.Ignore, s.NodeTaintsPolicy == model.Honor
		x.hard = s.WhenUnsatisfiable == model.DoNotSchedule
		x.hosts = c.hostsOf(i, selected)
		if x.hard {
			w.hard = append(w.hard, x)
		} else {
			w.soft = append(w.soft, x)
		}
	}
	w.needsKeys = len(w.TopologySpread) > 0
	if c.m.Scheduler.DefaultSpread && !w.needsKeys && (w.kind == model.Deployment || w.kind == model.StatefulSet) {
		w.soft = []spread{c.spreadBy(model.LabelHostname, 3), c.spreadBy(model.LabelZone, 5)}
	}
	c.buildDomains(i, w.hard)
	c.buildDomains(i, w.soft)
	for j := range w.soft {
		for k := 0; w.needsKeys && w.soft[j].topology == hostname && k < len(c.classes); k++ {
			w.countsKeys = w.countsKeys || !c.hasKeys(w.soft, int32(k))
		}
	}
}

// hostsOf returns the tally by node of the pods of workloads, for constraints
// of workload i.
func (c *Cluster) hostsOf(i int, selected []int) int32 {
	if len(selected) == 1 && selected[0] == i {
		return none
	}
	weights := onesOf(selected)
	if len(weights) == 0 {
		weights = []share{{int32(i), 0}} // nobody, which has to be told from the workload itself
	}
	if t := c.tallyOf(hostname, true, weights); t != none {
		return t
	}
	c.tallies = append(c.tallies, tally{topology: hostname, live: true})
	return int32(len(c.tallies) - 1)
}

func (c *Cluster) spreadBy(key string, maxSkew int) spread {
	return spread{topology: c.topologyOf(key), maxSkew: int32(maxSkew), minDomains: 1, own: 1, hosts: none}
}

// buildDomains finds the classes whose nodes constraints of one strength look
// at, and has workloads know which constraints count their pods. Constraints of
// a pod's own look only at nodes that have the keys of all constraints of that
// strength. Source: kubernetes podtopologyspread, both
// nodeLabelsMatchSpreadConstraints.
func (c *Cluster) buildDomains(i int, list []spread) {
	w := &c.workloads[i]
	for j := range list {
		s := &list[j]
		if s.topology != hostname {
			s.count = make([]int32, c.topologies[s.topology].domains)
			s.nodes = make([]int32, len(s.count))
		}
		s.classes = make([]bool, len(c.classes))
		for k := range c.classes {
			s.classes[k] = (s.anyNode || w.fits[k].affinity) && c.domainOfClass(s.topology, k) >= 0 &&
				(!w.needsKeys || c.hasKeys(list, int32(k)))
		}
		name := constraint{workload: int32(i), at: int32(j), hard: s.hard}
		if s.hard || s.taints {
			c.watched = append(c.watched, name)
		}
		if s.topology == hostname && !s.hard {
			continue // what is on the node is known anyway
		}
		if s.hosts < 0 {
			w.counted = append(w.counted, name)
			continue
		}
		for _, x := range c.tallies[s.hosts].weights {
			c.workloads[x.of].counted = append(c.workloads[x.of].counted, name)
		}
	}
}

func (c *Cluster) domainOfClass(topology int32, class int) int32 {
	if topology == hostname {
		return 0
	}
	return c.topologies[topology].domain[class]
}

// hasKeys reports whether nodes of a class have the label of every constraint.
func (c *Cluster) hasKeys(list []spread, class int32) bool {
	for i := range list {
		if c.domainOfClass(list[i].topology, int(class)) < 0 {
			return false
		}
	}
	return true
}

// on returns how many pods on a node a constraint of w selects.
func (c *Cluster) on(w *workload, s *spread, n NodeID) int32 {
	if s.hosts < 0 {
		return int32(w.onNode[n])
	}
	return c.tallies[s.hosts].count[n]
}

// looks reports whether a constraint of w looks at a node whose blocked bits
// are these.
func (c *Cluster) looks(w *workload, s *spread, n NodeID, blocked uint8) bool {
	class := c.room[n].class
	return s.classes[class] && (s.anyNode || !w.byHost || w.hostFits[n]) &&
		(!s.taints || w.fits[class].taints && blocked&w.minds == 0)
}

// count adds delta live pods of v on a node to all that counts live pods. On a
// node that doesn't exist pods count nowhere.
func (c *Cluster) count(v *workload, n NodeID, delta int32) {
	if c.room[n].blocked&absent != 0 {
		return
	}
	v.onNode[n] += uint16(delta)
	c.journal.add(change{n, v.index, false})
	c.add(v.liveShares, n, delta)
	blocked := c.room[n].blocked
	for _, x := range v.counted {
		w, s := c.constraint(x)
		if !c.looks(w, s, n, blocked) {
			continue
		}
		if s.topology != hostname {
			s.count[c.topologies[s.topology].domain[c.room[n].class]] += delta
		} else if blocked&absent == 0 {
			now := c.on(w, s, n)
			s.nodesWith(now-delta, -1)
			s.nodesWith(now, 1)
		}
	}
}

// nodesWith counts delta nodes that have so many pods.
func (s *spread) nodesWith(pods, delta int32) {
	for len(s.nodes) <= int(pods) {
		s.nodes = append(s.nodes, 0)
	}
	s.nodes[pods] += delta
}

// block sets why a node takes no pods.
func (c *Cluster) block(n NodeID, blocked uint8) {
	before := c.room[n].blocked
	c.reckon(n, blocked)
	c.tellNode(n, before)
	c.changed()
}

// reckon has all tables follow a change of why a node takes no pods. Constraints
// look at nodes that exist, and some only at those without taints that keep the
// pods away.
func (c *Cluster) reckon(n NodeID, blocked uint8) {
	before := c.room[n].blocked
	c.sched.candidateNodes += int(blocked&deletionCandidate/deletionCandidate) - int(before&deletionCandidate/deletionCandidate)
	c.room[n].blocked = blocked
	c.journal.note(n)
	for _, x := range c.watched {
		w, s := c.constraint(x)
		was := before&absent == 0 && c.looks(w, s, n, before)
		is := blocked&absent == 0 && c.looks(w, s, n, blocked)
		if was == is {
			continue
		}
		delta := int32(1)
		if was {
			delta = -1
		}
		if s.topology == hostname {
			s.nodesWith(c.on(w, s, n), delta)
			s.domains += delta
		} else {
			d := c.topologies[s.topology].domain[c.room[n].class]
			s.nodes[d] += delta
			if delta > 0 && s.nodes[d] == 1 || delta < 0 && s.nodes[d] == 0 {
				s.domains += delta
			}
			if s.taints {
				s.count[d] += delta * c.on(w, s, n)
			}
		}
	}
}

func (c *Cluster) resetSpread(w *workload) {
	for _, list := range [...][]spread{w.hard, w.soft} {
		for i := range list {
			clear(list[i].count)
			clear(list[i].nodes)
			list[i].domains = 0
		}
	}
}

// spreads returns Fits when a pod more on a node keeps the hard constraints of
// w. A DaemonSet's pod has affinity to its one node: where that counts there is
// no other domain, and it can't be ahead of any.
// Source: kubernetes podtopologyspread/filtering.go.
func (c *Cluster) spreads(w *workload, n NodeID) Refusal {
	for i := range w.hard {
		s := &w.hard[i]
		d := c.domainOf(s.topology, n)
		if d < 0 {
			return Unlabelled
		}
		count, least := int32(0), c.sched.mins[i]
		seen := c.looks(w, s, n, c.room[n].blocked)
		switch {
		case w.daemon >= 0 && !s.anyNode:
			if seen {
				count = c.on(w, s, n)
			}
			if least = count; s.minDomains > 1 || !seen {
				least = 0
			}
		case s.topology != hostname:
			count = s.count[d]
		case seen:
			count = c.on(w, s, n)
		}
		if count+s.own-least > s.maxSkew {
			return Skewed
		}
	}
	return Fits
}

// leastCounts works out, for each hard constraint of w, the least count over
// its domains. Fewer domains than it wants count as an empty one.
func (c *Cluster) leastCounts(w *workload) {
	mins := c.sched.mins[:0]
	for i := range w.hard {
		s := &w.hard[i]
		least := int32(0)
		if s.domains >= s.minDomains {
			least = s.least()
		}
		mins = append(mins, least)
	}
	c.sched.mins = mins
}

func (s *spread) least() int32 {
	least := int32(math.MaxInt32)
	for d, nodes := range s.nodes {
		switch {
		case nodes == 0:
		case s.topology == hostname:
			return int32(d)
		default:
			least = min(least, s.count[d])
		}
	}
	return least
}
