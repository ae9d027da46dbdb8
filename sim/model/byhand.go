package model

import (
	"fmt"
	"slices"
	"time"
)

// ByHand is how a person goes over nodes with kubectl, as an operation that
// drains and as a strategy of kind blue-green. The flags of kubectl drain have
// kubectl's names; they default to what AKS's pages write, which is with
// --ignore-daemonsets. Source: kubectl drain; AKS resize node pools page.
type ByHand struct {
	NodesAtATime     int            // drained at the same time, at least 1
	NodePause        time.Duration  // between one node's end and the next node
	Timeout          time.Duration  // of one node's drain; 0: for ever
	GracePeriod      *time.Duration // instead of the pods' own; nil: their own
	IgnoreDaemonsets bool           // else a node with a DaemonSet's pod isn't drained
	DisableEviction  bool           // pods are deleted, and no budget is asked
	OnFailure        Reaction       // when a node can't be drained
}

// Reaction is what a person does when a node can't be drained.
type Reaction string

// The reactions.
const (
	Stop     Reaction = "stop"      // the node stays as it is, and no further one is taken
	GoOn     Reaction = "continue"  // operations: the other nodes go on
	RollBack Reaction = "roll-back" // blue-green: the old nodes are made schedulable again, the new pool is emptied and deleted
)

// The reactions that an operation which drains has, and those of blue-green.
var (
	DrainReactions     = []Reaction{Stop, GoOn}
	BlueGreenReactions = []Reaction{Stop, RollBack}
)

// NewByHand returns the default pace: one node after the other, each for as long
// as it takes.
func NewByHand() ByHand {
	return ByHand{NodesAtATime: 1, IgnoreDaemonsets: true, OnFailure: Stop}
}

// ByKubectl reports whether a request goes to Kubernetes, not to AKS.
func (v Verb) ByKubectl() bool { return v == CordonNodes || v == UncordonNodes || v == DrainNodes }

// NamesNodes reports whether a request may name nodes.
func (v Verb) NamesNodes() bool { return v.ByKubectl() || v == DeleteMachines }

// GreenPool returns the index of the pool that stands in for one of a strategy
// of kind blue-green.
func (m *Model) GreenPool(s *Strategy, blue int) int {
	name := greenName(&m.NodePools[blue], s.Suffix)
	return slices.IndexFunc(m.NodePools, func(p NodePool) bool { return p.Name == name })
}

// greenName is the name of the pool that replaces another: its own and a suffix,
// cut to what AKS allows. Source: AKS create node pools page.
func greenName(p *NodePool, suffix string) string {
	most := maxNameLength
	if p.OSType == Windows {
		most = maxWindowsName
	}
	return p.Name[:min(len(p.Name), max(most-len(suffix), 0))] + suffix
}

// addGreens adds the pools that strategies of kind blue-green replace others by:
// as those, and not there at the start. A pool of that name that the scenario has
// itself is left as it is.
func (m *Model) addGreens() {
	for i := range m.Strategies {
		s := &m.Strategies[i]
		if s.Kind != BlueGreenByHand {
			continue
		}
		for _, name := range s.Order {
			blue := slices.IndexFunc(m.NodePools, func(p NodePool) bool { return p.Name == name })
			if blue < 0 {
				continue // an error
			}
			if there := m.GreenPool(s, blue); there >= 0 {
				m.NodePools[there].Replaces = name
				continue
			}
			green := m.NodePools[blue]
			green.Name, green.Absent, green.Made, green.Replaces = greenName(&green, s.Suffix), true, true, name
			green.Nodes, green.NodePrefix, green.NextInstance = nil, "", 0
			green.VersionSet, green.Requested = false, Version{}
			m.NodePools = append(m.NodePools, green)
		}
	}
}

