package rules

import (
	"fmt"
	"testing"

	"rollsim/sim/model"
)

// aging gives pool web nodes with old images.
func aging(nodes int) func(*State) {
	return func(s *State) {
		s.Profile, s.Pools[0] = model.Profile202608, pool("web", model.ModeUser, "1.29.7", nodes)
		s.Pools[0].OldImages, s.Pools[0].MaxSurge = nodes, model.Count(1)
	}
}

func byItself(do model.Verb) Request { return Request{Do: do, Auto: true} }

var channelCases = []ruleCase{
	{"automatic-images-within-24-h", "199 nodes, one at a time", shop(aging(199)), byItself(model.UpgradeNodeImage), ""},
	{"automatic-images-within-24-h", "200 nodes", shop(aging(200)), byItself(model.UpgradeNodeImage), "the images of 200 nodes are estimated to take 24h"},
	{"automatic-images-within-24-h", "two at a time", shop(aging(200), func(s *State) { s.Pools[0].MaxSurge = model.Count(2) }), byItself(model.UpgradeNodeImage), ""},
	{"automatic-images-within-24-h", "for a user", shop(aging(200)), request(model.UpgradeNodeImage, 0), ""},
	{"rollback-without-auto-upgrade", "the image would come again", shop(on(model.Profile202608), func(s *State) {
		s.Channel, s.NodeOSChannel = model.ChannelNone, model.NodeOSNodeImage
		s.Pools[0].Image, s.Pools[0].Previous = "202405.01.0", Recorded{Version: v("1.28.12"), Image: "202403.01.0"}
	}), request(model.RollbackPool, 0), "node OS channel NodeImage would bring agent pool web the newest image again"},
}

// TestChannelTargets: where each channel leads from each version.
func TestChannelTargets(t *testing.T) {
	for _, c := range []struct {
		channel model.AutoUpgradeChannel
		from    string
		want    string
	}{
		{model.ChannelNone, "1.29.7", "[]"},
		{model.ChannelNodeImage, "1.29.7", "[]"},
		{model.ChannelPatch, "1.29.7", "[1.29.9]"},
		{model.ChannelPatch, "1.29.9", "[]"},
		{model.ChannelStable, "1.29.7", "[1.30.5]"}, // the newest is 1.32.0, a preview
		{model.ChannelStable, "1.28.12", "[1.29.9 1.30.5]"},
		{model.ChannelStable, "1.31.1", "[]"},
		{model.ChannelRapid, "1.29.7", "[1.30.5 1.31.2]"},
		{model.ChannelRapid, "1.30.5", "[1.31.2]"},
		{model.ChannelRapid, "1.31.2", "[]"},
	} {
		s := shop(controlPlane(c.from), func(s *State) {
			s.Channel, s.Previews = c.channel, []model.Version{v("1.32.0")}
		})
		if got := fmt.Sprint(ChannelTargets(s)); got != c.want {
			t.Errorf("%s from %s: %s, want %s", c.channel, c.from, got, c.want)
		}
	}
}
