package kube

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"rollsim/sim/model"
	"rollsim/sim/random"
)

// BenchmarkPreempt is the search for victims in a full cluster.
func BenchmarkPreempt(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("nodes=%d", n), func(b *testing.B) {
			r := newRoller(b, preemptSpec(n))
			r.c.Reset(random.NewSource(1, 0))
			p := r.c.slots[r.c.workloadNamed("huge").firstSlot].pod
			b.ReportAllocs()
			for b.Loop() {
				if r.c.findVictims(p) == none {
					b.Fatal("no victims found")
				}
			}
		})
	}
}

// preemptSpec is bigSpec with a pod that fits nowhere and is more important
// than the others.
func preemptSpec(n int) model.Spec {
	s := bigSpec(n)
	huge := model.NewWorkload("huge")
	huge.Kind = model.BarePod
	huge.Requests = model.Resources{CPU: 12_000, Memory: 30 << 30}
	huge.Priority = 1000
	s.Workloads = append(s.Workloads, huge)
	return s
}

// leastMallocs returns the fewest allocations that do needs, of several times.
// The counter is the whole process's: what the runtime allocates now and then
// isn't there each time, what do allocates is.
func leastMallocs(do func()) uint64 {
	least := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		least = min(least, after.Mallocs-before.Mallocs)
	}
	return least
}

// TestPreemptDoesntAllocate: looking for victims allocates nothing on used
// memory.
func TestPreemptDoesntAllocate(t *testing.T) {
	if testing.Short() {
		t.Skip("measures allocations")
	}
	r := newRoller(t, preemptSpec(60))
	r.c.Reset(random.NewSource(1, 0))
	p := r.c.slots[r.c.workloadNamed("huge").firstSlot].pod
	find := func() {
		for range 20 {
			if r.c.findVictims(p) == none {
				t.Fatal("no victims found")
			}
		}
	}
	find()
	if n := leastMallocs(find); n > 10 {
		t.Errorf("%d allocations for 20 searches for victims, want none to speak of", n)
	}
}
