package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"rollsim/sim/strategy"
)

func validateCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	c := &cobra.Command{
		Use:   "validate FILE",
		Short: "Check a scenario without playing it",
		Long: `Check a scenario and say everything that is wrong with it, in file order. Then
say, still without playing anything, what AKS would refuse, and which drains a
budget would keep from ending.

Exit code 2: the scenario can't be run. 4: it can, but AKS would refuse a
request that no "expect" announces.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.read(c, args[0])
			if err != nil {
				return err
			}
			v := s.validation()
			if err := printResult(c, output, v.text, v.json); err != nil {
				return err
			}
			for _, r := range v.Refused {
				if !r.Expected {
					return codedError{code: exitUpgrade}
				}
			}
			return nil
		},
	}
	flags.register(c)
	output.register(c)
	return c
}

// validation is what there is to say of a scenario that can be run: three
// different things.
type validation struct {
	Scenario string            `json:"scenario"`
	Refused  []refusedRequest  `json:"refused"` // AKS wouldn't begin
	Blocked  []blockedStrategy `json:"blocked"` // AKS would begin and not end
	Unwise   []string          `json:"unwise"`  // it would go on, but
}

type refusedRequest struct {
	Strategy string `json:"strategy"`
	Request  string `json:"request"`
	Answer   string `json:"answer"`
	Expected bool   `json:"expected"`
}

type blockedStrategy struct {
	Strategy string `json:"strategy"`
	Request  string `json:"request"`
	Why      string `json:"why"`
}

func (s *scenario) validation() validation {
	v := validation{Scenario: s.source.Scenario, Refused: []refusedRequest{}, Blocked: []blockedStrategy{}, Unwise: []string{}}
	for i := range s.model.Strategies {
		plan := strategy.PlanOf(s.model, i)
		for _, r := range plan.Requests {
			for _, x := range r.Refusals {
				v.Refused = append(v.Refused, refusedRequest{plan.Strategy, r.Name, x.String(), x.Code == r.Expect})
			}
			for _, b := range r.Blockers {
				v.Blocked = append(v.Blocked, blockedStrategy{plan.Strategy, r.Name, b})
			}
		}
	}
	for _, w := range s.warnings {
		v.Unwise = append(v.Unwise, w.String())
	}
	return v
}

func (v validation) json(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func (v validation) text(w io.Writer) error {
	for _, r := range v.Refused {
		expected := ""
		if r.Expected {
			expected = " (expected)"
		}
		fmt.Fprintf(w, "refused: %s, %s: %s%s\n", r.Strategy, r.Request, r.Answer, expected)
	}
	for _, b := range v.Blocked {
		fmt.Fprintf(w, "blocks:  %s, %s: %s\n", b.Strategy, b.Request, b.Why)
	}
	for _, u := range v.Unwise {
		fmt.Fprintf(w, "unwise:  %s\n", u)
	}
	_, err := fmt.Fprintf(w, "%s can be run\n", v.Scenario)
	return err
}
