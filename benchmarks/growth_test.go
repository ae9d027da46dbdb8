//go:build unix

package benchmarks

import (
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"rollsim/sim"
	"rollsim/sim/model"
)

// BenchmarkGrowth plays full upgrades of clusters of 100 to 5,000 nodes with 30
// pods each, in turn, with the scheduler's default spread constraints on, as they
// are unless a cluster's owner changes them, and off. It fits time = a *
// nodes^exponent to the median of each size; an exponent of 1 is a cost per pod
// that doesn't depend on the size. ns/pod-100 and so on are that cost, by pods of
// the cluster, and s/op-5000 is how long the largest upgrade takes. Times are the
// processor's, of this process only: others may make a large upgrade wait and a
// small one not.
func BenchmarkGrowth(b *testing.B) {
	for _, spread := range []bool{true, false} {
		b.Run(map[bool]string{true: "default-spread", false: "none"}[spread], func(b *testing.B) {
			sizes := []int{100, 300, 1000, 2500, 5000}
			times := make([][]time.Duration, len(sizes))
			simulators := make([]*sim.Simulator, len(sizes))
			for i, n := range sizes {
				simulators[i] = sim.New(large(b, n, 30, func(s *model.Spec) { s.Scheduler.DefaultSpread = spread }))
				simulators[i].Run(0, 0, sim.Options{})
			}
			replication := 0
			for b.Loop() {
				replication++
				for i := range sizes {
					start := cpuTime(b)
					simulators[i].Run(0, replication, sim.Options{})
					times[i] = append(times[i], cpuTime(b)-start)
				}
			}
			var x, y []float64
			for i, n := range sizes {
				t := median(times[i])
				x, y = append(x, math.Log(float64(n))), append(y, math.Log(t))
				b.ReportMetric(t/float64(30*n), fmt.Sprintf("ns/pod-%d", n))
				if n == sizes[len(sizes)-1] {
					b.ReportMetric(t/1e9, fmt.Sprintf("s/op-%d", n))
				}
			}
			_, exponent := stat.LinearRegression(x, y, nil, false)
			b.ReportMetric(exponent, "exponent")
		})
	}
}

// cpuTime returns how long the process has run on any core.
func cpuTime(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
