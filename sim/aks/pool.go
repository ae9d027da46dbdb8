package aks

import (
	"slices"

	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// pool is a node pool resource.
type pool struct {
	index    int
	zones    []int // indices into Cluster.Zones; empty: none
	surging  []int // the zones of surge nodes, as those
	state    trace.State
	version  int // of its oldest node; index into Model.Versions
	target   int // that was last asked for
	asked    int // as target, but the alias where one was asked for
	declared bool
	absent   bool // not there
	stopped  bool // without nodes until it is started
	image    imageID
	previous *recorded
	count    int // nodes that it is meant to have
	machines int // nodes that exist, surge nodes and those on their way out included
	settings model.UpgradeSettings
	op       OperationID // that works on the pool; none: none does
	roll     roll
	begun    bool // op has begun its work; before, it waits for busy nodes that a failed operation left
	busy     int  // nodes that are drained to be reimaged, soak, or are being reimaged
	pending  int  // nodes that op ordered or removes, and that have neither come nor gone yet
	leaving  int  // nodes that are drained to be deleted, or being deleted, for op or to clean up
	cleanUp  bool // evCleanUp is to come
	remains  bool // a failed upgrade may have left surge nodes
	draws    draws
	orders   int // machines ordered so far, those that failed included
	waiting  []waiting
	short    shortage // of the operation in progress
	paused   paused
	strays   int // nodes that an operation ordered and that come when it is over, and those that the autoscaler ordered
	writes   writes
	snapshot string // that it is pinned to; empty: none

	scaling model.Autoscaling
	awaited []awaited // machines that the autoscaler ordered, which AKS doesn't know yet to be missing
}

func newPool(m *model.Model, index int) pool {
	p := pool{index: index, draws: poolDraws(m.NodePools[index].Name)}
	for _, z := range m.NodePools[index].Zones {
		p.zones = append(p.zones, slices.Index(m.Cluster.Zones, z))
	}
	p.surging = p.zones
	if own := m.NodePools[index].SurgeZones; len(own) > 0 {
		p.surging = nil
		for _, z := range own {
			p.surging = append(p.surging, slices.Index(m.Cluster.Zones, z))
		}
	}
	return p
}

func (s *Service) resetPool(p *pool) {
	from := &s.m.NodePools[p.index]
	*p = pool{
		index:    p.index,
		zones:    p.zones,
		surging:  p.surging,
		draws:    p.draws.reset(),
		state:    trace.StateSucceeded,
		declared: from.VersionSet,
		absent:   from.Absent,
		count:    from.Count,
		machines: len(s.k.Nodes(p.index)),
		settings: from.Upgrade,
		snapshot: from.Snapshot,
		op:       none,
		paused:   notPaused,
		roll:     p.roll.reset(),
		scaling:  from.Autoscaling,
		awaited:  p.awaited[:0],
	}
	p.version = s.versionIndex(from.KubernetesVersion)
	p.target = p.version
	p.asked = p.target
	if !from.Requested.IsZero() {
		p.asked = s.versionIndex(from.Requested)
	}
	if p.absent {
		return
	}
	p.version = s.oldest(p)
	p.image = s.imageAtStart(p)
	for _, n := range s.k.Nodes(p.index) {
		s.markOf(n).image = p.image
	}
	s.rec.Add(trace.ProvisioningState, poolRef(p.index), trace.Ref{}, int64(trace.StateSucceeded), 0)
	s.rec.Add(trace.TargetVersion, poolRef(p.index), versionRef(p.asked), 0, 0)
	s.rec.Add(trace.CurrentVersion, poolRef(p.index), versionRef(p.version), 0, 0)
}

// store keeps the settings that a request brings. Source: azure-cli; settings
// given at upgrade time persist.
func (p *pool) store(r rules.Request) {
	if r.MaxSurge != nil {
		p.settings.MaxSurge = *r.MaxSurge
	}
	if r.MaxUnavailable != nil {
		p.settings.MaxUnavailable = *r.MaxUnavailable
	}
	if r.DrainTimeout != nil {
		p.settings.DrainTimeout = *r.DrainTimeout
	}
	if r.NodeSoak != nil {
		p.settings.NodeSoak = *r.NodeSoak
	}
	p.scaling = r.Scaling(p.scaling)
}

// zone returns the zone of the i-th node of a row: they go round robin.
func (p *pool) zone(i int) int {
	if len(p.zones) == 0 {
		return -1
	}
	return p.zones[i%len(p.zones)]
}

// oldest returns the version of a pool's oldest node; without nodes, what was
// last asked for.
func (s *Service) oldest(p *pool) int {
	oldest, found := p.target, false
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) && (!found || s.version(n) < oldest) {
			oldest, found = s.version(n), true
		}
	}
	return oldest
}

