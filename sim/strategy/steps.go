package strategy

import (
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// step is one request of a strategy and when it is due.
type step struct {
	request  rules.Request
	at       time.Duration // submitted then, where after is -1 and lane is false
	after    int           // the step that it waits for; -1: none
	when     model.When
	accepted bool          // it waits for a failure that comes after acceptance
	back     bool          // the last step of taking a new pool back
	delay    time.Duration // after that step's moment
	with     int           // of the steps before it, how many are of its group
	lane     bool          // one of the pools of a per-pool strategy: the next one goes when there is room
	expect   string        // the error code that the scenario wants to see; empty: none
	hand     *byHand       // it goes to Kubernetes by kubectl, and request only says what is asked; nil: to AKS
}

// moment returns the moment of the step before at which it is decided whether
// this one is submitted.
func (s *step) moment() model.When {
	if s.when == model.Started {
		return model.Started
	}
	return model.Finished
}

// stepsOf returns the requests of a strategy, in the order of the scenario. Hops
// that lead nowhere leave the request as it is, for AKS to say why.
func stepsOf(m *model.Model, strategy *model.Strategy) []step {
	if strategy.Hops {
		if chain, ok := Hops(m, strategy); ok && len(chain) > 0 {
			return inARow(chain, strategy)
		}
	}
	switch strategy.Kind {
	case model.Full:
		return []step{single("full upgrade", model.Upgrade, strategy)}
	case model.ControlPlaneOnly:
		return []step{single("control plane", model.UpgradeControlPlane, strategy)}
	case model.AutoUpgrade:
		return automatic(m, strategy)
	case model.NodeImageOnly:
		return images(m, single("node image", model.UpgradeNodeImage, strategy), poolsAt(m, nil))
	case model.PerPool:
		return perPool(m, strategy)
	case model.BlueGreenByHand:
		return greens(m, strategy)
	default:
		return operations(m, strategy)
	}
}

// inARow has each request wait for the one before it.
func inARow(chain []rules.Request, strategy *model.Strategy) []step {
	steps := make([]step, len(chain))
	for i, r := range chain {
		r.Force, r.ForceUntil = strategy.Force, strategy.ForceUntil
		steps[i] = step{request: r, after: i - 1, when: model.Finished, delay: strategy.Pause}
	}
	return steps
}

func single(name string, do model.Verb, strategy *model.Strategy) step {
	return step{after: -1, request: rules.Request{Name: name, Do: do, Pool: -1, To: strategy.To, Client: model.CLI, Force: strategy.Force, ForceUntil: strategy.ForceUntil}}
}

// perPool is the control plane, where it isn't on the target yet, and then a
// lane for each pool that may go at the same time.
func perPool(m *model.Model, strategy *model.Strategy) []step {
	var steps []step
	if strategy.To != m.Cluster.KubernetesVersion {
		steps = append(steps, single("control plane", model.UpgradeControlPlane, strategy))
	}
	for _, name := range strategy.Order {
		s := single("pool "+name, model.UpgradePool, strategy)
		s.lane = true
		for i := range m.NodePools {
			if m.NodePools[i].Name == name {
				s.request.Pool = i
			}
		}
		steps = append(steps, s)
	}
	return steps
}

func operations(m *model.Model, strategy *model.Strategy) []step {
	var steps []step
	begins := make(map[string]int) // the first step of each operation
	for i := range strategy.Operations {
		o := &strategy.Operations[i]
		begins[o.Name] = len(steps)
		s := step{request: rules.RequestOf(m, o), at: o.At, after: -1, when: o.When, delay: o.Delay, expect: o.Expect}
		if o.Do.ByKubectl() {
			s.hand = byHandOf(s.request.Pool, o.Nodes, o.ByHand, o.Force)
			s.request.Pool = -1 // nothing that AKS knows of
			if s.hand.pool < 0 {
				s.hand.pool = onePool(m, o.Nodes)
			}
		}
		if o.Do.Scope() == model.ScopeEach && s.request.Pool < 0 {
			steps = append(steps, images(m, s, poolsAt(m, strategy.Operations[:i]))...)
		} else {
			steps = append(steps, s)
		}
	}
	for i := range strategy.Operations {
		o := &strategy.Operations[i]
		if j, ok := begins[o.After]; ok && o.After != "" {
			for k := range group(steps, begins[o.Name]) {
				steps[begins[o.Name]+k].after = j
			}
		}
	}
	return steps
}

// onePool returns the pool that all nodes are of; -1: of several.
func onePool(m *model.Model, nodes []string) int {
	pool := m.PoolOfNode(nodes[0])
	if slices.ContainsFunc(nodes, func(name string) bool { return m.PoolOfNode(name) != pool }) {
		return -1
	}
	return pool
}
