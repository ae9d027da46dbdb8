package aks

import (
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// A pool's node image is the one that it has at the start or the newest. Every
// upgrade brings the newest; new nodes of a pool get the pool's own.
// Source: AKS automatic upgrade page, note on node images.

// recorded is what a pool was on before its last upgrade.
type recorded struct {
	version int  // index into Model.Versions
	newest  bool // it had the newest node image
	at      des.Time
}

// startsNewest reports whether a pool has the newest node image at the start.
func (s *Service) startsNewest(p *pool) bool {
	_, release, _ := model.SplitNodeImage(s.m.NodePools[p.index].NodeImageVersion)
	return release == s.m.Cluster.LatestNodeImage
}

// hasNewest reports whether a node has the newest image, or gets it while it is
// reimaged.
func (s *Service) hasNewest(n kube.NodeID) bool { return s.markOf(n).newest }

// renewed reports whether a node is as an upgrade wants it.
func (s *Service) renewed(p *pool, n kube.NodeID) bool {
	switch s.ops[p.op].request.Do {
	case model.UpgradeNodeImage:
		return s.hasNewest(n)
	case model.RollbackPool:
		return s.version(n) == p.roll.target && s.hasNewest(n) == p.roll.newest
	}
	return s.version(n) == p.roll.target
}

// settleImage takes the pool's node image from its nodes: the newest when all
// that stay have it.
func (s *Service) settleImage(p *pool) {
	old, any := 0, false
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) {
			any = true
			old += count(!s.hasNewest(n))
		}
	}
	switch {
	case any:
		p.newest = old == 0
	case !grows(s.ops[p.op].request): // an upgrade of a pool without nodes
		p.newest = p.roll.newest
	}
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
		return model.NodeImageOf(s.m.Versions[p.version])
	}
	return s.imageNamed(p, p.newest)
}

func (s *Service) imageNamed(p *pool, newest bool) string {
	name := s.m.NodePools[p.index].NodeImageVersion
	if family, _, ok := model.SplitNodeImage(name); ok && newest {
		return family + "-" + s.m.Cluster.LatestNodeImage
	}
	return name
}

// release returns the release of a pool's node image.
func (s *Service) release(p *pool, newest bool) string {
	_, release, _ := model.SplitNodeImage(s.imageNamed(p, newest))
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
		Image:   s.release(p, p.previous.newest),
		Age:     s.eng.Now().Sub(p.previous.at),
	}
}

// rollState is the provisioning state of a pool while it is rolled.
func rollState(r rules.Request) trace.State {
	if r.Do == model.UpgradeNodeImage {
		return trace.StateUpgradingNodeImage
	}
	return trace.StateUpgrading
}
