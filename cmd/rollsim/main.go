// Rollsim rehearses an AKS upgrade: it plays the upgrade of a cluster that a
// TOML scenario describes, and shows whether it finishes, who blocks it, how
// long it takes and what each workload loses.
//
// Each verb is a file of this package. Results go to stdout, everything else to
// stderr: messages begin with a file position or with "rollsim:", in lower case
// and without a full stop.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"rollsim/scenarios"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit codes, for scripts and CI.
const (
	exitOK          = 0
	exitInternal    = 1   // internal or I/O
	exitUsage       = 2   // bad usage or a scenario that can't be run
	exitGate        = 3   // a gate failed, or with --strict was inconclusive
	exitUpgrade     = 4   // an upgrade was refused, blocked or failed where nothing expected it
	exitInterrupted = 130 // by a signal
)

// codedError is an error that decides the exit code. An empty error says
// nothing more on stderr: the result has been printed.
type codedError struct {
	code int
	err  error
}

func (e codedError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e codedError) Unwrap() error { return e.err }

// positioned is an error of which every line begins with file and position.
type positioned struct{ error }

// usageError is bad usage: it is said how to do better.
func usageError(format string, args ...any) error {
	return codedError{exitUsage, fmt.Errorf(format, args...)}
}

// internalError is a bug of rollsim.
func internalError(what any) error {
	return codedError{exitInternal, fmt.Errorf("internal error: %v", what)}
}

// guarded turns a panic of a verb into an error.
func guarded(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = internalError(p)
			}
		}()
		return run(c, args)
	}
}

// run is the whole program with its streams; it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signalContext(context.Background())
	defer stop()
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		if !errors.As(err, new(scenarios.ErrorList)) && !errors.As(err, new(positioned)) {
			text = "rollsim: " + text
		}
		fmt.Fprintln(stderr, text)
	}
	var coded codedError
	if errors.As(err, &coded) {
		return coded.code
	}
	return exitInternal
}

const long = `rollsim rehearses an AKS upgrade before anyone touches the cluster: whether it
finishes and who blocks it, how long it takes, what each workload loses, and
which strategy is best.

A FILE is a scenario in TOML, the name of a library scenario (see "rollsim
scenarios"), or - for standard input. Results go to stdout, everything else to
stderr.

Exit codes:
    0  fine
    1  internal error or I/O
    2  bad usage, or a scenario that can't be run
    3  a gate failed
    4  an upgrade was refused, blocked or failed where nothing expected it,
       or left a workload down at the end
  130  interrupted`

const examples = `  rollsim run quickstart --out out      play one upgrade, leave pictures and a report
  rollsim compare shop --out out        play every strategy many times and compare
  rollsim explain shop orders-db --strategy full
  rollsim plan shop --strategy full     what would be asked of AKS, and with which settings
  rollsim scenarios shop > mine.toml    a scenario to start your own from
  rollsim keys node_pool                what a scenario may say of a pool
  rollsim import --kubectl cluster.json --az-nodepools pools.json -o mine.toml`

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:                        "rollsim",
		Short:                      "Rehearse an AKS upgrade",
		Long:                       long,
		Example:                    examples,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args:                       knownVerb,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		validateCommand(),
		planCommand(),
		upgradesCommand(),
		poolsCommand(),
		runCommand(),
		explainCommand(),
		importCommand(),
		scenariosCommand(),
		keysCommand(),
		versionCommand(),
	)
	for _, c := range root.Commands() {
		c.RunE = abandonable(guarded(c.RunE))
	}
	compare := compareCommand() // keeps what is complete when interrupted
	compare.RunE = guarded(compare.RunE)
	root.AddCommand(compare)
	return root
}
