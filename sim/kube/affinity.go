package kube

import (
	"math"
	"slices"

	"rollsim/sim/model"
)

// Affinity and anti-affinity between pods (InterPodAffinity). Pods count until
// they are gone, terminating ones included. Source: kubernetes
// pkg/scheduler/framework/plugins/interpodaffinity.

// affinity is what the pods of a workload think of other pods, and those of
// them. The numbers are those of tallies.
type affinity struct {
	together []int32 // required affinity: pods that all of its terms select, by the topology of each
	first    bool    // they select themselves, so the first of them may go anywhere
	apart    []int32 // required anti-affinity of their own
	shunned  []int32 // required anti-affinity of others, which selects them
	pull     []int32 // preferences of their own, and what others think of them

	repels    bool    // they have required anti-affinity terms of their own
	foes      []int   // workloads that all required anti-affinity terms of their own select
	followers []int32 // workloads with required affinity to these pods
}

// hardPodAffinityWeight is the weight of another pod's required affinity as a
// preference. Source: kubernetes pkg/scheduler/apis/config/v1/defaults.go.
const hardPodAffinityWeight = 1

// podTerm is a term with the workloads that it selects.
type podTerm struct {
	topology, weight int32 // weight 0: required; negative: anti-affinity
	anti             bool
	selected         []int
}

// buildAffinity makes the tallies of pod affinity, when all workloads are known.
func (c *Cluster) buildAffinity() {
	terms := make([][]podTerm, len(c.workloads))
	for i := range c.workloads {
		terms[i] = c.podTerms(i)
	}
	for i := range c.workloads {
		w := &c.workloads[i]
		c.buildTogether(w, i, terms[i])
		c.buildFoes(i, terms[i])
		pulls := make([][]share, len(c.topologies))
		for v := range terms {
			for _, t := range terms[v] {
				mine, chosen := v == i, slices.Contains(t.selected, i)
				switch {
				case t.weight != 0 && mine:
					pulls[t.topology] = append(pulls[t.topology], weighted(t)...)
				case t.weight == 0 && t.anti && mine:
					w.apart = c.appendTally(w.apart, t.topology, onesOf(t.selected))
				}
				if !chosen {
					continue
				}
				switch {
				case t.weight != 0:
					pulls[t.topology] = append(pulls[t.topology], share{int32(v), t.weight})
				case t.anti:
					w.shunned = c.appendTally(w.shunned, t.topology, []share{{int32(v), 1}})
				default:
					pulls[t.topology] = append(pulls[t.topology], share{int32(v), hardPodAffinityWeight})
				}
			}
		}
		for topology, list := range pulls {
			w.pull = c.appendTally(w.pull, int32(topology), list)
		}
	}
	c.buildWaiters()
}

func weighted(t podTerm) []share {
	list := onesOf(t.selected)
	for i := range list {
		list[i].weight = t.weight
	}
	return list
}

// podTerms returns all terms of a workload.
func (c *Cluster) podTerms(i int) []podTerm {
	w := &c.workloads[i]
	var list []podTerm
	add := func(terms []model.PodAffinityTerm, selected [][]int, anti bool) {
		for j, t := range terms {
			x := podTerm{topology: c.topologyOf(t.TopologyKey), anti: anti, selected: selected[j]}
			if !t.Required {
				x.weight = int32(t.Weight)
				if anti {
					x.weight = -x.weight
				}
			}
			list = append(list, x)
		}
	}
	add(w.PodAffinity, c.m.AffinitySelected[i], false)
	add(w.PodAntiAffinity, c.m.AntiAffinitySelected[i], true)
	if w.HostAntiAffinity {
		list = append(list, podTerm{topology: hostname, anti: true, selected: []int{i}})
	}
	return list
}

