package strategy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// Hops returns the chain of requests that takes a cluster to a strategy's
// target, several minors away: the one that drains the fewest nodes and, of
// these, has the fewest requests. Each is legal under the rules about versions
// when all before it have succeeded; pools lag as far as the profile's skew
// allows. It is not ok when there is no chain, as when the region offers no
// version of a minor between.
//
// A control plane moves one minor at a time, and to the newest patch of each
// that is offered; a pool that has to move goes to the control plane's version.
// Kind per-pool moves the pools of its order, one by one. Kind full may use full
// upgrades too, which take pools along from further behind than the skew allows;
// kind control-plane-only moves no pool.
func Hops(m *model.Model, strategy *model.Strategy) (chain []rules.Request, ok bool) {
	h := hopper{m: m, strategy: strategy, cheapest: make(map[string]cost)}
	h.to = rules.Target(bare(m), rules.Request{Do: model.Upgrade, Pool: -1, To: strategy.To, Client: model.CLI})
	for i := range m.NodePools {
		if h.moves(i) {
			h.order = append(h.order, i)
		}
	}
	if strategy.Kind == model.PerPool {
		slices.SortStableFunc(h.order, func(a, b int) int {
			return cmp.Compare(slices.Index(strategy.Order, m.NodePools[a].Name), slices.Index(strategy.Order, m.NodePools[b].Name))
		})
	}
	h.push(bare(m), -1, cost{}, nil)
	for {
		i := h.next()
		if i < 0 {
			return nil, false
		}
		if h.there(h.visits[i].state) {
			return h.path(i), true
		}
		h.expand(i)
	}
}

// bare returns the cluster of a scenario without what stands in the way of a
// request for other reasons than versions.
func bare(m *model.Model) *rules.State {
	s := rules.FromModel(m)
	s.Limits, s.Budgets, s.DeprecatedAPIs, s.InFlight = model.Limits{}, nil, nil, ""
	s.ResourceLocks, s.ServicePrincipalExpires, s.CertificatesExpire = nil, nil, nil
	for i := range s.Pools {
		s.Pools[i].MaxSurge, s.Pools[i].MaxUnavailable = model.Count(1), model.Count(0)
	}
	return s
}

// hopper searches for the cheapest chain: always the cheapest state that was
// found and not looked at goes next, so that the first one that is there is best.
type hopper struct {
	m        *model.Model
	strategy *model.Strategy
	to       model.Version
	order    []int // pools that are to reach the target, in the order in which they are asked for
	visits   []visit
	cheapest map[string]cost // of each state that was found
}

// visit is a state on the way.
type visit struct {
	state  *rules.State
	cost   cost
	before int // index of the visit that it came from; -1: the start
	by     []rules.Request
	done   bool
}

// cost is what a chain costs: nodes that are drained, then requests.
type cost struct{ nodes, requests int }

func (a cost) compare(b cost) int {
	return cmp.Or(cmp.Compare(a.nodes, b.nodes), cmp.Compare(a.requests, b.requests))
}

// moves reports whether the strategy takes a pool to its target.
func (h *hopper) moves(pool int) bool {
	p := &h.m.NodePools[pool]
	switch {
	case p.Absent, h.strategy.Kind == model.ControlPlaneOnly:
		return false
	case h.strategy.Kind == model.PerPool:
		return slices.Contains(h.strategy.Order, p.Name)
	}
	return true
}

// there reports whether a state is where the strategy wants to be.
func (h *hopper) there(s *rules.State) bool {
	return s.ControlPlane == h.to && !slices.ContainsFunc(h.order, func(i int) bool { return s.Pools[i].Version != h.to })
}

// next returns the cheapest visit to expand; of several the first found; -1 when
// there is none.
func (h *hopper) next() int {
	best := -1
	for i := range h.visits {
		if v := &h.visits[i]; !v.done && (best < 0 || v.cost.compare(h.visits[best].cost) < 0) {
			best = i
		}
	}
	if best >= 0 {
		h.visits[best].done = true
	}
	return best
}