// checkByHand checks a pace, whose keys are below path.
func (c *checker) checkByHand(path string, h *ByHand, reactions []Reaction) {
	if h.NodesAtATime < 1 || h.NodesAtATime > maxPoolNodes {
		c.errorf(path+".nodes_at_a_time", "%d is not a count of nodes from 1 to %d", h.NodesAtATime, maxPoolNodes)
	}
	c.checkDuration(path+".node_pause", h.NodePause)
	c.checkDuration(path+".timeout", h.Timeout)
	if h.GracePeriod != nil {
		c.checkDuration(path+".grace_period", *h.GracePeriod)
	}
	oneOf(c, path+".on_failure", h.OnFailure, reactions)
}

// checkGreens checks what a strategy of kind blue-green replaces.
func (c *checker) checkGreens(path string, s *Strategy) {
	c.checkByHand(path, &s.ByHand, BlueGreenReactions)
	c.checkDuration(path+".soak", s.Soak)
	c.checkDuration(path+".pause", s.Pause)
	if !isPoolSuffix(s.Suffix) {
		c.errorf(path+".suffix", "%q is not up to 5 lower-case letters and digits; write one such as \"g\"", s.Suffix)
		return
	}
	green := make(map[string]string)
	for i, name := range s.Order {
		at := fmt.Sprintf("%s.order[%d]", path, i)
		j, ok := c.pools[name]
		if !ok {
			c.checkPoolName(at, name)
			continue
		}
		p := &c.m.NodePools[j]
		if p.Absent {
			c.errorf(at, "pool %q is not there at the start, so there is nothing to replace; leave it out", name)
			continue
		}
		to := greenName(p, s.Suffix)
		if k, taken := c.pools[to]; taken && !c.m.NodePools[k].Absent {
			c.errorf(path+".suffix", "%q would name the pool beside %q %q, which is there already; use another suffix", s.Suffix, name, to)
		}
		if other, taken := green[to]; taken && other != name {
			c.errorf(path+".suffix", "%q would name the pools beside %q and %q both %q; use another suffix, or shorter pool names", s.Suffix, other, name, to)
		}
		green[to] = name
	}
	duplicates(s.Order, func(name string) string { return name }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.order[%d]", path, i), "%q is listed twice; a pool is replaced once", s.Order[i])
	})
}

func isPoolSuffix(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 5
}

// checkNodes checks which nodes a request names. Those that come later have names
// that follow from their pool's, so only their form can be checked.
func (c *checker) checkNamedNodes(path string, o *Operation) {
	if !o.Do.NamesNodes() {
		if len(o.Nodes) > 0 {
			c.errorf(path+".nodes", "nodes are named, and %q is about none; leave the key out", o.Do)
		}
		return
	}
	if o.Do == DeleteMachines && len(o.Nodes) == 0 {
		c.errorf(path+".nodes", "no node is named, and %q deletes those that are; use \"delete-pool\" for all", o.Do)
	}
	if o.Do.ByKubectl() && o.Pool == "" && len(o.Nodes) == 0 {
		c.errorf(path+".pool", "neither a pool nor nodes are given, and %q is about one of them; %s", o.Do, c.poolNames())
	}
	for i, name := range o.Nodes {
		at := fmt.Sprintf("%s.nodes[%d]", path, i)
		pool := c.m.PoolOfNode(name)
		switch {
		case pool < 0:
			c.errorf(at, "no node is named %q, and none can ever be: no pool names its nodes so", name)
		case o.Pool != "" && c.m.NodePools[pool].Name != o.Pool:
			c.errorf(at, "node %q is of pool %q, not of %q", name, c.m.NodePools[pool].Name, o.Pool)
		}
	}
	duplicates(o.Nodes, func(name string) string { return name }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.nodes[%d]", path, i), "%q is named twice; name it once", o.Nodes[i])
	})
}

// PoolOfNode returns the pool whose node has the name, now or later; -1: none.
func (m *Model) PoolOfNode(name string) int {
	prefix, _, later := instance(name)
	return slices.IndexFunc(m.NodePools, func(p NodePool) bool {
		return slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Name == name }) || later && prefix == p.NodePrefix
	})
}
