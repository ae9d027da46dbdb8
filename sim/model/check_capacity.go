package model

import (
	"cmp"
	"slices"
	"strings"
)

// checkCapacity checks that subnet and quotas hold the cluster as it stands. That
// they don't hold the surge is a warning: the upgrade will be refused.
func (c *checker) checkCapacity() {
	l := &c.m.Cluster.Limits
	if l.Subnet.IsValid() && l.Subnet == l.Subnet.Masked() {
		c.checkLimit("cluster.limits.subnet", limit{
			most: UsableAddresses(l.Subnet), unit: "address", holds: l.Subnet.String(),
			each: func(p *NodePool) int { return AddressesPerNode(l.Network, min(p.MaxPods, mostMaxPods)) },
		})
	}
	if l.VCPUs > 0 && l.VCPUsInUse >= 0 {
		c.checkLimit("cluster.limits.vcpus", limit{
			most: l.VCPUs, used: l.VCPUsInUse, unit: "vCPU", holds: "the regional quota",
			each: func(p *NodePool) int { return cores(p) },
		})
	}
	for _, f := range l.VCPUsByFamily {
		if f.VCPUs < 0 {
			continue // an error already
		}
		c.checkLimit("cluster.limits.vcpus_by_family."+bareKey(f.Family), limit{
			most: f.VCPUs, unit: "vCPU", holds: "the quota of " + f.Family,
			each: func(p *NodePool) int {
				if !SameFamily(p.VMSize.Family, f.Family) {
					return 0
				}
				return cores(p)
			},
		})
	}
}

// cores returns the vCPUs of a node, within what any size has.
func cores(p *NodePool) int { return min(max(p.VMSize.VCPUs, 0), 10_000) }

// A limit is something that nodes use up.
type limit struct {
	most, used  int // used: by others
	unit, holds string
	each        func(*NodePool) int // for each node of a pool
}

func (c *checker) checkLimit(path string, l limit) {
	type surge struct {
		pool  string
		nodes int
		takes int
	}
	need := l.used
	var surges []surge
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		if p.Absent {
			continue
		}
		count := min(max(p.Count, 0), maxPoolNodes)
		need += count * l.each(p)
		nodes := min(max(p.Upgrade.MaxSurge.RoundUp(count), 0), count)
		surges = append(surges, surge{p.Name, nodes, nodes * l.each(p)})
	}
	if need > l.most {
		c.errorf(path, "%s has %s, and the cluster needs %d as it stands: %d too few", l.holds, plural(l.most, l.unit), need, need-l.most)
		return
	}
	slices.SortStableFunc(surges, func(a, b surge) int { return cmp.Compare(b.takes, a.takes) })
	var names []string
	for _, s := range surges[:min(c.parallelPools(), len(surges))] {
		if s.takes > 0 {
			need += s.takes
			names = append(names, plural(s.nodes, "surge node")+" of pool "+s.pool)
		}
	}
	if need > l.most {
		c.warnf(path, "%s has %s, and with %s the cluster needs %d: %d too few for the upgrade", l.holds, plural(l.most, l.unit), strings.Join(names, " and "), need, need-l.most)
	}
}

// parallelPools returns how many pools the strategies upgrade at the same time.
func (c *checker) parallelPools() int {
	most := 1
	for i := range c.m.Strategies {
		if s := &c.m.Strategies[i]; s.Kind == PerPool {
			most = max(most, min(s.Parallel, len(s.Order)))
		}
	}
	return most
}

// SameFamily reports whether two spellings name one quota family. Azure itself
// varies the case: standardDSv6Family, StandardDsv6Family.
func SameFamily(a, b string) bool { return foldFamily(a) == foldFamily(b) }

func foldFamily(family string) string { return strings.ToLower(family) }

// familyInUse reports whether a pool has VMs of the family.
func (c *checker) familyInUse(family string) bool {
	return slices.ContainsFunc(c.m.NodePools, func(p NodePool) bool { return SameFamily(p.VMSize.Family, family) })
}

// families lists those of the pools for a message.
func (c *checker) families() string {
	var names []string
	for i := range c.m.NodePools {
		if f := c.m.NodePools[i].VMSize.Family; f != "" && !slices.Contains(names, f) {
			names = append(names, f)
		}
	}
	if len(names) == 0 {
		return "the families of the pools are unknown"
	}
	return "the pools use " + strings.Join(names, ", ")
}
