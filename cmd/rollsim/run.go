package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim"
	"rollsim/sim/trace"
)

func runCommand() *cobra.Command {
	var scenario scenarioFlags
	var output outputFlag
	var strategy, out string
	var replication int
	c := &cobra.Command{
		Use:   "run FILE",
		Short: "Play one upgrade and show what every workload loses",
		Long: `Play one replication of one strategy. With --out it leaves summary.json,
report.md, trace.jsonl, availability.png and nodes.png in that folder.

It is one draw of many: "rollsim compare" plays many and gives intervals.`,
		Example: `  rollsim run quickstart --out out
  rollsim run shop --strategy full --set node_pool.web.max_surge=50% --out out`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s, err := scenario.load(c, args[0])
			if err != nil {
				return err
			}
			index, err := chooseStrategy(s.model, strategy)
			if err != nil {
				return err
			}
			if replication < 0 {
				return usageError("--replication %d: replications are numbered from 0", replication)
			}
			result := sim.New(s.model).Run(index, replication, sim.Options{Timeline: true, Trace: out != ""})
			return s.finishRun(c, result, out, output)
		},
	}
	scenario.register(c)
	output.register(c)
	c.Flags().StringVar(&strategy, "strategy", "", "`NAME` of the strategy, needed when the file has several")
	c.Flags().IntVar(&replication, "replication", 0, "number of the replication, from 0")
	c.Flags().StringVar(&out, "out", "", "`FOLDER` for pictures, report, summary and trace")
	return c
}

// finishRun writes the files of a run, prints its result and turns the outcome
// into an exit code.
func (s *scenario) finishRun(c *cobra.Command, result sim.Result, out string, output outputFlag) error {
	run := result.Run
	window := s.model.Cluster.Window
	r := report.RunReport{Source: s.source, Run: run, Header: result.Timeline.Header, Window: window}
	writeJSON := func(w io.Writer) error { return report.WriteRunJSON(w, s.source, run, window.Seconds()) }
	if out != "" {
		files := outputFiles{dir: out}
		var err error
		if r.Pictures, err = drawRun(&files, result, s.chartOptions(), ""); err != nil {
			return err
		}
		err = errors.Join(
			files.add("summary.json", writeJSON),
			files.add("report.md", r.Markdown),
			files.add("trace.jsonl", result.Trace.WriteJSONL))
		if err != nil {
			return codedError{exitInternal, err}
		}
		if err := files.write(c.ErrOrStderr()); err != nil {
			return err
		}
	}
	if err := printResult(c, output, r.Text, writeJSON); err != nil {
		return err
	}
	if run.Outcome != trace.Completed {
		return codedError{code: exitUpgrade}
	}
	return nil
}
