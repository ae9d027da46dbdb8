package rules

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/model"
)

// Request is what a client asks AKS for.
type Request struct {
	Name   string // the scenario's, for messages
	Do     model.Verb
	Pool   int           // index into State.Pools; -1: the request is about the cluster
	To     model.Version // zero: what the client falls back to, see Target
	Client model.Client
	Nodes  []string // delete-machines: their names
	Count  int      // scale: the new count
	Auto   bool     // AKS asks for it itself: it starts in maintenance windows only
	Force  bool     // budgets are not asked, nor deprecated APIs
	Image  string   // upgrade-node-image: the release asked for; empty: the newest

	// PoolVersions is what an upgrade request says of each pool of the State,
	// zero where it says nothing; nil: every pool goes along.
	PoolVersions []model.Version

	Snapshot string // that the pool is put on; empty: none

	ForceUntil time.Duration // with Force: until when, since the run began; 0: model.ForceFor from now on

	IfMatch     *time.Duration // the eTag that the request carries was read that long before; nil: it carries none
	IfNoneMatch string         // the value of that header; empty: there is none

	// Settings of the pool that come with an upgrade-pool request and are
	// stored on the pool when it is accepted; nil: as they are.
	MaxSurge       *model.IntOrPercent
	MaxUnavailable *model.IntOrPercent
	DrainTimeout   *time.Duration
	NodeSoak       *time.Duration

	// The cluster autoscaler's, with update-pool; nil: as they are.
	EnableAutoScaling  *bool
	MinCount, MaxCount *int
}

// RequestOf returns the request that an operation of a strategy makes. The
// pool's index is -1 when it names none.
func RequestOf(m *model.Model, o *model.Operation) Request {
	r := Request{
		Name: o.Name, Do: o.Do, Pool: -1, To: o.To, Client: o.Client, Nodes: o.Nodes, Count: o.Count, Force: o.Force, ForceUntil: o.ForceUntil, Image: o.Image,
		Snapshot: o.Snapshot,
		Auto:     o.Client == model.AKS, IfMatch: o.IfMatch, IfNoneMatch: o.IfNoneMatch,
		MaxSurge: o.MaxSurge, MaxUnavailable: o.MaxUnavailable, DrainTimeout: o.DrainTimeout, NodeSoak: o.NodeSoak,
		EnableAutoScaling: o.EnableAutoScaling, MinCount: o.MinCount, MaxCount: o.MaxCount,
	}
	if o.PoolVersions != nil {
		r.PoolVersions = make([]model.Version, len(m.NodePools))
	}
	for i := range m.NodePools {
		if m.NodePools[i].Name == o.Pool {
			r.Pool = i
		}
		for _, x := range o.PoolVersions {
			if x.Pool == m.NodePools[i].Name {
				r.PoolVersions[i] = x.Version
			}
		}
	}
	return Arriving(m, r)
}

// Arriving returns what AKS gets of a request: without what the client drops on
// the way, where option cli_max_unavailable says so.
func Arriving(m *model.Model, r Request) Request {
	r = r.about()
	if r.Do == model.UpgradePool && r.Client == model.CLI && m.Options.CLIMaxUnavailable == model.Dropped {
		r.MaxUnavailable = nil
	}
	return r
}

// ofCluster reports whether r is a request on the cluster, not on one pool.
func (r Request) ofCluster() bool {
	return r.Do.Scope() == model.ScopeCluster
}

// Leaves reports whether an upgrade of the cluster to a target leaves a pool where
// it is: it says another version of that pool, or says nothing of it.
func (r Request) Leaves(pool int, target model.Version) bool {
	return r.Do == model.UpgradeControlPlane ||
		r.Do == model.Upgrade && r.PoolVersions != nil && (pool >= len(r.PoolVersions) || r.PoolVersions[pool] != target)
}

// about returns r with no pool where it is about the cluster.
func (r Request) about() Request {
	if r.ofCluster() {
		r.Pool = -1
	}
	return r
}

// sensible reports whether r is about something: whoever else looks at its pool
// needs that.
func (s *State) sensible(r Request) bool {
	named := r.Pool >= 0 && r.Pool < len(s.Pools)
	switch r.Do.Scope() {
	case model.ScopeCluster:
		return true
	case model.ScopePool, model.ScopeEach:
		return named
	case model.ScopeEither:
		return named || r.Pool < 0
	}
	return false
}

