package strategy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// Operator submits the requests of one strategy. It keeps its memory over
// Reset.
type Operator struct {
	eng   *des.Engine
	actor des.Actor
	m     *model.Model
	a     *aks.Service
	k     *kube.Cluster
	rec   *trace.Recorder

	strategy *model.Strategy
	plans    [][]step // by strategy, made when first needed
	steps    []step
	progress []progress  // of each step
	hands    []hand      // of each step, where it goes to kubectl
	draining []handDrain // by kubectl
	stepOf   []int       // by OperationID
	lanes    int         // the next step of a lane that wasn't scheduled; len(steps): none
	running  int         // accepted operations that are not over
	open     int         // steps that are not over
	stopped  bool        // per-pool: something went wrong, nothing more is submitted
	expected int         // refusals and failures that the scenario wanted to see
	trouble  verdict     // the first thing that went against expectations; zero: nothing did
	vain     verdict     // the first abort that found nothing under way; zero: none did
}

// progress is where a step is.
type progress struct {
	cause   trace.ID // the record that made it due
	answer  trace.ID // AKS's answer; 0: not submitted
	over    bool
	failed  bool // it is over, and did not end as Succeeded
	refused bool
	tries   int // answers so far that it came too often
}

// verdict is how a run ends and why.
type verdict struct {
	outcome trace.Outcome
	reason  string
	record  trace.ID
}

// evSubmit is the operator's own event. Subject: index of the step.
const evSubmit des.Kind = 0

// New returns an operator of m's cluster. It registers with eng, as a's observer
// and as the person whose drains k tells of. Call Reset before use.
func New(eng *des.Engine, m *model.Model, a *aks.Service, k *kube.Cluster, rec *trace.Recorder) *Operator {
	o := &Operator{eng: eng, m: m, a: a, k: k, rec: rec, plans: make([][]step, len(m.Strategies))}
	o.actor = eng.Register(o)
	a.SetObserver(o)
	k.SetPerson(o)
	return o
}

// Reset takes up the strategy with that index and schedules what doesn't depend
// on anything else, after the engine and the service went back to time zero.
func (o *Operator) Reset(strategy int) {
	o.strategy = &o.m.Strategies[strategy]
	if o.plans[strategy] == nil {
		o.plans[strategy] = stepsOf(o.m, o.strategy)
	}
	o.steps = o.plans[strategy]
	o.progress = append(o.progress[:0], make([]progress, len(o.steps))...)
	for len(o.hands) < len(o.steps) {
		o.hands = append(o.hands, hand{})
	}
	o.draining = o.draining[:0]
	o.stepOf = o.stepOf[:0]
	o.lanes, o.running, o.open, o.expected = 0, 0, len(o.steps), 0
	o.stopped, o.trouble, o.vain = false, verdict{}, verdict{}
	for i := range o.steps {
		if s := &o.steps[i]; s.after < 0 && !s.lane {
			o.lanes = i + 1
			o.eng.At(des.Time(due(o.m, &s.request, s.at)), des.ClassControl, des.Event{Actor: o.actor, Kind: evSubmit, Subject: int32(i)})
		}
	}
	if o.lanes == 0 {
		o.openLanes(0, 0)
	}
}

// Done reports whether every request was answered and every accepted operation
// is over. A per-pool strategy that was stopped submits nothing more.
func (o *Operator) Done() bool {
	return o.running == 0 && (o.open == 0 || o.stopped)
}

// InProgress names the requests that were accepted and are not over.
func (o *Operator) InProgress() []string {
	var names []string
	for i, p := range o.progress {
		if p.answer != 0 && !p.over {
			names = append(names, fmt.Sprintf("%q", o.steps[i].request.Name))
		}
	}
	return names
}

// Outcome returns how it went, one sentence of reason, and the record that
// decided it; 0 when everything went as expected. Call it when Done. What went
// against expectations first decides. An abort that AKS refuses because nothing is
// under way is only trouble where upgrades are left undone: where all have
// succeeded, there was nothing left to stop.
func (o *Operator) Outcome() (trace.Outcome, string, trace.ID) {
	if o.trouble.outcome != 0 {
		return o.trouble.outcome, o.trouble.reason + o.takenBack(), o.trouble.record
	}
	if o.vain.outcome != 0 && !o.upgraded() {
		return o.vain.outcome, o.vain.reason, o.vain.record
	}
	return trace.Completed, o.summary(), 0
}

