package main

import (
	"slices"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/scenarios"
)

func scenariosCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "scenarios [NAME]",
		Short: "List the scenario library, or print one of it",
		Long: `List the scenarios that are built in, each with the question it answers, or
print the one of that NAME to start your own from:

  rollsim scenarios quickstart > mine.toml`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return libraryNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			library := scenarios.Library()
			if len(args) == 0 {
				t := &report.Table{Head: []string{"NAME", "QUESTION"}}
				for _, e := range library {
					t.Rows = append(t.Rows, []string{e.Name, e.Question})
				}
				return t.Text(c.OutOrStdout())
			}
			i := slices.IndexFunc(library, func(e scenarios.Entry) bool { return e.Name == args[0] })
			if i < 0 {
				return usageError("%s: not in the library; \"rollsim scenarios\" lists it", args[0])
			}
			_, err := c.OutOrStdout().Write(library[i].Data)
			return err
		},
	}
}
