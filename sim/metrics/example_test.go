package metrics_test

import (
	"fmt"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// A workload of 4 replicas has 3 ready for a minute and, an hour later, none
// for ten seconds: the mean hides that, the worst window doesn't.
func ExampleStep_Worst() {
	at := func(d time.Duration) des.Time { return des.Time(d) }
	ready := metrics.Step{
		At:    []des.Time{0, at(10 * time.Minute), at(11 * time.Minute), at(71 * time.Minute), at(71*time.Minute + 20*time.Second)},
		Value: []int32{4, 3, 4, 0, 4},
	}
	mean, _ := ready.Mean(0, at(2*time.Hour))
	worst, begins, _ := ready.Worst(time.Minute, 0, at(2*time.Hour))
	fmt.Printf("mean %.2f of 4 ready; %.2f in the minute from %v\n", mean, worst, begins)
	// Output:
	// mean 3.98 of 4 ready; 2.67 in the minute from 1h10m20s
}