// upgraded reports whether every upgrade that was asked for has succeeded, or was
// repeated with success. One that was to be refused isn't asked to.
func (o *Operator) upgraded() bool {
	for i := range o.steps {
		s, p := &o.steps[i], &o.progress[i]
		if !s.request.Upgrades() || p.refused && s.expect != "" || p.over && !p.failed {
			continue
		}
		repeated := false
		for j := range o.steps {
			again, q := &o.steps[j].request, &o.progress[j]
			repeated = repeated || again.Do == s.request.Do && again.Pool == s.request.Pool && q.answer > p.answer && q.over && !q.failed
		}
		if !repeated {
			return false
		}
	}
	return true
}

// idle reports whether no operation is in progress on a pool, nor on the cluster.
func (o *Operator) idle(pool int) bool {
	state := o.a.State()
	return state.InFlight == "" && (pool < 0 || state.Pools[pool].InFlight == "")
}

// Handle submits a request that is due, or goes on with one to kubectl.
func (o *Operator) Handle(ev des.Event) {
	i := int(ev.Subject)
	s, p := &o.steps[i], &o.progress[i]
	switch {
	case ev.Kind == evNextNode:
		o.paused(i)
		return
	case o.stopped:
		return
	case s.hand != nil:
		o.take(i)
		return
	}
	id, refusals := o.a.Submit(s.request, s.expect, p.cause)
	for len(o.stepOf) <= int(id) {
		o.stepOf = append(o.stepOf, -1)
	}
	o.stepOf[id] = i
	p.answer = o.a.Record(id)
	if len(refusals) > 0 {
		o.refused(i, refusals)
		return
	}
	o.running++
	o.reached(i, model.Started, p.answer)
}

// refused deals with a refusal: the request is over at once, unless it only came
// too often and is sent again when AKS says.
// Source: azure-core, RetryPolicy, which waits for Retry-After.
func (o *Operator) refused(i int, refusals []rules.Refusal) {
	s, p := &o.steps[i], &o.progress[i]
	if x := refusals[0]; x.Code == rules.Throttled && x.Code != s.expect && p.tries < o.strategy.Retries {
		p.tries++
		o.schedule(i, x.RetryAfter, p.answer)
		p.answer = 0
		return
	}
	if refusals[0].Code == s.expect {
		o.expected++
	} else {
		reason := fmt.Sprintf("AKS refused %q: %s", s.request.Name, refusals[0])
		if s.expect != "" {
			reason += ", where the scenario expects " + s.expect
		}
		v := verdict{trace.Refused, reason, p.answer}
		switch vain := s.request.Do == model.Abort && s.expect == "" && o.idle(s.request.Pool); {
		case !vain:
			o.fault(v)
		case o.vain.outcome == 0:
			o.vain = v
		}
	}
	p.failed, p.refused = true, true
	o.reached(i, model.Started, p.answer)
	o.over(i, p.answer)
}

// OperationEnded implements aks.Observer.
func (o *Operator) OperationEnded(id aks.OperationID, r aks.OperationResult) {
	o.ended(o.stepOf[id], r)
}

// ended deals with the end of a request that was accepted.
func (o *Operator) ended(i int, r aks.OperationResult) {
	s := &o.steps[i]
	o.running--
	o.progress[i].failed = r.Result != trace.Succeeded
	switch {
	case r.Result == trace.Succeeded && s.expect != "":
		o.fault(verdict{trace.Refused, fmt.Sprintf("AKS accepted %q, where the scenario expects %s", s.request.Name, s.expect), o.progress[i].answer})
	case r.Result == trace.Succeeded:
	case r.Code == s.expect, s.expect == "" && aks.EndedByRequest(r.Code):
		o.expected++
	case r.Blocked:
		o.fault(verdict{trace.Blocked, fmt.Sprintf("%q failed: %s", s.request.Name, r.Message), r.Record})
	default:
		o.fault(verdict{trace.Failed, fmt.Sprintf("%q failed: %s: %s", s.request.Name, r.Code, r.Message), r.Record})
	}
	o.over(i, r.Record)
}

