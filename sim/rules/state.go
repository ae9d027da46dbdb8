package rules

import (
	"slices"
	"time"

	"rollsim/sim/model"
)

// State is a cluster as the rules see it, at one instant.
type State struct {
	Profile      model.Profile
	Tier         model.Tier
	ControlPlane model.Version   // what it runs
	Offered      []model.Version // the region's, ascending; empty: every version is offered
	Known        []model.Version // that the scenario speaks of, ascending; stands in for Offered where that is empty
	InFlight     string          // name of the cluster operation in progress; empty: none

	Options         model.Options
	Previews        []model.Version // of those offered; an alias never means one
	LTSVersions     []model.Version // of those offered, the ones that long-term support brings
	LongTermSupport bool
	Channel         model.AutoUpgradeChannel
	NodeOSChannel   model.NodeOSChannel
	DeprecatedAPIs  []string
	LatestImage     string        // release of the newest node image
	ForcedUntil     time.Duration // the override that a forced upgrade has left, as Now
	Pools           []Pool        // in file order
	Limits          model.Limits
	QuotaAtSurge    bool // limits on surge nodes are looked at when they are ordered, not when the request is submitted
	Budgets         []Budget
	Writes          Writes        // of the cluster
	Start           model.Instant // of the run
	Now             time.Duration // since then
	Snapshots       []model.Snapshot
	Waiting         bool // InFlight is an automatic upgrade that waits for its window
	Reconciling     bool // an add-on is being reconciled

	ResourceLocks           []string
	ServicePrincipalExpires *time.Duration // as Now; nil: never
	CertificatesExpire      *time.Duration // as Now; nil: never
}

// Pool is a node pool as the rules see it.
type Pool struct {
	Name           string
	Mode           model.Mode
	Spot           bool
	BlueGreen      bool               // upgraded so
	DrainBatch     model.IntOrPercent // blue-green: nodes drained at a time
	Paused         Paused             // a blue-green upgrade that was ended before its commit; zero: none
	Version        model.Version      // what it runs: the oldest of its nodes, surge nodes left out
	Declared       model.Version      // what was last asked for, by scenario or request; zero: never
	Count          int                // nodes that it is meant to have
	Nodes          []VersionCount     // nodes that it has, surge nodes left out, by version, ascending
	Machines       int                // nodes that exist and use quota and addresses, surge nodes and those on their way out included
	InFlight       string             // provisioning state of the operation on this pool, such as Upgrading; empty: none
	Failed         bool               // the last operation failed or was canceled
	Leftover       int                // nodes that an operation has left besides: surge nodes, quarantined nodes
	Absent         bool               // not there: never added, or deleted
	Stopped        bool               // has no nodes until it is started
	RollingBack    bool               // InFlight is a rollback
	Running        time.Duration      // how long the operation in flight has been going on
	Image          string             // release of the oldest node image
	OldImages      int                // nodes that don't have the newest image, surge nodes left out
	Previous       Recorded           // what it can be rolled back to; zero: nothing
	Names          []string           // of its machines; nil where nobody asks
	MaxPods        int                // on a node
	MaxSurge       model.IntOrPercent
	MaxUnavailable model.IntOrPercent
	Scaling        model.Autoscaling
	VMSize         string
	Family         string // quota family of VMSize
	VCPUs          int    // of one node
	Addresses      int    // of the subnet, for each node
	Writes         Writes
}

// VersionCount is how many nodes run a version.
type VersionCount struct {
	Version model.Version
	Nodes   int
}

// Budget is a PodDisruptionBudget as the pre-check sees it.
type Budget struct {
	Namespace, Name string
	MaxUnavailable  *model.IntOrPercent // nil: the budget is given by min_available
	Expected        int                 // pods that it covers at full strength, those of DaemonSets left out
	Pools           []bool              // by pool: its pods may be there
}

// FromModel returns the cluster of a scenario as it is before anything was
// requested.
func FromModel(m *model.Model) *State {
	s := &State{
		Profile:      m.Cluster.Rules,
		Tier:         m.Cluster.Tier,
		ControlPlane: m.Cluster.KubernetesVersion,
		Offered:      m.Cluster.OfferedVersions,
		Known:        m.Versions,
		Limits:       m.Cluster.Limits,
		QuotaAtSurge: m.Options.QuotaCheck == model.QuotaAtSurge,

		Options:         m.Options,
		Previews:        m.Cluster.PreviewVersions,
		LongTermSupport: m.Cluster.SupportPlan == model.LongTermSupport,
		Channel:         m.Cluster.AutoUpgradeChannel,
		NodeOSChannel:   m.Cluster.NodeOSUpgradeChannel,
		DeprecatedAPIs:  m.Cluster.DeprecatedAPIs,
		LatestImage:     m.Cluster.LatestNodeImage,

		Start:       m.Run.Start,
		ForcedUntil: m.Cluster.ForceUntil,
		Snapshots:   m.Snapshots,

		ResourceLocks:           m.Cluster.ResourceLocks,
		ServicePrincipalExpires: m.Cluster.ServicePrincipalExpires,
		CertificatesExpire:      m.Cluster.CertificatesExpire,
	}
	s.offer(m)
	for i := range m.NodePools {
		s.Pools = append(s.Pools, poolFromModel(m, &m.NodePools[i]))
	}
	for i := range m.Budgets {
		s.Budgets = append(s.Budgets, budgetFromModel(m, i))
	}
	return s
}

