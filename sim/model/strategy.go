package model

import (
	"slices"
	"time"
)

// StrategyKind is how the operator goes about the upgrade.
type StrategyKind string

// The strategies: the three operations of AKS's "Upgrade node pools" page, and
// a free sequence of requests.
const (
	Full             StrategyKind = "full"               // az aks upgrade: control plane, then the pools one after another
	ControlPlaneOnly StrategyKind = "control-plane-only" // az aks upgrade --control-plane-only
	PerPool          StrategyKind = "per-pool"           // control plane only, then az aks nodepool upgrade for each pool
	AutoUpgrade      StrategyKind = "auto-upgrade"       // AKS itself: a full upgrade that starts in the maintenance window
	NodeImageOnly    StrategyKind = "node-image-only"    // az aks upgrade --node-image-only: all pools at once
	BlueGreenByHand  StrategyKind = "blue-green"         // pools replaced by new ones beside them, with kubectl drain
	Operations       StrategyKind = "operations"         // the requests listed
)

// StrategyKinds are all of them.
var StrategyKinds = []StrategyKind{Full, ControlPlaneOnly, PerPool, AutoUpgrade, NodeImageOnly, BlueGreenByHand, Operations}

// Strategy is what one run tries.
type Strategy struct {
	Name       string
	Kind       StrategyKind
	To         Version       // target; not for node-image-only and operations
	Force      bool          // budgets are not asked; not for operations
	ForceUntil time.Duration // with Force: until when, since the run began; 0: ForceFor after the request
	Order      []string      // per-pool, blue-green: the pools in order; New fills in file order
	Parallel   int           // per-pool: pools upgraded at the same time, at least 1
	Pause      time.Duration // per-pool: between one request's end and the next request; blue-green: between pools
	Retries    int           // how often a request that AKS throttles is sent again, 0 to 100
	Hops       bool          // full, control-plane-only, per-pool: the chain of requests that a target several minors away takes
	ByHand     ByHand        // blue-green: how the old nodes are drained
	Soak       time.Duration // blue-green: between the last drain and the deletion of the old pool
	Suffix     string        // blue-green: what the names of the new pools end in
	Operations []Operation   // operations only
}

// Verb is what a request asks for.
type Verb string

// The requests that exist.
const (
	Upgrade             Verb = "upgrade" // control plane and all pools
	UpgradeControlPlane Verb = "upgrade-control-plane"
	UpgradePool         Verb = "upgrade-pool"
	Scale               Verb = "scale"
	UpgradeNodeImage    Verb = "upgrade-node-image" // of one pool; of all, one request for each, when no pool is named
	UpdatePool          Verb = "update-pool"        // change of upgrade settings
	AddPool             Verb = "add-pool"           // a pool that is Absent at the start
	DeletePool          Verb = "delete-pool"
	StopPool            Verb = "stop-pool"
	StartPool           Verb = "start-pool"
	RollbackPool        Verb = "rollback-pool" // to the version and image before the last upgrade
	Abort               Verb = "abort"         // of the operation on a pool, or on the cluster when no pool is named

	DeleteMachines Verb = "delete-machines" // nodes that are named, without cordon or drain
	CordonNodes    Verb = "cordon"          // kubectl: of a pool, or those that are named
	UncordonNodes  Verb = "uncordon"
	DrainNodes     Verb = "drain"
)

// Verbs are all of them, in the order above.
var Verbs = []Verb{Upgrade, UpgradeControlPlane, UpgradePool, Scale, UpgradeNodeImage, UpdatePool, AddPool, DeletePool, StopPool, StartPool, RollbackPool, Abort,
	DeleteMachines, CordonNodes, UncordonNodes, DrainNodes}

// AKSVerbs are those of them that go to AKS.
var AKSVerbs = slices.DeleteFunc(slices.Clone(Verbs), Verb.ByKubectl)

// Scope is what a request is about.
type Scope uint8

// The scopes; that of an unknown verb is zero.
const (
	ScopeCluster Scope = iota + 1 // the cluster, never one pool
	ScopePool                     // always one pool
	ScopeEach                     // one pool; when none is named, the client asks for each
	ScopeEither                   // one pool; when none is named, the cluster
	ScopeNodes                    // the nodes of a pool, or those that are named
)

// Scope says what a request is about.
func (v Verb) Scope() Scope {
	switch v {
	case Upgrade, UpgradeControlPlane:
		return ScopeCluster
	case UpgradePool, Scale, UpdatePool, AddPool, DeletePool, StopPool, StartPool, RollbackPool, DeleteMachines:
		return ScopePool
	case UpgradeNodeImage:
		return ScopeEach
	case Abort:
		return ScopeEither
	case CordonNodes, UncordonNodes, DrainNodes:
		return ScopeNodes
	}
	return 0
}

// TakesVersion reports whether a request may name a target version.
func (v Verb) TakesVersion() bool {
	return v == Upgrade || v == UpgradeControlPlane || v == UpgradePool || v == AddPool
}

