package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/report/explain"
	"rollsim/sim"
	"rollsim/sim/des"
	"rollsim/sim/kube"
)

func explainCommand() *cobra.Command {
	var scenario scenarioFlags
	var output outputFlag
	var one replicationFlags
	var at time.Duration
	c := &cobra.Command{
		Use:   "explain FILE POD|WORKLOAD|NODE",
		Short: "Say why a pod, workload or node fares as it does",
		Long: `Play one replication of a strategy and say why: for a pod, why it is pending,
why it went where it went, or why its eviction is refused; for a workload, what
it has lost at its worst moment and why; for a node, why its drain takes so long.

A name may be given in part as long as only one has it. Without --at it is the
most telling moment: the worst one of a workload, the longest drain of a node,
and when a pod first fitted nowhere or was first refused. An upgrade that fails
can be explained too: the exit code is 0.`,
		Example: `  rollsim explain shop orders-db --strategy full
  rollsim explain shop aks-data-vmss000002 --strategy full
  rollsim explain shop orders-db-1 --strategy full --at 1h`,
		Args: fileAndName,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := scenario.load(c, args[0])
			if err != nil {
				return err
			}
			index, err := one.choose(s.model)
			if err != nil {
				return err
			}
			when, err := simulatedTime(s.model, at)
			if err != nil {
				return err
			}
			var moment *des.Time
			if c.Flags().Changed("at") {
				moment = &when
			}
			answer, err := s.explain(index, one.number, args[1], moment)
			if err != nil {
				return err
			}
			return s.print(c, output, answer.Text, func(w io.Writer) error { return writeJSON(w, answer) })
		},
	}
	scenario.register(c)
	c.ValidArgsFunction = completeSubject
	output.register(c)
	one.register(c)
	c.Flags().Var((*spanFlag)(&at), "at", "simulated `TIME` since the start, such as 35m (default: the most telling one)")
	return c
}

// fileAndName wants a scenario and a name in it.
func fileAndName(c *cobra.Command, args []string) error {
	if len(args) != 2 {
		return usageError("%s wants a FILE and the name of a POD, WORKLOAD or NODE; got %s", c.Name(), report.Count(len(args), "argument"))
	}
	return nil
}

// completeSubject offers scenarios, and then the workloads and nodes that the
// chosen one has at the start.
func completeSubject(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 || args[0] == "-" {
		return completeScenario(c, args, typed)
	}
	s, err := loadPlain(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, w := range s.model.Workloads {
		names = append(names, w.Name)
	}
	for _, p := range s.model.NodePools {
		for _, n := range p.Nodes {
			names = append(names, n.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// explain plays a replication, finds out who is meant, and plays it again to
// hear what the scheduler thinks of the pods that matter.
func (s *scenario) explain(strategy, replication int, name string, at *des.Time) (*explain.Answer, error) {
	simulator := sim.New(s.model)
	result := simulator.Run(strategy, replication, sim.Options{Trace: true})
	history := explain.Read(result.Trace, result.Run)
	subject, err := history.Find(name, at)
	if err != nil {
		return nil, codedError{exitUsage, err}
	}
	return history.Answer(explain.Question{Subject: subject, At: at}, explain.Scheduler{
		Decisions: func(pods ...kube.PodID) []*kube.Placement {
			return simulator.Run(strategy, replication, sim.Options{Placements: pods}).Placements
		},
		Now: func(t des.Time, p kube.PodID) *kube.Placement {
			return simulator.PlacementsAt(strategy, replication, t, p)[0]
		},
	}), nil
}
