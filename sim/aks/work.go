package aks

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/trace"
)

// stage is what an operation is doing with a node.
type stage uint8

const (
	idle      stage = iota
	booting         // ordered; ends with NodeUsable
	draining        // to be reimaged; ends with DrainEnded
	soaking         // ends with evSoaked
	reimaging       // ends with NodeUsable
	settling        // soaks after that; ends with evSoaked
	replacing       // ordered in the place of one that was deleted; ends with NodeUsable
	leaving         // drained to be deleted; ends with DrainEnded
	deleting        // ends with NodeDeleted
)

// slot returns 1 for the stages of a node that takes one of the upgrade's slots.
func (x stage) slot() int {
	return count(x == draining || x == soaking || x == reimaging || x == settling || x == replacing)
}

// work is what an operation is doing with one node.
type work struct {
	stage  stage
	byOp   bool       // counts in the pool's pending
	meant  bool       // booting: the scaling that ordered it was ended, and it counts in the pool's count
	target int        // reimaging: the version that it will be on
	timer  des.Handle // soaking, settling: the end; booting, replacing: when AKS learns that it fails
	tries  int        // booting, replacing: orders before this one that failed
	record trace.ID   // the last record about it, as the cause of the next
}

// workOn returns what is being done with n, for reading and writing.
func (s *Service) workOn(n kube.NodeID) *work {
	for int(n) >= len(s.work) {
		s.work = append(s.work, work{})
	}
	return &s.work[n]
}

// version returns the version that n runs, or will run when it is back.
func (s *Service) version(n kube.NodeID) int {
	if w := s.workOn(n); w.stage == reimaging {
		return w.target
	}
	return s.k.Node(n).Version
}

// stays reports whether n is a node that the pool is meant to have: no surge
// node, not quarantined, and not on its way out.
func (s *Service) stays(n kube.NodeID) bool {
	if s.surge(n) || s.k.Deleted(n) || s.markOf(n).quarantined {
		return false
	}
	w := s.workOn(n).stage
	return w != leaving && w != deleting
}

// remove cordons nodes and drains them to be deleted, for the operation that
// works on the pool or to clean up after it. All are cordoned before the first
// is drained, as in startNodes, so that no pod moves from one to another.
func (s *Service) remove(p *pool, nodes []kube.NodeID, byOp bool, cause trace.ID) {
	var cordons time.Duration
	for _, n := range nodes {
		s.scaler.Release(n, cause)
		cordons += s.k.API().CordonTime(n)
		*s.workOn(n) = work{stage: leaving, byOp: byOp, record: s.cordon(n, cause)}
		p.leaving++
		if byOp {
			p.pending++
		}
	}
	for _, n := range nodes {
		s.k.API().Drain(n, kube.DrainOptions{After: cordons, Timeout: p.settings.DrainTimeout, Force: s.forced()}, s.workOn(n).record)
	}
}

// cordon cordons a node and returns the record to go on from.
func (s *Service) cordon(n kube.NodeID, cause trace.ID) trace.ID {
	if id := s.k.API().Cordon(n, cause); id != 0 {
		return id
	}
	return cause
}

// restore puts a node whose drain or soak is to stop back to work.
func (s *Service) restore(p *pool, n kube.NodeID, cause trace.ID) {
	was := s.putDown(p, n)
	switch was.stage {
	case draining, leaving:
		s.k.API().StopDrain(n, cause)
	case soaking, settling:
		s.eng.Cancel(was.timer)
	}
	s.k.API().Uncordon(n, cause)
}

// putDown ends whatever is being done with a node and returns what it was.
func (s *Service) putDown(p *pool, n kube.NodeID) work {
	was := *s.workOn(n)
	*s.workOn(n) = work{}
	p.busy -= was.stage.slot()
	switch was.stage {
	case leaving, deleting:
		p.leaving--
	case booting, replacing:
		p.strays -= count(!was.byOp)
	}
	if was.byOp {
		p.pending--
	}
	return was
}