var aboutSomething = Rule{
	ID:     "about-something",
	Code:   InvalidParameter,
	Checks: "A request is known, and is about a pool where it has to be. No other rule is asked when it isn't.",
	Source: "ARM; the code is assumed, a client doesn't send such a request",
	alone:  true,
	check: func(s *State, r Request) string {
		if s.sensible(r) {
			return ""
		}
		return fmt.Sprintf("request %q is not about anything: a known verb and one of the cluster's %d agent pools are needed", r.Do, len(s.Pools))
	},
}

// Refusal is one rule's objection to a request.
type Refusal struct {
	Rule    string // the rule's ID
	Profile model.Profile
	Code    string // AKS's error code
	Message string

	RetryAfter time.Duration // of Throttled: when the request may come again; else 0
}

// String spells the refusal as reports show it.
func (x Refusal) String() string {
	return fmt.Sprintf("%s: %s (rule %s of profile %s)", x.Code, x.Message, x.Rule, x.Profile)
}

// Check asks every rule of the state's profile and returns all refusals in the
// order of the rules; none means that AKS accepts r. A request for what is
// already there is accepted and changes nothing: see Unchanged.
func Check(s *State, r Request) []Refusal {
	var refusals []Refusal
	r = r.about()
	for _, rule := range Rules(s.Profile) {
		if message := rule.check(s, r); message != "" {
			x := Refusal{Rule: rule.ID, Profile: s.Profile, Code: rule.codeIn(s, r), Message: message}
			if rule.Code == Throttled {
				x.RetryAfter = s.writes(r).RetryAfter
			}
			refusals = append(refusals, x)
			if rule.alone {
				return refusals
			}
		}
	}
	return refusals
}

// Target returns the version that r leads to. An upgrade-pool request without
// a version means, from ARM, the version that was last declared for the pool
// and, where none ever was, the control plane's; from the CLI it means the
// pool's own version, so that nothing changes. A cluster request without a
// version means the control plane's own. For scale it is the pool's version.
// Sources: AKS "Upgrade node pools" page, rules for submitting an upgrade
// operation; azure-cli, aks_agentpool_upgrade and aks_upgrade.
//
// An alias such as 1.30 means what Resolve says. A pool that is added gets what
// ARM means; a rollback leads to what is recorded.
func Target(s *State, r Request) model.Version {
	r = r.about()
	switch {
	case !s.sensible(r) || r.Do == model.Abort && r.Pool < 0:
		return s.ControlPlane
	case r.Do == model.RollbackPool && r.To.IsZero() && s.Pools[r.Pool].Paused != (Paused{}):
		return s.Pools[r.Pool].Version
	case r.Do == model.RollbackPool && r.To.IsZero() && !s.Pools[r.Pool].Previous.IsZero():
		return s.Pools[r.Pool].Previous.Version
	case r.Snapshot != "" && r.Do == model.UpgradePool:
		if x, ok := s.snapshotOf(r); ok {
			return x.KubernetesVersion
		}
		return s.Pools[r.Pool].Version
	case r.To.IsAlias():
		return s.resolve(r)
	case !r.To.IsZero():
		return r.To
	case r.Do == model.AddPool:
		r.Client = model.ARM
	case !r.ofCluster() && r.Do != model.UpgradePool:
		return s.Pools[r.Pool].Version
	}
	switch {
	case r.ofCluster():
		return s.ControlPlane
	case r.Client != model.ARM:
		return s.Pools[r.Pool].Version
	case !s.Pools[r.Pool].Declared.IsZero():
		return s.Pools[r.Pool].Declared
	default:
		return s.ControlPlane
	}
}

// Unchanged reports whether r asks for what is already there: AKS accepts it,
// and it succeeds at once. An upgrade that failed half-way isn't there, so
// that asking for the same version again repairs it.
// Source: azure-cli, aks_upgrade and aks_agentpool_upgrade.
func Unchanged(s *State, r Request) bool {
	if !s.sensible(r) {
		return false
	}
	target := Target(s, r)
	switch r.Do {
	case model.UpgradeControlPlane:
		return !s.ControlPlane.Less(target)
	case model.UpgradePool:
		return s.Pools[r.Pool].at(target)
	case model.Scale:
		p := &s.Pools[r.Pool]
		return r.Count == p.Count && !p.Failed && p.Leftover == 0
	case model.Upgrade:
		if target.Less(s.ControlPlane) { // let through by option arm_downgrade
			return true
		}
		for i := range s.Pools {
			if !s.Pools[i].Absent && !r.Leaves(i, target) && !s.Pools[i].at(target) {
				return false
			}
		}
		return target == s.ControlPlane
	default:
		return s.unchangedPool(r)
	}
}

