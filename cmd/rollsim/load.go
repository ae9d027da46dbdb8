package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/scenarios"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// scenarioFlags are the flags of every verb that reads a scenario.
type scenarioFlags struct {
	set          []string
	seed         uint64
	replications int
}

func (f *scenarioFlags) register(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.set, "set", nil, "set `KEY=VALUE` over the file, by name: node_pool.web.max_surge=50%; may be repeated")
	c.Flags().Uint64Var(&f.seed, "seed", 0, "seed of all random numbers (default: the scenario's)")
	c.ValidArgsFunction = completeScenario
}

// scenario is a loaded scenario with where it came from.
type scenario struct {
	model    *model.Model
	warnings []scenarios.Diagnostic
	source   report.Source
}

// loaded is told of every model that was loaded; tests spoil it there.
var loaded = func(*model.Model) {}

// load reads the scenario that arg names and checks it. An error carries the
// exit code.
func (f *scenarioFlags) load(c *cobra.Command, arg string) (*scenario, error) {
	name, data, err := readInput(c.InOrStdin(), arg)
	if err != nil {
		return nil, err
	}
	file, err := scenarios.Load(name, data)
	if err != nil {
		return nil, codedError{exitUsage, err}
	}
	if err := f.override(c, file); err != nil {
		return nil, err
	}
	m, warnings, err := file.Model(metrics.CheckGates)
	if err != nil {
		return nil, codedError{exitUsage, err}
	}
	loaded(m)
	sum := sha256.Sum256(data)
	return &scenario{model: m, warnings: warnings, source: report.Source{
		Tool:     "rollsim " + version(),
		Scenario: name,
		SHA256:   hex.EncodeToString(sum[:]),
		Set:      f.set,
		Title:    m.Title,
		Cluster:  m.Cluster.Name,
	}}, nil
}

// override applies --set, --seed and --replications, and says of all of them
// what is wrong.
func (f *scenarioFlags) override(c *cobra.Command, file *scenarios.Scenario) error {
	var errs []error
	for _, s := range f.set {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			errs = append(errs, fmt.Errorf("--set %s: want KEY=VALUE, such as node_pool.web.max_surge=50%%", s))
		} else if err := file.Set(key, value); err != nil {
			errs = append(errs, err)
		}
	}
	if c.Flags().Changed("seed") {
		if f.seed > math.MaxInt64 { // TOML has no greater numbers
			return usageError("--seed %d: want a whole number from 0 to %d", f.seed, math.MaxInt64)
		}
		errs = append(errs, file.Set("run.seed", fmt.Sprint(f.seed)))
	}
	if c.Flags().Changed("replications") {
		if f.replications < 1 {
			return usageError("--replications %d: want at least 1", f.replications)
		}
		errs = append(errs, file.Set("run.replications", fmt.Sprint(f.replications)))
	}
	if err := errors.Join(errs...); err != nil {
		return codedError{exitUsage, err}
	}
	return nil
}

// readInput reads a file, a library scenario, or standard input. A file wins
// over a library scenario of the same name.
func readInput(stdin io.Reader, arg string) (name string, data []byte, err error) {
	if arg == "-" {
		data, err = io.ReadAll(stdin)
		if err != nil {
			return "", nil, codedError{exitInternal, fmt.Errorf("standard input: %w", err)}
		}
		return inputName(arg), data, nil
	}
	info, err := os.Stat(arg)
	built, isBuilt := scenarios.Builtin(arg)
	switch {
	case (err != nil || info.IsDir()) && isBuilt:
		return arg, built, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, noScenario(arg)
	case err == nil && info.IsDir():
		return "", nil, usageError("%s: a folder; want a scenario in TOML", arg)
	}
	data, err = os.ReadFile(arg)
	if err != nil {
		return "", nil, codedError{exitInternal, err}
	}
	return arg, data, nil
}

