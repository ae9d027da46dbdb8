package model

import (
	"net/netip"
	"time"

	"rollsim/sim/random"
)

// Run says how a scenario is played, not what it simulates.
type Run struct {
	Seed         random.Seed
	Replications int           // of compare; at least 1
	Horizon      time.Duration // a run that isn't over by then ends with outcome horizon
	Start        Instant       // simulated time 0 on the calendar; zero: New fills in the day of the newest node image
}

// Profile names a dated set of AKS validation rules.
type Profile string

// The rule profiles. Package rules says what each contains.
const (
	Profile202307 Profile = "aks-2023-07" // the default
	Profile202608 Profile = "aks-2026-08"
)

// Profiles are all of them.
var Profiles = []Profile{Profile202307, Profile202608}

// Tier is the pricing tier of the control plane; it limits the cluster's nodes.
type Tier string

// The tiers. Source: AKS pricing tiers page.
const (
	TierFree     Tier = "free"     // at most 1,000 nodes
	TierStandard Tier = "standard" // at most 5,000 nodes
	TierPremium  Tier = "premium"  // at most 5,000 nodes
)

// Tiers are all of them.
var Tiers = []Tier{TierFree, TierStandard, TierPremium}

// Cluster is the managed cluster without its pools.
type Cluster struct {
	Name                 string
	Location             string // Azure region, such as westeurope
	Rules                Profile
	Tier                 Tier
	KubernetesVersion    Version   // the control plane's at the start; in a Spec it may be an alias
	Requested            Version   // the alias that the scenario has as KubernetesVersion; zero: none; New fills it in
	Zones                []string  // of the region, such as 1, 2, 3; empty: no zones
	OfferedVersions      []Version // what the region offers as targets, ascending; empty: every version is offered
	PreviewVersions      []Version // of those offered, the previews, ascending; an alias never means one
	LTSVersions          []Version // offered besides to clusters with long-term support, ascending
	SupportPlan          SupportPlan
	AutoUpgradeChannel   AutoUpgradeChannel
	NodeOSUpgradeChannel NodeOSChannel
	LatestNodeImage      string        // release of the newest node image, such as 202604.08.0; New fills in one newer than every pool's
	DeprecatedAPIs       []string      // in use in the last 12 hours, such as "policy/v1beta1 PodSecurityPolicy"
	Window               time.Duration // the maintenance window that an upgrade should fit; 0: none
	ResourceLocks        []string      // on the node resource group, such as "CanNotDelete"; they keep AKS from working there
	Limits               Limits

	ForceUntil time.Duration // upgradeSettings.overrideSettings.until, since the run began: budgets aren't asked until then; 0: no override

	ServicePrincipalExpires *time.Duration // its client secret, since the run began; nil: it doesn't, or there is a managed identity
	CertificatesExpire      *time.Duration // the cluster's, since the run began; nil: they don't
}

// SupportPlan is how long a cluster's versions are supported.
type SupportPlan string

// The support plans.
const (
	KubernetesOfficial SupportPlan = "KubernetesOfficial"
	LongTermSupport    SupportPlan = "AKSLongTermSupport" // needs tier premium
)

// SupportPlans are both of them.
var SupportPlans = []SupportPlan{KubernetesOfficial, LongTermSupport}

// AutoUpgradeChannel is which versions AKS upgrades a cluster to by itself, in a
// strategy of kind auto-upgrade; in all others it only forbids what AKS forbids
// beside it.
type AutoUpgradeChannel string

// The channels. Source: AKS automatic upgrade page.
const (
	ChannelNone      AutoUpgradeChannel = "none"
	ChannelPatch     AutoUpgradeChannel = "patch"
	ChannelStable    AutoUpgradeChannel = "stable"
	ChannelRapid     AutoUpgradeChannel = "rapid"
	ChannelNodeImage AutoUpgradeChannel = "node-image"
)

// AutoUpgradeChannels are all of them.
var AutoUpgradeChannels = []AutoUpgradeChannel{ChannelNone, ChannelPatch, ChannelStable, ChannelRapid, ChannelNodeImage}

// MovesVersions reports whether the channel upgrades versions.
func (c AutoUpgradeChannel) MovesVersions() bool {
	return c == ChannelPatch || c == ChannelStable || c == ChannelRapid
}

// NodeOSChannel is which node images AKS brings by itself, as AutoUpgradeChannel.
type NodeOSChannel string

// The node OS channels. Unmanaged has the operating system patch itself every
// night, which touches no node here.
// Source: AKS automatic node OS upgrade page.
const (
	NodeOSNone          NodeOSChannel = "None"
	NodeOSUnmanaged     NodeOSChannel = "Unmanaged"
	NodeOSSecurityPatch NodeOSChannel = "SecurityPatch"
	NodeOSNodeImage     NodeOSChannel = "NodeImage"
)

