package aks

import (
	"fmt"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// EndedByRequest reports whether an operation that ended with a code was ended by
// another request: it was aborted or preempted, or its pool was deleted.
func EndedByRequest(code string) bool {
	return code == rules.OperationCanceled || code == rules.AKSOperationPreempted || code == rules.AKSOperationPreemptedByDelete
}

// beginAbort has the operation on a pool, or on the cluster, canceled in a
// moment. Until then it goes on, and what it works on is Canceling. One that is
// over by then is not aborted.
// Source: AKS abort page; azure-cli recording, 5.1 s.
func (s *Service) beginAbort(id OperationID) {
	op, draws := &s.ops[id], &s.cluster.draws
	if op.request.Pool >= 0 {
		p := &s.pools[op.request.Pool]
		op.aborts, draws = p.op, &p.draws
		s.setPoolState(p, trace.StateCanceling, op.record)
	} else {
		op.aborts = s.cluster.op
		s.setClusterState(trace.StateCanceling, op.record)
		for i := range s.pools {
			if p := &s.pools[i]; p.op == op.aborts {
				s.setPoolState(p, trace.StateCanceling, op.record)
			}
		}
	}
	s.ops[op.aborts].aborted = true
	d := s.src.Duration(next(draws.abort, &draws.aborts), s.m.Timing.Abort)
	s.eng.After(d, des.ClassFinish, des.Event{Actor: s.actor, Kind: evAborted, Subject: int32(id)})
}

// aborted ends what an abort was for, and then the abort.
func (s *Service) aborted(id OperationID) {
	aborts := s.ops[id].aborts
	if s.ops[aborts].over {
		s.end(id, OperationResult{Result: trace.Succeeded, Message: fmt.Sprintf("operation %d was over before it could be aborted", aborts+1)})
		return
	}
	s.cancel(aborts, s.ops[id].record, OperationResult{
		Result: trace.Canceled, Code: rules.OperationCanceled, Message: "the operation was aborted", Node: -1, Pod: -1, Budget: -1,
	})
	s.end(id, OperationResult{Result: trace.Succeeded})
}

// cancel ends an operation where it is; nothing is rolled back. A cluster
// operation takes the pools with it that it hasn't finished.
func (s *Service) cancel(id OperationID, cause trace.ID, r OperationResult) {
	op := &s.ops[id]
	s.eng.Cancel(op.timer)
	if s.cluster.op != id {
		s.stop(&s.pools[op.request.Pool], cause, r)
		return
	}
	working := false
	for i := range s.pools {
		switch p := &s.pools[i]; {
		case p.op == id:
			working = true
			s.stop(p, cause, r)
		case op.request.Do == model.Upgrade && i >= op.next && !p.absent && !s.leaves(op, p) && p.state != trace.StateCanceled:
			s.setPoolState(p, trace.StateCanceled, cause)
		}
	}
	if !working {
		s.end(id, r)
	}
}

// preempt ends the operation on a pool that a deletion comes upon.
// Source: AKS error catalogue, AKSOperationPreemptedByDelete.
func (s *Service) preempt(p *pool, by OperationID) {
	r := OperationResult{
		Result: trace.Canceled, Code: rules.AKSOperationPreemptedByDelete, Node: -1, Pod: -1, Budget: -1,
		Message: fmt.Sprintf("preempted by operation %d, a deletion", by+1),
	}
	s.cancel(p.op, s.ops[by].record, r)
}

// preemptWaiting ends an automatic upgrade that waits for its window, for an
// operation that was let in all the same. It is over before that one begins.
func (s *Service) preemptWaiting(by OperationID) {
	c := &s.cluster
	was, record := c.op, s.ops[by].record
	s.cancel(was, record, OperationResult{
		Result: trace.Canceled, Code: rules.AKSOperationPreempted, Node: -1, Pod: -1, Budget: -1,
		Message: fmt.Sprintf("preempted by operation %d", by+1),
	})
	c.op, c.waiting = none, false
	s.setClusterState(trace.StateCanceled, record)
}
