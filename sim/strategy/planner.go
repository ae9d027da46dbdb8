package strategy

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// planner plays a strategy with durations that are given.
type planner struct {
	m        *model.Model
	strategy *model.Strategy
	steps    []step
	state    *rules.State
	requests []PlannedRequest      // by step
	order    []int                 // steps in the order of submission
	answered bool                  // the first play is over: answers stand
	canceled []bool                // by step: aborted, or preempted by a deletion
	partly   []bool                // by pool: a canceled upgrade may have done any of its nodes
	reached  []int                 // by step: how many of its group have started, or, over len(steps), are over
	soaks    map[int]time.Duration // by pool, as stored by requests
	timeouts map[int]time.Duration // of drains, as soaks
	ledgers  map[int]*ledger       // of writes, by pool; -1: the cluster's
	queue    []moment
	lanes    int // as Operator.lanes
}

// moment is when a step is submitted or its operation is over.
type moment struct {
	at   time.Duration
	end  bool
	step int
}

// play submits the steps, each of which takes as long as duration says, and
// returns how long it is from the first submission to the last end.
func (p *planner) play(duration func(step int, at time.Duration) time.Duration) time.Duration {
	p.queue, p.lanes = p.queue[:0], 0
	p.reached = make([]int, 2*len(p.steps))
	for i := range p.steps {
		if s := &p.steps[i]; s.after < 0 && !s.lane {
			p.queue = append(p.queue, moment{at: due(p.m, &s.request, s.at), step: i})
			p.lanes = i + 1
		}
	}
	if p.lanes == 0 {
		p.openLanes(0)
	}
	first, last := time.Duration(-1), time.Duration(0)
	for len(p.queue) > 0 {
		x := p.take()
		if x.end {
			last = max(last, x.at)
			p.over(x)
			continue
		}
		if first < 0 {
			first = x.at
		}
		end := x.at + duration(x.step, x.at)
		p.release(x, model.Started)
		p.queue = append(p.queue, moment{at: end, end: true, step: x.step})
	}
	p.answered = true
	return last - max(first, 0)
}

// take removes the earliest moment; of several, an end before a submission, then
// the one that was put in first.
func (p *planner) take() moment {
	best := 0
	for i, x := range p.queue {
		if b := p.queue[best]; x.at < b.at || x.at == b.at && x.end && !b.end {
			best = i
		}
	}
	x := p.queue[best]
	p.queue = append(p.queue[:best], p.queue[best+1:]...)
	return x
}

// over ends a step's operation and lets go what waits for it.
func (p *planner) over(x moment) {
	if !p.answered {
		p.state.Now = x.at
		p.apply(x.step)
	}
	p.release(x, model.Finished)
	if p.strategy.Kind != model.PerPool || len(p.requests[x.step].Refusals) > 0 {
		return
	}
	if p.steps[x.step].lane {
		p.nextLane(x.at + p.strategy.Pause)
	} else {
		p.openLanes(x.at + p.strategy.Pause)
	}
}

func (p *planner) openLanes(at time.Duration) {
	for range max(p.strategy.Parallel, 1) {
		p.nextLane(at)
	}
}

func (p *planner) nextLane(at time.Duration) {
	if p.lanes < len(p.steps) && p.steps[p.lanes].lane {
		p.queue = append(p.queue, moment{at: at, step: p.lanes})
		p.lanes++
	}
}

func (p *planner) release(x moment, when model.When) {
	i := first(p.steps, x.step)
	count := &p.reached[i]
	if when == model.Finished {
		count = &p.reached[len(p.steps)+i]
	}
	if *count++; *count < len(group(p.steps, i)) {
		return
	}
	failed, refused := p.failed(i)
	for j := range p.steps {
		s := &p.steps[j]
		if s.after != i || s.moment() != when || s.when == model.WhenSucceeded && failed || s.when == model.WhenFailed && !failed || s.accepted && refused {
			continue
		}
		p.queue = append(p.queue, moment{at: due(p.m, &s.request, x.at+s.delay), step: j})
	}
}

// failed reports whether a request of the group that begins with step i doesn't
// succeed, because it is refused or ended by another.
func (p *planner) failed(i int) (failed, refused bool) {
	for k := range group(p.steps, i) {
		refused = refused || len(p.requests[i+k].Refusals) > 0
		failed = failed || refused || p.canceled[i+k]
	}
	return failed, refused
}

// answer fills in what AKS would say to a step that is submitted now, and how
// long the operation takes.
func (p *planner) answer(i int, at time.Duration) {
	s, x := &p.steps[i], &p.requests[i]
	p.order = append(p.order, i)
	p.know(i, at)
	if s.hand != nil {
		*x = PlannedRequest{Name: s.request.Name, When: p.when(i), Expect: s.expect, Start: at}
		p.answerHand(s, x)
		return
	}
	*x = PlannedRequest{
		Name:      s.request.Name,
		When:      p.when(i),
		Command:   Command(p.m, s.request),
		Target:    rules.Target(p.state, s.request),
		Refusals:  rules.Check(p.state, s.request),
		Expect:    s.expect,
		Unchanged: rules.Unchanged(p.state, s.request),
		Start:     at,
	}
	if len(x.Refusals) > 0 {
		x.AllowedBy = p.allowedBy(s.request)
	}
	p.count(x.Refusals, s.request, at)
	if len(x.Refusals) > 0 || x.Unchanged {
		return
	}
	p.written(i, at)
	p.bound(s.request, x)
	p.start(i)
}

// allowedBy returns a profile under which AKS would accept a request, other than
// that of the state; empty: none would, or the scenario chose its rules.
func (p *planner) allowedBy(r rules.Request) model.Profile {
	if p.m.Written == nil || p.m.Written["cluster.rules"] {
		return ""
	}
	state := *p.state
	for _, profile := range model.Profiles {
		state.Profile = profile
		if profile != p.state.Profile && len(rules.Check(&state, r)) == 0 {
			return profile
		}
	}
	return ""
}

// apply gives the state what a step's operation has led to.
func (p *planner) apply(i int) {
	if len(p.requests[i].Refusals) > 0 || p.steps[i].hand != nil {
		return
	}
	r := p.steps[i].request
	if p.canceled[i] {
		p.abandon(i)
		return
	}
	for k := range p.partly {
		p.partly[k] = p.partly[k] && !(r.Pool == k && r.Do == model.UpgradePool || r.Do == model.Upgrade)
	}
	if r.Do == model.Abort {
		return
	}
	r.To = p.requests[i].Target // the fall-back of when it was submitted
	if r.NodeSoak != nil && r.Pool >= 0 {
		p.soaks[r.Pool] = *r.NodeSoak
	}
	if r.DrainTimeout != nil && r.Pool >= 0 {
		p.timeouts[r.Pool] = *r.DrainTimeout
	}
	if r.Do.Scope() == model.ScopeCluster {
		p.state.InFlight = ""
	} else {
		p.state.Pools[r.Pool].InFlight, p.state.Pools[r.Pool].RollingBack = "", false
	}
	p.state.Apply(r)
}
