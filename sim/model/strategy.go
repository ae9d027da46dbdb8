package model

import "time"

// StrategyKind is how the operator goes about the upgrade.
type StrategyKind string

// The strategies: the three operations of AKS's "Upgrade node pools" page, and
// a free sequence of requests.
const (
	Full             StrategyKind = "full"               // az aks upgrade: control plane, then the pools one after another
	ControlPlaneOnly StrategyKind = "control-plane-only" // az aks upgrade --control-plane-only
	PerPool          StrategyKind = "per-pool"           // control plane only, then az aks nodepool upgrade for each pool
	Operations       StrategyKind = "operations"         // the requests listed
)

// Strategy is what one run tries.
type Strategy struct {
	Name       string
	Kind       StrategyKind
	To         Version       // target; not for operations
	Order      []string      // per-pool: the pools in order; New fills in file order
	Parallel   int           // per-pool: pools upgraded at the same time, at least 1
	Pause      time.Duration // per-pool: between one request's end and the next request
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
)

// Client is who submits a request; it decides what an unset target means.
type Client string

// The clients. Source: AKS "Upgrade node pools", rules for submitting an
// upgrade operation.
const (
	CLI Client = "cli" // unset target of upgrade-pool: the pool's own version, so nothing to do
	ARM Client = "arm" // unset target: the version declared for the pool, else the control plane's
)

// When is which moment of an earlier operation a later one waits for.
type When string

// The moments. A refused operation is over at once: both have happened.
const (
	Finished When = "finished"
	Started  When = "started"
)

// Operation is one request of a strategy and when it is submitted.
type Operation struct {
	Name   string        // unique in its strategy
	At     time.Duration // submitted then; not with After
	After  string        // name of an earlier operation; empty: At counts
	When   When
	Delay  time.Duration // after the moment that After and When name
	Do     Verb
	Pool   string  // upgrade-pool and scale
	To     Version // zero: what the client falls back to
	Client Client
	Count  int    // scale: the new count
	Expect string // the error code that the scenario wants to see; empty: acceptance

	// Settings given with the request are stored on the pool, as AKS does.
	MaxSurge       *IntOrPercent
	MaxUnavailable *IntOrPercent
	DrainTimeout   *time.Duration
	NodeSoak       *time.Duration
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

// Gate is a criterion on a metric, judged on the bound of its interval.
type Gate struct {
	Strategy string // empty: every strategy
	Metric   string // see metrics.Catalogue; workload metrics are workload.NAME.METRIC
	Stat     Stat
	Op       string  // <=, <, >=, >
	Value    float64 // in the metric's base unit: seconds, count, ratio, node-hours, USD
	Written  string  // the value as the scenario spells it
}
