package model

import (
	"fmt"
	"net/netip"
	"strings"
)

// checkResources checks amounts of resources beside cpu and memory.
func (c *checker) checkResources(path string, list ExtendedResources) {
	for _, x := range list {
		at := path + "." + bareKey(x.Name)
		switch {
		case x.Name == "cpu" || x.Name == "memory" || x.Name == "pods":
			c.errorf(at, "%s is no extended resource; it has a key of its own", x.Name)
		case !CountsBytes(x.Name) && !strings.Contains(x.Name, "/"):
			c.errorf(at, "%q is not the name of a resource; write one such as \"nvidia.com/gpu\" or %q", x.Name, EphemeralStorage)
		}
		if x.Amount < 1 || x.Amount > mostAmount {
			c.errorf(at, "%d is not an amount from 1 to %d; leave the resource out for none", x.Amount, mostAmount)
		}
	}
	duplicates(list, func(x ExtendedResource) string { return x.Name }, func(i, _ int) {
		c.errorf(path+"."+bareKey(list[i].Name), "%q is given twice; give it one amount", list[i].Name)
	})
}

// mostAmount keeps sums over a cluster in range.
const mostAmount = 1 << 50

// checkPriority checks what decides who is placed first and who makes room.
func (c *checker) checkPriority(path string, w *Workload) {
	if p := w.Priority; p > HighestUserPriority && p != SystemClusterCritical && p != SystemNodeCritical {
		c.errorf(path+".priority", "%d is more than %d, the highest of a PriorityClass; those of the system are %d and %d", p, HighestUserPriority, SystemClusterCritical, SystemNodeCritical)
	}
	oneOf(c, path+".preemption_policy", w.PreemptionPolicy, PreemptionPolicies)
	for i, g := range w.SchedulingGates {
		if g == "" {
			c.errorf(fmt.Sprintf("%s.scheduling_gates[%d]", path, i), "\"\" is not a gate; name it, such as \"example.com/quota\"")
		}
	}
	duplicates(w.SchedulingGates, func(g string) string { return g }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.scheduling_gates[%d]", path, i), "%q is listed twice; list it once", w.SchedulingGates[i])
	})
	if len(w.SchedulingGates) > 0 {
		c.warnf(path+".scheduling_gates", "nobody removes a gate during a run, so pods that are on no node at the start stay pending")
	}
}

func (c *checker) checkHostPorts(path string, w *Workload) {
	for i, p := range w.HostPorts {
		at := fmt.Sprintf("%s.host_ports[%d]", path, i)
		if p.Port < 1 || p.Port > 65535 {
			c.errorf(at, "%d is not a port from 1 to 65535", p.Port)
		}
		oneOf(c, at, p.Protocol, protocols)
		if _, err := netip.ParseAddr(p.IP); p.IP != "" && err != nil {
			c.errorf(at, "%q is not an IP address; leave it out for all of the node's", p.IP)
		}
		for j, q := range w.HostPorts[:min(i, maxHostPorts)] {
			if p.ClashesWith(q) {
				c.errorf(at, "%s clashes with host_ports[%d], so that no node could take the pods", p, j)
				break
			}
		}
	}
	if n := len(w.HostPorts); n > maxHostPorts {
		c.errorf(path+".host_ports", "%d are more than the %d that are supported", n, maxHostPorts)
	}
}

// maxHostPorts is far beyond what a pod has.
const maxHostPorts = 100

// checkReadiness checks the replicas that aren't Ready.
func (c *checker) checkReadiness(path string, w *Workload) {
	c.checkDuration(path+".not_ready_toleration", w.NotReadyToleration)
	switch {
	case len(w.Unready) == 0:
		return
	case w.Kind == DaemonSet:
		c.errorf(path+".unready", "replicas are given for a DaemonSet, whose pods have no numbers; leave the key out, or write ready = \"never\"")
	case w.NeverReady:
		c.errorf(path+".unready", "with ready = \"never\" no replica is Ready; give one of the two keys")
	}
	for i, r := range w.Unready {
		if r < 0 || r >= w.Replicas {
			c.errorf(fmt.Sprintf("%s.unready[%d]", path, i), "%d is not a replica; they are numbered from 0 to %d", r, w.Replicas-1)
		}
	}
	duplicates(w.Unready, func(r int) int { return r }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.unready[%d]", path, i), "%d is listed twice; list it once", w.Unready[i])
	})
}

// checkJob checks what only a Job has.
func (c *checker) checkJob(path string, w *Workload) {
	if w.Kind != Job {
		return
	}
	if n := w.Job.Completions; n < 1 || n > maxPods {
		c.errorf(path+".completions", "%d is not a count of pods from 1 to %d", n, maxPods)
	}
	if n := w.Job.Parallelism; n < 1 || n > maxPods {
		c.errorf(path+".parallelism", "%d is not a count of pods from 1 to %d", n, maxPods)
	}
	if n := w.Job.BackoffLimit; n < 0 {
		c.errorf(path+".backoff_limit", "%d is negative; write 0 to have the first failed pod fail the Job", n)
	}
}

