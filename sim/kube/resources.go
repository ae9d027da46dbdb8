package kube

import (
	"slices"
	"strings"

	"rollsim/sim/model"
)

// What a node has besides cpu, memory and places for pods: extended resources
// (NodeResourcesFit), ports of the host (NodePorts) and places for disks
// (NodeVolumeLimits). None of them changes a score.

// extended is an amount of one extended resource, by its index in
// Cluster.resources.
type extended struct {
	of     int32
	amount int64
}

// buildExtended names the extended resources that pods ask for.
func (c *Cluster) buildExtended(w *workload) {
	for _, r := range w.Extended {
		if r.Amount == 0 {
			continue
		}
		i := slices.Index(c.resources, r.Name)
		if i < 0 {
			i = len(c.resources)
			c.resources = append(c.resources, r.Name)
		}
		w.extended = append(w.extended, extended{int32(i), r.Amount})
	}
}

// growExtended gives a node its pool's extended resources.
func (c *Cluster) growExtended(n NodeID) {
	p := &c.m.NodePools[c.nodes[n].pool]
	for _, name := range c.resources {
		c.extended = append(c.extended, p.Extended.Get(name))
	}
}

// fits reports whether a node has the extended resources that a pod of w requests.
func (c *Cluster) fits(w *workload, n NodeID) bool {
	for _, x := range w.extended {
		if x.amount > c.extended[int(n)*len(c.resources)+int(x.of)] {
			return false
		}
	}
	return true
}

// holds reports whether the cpu and memory that a pod of w requests and a place
// for it are free.
func (r *room) holds(w *workload) bool {
	return r.freePods >= 1 &&
		(w.Requests.CPU == 0 || w.Requests.CPU <= r.freeCPU) &&
		(w.Requests.Memory == 0 || w.Requests.Memory <= r.freeMemory)
}

// couldFit reports whether a node would have what a pod of w requests if it
// were empty.
func (c *Cluster) couldFit(w *workload, n NodeID) bool {
	if r := &c.room[n]; w.Requests.CPU > r.cpu || w.Requests.Memory > r.memory {
		return false
	}
	p := &c.m.NodePools[c.nodes[n].pool]
	for _, x := range w.extended {
		if x.amount > p.Extended.Get(c.resources[x.of]) {
			return false
		}
	}
	return true
}

// insufficient returns what a node has too little of for a pod of w, in the
// scheduler's words.
func (c *Cluster) insufficient(w *workload, n NodeID) []string {
	var list []string
	r := &c.room[n]
	if r.freePods < 1 {
		list = append(list, "Too many pods")
	}
	if w.Requests.CPU > 0 && w.Requests.CPU > r.freeCPU {
		list = append(list, "Insufficient cpu")
	}
	if w.Requests.Memory > 0 && w.Requests.Memory > r.freeMemory {
		list = append(list, "Insufficient memory")
	}
	for _, x := range w.extended {
		if x.amount > c.extended[int(n)*len(c.resources)+int(x.of)] {
			list = append(list, "Insufficient "+c.resources[x.of])
		}
	}
	return list
}

// buildPorts has each workload with host ports know the pods that it can't be
// on a node with: their ports are taken until they are gone. Source: kubernetes
// pkg/scheduler/framework/plugins/nodeports.
func (c *Cluster) buildPorts() {
	for i := range c.workloads {
		w := &c.workloads[i]
		w.ports = none
		var rivals []share
		for j := range c.workloads {
			if shareAPort(w.HostPorts, c.workloads[j].HostPorts) {
				rivals = append(rivals, share{int32(j), 1})
			}
		}
		if len(rivals) > 0 {
			w.ports = c.tallyOf(hostname, false, rivals)
		}
	}
}

func shareAPort(a, b []model.HostPort) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Port == y.Port && protocol(x) == protocol(y) && (x.IP == y.IP || everywhere(x) || everywhere(y)) {
				return true
			}
		}
	}
	return false
}

func protocol(p model.HostPort) string {
	if p.Protocol == "" {
		return "TCP"
	}
	return strings.ToUpper(p.Protocol)
}

// everywhere reports whether a port is taken on all of the node's addresses.
func everywhere(p model.HostPort) bool { return p.IP == "" || p.IP == "0.0.0.0" }
