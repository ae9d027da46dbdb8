package model

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/spelling"
)

// maxPods is how many pods a cluster may have. Source: AKS large-scale page.
const maxPods = 200_000

func (c *checker) checkWorkloads() {
	total := 0
	for i := range c.m.Workloads {
		w := &c.m.Workloads[i]
		path := fmt.Sprintf("workload[%d]", i)
		c.checkWorkload(path, w)
		c.checkPods(path, w)
		c.checkConstraints(path, w)
		c.checkPlaces(path, w)
		total += min(max(w.Replicas, 0), maxPods+1)
	}
	type id struct{ namespace, name string }
	duplicates(c.m.Workloads, func(w Workload) id { return id{w.Namespace, w.Name} }, func(i, first int) {
		w := &c.m.Workloads[i]
		c.errorf(fmt.Sprintf("workload[%d].name", i), "%q is the name of workload[%d] in namespace %q too; names are unique", w.Name, first, w.Namespace)
	})
	if total > maxPods {
		c.errorf("workload", "the workloads have more than the %d pods that AKS supports", maxPods)
	}
	c.checkPlacements()
}

// checkWorkload checks what the controller needs to know.
func (c *checker) checkWorkload(path string, w *Workload) {
	if w.Name == "" {
		c.errorf(path+".name", "no name is given; name the workload")
	}
	if w.Namespace == "" {
		c.errorf(path+".namespace", "\"\" is not a namespace; write one or leave the key out for \"default\"")
	}
	c.checkSlash(path+".name", w.Name)
	c.checkSlash(path+".namespace", w.Namespace)
	known := oneOf(c, path+".kind", w.Kind, WorkloadKinds, "CronJob", "ReplicaSet")
	switch {
	case w.Kind == DaemonSet && w.Replicas != 0:
		c.errorf(path+".replicas", "%d is given for a DaemonSet, which has a pod on each node; leave the key out", w.Replicas)
	case w.Kind != DaemonSet && w.Kind != Job && known && (w.Replicas < 1 || w.Replicas > maxPods):
		c.errorf(path+".replicas", "%d is not a count of pods from 1 to %d; leave the workload out when it has none", w.Replicas, maxPods)
	}
	c.checkDuration(path+".min_ready", w.MinReady)
	if w.MinReady != 0 && w.Kind == BarePod {
		c.errorf(path+".min_ready", "%s is given for bare pods, which have no controller that waits; leave the key out", spelling.Duration(w.MinReady))
	}
	if oneOf(c, path+".pod_management", w.PodManagement, PodManagements) && w.PodManagement != OrderedReady && w.Kind != StatefulSet {
		c.errorf(path+".pod_management", "%q is for a StatefulSet, and this is a %s; leave the key out", w.PodManagement, w.Kind)
	}
	c.checkJob(path, w)
	c.checkDisks(path, w)
	a := w.Target.Available
	if !(a >= 0 && a <= 1) || a == 0 && (c.m.Written[path+".target"] || c.m.Written[path+".target.available"]) {
		c.errorf(path+".target.available", "%v is not a share above 0%% and up to 100%%; write \"80%%\"", a)
	}
}

// checkPods checks the pod template.
func (c *checker) checkPods(path string, w *Workload) {
	if w.Requests.CPU < 0 {
		c.errorf(path+".cpu", "%s is negative; write \"0\" for no request", FormatCPU(w.Requests.CPU))
	}
	if w.Requests.Memory < 0 {
		c.errorf(path+".memory", "%s is negative; write \"0\" for no request", FormatMemory(w.Requests.Memory))
	}
	c.checkResources(path+".resources", w.Extended)
	c.checkHostPorts(path, w)
	c.checkPriority(path, w)
	c.checkLabels(path+".labels", w.Labels)
	c.checkReadiness(path, w)
	c.checkDuration(path+".termination_grace", w.TerminationGrace)
	switch {
	case w.Image.Size < 0:
		c.errorf(path+".image.size", "%s is negative; write the compressed size, such as \"400Mi\"", FormatMemory(w.Image.Size))
	case w.Image.Name == "" && w.Image.Size > 0:
		c.errorf(path+".image.name", "no name is given; pods share an image on a node by its name")
	}
	for i, t := range w.Tolerations {
		at := fmt.Sprintf("%s.tolerations[%d]", path, i)
		if t.Effect != "" {
			oneOf(c, at, t.Effect, []TaintEffect{NoSchedule, PreferNoSchedule, NoExecute})
		}
		if t.Key == "" && !t.Exists {
			c.errorf(at, "%q has a value without a key; write \"key=value\", or \"*\" for everything", t)
		}
		if t.Exists && t.Value != "" {
			c.errorf(at, "%q tolerates every value and %q; give one of them", t, t.Value)
		}
	}
	duplicates(w.Tolerations, func(t Toleration) Toleration { return t }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.tolerations[%d]", path, i), "%q is listed twice; list it once", w.Tolerations[i])
	})
}