// unchangedPool is Unchanged for requests about a pool's life.
func (s *State) unchangedPool(r Request) bool {
	if r.Pool < 0 {
		return false
	}
	p := &s.Pools[r.Pool]
	switch r.Do {
	case model.UpgradeNodeImage:
		return !p.Failed && p.Leftover == 0 && r.Snapshot == "" && (p.OldImages == 0 || r.Image == p.Image && r.Image != "")
	case model.StopPool:
		return p.Stopped
	case model.StartPool:
		return !p.Stopped
	}
	return false
}

// resolve returns what an alias means in a request: the newest patch of its
// minor that is offered and no preview; for a pool under a control plane of that
// minor, the control plane's version, above which it can't be; and with option
// alias_in_minor no-change, what runs already where that is of the minor. An
// alias that means nothing stands for itself, and is not offered.
// Source: AKS supported Kubernetes versions page, alias minor versions.
func (s *State) resolve(r Request) model.Version {
	now := s.ControlPlane
	if r.Pool >= 0 && r.Do == model.UpgradePool {
		now = s.Pools[r.Pool].Version
	}
	if s.Options.AliasInMinor == model.NoChange && now.SameMinor(r.To) {
		return now
	}
	if r.Pool >= 0 && s.ControlPlane.SameMinor(r.To) {
		return s.ControlPlane
	}
	newest := r.To
	for _, v := range s.offered() {
		if v.SameMinor(r.To) && newest.Less(v) && !slices.Contains(s.Previews, v) {
			newest = v
		}
	}
	return newest
}

func (p *Pool) at(v model.Version) bool {
	return !p.Failed && p.Leftover == 0 && p.Version == v && p.ToUpgrade(v) == 0
}

// Surge says how a pool is rolled: with surge nodes, or in place when there are
// none.
type Surge struct {
	Count     int                // nodes of the pool
	ToUpgrade int                // of them, nodes that aren't on the target yet
	Setting   model.IntOrPercent // what was resolved: max surge, or max unavailable in place
	Nodes     int                // surge nodes; 0 in place
	Slots     int                // nodes that are worked on at the same time
	Green     bool               // blue-green: as many nodes as the pool has are added, Slots are drained at a time
}

// String says how the number of slots came about: "33% of 8 -> 3", and "25% of
// 8 -> 1, all that is left" when a resumed upgrade has less to do.
func (x Surge) String() string {
	text := fmt.Sprintf("%s -> %d", x.Setting, x.Slots)
	if x.Setting.Percent {
		text = fmt.Sprintf("%s of %d -> %d", x.Setting, x.Count, x.Slots)
	}
	if x.Slots < x.Setting.RoundUp(x.Count) {
		text += ", all that is left"
	}
	if x.Green {
		return fmt.Sprintf("%s at a time beside %d green nodes", text, x.Count)
	}
	if x.Nodes == 0 && x.Slots > 0 {
		text += " in place"
	}
	return text
}

// toDo returns how many nodes of the pool r works on.
func (p *Pool) toDo(r Request, target model.Version) int {
	switch {
	case p.Absent || p.Stopped:
		return 0
	case r.Do == model.UpgradeNodeImage && r.Snapshot != "":
		return p.Count
	case r.Do == model.UpgradeNodeImage:
		return p.OldImages
	case r.Do == model.RollbackPool && target == p.Version:
		return p.Count // only the image goes back
	}
	return p.ToUpgrade(target)
}

// SurgeOf resolves the settings that hold for r on one pool: the percentage is
// of the pool's count, rounded up, and lowered to the nodes that are left to do.
// Max unavailable counts only where max surge is 0. A spot pool has no surge
// nodes: there what is set says how many nodes go at a time.
// Sources: AKS rolling upgrade page; spot node pool page.
func SurgeOf(s *State, r Request, pool int) Surge {
	p := &s.Pools[pool]
	maxSurge, maxUnavailable := p.MaxSurge, p.MaxUnavailable
	if r.Do == model.UpgradePool {
		maxSurge, maxUnavailable = p.settings(r)
	}
	target := Target(s, r)
	x := Surge{Count: p.Count, ToUpgrade: p.toDo(r, target), Setting: maxSurge}
	if r.Leaves(pool, target) {
		return Surge{Count: p.Count, Setting: maxSurge}
	}
	if maxSurge.IsZero() {
		x.Setting = maxUnavailable
	}
	x.Slots = min(x.Setting.RoundUp(p.Count), x.ToUpgrade)
	if !maxSurge.IsZero() && !p.Spot {
		x.Nodes = x.Slots
	}
	if p.BlueGreen && r.Do != model.RollbackPool {
		x.green(p)
	}
	return x
}
