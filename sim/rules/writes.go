package rules

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// The rules of this file are about requests as writes to a resource, whatever
// they ask for: how many there may be in a time, and whether another write came
// in between. AKS looks at nothing else when one of them refuses.

// The codes that only these rules give.
const (
	Throttled          = "Throttled"
	EtagMismatch       = "EtagMismatch"
	PreConditionFailed = "PreConditionFailed"
	BadRequest         = "BadRequest"
)

// Writes is what a resource, cluster or pool, knows of the writes to it.
type Writes struct {
	RetryAfter time.Duration // until the throttle lets the next PUT in; 0: it does now
	Racing     bool          // a write came in at this instant, and who asks now hasn't seen the answer
	Written    bool          // a write was accepted since the run began
	Since      time.Duration // since the last of them
}

// Ledger keeps what Writes needs over time. Times are since the run began. The
// zero value is a resource that nobody has written.
type Ledger struct {
	written bool
	last    time.Duration
	full    time.Duration // when the throttle's bucket is full again
}

// The throttle of PUT AgentPool, of each pool, and of PUT ManagedCluster: so many
// requests at once, and one more for each interval that passes.
// Source: AKS quotas page, throttling limits.
const (
	throttleBurst    = 20
	throttleInterval = time.Minute
)

// Put takes one request out of the throttle's bucket.
func (l *Ledger) Put(at time.Duration) { l.full = max(l.full, at) + throttleInterval }

// Write notes a write that was accepted.
func (l *Ledger) Write(at time.Duration) { l.written, l.last = true, at }

// At returns what is known at a time that isn't before the last Put or Write.
func (l *Ledger) At(t time.Duration) Writes {
	w := Writes{RetryAfter: max(l.full-t-(throttleBurst-1)*throttleInterval, 0), Written: l.written}
	if l.written {
		w.Since = t - l.last
	}
	return w
}

// Puts reports whether r is a PUT, which is what the throttle counts: neither a
// POST nor a DELETE, and nothing that AKS does by itself.
func (r Request) Puts() bool {
	posts := []model.Verb{model.UpgradeNodeImage, model.RollbackPool, model.Abort, model.DeletePool, model.DeleteMachines}
	return !r.Auto && !slices.Contains(posts, r.Do)
}

// writes returns what the resource that r is about knows of writes. A write to
// the cluster is one to every pool, and not the other way round.
// Source: AKS eTags page.
func (s *State) writes(r Request) Writes {
	if r.Pool < 0 {
		return s.Writes
	}
	w := s.Pools[r.Pool].Writes
	w.Racing = w.Racing || s.Writes.Racing
	if s.Writes.Written && (!w.Written || s.Writes.Since < w.Since) {
		w.Written, w.Since = true, s.Writes.Since
	}
	return w
}

var throttle = Rule{
	ID:     "throttle",
	Code:   Throttled,
	Checks: "There are at most 20 PUTs on a pool at once, and one a minute more; for the cluster likewise. No other rule is asked.",
	Source: "AKS quotas page, throttling limits",
	alone:  true,
	check: func(s *State, r Request) string {
		wait := s.writes(r).RetryAfter
		if !r.Puts() || wait == 0 {
			return ""
		}
		return fmt.Sprintf("too many requests; retry after %d s", (wait+time.Second-1)/time.Second)
	},
}

var noneMatches = Rule{
	ID:     "if-none-match",
	Code:   BadRequest,
	Checks: "An If-None-Match header has the value *. No other rule is asked.",
	Source: "AKS eTags page",
	alone:  true,
	check: func(_ *State, r Request) string {
		if r.IfNoneMatch == "" || r.IfNoneMatch == anything {
			return ""
		}
		return fmt.Sprintf("If-None-Match is %q; only %q is allowed", r.IfNoneMatch, anything)
	},
}

// anything is the eTag that every resource matches which is there.
const anything = "*"

var etagMatches = Rule{
	ID:     "if-match",
	Code:   PreConditionFailed,
	Checks: "The eTag that comes with a request is that of the resource: nobody has written it since the client read it, and with If-None-Match it isn't there at all. No other rule is asked.",
	Source: "AKS eTags page",
	alone:  true,
	check: func(s *State, r Request) string {
		what := "the cluster"
		if r.Pool >= 0 {
			what = "agent pool " + s.Pools[r.Pool].Name
		}
		w := s.writes(r)
		switch {
		case r.IfNoneMatch == anything && (r.Pool < 0 || !s.Pools[r.Pool].Absent):
			return fmt.Sprintf("%s is there already, and If-None-Match is %q", what, anything)
		case r.IfMatch != nil && w.Written && w.Since < *r.IfMatch:
			return fmt.Sprintf("the eTag of %s is out of date: it was written %s ago, after the client had read it %s ago", what, spelling.Duration(w.Since), spelling.Duration(*r.IfMatch))
		}
		return ""
	},
}

var writeRace = Rule{
	ID:     "no-write-race",
	Code:   EtagMismatch,
	Checks: "No other write to the resource comes in at the same instant, before either has its answer. No other rule is asked.",
	Source: "AKS, answers of 409 EtagMismatch with rpc FailedPrecondition",
	alone:  true,
	check: func(s *State, r Request) string {
		if r.Do == model.Abort || !s.writes(r).Racing {
			return ""
		}
		return "another operation is in progress: it wrote the resource at the same moment (rpc FailedPrecondition)"
	},
}