// checkConstraints checks the form of what limits where pods may go.
func (c *checker) checkConstraints(path string, w *Workload) {
	if w.NodePool != "" {
		c.checkPoolName(path+".node_pool", w.NodePool)
	}
	c.checkLabels(path+".node_selector", w.NodeSelector)
	c.checkNodeAffinity(path, w)
	for i, s := range w.TopologySpread {
		c.checkSpread(fmt.Sprintf("%s.topology_spread[%d]", path, i), w, s)
	}
	c.checkPodAffinity(path+".pod_affinity", w, w.PodAffinity, false)
	c.checkPodAffinity(path+".pod_anti_affinity", w, w.PodAntiAffinity, true)
	type id struct {
		key  string
		when WhenUnsatisfiable
	}
	duplicates(w.TopologySpread, func(s SpreadConstraint) id { return id{s.TopologyKey, s.WhenUnsatisfiable} }, func(i, first int) {
		c.errorf(fmt.Sprintf("%s.topology_spread[%d]", path, i), "%q with %q is given by topology_spread[%d] too; give it once",
			w.TopologySpread[i].TopologyKey, w.TopologySpread[i].WhenUnsatisfiable, first)
	})
}

// checkPlaces warns of pods that no node takes: none is selected, all are
// tainted, or all are too small.
func (c *checker) checkPlaces(path string, w *Workload) {
	if _, ok := c.pools[w.NodePool]; w.NodePool != "" && !ok {
		return // an error already
	}
	var selected, tolerated, large, equipped int
	hosts := 0 // for replicas on a node each: pools that are added later don't count
	var taint *Taint
	var biggest Allocatable
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		some, n, t := c.nodesTaking(w, i)
		selected += some
		if t != nil {
			taint = t
		}
		if n == 0 {
			continue
		}
		tolerated += n
		biggest.CPU, biggest.Memory = max(biggest.CPU, p.Allocatable.CPU), max(biggest.Memory, p.Allocatable.Memory)
		if w.Requests.Fits(p.Allocatable.Resources) {
			large += n
			if !p.Absent {
				hosts += n + max(0, p.Autoscaling.MaxCount-p.Count)
			}
			if w.Extended.Fits(p.Extended) {
				equipped += n
			}
		}
	}
	switch {
	case selected == 0:
		c.warnf(path+constraintKey(w), "%s matches no node of any pool, so the pods stay pending; %s", constraintText(w), c.poolNames())
	case tolerated == 0:
		c.warnf(path+".tolerations", "the pods do not tolerate %q, so no node takes them; add %q", taint, taint.Key)
	case large == 0:
		c.warnf(path+".cpu", "cpu %s and memory %s are more than any node that takes the pods has, cpu %s and memory %s",
			FormatCPU(w.Requests.CPU), FormatMemory(w.Requests.Memory), FormatCPU(biggest.CPU), FormatMemory(biggest.Memory))
	case equipped == 0:
		c.warnf(path+".resources", "%s is more than any node has that takes the pods, so they stay pending; give node_pool.resources", extendedTable(w.Extended))
	case w.HostAntiAffinity && w.Kind != DaemonSet && w.Replicas > hosts && hosts > 0:
		c.warnf(path+".anti_affinity", "%s cannot all be on different nodes: only %s will do", plural(w.Replicas, "replica"), plural(hosts, "node"))
	}
}

// nodesTaking returns how many nodes of a pool the workload's pods select, how
// many of these have no taint that they don't tolerate, and such a taint.
func (c *checker) nodesTaking(w *Workload, pool int) (selected, tolerated int, taint *Taint) {
	p := &c.m.NodePools[pool]
	for j, l := range c.nodeLabels(pool) {
		if !w.selectsNode(l) {
			continue
		}
		selected++
		taints := p.Taints
		if j < len(p.Nodes) {
			taints = p.NodeTaints(p.Nodes[j])
		}
		if t := w.untolerated(taints); t != nil {
			taint = t
			continue
		}
		tolerated++
	}
	return selected, tolerated, taint
}

// nodeLabels returns the labels of a pool's nodes. An empty pool has those of one
// node in each zone, for it may grow.
func (c *checker) nodeLabels(pool int) []Labels {
	if c.labels == nil {
		c.labels = make([][]Labels, len(c.m.NodePools))
	}
	if c.labels[pool] == nil {
		p := &c.m.NodePools[pool]
		nodes := p.Nodes
		if len(nodes) == 0 {
			nodes = []Node{{}}
			for _, z := range p.Zones {
				nodes = append(nodes, Node{Zone: z})
			}
		}
		for _, n := range nodes {
			c.labels[pool] = append(c.labels[pool], p.NodeLabels(c.m.Cluster.Location, n))
		}
	}
	return c.labels[pool]
}

// constraintKey returns the key that says which nodes the pods select.
func constraintKey(w *Workload) string {
	switch {
	case len(w.NodeSelector) > 0:
		return ".node_selector"
	case len(w.NodeAffinity) > 0:
		return ".node_affinity"
	case w.NodePool != "":
		return ".node_pool"
	default:
		return ""
	}
}

