package model

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/random"
)

// The values of the options that package aks's rolling algorithm has.
const (
	OrderIndex        Option = "index"
	OrderZones        Option = "zone-interleaved"
	OrderRandom       Option = "random"
	ZonesInTurn       Option = "round-robin"
	ZonesRandom       Option = "random"
	SoakAfterDrain    Option = "after-drain"
	SoakAfterReimage  Option = "after-reimage"
	ReimageOld        Option = "reimage"
	DeleteOld         Option = "delete"
	NodeReplaced      Option = "deleted"
	NodeKept          Option = "kept"
	ExpiryUndrainable Option = "undrainable"
	ExpiryForce       Option = "force"
	ScheduleUncordon  Option = "uncordon"
	ScheduleReplace   Option = "replace"
	CordonAPI         Option = "api"
	CordonReversed    Option = "reversed"
	CordonSucceeded   Option = "succeeded"
	QuotaAtSubmit     Option = "submit"
	QuotaAtSurge      Option = "surge"
	SpotNone          Option = "none"
	SpotNotice        Option = "notice"
	SpotWithOthers    Option = "with-others"
	SpotApart         Option = "apart"
	HandLost          Option = "lost"
	HandKept          Option = "kept"
	SoakEveryBatch    Option = "every-batch"
	SoakBetween       Option = "between-batches"
	RollbackInSoak    Option = "final-soak"
	RollbackAnyTime   Option = "any-time"
)

// SpotNoticeTime is how long before a spot machine goes Azure tells.
// Source: Azure spot virtual machines page.
const SpotNoticeTime = 30 * time.Second

// Failures is what goes wrong with machines, and how often.
type Failures struct {
	NodeCreate Failure // a machine is ordered, billed, and never becomes a node
	Allocation Failure // the zone has no capacity for the size: there is no machine

	AddonReconcile float64 // share of the PUTs on pools that meet AKS reconciling an add-on and are refused, 0 to 1

	NodeCrashes []NodeCrash
}

// NodeCrash is a machine that dies while it works as a node. Nothing happens where
// there is no such node at that time: one that boots, is reimaged or is being
// deleted can't crash.
type NodeCrash struct {
	NodePool  string
	Node      string      // by its name, one of those at the start; empty: any of the pool's nodes that work then
	At        random.Dist // since the start of the run
	BackAfter random.Dist // from the crash until the machine runs again, on the same disk; 0: never
}

// NewNodeCrash returns a crash of a pool's node without its time, which is
// required.
func NewNodeCrash(pool string) NodeCrash { return NodeCrash{NodePool: pool} }

// Failure is one way to fail.
type Failure struct {
	Probability float64       // of each order, 0 to 1
	DetectAfter time.Duration // from the order until AKS knows
	Retries     int           // further orders before AKS gives the node up
	Code        string        // AKS's error, one of AllocationCodes or CreateCodes; empty: the first that fits the pool
}

// The errors of machines that can't be had. Sources: AKS upgrade options page;
// error articles of AKS and of Azure's allocation failures.
const (
	AllocationFailed       = "AllocationFailed"
	ZonalAllocationFailed  = "ZonalAllocationFailed"
	OverconstrainedRequest = "OverconstrainedAllocationRequest"
	SKUNotAvailable        = "SkuNotAvailable"
	PublicIPCountLimit     = "PublicIPCountLimitReached"
	RequestDisallowed      = "RequestDisallowedByPolicy"
	ExtensionTimeout       = "VMExtensionProvisioningTimeout"
	ExtensionError         = "VMExtensionProvisioningError"
)

// AllocationCodes are the errors of machines that there aren't, CreateCodes those
// of machines that never become nodes. Without one, a pool with zones fails with
// ZonalAllocationFailed, one without with AllocationFailed.
var (
	AllocationCodes = []string{AllocationFailed, ZonalAllocationFailed, OverconstrainedRequest, SKUNotAvailable, PublicIPCountLimit, RequestDisallowed}
	CreateCodes     = []string{ExtensionTimeout, ExtensionError}
)

