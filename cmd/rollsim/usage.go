package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rollsim/report"
	"rollsim/sim/spelling"
)

// This file says what is wrong with a command line, and what would be right.

// knownVerb is asked when the first argument is no verb.
func knownVerb(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return usageError("there is no verb %q; did you mean %s?", args[0], report.Alternatives(near))
	}
	return usageError("there is no verb %q; \"rollsim --help\" lists them", args[0])
}

// oneFile wants one argument, a scenario.
func oneFile(c *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return usageError("%s wants a FILE: a scenario, a library name such as quickstart, or -", c.Name())
	case 1:
		return nil
	}
	return usageError("%s wants one FILE and got %d: %s; a name with spaces needs quotes", c.Name(), len(args), strings.Join(args, ", "))
}

// noArguments wants flags only.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError("%s takes no arguments, only flags; got %s", c.Name(), strings.Join(args, ", "))
}

// flagError says in our words what pflag found.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown)
	case errors.As(err, &value):
		f := value.GetFlag()
		return usageError("--%s %s: %s", f.Name, value.GetValue(), wanted(f, value))
	case errors.As(err, &missing):
		_, usage := pflag.UnquoteUsage(missing.GetFlag())
		return usageError("--%s wants a value: %s", missing.GetFlag().Name, usage)
	}
	return codedError{exitUsage, err}
}

func unknownFlag(c *cobra.Command, err *pflag.NotExistError) error {
	if err.GetSpecifiedShortnames() != "" {
		return usageError("-%s: there is no such flag; \"%s --help\" lists them", err.GetSpecifiedName(), c.CommandPath())
	}
	name := err.GetSpecifiedName()
	var near []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if spelling.Distance(name, f.Name) <= 2 || strings.HasPrefix(f.Name, name) {
			near = append(near, "--"+f.Name)
		}
	})
	if len(near) > 0 {
		return usageError("--%s: there is no such flag; did you mean %s?", name, report.Alternatives(near))
	}
	return usageError("--%s: there is no such flag; \"%s --help\" lists them", name, c.CommandPath())
}

// wanted says what a flag's value should look like.
func wanted(f *pflag.Flag, err error) string {
	switch f.Value.Type() {
	case "duration":
		return `want a duration with its unit, such as 35m, 1h30m or 2d01h`
	case "uint", "uint64":
		return "want a whole number from 0"
	case "int":
		return "want a whole number"
	case "bool":
		return "want true or false"
	}
	return errors.Unwrap(err).Error()
}

// quoted joins names in quotes: "full" or "by hand".
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = fmt.Sprintf("%q", n)
	}
	return report.Alternatives(list)
}
