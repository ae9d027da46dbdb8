package strategy

import (
	"fmt"
	"slices"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// greens replaces pools one after the other, as AKS's pages have people do it: a
// new pool beside the old one, the old one's nodes cordoned and drained, the old
// pool deleted after a soak. Each step waits for the one before it to succeed. A
// drain that fails leaves both pools, or is taken back: the old nodes are made
// schedulable, the new ones emptied and deleted.
// Source: AKS resize node pools page, upgrade options page.
func greens(m *model.Model, strategy *model.Strategy) []step {
	g := greening{m: m, strategy: strategy, last: -1}
	if strategy.To != m.Cluster.KubernetesVersion {
		g.steps = append(g.steps, single("control plane", model.UpgradeControlPlane, strategy))
		g.steps[0].request.Force = false
		g.last = 0
	}
	for k, name := range strategy.Order {
		g.replace(slices.IndexFunc(m.NodePools, func(p model.NodePool) bool { return p.Name == name }), k > 0)
	}
	return g.steps
}

// greening makes the steps of a strategy of kind blue-green.
type greening struct {
	m        *model.Model
	strategy *model.Strategy
	steps    []step
	last     int // the step that the next pool waits for; -1: none
}

// replace adds the steps for one pool.
func (g *greening) replace(blue int, pause bool) {
	green := g.m.GreenPool(g.strategy, blue)
	add := g.ask("add", model.AddPool, green, g.last, model.WhenSucceeded)
	g.steps[add].request.To = g.strategy.To
	if pause {
		g.steps[add].delay = g.strategy.Pause
	}
	cordon := g.hand("cordon", model.CordonNodes, blue, add, model.WhenSucceeded)
	drain := g.hand("drain", model.DrainNodes, blue, cordon, model.WhenSucceeded)
	g.last = g.ask("delete", model.DeletePool, blue, drain, model.WhenSucceeded)
	g.steps[g.last].delay = g.strategy.Soak
	if g.strategy.ByHand.OnFailure != model.RollBack {
		return
	}
	gone := g.ask("delete", model.DeletePool, green, add, model.WhenFailed)
	g.steps[gone].accepted, g.steps[gone].back = true, true // what was refused left nothing
	back := g.hand("uncordon", model.UncordonNodes, blue, drain, model.WhenFailed)
	back = g.hand("cordon", model.CordonNodes, green, back, model.WhenSucceeded)
	back = g.hand("drain", model.DrainNodes, green, back, model.WhenSucceeded)
	g.steps[g.ask("delete", model.DeletePool, green, back, model.WhenSucceeded)].back = true
}

// ask adds a request to AKS about a pool and returns its index.
func (g *greening) ask(verb string, do model.Verb, pool, after int, when model.When) int {
	r := rules.Request{Name: verb + " " + g.m.NodePools[pool].Name, Do: do, Pool: pool, Client: model.CLI}
	g.steps = append(g.steps, step{request: r, after: after, when: when})
	return len(g.steps) - 1
}

// hand adds a request to kubectl about the nodes of a pool and returns its index.
func (g *greening) hand(verb string, do model.Verb, pool, after int, when model.When) int {
	i := g.ask(verb, do, pool, after, when)
	g.steps[i].request.Pool = -1
	g.steps[i].hand = byHandOf(pool, nil, g.strategy.ByHand, g.strategy.Force)
	return i
}

// takenBack says that what went wrong was taken back, where it was.
func (o *Operator) takenBack() string {
	for i := range o.steps {
		s, p := &o.steps[i], &o.progress[i]
		if s.back && p.answer != 0 && p.over && !p.failed {
			return fmt.Sprintf("; taken back, and pool %s is deleted", o.m.NodePools[s.request.Pool].Name)
		}
	}
	return ""
}
