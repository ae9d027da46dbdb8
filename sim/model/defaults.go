package model

import (
	"time"

	"rollsim/sim/random"
)

// The constructors give what a scenario leaves out. Keys lists their values
// with the source of each. What depends on other keys isn't here but filled in
// by New: a pool's version, max_pods, max_surge, allocatable, nodes and timing,
// and a strategy's order.

// NewSpec returns an empty scenario with the defaults of run, cluster and timing.
func NewSpec() Spec {
	return Spec{Schema: Schema, Options: NewOptions(), Run: NewRun(), Cluster: NewCluster(), Timing: NewTiming(), Failures: NewFailures(), Scheduler: NewScheduler(), Controllers: NewControllers(), Autoscaler: NewAutoscaler()}
}

// Schema is the version of the scenario format that Spec stands for.
const Schema = 1

// NewRun returns the default Run.
func NewRun() Run {
	return Run{Seed: 1, Replications: 200, Horizon: 48 * time.Hour}
}

// NewCluster returns a Cluster with all but its version, which is required.
func NewCluster() Cluster {
	return Cluster{
		Name:     "cluster",
		Location: "westeurope",
		Rules:    Profile202307,
		Tier:     TierStandard,

		SupportPlan:          KubernetesOfficial,
		AutoUpgradeChannel:   ChannelNone,
		NodeOSUpgradeChannel: NodeOSNodeImage,
		Limits:               Limits{Network: NetworkAzureOverlay, NetworkPolicy: PolicyNone},
	}
}

// NewTiming returns the default timing of a cluster.
func NewTiming() Timing {
	return Timing{
		ControlPlaneUpgrade: logNormal(8*time.Minute, 20*time.Minute),
		Reconcile:           random.Constant(102 * time.Second),
		Abort:               random.Constant(5100 * time.Millisecond),
		NodeCreate:          logNormal(150*time.Second, 360*time.Second),
		NodeReimage:         logNormal(210*time.Second, 480*time.Second),
		NodeDelete:          random.Constant(90 * time.Second),
		NodeCordon:          logNormal(15*time.Millisecond, 80*time.Millisecond),
		NodeUntaint:         logNormal(200*time.Millisecond, 430*time.Millisecond),
		DiskMove:            logNormal(30*time.Second, 7*time.Minute),
		EvictionRetry:       random.Constant(5 * time.Second),
		ServerRequest:       logNormal(5*time.Millisecond, 20*time.Millisecond),
		CacheProgress:       100 * time.Millisecond,
		ObjectWrite:         logNormal(6*time.Millisecond, 40*time.Millisecond),
		ReplicaCreate:       logNormal(1500*time.Microsecond, 45*time.Millisecond),
		PodSchedule:         logNormal(14*time.Millisecond, 56*time.Millisecond),
		ImagePull:           50_000_000,
		ImagePullParallel:   1,
		DiskMoveParallel:    1,
		BudgetUpdate:        logNormal(500*time.Microsecond, 25*time.Millisecond),
		NodeLost:            uniform(40*time.Second, 55*time.Second),
		OrphanDelete:        uniform(40*time.Second, 60*time.Second),
	}
}

// NewScheduler returns the default configuration of kube-scheduler.
func NewScheduler() Scheduler {
	return Scheduler{
		DefaultSpread: true,
		Backoff:       time.Second,
		MaxBackoff:    10 * time.Second,
		Flush:         5 * time.Minute,
		ClientQPS:     50,
		ClientBurst:   100,
	}
}

// NewControllers returns the default configuration of kube-controller-manager.
func NewControllers() Controllers {
	return Controllers{ClientQPS: 20, ClientBurst: 30, Workers: 5}
}

// logNormal is random.LogNormal of constants that are known to be right.
func logNormal(p50, p95 time.Duration) random.Dist {
	d, err := random.LogNormal(p50, p95)
	if err != nil {
		panic("model: " + err.Error())
	}
	return d
}

// uniform is random.Uniform of constants that are known to be right.
func uniform(least, most time.Duration) random.Dist {
	d, err := random.Uniform(least, most)
	if err != nil {
		panic("model: " + err.Error())
	}
	return d
}

// NewNodePool returns a pool with all but its count and VM size, which are
// required. Its timing is zero: New gives it the cluster's.
func NewNodePool(name string) NodePool {
	return NodePool{
		Name: name,
		Mode: ModeUser,

		OSType:           Linux,
		ScaleSetPriority: Regular,
		UpgradeStrategy:  Rolling,
		BlueGreen:        NewBlueGreen(),
		Upgrade: UpgradeSettings{
			MaxSurge:                Percent(10),
			MaxUnavailable:          Count(0),
			DrainTimeout:            30 * time.Minute,
			NodeSoak:                0,
			UndrainableNodeBehavior: Schedule,
			Batching:                Sliding,
		},
	}
}

// DefaultMaxSurge returns the max surge of a pool whose scenario gives none.
// Source: AKS release notes of 2023-10-01 and 2025-03-16 and recorded API
// answers, against documentation pages that say 1 (contradiction 1).
func DefaultMaxSurge(v Version) IntOrPercent {
	if v.Less(Version{1, 28, 0}) {
		return Count(1)
	}
	return Percent(10)
}

// DefaultMaxPods returns the max pods of a pool whose scenario gives none.
// Source: AKS IP address planning page.
func DefaultMaxPods(n Network) int {
	switch n {
	case NetworkAzure:
		return 30
	case NetworkKubenet:
		return 110
	default:
		return 250
	}
}

// NewWorkload returns a Deployment of one replica without requests.
func NewWorkload(name string) Workload {
	return Workload{
		Name:               name,
		Namespace:          "default",
		Kind:               Deployment,
		Replicas:           1,
		Labels:             Labels{{"app", name}},
		Start:              random.Constant(time.Second),
		Ready:              logNormal(10*time.Second, 60*time.Second),
		Termination:        random.Constant(time.Second),
		TerminationGrace:   30 * time.Second,
		PodManagement:      OrderedReady,
		PreemptionPolicy:   PreemptLowerPriority,
		NotReadyToleration: 5 * time.Minute,
		Job:                JobSettings{Completions: 1, Parallelism: 1, Duration: random.Constant(time.Hour), BackoffLimit: 6},
	}
}

// NewBudget returns a budget with all but its selector and its minimum or maximum.
func NewBudget(name string) Budget {
	return Budget{Name: name, Namespace: "default", UnhealthyPods: IfHealthyBudget}
}

// NewStrategy returns a strategy with all but its target.
func NewStrategy(name string, kind StrategyKind) Strategy {
	return Strategy{Name: name, Kind: kind, Parallel: 1, Retries: 10, ByHand: NewByHand(), Suffix: "g"}
}

// NewOperation returns a request that is submitted at time 0, with all but what
// it asks for.
func NewOperation(name string) Operation {
	return Operation{Name: name, When: Finished, Client: CLI, ByHand: NewByHand()}
}

// NewGate returns a gate on the median of a metric, with all but its comparison.
func NewGate(metric string) Gate {
	return Gate{Metric: metric, Stat: Median}
}
