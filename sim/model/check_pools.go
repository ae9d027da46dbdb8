package model

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"rollsim/sim/spelling"
)

// What AKS allows. Source: AKS service limits page.
const (
	maxPools       = 100
	leastMaxPods   = 10
	mostMaxPods    = 250
	maxNameLength  = 12 // of a Linux pool
	nodesOfFree    = 1000
	nodesOfOthers  = 5000
	mostDrain      = 24 * time.Hour
	leastDrainAKS  = 5 * time.Minute
	leastDrain     = time.Second
	mostSoak       = 30 * time.Minute
	mostMaxPercent = 100
	mostDataDisks  = 256 // far beyond every VM size
)

func (c *checker) checkPools() {
	if len(c.m.NodePools) == 0 {
		c.errorf("node_pool", "the cluster has no node pool; add [[node_pool]]")
		return
	}
	n := 0
	for _, p := range c.m.NodePools {
		if !p.Absent {
			n++
		}
	}
	if n > maxPools {
		c.errorf("node_pool", "%d pools are more than the %d that AKS allows", n, maxPools)
	}
	for i := range c.written {
		c.checkPool(fmt.Sprintf("node_pool[%d]", i), &c.m.NodePools[i])
	}
	duplicates(c.m.NodePools, func(p NodePool) string { return p.Name }, func(i, first int) {
		c.errorf(fmt.Sprintf("node_pool[%d].name", i), "%q is the name of node_pool[%d] too; names are unique", c.m.NodePools[i].Name, first)
	})
	if !slices.ContainsFunc(c.m.NodePools, func(p NodePool) bool { return p.Mode == ModeSystem && !p.Absent }) {
		c.warnf("node_pool", "no pool has mode \"system\"; AKS wants one with at least 1 node")
	}
	c.checkNodes()
}

func (c *checker) checkPool(path string, p *NodePool) {
	if !isPoolName(p.Name) {
		c.errorf(path+".name", "%q is not a pool name; use up to %d lower-case letters and digits, a letter first", p.Name, maxNameLength)
	}
	oneOf(c, path+".mode", p.Mode, Modes)
	least := 0
	if p.Mode == ModeSystem {
		least = 1
	}
	if p.Count < least || p.Count > maxPoolNodes {
		c.errorf(path+".count", "%d is not a count of nodes from %d to %d, as AKS allows for a pool of mode %q", p.Count, least, maxPoolNodes, p.Mode)
	}
	c.checkVMSize(path, p)
	if p.MaxPods < leastMaxPods || p.MaxPods > mostMaxPods {
		c.errorf(path+".max_pods", "%d is not from %d to %d, as AKS allows", p.MaxPods, leastMaxPods, mostMaxPods)
	}
	c.checkResources(path+".resources", p.Extended)
	if p.MaxDataDisks < 0 || p.MaxDataDisks > mostDataDisks {
		c.errorf(path+".max_data_disks", "%d is not from 0 to %d", p.MaxDataDisks, mostDataDisks)
	}
	c.checkZones(path+".zones", p.Zones)
	for i, z := range p.Zones {
		c.checkZone(fmt.Sprintf("%s.zones[%d]", path, i), z)
	}
	c.checkZones(path+".surge_zones", p.SurgeZones)
	for i, z := range p.SurgeZones {
		if !slices.Contains(p.Zones, z) {
			c.errorf(fmt.Sprintf("%s.surge_zones[%d]", path, i), "%q is not a zone of the pool; list some of its zones, or leave the key out for all", z)
		}
	}
	c.checkNodeLabels(path+".labels", p.Labels)
	c.checkTaints(path+".taints", p.Taints)
	c.checkKind(path, p)
	c.checkAutoscaling(path, p)
	c.checkUpgrade(path, p.Mode, p.Count, p.Upgrade)
	if p.Timing != c.m.Timing {
		c.checkTiming(path+".timing", &p.Timing)
	}
}

// labelsByAKS are those that NodeLabels sets whatever the scenario says.
var labelsByAKS = []string{LabelZone, LabelRegion, LabelHostname, LabelPool, LabelPoolOld, LabelMode, LabelInstanceType, LabelOS, LabelArch, LabelPriority}

