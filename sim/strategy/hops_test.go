package strategy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/strategy"
)

// TestHopsAreCheapest compares the planner's chains with brute force on random
// small clusters: every sequence of control plane moves, full upgrades and pool
// upgrades to any version that AKS accepts is tried. Each request of a chain is
// accepted when all before it have succeeded, and no other way drains fewer
// nodes.
func TestHopsAreCheapest(t *testing.T) {
	found := 0
	for seed := range 50 {
		rng := rand.New(rand.NewPCG(uint64(seed), 13))
		m := randomVersions(t, rng)
		for i := range m.Strategies {
			s := &m.Strategies[i]
			chain, ok := strategy.Hops(m, s)
			best := cheapest(m, s)
			if ok != (best >= 0) {
				t.Fatalf("seed %d, %s: a chain was found: %v; brute force drains %d", seed, s.Kind, ok, best)
			}
			if !ok {
				continue
			}
			found++
			if got := playChain(t, m, s, chain); got != best {
				t.Errorf("seed %d, %s: %s drain %d nodes, brute force %d", seed, s.Kind, names(chain), got, best)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d chains were found", found)
	}
}

// playChain applies a chain and returns how many nodes it drains.
func playChain(t *testing.T, m *model.Model, s *model.Strategy, chain []rules.Request) int {
	t.Helper()
	state, nodes := rules.FromModel(m), 0
	for _, r := range chain {
		if refusals := rules.Check(state, r); len(refusals) > 0 {
			t.Fatalf("%s: %s is refused: %s", names(chain), r.Name, refusals[0])
		}
		nodes += drains(state, r)
		state.Apply(r)
	}
	if !arrived(m, s, state) {
		t.Errorf("%s don't lead to %s", names(chain), s.To)
	}
	return nodes
}

func names(chain []rules.Request) string {
	var list []string
	for _, r := range chain {
		list = append(list, r.Name)
	}
	return strings.Join(list, "; ")
}

func drains(s *rules.State, r rules.Request) int {
	n := 0
	for i := range s.Pools {
		if r.Do == model.Upgrade || r.Do == model.UpgradePool && r.Pool == i {
			n += s.Pools[i].ToUpgrade(r.To)
		}
	}
	return n
}

func arrived(m *model.Model, s *model.Strategy, state *rules.State) bool {
	for i := range state.Pools {
		moved := s.Kind == model.Full || s.Kind == model.PerPool && slices.Contains(s.Order, m.NodePools[i].Name)
		if moved && state.Pools[i].Version != s.To {
			return false
		}
	}
	return state.ControlPlane == s.To
}

// cheapest returns the fewest drained nodes of all ways to the target, -1 when
// there is none. It relaxes until nothing gets cheaper.
func cheapest(m *model.Model, s *model.Strategy) int {
	type place struct {
		state *rules.State
		nodes int
	}
	key := func(x *rules.State) string {
		text := x.ControlPlane.String()
		for i := range x.Pools {
			text += " " + x.Pools[i].Version.String()
		}
		return text
	}
	start := rules.FromModel(m)
	known, best := map[string]int{key(start): 0}, -1
	for queue := []place{{start, 0}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if arrived(m, s, at.state) && (best < 0 || at.nodes < best) {
			best = at.nodes
		}
		for _, r := range every(m, s) {
			if rules.Unchanged(at.state, r) || len(rules.Check(at.state, r)) > 0 {
				continue
			}
			next := place{at.state.Clone(), at.nodes + drains(at.state, r)}
			next.state.Apply(r)
			if was, found := known[key(next.state)]; !found || next.nodes < was {
				known[key(next.state)] = next.nodes
				queue = append(queue, next)
			}
		}
	}
	return best
}

// every returns all requests that a strategy could make.
func every(m *model.Model, s *model.Strategy) []rules.Request {
	var all []rules.Request
	for _, v := range m.Versions {
		all = append(all, rules.Request{Do: model.UpgradeControlPlane, Pool: -1, To: v, Client: model.CLI})
		if s.Kind == model.Full {
			all = append(all, rules.Request{Do: model.Upgrade, Pool: -1, To: v, Client: model.CLI})
		}
		for i := range m.NodePools {
			if s.Kind == model.Full || s.Kind == model.PerPool && slices.Contains(s.Order, m.NodePools[i].Name) {
				all = append(all, rules.Request{Do: model.UpgradePool, Pool: i, To: v, Client: model.CLI})
			}
		}
	}
	return all
}

// randomVersions makes a cluster of one to three pools that are up to two
// minors behind, in a region that offers one or two patches of most minors.
func randomVersions(t *testing.T, rng *rand.Rand) *model.Model {
	t.Helper()
	spec := model.NewSpec()
	first := 25 + rng.IntN(5)
	last := first + 2 + rng.IntN(4)
	for minor := first; minor <= last; minor++ {
		for patch := range 1 + rng.IntN(2) {
			if rng.IntN(25) > 0 {
				spec.Cluster.OfferedVersions = append(spec.Cluster.OfferedVersions, model.Version{Major: 1, Minor: minor, Patch: 3 * patch})
			}
		}
	}
	if len(spec.Cluster.OfferedVersions) == 0 {
		spec.Cluster.OfferedVersions = []model.Version{{Major: 1, Minor: first}}
	}
	spec.Cluster.Rules = []model.Profile{model.Profile202307, model.Profile202608}[rng.IntN(2)]
	spec.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: first + rng.IntN(3), Patch: rng.IntN(5)}
	for i := range 1 + rng.IntN(3) {
		p := model.NewNodePool(fmt.Sprintf("p%d", i))
		p.Mode, p.Count = model.ModeSystem, 1+rng.IntN(4)
		p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
		p.KubernetesVersion, p.VersionSet = spec.Cluster.KubernetesVersion, true
		if behind := rng.IntN(3); behind > 0 {
			p.KubernetesVersion = model.Version{Major: 1, Minor: spec.Cluster.KubernetesVersion.Minor - behind, Patch: rng.IntN(3)}
		}
		spec.NodePools = append(spec.NodePools, p)
	}
	to := spec.Cluster.OfferedVersions[rng.IntN(len(spec.Cluster.OfferedVersions))]
	for _, kind := range []model.StrategyKind{model.Full, model.PerPool, model.ControlPlaneOnly} {
		s := model.NewStrategy(string(kind), kind)
		s.To, s.Hops = to, true
		spec.Strategies = append(spec.Strategies, s)
	}
	m, findings := model.New(spec)
	if m == nil {
		t.Fatalf("no model: %v", findings)
	}
	return m
}
