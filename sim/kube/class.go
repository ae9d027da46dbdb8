package kube

import (
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/model"
)

// A class is all nodes that differ in name and version at most: one pool, one
// zone, the same labels and taints set by hand. What a pod thinks of a node's
// labels and taints is worked out per class, once.
type class struct {
	pool, zone int // zone -1: none
	labels     model.Labels
	taints     []model.Taint
}

// pool is what the cluster needs of a pool beside its model.
type pool struct {
	firstClass int32 // class of its nodes without a zone; zone z follows at z+1
	next       int32 // number of the next instance
	byNumber   []NodeID
	given      []int32 // classes of the model's nodes

	allocatable []model.Allocatable // of its nodes, by version: what the kubelet reserves depends on it
}

// allocatable returns what pods can use on a node.
func (c *Cluster) allocatable(n NodeID) *model.Allocatable {
	x := &c.nodes[n]
	return &c.pools[x.pool].allocatable[x.version]
}

// hostname is the topology of kubernetes.io/hostname: each node is a domain. It
// has no entry in the tables of domains.
const hostname = 0

// topology is a label key by which pods are spread, and the domain of each
// class under it.
type topology struct {
	key     string
	domain  []int32 // by class; -1: the label is missing
	domains int32   // how many exist
	values  int32   // the same, a missing label included
}

// Bits of room.blocked: why a node takes no pods. Workloads say which of them
// they mind.
const (
	absent            = 1 << iota // no node object: booting, reimaging, deleted. Nobody tolerates that
	unschedulable                 // cordoned: taint node.kubernetes.io/unschedulable:NoSchedule
	notReady                      // taint node.kubernetes.io/not-ready:NoSchedule
	unreachable                   // lost: taint node.kubernetes.io/unreachable:NoSchedule
	toBeDeleted                   // the cluster autoscaler's taint of that name, NoSchedule
	deletionCandidate             // its taint DeletionCandidate, PreferNoSchedule: no workload minds it, some would rather avoid it
)

var (
	unschedulableTaint = model.Taint{Key: "node.kubernetes.io/unschedulable", Effect: model.NoSchedule}
	notReadyTaint      = model.Taint{Key: "node.kubernetes.io/not-ready", Effect: model.NoSchedule}
	unreachableTaint   = model.Taint{Key: "node.kubernetes.io/unreachable", Effect: model.NoSchedule}
	toBeDeletedTaint   = model.Taint{Key: "ToBeDeletedByClusterAutoscaler", Effect: model.NoSchedule}
	candidateTaint     = model.Taint{Key: "DeletionCandidateOfClusterAutoscaler", Effect: model.PreferNoSchedule}

	unreachableNoExecute = model.Taint{Key: "node.kubernetes.io/unreachable", Effect: model.NoExecute}
)

// buildClasses makes a class of each pool and zone, whether nodes of it exist
// at the start or not: surge nodes go to any zone. What was set by hand on nodes
// of the model makes further classes.
func (c *Cluster) buildClasses() {
	zones := c.m.Cluster.Zones
	c.pools = make([]pool, len(c.m.NodePools))
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		c.pools[i].firstClass = int32(len(c.classes))
		for _, v := range c.m.Versions {
			c.pools[i].allocatable = append(c.pools[i].allocatable, p.AllocatableOn(v))
		}
		for z := -1; z < len(zones); z++ {
			var n model.Node
			if z >= 0 {
				n.Zone = zones[z]
			}
			c.classes = append(c.classes, class{
				pool: i, zone: z,
				labels: p.NodeLabels(c.m.Cluster.Location, n),
				taints: p.Taints,
			})
		}
		for _, n := range p.Nodes {
			c.pools[i].given = append(c.pools[i].given, c.classByHand(i, n))
		}
	}
	c.topologies = []topology{{key: model.LabelHostname}}
}

// topologyOf returns the index of the topology with a key, making its table of
// domains the first time.
func (c *Cluster) topologyOf(key string) int32 {
	for i, t := range c.topologies {
		if t.key == key {
			return int32(i)
		}
	}
	t := topology{key: key, domain: make([]int32, len(c.classes))}
	var values []string
	for i := range c.classes {
		v, ok := c.classes[i].labels.Get(key)
		if !ok {
			t.domain[i] = -1
			continue
		}
		d := slices.Index(values, v)
		if d < 0 {
			d = len(values)
			values = append(values, v)
		}
		t.domain[i] = int32(d)
	}
	t.domains, t.values = int32(len(values)), int32(len(values))
	if slices.Contains(t.domain, -1) {
		t.values++
	}
	c.topologies = append(c.topologies, t)
	return int32(len(c.topologies) - 1)
}

// classByHand returns the class of a node of the model, making it if it is the
// first with these labels and taints.
func (c *Cluster) classByHand(pool int, n model.Node) int32 {
	zone := slices.Index(c.m.Cluster.Zones, n.Zone)
	if !n.ByHand() {
		return c.classOf(pool, zone)
	}
	p := &c.m.NodePools[pool]
	n.Name = "" // no class has one
	x := class{pool: pool, zone: zone, labels: p.NodeLabels(c.m.Cluster.Location, n), taints: p.NodeTaints(n)}
	for i := int(c.pools[pool].firstClass); i < len(c.classes); i++ {
		if y := &c.classes[i]; y.zone == zone && slices.Equal(y.labels, x.labels) && slices.Equal(y.taints, x.taints) {
			return int32(i)
		}
	}
	c.classes = append(c.classes, x)
	return int32(len(c.classes) - 1)
}

// forget has a node be like every other of its pool and zone: its node object
// is made anew, and nobody sets by hand again what was set on the old one.
func (c *Cluster) forget(n NodeID) {
	x := &c.nodes[n]
	class := c.classOf(int(x.pool), int(x.zone))
	if c.room[n].class == class {
		return
	}
	c.room[n].class = class
	c.journal.note(n)
	for i := range c.workloads {
		if w := &c.workloads[i]; w.byHost {
			w.hostFits[n], w.hostLikes[n] = c.judgeHost(w, n)
		}
	}
}

// classOf returns the class of a pool's nodes in a zone; -1: none.
func (c *Cluster) classOf(pool, zone int) int32 {
	return c.pools[pool].firstClass + int32(zone) + 1
}

// numberOf returns the instance number of a node that the model names: what the
// name says where it is one of a scale set, else its place in the pool.
func numberOf(p *model.NodePool, i int) int32 {
	digits, ok := strings.CutPrefix(p.Nodes[i].Name, p.NodePrefix)
	if ok && len(digits) >= 6 {
		if n, err := strconv.ParseInt(digits, 36, 32); err == nil {
			return int32(n)
		}
	}
	return int32(i)
}