// OSType is the operating system of a pool's nodes.
type OSType string

// The operating systems.
const (
	Linux   OSType = "Linux"
	Windows OSType = "Windows"
)

// OSTypes are both of them.
var OSTypes = []OSType{Linux, Windows}

// Priority is what a pool's machines are bought as; ARM calls it
// scaleSetPriority.
type Priority string

// The priorities.
const (
	Regular Priority = "Regular"
	Spot    Priority = "Spot" // upgraded without surge nodes and without a drain
)

// Priorities are both of them.
var Priorities = []Priority{Regular, Spot}

// spotValue is the value of the label and of the taint that AKS puts on the
// nodes of a spot pool. Source: AKS spot node pool page.
const spotValue = "spot"

// windowsTimes is how much longer a Windows node takes to be created and
// reimaged, where its pool has no timing of its own: an assumption, from 2 to 3
// times in reports.
const windowsTimes = 2.5

// UpgradeStrategy is how a pool is upgraded.
type UpgradeStrategy string

// The upgrade strategies. Source: ARM, agentPools upgradeStrategy.
const (
	Rolling   UpgradeStrategy = "Rolling"
	BlueGreen UpgradeStrategy = "BlueGreen" // beside as many new nodes; virtual machine scale sets only
)

// UpgradeStrategies are both of them.
var UpgradeStrategies = []UpgradeStrategy{Rolling, BlueGreen}

// BlueGreenSettings is ARM's AgentPoolBlueGreenUpgradeSettings.
type BlueGreenSettings struct {
	DrainBatchSize IntOrPercent  // of the pool's nodes at the start, rounded up, at least 1: drained at a time
	DrainTimeout   time.Duration // of one node; up to 24 hours
	BatchSoak      time.Duration // after a batch is drained; up to 24 hours
	FinalSoak      time.Duration // before the old nodes are deleted; up to 7 days
}

// NewBlueGreen returns the default settings of a blue-green upgrade.
func NewBlueGreen() BlueGreenSettings {
	return BlueGreenSettings{DrainBatchSize: Percent(10), DrainTimeout: 30 * time.Minute, BatchSoak: 15 * time.Minute, FinalSoak: time.Hour}
}

// NewFailures returns the default Failures: nothing fails.
func NewFailures() Failures {
	return Failures{NodeCreate: Failure{DetectAfter: 20 * time.Minute, Retries: 1}}
}

// fillKind applies what AKS does to the nodes of Windows and spot pools.
// Sources: AKS node resource reservations page, 2 GB more for Windows; spot node
// pool page.
func (m *Model) fillKind(i int) {
	p := &m.NodePools[i]
	if p.OSType == "" {
		p.OSType = Linux
	}
	if p.ScaleSetPriority == "" {
		p.ScaleSetPriority = Regular
	}
	if p.UpgradeStrategy == "" {
		p.UpgradeStrategy = Rolling
	}
	if p.BlueGreen == (BlueGreenSettings{}) {
		p.BlueGreen = NewBlueGreen()
	}
	if p.OSType == Windows {
		if !p.AllocatableSet {
			p.Allocatable.Memory = max(p.Allocatable.Memory-windowsMemory, 0)
		}
		timing := fmt.Sprintf("node_pool[%d].timing.", i)
		if !m.Written[timing+"node_create"] && p.Timing.NodeCreate == m.Timing.NodeCreate {
			p.Timing.NodeCreate = m.Timing.NodeCreate.Times(windowsTimes)
		}
		if !m.Written[timing+"node_reimage"] && p.Timing.NodeReimage == m.Timing.NodeReimage {
			p.Timing.NodeReimage = m.Timing.NodeReimage.Times(windowsTimes)
		}
	}
	spot := Taint{Key: LabelPriority, Value: spotValue, Effect: NoSchedule}
	if p.ScaleSetPriority == Spot && !slices.Contains(p.Taints, spot) {
		p.Taints = append(slices.Clone(p.Taints), spot)
	}
}
