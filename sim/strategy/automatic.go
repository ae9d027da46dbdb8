package strategy

import (
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// due returns when a request that could go at a time goes: AKS itself asks when
// the maintenance window is open that is for it.
// Source: AKS planned maintenance page.
func due(m *model.Model, r *rules.Request, at time.Duration) time.Duration {
	if !r.Auto {
		return at
	}
	return at + m.UntilOpen(windowOf(m, r), at)
}

func windowOf(m *model.Model, r *rules.Request) model.ConfigurationName {
	if r.Do == model.UpgradeNodeImage && m.Cluster.AutoUpgradeChannel != model.ChannelNodeImage {
		return model.ConfigurationNodeOS
	}
	return model.ConfigurationAutoUpgrade
}

// automatic is what AKS does by itself: the versions that the channel leads to, or
// the one that the strategy names, and node images for the pools that don't have
// them by then, one thing after another. What can start earlier comes first.
// Sources: AKS automatic upgrade and automatic node OS upgrade pages.
func automatic(m *model.Model, strategy *model.Strategy) []step {
	state := rules.FromModel(m)
	targets := rules.ChannelTargets(state)
	if !strategy.To.IsZero() {
		targets = []model.Version{strategy.To}
	}
	var versions []step
	for _, to := range targets {
		s := single("automatic upgrade", model.Upgrade, strategy)
		s.request.To, s.request.Auto = to, true
		if len(targets) > 1 {
			s.request.Name += " to " + to.String()
		}
		versions = append(versions, s)
	}
	image := single("automatic node image", model.UpgradeNodeImage, strategy)
	image.request.Auto = true
	if len(versions) == 0 || due(m, &image.request, 0) < due(m, &versions[0].request, 0) {
		return oneByOne(append(ownImages(m, state, image), versions...))
	}
	for i := range versions {
		state.Apply(versions[i].request)
	}
	return oneByOne(append(versions, ownImages(m, state, image)...))
}

// ownImages returns a step like s for each pool that doesn't have the newest node
// image and gets it from a channel.
func ownImages(m *model.Model, state *rules.State, s step) []step {
	channel := m.Cluster.NodeOSUpgradeChannel
	live := channel == model.NodeOSSecurityPatch && m.Options.SecurityPatch == model.PatchLive
	if (!channel.BringsImages() || live) && m.Cluster.AutoUpgradeChannel != model.ChannelNodeImage || m.Options.NodeImages == model.ImagesWithVersion {
		return nil
	}
	var pools []int
	for _, p := range poolsAt(m, nil) {
		if state.Pools[p].OldImages > 0 {
			pools = append(pools, p)
		}
	}
	return images(m, s, pools)
}

// oneByOne has each step wait for the end of the one before it.
func oneByOne(steps []step) []step {
	for i := range steps {
		steps[i].with, steps[i].after, steps[i].when = 0, i-1, model.Finished
	}
	return steps
}
