package kube

import (
	"time"

	"rollsim/sim/des"
)

// The disruption controller has one worker, which looks after one budget at a
// time: it works out the status from what it knows of pods and, where that
// differs, writes it with the controller's client, and waits for the answer.
// When an eviction has written the status since the controller learned of it,
// the write is refused as a conflict, and the budget comes back after a while
// that doubles with each conflict in a row. Source: kubernetes
// pkg/controller/disruption/disruption.go, sync and processNextWorkItem, and
// client-go util/workqueue, DefaultTypedControllerRateLimiter.

// budgetSync is how far the controller is with a budget.
type budgetSync struct {
	due       bool  // it is about to learn of a change
	retries   bool  // it comes back after a conflict
	state     uint8 // syncIdle, ...
	again     bool  // something changed while it was looked after
	changes   int32 // that it learned of
	conflicts uint8 // in a row
	next      budgetStatus
	left      []PodID // disruptedPods of the next status
	version   int32   // that the next status is made of
}

// After a conflict a budget comes back in so long, twice as long after each
// further one; and of all conflicts so many a second at most, beyond a burst.
const (
	conflictRetry = 5 * time.Millisecond
	conflictQPS   = 10
	conflictBurst = 100
)

// budgetChanged has the controller learn of a change of a budget or of its
// pods. What it is about to learn already shows this change too.
func (c *Cluster) budgetChanged(i int) {
	b := &c.budgets[i]
	if !b.exists || b.control.due {
		return
	}
	d := c.draw(c.m.Timing.BudgetUpdate, b.key.With(uint64(b.control.changes)), forBudget)
	b.control.changes++
	if d == 0 {
		c.touchBudget(i)
		return
	}
	b.control.due = true
	c.after(d, des.ClassControl, evBudget, int32(i))
}

// touchBudget has the controller look after a budget, soon.
func (c *Cluster) touchBudget(i int) {
	b := &c.budgets[i].control
	b.due = false
	switch b.state {
	case syncWorks:
		b.again = true
	case syncIdle:
		b.state = syncWaits
		if c.control.budgets.enter(1, int32(i)) {
			c.syncBudget(i)
		}
	}
}

// syncBudget works out the status of a budget and asks for it to be written.
func (c *Cluster) syncBudget(i int) {
	b := &c.budgets[i]
	s := &b.control
	s.state, s.again = syncWorks, false
	s.next, s.version = c.nextStatus(i), b.version
	s.left = c.stillDisrupted(s.left[:0], i)
	writes := b.broken || s.next != b.status
	c.step(ServerStep{Act: StatusWorkedOut, Request: none, Pod: none, Budget: i, Writes: writes})
	if !writes {
		c.budgetSynced(i)
		return
	}
	d := c.control.disruption.take(c.eng.Now()) + c.apiWrite(b.key.With(uint64(s.changes)).With(uint64(s.conflicts)), forStatus)
	if d == 0 {
		c.budgetAnswered(i)
		return
	}
	c.after(d, des.ClassControl, evBudgetWritten, int32(i))
}

// budgetAnswered: the API server has written a status, or refuses to because an
// eviction was faster.
func (c *Cluster) budgetAnswered(i int) {
	b := &c.budgets[i]
	s := &b.control
	c.step(ServerStep{Act: StatusWritten, Request: none, Pod: none, Budget: i, Conflict: s.version != b.version})
	if s.version == b.version {
		s.conflicts = 0
		b.disrupted, s.left = s.left, b.disrupted
		c.writeBudget(i, s.next)
		c.budgetReads.fresh(c)
	} else if !s.retries {
		s.retries = true
		pause := max(conflictRetry<<min(s.conflicts, 16), c.control.conflicts.take(c.eng.Now()))
		s.conflicts++
		c.after(pause, des.ClassControl, evBudgetRetry, int32(i))
	}
	c.budgetSynced(i)
}

// budgetRetries: a budget comes back after a conflict.
func (c *Cluster) budgetRetries(i int) {
	c.budgets[i].control.retries = false
	c.touchBudget(i)
}

// budgetSynced: the controller is done with a budget and takes the next.
func (c *Cluster) budgetSynced(i int) {
	s := &c.budgets[i].control
	s.state = syncIdle
	if next := c.control.budgets.leave(); next >= 0 {
		c.syncBudget(int(next))
	}
	if s.again {
		c.touchBudget(i)
	}
}

// busy reports whether the controller is about to look after a budget, or does.
func (s *budgetSync) busy() bool { return s.due || s.retries || s.state != syncIdle }
