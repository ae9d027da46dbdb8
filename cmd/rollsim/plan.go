package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim/model"
	"rollsim/sim/strategy"
)

func planCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	var name string
	c := &cobra.Command{
		Use:   "plan FILE",
		Short: "Show what would be asked of AKS, with resolved settings and lower bounds",
		Long: `Show, without playing anything: the requests that each strategy would submit,
as az commands with what AKS would answer; max surge and max unavailable as
whole nodes; lower bounds of the duration; and the effective value of every
setting with where it comes from.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.load(c, args[0])
			if err != nil {
				return err
			}
			var names []string
			if name != "" {
				names = []string{name}
			}
			chosen, err := chooseStrategies(s, names)
			if err != nil {
				return err
			}
			p := s.plan(chosen)
			return printResult(c, output, p.text, p.json)
		},
	}
	flags.register(c)
	output.register(c)
	c.Flags().StringVar(&name, "strategy", "", "only the strategy of that `NAME`")
	return c
}

// planDocument is the plan of a scenario.
type planDocument struct {
	Scenario string        `json:"scenario"`
	Plans    []planJSON    `json:"strategies"`
	Settings []settingJSON `json:"settings"`
}

type planJSON struct {
	Strategy string        `json:"strategy"`
	Minimum  float64       `json:"minimum_seconds"`
	Estimate float64       `json:"estimate_seconds"`
	Binds    string        `json:"binds"`
	Requests []requestJSON `json:"requests"`
}

type requestJSON struct {
	Name      string     `json:"name"`
	When      string     `json:"when"`
	Command   string     `json:"command"`
	Target    string     `json:"target"`
	Unchanged bool       `json:"unchanged"`
	Answers   []string   `json:"refusals"`
	Expect    string     `json:"expect"`
	Minimum   float64    `json:"minimum_seconds"`
	Estimate  float64    `json:"estimate_seconds"`
	Binds     string     `json:"binds"`
	Pools     []poolPlan `json:"node_pools"`
	Blockers  []string   `json:"blockers"`
}

type poolPlan struct {
	Name     string      `json:"name"`
	Nodes    int         `json:"nodes"`
	Old      int         `json:"nodes_to_upgrade"`
	Surge    int         `json:"surge"`
	Slots    int         `json:"at_a_time"`
	Rounds   int         `json:"rounds"`
	Resolved string      `json:"resolved"`
	Bounds   []boundJSON `json:"bounds"`
}

type boundJSON struct {
	Name     string  `json:"name"`
	Formula  string  `json:"formula"`
	Minimum  float64 `json:"minimum_seconds"`
	Estimate float64 `json:"estimate_seconds"`
}

type settingJSON struct {
	Path   string `json:"path"`
	Value  string `json:"value"`
	From   string `json:"from"` // scenario or default
	Source string `json:"source"`
}

func (s *scenario) plan(chosen []int) planDocument {
	p := planDocument{Scenario: s.source.Scenario, Plans: []planJSON{}, Settings: settings(&s.model.Spec)}
	for _, i := range chosen {
		p.Plans = append(p.Plans, strategyPlan(strategy.PlanOf(s.model, i)))
	}
	return p
}

func strategyPlan(x *strategy.Plan) planJSON {
	p := planJSON{Strategy: x.Strategy, Minimum: x.Minimum.Seconds(), Estimate: x.Estimate.Seconds(), Binds: x.Binds, Requests: []requestJSON{}}
	for _, r := range x.Requests {
		request := requestJSON{
			Name: r.Name, When: r.When, Command: r.Command, Target: r.Target.String(), Unchanged: r.Unchanged,
			Answers: []string{}, Expect: r.Expect,
			Minimum: r.Minimum.Seconds(), Estimate: r.Estimate.Seconds(), Binds: r.Binds,
			Pools: []poolPlan{}, Blockers: append([]string{}, r.Blockers...),
		}
		for _, refusal := range r.Refusals {
			request.Answers = append(request.Answers, refusal.String())
		}
		for _, pool := range r.Pools {
			request.Pools = append(request.Pools, planOfPool(pool))
		}
		p.Requests = append(p.Requests, request)
	}
	return p
}

func planOfPool(x strategy.PlannedPool) poolPlan {
	p := poolPlan{Name: x.Pool, Nodes: x.Nodes, Old: x.Old, Surge: x.Surge, Slots: x.Slots, Rounds: x.Rounds, Resolved: x.Resolved, Bounds: []boundJSON{}}
	for _, b := range x.Bounds {
		p.Bounds = append(p.Bounds, boundJSON{b.Name, b.Formula, b.Minimum.Seconds(), b.Estimate.Seconds()})
	}
	return p
}

// settings are all effective settings; a default comes with its source.
func settings(spec *model.Spec) []settingJSON {
	var list []settingJSON
	for _, k := range model.Knobs(spec) {
		x := settingJSON{Path: k.Path, Value: k.Value, From: "scenario"}
		if k.Default {
			x.From, x.Source = "default", k.Source
		}
		list = append(list, x)
	}
	return list
}

func (p planDocument) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(p)
}

func (p planDocument) text(w io.Writer) error {
	var b strings.Builder
	for _, x := range p.Plans {
		x.text(&b)
	}
	b.WriteString("settings\n")
	t := &report.Table{Head: []string{"  SETTING", "VALUE", "FROM"}}
	for _, s := range p.Settings {
		from := s.From
		if s.Source != "" {
			from += ": " + s.Source
		}
		t.Rows = append(t.Rows, []string{"  " + s.Path, s.Value, from})
	}
	if err := t.Text(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (p planJSON) text(b *strings.Builder) {
	fmt.Fprintf(b, "strategy %q: at least %s; about %s with every duration at its median\n", p.Strategy, seconds(p.Minimum), seconds(p.Estimate))
	for i, r := range p.Requests {
		fmt.Fprintf(b, "  %d. %s, %s\n     %s\n", i+1, r.Name, r.When, r.Command)
		r.text(b)
	}
	b.WriteString("\n")
}

func (r requestJSON) text(b *strings.Builder) {
	for _, answer := range r.Answers {
		fmt.Fprintf(b, "     refused: %s\n", answer)
	}
	switch {
	case len(r.Answers) > 0:
		return
	case r.Unchanged:
		b.WriteString("     nothing to do: it is there already\n")
		return
	}
	fmt.Fprintf(b, "     at least %s, about %s", seconds(r.Minimum), seconds(r.Estimate))
	if r.Binds != "" {
		fmt.Fprintf(b, "; decided by %s", r.Binds)
	}
	b.WriteString("\n")
	for _, p := range r.Pools {
		fmt.Fprintf(b, "     pool %s: %d of %d nodes; %s; %d at a time in %d rounds\n", p.Name, p.Old, p.Nodes, p.Resolved, p.Slots, p.Rounds)
		for _, x := range p.Bounds {
			fmt.Fprintf(b, "       %s: %s, at least %s, about %s\n", x.Name, x.Formula, seconds(x.Minimum), seconds(x.Estimate))
		}
	}
	for _, blocker := range r.Blockers {
		fmt.Fprintf(b, "     blocks: %s\n", blocker)
	}
}
