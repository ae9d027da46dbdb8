package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/des"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/strategy"
)

// TestEveryKeyHasAnEffect: a key that is accepted changes something. For each key
// that a scenario may have there are two scenarios that differ in it alone, and
// their validation, what can be upgraded to, their plans, their traces or what
// run and compare print differ. The first scenario is testdata/effects.toml with
// what the key needs besides; a key that has no effect is none.
func TestEveryKeyHasAnEffect(t *testing.T) {
	base, err := os.ReadFile("testdata/effects.toml")
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(effects, scalingEffects)
	for _, d := range model.Keys() {
		if d.Part || d.Path == "schema" || d.Path == "title" {
			continue // what a part changes, its key does
		}
		i := slices.IndexFunc(all, func(e effect) bool { return e.key == d.Path })
		if i < 0 {
			t.Errorf("%s: no pair of scenarios shows its effect", d.Path)
			continue
		}
		t.Run(d.Path, func(t *testing.T) {
			t.Parallel()
			e := all[i]
			without, with := e.play(t, base, nil), e.play(t, base, e.change)
			if without == with {
				t.Errorf("%v changes nothing beside %v", e.change, e.needs)
			}
			if again := e.play(t, base, nil); again != without {
				t.Error("a scenario differs from itself")
			}
		})
	}
	for _, e := range all {
		if !slices.ContainsFunc(model.Keys(), func(d model.Key) bool { return d.Path == e.key }) {
			t.Errorf("%s: not a key of a scenario", e.key)
		}
	}
}

// effect is a key and the pair of scenarios that shows what it does.
type effect struct {
	key    string
	change []string // what makes the second scenario of the first, each KEY=VALUE
	needs  []string // what both have over the base
}

// play returns everything that can be seen of a scenario.
func (e effect) play(t *testing.T, base []byte, change []string) string {
	t.Helper()
	s, err := scenarios.Load("effects.toml", base)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range slices.Concat(e.needs, change) {
		key, value, _ := strings.Cut(set, "=")
		if err := s.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	m, warnings, err := s.Model(metrics.CheckGates)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, w := range warnings {
		fmt.Fprintln(&b, w.Path, w.Message)
	}
	seen(&b, m)
	if strings.HasPrefix(e.key, "gate.") || slices.Contains(printed, e.key) {
		printedBy(t, &b, m)
	}
	if slices.Contains(shown, e.key) {
		shownBy(t, &b, m)
	}
	return b.String()
}

// printed are the keys that no trace shows.
var printed = []string{"run.replications", "cluster.name", "cluster.window", "cluster.location", "workload.target", "strategy.name", "node_pool.name"}

// seen writes what a model leads to: offers, plans, and the records of each
// strategy.
func seen(b *strings.Builder, m *model.Model) {
	state := rules.FromModel(m)
	fmt.Fprintln(b, strategy.Unwise(m))
	fmt.Fprintln(b, rules.Upgrades(state))
	for i := range m.NodePools {
		fmt.Fprintln(b, rules.PoolUpgrades(state, i))
	}
	simulator := sim.New(m)
	for i := range m.Strategies {
		plan := *strategy.PlanOf(m, i)
		plan.End = nil // the state has every setting, whether it matters or not
		fmt.Fprintf(b, "%+v\n", plan)
		result := simulator.Run(i, 0, sim.Options{Trace: true})
		for _, r := range result.Trace.Records {
			fmt.Fprintln(b, r)
		}
		fmt.Fprintln(b, result.Trace.Texts, result.Run.Outcome, result.Run.Reason)
	}
}

// shown are the keys that only the answers of az show.
var shown = []string{"aks.waiting_pools", "aks.cluster_during_pool", "cluster.location", "cluster.tier"}

// shownBy writes what az shows while an upgrade goes on.
func shownBy(t *testing.T, b *strings.Builder, m *model.Model) {
	t.Helper()
	simulator := sim.New(m)
	for i := range m.Strategies {
		pools, cluster := simulator.AgentPoolsAt(i, 0, des.Time(15*time.Minute))
		if err := json.NewEncoder(b).Encode([]any{pools, cluster}); err != nil {
			t.Fatal(err)
		}
	}
}

// printedBy writes what run and compare print.
func printedBy(t *testing.T, b *strings.Builder, m *model.Model) {
	t.Helper()
	var file, messages bytes.Buffer
	if err := scenarios.Encode(&file, &m.Spec); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"run", "-", "--strategy", m.Strategies[0].Name}, {"compare", "-"}} {
		run(args, bytes.NewReader(file.Bytes()), b, &messages)
	}
	fmt.Fprintln(b, messages.String())
}
