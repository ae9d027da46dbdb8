package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/report/chart"
	"rollsim/sim"
	"rollsim/sim/metrics"
	"rollsim/sim/model"
)

func compareCommand() *cobra.Command {
	var flags scenarioFlags
	var output outputFlag
	var names []string
	var out string
	var strict bool
	c := &cobra.Command{
		Use:   "compare FILE",
		Short: "Play every strategy many times and say which one to take",
		Long: `Play paired replications of every strategy: in one replication all of them
meet the same slow nodes. With --out it leaves summary.json, report.md,
comparison.png and, for each strategy, the two pictures of its median run.

Gates of the scenario are judged on the bound of the interval. An interrupt
stops playing; what is complete is counted, written and marked.

Exit code 3: a gate failed. 4: a strategy didn't complete in some replication,
or left a workload down at the end.
130: interrupted.`,
		Example: `  rollsim compare shop --out out
  rollsim compare shop --strategy full --strategy "pool by pool" --replications 100`,
		Args: oneFile,
		RunE: func(c *cobra.Command, args []string) error {
			s, err := flags.load(c, args[0])
			if err != nil {
				return err
			}
			chosen, err := chooseStrategies(s, names)
			if err != nil {
				return err
			}
			return s.compare(c, chosen, out, output, strict)
		},
	}
	flags.register(c)
	output.register(c)
	c.Flags().IntVar(&flags.replications, "replications", 0, "`NUMBER` of replications of each strategy (default: the scenario's)")
	c.Flags().StringArrayVar(&names, "strategy", nil, "only the strategy of that `NAME`; may be repeated")
	_ = c.RegisterFlagCompletionFunc("strategy", completeStrategy)
	c.Flags().StringVar(&out, "out", "", "`FOLDER` for pictures, report and summary")
	c.Flags().BoolVar(&strict, "strict", false, "an inconclusive gate counts as failed")
	return c
}

// chooseStrategies are the indices of the named strategies, in file order; no
// name means all.
func chooseStrategies(s *scenario, names []string) ([]int, error) {
	var chosen []int
	for _, name := range names {
		i, err := chooseStrategy(s.model, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	if len(names) == 0 {
		for i := range s.model.Strategies {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) == 0 {
		_, err := chooseStrategy(s.model, "")
		return nil, err
	}
	return chosen, nil
}

// compare plays, summarizes, writes and judges.
func (s *scenario) compare(c *cobra.Command, chosen []int, out string, output outputFlag, strict bool) error {
	var files *outputFiles
	if out != "" {
		var err error
		if files, err = newOutputFiles(out); err != nil {
			return err
		}
	}
	summary, err := s.replicate(c, chosen)
	if err != nil {
		return err
	}
	r := report.CompareReport{Source: s.source, Summary: summary, Daemons: s.daemons()}
	if files != nil {
		if err := s.writeComparison(c, &r, chosen, files); err != nil {
			return err
		}
	}
	writeJSON := func(w io.Writer) error { return report.WriteCompareJSON(w, s.source, summary) }
	if err := s.print(c, output, r.Text, writeJSON); err != nil {
		return err
	}
	if files != nil {
		files.wrote(c.ErrOrStderr())
	}
	return compareExit(summary, strict)
}

// replicate plays until all replications are complete or a signal comes, and
// summarizes what is complete.
func (s *scenario) replicate(c *cobra.Command, chosen []int) (*metrics.Summary, error) {
	n := s.model.Run.Replications
	update, finish := progress(c.ErrOrStderr(), n, "replications")
	played, err := sim.Replicate(c.Context(), s.model, chosen, n, runtime.GOMAXPROCS(0), update)
	finish()
	if err != nil {
		return nil, internalError(err)
	}
	if played.Done == 0 {
		return nil, codedError{exitInterrupted, errors.New("interrupted before the first replication was complete; nothing is written")}
	}
	if played.Done < n {
		fmt.Fprintf(c.ErrOrStderr(), "rollsim: interrupted: finishing with %d of %d replications; a second signal ends this, too\n", played.Done, n)
	}
	summary, err := metrics.Summarize(metrics.NewInput(s.model, chosen, played.Runs))
	if err != nil {
		return nil, codedError{exitInternal, err}
	}
	return summary, nil
}

// daemons are the names of DaemonSets as metrics spell them: with the namespace
// where the name alone isn't enough.
func (s *scenario) daemons() map[string]bool {
	names := map[string]bool{}
	for _, w := range s.model.Workloads {
		if w.Kind == model.DaemonSet {
			names[w.Namespace+"/"+w.Name] = true
			names[w.Name] = true
		}
	}
	for _, w := range s.model.Workloads {
		if w.Kind != model.DaemonSet {
			delete(names, w.Name)
		}
	}
	return names
}

// writeComparison plays the median run of each strategy once more, this time
// for its pictures, and writes all files.
func (s *scenario) writeComparison(c *cobra.Command, r *report.CompareReport, chosen []int, files *outputFiles) error {
	picture, err := chart.Comparison(r.Summary, s.chartOptions())
	if err != nil {
		return codedError{exitInternal, err}
	}
	if err := files.add("comparison.png", picture.PNG); err != nil {
		return err
	}
	r.Pictures = append(r.Pictures, report.Picture{File: "comparison.png", Alt: picture.Alt})
	simulator := sim.New(s.model)
	var names []string
	for _, x := range r.Summary.Strategies {
		names = append(names, x.Strategy)
	}
	suffixes := fileSuffixes(names)
	for i, index := range chosen {
		result := simulator.Run(index, r.Summary.Strategies[i].MedianRun, sim.Options{Timeline: true})
		o := s.chartOptions()
		o.Note = "median run"
		pictures, err := drawRun(files, result, o, suffixes[i])
		if err != nil {
			return err
		}
		r.Pictures = append(r.Pictures, pictures...)
		r.Header = result.Timeline.Header
	}
	err = errors.Join(
		files.add("summary.json", func(w io.Writer) error { return report.WriteCompareJSON(w, s.source, r.Summary) }),
		files.add("report.md", r.Markdown))
	if err != nil {
		return err
	}
	return files.write(context.WithoutCancel(c.Context())) // what is complete is worth keeping
}

// compareExit is the exit code of a comparison that was printed: an interrupt
// comes first, then gates, then upgrades that didn't complete.
func compareExit(s *metrics.Summary, strict bool) error {
	if s.Done < s.Replications {
		return codedError{code: exitInterrupted}
	}
	for _, g := range s.Gates {
		if g.Verdict == metrics.Fail || strict && g.Verdict == metrics.Inconclusive {
			return codedError{code: exitGate}
		}
	}
	for i := range s.Strategies {
		if s.Strategies[i].Completes.Hits < s.Strategies[i].Replications {
			return codedError{code: exitUpgrade}
		}
	}
	return nil
}
