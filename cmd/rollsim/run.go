package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim"
)

func runCommand() *cobra.Command {
	var scenario scenarioFlags
	var output outputFlag
	var one replicationFlags
	var out string
	c := &cobra.Command{
		Use:   "run FILE",
		Short: "Play one upgrade and show what every workload loses",
		Long: `Play one replication of one strategy. With --out it leaves summary.json,
report.md, trace.jsonl, availability.png and nodes.png in that folder.

It is one draw of many: "rollsim compare" plays many and gives intervals.

Exit code 4: the upgrade was refused, blocked or failed where nothing expected
it, was not over at the horizon, or left a workload down at the end.`,
		Example: `  rollsim run quickstart --out out
  rollsim run shop --strategy full --set node_pool.web.max_surge=50% --out out
  rollsim run shop --strategy full --replication 17 --output json`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := scenario.load(c, args[0])
			if err != nil {
				return err
			}
			index, err := one.choose(s.model)
			if err != nil {
				return err
			}
			return s.run(c, index, one.number, out, output)
		},
	}
	scenario.register(c)
	output.register(c)
	one.register(c)
	c.Flags().StringVar(&out, "out", "", "`FOLDER` for pictures, report, summary and trace")
	return c
}

// run plays one replication, writes its files, prints its result and turns the
// outcome into an exit code.
func (s *scenario) run(c *cobra.Command, strategy, replication int, out string, output outputFlag) error {
	var files *outputFiles
	if out != "" {
		var err error
		if files, err = newOutputFiles(out); err != nil {
			return err
		}
	}
	result := sim.New(s.model).Run(strategy, replication, sim.Options{Timeline: true, Trace: files != nil})
	window := s.model.Cluster.Window
	r := report.RunReport{Source: s.source, Run: result.Run, Header: result.Timeline.Header, Window: window}
	writeJSON := func(w io.Writer) error { return report.WriteRunJSON(w, s.source, result.Run, window.Seconds()) }
	if files != nil {
		pictures, err := drawRun(files, result, s.chartOptions(), "")
		r.Pictures = pictures
		err = errors.Join(err,
			files.add("summary.json", writeJSON),
			files.add("report.md", r.Markdown),
			files.add("trace.jsonl", result.Trace.WriteJSONL))
		if err == nil {
			err = files.write(c.Context())
		}
		if err != nil {
			return err
		}
	}
	if err := s.print(c, output, r.Text, writeJSON); err != nil {
		return err
	}
	if files != nil {
		files.wrote(c.ErrOrStderr())
	}
	if !result.Run.Completes() {
		return codedError{code: exitUpgrade}
	}
	return nil
}