// BringsImages reports whether the channel may reimage nodes.
func (c NodeOSChannel) BringsImages() bool { return c == NodeOSSecurityPatch || c == NodeOSNodeImage }

// NodeOSChannels are all of them.
var NodeOSChannels = []NodeOSChannel{NodeOSNone, NodeOSUnmanaged, NodeOSSecurityPatch, NodeOSNodeImage}

// Network is the network plugin; it decides how many addresses a node takes.
type Network string

// The network plugins.
const (
	NetworkAzure        Network = "azure"         // an address for the node and for each possible pod
	NetworkAzureOverlay Network = "azure-overlay" // one address a node
	NetworkKubenet      Network = "kubenet"       // one address a node
)

// Networks are all of them.
var Networks = []Network{NetworkAzure, NetworkAzureOverlay, NetworkKubenet}

// Limits is what the subscription and the subnet allow. Source: AKS IP address
// planning page; Azure keeps 5 addresses of each subnet.
type Limits struct {
	VCPUs         int           // regional quota; 0: unlimited
	VCPUsInUse    int           // by others in the region, counted against VCPUs
	VCPUsByFamily []FamilyQuota // sorted by family
	Subnet        netip.Prefix  // zero: unlimited
	Network       Network
	NetworkPolicy NetworkPolicy
}

// NetworkPolicy is what enforces network policies; it limits how many nodes are
// supported.
type NetworkPolicy string

// The network policies. Source: ARM, networkProfile.
const (
	PolicyNone   NetworkPolicy = "none"
	PolicyAzure  NetworkPolicy = "azure" // Azure's network policy manager
	PolicyCalico NetworkPolicy = "calico"
	PolicyCilium NetworkPolicy = "cilium"
)

// NetworkPolicies are all of them.
var NetworkPolicies = []NetworkPolicy{PolicyNone, PolicyAzure, PolicyCalico, PolicyCilium}

// FamilyQuota is the vCPU quota of one VM family, such as standardDSv5Family.
type FamilyQuota struct {
	Family string
	VCPUs  int
}

// Timing is how long things take. Cluster-wide values are overridden by pool.
type Timing struct {
	ControlPlaneUpgrade random.Dist   // request accepted -> control plane on the new version
	Reconcile           random.Dist   // a request that touches no node, accepted -> over
	Abort               random.Dist   // abort accepted -> the operation is Canceled
	NodeCreate          random.Dist   // requested -> Ready
	NodeReimage         random.Dist   // reimage started -> Ready on the new version
	NodeDelete          random.Dist   // delete asked -> machine gone, no longer billed
	NodeCordon          random.Dist   // AKS asks for a node to be cordoned -> answered; nodes that go together drain when all are, one after the other; none takes pods from the first request on
	NodeUntaint         random.Dist   // Ready -> the not-ready taint is gone and the scheduler may use the node
	DiskMove            random.Dist   // a zonal disk detached from one node and attached to another
	EvictionRetry       random.Dist   // after a refused eviction, until the same pod is asked for again
	ServerRequest       random.Dist   // how long the API server takes over a request before it writes: a client's, or one that it makes to itself for an eviction
	CacheProgress       time.Duration // the API server asks etcd at most so often how far it is, when an eviction waits for its cache of budgets; 0: none waits
	ObjectWrite         random.Dist   // how long the API server takes to write an object: a budget's status, a pod's deletion
	ReplicaCreate       random.Dist   // a pod is missing -> its controller sees it
	PodSchedule         random.Dist   // pod exists and fits -> bound
	ImagePull           int64         // bytes a second, for each node; 0: images are there at once
	ImagePullParallel   int           // images that a node pulls at a time, sharing ImagePull; 0: all at once
	DiskMoveParallel    int           // disks that a node attaches or detaches at a time; 0: all at once
	BudgetUpdate        random.Dist   // a budget is created or one of its pods changes -> the disruption controller knows
	NodeLost            random.Dist   // a machine dies -> its node is tainted not-ready, and tolerations begin to count
	OrphanDelete        random.Dist   // a node's object is deleted -> pods still bound to it are, unless it came back
}

// Scheduler is how kube-scheduler is configured.
type Scheduler struct {
	DefaultSpread            bool          // pods of Deployments and StatefulSets without constraints are spread softly by host and zone
	PercentageOfNodesToScore int           // nodes that fit are looked for until so many are found; 0: the fewer the larger the cluster
	Backoff                  time.Duration // of a pod's first failed attempt; doubles with each
	MaxBackoff               time.Duration
	Flush                    time.Duration // a pod that no event has woken for so long is tried again
	ClientQPS                int           // requests a second to the API in the long run; 0: no limit
	ClientBurst              int           // requests at once
}

