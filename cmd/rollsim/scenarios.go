package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/scenarios"
)

func scenariosCommand() *cobra.Command {
	var output outputFlag
	c := &cobra.Command{
		Use:   "scenarios [NAME]",
		Short: "List the scenario library, or print one of it",
		Long: `List the scenarios that are built in, each with the question it answers, or
print the one of that NAME to start your own from.`,
		Example: `  rollsim scenarios
  rollsim scenarios quickstart > mine.toml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError("scenarios takes at most one NAME; got %s", strings.Join(args, ", "))
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return libraryNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return printResult(c, output, libraryText, libraryJSON)
			}
			data, ok := scenarios.Builtin(args[0])
			if !ok {
				return usageError("%s: not in the library; want %s", args[0], report.Alternatives(libraryNames()))
			}
			if c.Flags().Changed("output") {
				return usageError("--output is for the list of scenarios; one of them is printed as it is, in TOML")
			}
			_, err := c.OutOrStdout().Write(data)
			return err
		},
	}
	output.register(c)
	return c
}

// libraryText lists the library, each question wrapped beside its name.
func libraryText(w io.Writer) error {
	var b strings.Builder
	width := 0
	for _, name := range libraryNames() {
		width = max(width, len(name))
	}
	for _, e := range scenarios.Library() {
		for i, line := range report.Wrap(report.Capital(e.Question), 96-width) {
			name := e.Name
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&b, "%-*s  %s\n", width, name, line)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func libraryJSON(w io.Writer) error {
	type entry struct {
		Name     string `json:"name"`
		Title    string `json:"title"`
		Question string `json:"question"`
	}
	list := []entry{}
	for _, e := range scenarios.Library() {
		list = append(list, entry{e.Name, e.Title, e.Question})
	}
	return writeJSON(w, list)
}
