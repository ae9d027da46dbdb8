package rules

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/spelling"
)

// ChannelTargets returns the versions that a cluster's auto-upgrade channel takes
// it to, one after another; none when there is nothing newer. Previews are left
// out. Patch means the newest patch of the control plane's minor, rapid that of
// the newest minor, stable that of the minor before; on the way there is no minor
// left out.
// Source: AKS automatic upgrade page.
func ChannelTargets(s *State) []model.Version {
	var newest []model.Version // of each minor, ascending
	for _, v := range s.offered() {
		switch n := len(newest); {
		case slices.Contains(s.Previews, v):
		case n > 0 && newest[n-1].SameMinor(v):
			newest[n-1] = v
		default:
			newest = append(newest, v)
		}
	}
	last := len(newest)
	switch {
	case s.Channel == model.ChannelPatch:
		newest = slices.DeleteFunc(newest, func(v model.Version) bool { return !v.SameMinor(s.ControlPlane) })
	case s.Channel == model.ChannelStable && last > 0:
		newest = newest[:last-1]
	case !s.Channel.MovesVersions():
		return nil
	}
	return slices.DeleteFunc(newest, func(v model.Version) bool {
		return !s.ControlPlane.Less(v) || s.Channel != model.ChannelPatch && v.SameMinor(s.ControlPlane)
	})
}

// What AKS reckons with when it starts an upgrade of node images by itself: a node
// takes 24 h / 200, as the limit is met by about 200 nodes one at a time.
// Source: architecture center, AKS upgrade practices (pull request 4427).
const (
	estimatedNode  = 24 * time.Hour / 200
	longestUpgrade = 24 * time.Hour
)

var imagesWithinDay = Rule{
	ID:     "automatic-images-within-24-h",
	Code:   OperationNotAllowed,
	Checks: "An upgrade of node images that AKS starts by itself is estimated to take less than 24 hours, all pools together.",
	Source: "architecture center, AKS upgrade practices; the code is assumed, AKS starts nothing and says nothing",
	check: func(s *State, r Request) string {
		if !r.Auto || r.Do != model.UpgradeNodeImage {
			return ""
		}
		total, nodes := time.Duration(0), 0
		for i := range s.Pools {
			each := r
			each.Pool = i
			if x := SurgeOf(s, each, i); x.Slots > 0 {
				total += time.Duration((x.ToUpgrade+x.Slots-1)/x.Slots) * estimatedNode
				nodes += x.ToUpgrade
			}
		}
		if total < longestUpgrade {
			return ""
		}
		return fmt.Sprintf("the images of %d nodes are estimated to take %s, and AKS starts what takes less than 24 hours; raise max_surge", nodes, spelling.Duration(total.Round(time.Minute)))
	},
}
