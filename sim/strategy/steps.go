package strategy

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// step is one request of a strategy and when it is due.
type step struct {
	request rules.Request
	at      time.Duration // submitted then, where after is -1 and lane is false
	after   int           // the step that it waits for; -1: none
	when    model.When
	delay   time.Duration // after that step's moment
	lane    bool          // one of the pools of a per-pool strategy: the next one goes when there is room
	expect  string        // the error code that the scenario wants to see; empty: none
}

// stepsOf returns the requests of a strategy, in the order of the scenario. Hops
// that lead nowhere leave the request as it is, for AKS to say why.
func stepsOf(m *model.Model, strategy *model.Strategy) []step {
	if strategy.Hops {
		if chain, ok := Hops(m, strategy); ok && len(chain) > 0 {
			return inARow(chain, strategy.Pause)
		}
	}
	switch strategy.Kind {
	case model.Full:
		return []step{single("full upgrade", model.Upgrade, strategy.To)}
	case model.ControlPlaneOnly:
		return []step{single("control plane", model.UpgradeControlPlane, strategy.To)}
	case model.PerPool:
		return perPool(m, strategy)
	default:
		return operations(m, strategy)
	}
}

// inARow has each request wait for the one before it.
func inARow(chain []rules.Request, pause time.Duration) []step {
	steps := make([]step, len(chain))
	for i, r := range chain {
		steps[i] = step{request: r, after: i - 1, when: model.Finished, delay: pause}
	}
	return steps
}

func single(name string, do model.Verb, to model.Version) step {
	return step{after: -1, request: rules.Request{Name: name, Do: do, Pool: -1, To: to, Client: model.CLI}}
}

// perPool is the control plane, where it isn't on the target yet, and then a
// lane for each pool that may go at the same time.
func perPool(m *model.Model, strategy *model.Strategy) []step {
	var steps []step
	if strategy.To != m.Cluster.KubernetesVersion {
		steps = append(steps, single("control plane", model.UpgradeControlPlane, strategy.To))
	}
	for _, name := range strategy.Order {
		s := single("pool "+name, model.UpgradePool, strategy.To)
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
	steps := make([]step, len(strategy.Operations))
	for i := range steps {
		o := &strategy.Operations[i]
		steps[i] = step{request: rules.RequestOf(m, o), at: o.At, after: -1, when: o.When, delay: o.Delay, expect: o.Expect}
		for j := range strategy.Operations {
			if o.After != "" && strategy.Operations[j].Name == o.After {
				steps[i].after = j
			}
		}
	}
	return steps
}
