package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rollsim/sim/model"
)

// isExtended reports whether a resource is one beside cpu and memory that pods
// are fitted by.
func isExtended(name string) bool {
	return model.CountsBytes(name) || strings.Contains(name, "/")
}

// mostExtended is the most of an extended resource that a node can have.
const mostExtended = 1 << 50

// setExtended sets the requests beside cpu and memory.
func (im *importing) setExtended(out *model.Workload, w *workload) {
	s := w.spec()
	if len(w.pods) > 0 {
		s = &w.pods[0].Spec
	}
	list, err := extendedOf(s)
	if err != nil {
		im.workloadProblem(w, "%w", err)
		return
	}
	out.Extended = list
}

// extendedOf is what the scheduler counts for a pod beside cpu and memory: as
// for those, the larger of what containers and init containers need.
func extendedOf(s *podSpec) (model.ExtendedResources, error) {
	sum, sidecars, most := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for i := range s.Containers {
		if err := s.Containers[i].addExtended(sum); err != nil {
			return nil, fmt.Errorf("containers[%d].resources.%w", i, err)
		}
	}
	for i := range s.InitContainers {
		c := &s.InitContainers[i]
		needed := maps.Clone(sidecars)
		if err := c.addExtended(needed); err != nil {
			return nil, fmt.Errorf("initContainers[%d].resources.%w", i, err)
		}
		for name, n := range needed {
			most[name] = max(most[name], n)
		}
		if c.RestartPolicy == "Always" {
			for name, n := range needed {
				sum[name] += n - sidecars[name]
			}
			sidecars = needed
		}
	}
	for name, n := range most {
		sum[name] = max(sum[name], n)
	}
	maps.DeleteFunc(sum, func(_ string, n int64) bool { return n == 0 })
	return model.NewExtendedResources(sum), nil
}

// addExtended adds what a container requests; a limit without a request is one.
func (c *container) addExtended(to map[string]int64) error {
	for _, name := range slices.Sorted(maps.Keys(merged(c.Resources.Limits, c.Resources.Requests))) {
		if !isExtended(name) {
			continue
		}
		q, of := c.Resources.Requests[name], "requests"
		if _, ok := c.Resources.Requests[name]; !ok {
			q, of = c.Resources.Limits[name], "limits"
		}
		n, err := q.parse(0, mostExtended)
		if err != nil {
			return fmt.Errorf("%s.%s: %w", of, name, err)
		}
		to[name] += n
	}
	return nil
}

func merged(a, b map[string]quantity) map[string]quantity {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}

// setOffered sets what the nodes offer of the resources that pods ask for, the
// least of any node, and how many disks one can have attached.
func (im *importing) setOffered(p *model.NodePool, nodes []*node) {
	offered := map[string]int64{}
	for name := range im.requested() {
		for i, n := range nodes {
			have, err := n.Status.Allocatable[name].parse(0, mostExtended)
			if err != nil {
				im.problems.add("%s: node %s: status.allocatable.%s: %w", im.in.Kubectl.Name, n.Metadata.Name, name, err)
				return
			}
			if i == 0 || have < offered[name] {
				offered[name] = have
			}
		}
		if offered[name] == 0 {
			delete(offered, name)
		}
	}
	p.Extended = model.NewExtendedResources(offered)
	const disks = "attachable-volumes-azure-disk" // of clusters before CSI
	for _, n := range nodes {
		if most, err := n.Status.Allocatable[disks].parse(0, 256); err == nil && most > 0 {
			p.MaxDataDisks = int(most)
		}
	}
}

// requested are the resources beside cpu and memory that pods of the input ask for.
func (im *importing) requested() map[string]bool {
	if im.extended != nil {
		return im.extended
	}
	im.extended = map[string]bool{}
	add := func(s *podSpec) {
		for _, c := range slices.Concat(s.InitContainers, s.Containers) {
			for name := range merged(c.Resources.Limits, c.Resources.Requests) {
				if isExtended(name) {
					im.extended[name] = true
				}
			}
		}
	}
	for _, c := range im.objects.controllers {
		add(&c.Spec.Template.Spec)
	}
	for _, p := range im.objects.pods {
		add(&p.Spec)
	}
	return im.extended
}

// setHostPorts sets the ports of the node that the pods take.
func (im *importing) setHostPorts(out *model.Workload, w *workload) {
	var ports []model.HostPort
	s := w.spec()
	for _, c := range slices.Concat(s.Containers, s.InitContainers) {
		for _, p := range c.Ports {
			x, ok := modelHostPort(p)
			if ok && !slices.ContainsFunc(ports, x.ClashesWith) {
				ports = append(ports, x)
			}
		}
	}
	out.HostPorts = ports
}

func modelHostPort(p port) (model.HostPort, bool) {
	if p.HostPort == 0 {
		return model.HostPort{}, false
	}
	spelled := itoa(p.HostPort)
	switch {
	case strings.Contains(p.HostIP, ":"):
		spelled = "[" + p.HostIP + "]:" + spelled
	case p.HostIP != "":
		spelled = p.HostIP + ":" + spelled
	}
	if p.Protocol != "" {
		spelled += "/" + p.Protocol
	}
	x, err := model.ParseHostPort(spelled)
	return x, err == nil
}

// systemPriorities are the values of the classes that every cluster has.
var systemPriorities = map[string]int64{
	"system-cluster-critical": int64(model.SystemClusterCritical),
	"system-node-critical":    int64(model.SystemNodeCritical),
}

// setPriority sets who is placed first and who makes room.
func (im *importing) setPriority(out *model.Workload, w *workload) {
	s, known := w.spec(), false
	var priority int64
	for _, p := range w.pods {
		if p.Spec.Priority != nil && !known {
			priority, known = *p.Spec.Priority, true
		}
	}
	if !known {
		priority, known = value(s.Priority), s.Priority != nil
	}
	if !known && s.PriorityClassName != "" {
		if priority, known = systemPriorities[s.PriorityClassName]; !known {
			im.notes.add(decisive, w.subject(), "priorityClassName", "the value of its class isn't in the input, and no pod says it: priority 0; set it")
		}
	}
	switch {
	case priority < -1<<31 || priority > int64(model.HighestUserPriority) && priority != int64(model.SystemClusterCritical) && priority != int64(model.SystemNodeCritical):
		im.notes.add(rough, w.subject(), "priority", "higher than any class of a user has: the highest of those")
		out.Priority = model.HighestUserPriority
	default:
		out.Priority = int32(priority)
	}
	policy := s.PreemptionPolicy
	for _, p := range w.pods {
		if policy == "" {
			policy = p.Spec.PreemptionPolicy
		}
	}
	if policy == string(model.PreemptNever) {
		out.PreemptionPolicy = model.PreemptNever
	}
}

// setGates sets the gates that keep new pods from being scheduled.
func (im *importing) setGates(out *model.Workload, w *workload) {
	var gates []string
	for _, g := range w.spec().SchedulingGates {
		if g.Name != "" && !slices.Contains(gates, g.Name) {
			gates = append(gates, g.Name)
		}
	}
	if len(gates) > 0 {
		out.SchedulingGates = gates
		im.notes.add(decisive, w.subject(), "schedulingGates", "nobody removes them during a run: new pods are never scheduled; remove them if somebody does")
	}
}
