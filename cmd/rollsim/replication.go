package main

import (
	"time"

	"github.com/spf13/cobra"

	"rollsim/report"
	"rollsim/sim/des"
	"rollsim/sim/model"
)

// replicationFlags are the flags of a verb that plays one replication.
type replicationFlags struct {
	strategy string
	number   int
}

func (f *replicationFlags) register(c *cobra.Command) {
	registerStrategy(c, &f.strategy)
	c.Flags().IntVar(&f.number, "replication", 0, "number of the replication, from 0")
}

// choose returns the index of the strategy that is asked for, and refuses a
// replication that doesn't exist.
func (f *replicationFlags) choose(m *model.Model) (strategy int, err error) {
	strategy, err = chooseStrategy(m, f.strategy)
	if err == nil && f.number < 0 {
		err = usageError("--replication %d: replications are numbered from 0", f.number)
	}
	return strategy, err
}

// simulatedTime checks the value of --at.
func simulatedTime(m *model.Model, at time.Duration) (des.Time, error) {
	if at < 0 || at > m.Run.Horizon {
		return 0, usageError("--at %s: want a time from 0s to the horizon, %s", report.Span(at), report.Span(m.Run.Horizon))
	}
	return des.Time(at), nil
}
