package sim

import (
	"context"
	"fmt"
	"sync"

	"rollsim/sim/metrics"
	"rollsim/sim/model"
)

// Replications is what Replicate found: Runs[s][r] is replication r of the s-th
// strategy asked for. Every strategy has the same Done replications, from 0
// without a gap.
type Replications struct {
	Runs [][]*metrics.Run
	Done int
}

// Replicate plays n replications of each strategy, on so many workers at a
// time. Strategies meet the same random numbers in the same replication, so
// their differences are paired. Which worker plays what doesn't show in the
// result. When ctx ends, the longest prefix of replications that is complete
// for all strategies is returned. The progress function, if any, is called
// after each replication, from several goroutines but never at the same time.
//
// A bug of rollsim, for which Run panics, ends everything: the error says in
// which replication it is, and of several the one that was met first.
func Replicate(ctx context.Context, m *model.Model, strategies []int, n, workers int, progress func(done int)) (Replications, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	all := make([][]*metrics.Run, n)
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	finished := func(r int, runs []*metrics.Run) {
		mu.Lock()
		defer mu.Unlock()
		all[r] = runs
		done++
		if progress != nil {
			progress(done)
		}
	}
	for range max(1, min(workers, n)) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					stop(bug{fmt.Errorf("%v", p)})
				}
			}()
			s := New(m)
			for r := range next {
				runs := make([]*metrics.Run, len(strategies))
				for i, index := range strategies {
					runs[i] = s.Run(index, r, Options{}).Run
				}
				finished(r, runs)
			}
		})
	}
	feed(ctx, next, n)
	wg.Wait()
	if found, ok := context.Cause(ctx).(bug); ok {
		return Replications{}, found.error
	}
	return prefix(all, len(strategies)), nil
}

// bug is what a worker panicked with.
type bug struct{ error }

// feed sends the numbers of replications until all are sent or ctx ends.
func feed(ctx context.Context, next chan<- int, n int) {
	defer close(next)
	for r := range n {
		select {
		case next <- r:
		case <-ctx.Done():
			return
		}
	}
}

// prefix turns replications by number into runs by strategy, up to the first
// number that is missing.
func prefix(all [][]*metrics.Run, strategies int) Replications {
	out := Replications{Runs: make([][]*metrics.Run, strategies)}
	for _, runs := range all {
		if runs == nil {
			break
		}
		for i, run := range runs {
			out.Runs[i] = append(out.Runs[i], run)
		}
		out.Done++
	}
	return out
}
