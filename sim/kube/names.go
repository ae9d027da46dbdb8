package kube

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// nameBuffers is memory for comparing names.
type nameBuffers struct{ a, b []byte }

// PodName returns the pod's namespace and name: shop/web-x7k2p.
func (c *Cluster) PodName(p PodID) string {
	return c.workloads[c.pods[p].workload].Namespace + "/" + string(c.appendName(nil, p))
}

func (c *Cluster) appendName(b []byte, p PodID) []byte {
	x := &c.pods[p]
	w := &c.workloads[x.workload]
	return trace.AppendPod(b, string(w.Kind), w.Name, int64(x.suffix))
}

// NodeName returns the name of a node: the model's, or that of a later instance.
func (c *Cluster) NodeName(n NodeID) string {
	x := &c.nodes[n]
	p := &c.m.NodePools[x.pool]
	if x.given >= 0 {
		return p.Nodes[x.given].Name
	}
	return p.NodeName(int(x.number))
}

// buildNames ranks the workloads by name and finds those whose names don't decide
// how their pods sort.
func (c *Cluster) buildNames() {
	byName := make([]int32, len(c.workloads))
	for i := range byName {
		byName[i] = int32(i)
	}
	slices.SortFunc(byName, func(i, j int32) int {
		a, b := &c.workloads[i], &c.workloads[j]
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	for rank, i := range byName {
		c.workloads[i].rank = int32(rank)
	}
	for i := range c.workloads {
		for j := range c.workloads {
			a, b := &c.workloads[i], &c.workloads[j]
			if i != j && a.Namespace == b.Namespace && strings.HasPrefix(b.Name+"-", a.Name+"-") {
				a.prefixes, b.prefixes = true, true
			}
		}
	}
}

// compareNames orders pods as the API lists them: by namespace, then name.
func (c *Cluster) compareNames(p, q PodID) int {
	x, y := &c.pods[p], &c.pods[q]
	v, w := &c.workloads[x.workload], &c.workloads[y.workload]
	switch {
	case v == w && v.kind != model.StatefulSet:
		return cmp.Or(cmp.Compare(x.suffix, y.suffix), cmp.Compare(p, q))
	case v != w && !(v.prefixes && w.prefixes && v.Namespace == w.Namespace):
		return cmp.Compare(v.rank, w.rank)
	}
	c.names.a, c.names.b = c.appendName(c.names.a[:0], p), c.appendName(c.names.b[:0], q)
	return cmp.Or(bytes.Compare(c.names.a, c.names.b), cmp.Compare(p, q))
}

// sortByName sorts pods as the API lists them. A node holds a few dozen, which
// insertion sorts without allocating.
func (c *Cluster) sortByName(pods []PodID) {
	for i := 1; i < len(pods); i++ {
		p, j := pods[i], i
		for ; j > 0 && c.compareNames(p, pods[j-1]) < 0; j-- {
			pods[j] = pods[j-1]
		}
		pods[j] = p
	}
}

// NodeNamed returns the node with a name, unless its machine is gone. Of two
// that had it the later one is meant.
func (c *Cluster) NodeNamed(name string) (NodeID, bool) {
	pool := c.m.PoolOfNode(name)
	if pool < 0 {
		return none, false
	}
	for _, n := range slices.Backward(c.pools[pool].byNumber) {
		if c.NodeName(n) == name {
			return n, true
		}
	}
	return none, false
}
