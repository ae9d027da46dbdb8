// Package sim plays upgrades: [Simulator.Run] one replication, [Replicate]
// many on several cores. This page is the map of the house.
//
// # The path of data
//
//	scenario.toml
//	  | scenarios.Load           syntax, unknown keys, positions
//	  | Scenario.Model           shape, ranges, references
//	model.Model                  checked, indexed, never changed; shared by all
//	  | sim.Run                  one replication of one strategy
//	trace records --> metrics.Meter (always), metrics.Timeline and trace.Trace (when asked for)
//	  | metrics.Run              one replication in numbers
//	  | metrics.Summarize        many: median, interval, bounds, warnings
//	metrics.Summary
//	  | report, report/chart
//	stdout, Markdown, JSON, PNG
//
// The trace is the only bridge between behaviour and numbers. Package kube and
// package aks write records and compute no availability; package metrics reads
// records and sees no live state.
//
// # The rooms, from the ground up
//
//	des        simulated time and the future event list; no Kubernetes word in it
//	spelling   how durations are written, and what a slip was meant to be
//	random     seeds, keyed streams, distributions in time units
//	model      what is simulated: cluster, pools, workloads, strategies, VM sizes
//	trace      records of what happened, with a header that names everything
//	rules      AKS's validation rules as pure functions over a snapshot
//	kube       how Kubernetes behaves: scheduler, controllers, budgets, drains
//	autoscaler the cluster autoscaler: nodes for pods that fit nowhere, and away
//	aks        how AKS behaves: operations, states, rolling upgrades
//	strategy   the operator: which request is submitted when; and the plan of it
//	metrics    from records to numbers, to pictures' data, to statistics
//	simtest    clusters for the tests of all these
//
// Imports go one way only; TestLayers reads the files and holds them to it.
//
// # One replication
//
// Three rooms act on one event list. The strategy submits requests to aks. Aks
// answers at once, then works through two faces of kube: what a client of the
// Kubernetes API can do (kube.API: cordon, evict, drain), and what a cloud can
// do to machines (kube.Machines: boot, reimage, delete). Kube tells aks through
// one observer what it waits for, and aks tells the strategy. The run is over
// when the strategy is done; it is observed further until the cluster is
// settled: every workload has its replicas ready again and aks has removed what
// a stopped upgrade left; or until nothing more can happen, or to the horizon.
//
// # Promises
//
// The same scenario, seed and replication give the same records, byte by byte,
// on any number of cores: time is whole nanoseconds, events have a total order,
// and every random decision draws from a stream that is keyed by what is
// decided for whom, never by the order of draws. So strategies meet the same
// slow nodes, and their differences are paired.
//
// # Where to start
//
// To see one behaviour, read a transcript in aks/testdata or kube/testdata. To
// change one, find its row in the README's table: behaviour, source, test.
package sim
