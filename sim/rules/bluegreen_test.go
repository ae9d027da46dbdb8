package rules

import (
	"testing"

	"rollsim/sim/model"
)

// paused is a pool whose blue-green upgrade to 1.30.3 was ended before its
// commit.
func paused(final bool) func(*State) {
	return web(func(p *Pool) {
		p.BlueGreen, p.Paused = true, Paused{Target: model.Version{Major: 1, Minor: 30, Patch: 3}, Green: 2, FinalSoak: final}
	})
}

var anyTime = options(func(o *model.Options) { o.BlueGreenRollback = model.RollbackAnyTime })

var (
	spotWeb   = web(func(p *Pool) { p.Spot = true })
	spotAlone = options(func(o *model.Options) { o.SpotUpgrade = model.SpotApart })
)

// greenCases are ruleCases of the rules in bluegreen.go.
var greenCases = []ruleCase{
	{"paused-blue-green-goes-on", "no scale", shop(paused(false)), scaleWeb(3), "the blue-green upgrade of agent pool web to 1.30.3 is paused"},
	{"paused-blue-green-goes-on", "the rest of the cluster goes on", shop(web(func(*Pool) {})), scaleWeb(3), ""},
	{"paused-blue-green-goes-on", "its deletion", shop(paused(false)), request(model.DeletePool, 0), ""},
	{"paused-blue-green-goes-on", "another pool's settings", shop(paused(false)), request(model.UpdatePool, 1), ""},
	{"paused-blue-green-goes-on", "no node image of another version", shop(paused(false)), request(model.UpgradeNodeImage, 0), "is paused"},
	{"blue-green-rollback-in-final-soak", "before it", shop(paused(false)), request(model.RollbackPool, 0), "was paused before its final soak"},
	{"blue-green-rollback-in-final-soak", "from it", shop(paused(true)), request(model.RollbackPool, 0), ""},
	{"spot-pools-apart", "with the others", shop(spotWeb), upgrade("1.30.5"), ""},
	{"spot-pools-apart", "option apart", shop(spotWeb, spotAlone), upgrade("1.30.5"), "agent pool web is a spot pool"},
	{"spot-pools-apart", "a pool by itself", shop(spotWeb, spotAlone), scaleWeb(3), ""},
	{"blue-green-rollback-in-final-soak", "option any-time", shop(paused(false), anyTime), request(model.RollbackPool, 0), ""},
}

// TestGreenSurge: a blue-green upgrade adds as many nodes as the pool has, less
// the green ones that a paused one has left, and drains a batch of at least one.
func TestGreenSurge(t *testing.T) {
	for _, c := range []struct {
		count, green int
		batch        model.IntOrPercent
		nodes, slots int
	}{{10, 0, model.Percent(10), 10, 1}, {11, 0, model.Percent(10), 11, 2}, {4, 4, model.Count(3), 0, 3}, {4, 1, model.Count(9), 3, 4}} {
		s := shop(web(func(p *Pool) {
			p.BlueGreen, p.DrainBatch, p.Count, p.Nodes, p.Paused.Green = true, c.batch, c.count, nil, c.green
			p.AddNodes(p.Version, c.count)
		}))
		x := SurgeOf(s, Request{Do: model.UpgradePool, To: model.Version{Major: 1, Minor: 99}}, 0)
		if x.Nodes != c.nodes || x.Slots != c.slots {
			t.Errorf("%+v: %d green nodes, %d at a time", c, x.Nodes, x.Slots)
		}
	}
}

// TestShortage: limits are looked at for exactly the nodes that are asked for,
// whenever the scenario has surge looked at.
func TestShortage(t *testing.T) {
	s := shop(func(s *State) { s.Limits.VCPUs, s.QuotaAtSurge = 0, true })
	if _, ok := Shortage(s, 0, 900); !ok {
		t.Error("no limit, and there is a shortage")
	}
	used := 0
	for i := range s.Pools {
		used += s.Pools[i].Machines * s.Pools[i].VCPUs
	}
	s.Limits.VCPUs = used + 2*s.Pools[0].VCPUs
	if _, ok := Shortage(s, 0, 2); !ok {
		t.Error("two nodes fit, and there is a shortage")
	}
	if r, ok := Shortage(s, 0, 3); ok || r.Code != QuotaExceeded {
		t.Errorf("three nodes don't fit: %v %v", r, ok)
	}
}
