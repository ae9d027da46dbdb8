package aks

import (
	"fmt"

	"rollsim/sim/trace"
)

// stateAfter returns the provisioning state that a result leaves.
func stateAfter(r trace.OperationResult) trace.State {
	switch r {
	case trace.Succeeded:
		return trace.StateSucceeded
	case trace.Canceled:
		return trace.StateCanceled
	}
	return trace.StateFailed
}

// settleCluster gives the cluster the state that an operation leaves it in. A
// failed pool makes the whole cluster Failed. Sources: ARM API,
// UndrainableNodeBehavior; AKS pod drain failure article.
func (s *Service) settleCluster(id OperationID, r trace.OperationResult) {
	if s.cluster.op == id {
		s.cluster.op, s.cluster.waiting = none, false
	} else if s.cluster.op != none {
		return
	}
	state := stateAfter(r)
	for i := range s.pools {
		switch x := s.pools[i].state; {
		case x == trace.StateFailed, x == trace.StateCanceled && state == trace.StateSucceeded:
			state = x
		}
	}
	if s.cluster.state != state {
		s.setClusterState(state, s.ops[id].record)
	}
}

// setClusterState moves the cluster's provisioning state.
func (s *Service) setClusterState(to trace.State, cause trace.ID) trace.ID {
	s.mustBeLegal("cluster "+s.m.Cluster.Name, s.cluster.state, to)
	s.cluster.state = to
	return s.rec.Add(trace.ProvisioningState, clusterRef, trace.Ref{}, int64(to), cause)
}

// setPoolState moves a pool's provisioning state.
func (s *Service) setPoolState(p *pool, to trace.State, cause trace.ID) trace.ID {
	s.mustBeLegal("pool "+s.m.NodePools[p.index].Name, p.state, to)
	if terminal(p.state) && !terminal(to) {
		s.scaler.Interrupt(p.index, cause)
	}
	p.state = to
	s.scaler.Changed()
	return s.rec.Add(trace.ProvisioningState, poolRef(p.index), trace.Ref{}, int64(to), cause)
}

// terminal reports whether a resource in state x takes a new request.
// Source: aks-exporters' enumerations and AKS release note of 2023-11-05.
func terminal(x trace.State) bool {
	return x == trace.StateSucceeded || x == trace.StateFailed || x == trace.StateCanceled
}

// legal reports whether a provisioning state may move along an edge: work begins
// in a terminal state and ends in one, or is aborted on the way. From one
// terminal state to another goes only the cluster, when the fate of a pool
// decides it, and a pool that a canceled operation never came to.
func legal(cluster bool, from, to trace.State) bool {
	switch {
	case from == to:
		return false
	case terminal(from) && terminal(to):
		return cluster || to == trace.StateCanceled
	case !terminal(from) && !terminal(to):
		return to == trace.StateCanceling && from != trace.StateDeleting
	}
	return to != trace.StateCanceling
}

// mustBeLegal panics when a provisioning state moves along an edge that doesn't
// exist.
func (s *Service) mustBeLegal(who string, from, to trace.State) {
	if !legal(who[0] == 'c', from, to) {
		panic(fmt.Sprintf("aks: %s: %s -> %s is not a legal step (t=%v)", who, from.String(), to.String(), s.eng.Now()))
	}
}