func constraintText(w *Workload) string {
	var parts []string
	if w.NodePool != "" {
		parts = append(parts, "node_pool "+w.NodePool)
	}
	if len(w.NodeSelector) > 0 {
		parts = append(parts, w.NodeSelector.String())
	}
	if len(w.NodeAffinity) > 0 {
		terms := make([]string, len(w.NodeAffinity))
		for i, t := range w.NodeAffinity {
			terms[i] = t.String()
		}
		parts = append(parts, strings.Join(terms, " or "))
	}
	if len(parts) == 0 {
		return "the workload"
	}
	return strings.Join(parts, " with ")
}

// checkPlacements checks the nodes that replicas are on at the start: that they
// exist and hold what is put on them together with the DaemonSets' pods.
func (c *checker) checkPlacements() {
	nodes := c.m.nodesByName()
	free := c.freeAtStart()
	for i := range c.m.Workloads {
		w := &c.m.Workloads[i]
		path := fmt.Sprintf("workload[%d].placement", i)
		switch {
		case len(w.Placement) == 0:
			continue
		case w.Kind == DaemonSet:
			c.errorf(path, "nodes are given for a DaemonSet, which has a pod on each node; leave the key out")
			continue
		case len(w.Placement) > w.Replicas:
			c.errorf(path, "%s listed for %s; list one for each replica at most", plural(len(w.Placement), "node"), plural(w.Replicas, "replica"))
		}
		for j, name := range w.Placement {
			if name == "" {
				continue
			}
			ref, ok := nodes[name]
			if !ok {
				c.errorf(fmt.Sprintf("%s[%d]", path, j), "no node is named %q", name)
				continue
			}
			c.place(fmt.Sprintf("%s[%d]", path, j), w, ref, free)
		}
	}
}

// place takes the room of one replica on a node and reports what is missing.
func (c *checker) place(path string, w *Workload, ref NodeRef, free map[NodeRef]Allocatable) {
	c.placeExtended(path, w, ref)
	p := &c.m.NodePools[ref.Pool]
	n := p.Nodes[ref.Node]
	if !w.MatchesNode(c.nodeLabels(ref.Pool)[ref.Node], p.NodeTaints(n)) {
		c.warnf(path, "the pod is on %q, where the scheduler would not put it again: selector, affinity or taints say no", n.Name)
	}
	left := free[ref]
	before := left
	left.Resources, left.Pods = left.Resources.Sub(w.Requests), left.Pods-1
	free[ref] = left
	switch {
	case before.Pods >= 0 && left.Pods < 0:
		c.errorf(path, "node %q holds %s, and more are put on it", n.Name, plural(p.Allocatable.Pods, "pod"))
	case before.CPU >= 0 && left.CPU < 0:
		c.errorf(path, "node %q has cpu %s left, and the pod asks for %s", n.Name, FormatCPU(before.CPU), FormatCPU(w.Requests.CPU))
	case before.Memory >= 0 && left.Memory < 0:
		c.errorf(path, "node %q has memory %s left, and the pod asks for %s", n.Name, FormatMemory(before.Memory), FormatMemory(w.Requests.Memory))
	}
}

// placeExtended takes what one replica needs beside cpu and memory.
func (c *checker) placeExtended(path string, w *Workload, ref NodeRef) {
	p := &c.m.NodePools[ref.Pool]
	for _, x := range w.Extended {
		left := p.Extended.Get(x.Name) - c.extended[extendedOf{ref, x.Name}]
		if left >= 0 && x.Amount > left {
			c.errorf(path, "node %q has %s %d left, and the pod asks for %d", p.Nodes[ref.Node].Name, x.Name, left, x.Amount)
		}
	}
	c.takeExtended(w, ref)
}

// takeExtended takes what a pod needs beside cpu and memory from a node.
func (c *checker) takeExtended(w *Workload, ref NodeRef) {
	if c.extended == nil {
		c.extended = make(map[extendedOf]int64)
	}
	for _, x := range w.Extended {
		c.extended[extendedOf{ref, x.Name}] += x.Amount
	}
}

// extendedOf names a resource of a node.
type extendedOf struct {
	node NodeRef
	name string
}

// freeAtStart returns what each node has left beside the DaemonSets' pods, when
// some workload has a placement; else nil, for nobody asks.
func (c *checker) freeAtStart() map[NodeRef]Allocatable {
	if !slices.ContainsFunc(c.m.Workloads, func(w Workload) bool { return len(w.Placement) > 0 }) {
		return nil
	}
	free := make(map[NodeRef]Allocatable)
	for i := range c.m.NodePools {
		p := &c.m.NodePools[i]
		for j := range p.Nodes {
			left := p.Allocatable
			labels := c.nodeLabels(i)[j]
			for k := range c.m.Workloads {
				w := &c.m.Workloads[k]
				if w.Kind == DaemonSet && w.MatchesNode(labels, p.NodeTaints(p.Nodes[j])) {
					left.Resources, left.Pods = left.Resources.Sub(w.Requests), left.Pods-1
					c.takeExtended(w, NodeRef{i, j})
				}
			}
			free[NodeRef{i, j}] = left
		}
	}
	return free
}
