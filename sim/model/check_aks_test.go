package model

import (
	"testing"
	"time"
)

// TestCheckKinds: what a pool's machines are and how they are upgraded, rule by
// rule of check_aks.go.
func TestCheckKinds(t *testing.T) {
	pool := func(change func(*NodePool)) func(*Spec) { return func(s *Spec) { change(&s.NodePools[1]) } }
	system := func(change func(*NodePool)) func(*Spec) { return func(s *Spec) { change(&s.NodePools[0]) } }
	green := func(change func(*BlueGreenSettings)) func(*Spec) {
		return pool(func(p *NodePool) { p.UpgradeStrategy, p.BlueGreen = BlueGreen, NewBlueGreen(); change(&p.BlueGreen) })
	}
	const at = "node_pool[1].blue_green"
	runRows(t, []checkRow{
		{"windows", pool(func(p *NodePool) { p.Name, p.OSType = "web123x", Windows }), `error node_pool[1].name: "web123x" is longer than AKS allows for a Windows pool; use up to 6 letters and digits` + "\n" +
			`error strategy[2].operation[1].pool: no pool is named "web"; the pools are system, web123x` + "\n" +
			`error strategy[2].operation[2].pool: no pool is named "web"; the pools are system, web123x`},
		{"system", system(func(p *NodePool) { p.OSType = "BSD" }), `error node_pool[0].os_type: "BSD" is not known; use "Linux" or "Windows"`},
		{"spot system pool", system(func(p *NodePool) { p.ScaleSetPriority = Spot }), `error node_pool[0].scale_set_priority: "Spot" is for user pools; a system pool has regular machines`},
		{"blue-green", green(func(*BlueGreenSettings) {}), ""},
		{"no batch", green(func(b *BlueGreenSettings) { b.DrainBatchSize = Count(0) }), `error ` + at + `.drain_batch_size: 0 would drain no node; use 1 or more`},
		{"long batch soak", green(func(b *BlueGreenSettings) { b.BatchSoak = 25 * time.Hour }), `error ` + at + `.batch_soak: 25h is not from 0s to 24h`},
		{"long final soak", green(func(b *BlueGreenSettings) { b.FinalSoak = 169 * time.Hour }), `error ` + at + `.final_soak: 169h is not from 0s to 168h`},
		{"settings of a rolling pool", pool(func(p *NodePool) { p.BlueGreen = NewBlueGreen(); p.BlueGreen.FinalSoak = 0 }),
			`warning ` + at + `: these settings have no effect with upgrade_strategy "Rolling"`},
		{"hops without versions", func(s *Spec) { s.Strategies[0].Hops, s.Cluster.OfferedVersions = true, nil },
			`error strategy[0].hops: true is given, and cluster.offered_versions has no versions to go over; list them there`},
		{"hops", func(s *Spec) {
			s.Strategies[0].Hops, s.Cluster.OfferedVersions = true, []Version{{1, 29, 7}, {1, 30, 5}}
		}, ""},
		{"hops by hand", func(s *Spec) { s.Strategies[2].Hops = true }, `error strategy[2].hops: true is given, and kind "operations" takes no hops; leave the key out`},
		{"hops in parallel", func(s *Spec) {
			s.Strategies[1].Hops, s.Strategies[1].Parallel, s.Cluster.OfferedVersions = true, 2, []Version{{1, 29, 7}, {1, 30, 5}}
		}, `error strategy[1].hops: true is given beside parallel 2, and a chain has one request after the other; leave one of them out`},
		{"probability", func(s *Spec) { s.Failures.Allocation.Probability = 1.5 }, `error failures.allocation: probability 1.5 is not from 0 to 1`},
		{"retries", func(s *Spec) { s.Failures.NodeCreate.Retries = -1 }, `error failures.node_create: retries -1 is not from 0 to 100`},
	})
}

func percentPointer(n int) *IntOrPercent {
	x := Percent(n)
	return &x
}