// upToDate reports whether a pool has nothing to do to be on a version.
func (s *Service) upToDate(p *pool, version int) bool {
	if p.version != version || p.state == trace.StateFailed || p.state == trace.StateCanceled {
		return false
	}
	if p.op == none && s.leftover(p) > 0 {
		return false
	}
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) && s.version(n) != version {
			return false
		}
	}
	return true
}

// declare records what was asked for: az shows it as orchestratorVersion while
// the pool is still Upgrading.
func (s *Service) declare(p *pool, version, asked int, cause trace.ID) {
	p.declared = true
	if p.target != version || p.asked != asked {
		p.target, p.asked = version, asked
		s.rec.Add(trace.TargetVersion, poolRef(p.index), versionRef(asked), 0, cause)
	}
}

// settle records the version that the pool is on after an operation.
func (s *Service) settle(p *pool, cause trace.ID) {
	if oldest := s.oldest(p); oldest != p.version {
		p.version = oldest
		s.rec.Add(trace.CurrentVersion, poolRef(p.index), versionRef(oldest), 0, cause)
	}
	s.settleImage(p)
}

// NodeUsable implements kube.Observer.
func (s *Service) NodeUsable(n kube.NodeID) {
	w := s.workOn(n)
	p := &s.pools[s.k.Node(n).Pool]
	soak := p.settings.NodeSoak
	switch {
	case w.stage == reimaging && p.op != none && soak > 0 && s.m.Options.Soak == model.SoakAfterReimage:
		*w = work{stage: settling}
		s.soak(n, soak, 0)
		return
	case w.stage != booting && w.stage != replacing && w.stage != reimaging:
		return
	}
	late := !s.putDown(p, n).byOp
	if late && p.op == none && p.paused == notPaused && s.surge(n) { // the upgrade that ordered it is over
		s.tidy(p)
	}
	s.advance(p)
}

// NodeDeleted implements kube.Observer.
func (s *Service) NodeDeleted(n kube.NodeID) {
	p := &s.pools[s.k.Node(n).Pool]
	s.putDown(p, n)
	p.machines--
	s.scaler.NodeDeleted(n)
	s.advance(p)
}

// DrainEnded implements kube.Observer.
func (s *Service) DrainEnded(n kube.NodeID, r kube.DrainResult) {
	w := s.workOn(n)
	p := &s.pools[s.k.Node(n).Pool]
	switch {
	case s.scaler.Removes(n):
		s.scaler.DrainEnded(n, r)
	case w.stage != draining && w.stage != leaving:
		// The drain was stopped from here.
	case r.Result != trace.Drained && !s.byForce(p):
		s.undrainable(p, n, r)
	case w.stage == draining && s.blueGreen(p):
		s.emptied(p, n)
		s.advance(p)
	case w.stage == draining:
		s.drained(p, n, r.Record)
	default:
		w.stage = deleting
		s.k.Machines().Delete(n, r.Record)
	}
}

// advance takes the operation on a pool on, when it was accepted and after a
// node came or went.
func (s *Service) advance(p *pool) {
	switch {
	case p.op == none:
	case !p.begun && p.busy+p.strays > 0 && !empties(s.ops[p.op].request):
		// A failed operation left nodes being reimaged, or ordered; they come first.
	case s.blueGreen(p):
		s.advanceGreen(p)
	case p.paused != notPaused && s.ops[p.op].request.Do == model.RollbackPool:
		s.advanceGreenRollback(p)
	case grows(s.ops[p.op].request):
		s.advanceScale(p)
	case empties(s.ops[p.op].request):
		s.advanceEmpty(p)
	case s.ops[p.op].request.Do == model.UpdatePool:
		s.advanceUpdate(p)
	case s.ops[p.op].request.Do == model.DeleteMachines:
		s.advanceMachines(p)
	default:
		s.advanceRoll(p)
	}
}

// spot reports whether the pool's machines are bought as spot.
func (s *Service) spot(p *pool) bool {
	return s.m.NodePools[p.index].ScaleSetPriority == model.Spot
}

// staying counts the nodes that a pool is meant to have and has, or will have.
func (s *Service) staying(p *pool) int {
	count := len(p.awaited)
	for _, n := range s.k.Nodes(p.index) {
		if s.stays(n) {
			count++
		}
	}
	return count
}
