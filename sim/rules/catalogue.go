package rules

import "rollsim/sim/model"

// Phase is when an error shows.
type Phase string

// The phases.
const (
	AtSubmit Phase = "submit"  // the request is refused
	Running  Phase = "running" // an accepted operation ends with it
	Nowhere  Phase = "nowhere" // not in the rehearsal of an upgrade, Why says why
)

// Error is a row of AKS's error catalogue.
type Error struct {
	Code  string
	HTTP  int    // status of the refusal; 0: an operation ends with it, or no source shows one
	When  Phase  // the first, where there are several
	Means string // what AKS says with it, in a few words
	Why   string // of Nowhere: why it doesn't occur here
}

// Catalogue is every error that AKS's documents and recordings show around
// upgrades, those that the rules give for lack of a source among them. A test
// holds it against the rules and against what transcripts show.
// Sources: AKS troubleshooting articles on error codes, release notes, recorded API answers.
var Catalogue = []Error{
	{Code: NodePoolMcVersionIncompatible, HTTP: 400, When: AtSubmit, Means: "a pool is too far below the control plane, or above it"},
	{Code: OperationNotAllowed, HTTP: 409, When: AtSubmit, Means: "this version can't be reached from that one (400), or another operation is in progress"},
	{Code: K8sVersionNotSupported, HTTP: 400, When: AtSubmit, Means: "the region doesn't offer the cluster's target"},
	{Code: AgentPoolK8sVersionNotSupported, HTTP: 400, When: AtSubmit, Means: "the region doesn't offer the pool's target"},
	{Code: NotAllPools, HTTP: 400, When: AtSubmit, Means: "pool versions of a cluster request are given for some only, or are neither unchanged nor the control plane's"},
	{Code: EtagMismatch, HTTP: 409, When: AtSubmit, Means: "another write came in at the same moment"},
	{Code: PreConditionFailed, HTTP: 412, When: AtSubmit, Means: "the eTag of the request is out of date"},
	{Code: BadRequest, HTTP: 400, When: AtSubmit, Means: "If-None-Match has another value than *"},
	{Code: Throttled, HTTP: 429, When: AtSubmit, Means: "too many requests; come again after Retry-After"},
	{Code: ValidationError, HTTP: 400, When: AtSubmit, Means: "deprecated APIs were in use (UpgradeBlockedOnDeprecatedAPIUsage)"},
	{Code: UnsatisfiablePDB, HTTP: 400, When: AtSubmit, Means: "a budget has max_unavailable 0"},
	{Code: QuotaExceeded, When: AtSubmit, Means: "vCPUs of region or family don't do for the surge; at the surge too"},
	{Code: InsufficientSubnetSize, HTTP: 400, When: AtSubmit, Means: "the subnet hasn't the addresses for the surge"},
	{Code: InvalidClientSecret, When: AtSubmit, Means: "the service principal's secret has expired"},
	{Code: ScopeLocked, HTTP: 409, When: AtSubmit, Means: "the node resource group is locked"},
	{Code: NotFound, HTTP: 404, When: AtSubmit, Means: "the pool isn't there"},
	{Code: InvalidParameter, HTTP: 400, When: AtSubmit, Means: "the request is about nothing that there is"},

	{Code: UpgradeFailed, When: Running, Means: "a node couldn't be drained in time; documents file it under PodDrainFailure"},
	{Code: SubnetIsFull, When: Running, Means: "the subnet hasn't the addresses for the nodes ordered"},
	{Code: model.AllocationFailed, When: Running, Means: "no capacity in the region"},
	{Code: model.ZonalAllocationFailed, When: Running, Means: "no capacity in the zone"},
	{Code: model.OverconstrainedRequest, When: Running, Means: "no capacity that meets all constraints"},
	{Code: model.SKUNotAvailable, When: Running, Means: "the VM size isn't to be had in the region or zone"},
	{Code: model.PublicIPCountLimit, When: Running, Means: "no more public IP addresses for nodes"},
	{Code: model.RequestDisallowed, When: Running, Means: "a policy disallows the machine"},
	{Code: model.ExtensionTimeout, When: Running, Means: "a machine never becomes a node"},
	{Code: model.ExtensionError, When: Running, Means: "a machine's start-up script fails (VMExtensionError_ and more)"},
	{Code: AKSOperationPreempted, When: Running, Means: "another operation took over"},
	{Code: AKSOperationPreemptedByDelete, When: Running, Means: "a deletion took over"},
	{Code: OperationCanceled, When: Running, Means: "the operation was aborted; the code is assumed"},

	{Code: "ManagedClusterCountExceedsQuotaLimit", HTTP: 400, When: Nowhere, Means: "the region's quota of clusters is used up",
		Why: "it is about the creation of a cluster, and a rehearsal begins with one"},
	{Code: "NotLatestOperation", When: Nowhere, Means: "the status document of an operation that isn't the newest any more",
		Why: "it says nothing about the operation, which may have succeeded; status documents aren't part of a rehearsal"},
	{Code: "NodeDisruptionPolicy", When: Nowhere, Means: "a change of configuration that reimages nodes is refused by policy Block or AllowDuringMaintenanceWindow; its code isn't documented",
		Why: "the policy doesn't block upgrades of version or image, and no request here changes what would reimage nodes"},
	{Code: "PodDrainFailure", When: Nowhere, Means: "the name of the article on drains that fail",
		Why: "no error has it as its code; see UpgradeFailed"},
	{Code: "AnotherOperationInProgress", When: Nowhere, Means: "another operation is in progress on a network resource",
		Why: "the network provider's; AKS answers OperationNotAllowed"},
	{Code: "AgentPoolUpgradeVersionNotAllowed", When: Nowhere, Means: "supposed to be a pool's version that isn't allowed",
		Why: "found in no document and no recording"},
}

// The codes of operations that end before their time.
const (
	UpgradeFailed                 = "UpgradeFailed" // a drain ended it
	AKSOperationPreempted         = "AKSOperationPreempted"
	AKSOperationPreemptedByDelete = "AKSOperationPreemptedByDelete"
	// OperationCanceled is assumed: no source shows the error of an aborted
	// operation.
	OperationCanceled = "OperationCanceled"
)