// noScenario says that arg names neither a file nor a library scenario, and which
// it may be a slip for.
func noScenario(arg string) error {
	var near []string
	for _, name := range libraryNames() {
		if spelling.Slip(arg, name) <= 2 {
			near = append(near, name)
		}
	}
	if len(near) > 0 {
		return usageError("%s: neither a file nor a library scenario; did you mean %s?", arg, report.Alternatives(near))
	}
	return usageError("%s: neither a file nor a library scenario; the library has %s", arg, strings.Join(libraryNames(), ", "))
}

// inputName is what messages call the FILE of a command line.
func inputName(arg string) string {
	if arg == "-" {
		return "stdin"
	}
	return arg
}

func libraryNames() []string {
	var names []string
	for _, e := range scenarios.Library() {
		names = append(names, e.Name)
	}
	return names
}

func completeScenario(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return libraryNames(), cobra.ShellCompDirectiveDefault
}

// registerStrategy adds --strategy for verbs that want one strategy.
func registerStrategy(c *cobra.Command, name *string) {
	c.Flags().StringVar(name, "strategy", "", "`NAME` of the strategy, needed when the file has several")
	_ = c.RegisterFlagCompletionFunc("strategy", completeStrategy)
}

// completeStrategy offers the strategies of the scenario that the command line
// has already.
func completeStrategy(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 || args[0] == "-" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	s, err := loadPlain(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return strategyNames(s.model), cobra.ShellCompDirectiveNoFileComp
}

// loadPlain loads a scenario for completion, without what flags say of it.
func loadPlain(name string) (*scenario, error) {
	return new(scenarioFlags).load(&cobra.Command{}, name)
}

// strategyNames are the names of a model's strategies in file order.
func strategyNames(m *model.Model) []string {
	var names []string
	for _, s := range m.Strategies {
		names = append(names, s.Name)
	}
	return names
}

// chooseStrategy is the index of the strategy of that name; "" chooses the only
// one of the file.
func chooseStrategy(m *model.Model, name string) (int, error) {
	names := strategyNames(m)
	switch i := slices.Index(names, name); {
	case len(names) == 0:
		return 0, usageError("the scenario has no [[strategy]]; add one, such as kind = \"full\" with to = \"...\"")
	case name == "" && len(names) == 1:
		return 0, nil
	case name == "":
		return 0, usageError("the scenario has %d strategies; choose one with --strategy: %s", len(names), quoted(names))
	case i < 0:
		return 0, usageError("--strategy %q: there is no such strategy; want %s", name, quoted(names))
	default:
		return i, nil
	}
}

// outputFlag is --output.
type outputFlag string

func (o *outputFlag) String() string { return string(*o) }
func (o *outputFlag) Type() string   { return "table|json" }
func (o *outputFlag) Set(s string) error {
	if s != "table" && s != "json" {
		return errors.New("want table or json")
	}
	*o = outputFlag(s)
	return nil
}

func (o *outputFlag) register(c *cobra.Command) {
	*o = "table"
	c.Flags().Var(o, "output", "how the result is printed")
	_ = c.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// spanFlag is a flag that takes a duration as a scenario does and reports write it.
type spanFlag time.Duration

func (f *spanFlag) Type() string { return "duration" }
func (f *spanFlag) String() string {
	if *f == 0 {
		return "" // help has no default to show
	}
	return spelling.Duration(time.Duration(*f))
}
func (f *spanFlag) Set(s string) error {
	d, err := spelling.ParseSpan(s)
	*f = spanFlag(d)
	return err
}

// print writes a result to stdout in the form that --output asks for, and then
// the scenario's warnings to stderr.
func (s *scenario) print(c *cobra.Command, output outputFlag, table, json func(io.Writer) error) error {
	if err := printResult(c, output, table, json); err != nil {
		return err
	}
	for _, w := range s.warnings {
		fmt.Fprintf(c.ErrOrStderr(), "warning: %s\n", w)
	}
	return nil
}

// printResult writes a result to stdout in the form that --output asks for.
func printResult(c *cobra.Command, output outputFlag, table, json func(io.Writer) error) error {
	render := table
	if output == "json" {
		render = json
	}
	if err := render(c.OutOrStdout()); err != nil {
		return codedError{exitInternal, err}
	}
	return nil
}
