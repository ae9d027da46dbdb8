package aks

import (
	"errors"
	"fmt"

	"rollsim/sim/trace"
)

// CheckInvariants returns everything that is wrong with the service and with
// what it made of the cluster. It is true between any two events.
func (s *Service) CheckInvariants() error {
	errs := []error{s.checkCluster()}
	for i := range s.pools {
		p := &s.pools[i]
		if err := errors.Join(s.checkPool(p), s.checkNodes(p)); err != nil {
			errs = append(errs, fmt.Errorf("pool %s: %w", s.m.NodePools[i].Name, err))
		}
	}
	return errors.Join(errs...)
}

// checkCluster: one operation at a time on the cluster, and none on a pool
// beside it but its own.
func (s *Service) checkCluster() error {
	c := &s.cluster
	if busy := c.op != none; busy == terminal(c.state) {
		return fmt.Errorf("cluster is %s, operation in progress: %v", c.state.String(), busy)
	}
	for i := range s.pools {
		if op := s.pools[i].op; c.op != none && op != none && op != c.op {
			return fmt.Errorf("operation %d on pool %s runs beside cluster operation %d", op, s.m.NodePools[i].Name, c.op)
		}
	}
	return nil
}

// checkPool: state and operation agree, no more nodes are worked on than there
// are slots, and a Succeeded pool is whole.
func (s *Service) checkPool(p *pool) error {
	if busy := p.op != none; busy == terminal(p.state) {
		return fmt.Errorf("state %s, operation in progress: %v", p.state.String(), busy)
	}
	if p.op != none && s.ops[p.op].over {
		return fmt.Errorf("operation %d works on it and is over", p.op)
	}
	if p.state == trace.StateUpgrading && p.begun && p.busy > p.roll.slots {
		return fmt.Errorf("%d nodes are worked on, there are %d slots", p.busy, p.roll.slots)
	}
	if p.state != trace.StateSucceeded || p.paused != notPaused {
		return nil
	}
	if p.absent || p.stopped {
		return s.checkEmpty(p)
	}
	if have := s.staying(p); have != p.count {
		return fmt.Errorf("state Succeeded with %d nodes instead of %d", have, p.count)
	}
	for _, n := range s.k.Nodes(p.index) {
		switch node := s.k.Node(n); {
		case node.Deleted, s.workOn(n).stage != idle, s.markOf(n).quarantined, node.ByHand:
		case node.Cordoned:
			return fmt.Errorf("state Succeeded, and node %s is cordoned", s.k.NodeName(n))
		}
	}
	return nil
}

// checkEmpty: a pool that was stopped or isn't there has no machine.
func (s *Service) checkEmpty(p *pool) error {
	for _, n := range s.k.Nodes(p.index) {
		if !s.k.Deleted(n) {
			return fmt.Errorf("absent %v, stopped %v, with node %s", p.absent, p.stopped, s.k.NodeName(n))
		}
	}
	return nil
}

// checkNodes: no more nodes than count and surge, none newer than its control
// plane, and the counters of the pool are those of its nodes.
func (s *Service) checkNodes(p *pool) error {
	var alive, surge, busy, gone, pending, quarantined int
	for _, n := range s.k.Nodes(p.index) {
		node, w := s.k.Node(n), s.workOn(n)
		if s.version(n) > s.cluster.version {
			return fmt.Errorf("node %s on %s is newer than the control plane on %s", s.k.NodeName(n), s.m.Versions[s.version(n)], s.m.Versions[s.cluster.version])
		}
		busy += w.stage.slot()
		quarantined += count(s.markOf(n).quarantined)
		gone += count(w.stage == leaving || w.stage == deleting)
		pending += count(w.byOp)
		alive += count(!node.Deleted && w.stage != deleting)
		surge += count(s.surge(n) && !node.Deleted)
	}
	for _, x := range p.waiting {
		busy += x.work.stage.slot()
		pending++
	}
	if busy != p.busy || gone != p.leaving || pending != p.pending {
		return fmt.Errorf("busy %d, leaving %d, pending %d; its nodes say %d, %d, %d", p.busy, p.leaving, p.pending, busy, gone, pending)
	}
	if p.state == trace.StateUpgrading && p.roll.phase != 0 && alive > p.count+max(p.roll.slots, p.roll.most)+p.roll.green.others+quarantined {
		return fmt.Errorf("%d nodes, count is %d and there were %d surge nodes", alive, p.count, p.roll.most)
	}
	if p.state == trace.StateSucceeded && p.paused == notPaused && surge > 0 && !p.remains {
		return fmt.Errorf("state Succeeded with %d surge nodes", surge)
	}
	return nil
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