// path returns the requests that lead to a visit.
func (h *hopper) path(i int) []rules.Request {
	var chain []rules.Request
	for ; i >= 0; i = h.visits[i].before {
		chain = append(slices.Clone(h.visits[i].by), chain...)
	}
	return chain
}

// expand finds the states that are one step from a visit: the control plane
// moves, alone or with all pools, or all pools that are on one version do.
func (h *hopper) expand(i int) {
	s := h.visits[i].state
	for _, v := range h.controlPlaneTargets(s) {
		h.try(i, []rules.Request{request("control plane to "+v.String(), model.UpgradeControlPlane, -1, v)})
		if h.strategy.Kind == model.Full {
			h.try(i, []rules.Request{request("all to "+v.String(), model.Upgrade, -1, v)})
		}
	}
	if h.strategy.Kind == model.Full {
		h.try(i, []rules.Request{request("all to "+s.ControlPlane.String(), model.Upgrade, -1, s.ControlPlane)})
	}
	for k, p := range h.order {
		same := func(q int) bool {
			return s.Pools[q].Version == s.Pools[p].Version && s.Pools[q].Newest() == s.Pools[p].Newest()
		}
		if slices.ContainsFunc(h.order[:k], same) {
			continue // they went with an earlier one
		}
		var group []rules.Request
		for _, q := range h.order[k:] {
			if same(q) {
				name := fmt.Sprintf("pool %s to %s", h.m.NodePools[q].Name, s.ControlPlane)
				group = append(group, request(name, model.UpgradePool, q, s.ControlPlane))
			}
		}
		h.try(i, group)
	}
}

func request(name string, do model.Verb, pool int, to model.Version) rules.Request {
	return rules.Request{Name: name, Do: do, Pool: pool, To: to, Client: model.CLI}
}

// controlPlaneTargets returns where the control plane may go next: the newest
// patch of each minor up to the target, and the target itself.
func (h *hopper) controlPlaneTargets(s *rules.State) []model.Version {
	var targets []model.Version
	for _, v := range rules.Upgrades(s) {
		switch {
		case h.to.Less(v) || slices.Contains(s.Previews, v) && v != h.to:
			continue
		case len(targets) > 0 && targets[len(targets)-1].SameMinor(v):
			targets[len(targets)-1] = v
		default:
			targets = append(targets, v)
		}
	}
	slices.Reverse(targets)
	return targets
}

// try plays requests from a visit and notes where they lead, when AKS accepts
// each and none is in vain.
func (h *hopper) try(from int, requests []rules.Request) {
	s, c := h.visits[from].state.Clone(), h.visits[from].cost
	for _, r := range requests {
		if rules.Unchanged(s, r) || len(rules.Check(s, r)) > 0 {
			return
		}
		c.nodes += drained(s, r)
		c.requests++
		s.Apply(r)
	}
	h.push(s, from, c, requests)
}

// drained returns how many nodes a request drains.
func drained(s *rules.State, r rules.Request) int {
	target, n := rules.Target(s, r), 0
	for i := range s.Pools {
		if r.Do == model.Upgrade || r.Do == model.UpgradePool && r.Pool == i {
			n += s.Pools[i].ToUpgrade(target)
		}
	}
	return n
}

// push notes a state, unless it was found at no higher cost.
func (h *hopper) push(s *rules.State, before int, c cost, by []rules.Request) {
	var b strings.Builder
	b.WriteString(s.ControlPlane.String())
	for i := range s.Pools {
		fmt.Fprintf(&b, " %s-%s", s.Pools[i].Version, s.Pools[i].Newest())
	}
	key := b.String()
	if known, found := h.cheapest[key]; found && known.compare(c) <= 0 {
		return
	}
	h.cheapest[key] = c
	h.visits = append(h.visits, visit{state: s, cost: c, before: before, by: by})
}
