package rules

import "rollsim/sim/model"

// Rule is one thing that AKS checks.
type Rule struct {
	ID     string // lower case with dashes; unique over all profiles
	Code   string // AKS's error code; where sources show none in some cases, see codeIn
	Checks string // what it asks for, one sentence
	Source string

	alone bool // when it refuses, no other rule is asked

	// check returns why the request breaks the rule, or "" when it doesn't or
	// the rule has nothing to say about it.
	check func(*State, Request) string
}

// codeIn returns the code with which the rule refuses r: its own, but for pairs of
// versions that no source shows a code for.
func (x Rule) codeIn(s *State, r Request) string {
	target := Target(s, r)
	silent := x.ID == poolSameMajorID || x.ID == poolNotAboveID && target.SameMinor(s.ControlPlane)
	if silent && s.Options.IncompatibleCode == model.CodeNotAllowed {
		return OperationNotAllowed
	}
	return x.Code
}

const (
	poolSameMajorID = "pool-same-major"
	poolNotAboveID  = "pool-not-above-control-plane"
)

// Rules returns the rules of a profile in the order in which they are asked.
// An unknown profile has none.
func Rules(profile model.Profile) []Rule {
	switch profile {
	case model.Profile202307:
		return aks202307
	case model.Profile202608:
		return aks202608
	}
	return nil
}

// aks202307 is the seed document's rules and what AKS has always enforced
// beside them.
var aks202307 = []Rule{
	aboutSomething,
	// The request as a write.
	throttle,
	noneMatches,
	etagMatches,
	writeRace,
	// One operation at a time.
	oneClusterOperation,
	clusterWhilePool,
	poolWhileCluster,
	onePoolOperation,
	nothingBesideRollback,
	pausedGreen,
	greenRollbackInSoak,
	spotApart,
	notBesideCreation,
	noAddonReconcile,
	// What is there.
	poolExists,
	poolIsNew,
	poolLimit,
	systemPoolStays,
	poolRuns,
	stopSize,
	machinesExist,
	systemMachinesStay,
	somethingToAbort,
	noPoolRollback,
	noResourceLocks,
	servicePrincipalValid,
	// Versions and images.
	noControlPlaneDowngrade,
	oneMinorAtATime,
	targetOffered,
	poolVersionsTogether,
	poolsWithinTwoMinors,
	noPoolDowngrade,
	poolSameMajor,
	poolNotAboveControlPlane,
	poolWithinTwoMinors,
	poolTargetOffered,
	nodeImageMoves,
	imageNotOlder,
	// Sizes and settings.
	nodesCanBeReplaced,
	poolCount,
	autoscaledNotByHand,
	countBetweenLimits,
	autoscalerThere,
	poolHoldsPods,
	poolSize,
	clusterSize,
	// What the subscription and the subnet allow.
	regionalQuota,
	familyQuota,
	subnetSize,
}

// aks202608 is AKS in August 2026: a skew of three minors where the control
// plane is at 1.28 or later, no max unavailable on system pools, and a pre-check
// of budgets.
var aks202608 = []Rule{
	aboutSomething,

	throttle,
	noneMatches,
	etagMatches,
	writeRace,

	oneClusterOperation,
	clusterWhilePool,
	poolWhileCluster,
	onePoolOperation,
	nothingBesideRollback,
	pausedGreen,
	greenRollbackInSoak,
	spotApart,
	notBesideCreation,
	noAddonReconcile,

	poolExists,
	poolIsNew,
	poolLimit,
	systemPoolStays,
	poolRuns,
	stopSize,
	machinesExist,
	systemMachinesStay,
	somethingToAbort,
	noResourceLocks,
	servicePrincipalValid,
	certificatesValid,
	rollbackRecorded,
	rollbackInTime,
	rollbackOffered,
	rollbackWithoutChannel,

	noControlPlaneDowngrade,
	minorsInOrder,
	targetOffered,
	poolVersionsTogether,
	controlPlaneMayGoAlone,
	ltsPoolsFirst,
	poolsWithinThreeMinors,
	noPoolDowngrade,
	poolSameMajor,
	poolNotAboveControlPlane,
	poolWithinThreeMinors,
	poolTargetOffered,
	nodeImageMoves,
	imageNotOlder,
	snapshotExists,
	snapshotNewer,
	snapshotFresh,
	imagesWithinDay,
	noDeprecatedAPIs,

	nodesCanBeReplaced,
	noSystemPoolInPlace,
	poolCount,
	autoscaledNotByHand,
	countBetweenLimits,
	autoscalerThere,
	poolHoldsPods,
	poolSize,
	clusterSize,
	largeClusterUpgrade,

	regionalQuota,
	familyQuota,
	subnetSize,
	budgetsSatisfiable,
}

// Omitted is something that AKS checks and that no request of a rehearsal can
// break, so that there is no rule for it.
type Omitted struct {
	Checks string
	Source string
	Why    string
}

// OmittedRules are all of them.
var OmittedRules = []Omitted{
	{
		Checks: "Several pools that are created together with their cluster have the control plane's version (V17).",
		Source: "AKS create node pools page",
		Why:    "a rehearsal begins with a cluster: pools that are declared may lag behind it by then, and a pool that is added later is one request about one pool, which may lag as far as the skew goes; what a later request on the cluster may say of its pools is V12",
	},
	{
		Checks: "A pool that is created has the addresses, the quota and the size that its cluster's creation asks for (ManagedClusterCountExceedsQuotaLimit).",
		Source: "AKS error catalogue",
		Why:    "it is about the creation of clusters; what a declared cluster can't have is an error of its scenario",
	},
}

// The error codes that the rules give.
const (
	InvalidParameter                = "InvalidParameter"
	OperationNotAllowed             = "OperationNotAllowed"
	NodePoolMcVersionIncompatible   = "NodePoolMcVersionIncompatible"
	K8sVersionNotSupported          = "K8sVersionNotSupported"
	AgentPoolK8sVersionNotSupported = "AgentPoolK8sVersionNotSupported"
	QuotaExceeded                   = "QuotaExceeded"
	InsufficientSubnetSize          = "InsufficientSubnetSize" // of a request
	SubnetIsFull                    = "SubnetIsFull"           // of an order of nodes
	UnsatisfiablePDB                = "UnsatisfiablePDB"
)
