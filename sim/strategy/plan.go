package strategy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
)

// Plan is what a strategy would do, without playing it: its requests, what AKS
// would answer to each as far as that can be told beforehand, how surge and
// slots resolve, and how long it takes.
//
// There are two durations. The minimum is a true lower bound: every random
// duration at the least that its distribution gives, which is 0 for most. The
// estimate takes medians; it isn't a bound and not the median of the whole
// either. Both leave out what depends on placement: nodes that drain slowly
// because a budget holds them up, pods that wait for room. Both are of a run in
// which every accepted request succeeds; one that is blocked can be over sooner.
type Plan struct {
	Strategy  string
	Requests  []PlannedRequest // in the order in which they are submitted
	Otherwise []PlannedRequest // what is submitted only when something fails: Name, When and Command
	Minimum   time.Duration    // first request to last operation over
	Estimate  time.Duration
	Binds     string       // what decides the minimum of the longest request
	End       *rules.State // as it is when every accepted request has succeeded
}

// PlannedRequest is one request of a plan.
type PlannedRequest struct {
	Name      string
	When      string // "at 0s", `10m after "control plane" is over`
	Command   string // the az command that makes it
	Target    model.Version
	Refusals  []rules.Refusal // what AKS would answer; empty: it accepts
	Expect    string          // the error code that the scenario wants to see
	Unchanged bool            // nothing to do: it succeeds at once
	Start     time.Duration   // estimated
	Minimum   time.Duration   // of the operation; 0 when it is refused
	Estimate  time.Duration
	Binds     string // what decides the minimum, or the estimate where the minimum is 0; empty: nothing takes time
	Pools     []PlannedPool
	Blockers  []string // budgets that will keep a drain from ending
	Stranded  []string // pods that will have no node to run on
}

// PlannedPool is the upgrade of one pool within a request.
type PlannedPool struct {
	Pool     string
	Nodes    int
	Old      int    // of them, nodes that aren't on the target
	Surge    int    // surge nodes; 0 in place
	Slots    int    // nodes that are worked on at the same time
	Resolved string // "33% of 8 -> 3"
	InPlace  bool
	Batching model.Batching
	Rounds   int // of Slots nodes each
	Bounds   []Bound
	Minimum  time.Duration
	Estimate time.Duration
	Binds    string
}

// Bound is one thing that a pool upgrade can't be faster than.
type Bound struct {
	Name     string // boots, soak, nodes, rolling, or budget namespace/name
	Formula  string
	Minimum  time.Duration
	Estimate time.Duration
}

// PlanOf returns the plan of the strategy with that index. Requests that wait
// for each other are put in order by their estimated durations, and each is
// checked against the cluster as it would be then, provided that every accepted
// request succeeds.
func PlanOf(m *model.Model, strategy int) *Plan {
	s := &m.Strategies[strategy]
	p := planner{m: m, strategy: s, steps: stepsOf(m, s), state: rules.FromModel(m), soaks: make(map[int]time.Duration), timeouts: make(map[int]time.Duration)}
	p.canceled = make([]bool, len(p.steps))
	p.requests = make([]PlannedRequest, len(p.steps))
	estimate := p.play(func(i int, at time.Duration) time.Duration {
		p.answer(i, at)
		return p.requests[i].Estimate
	})
	plan := &Plan{Strategy: s.Name, Estimate: estimate, End: p.state}
	plan.Minimum = p.play(func(i int, _ time.Duration) time.Duration { return p.requests[i].Minimum })
	longest := -1
	for _, i := range p.order {
		plan.Requests = append(plan.Requests, p.requests[i])
		if longest < 0 || longer(&p.requests[i], &p.requests[longest]) {
			longest = i
		}
	}
	plan.Otherwise = p.otherwise()
	if longest >= 0 && p.requests[longest].Binds != "" {
		plan.Binds = fmt.Sprintf("%s (%s)", p.requests[longest].Binds, p.requests[longest].Name)
	}
	return plan
}

// otherwise returns the requests that wait for a failure, and those that follow
// them.
func (p *planner) otherwise() []PlannedRequest {
	var list []PlannedRequest
	for i := range p.steps {
		s := &p.steps[i]
		waits := s.when == model.WhenFailed
		for j := s.after; j >= 0 && !waits; j = p.steps[j].after {
			waits = p.steps[j].when == model.WhenFailed
		}
		if slices.Contains(p.order, i) || !waits {
			continue
		}
		x := PlannedRequest{Name: s.request.Name, When: p.when(i)}
		if s.hand != nil {
			x.Command = kubectlCommand(p.m, s)
		} else {
			x.Command = Command(p.m, s.request)
		}
		list = append(list, x)
	}
	return list
}

func longer(a, b *PlannedRequest) bool {
	if a.Minimum != b.Minimum {
		return a.Minimum > b.Minimum
	}
	return a.Estimate > b.Estimate
}

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
			p.over(x)
			continue
		}
		if first < 0 {
			first = x.at
		}
		took := duration(x.step, x.at)
		last = max(last, x.at+took)
		p.release(x, model.Started)
		p.queue = append(p.queue, moment{at: x.at + took, end: true, step: x.step})
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
	p.count(x.Refusals, s.request, at)
	if len(x.Refusals) > 0 || x.Unchanged {
		return
	}
	p.written(i, at)
	p.bound(s.request, x)
	p.start(i)
}

