package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/model"
	"rollsim/sim/strategy"
)

func validateCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	c := &cobra.Command{
		Use:   "validate FILE",
		Short: "Check a scenario without playing it",
		Long: `Check a scenario and say everything that is wrong with it, in file order. Then
say, still without playing anything, three different things: what AKS would
refuse, what AKS would begin and not end because a drain can't, and what is
merely unwise.

Exit code 2: the scenario can't be run. 4: it can, but an upgrade would be
blocked, or AKS would refuse a request that no "expect" announces.`,
		Example: `  rollsim validate mine.toml
  rollsim validate mine.toml --output json`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.load(c, args[0])
			var wrong scenarios.ErrorList
			if errors.As(err, &wrong) && output == "json" {
				v := emptyValidation(inputName(args[0]))
				v.find(wrong)
				if err := printResult(c, output, nil, v.json); err != nil {
					return err
				}
				return codedError{code: exitUsage}
			}
			if err != nil {
				return err
			}
			v := s.validation()
			if err := printResult(c, output, v.text, v.json); err != nil {
				return err
			}
			return v.exit()
		},
	}
	flags.register(c)
	output.register(c)
	return c
}

// validation is what there is to say of a scenario before it is run.
type validation struct {
	Scenario string            `json:"scenario"`
	Runnable bool              `json:"runnable"` // no finding is an error
	Findings []finding         `json:"findings"` // in file order
	Refused  []refusedRequest  `json:"refused"`  // AKS wouldn't begin
	Blocked  []blockedStrategy `json:"blocked"`  // AKS would begin and not end
	Unwise   []unwise          `json:"unwise"`   // AKS would carry it out
}

// finding is a scenarios.Diagnostic as JSON.
type finding struct {
	Severity string `json:"severity"` // error or warning
	File     string `json:"file"`     // or "--set KEY"
	Line     int    `json:"line"`     // from 1; 0: no position
	Column   int    `json:"column"`   // from 1; 0: no position
	Path     string `json:"path"`
	Message  string `json:"message"`
}

type refusedRequest struct {
	Strategy  string `json:"strategy"`
	Request   string `json:"request"`
	Answer    string `json:"answer"`
	Expected  bool   `json:"expected"`
	AllowedBy string `json:"allowed_by"` // a profile that allows the request, where the scenario chooses none; empty: none does
}

type blockedStrategy struct {
	Strategy string `json:"strategy"`
	Request  string `json:"request"`
	Why      string `json:"why"`
}

type unwise struct {
	Subject string `json:"subject"`
	Why     string `json:"why"`
	Source  string `json:"source"`
}

func emptyValidation(name string) validation {
	return validation{Scenario: name, Findings: []finding{}, Refused: []refusedRequest{}, Blocked: []blockedStrategy{}, Unwise: []unwise{}}
}

func (v *validation) find(list []scenarios.Diagnostic) {
	for _, d := range list {
		severity := "error"
		if d.Severity == model.Warning {
			severity = "warning"
		}
		v.Findings = append(v.Findings, finding{severity, d.File, d.Line, d.Column, d.Path, d.Message})
	}
}

func (s *scenario) validation() validation {
	v := emptyValidation(s.source.Scenario)
	v.Runnable = true
	v.find(s.warnings)
	for _, x := range sim.New(s.model).Homeless() {
		w := &s.model.Workloads[x.Workload]
		v.Unwise = append(v.Unwise, unwise{
			Subject: "workload " + w.Namespace + "/" + w.Name,
			Why:     fmt.Sprintf("%d of its %s no node before any upgrade: %s", x.Pods, podsFind(x.Of), strings.TrimSuffix(x.Why, ".")),
			Source:  "kube-scheduler's placement at the start",
		})
	}
	for _, a := range strategy.Unwise(s.model) {
		v.Unwise = append(v.Unwise, unwise(a))
	}
	for i := range s.model.Strategies {
		plan := strategy.PlanOf(s.model, i)
		for _, r := range plan.Requests {
			for _, x := range r.Refusals {
				v.Refused = append(v.Refused, refusedRequest{plan.Strategy, r.Name, x.String(), x.Code == r.Expect, string(r.AllowedBy)})
			}
			for _, b := range r.Blockers {
				v.Blocked = append(v.Blocked, blockedStrategy{plan.Strategy, r.Name, b})
			}
		}
	}
	return v
}

func podsFind(n int) string {
	if n == 1 {
		return "1 pod finds"
	}
	return fmt.Sprintf("%d pods find", n)
}

// unexpected is how many refusals nothing announces.
func (v validation) unexpected() (n int) {
	for _, r := range v.Refused {
		if !r.Expected {
			n++
		}
	}
	return n
}

func (v validation) exit() error {
	if v.unexpected() > 0 || len(v.Blocked) > 0 {
		return codedError{code: exitUpgrade}
	}
	return nil
}

func (v validation) json(w io.Writer) error { return writeJSON(w, v) }

func (v validation) text(w io.Writer) error {
	var b strings.Builder
	var but []string
	if n := v.unexpected(); n > 0 {
		but = append(but, fmt.Sprintf("AKS would refuse %s", report.Count(n, "request")))
	}
	if len(v.Blocked) > 0 {
		but = append(but, "a drain would block an upgrade")
	}
	fmt.Fprintf(&b, "%s can be run", v.Scenario)
	if len(but) > 0 {
		fmt.Fprintf(&b, ", but %s", report.List(but))
	}
	b.WriteString("\n")
	for _, r := range v.Refused {
		label := "refused"
		if r.Expected {
			label = "refused as expected"
		}
		fmt.Fprintf(&b, "%s: %s, %s: %s", label, r.Strategy, r.Request, r.Answer)
		if !r.Expected && r.AllowedBy != "" {
			b.WriteString("; " + allowedBy(r.AllowedBy))
		}
		b.WriteString("\n")
	}
	for _, x := range v.Blocked {
		fmt.Fprintf(&b, "blocked: %s, %s: %s\n", x.Strategy, x.Request, x.Why)
	}
	for _, x := range v.Unwise {
		fmt.Fprintf(&b, "unwise: %s: %s (%s)\n", x.Subject, x.Why, x.Source)
	}
	for _, f := range v.Findings {
		d := scenarios.Diagnostic{File: f.File, Line: f.Line, Column: f.Column, Path: f.Path, Message: f.Message}
		fmt.Fprintf(&b, "warning: %s\n", d)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// allowedBy says that a request is refused by rules that nobody chose.
func allowedBy(profile string) string {
	return fmt.Sprintf("cluster.rules was defaulted to %s; %s allows this", model.NewSpec().Cluster.Rules, profile)
}

// writeJSON writes a value as every verb does.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