// TakesSettings reports whether a request may bring upgrade settings.
func (v Verb) TakesSettings() bool { return v == UpgradePool || v == UpdatePool }

// TakesETag reports whether a request may carry an eTag: PUT, PATCH and DELETE
// may, POST may not. Source: AKS eTags page.
func (v Verb) TakesETag() bool {
	return v != UpgradeNodeImage && v != RollbackPool && v != Abort && v != DeleteMachines && !v.ByKubectl()
}

// ForceFor is how long an override holds that names no end.
// Source: AKS upgrade options page; azure-cli, _update_upgrade_settings.
const ForceFor = 3 * 24 * time.Hour

// TakesClient reports whether it matters who submits a request. A change of settings
// that changes none is a PUT by ARM, and nothing that the CLI sends.
func (v Verb) TakesClient() bool {
	return v.TakesVersion() || v == UpgradeNodeImage || v == Scale || v == UpdatePool
}

// Clients returns who may submit a request: AKS itself upgrades the cluster and
// node images and nothing else, and a node image has no version to be unset.
func (v Verb) Clients() []Client {
	switch v {
	case Upgrade:
		return []Client{CLI, ARM, AKS}
	case UpgradeNodeImage:
		return []Client{CLI, AKS}
	}
	return []Client{CLI, ARM}
}

// Client is who submits a request; it decides what an unset target means.
type Client string

// The clients. Source: AKS "Upgrade node pools", rules for submitting an
// upgrade operation.
const (
	CLI Client = "cli" // unset target of upgrade-pool: the pool's own version, so nothing to do
	AKS Client = "aks" // AKS itself, for a channel: it asks when a maintenance window is open
	ARM Client = "arm" // unset target: the version declared for the pool, else the control plane's
)

// Clients are all of them.
var Clients = []Client{CLI, ARM, AKS}

// When is which moment of an earlier operation a later one waits for.
type When string

// The moments. A refused operation is over at once: it has started, finished and
// failed. What waits for the end that doesn't come is never submitted.
const (
	Finished      When = "finished"
	Started       When = "started"
	WhenSucceeded When = "succeeded"
	WhenFailed    When = "failed"
)

// Moments are all of them.
var Moments = []When{Finished, Started, WhenSucceeded, WhenFailed}

// Operation is one request of a strategy and when it is submitted.
type Operation struct {
	Name   string        // unique in its strategy
	At     time.Duration // submitted then; not with After
	After  string        // name of an earlier operation; empty: At counts
	When   When
	Delay  time.Duration // after the moment that After and When name
	Do     Verb
	Pool   string  // whose it is; empty: the cluster's, or every pool's
	To     Version // zero: what the client falls back to; an alias, Patch -1, means the newest patch
	Client Client
	Nodes  []string // delete-machines, cordon, uncordon, drain: by name; empty: all of the pool
	Count  int      // scale: the new count

	// update-pool: whether the pool has the cluster autoscaler, and between which
	// counts; nil: as it is.
	EnableAutoScaling  *bool
	MinCount, MaxCount *int

	Force    bool   // upgrades: budgets are not asked, until ForceUntil; drain: pods without a controller go too
	Image    string // upgrade-node-image: the release asked for; empty: the newest
	Snapshot string // upgrade-pool, upgrade-node-image: the snapshot that the pool is put on; empty: none
	Expect   string // the error code that the scenario wants to see; empty: acceptance

	PoolVersions []PoolVersion // upgrade from ARM: what the request says of pools; nil: all go along; empty: nothing, so they stay

	ForceUntil time.Duration // with Force: until when, since the run began; 0: ForceFor after the request

	IfMatch     *time.Duration // the request carries the eTag that was read that long before; nil: none
	IfNoneMatch string         // the value of that header, * for a resource that isn't there; empty: none

	ByHand ByHand // drain: how the nodes are gone over

	// Settings given with the request are stored on the pool, as AKS does.
	MaxSurge       *IntOrPercent
	MaxUnavailable *IntOrPercent
	DrainTimeout   *time.Duration
	NodeSoak       *time.Duration
}

// PoolVersion is the version that a request on the cluster gives for a pool.
type PoolVersion struct {
	Pool    string
	Version Version
}

// Stat is a statistic over replications.
type Stat string

// The statistics of a gate.
const (
	Median Stat = "median"
	Mean   Stat = "mean"
	P05    Stat = "p05"
	P95    Stat = "p95"
	Min    Stat = "min"
	Max    Stat = "max"
)

// Stats are all of them.
var Stats = []Stat{Median, Mean, P05, P95, Min, Max}

// Comparisons are how a gate compares.
var Comparisons = []string{"<=", "<", ">=", ">"}

// Gate is a criterion on a metric, judged on the bound of its interval.
type Gate struct {
	Strategy string // empty: every strategy
	Metric   string // see metrics.Catalogue; workload metrics are workload.NAME.METRIC
	Stat     Stat
	Op       string  // <=, <, >=, >
	Value    float64 // in the metric's base unit: seconds, count, ratio, node-hours, USD
	Written  string  // the value as the scenario spells it
}
