package strategy

import (
	"time"

	"rollsim/sim/rules"
)

// ledger is what a plan remembers of the writes to a resource.
type ledger struct {
	rules.Ledger
	writer int // the step of the last write
}

func (p *planner) ledger(pool int) *ledger {
	if p.ledgers == nil {
		p.ledgers = make(map[int]*ledger)
	}
	if p.ledgers[pool] == nil {
		p.ledgers[pool] = &ledger{writer: -1}
	}
	return p.ledgers[pool]
}

// know gives the state what step i meets at a time: the time, writes of the same moment
// that it hasn't waited for, and the throttle. A request that the throttle holds
// up is sent again in time, so a plan leaves that out as long as there are
// retries.
func (p *planner) know(i int, at time.Duration) {
	s := &p.steps[i]
	p.state.Now = at
	about := func(pool int) rules.Writes {
		l := p.ledger(pool)
		w := l.At(at)
		w.Racing = w.Written && w.Since == 0 && s.after != l.writer
		if p.strategy.Retries > 0 {
			w.RetryAfter = 0
		}
		return w
	}
	p.state.Writes = about(-1)
	if pool := s.request.Pool; pool >= 0 {
		p.state.Pools[pool].Writes = about(pool)
	}
}

// count has a request counted by the throttle.
func (p *planner) count(refusals []rules.Refusal, r rules.Request, at time.Duration) {
	if r.Puts() && (len(refusals) == 0 || refusals[0].Code != rules.Throttled) {
		p.ledger(r.Pool).Put(at)
	}
}

// written notes that a step was accepted and changes its resource.
func (p *planner) written(i int, at time.Duration) {
	l := p.ledger(p.steps[i].request.Pool)
	l.Write(at)
	l.writer = i
}