// offer fills in what is offered: to a cluster with long-term support more than
// to others.
func (s *State) offer(m *model.Model) {
	s.Known = slices.DeleteFunc(slices.Clone(s.Known), model.Version.IsAlias)
	if !s.LongTermSupport {
		return
	}
	s.LTSVersions = m.Cluster.LTSVersions
	if len(s.Offered) > 0 {
		s.Offered = append(slices.Clone(s.Offered), s.LTSVersions...)
		slices.SortFunc(s.Offered, model.Version.Compare)
		s.Offered = slices.Compact(s.Offered)
	}
}

func poolFromModel(m *model.Model, p *model.NodePool) Pool {
	pool := Pool{
		Name:           p.Name,
		Mode:           p.Mode,
		Spot:           p.ScaleSetPriority == model.Spot,
		BlueGreen:      p.UpgradeStrategy == model.BlueGreen,
		DrainBatch:     p.BlueGreen.DrainBatchSize,
		Version:        p.KubernetesVersion,
		Count:          p.Count,
		Machines:       p.Count,
		MaxSurge:       p.Upgrade.MaxSurge,
		MaxUnavailable: p.Upgrade.MaxUnavailable,
		Scaling:        p.Autoscaling,
		VMSize:         p.VMSize.Name,
		Family:         p.VMSize.Family,
		VCPUs:          p.VMSize.VCPUs,
		Addresses:      model.AddressesPerNode(m.Cluster.Limits.Network, p.MaxPods),
	}
	if p.VersionSet {
		pool.Declared = p.KubernetesVersion
	}
	pool.MaxPods = p.MaxPods
	if p.Absent {
		pool.Absent, pool.Machines = true, 0
		return pool
	}
	_, pool.Image, _ = model.SplitNodeImage(p.NodeImageVersion)
	if pool.Image != m.Cluster.LatestNodeImage {
		pool.OldImages = p.Count
	}
	for i := range p.Nodes {
		v := p.Nodes[i].Version
		if v.IsZero() {
			v = p.KubernetesVersion
		}
		pool.AddNodes(v, 1)
	}
	if len(pool.Nodes) > 0 {
		pool.Version = pool.Nodes[0].Version
	}
	return pool
}

func budgetFromModel(m *model.Model, i int) Budget {
	b := Budget{Namespace: m.Budgets[i].Namespace, Name: m.Budgets[i].Name, MaxUnavailable: m.Budgets[i].MaxUnavailable}
	b.Pools = make([]bool, len(m.NodePools))
	for _, w := range m.Selected[i] {
		if m.Workloads[w].Kind == model.DaemonSet {
			continue // a drain leaves them where they are
		}
		b.Expected += m.Workloads[w].Replicas
		for p := range m.NodePools {
			b.Pools[p] = b.Pools[p] || m.MayRunIn(w, p)
		}
	}
	return b
}

// AddNodes counts n more nodes of version v.
func (p *Pool) AddNodes(v model.Version, n int) {
	i, found := slices.BinarySearchFunc(p.Nodes, v, func(c VersionCount, v model.Version) int { return c.Version.Compare(v) })
	if !found {
		p.Nodes = slices.Insert(p.Nodes, i, VersionCount{Version: v})
	}
	p.Nodes[i].Nodes += n
}

// Newest returns the newest version among the pool's nodes; after an upgrade
// that failed half-way it is above Version.
func (p *Pool) Newest() model.Version {
	if len(p.Nodes) == 0 {
		return p.Version
	}
	return p.Nodes[len(p.Nodes)-1].Version
}

// ToUpgrade returns how many nodes aren't on version v.
func (p *Pool) ToUpgrade(v model.Version) int {
	n := 0
	for _, c := range p.Nodes {
		if c.Version != v {
			n += c.Nodes
		}
	}
	return n
}

// Clone returns a copy that shares nothing that Apply changes.
func (s *State) Clone() *State {
	c := *s
	c.Pools = slices.Clone(s.Pools)
	for i := range c.Pools {
		c.Pools[i].Nodes = slices.Clone(c.Pools[i].Nodes)
	}
	return &c
}

