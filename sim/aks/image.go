package aks

import (
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
	"time"
)

// A pool's node image is the one that it has at the start, the newest, or that of
// a snapshot. Every upgrade brings the newest but one to a snapshot; new nodes of
// a pool get the pool's own.
// Sources: AKS automatic upgrade page, note on node images; node pool snapshot
// page.

// imageID is one of the node images that the nodes of a pool can have.
type imageID int16

// The images; those of snapshots follow.
const (
	ownImage imageID = iota // the pool's at the start
	newestImage
	firstSnapshot
)

// recorded is what a pool was on before its last upgrade.
type recorded struct {
	version int // index into Model.Versions
	image   imageID
	at      des.Time
}

// imageAtStart returns the image that a pool has at the start.
func (s *Service) imageAtStart(p *pool) imageID {
	_, release, _ := model.SplitNodeImage(s.m.NodePools[p.index].NodeImageVersion)
	if release == s.m.Cluster.LatestNodeImage {
		return newestImage
	}
	return ownImage
}

// imageOf returns the image that a snapshot has; without one, the newest.
func (s *Service) imageOf(snapshot string) imageID {
	i, ok := s.m.FindSnapshot(snapshot)
	if !ok || s.m.Snapshots[i].NodeImage == s.m.Cluster.LatestNodeImage {
		return newestImage
	}
	return firstSnapshot + imageID(i)
}

// newImage returns the image of a node that is ordered now: while the pool is
// upgraded that of the upgrade, also where the node takes the place of one that a
// failed upgrade has lost; else the pool's.
func (s *Service) newImage(p *pool) imageID {
	if p.roll.phase != 0 && (s.rolls(p) || s.blueGreen(p)) {
		return p.roll.image
	}
	return p.image
}

// hasNewest reports whether a node has the newest image, or gets it while it is
// reimaged.
func (s *Service) hasNewest(n kube.NodeID) bool { return s.markOf(n).image == newestImage }

// renewed reports whether a node is as an upgrade wants it.
func (s *Service) renewed(p *pool, n kube.NodeID) bool {
	image := s.markOf(n).image == p.roll.image
	switch s.ops[p.op].request.Do {
	case model.UpgradeNodeImage:
		return image
	case model.RollbackPool:
		return image && s.version(n) == p.roll.target
	}
	return s.version(n) == p.roll.target
}

// settleImage takes the pool's node image from its nodes: the oldest of those
// that stay.
func (s *Service) settleImage(p *pool) {
	any := false
	for _, n := range s.k.Nodes(p.index) {
		if x := s.markOf(n).image; s.stays(n) && (!any || s.older(p, x, p.image)) {
			any, p.image = true, x
		}
	}
	if !any && !grows(s.ops[p.op].request) { // an upgrade of a pool without nodes
		p.image = p.roll.image
	}
}

// older reports whether one image of a pool was released before another.
func (s *Service) older(p *pool, a, b imageID) bool {
	return a != b && model.CompareReleases(s.release(p, a), s.release(p, b)) < 0
}

// oldImages counts the nodes of a pool that don't have the newest image.
func (s *Service) oldImages(p *pool) int {
	old := 0
	for _, n := range s.k.Nodes(p.index) {
		old += count(s.stays(n) && !s.hasNewest(n))
	}
	return old
}

// image returns the name of the node image that a pool has.
func (s *Service) image(p *pool) string {
	if s.m.Options.NodeImages == model.ImagesWithVersion {
		return model.NodeImageOf(s.m.Versions[p.version], s.m.NodePools[p.index].OSType)
	}
	return s.imageNamed(p, p.image)
}

func (s *Service) imageNamed(p *pool, image imageID) string {
	name := s.m.NodePools[p.index].NodeImageVersion
	family, _, ok := model.SplitNodeImage(name)
	switch {
	case !ok || image == ownImage:
		return name
	case image == newestImage:
		return family + "-" + s.m.Cluster.LatestNodeImage
	}
	return family + "-" + s.m.Snapshots[image-firstSnapshot].NodeImage
}

// release returns the release of a pool's node image.
func (s *Service) release(p *pool, image imageID) string {
	_, release, _ := model.SplitNodeImage(s.imageNamed(p, image))
	return release
}

// remember records what an upgrade has led away from, so that the pool can be
// rolled back to it. A rollback can't be rolled back.
func (s *Service) remember(p *pool) {
	r := &p.roll
	switch s.ops[p.op].request.Do {
	case model.RollbackPool:
		p.previous = nil
		return
	case model.UpgradeNodeImage:
	default:
		if r.before.version == r.target {
			return
		}
	}
	before := r.before
	before.at = s.eng.Now()
	p.previous = &before
}

// recordedOf returns p's record as the rules see it.
func (s *Service) recordedOf(p *pool) rules.Recorded {
	if p.previous == nil {
		return rules.Recorded{}
	}
	return rules.Recorded{
		Version: s.m.Versions[p.previous.version],
		Image:   s.release(p, p.previous.image),
		At:      time.Duration(p.previous.at),
	}
}

// rollState is the provisioning state of a pool while it is rolled.
func rollState(r rules.Request) trace.State {
	if r.Do == model.UpgradeNodeImage {
		return trace.StateUpgradingNodeImage
	}
	return trace.StateUpgrading
}