// fault notes what went against expectations. A strategy per pool or with hops stops there;
// listed operations go on as the scenario has them.
func (o *Operator) fault(v verdict) {
	if o.trouble.outcome == 0 {
		o.trouble = v
	}
	if o.strategy.Kind == model.PerPool || o.strategy.Hops {
		o.stopped = true
	}
}

// over closes a step and lets go what waits for its end.
func (o *Operator) over(i int, record trace.ID) {
	o.progress[i].over = true
	o.open--
	o.reached(i, model.Finished, record)
	if o.strategy.Kind != model.PerPool || o.stopped {
		return
	}
	if o.steps[i].lane {
		o.nextLane(o.strategy.Pause, record)
	} else {
		o.openLanes(o.strategy.Pause, record)
	}
}

// openLanes schedules the first pools of a per-pool strategy.
func (o *Operator) openLanes(pause time.Duration, cause trace.ID) {
	for range max(o.strategy.Parallel, 1) {
		o.nextLane(pause, cause)
	}
}

// nextLane schedules the next pool, if there is one.
func (o *Operator) nextLane(pause time.Duration, cause trace.ID) {
	if o.lanes < len(o.steps) && o.steps[o.lanes].lane {
		o.schedule(o.lanes, pause, cause)
		o.lanes++
	}
}

// reached lets go the steps that wait for a moment of step i.
func (o *Operator) reached(i int, when model.When, record trace.ID) {
	i = first(o.steps, i)
	for k := range group(o.steps, i) {
		if p := &o.progress[i+k]; p.answer == 0 || when == model.Finished && !p.over {
			return // the others of its group haven't got there
		}
	}
	failed := slices.ContainsFunc(o.progress[i:i+len(group(o.steps, i))], func(p progress) bool { return p.failed })
	for j := range o.steps {
		switch s := &o.steps[j]; {
		case s.after != i:
		case s.moment() != when:
		case s.when == model.WhenSucceeded && failed, s.when == model.WhenFailed && !failed, s.accepted && o.progress[i].refused:
			o.skip(j)
		default:
			o.schedule(j, s.delay, record)
		}
	}
}

// skip closes a step that waits for an end that didn't come, and those that wait
// for it.
func (o *Operator) skip(i int) {
	if o.progress[i].over {
		return
	}
	o.progress[i].over = true
	o.open--
	for j := range o.steps {
		if o.steps[j].after == first(o.steps, i) {
			o.skip(j)
		}
	}
}

// schedule makes a step due. The moment that it waited for may have been a limit,
// and what is due at once can't come before that.
func (o *Operator) schedule(i int, delay time.Duration, cause trace.ID) {
	o.progress[i].cause = cause
	now := time.Duration(o.eng.Now())
	delay = due(o.m, &o.steps[i].request, now+delay) - now
	o.later(delay, evSubmit, i)
}

// summary says in one sentence what a run that went as expected led to. Versions
// that differ are called what AKS's "Upgrade node pools" page calls them.
func (o *Operator) summary() string {
	state := o.a.State()
	behind := make(map[model.Version][]string)
	var versions []model.Version
	skew := 0
	for i := range state.Pools {
		p := &state.Pools[i]
		if p.Absent || p.Version == state.ControlPlane {
			continue
		}
		if behind[p.Version] == nil {
			versions = append(versions, p.Version)
		}
		behind[p.Version] = append(behind[p.Version], p.Name)
		skew = max(skew, state.ControlPlane.Minor-p.Version.Minor)
	}
	text := fmt.Sprintf("control plane and all pools are on %s", state.ControlPlane)
	if len(versions) > 0 {
		var parts []string
		for _, v := range versions {
			parts = append(parts, fmt.Sprintf("%s on %s", strings.Join(behind[v], ", "), v))
		}
		text = fmt.Sprintf("control plane is on %s, but %s: mixed versions, %d %s apart, are against best practice",
			state.ControlPlane, strings.Join(parts, "; "), skew, plural("minor", skew))
	}
	if o.expected > 0 {
		text += fmt.Sprintf("; %d %s ended in the error that was expected", o.expected, plural("request", o.expected))
	}
	return text
}

func plural(noun string, n int) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
