package strategy

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
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
	When      string          // "at 0s", `10m after "control plane" is over`
	Command   string          // the az command that makes it
	Target    model.Version   // that it leads to; zero: it is about no version
	Refusals  []rules.Refusal // what AKS would answer; empty: it accepts
	AllowedBy model.Profile   // another that accepts it, where the scenario doesn't choose its rules; empty: none, or it is accepted
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
	p.canceled, p.partly = make([]bool, len(p.steps)), make([]bool, len(m.NodePools))
	p.requests = make([]PlannedRequest, len(p.steps))
	estimate := p.play(func(i int, at time.Duration) time.Duration {
		p.answer(i, at)
		return p.requests[i].Estimate
	})
	plan := &Plan{Strategy: s.Name, Estimate: estimate, End: p.state}
	plan.Minimum = p.play(func(i int, _ time.Duration) time.Duration { return p.requests[i].Minimum })
	longest := -1
	for _, i := range p.order {
		r := p.requests[i]
		if !aboutVersions(p.steps[i].request.Do) {
			r.Target = model.Version{}
		}
		plan.Requests = append(plan.Requests, r)
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

// aboutVersions reports whether a request says, or leaves to AKS, which version or
// image something gets.
func aboutVersions(do model.Verb) bool {
	switch do {
	case model.Upgrade, model.UpgradeControlPlane, model.UpgradePool, model.UpgradeNodeImage, model.RollbackPool, model.AddPool:
		return true
	}
	return false
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