// buildTogether: only pods that all terms select count, for each term.
func (c *Cluster) buildTogether(w *workload, i int, terms []podTerm) {
	var all []int
	var topologies []int32
	for _, t := range terms {
		if t.anti || t.weight != 0 {
			continue
		}
		if len(topologies) == 0 {
			all = slices.Clone(t.selected)
		}
		all = slices.DeleteFunc(all, func(v int) bool { return !slices.Contains(t.selected, v) })
		topologies = append(topologies, t.topology)
	}
	w.lonely = len(topologies) > 0 && len(all) == 0
	w.first = slices.Contains(all, i)
	for _, t := range topologies {
		w.together = c.appendTally(w.together, t, onesOf(all))
	}
}

// appendTally appends the tally of these pods, if there are any to count and it
// isn't in the list.
func (c *Cluster) appendTally(list []int32, topology int32, weights []share) []int32 {
	if t := c.tallyOf(topology, false, weights); t != none && !slices.Contains(list, t) {
		return append(list, t)
	}
	return list
}

// buildWaiters notes which workloads a pod's coming may help.
func (c *Cluster) buildWaiters() {
	for i := range c.workloads {
		w := &c.workloads[i]
		for _, t := range w.together {
			for _, s := range c.tallies[t].weights {
				c.workloads[s.of].followers = appendNew(c.workloads[s.of].followers, int32(i))
			}
		}
	}
}

func appendNew(list []int32, x int32) []int32 {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// indifferent reports whether filters have no other pods to look at for w.
func (w *workload) indifferent() bool {
	return !w.lonely && len(w.together)+len(w.apart)+len(w.shunned) == 0
}

// meets returns Fits when a pod of w on a node gets along with the pods near it.
func (c *Cluster) meets(w *workload, n NodeID) Refusal {
	if w.lonely {
		return Alone
	}
	if len(w.together) > 0 && !c.joins(w, n) {
		return Alone
	}
	for _, t := range w.apart {
		if c.near(t, n) > 0 {
			return Repelled
		}
	}
	for _, t := range w.shunned {
		if c.near(t, n) > 0 {
			return Shunned
		}
	}
	return Fits
}

// unshunned reports whether no pod that is on a node shuns those of w, and they
// have no required terms of their own. Then the real scheduler leaves this
// filter out for the pod, and so the anti-affinity of nominated pods too.
// Source: kubernetes interpodaffinity/filtering.go, PreFilter.
func (c *Cluster) unshunned(w *workload) bool {
	required := func(t model.PodAffinityTerm) bool { return t.Required }
	if w.HostAntiAffinity || slices.ContainsFunc(w.PodAffinity, required) || slices.ContainsFunc(w.PodAntiAffinity, required) {
		return false
	}
	for _, t := range w.shunned {
		if c.tallies[t].total > 0 {
			return false
		}
	}
	return true
}

// joins reports whether a node is where the required affinity of w wants it:
// with such pods in each of its domains, or for the first of its kind anywhere
// that has the labels.
func (c *Cluster) joins(w *workload, n NodeID) bool {
	exist, total := true, int32(0)
	for _, t := range w.together {
		d := c.domainOf(c.tallies[t].topology, n)
		if d < 0 {
			return false
		}
		exist = exist && c.tallies[t].count[d] > 0
		total += c.tallies[t].total
	}
	return exist || w.first && total == 0
}

// scorePods prefers nodes near pods that attract those of w. Source: kubernetes
// interpodaffinity/scoring.go.
func (c *Cluster) scorePods(w *workload, list []score) {
	if len(w.pull) == 0 {
		return
	}
	least, most := int32(math.MaxInt32), int32(math.MinInt32)
	for i := range list {
		x := &list[i]
		for _, t := range w.pull {
			x.pods += c.near(t, x.node)
		}
		least, most = min(least, x.pods), max(most, x.pods)
	}
	for i := range list {
		x := &list[i]
		if most == least {
			x.pods = 0
			continue
		}
		share := float64(x.pods-least) / float64(most-least)
		x.pods = podsWeight * int32(maxScore*share)
	}
}