// Apply changes s to what it is once r was accepted and has succeeded.
func (s *State) Apply(r Request) {
	if r = r.about(); !s.sensible(r) || r.Do == model.Abort {
		return // an abort changes nothing that is there when an operation has succeeded
	}
	target := Target(s, r)
	switch r.Do {
	case model.Upgrade:
		s.ControlPlane = target
		for i := range s.Pools {
			if !s.Pools[i].Absent && !r.Leaves(i, target) {
				s.upgraded(&s.Pools[i], target)
			}
		}
	case model.UpgradeControlPlane:
		s.ControlPlane = target
	case model.UpgradePool:
		s.Pools[r.Pool].store(r)
		s.upgraded(&s.Pools[r.Pool], target)
		if x, ok := s.snapshotOf(r); ok {
			s.Pools[r.Pool].Image = x.NodeImage
		}
	case model.Scale:
		s.Pools[r.Pool].scaled(r.Count)
	default:
		s.applyPool(&s.Pools[r.Pool], r, target)
	}
	s.ForcedUntil = s.Overrides(r)
}

// applyPool is Apply for requests about a pool's life.
func (s *State) applyPool(p *Pool, r Request, target model.Version) {
	switch r.Do {
	case model.UpgradeNodeImage:
		if s.unchangedPool(r) {
			return
		}
		s.record(p)
		p.Image, p.OldImages, p.Failed = s.LatestImage, 0, false
		if x, ok := s.snapshotOf(r); ok && x.NodeImage != s.LatestImage {
			p.Image, p.OldImages = x.NodeImage, p.Count
		}
	case model.UpdatePool:
		p.store(r)
		p.Failed = false
	case model.AddPool:
		p.Absent, p.Stopped, p.Image, p.OldImages = false, false, s.LatestImage, 0
		p.upgraded(target)
	case model.DeletePool:
		p.Absent, p.Failed, p.Previous, p.Nodes, p.Machines = true, false, Recorded{}, nil, 0
	case model.DeleteMachines:
		p.scaled(max(p.Count-len(r.Nodes), 0))
	case model.StopPool:
		p.Stopped, p.Failed, p.Machines = true, false, 0
	case model.StartPool:
		p.Stopped, p.Failed, p.Machines = false, false, p.Count
	case model.RollbackPool:
		p.Image, p.OldImages = p.Previous.Image, 0
		if p.Image != s.LatestImage {
			p.OldImages = p.Count
		}
		p.upgraded(target)
		p.Previous = Recorded{}
	}
}

// upgraded puts a pool on a version, and with that on the newest node image.
func (s *State) upgraded(p *Pool, target model.Version) {
	there := p.at(target)
	if p.Version != target && !p.Version.IsZero() {
		s.record(p)
	}
	p.upgraded(target)
	if !there && s.Options.NodeImages == model.ImagesOfTheirOwn {
		p.Image, p.OldImages = s.LatestImage, 0
	}
}

// record notes what a pool is on before an upgrade, so that it can be rolled back.
func (s *State) record(p *Pool) {
	p.Previous = Recorded{Version: p.Version, Image: p.Image, At: s.Now}
}

func (p *Pool) upgraded(target model.Version) {
	p.Version, p.Declared, p.Failed = target, target, false
	p.Nodes, p.Machines = nil, p.Count
	if p.Stopped {
		p.Machines = 0
	}
	p.AddNodes(target, p.Count)
}

// store keeps the settings that a request brings, as AKS does.
func (p *Pool) store(r Request) {
	p.MaxSurge, p.MaxUnavailable = p.settings(r)
	p.Scaling = r.Scaling(p.Scaling)
}

// settings returns the pool's surge settings with those of r over them.
func (p *Pool) settings(r Request) (maxSurge, maxUnavailable model.IntOrPercent) {
	maxSurge, maxUnavailable = p.MaxSurge, p.MaxUnavailable
	if r.MaxSurge != nil {
		maxSurge = *r.MaxSurge
	}
	if r.MaxUnavailable != nil {
		maxUnavailable = *r.MaxUnavailable
	}
	return maxSurge, maxUnavailable
}

// scaled gives the pool count nodes: new ones on the pool's version, and the
// newest go first, as their instance numbers are the highest.
func (p *Pool) scaled(count int) {
	if more := count - p.Count; more > 0 {
		p.AddNodes(p.Version, more)
	} else {
		p.removeNodes(-more)
	}
	p.Count, p.Machines, p.Failed = count, count, false
}

func (p *Pool) removeNodes(n int) {
	for n > 0 && len(p.Nodes) > 0 {
		last := &p.Nodes[len(p.Nodes)-1]
		gone := min(n, last.Nodes)
		last.Nodes -= gone
		n -= gone
		if last.Nodes == 0 {
			p.Nodes = p.Nodes[:len(p.Nodes)-1]
		}
	}
}