// checkDisks checks the disks that each pod attaches.
func (c *checker) checkDisks(path string, w *Workload) {
	switch {
	case w.Disks < 0:
		c.errorf(path+".volume.disks", "%d is negative; leave volume out for none", w.Disks)
	case w.Disks > 0 && w.Kind != StatefulSet && w.Kind != BarePod:
		c.errorf(path+".volume", "a zonal volume needs pods with an identity, and this is a %s; use a StatefulSet", w.Kind)
	case w.Disks > 0:
		most := 0
		for i := range c.m.NodePools {
			most = max(most, c.m.NodePools[i].MaxDataDisks)
		}
		if w.Disks > most && len(c.m.NodePools) > 0 {
			c.warnf(path+".volume.disks", "%d are more than the %d that a node of any pool can have attached, so the pods stay pending", w.Disks, most)
		}
	}
}

// checkWeight reports a preference's weight that is out of range.
func (c *checker) checkWeight(path string, weight int) {
	if weight < LeastWeight || weight > MostWeight {
		c.errorf(path, "%d is not from %d to %d", weight, LeastWeight, MostWeight)
	}
}

// checkNodeAffinity checks required and preferred node affinity.
func (c *checker) checkNodeAffinity(path string, w *Workload) {
	term := func(at string, t NodeSelectorTerm) {
		if len(t) == 0 {
			c.errorf(at, "the term has no requirement, so it matches no node; give it one or leave it out")
		}
		for j, r := range t {
			c.checkRequirement(fmt.Sprintf("%s[%d]", at, j), r, Operators)
		}
	}
	for i, t := range w.NodeAffinity {
		term(fmt.Sprintf("%s.node_affinity[%d]", path, i), t)
	}
	for i, t := range w.PreferredNodeAffinity {
		at := fmt.Sprintf("%s.preferred_node_affinity[%d]", path, i)
		c.checkWeight(at+".weight", t.Weight)
		term(at+".match", t.Match)
	}
}

// checkSpread checks one topology spread constraint.
func (c *checker) checkSpread(at string, w *Workload, s SpreadConstraint) {
	if s.MaxSkew < 1 {
		c.errorf(at+".max_skew", "%d is less than 1", s.MaxSkew)
	}
	c.checkTopologyKey(at+".topology_key", s.TopologyKey)
	oneOf(c, at+".when_unsatisfiable", s.WhenUnsatisfiable, WhenUnsatisfiables)
	c.checkPodSelector(at+".selector", s.Selector)
	if s.MinDomains > 1 && s.WhenUnsatisfiable == ScheduleAnyway {
		c.errorf(at+".min_domains", "%d is given with %q, which no count of domains can fail; leave the key out", s.MinDomains, s.WhenUnsatisfiable)
	}
	oneOf(c, at+".node_affinity_policy", s.NodeAffinityPolicy, InclusionPolicies)
	oneOf(c, at+".node_taints_policy", s.NodeTaintsPolicy, InclusionPolicies)
	for i, key := range s.MatchLabelKeys {
		path := fmt.Sprintf("%s.match_label_keys[%d]", at, i)
		if key == "" {
			c.errorf(path, "\"\" is not a key; name a label of the pods")
		}
		if !w.HasLabel(key) {
			c.warnf(path, "the pods have no label %q, so the key has no effect", key)
		}
	}
	duplicates(s.MatchLabelKeys, func(k string) string { return k }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.match_label_keys[%d]", at, i), "%q is listed twice; list it once", s.MatchLabelKeys[i])
	})
}

func (c *checker) checkTopologyKey(path, key string) {
	if key == "" {
		c.errorf(path, "no key is given; write %q or %q", LabelZone, LabelHostname)
	}
}

// checkPodSelector checks whom a constraint is about. New has filled in the
// workload's own labels where there are any.
func (c *checker) checkPodSelector(path string, s Selector) {
	if s == nil {
		c.errorf(path, "no selector is given, and the workload has no labels to stand in for it; give one of them")
	}
	for i, r := range s {
		c.checkRequirement(fmt.Sprintf("%s[%d]", path, i), r, PodOperators)
	}
}

// checkPodAffinity checks the terms of one key, pod_affinity or pod_anti_affinity.
func (c *checker) checkPodAffinity(path string, w *Workload, terms []PodAffinityTerm, anti bool) {
	for i, t := range terms {
		at := fmt.Sprintf("%s[%d]", path, i)
		c.checkTopologyKey(at+".topology_key", t.TopologyKey)
		if !t.Required {
			c.checkWeight(at+".weight", t.Weight)
		} else if t.Weight != 0 {
			c.errorf(at+".weight", "%d is given for a term that is required; leave it out", t.Weight)
		}
		c.checkPodSelector(at+".selector", t.Selector)
		for j, ns := range t.Namespaces {
			if ns == "" || ns == AllNamespaces && len(t.Namespaces) > 1 {
				c.errorf(fmt.Sprintf("%s.namespaces[%d]", at, j), "%q is not a namespace among others; name one, or write [%q] for all", ns, AllNamespaces)
			}
		}
		if t.Selector != nil && len(c.m.near(w, t)) == 0 {
			what := "so it has no effect"
			if t.Required && !anti {
				what = "so the pods stay pending"
			}
			c.warnf(at+".selector", "%s selects no workload, %s", selectorText(t.Selector), what)
		}
	}
}