// apply gives the state what a step's operation has led to.
func (p *planner) apply(i int) {
	if len(p.requests[i].Refusals) > 0 || p.steps[i].hand != nil {
		return
	}
	r := p.steps[i].request
	if p.canceled[i] {
		p.abandon(r)
		return
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

// when says when a step is submitted.
func (p *planner) when(i int) string {
	s := &p.steps[i]
	switch {
	case s.lane:
		return p.whenLane(i)
	case s.after < 0:
		return "at " + spelling.Duration(due(p.m, &s.request, s.at))
	}
	moment := map[model.When]string{model.Started: "has started", model.WhenSucceeded: "has succeeded", model.WhenFailed: "has failed"}[s.when]
	if moment == "" {
		moment = "is over"
	}
	name := p.steps[s.after].request.Name
	if s.delay == 0 {
		return fmt.Sprintf("when %q %s", name, moment)
	}
	return fmt.Sprintf("%s after %q %s", spelling.Duration(s.delay), name, moment)
}

// whenLane says when a pool of a per-pool strategy is submitted.
func (p *planner) whenLane(i int) string {
	first := 0
	for !p.steps[first].lane {
		first++
	}
	if i-first < max(p.strategy.Parallel, 1) {
		if first == 0 {
			return "at 0s"
		}
		return afterPause(p.strategy.Pause, fmt.Sprintf("%q is over", p.steps[first-1].request.Name))
	}
	if p.strategy.Parallel <= 1 {
		return afterPause(p.strategy.Pause, fmt.Sprintf("%q is over", p.steps[i-1].request.Name))
	}
	return afterPause(p.strategy.Pause, "a pool before it is over")
}

func afterPause(pause time.Duration, moment string) string {
	if pause == 0 {
		return "when " + moment
	}
	return spelling.Duration(pause) + " after " + moment
}

// Command returns the az command that makes a request. A request from ARM has
// none; it is spelled as the PUT that it is.
func Command(m *model.Model, r rules.Request) string {
	pool := ""
	if r.Pool >= 0 {
		pool = m.NodePools[r.Pool].Name
	}
	if r.Auto {
		if windowOf(m, &r) == model.ConfigurationNodeOS {
			return "AKS by itself, node OS upgrade channel " + string(m.Cluster.NodeOSUpgradeChannel)
		}
		return "AKS by itself, auto-upgrade channel " + string(m.Cluster.AutoUpgradeChannel)
	}
	if r.Client == model.ARM {
		return armCommand(m, r, pool)
	}
	var c []string
	if life, ok := lifeCommand(m.Cluster.Name, pool, r); ok {
		c = append(c, life)
	}
	switch r.Do {
	case model.Upgrade, model.UpgradeControlPlane:
		c = append(c, "az aks upgrade --resource-group RESOURCE_GROUP --name "+m.Cluster.Name)
	case model.UpgradePool:
		c = append(c, "az aks nodepool upgrade --resource-group RESOURCE_GROUP --cluster-name "+m.Cluster.Name+" --name "+pool)
	case model.Scale:
		c = append(c, fmt.Sprintf("az aks nodepool scale --resource-group RESOURCE_GROUP --cluster-name %s --name %s --node-count %d", m.Cluster.Name, pool, r.Count))
	}
	if flags := scalingFlags(r); flags != "" {
		c = append(c, flags)
	}
	if r.Snapshot != "" {
		c = append(c, "--snapshot-id "+r.Snapshot)
	}
	switch r.Do {
	case model.AddPool:
		c = append(c, addFlags(&m.NodePools[r.Pool])...)
	case model.DeleteMachines:
		c = append(c, "--machine-names "+strings.Join(r.Nodes, " "))
	}
	if r.IfMatch != nil {
		c = append(c, "--if-match ETAG")
	}
	if r.IfNoneMatch != "" {
		c = append(c, "--if-none-match "+strconv.Quote(r.IfNoneMatch))
	}
	if !r.To.IsZero() {
		c = append(c, "--kubernetes-version "+r.To.String())
	}
	if r.Do == model.UpgradeControlPlane {
		c = append(c, "--control-plane-only")
	}
	if r.Force && r.Pool < 0 {
		c = append(c, "--enable-force-upgrade")
		if r.ForceUntil != 0 {
			c = append(c, "--upgrade-override-until "+m.Run.Start.Add(r.ForceUntil).String())
		}
	}
	c = append(c, settingFlags(r)...)
	return strings.Join(append(c, "--no-wait"), " ")
}

// settingFlags are the flags of the settings that a request leaves on its pool.
func settingFlags(r rules.Request) (flags []string) {
	if r.MaxSurge != nil {
		flags = append(flags, "--max-surge "+r.MaxSurge.String())
	}
	if r.MaxUnavailable != nil {
		flags = append(flags, "--max-unavailable "+r.MaxUnavailable.String())
	}
	if r.DrainTimeout != nil {
		flags = append(flags, fmt.Sprintf("--drain-timeout %d", minutes(*r.DrainTimeout)))
	}
	if r.NodeSoak != nil {
		flags = append(flags, fmt.Sprintf("--node-soak-duration %d", minutes(*r.NodeSoak)))
	}
	return flags
}

func armCommand(m *model.Model, r rules.Request, pool string) string {
	resource := "PUT managedClusters/" + m.Cluster.Name
	if pool != "" {
		resource += "/agentPools/" + pool
	}
	switch {
	case r.Do == model.Scale:
		return fmt.Sprintf("%s count: %d", resource, r.Count)
	case r.To.IsZero():
		return resource + " without a version"
	case pool != "":
		return resource + " orchestratorVersion: " + r.To.String()
	}
	text := resource + " kubernetesVersion: " + r.To.String()
	for i, v := range r.PoolVersions {
		if !v.IsZero() {
			text += fmt.Sprintf(", %s orchestratorVersion: %s", m.NodePools[i].Name, v)
		}
	}
	return text
}

// minutes returns d in minutes, rounded up.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
