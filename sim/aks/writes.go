package aks

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// writes is what a resource remembers of the requests to write it.
type writes struct {
	rules.Ledger
	answer trace.ID // to the last write that was accepted
}

// writesOf returns what the resource that r is about remembers; nil when r is
// about nothing.
func (s *Service) writesOf(r rules.Request) *writes {
	switch {
	case r.Pool < 0:
		return &s.cluster.writes
	case r.Pool < len(s.pools):
		return &s.pools[r.Pool].writes
	}
	return nil
}

// at returns what the rules are told at a time about a request with a cause. Who
// asks for the sake of something that came after the answer to the last write
// knows of that write, and races nobody.
func (w *writes) at(now time.Duration, cause trace.ID) rules.Writes {
	x := w.At(now)
	x.Racing = x.Written && x.Since == 0 && cause < w.answer
	return x
}

// stateFor returns the cluster as it is to a request now, with what depends on
// the moment at which it comes in.
func (s *Service) stateFor(r rules.Request, cause trace.ID) *rules.State {
	state, now := s.State(), time.Duration(s.eng.Now())
	state.Writes = s.cluster.writes.at(now, cause)
	if r.Pool >= 0 && r.Pool < len(s.pools) {
		state.Pools[r.Pool].Writes = s.pools[r.Pool].writes.at(now, cause)
		state.Reconciling = s.reconciling(r.Pool, r.Do)
	}
	if r.Do == model.DeleteMachines && r.Pool >= 0 && r.Pool < len(s.pools) {
		for _, n := range s.k.Nodes(r.Pool) {
			if !s.k.Deleted(n) {
				state.Pools[r.Pool].Names = append(state.Pools[r.Pool].Names, s.k.NodeName(n))
			}
		}
	}
	return state
}

// reconciling reports whether the next request on a pool with a verb meets AKS
// reconciling an add-on.
func (s *Service) reconciling(pool int, do model.Verb) bool {
	share := s.m.Failures.AddonReconcile
	return share > 0 && s.src.Uniform(s.pools[pool].draws.addonKey(do)) < share
}

// count has a request counted, by the throttle, too. One that the throttle refuses
// it doesn't count.
func (s *Service) count(r rules.Request, refusals []rules.Refusal) {
	if r.Pool >= 0 && r.Pool < len(s.pools) {
		s.pools[r.Pool].draws.asked[verbs[r.Do]]++
	}
	if w := s.writesOf(r); w != nil && r.Puts() && (len(refusals) == 0 || refusals[0].Code != rules.Throttled) {
		w.Put(time.Duration(s.eng.Now()))
	}
}

// written notes that a request was accepted and changes its resource.
func (s *Service) written(r rules.Request, answer trace.ID) {
	w := s.writesOf(r)
	w.Write(time.Duration(s.eng.Now()))
	w.answer = answer
}
