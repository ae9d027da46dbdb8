package conformance

import (
	"errors"
	"fmt"

	"rollsim/sim/des"
	"rollsim/sim/kube"
)

// errClientGone ends a lane before its time.
var errClientGone = errors.New("the client has gone")

// lane is a request for an eviction, or a look of the disruption controller at a
// budget, that the real one works on in a goroutine of its own. It stops before
// each thing that it reads or writes until it is let on, so that lanes interleave
// exactly as rollsim's requests do. One lane at most is on at any time.
type lane struct {
	stops chan stop
	goes  chan error // nil: go on; else the client has gone

	next     stop           // where it is
	conflict bool           // its latest write was refused as one
	since    des.Time       // of that
	debited  bool           // it has used a budget
	writes   kube.ServerAct // what it is when it writes a budget's status
}

// stop is where a lane stops: before an act, or at its end.
type stop struct {
	act    kube.ServerAct
	ended  bool
	answer answer
	err    error // of the controller
}

// lanes is what lets them on, a part of a server.
type lanes struct{ on *lane }

// begin starts a lane and lets it on as far as its first stop.
func (x *lanes) begin(writes kube.ServerAct, work func() stop) *lane {
	l := &lane{stops: make(chan stop), goes: make(chan error), writes: writes}
	x.on = l
	go func() {
		end := work()
		end.ended = true
		l.stops <- end
	}()
	l.next = <-l.stops
	x.on = nil
	return l
}

// let lets a lane on as far as its next stop; with an error its client has gone.
func (x *lanes) let(l *lane, err error) {
	l.conflict = false
	x.on = l
	l.goes <- err
	l.next = <-l.stops
	x.on = nil
}

// finish lets a lane on to its end.
func (x *lanes) finish(l *lane, err error) {
	for !l.next.ended {
		x.let(l, err)
	}
}

// gate stops the lane that is on before an act. Who is in no lane isn't stopped.
func (x *lanes) gate(act kube.ServerAct) error {
	if x.on == nil {
		return nil
	}
	l := x.on
	if act == kube.BudgetDebited {
		act = l.writes
	}
	l.stops <- stop{act: act}
	return <-l.goes
}

// refused notes that a write of the lane that is on is refused as a conflict, and
// passes the error on.
func (x *lanes) refused(err error) error {
	if x.on != nil {
		x.on.conflict = true
	}
	return err
}

// witness plays each step of rollsim's API server and disruption controller with
// the real ones.
func (a *audit) witness(s kube.ServerStep) {
	if a.over() {
		return
	}
	if a.mirror(); a.over() {
		return
	}
	a.asked = true
	switch s.Act {
	case kube.Asked:
		pod := podOf(&a.model.Workloads[a.cluster.Pod(s.Pod).Workload], int32(s.Pod), "", nil)
		a.requests[s.Request] = a.server.begin(kube.BudgetDebited, func() stop {
			return stop{answer: a.server.evict(a.ctx, pod.Namespace, pod.Name)}
		})
		a.crowd(s.Pod)
	case kube.StatusWorkedOut:
		a.meet(s)
		key := a.model.Budgets[s.Budget].Namespace + "/" + a.model.Budgets[s.Budget].Name
		a.looking = a.server.begin(kube.StatusWritten, func() stop { return stop{err: a.server.sync(a.ctx, key)} })
		if a.looking.next.ended == s.Writes {
			a.differ(s, "that it writes budget %s is %v in rollsim, %v for the real controller", key, s.Writes, !a.looking.next.ended)
		}
	case kube.StatusWritten:
		a.act(a.looking, s)
	case kube.Withdrawn:
		a.withdrawn(a.requests[s.Request], s)
	case kube.Answered:
		a.answered(a.requests[s.Request], s)
	default:
		a.act(a.requests[s.Request], s)
	}
}

// act has a lane do what rollsim's does: it must be about to, and with the same
// success.
func (a *audit) act(l *lane, s kube.ServerStep) {
	if l == nil || l.next.ended || l.next.act != s.Act {
		a.differ(s, "the real one is at %v", l)
		return
	}
	if l.conflict && a.engine.Now().Sub(l.since) < evictionsRetry.Duration {
		a.differ(s, "it comes %v after a conflict, in the real one after %v", a.engine.Now().Sub(l.since), evictionsRetry.Duration)
	}
	a.server.let(l, nil)
	if l.conflict != s.Conflict {
		a.differ(s, "the real one's is a conflict: %v", l.conflict)
	}
	if l.conflict {
		l.since = a.engine.Now()
	}
	a.meet(s)
	switch {
	case s.Conflict:
	case s.Act == kube.BudgetDebited:
		l.debited = true
	case s.Act == kube.PodMarked && a.cluster.Pod(s.Pod).Phase != kube.PodGone:
		m := a.pods[s.Pod] // the real one has written it itself
		m.state.Writes++
		a.pods[s.Pod] = m
	}
}

// meet counts what an act shows.
func (a *audit) meet(s kube.ServerStep) {
	what := s.Act.String()
	if s.Pod >= 0 {
		x := a.cluster.Pod(s.Pod)
		if s.Conflict && s.Act != kube.BudgetDebited {
			what += map[bool]string{true: ", Running by then", false: ", Pending still"}[x.Ran]
		}
		if x.Phase >= kube.PodTerminating && s.Act >= kube.BudgetDebited && !s.Conflict {
			what += ", " + x.Phase.String()
		}
	}
	if s.Conflict {
		what = "conflict: " + what
	}
	a.met[what]++
}

// crowd counts requests for one pod that are under way at the same time.
func (a *audit) crowd(p kube.PodID) {
	a.asks[p]++
	if a.asks[p] > 1 {
		a.met["two requests for one pod"]++
	}
}

// withdrawn has the client of a lane go, unless a budget has been used by then.
func (a *audit) withdrawn(l *lane, s kube.ServerStep) {
	if l == nil {
		a.differ(s, "the real one has no such request")
		return
	}
	if l.debited {
		a.met["withdrawn too late"]++
		a.server.finish(l, nil)
		return
	}
	a.met["withdrawn"]++
	a.server.finish(l, errClientGone)
	a.forget(s)
}

func (a *audit) forget(s kube.ServerStep) {
	delete(a.requests, s.Request)
	a.asks[s.Pod]--
}

// answered compares what the clients hear.
func (a *audit) answered(l *lane, s kube.ServerStep) {
	a.decisions++
	if l == nil || !l.next.ended {
		a.differ(s, "rollsim answers %d; the real one is at %v", s.Code, l)
		return
	}
	a.forget(s)
	got, want := answer{s.Code, s.Retry}, l.next.answer
	if got != want {
		a.differ(s, "rollsim answers %+v, the real one %+v", got, want)
	}
	how := ""
	if l.debited && want.code == 201 {
		how = " by a budget"
	}
	a.meetAnswer(want, how, s.Pod)
}

// differ notes a disagreement about a step.
func (a *audit) differ(s kube.ServerStep, format string, args ...any) {
	d := &disagreement{state: a.describe(s.Pod)}
	d.differ(s.Act.String(), format, args...)
	d.lines = append(d.lines, fmt.Sprintf("at rollsim's step %+v", s))
	a.found = d
}

// end has all lanes end, for the case is over.
func (a *audit) end() {
	for _, l := range a.requests {
		a.server.finish(l, errClientGone)
	}
	if a.looking != nil {
		a.server.finish(a.looking, errClientGone)
	}
}

func (l *lane) String() string {
	switch {
	case l == nil:
		return "nothing"
	case l.next.ended:
		return "the end"
	}
	return l.next.act.String()
}
