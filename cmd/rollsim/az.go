package main

import (
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim"
	"rollsim/sim/aks"
	"rollsim/sim/model"
	"rollsim/sim/rules"
)

func upgradesCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	var pool string
	c := &cobra.Command{
		Use:   "upgrades FILE",
		Short: "Print what az aks get-upgrades would",
		Long: `Print the versions that the control plane can go to, as az aks get-upgrades
would; with --pool those that a node pool can go to, as az aks nodepool
get-upgrades would.`,
		Example: `  rollsim upgrades shop
  rollsim upgrades shop --pool web --output json`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.load(c, args[0])
			if err != nil {
				return err
			}
			state := rules.FromModel(s.model)
			if pool == "" {
				profile := aks.Upgrades(state)
				return s.print(c, output, azTable(aks.UpgradeColumns, profile.Row()), azJSON(profile))
			}
			i, err := choosePool(s.model, pool)
			if err != nil {
				return err
			}
			profile := aks.PoolUpgrades(s.model, state, i)
			return s.print(c, output, azTable(aks.UpgradeColumns, profile.Row()), azJSON(profile))
		},
	}
	flags.register(c)
	output.register(c)
	c.Flags().StringVar(&pool, "pool", "", "`NAME` of a node pool")
	return c
}

func choosePool(m *model.Model, name string) (int, error) {
	i := slices.IndexFunc(m.NodePools, func(p model.NodePool) bool { return p.Name == name })
	if i < 0 {
		var names []string
		for _, p := range m.NodePools {
			names = append(names, p.Name)
		}
		return 0, usageError("--pool %q: there is no such node pool; want %s", name, quoted(names))
	}
	return i, nil
}

func poolsCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	var one replicationFlags
	var at time.Duration
	c := &cobra.Command{
		Use:   "pools FILE",
		Short: "Print what az aks nodepool list would at a simulated time",
		Long: `Play one replication of a strategy up to a simulated time and print the node
pools as az aks nodepool list would then. Without --at that is the start.`,
		Example: `  rollsim pools shop --strategy full --at 35m
  rollsim pools shop --strategy full --at 35m --output json`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.load(c, args[0])
			if err != nil {
				return err
			}
			index, err := one.choose(s.model)
			if err != nil {
				return err
			}
			moment, err := simulatedTime(s.model, at)
			if err != nil {
				return err
			}
			pools, _ := sim.New(s.model).AgentPoolsAt(index, one.number, moment)
			var rows [][]string
			for _, p := range pools {
				rows = append(rows, p.Row())
			}
			return s.print(c, output, azTable(aks.AgentPoolColumns, rows...), azJSON(pools))
		},
	}
	flags.register(c)
	output.register(c)
	one.register(c)
	c.Flags().Var((*spanFlag)(&at), "at", "simulated `TIME` since the start, such as 35m")
	return c
}

// azTable writes rows as az -o table does: a line of dashes under the head.
func azTable(columns []string, rows ...[]string) func(io.Writer) error {
	return func(w io.Writer) error {
		return (&report.Table{Head: columns, Rows: rows, Rule: true}).Text(w)
	}
}

// azJSON writes a value as az -o json does.
func azJSON(v any) func(io.Writer) error {
	return func(w io.Writer) error { return writeJSON(w, v) }
}

// seconds spells a number of seconds for people.
func seconds(s float64) string { return report.Span(time.Duration(s * float64(time.Second))) }
