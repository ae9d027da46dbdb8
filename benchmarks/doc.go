// Package benchmarks measures rollsim with Go benchmarks: the strategies on
// the library's scenarios, whole upgrades by size of the cluster, and what an
// event costs.
//
//	go test ./benchmarks -run '^$' -bench . -count 10 | tee new.txt
//	go run golang.org/x/perf/cmd/benchstat@latest old.txt new.txt
//
// BenchmarkPlace holds rollsim's scheduler against a plain loop over the nodes,
// in the same run, with each feature of the scheduler on by itself and with all
// of them off; TestPlainAgrees makes sure that the two decide the same:
//
//	go test ./benchmarks -run '^$' -bench Place
//
// BenchmarkGrowth fits how the time of a whole upgrade grows with the cluster:
//
//	go test ./benchmarks -run '^$' -bench Growth -benchtime 1x
//
// Beside the usual columns they report simulated events a second (events/s),
// events of one replication (events/op), and the simulated duration, so that a
// change of behaviour isn't taken for one of speed. Everything is seeded: two
// runs of the same commit simulate the same.
package benchmarks
