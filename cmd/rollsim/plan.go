package main

import (
	"io"

	"github.com/spf13/cobra"

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
setting with where it comes from.

Each duration comes twice: the least that its distribution gives, which makes a
true lower bound, and its median, which makes an estimate. Neither counts what
depends on placement: budgets that hold up a drain, pods that wait for room.`,
		Example: `  rollsim plan shop
  rollsim plan shop --strategy full --set node_pool.web.max_surge=50%`,
		Args: oneFile,
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
			return s.print(c, output, p.text, p.json)
		},
	}
	flags.register(c)
	output.register(c)
	c.Flags().StringVar(&name, "strategy", "", "only the strategy of that `NAME`")
	_ = c.RegisterFlagCompletionFunc("strategy", completeStrategy)
	return c
}

// planDocument is the plan of a scenario.
type planDocument struct {
	Scenario string        `json:"scenario"`
	Plans    []planJSON    `json:"strategies"`
	Settings []settingJSON `json:"settings"`
}

type planJSON struct {
	Strategy  string          `json:"strategy"`
	Minimum   float64         `json:"minimum_seconds"`
	Estimate  float64         `json:"estimate_seconds"`
	Binds     string          `json:"binds"`
	Requests  []requestJSON   `json:"requests"`
	Otherwise []otherwiseJSON `json:"otherwise"` // only when something fails
}

type otherwiseJSON struct {
	Name    string `json:"name"`
	When    string `json:"when"`
	Command string `json:"command"`
}

type requestJSON struct {
	Name      string     `json:"name"`
	When      string     `json:"when"`
	Command   string     `json:"command"`
	Target    string     `json:"target"` // empty for what goes to Kubernetes
	Unchanged bool       `json:"unchanged"`
	Answers   []string   `json:"refusals"`
	AllowedBy string     `json:"allowed_by"` // a profile that accepts what is refused, where the scenario chooses none
	Expect    string     `json:"expect"`
	Minimum   float64    `json:"minimum_seconds"`
	Estimate  float64    `json:"estimate_seconds"`
	Binds     string     `json:"binds"`
	Pools     []poolPlan `json:"node_pools"`
	Blockers  []string   `json:"blockers"`
	Stranded  []string   `json:"stranded"`
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
	p := planJSON{Strategy: x.Strategy, Minimum: x.Minimum.Seconds(), Estimate: x.Estimate.Seconds(), Binds: x.Binds, Requests: []requestJSON{}, Otherwise: []otherwiseJSON{}}
	for _, r := range x.Requests {
		request := requestJSON{
			Name: r.Name, When: r.When, Command: r.Command, Target: r.Target.String(), Unchanged: r.Unchanged,
			Answers: []string{}, AllowedBy: string(r.AllowedBy), Expect: r.Expect,
			Minimum: r.Minimum.Seconds(), Estimate: r.Estimate.Seconds(), Binds: r.Binds,
			Pools: []poolPlan{}, Blockers: append([]string{}, r.Blockers...), Stranded: append([]string{}, r.Stranded...),
		}
		if r.Target.IsZero() {
			request.Target = ""
		}
		for _, refusal := range r.Refusals {
			request.Answers = append(request.Answers, refusal.String())
		}
		for _, pool := range r.Pools {
			request.Pools = append(request.Pools, planOfPool(pool))
		}
		p.Requests = append(p.Requests, request)
	}
	for _, r := range x.Otherwise {
		p.Otherwise = append(p.Otherwise, otherwiseJSON{r.Name, r.When, r.Command})
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

func (p planDocument) json(w io.Writer) error { return writeJSON(w, p) }