// Controllers is how kube-controller-manager is configured.
type Controllers struct {
	ClientQPS   int  // requests a second to the API in the long run, for each controller; 0: no limit
	ClientBurst int  // requests at once
	Workers     int  // ReplicaSets that are looked after at a time; 0: all
	FreshPods   bool // the pods were made right before the run: events about them count against what ReplicaSets may tell
}

// Mode is what a pool is for.
type Mode string

// The pool modes.
const (
	ModeSystem Mode = "system"
	ModeUser   Mode = "user"
)

// Modes are both of them.
var Modes = []Mode{ModeSystem, ModeUser}

// Batching is when the next node of a rolling upgrade starts.
type Batching string

// The batchings. AKS documents neither (contradiction 10): an option.
const (
	Sliding Batching = "sliding" // as soon as a buffer is free
	Batch   Batching = "batch"   // when all nodes of the batch are usable again
)

// Batchings are both of them.
var Batchings = []Batching{Sliding, Batch}

// UndrainableNodeBehavior is what happens to a node that can't be drained.
type UndrainableNodeBehavior string

// The behaviors. Source: ARM API, UndrainableNodeBehavior.
const (
	Schedule UndrainableNodeBehavior = "Schedule" // the node is made schedulable again and stays old, the operation fails
	Cordon   UndrainableNodeBehavior = "Cordon"   // the node is quarantined, a surge node stands in for it, the operation goes on
)

// UndrainableNodeBehaviors are both of them.
var UndrainableNodeBehaviors = []UndrainableNodeBehavior{Schedule, Cordon}

// UpgradeSettings is ARM's AgentPoolUpgradeSettings.
type UpgradeSettings struct {
	MaxSurge                IntOrPercent  // of the pool's count, rounded up, at most what is left to do; New fills in DefaultMaxSurge where Spec.Written lacks it
	MaxUnavailable          IntOrPercent  // with MaxSurge 0: nodes at a time in place
	DrainTimeout            time.Duration // of one node; 5 minutes to 24 hours by AKS; recorded cases use less
	NodeSoak                time.Duration // after the drain, before the reimage; 0 to 30 minutes
	UndrainableNodeBehavior UndrainableNodeBehavior
	Batching                Batching
	MaxBlockedNodes         *IntOrPercent // with Cordon: nodes that may be quarantined, at most what is left to do; nil: as many as are worked on at a time
}

// NodePool is what ARM calls agentPool: nodes of one size that are upgraded
// together.
type NodePool struct {
	Name              string
	Mode              Mode
	Absent            bool   // not there at the start: a request add-pool creates it
	Made              bool   // the scenario doesn't have it: New made it for a strategy of kind blue-green
	Replaces          string // the pool that a strategy of kind blue-green replaces by it; empty: none; New fills it in
	Count             int
	VMSize            VMSize
	MaxPods           int      // on a node; 0: New fills in DefaultMaxPods of the network
	KubernetesVersion Version  // at the start; New fills in the control plane's where the scenario has none; in a Spec it may be an alias
	Requested         Version  // the alias that the scenario has as KubernetesVersion; zero: none; New fills it in
	Snapshot          string   // that it is pinned to; empty: none
	VersionSet        bool     // whether the scenario gives KubernetesVersion; ARM's fall-back depends on it
	NodeImageVersion  string   // at the start, such as AKSUbuntu-2204gen2containerd-202604.08.0; New fills in one of KubernetesVersion's time
	Zones             []string // nodes go to them round robin; empty: no zone
	SurgeZones        []string // surge nodes go to them round robin; empty: Zones
	Labels            Labels   // the scenario's own; package kube adds the well-known ones
	Taints            []Taint
	Allocatable       Allocatable // of each node; New derives it from VMSize where AllocatableSet is false
	AllocatableSet    bool
	Extended          ExtendedResources // of each node, beside Allocatable
	MaxDataDisks      int               // Azure disks that a node can have attached; 0: New fills in the VM size's
	Upgrade           UpgradeSettings
	OSType            OSType
	ScaleSetPriority  Priority
	UpgradeStrategy   UpgradeStrategy
	BlueGreen         BlueGreenSettings
	Autoscaling       Autoscaling
	Timing            Timing // the cluster's with the pool's own values over it; zero: New fills in the cluster's
	Nodes             []Node // one for each of Count; New generates them where the scenario has none
	NodePrefix        string // names of later nodes: this and the instance number in six base-36 digits; New derives it
	NextInstance      int    // number of the next instance; scale sets don't reuse numbers; New derives it
}

// Node is a node at the start of a run.
type Node struct {
	Name     string
	Zone     string  // empty: none
	Version  Version // zero: the pool's
	Labels   Labels  // set by hand on this one, over the pool's
	Taints   []Taint // set by hand on this one, beside the pool's
	Cordoned bool    // by hand, before the start
}

// ByHand reports whether the node has labels or taints of its own.
func (n *Node) ByHand() bool { return len(n.Labels) > 0 || len(n.Taints) > 0 }
