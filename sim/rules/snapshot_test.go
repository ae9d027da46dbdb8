package rules

import (
	"time"

	"rollsim/sim/model"
)

// gold is a snapshot of 1.30.3 with an image of 8 April 2024; the run begins on
// 1 May, and pool web has an image of March.
func gold(change ...func(*State)) *State {
	s := shop(on(model.Profile202608))
	s.Start = model.InstantOf(time.Date(2024, time.May, 1, 0, 0, 0, 0, time.UTC))
	s.Snapshots = []model.Snapshot{{Name: "gold", KubernetesVersion: v("1.30.3"), NodeImage: "202404.08.0"}}
	s.Pools[0].Image, s.Pools[1].Image = "202403.01.0", "202403.01.0"
	for _, f := range change {
		f(s)
	}
	return s
}

func toGold(do model.Verb, pool int) Request { return Request{Do: do, Pool: pool, Snapshot: "gold"} }

var snapshotCases = []ruleCase{
	{"snapshot-exists", "there", gold(), toGold(model.UpgradePool, 0), ""},
	{"snapshot-exists", "another", gold(), Request{Do: model.UpgradePool, Snapshot: "silver"}, "there is no snapshot silver"},
	{"snapshot-newer", "newer version and image", gold(), toGold(model.UpgradePool, 0), ""},
	{"snapshot-newer", "the image only", gold(), toGold(model.UpgradeNodeImage, 1), ""},
	{"snapshot-newer", "the version that the pool has", gold(), toGold(model.UpgradePool, 1), "upgrade its node image only"},
	{"snapshot-newer", "another version with the image only", gold(), toGold(model.UpgradeNodeImage, 0), "upgrade the version"},
	{"snapshot-newer", "an older version", gold(webOn("1.30.5"), web(func(p *Pool) { p.Image = "202403.01.0" })), toGold(model.UpgradePool, 0), "which is older than 1.30.5"},
	{"snapshot-newer", "the pool's own image", gold(web(func(p *Pool) { p.Image = "202404.08.0" })), toGold(model.UpgradePool, 0), "which is not newer than 202404.08.0"},
	{"snapshot-within-90-days", "in April, on 1 May", gold(), toGold(model.UpgradePool, 0), ""},
	{"snapshot-within-90-days", "91 days later", gold(func(s *State) { s.Now = 68 * 24 * time.Hour }), toGold(model.UpgradePool, 0), "was published 91 days ago"},
	{"snapshot-within-90-days", "a Windows image has no date", gold(func(s *State) { s.Snapshots[0].NodeImage = "20348.3207.250214" }), toGold(model.UpgradePool, 0), ""},
}