// isPoolName reports whether AKS takes name for a Linux pool.
func isPoolName(name string) bool {
	if name == "" || len(name) > maxNameLength || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

func (c *checker) checkVMSize(path string, p *NodePool) {
	s := p.VMSize
	switch {
	case s.Name == "" && p.AllocatableSet:
		c.warnf(path+".vm_size", "no VM size is given, so vCPUs and price count as 0; write one such as \"Standard_D4s_v5\"")
	case s.Name == "":
		c.errorf(path+".vm_size", "no VM size is given; write one such as \"Standard_D4s_v5\", or give allocatable")
	case s.VCPUs == 0 && !p.AllocatableSet:
		c.errorf(path+".vm_size", "%q is not in the catalogue of VM sizes; %s", s.Name, suggestSize(s.Name))
	case s.VCPUs == 0:
		c.warnf(path+".vm_size", "%q is not in the catalogue of VM sizes, so its vCPUs and its price count as 0; %s", s.Name, suggestSize(s.Name))
	}
	if s.VCPUs < 0 || s.Memory < 0 {
		c.errorf(path+".vm_size", "%q has %d vCPUs and %d bytes of memory; neither can be negative", s.Name, s.VCPUs, s.Memory)
	}
	if !(s.PricePerHour >= 0) || math.IsInf(s.PricePerHour, 0) {
		c.errorf(path+".vm_size", "%q costs %v USD an hour; a price is a number of at least 0", s.Name, s.PricePerHour)
	}
	if s.VCPUs <= 0 && !p.AllocatableSet {
		return // what is left for pods follows from nothing
	}
	a := p.Allocatable
	at := path + ".vm_size"
	if p.AllocatableSet {
		at = path + ".allocatable"
	}
	if a.CPU <= 0 || a.Memory <= 0 || a.Pods < 1 {
		c.errorf(at, "cpu %s, memory %s and %s leave no room for a pod", FormatCPU(a.CPU), FormatMemory(a.Memory), plural(a.Pods, "pod"))
	}
	if p.AllocatableSet && s.VCPUs > 0 && (a.CPU > int64(s.VCPUs)*1000 || a.Memory > s.Memory) {
		c.warnf(at, "cpu %s and memory %s are more than a %s has, %d cores and %s", FormatCPU(a.CPU), FormatMemory(a.Memory), s.Name, s.VCPUs, FormatMemory(s.Memory))
	}
}

func suggestSize(name string) string {
	if similar, ok := SimilarVMSize(name); ok {
		return fmt.Sprintf("did you mean %q?", similar)
	}
	return "give allocatable, or use a size such as \"Standard_D4s_v5\""
}

// checkZone reports a zone that the cluster doesn't have.
func (c *checker) checkZone(path, zone string) {
	zones := c.m.Cluster.Zones
	switch {
	case zone == "" || slices.Contains(zones, zone):
	case len(zones) == 0:
		c.errorf(path, "%q is a zone, but cluster.zones has none; list the region's zones there", zone)
	default:
		c.errorf(path, "%q is not a zone of the cluster; use %s", zone, alternatives(zones))
	}
}

func (c *checker) checkNodeLabels(path string, labels Labels) {
	c.checkLabels(path, labels)
	for _, l := range labels {
		if slices.Contains(labelsByAKS, l.Key) {
			c.warnf(path+"."+bareKey(l.Key), "%q has no effect: AKS sets %s itself", l.Value, l.Key)
		}
	}
}

func (c *checker) checkTaints(path string, taints []Taint) {
	for i, t := range taints {
		at := fmt.Sprintf("%s[%d]", path, i)
		if t.Key == "" {
			c.errorf(at, "%q has no key; write \"key=value:NoSchedule\"", t)
		}
		oneOf(c, at, t.Effect, []TaintEffect{NoSchedule, PreferNoSchedule, NoExecute})
	}
	type id struct {
		key    string
		effect TaintEffect
	}
	duplicates(taints, func(t Taint) id { return id{t.Key, t.Effect} }, func(i, first int) {
		c.errorf(fmt.Sprintf("%s[%d]", path, i), "%q has the key and effect of %q; a node has each once", taints[i], taints[first])
	})
}

// checkUpgrade checks the upgrade settings of a pool, or of a pool as a request
// changes it: path is where the settings are written.
func (c *checker) checkUpgrade(path string, mode Mode, count int, u UpgradeSettings) {
	c.checkAmount(path+".max_surge", u.MaxSurge)
	c.checkAmount(path+".max_unavailable", u.MaxUnavailable)
	switch {
	case u.MaxSurge.IsZero() && u.MaxUnavailable.IsZero():
		c.errorf(path+".max_surge", "max_surge and max_unavailable are both 0, so no node could ever be replaced; raise one")
	case mode == ModeSystem && !u.MaxUnavailable.IsZero():
		c.errorf(path+".max_unavailable", "%s is set on a system pool, which AKS does not allow; use max_surge", u.MaxUnavailable)
	}
	if n := u.MaxSurge.RoundUp(count); count <= maxPoolNodes && n > 0 && count+min(n, count) > maxPoolNodes {
		c.errorf(path+".max_surge", "%s of %s makes %d, and a scale set holds %d at most", u.MaxSurge, plural(count, "node"), count+min(n, count), maxPoolNodes)
	}
	switch d := u.DrainTimeout; {
	case d < leastDrain || d > mostDrain:
		c.errorf(path+".drain_timeout", "%s is not from %s to %s", spelling.Duration(d), spelling.Duration(leastDrain), spelling.Duration(mostDrain))
	case d < leastDrainAKS:
		c.warnf(path+".drain_timeout", "%s is shorter than AKS allows, %s", spelling.Duration(d), spelling.Duration(leastDrainAKS))
	}
	if s := u.NodeSoak; s < 0 || s > mostSoak {
		c.errorf(path+".node_soak", "%s is not from 0s to %s, as AKS allows", spelling.Duration(s), spelling.Duration(mostSoak))
	}
	oneOf(c, path+".undrainable_node_behavior", u.UndrainableNodeBehavior, UndrainableNodeBehaviors)
	c.checkBlocked(path, u)
	oneOf(c, path+".batching", u.Batching, Batchings)
}

// checkAmount reports a count or percentage of nodes that is out of range.
func (c *checker) checkAmount(path string, x IntOrPercent) {
	switch {
	case x.Percent && (x.Value < 0 || x.Value > mostMaxPercent):
		c.errorf(path, "%s is not from 0%% to %d%% of the pool", x, mostMaxPercent)
	case !x.Percent && (x.Value < 0 || x.Value > maxPoolNodes):
		c.errorf(path, "%s is not a count of nodes from 0 to %d", x, maxPoolNodes)
	}
}

// checkNodes checks the nodes that a scenario gives itself, across pools.
func (c *checker) checkNodes() {
	type place struct {
		path string
		name string
	}
	var all []place
	total := 0
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		path := fmt.Sprintf("node_pool[%d]", i)
		if !p.Absent {
			total += min(max(p.Count, 0), maxPoolNodes)
		}
		if !c.given[i] {
			continue
		}
		if n := len(p.Nodes); n != p.Count {
			c.errorf(path+".nodes", "%s listed for a count of %d; list all or none", plural(n, "node"), p.Count)
		}
		for j, n := range p.Nodes {
			at := fmt.Sprintf("%s.nodes[%d]", path, j)
			if n.Name == "" {
				c.errorf(at+".name", "\"\" is not a node name; give the node one")
			}
			if n.Zone != "" && !slices.Contains(p.Zones, n.Zone) { // else reported with the pool
				c.checkZone(at+".zone", n.Zone)
			}
			c.checkNodeLabels(at+".labels", n.Labels)
			c.checkTaints(at+".taints", n.Taints)
			all = append(all, place{at + ".name", n.Name})
		}
	}
	duplicates(all, func(p place) string { return p.name }, func(i, first int) {
		c.errorf(all[i].path, "%q is the name of %s too; node names are unique", all[i].name, strings.TrimSuffix(all[first].path, ".name"))
	})
	most := nodesOfOthers
	if c.m.Cluster.Tier == TierFree {
		most = nodesOfFree
	}
	if total > most {
		c.errorf("cluster.tier", "%s are more than tier %q allows, %d", plural(total, "node"), c.m.Cluster.Tier, most)
	}
}
