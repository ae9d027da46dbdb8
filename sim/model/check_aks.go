package model

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/spelling"
)

// What AKS allows for Windows pools. Source: AKS Windows limits page.
const maxWindowsName = 6

func (c *checker) checkFailures() {
	c.checkFailure("failures.node_create", c.m.Failures.NodeCreate, CreateCodes)
	c.checkFailure("failures.allocation", c.m.Failures.Allocation, AllocationCodes)
	if x := c.m.Failures.AddonReconcile; !(x >= 0 && x <= 1) {
		c.errorf("failures.addon_reconcile", "%v is not from 0 to 1", x)
	}
	for i := range c.m.Failures.NodeCrashes {
		c.checkCrash(fmt.Sprintf("failures.node_crash[%d]", i), &c.m.Failures.NodeCrashes[i])
	}
}

func (c *checker) checkCrash(path string, x *NodeCrash) {
	if at, horizon := x.At.Min(), c.m.Run.Horizon; at >= horizon {
		c.warnf(path+".at", "%s is not before the horizon, %s, so nothing crashes", spelling.Duration(at), spelling.Duration(horizon))
	}
	i := slices.IndexFunc(c.m.NodePools, func(p NodePool) bool { return p.Name == x.NodePool })
	if i < 0 {
		c.errorf(path+".node_pool", "no pool is named %q; %s", x.NodePool, c.poolNames())
		return
	}
	p := &c.m.NodePools[i]
	if x.Node != "" && !slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Name == x.Node }) {
		c.errorf(path+".node", "pool %q has no node %q at the start; %s", x.NodePool, x.Node, firstNode(p))
	}
}

// maxRetries is beyond what any cloud tries.
const maxRetries = 100

// firstNode says what a node of a pool is called.
func firstNode(p *NodePool) string {
	if len(p.Nodes) == 0 {
		return "it has none then"
	}
	return fmt.Sprintf("its first is %q", p.Nodes[0].Name)
}

func (c *checker) checkFailure(path string, f Failure, codes []string) {
	if f.Code != "" {
		oneOf(c, path+".code", f.Code, codes)
	}
	if !(f.Probability >= 0 && f.Probability <= 1) {
		c.errorf(path, "probability %v is not from 0 to 1", f.Probability)
	}
	if f.Retries < 0 || f.Retries > maxRetries {
		c.errorf(path, "retries %d is not from 0 to %d", f.Retries, maxRetries)
	}
	c.checkDuration(path, f.DetectAfter)
}

// checkKind checks what a pool's machines are.
func (c *checker) checkKind(path string, p *NodePool) {
	oneOf(c, path+".os_type", p.OSType, OSTypes)
	oneOf(c, path+".scale_set_priority", p.ScaleSetPriority, Priorities)
	if p.OSType == Windows && len(p.Name) > maxWindowsName {
		c.errorf(path+".name", "%q is longer than AKS allows for a Windows pool; use up to %d letters and digits", p.Name, maxWindowsName)
	}
	c.checkBlueGreen(path, p)
	if p.Mode == ModeSystem {
		if p.OSType == Windows {
			c.errorf(path+".os_type", "%q is for user pools; a system pool has Linux nodes", p.OSType)
		}
		if p.ScaleSetPriority == Spot {
			c.errorf(path+".scale_set_priority", "%q is for user pools; a system pool has regular machines", p.ScaleSetPriority)
		}
	}
}

// checkBlocked checks how many nodes an upgrade may leave behind.
func (c *checker) checkBlocked(path string, u UpgradeSettings) {
	if u.MaxBlockedNodes == nil {
		return
	}
	c.checkAmount(path+".max_blocked_nodes", *u.MaxBlockedNodes)
	if u.UndrainableNodeBehavior != Cordon {
		c.warnf(path+".max_blocked_nodes", "%s has no effect with undrainable_node_behavior %q, which blocks none", *u.MaxBlockedNodes, u.UndrainableNodeBehavior)
	}
}

// What AKS allows of a blue-green upgrade. Source: ARM,
// AgentPoolBlueGreenUpgradeSettings.
const (
	mostBatchSoak = 24 * time.Hour
	mostFinalSoak = 7 * 24 * time.Hour
)

func (c *checker) checkBlueGreen(path string, p *NodePool) {
	oneOf(c, path+".upgrade_strategy", p.UpgradeStrategy, UpgradeStrategies)
	at, b := path+".blue_green", p.BlueGreen
	if p.UpgradeStrategy != BlueGreen {
		if b != NewBlueGreen() && b != (BlueGreenSettings{}) {
			c.warnf(at, "these settings have no effect with upgrade_strategy %q", p.UpgradeStrategy)
		}
		return
	}
	c.checkAmount(at+".drain_batch_size", b.DrainBatchSize)
	if b.DrainBatchSize.IsZero() {
		c.errorf(at+".drain_batch_size", "%s would drain no node; use 1 or more", b.DrainBatchSize)
	}
	for _, x := range []struct {
		key             string
		is, least, most time.Duration
	}{
		{"drain_timeout", b.DrainTimeout, leastDrain, mostDrain},
		{"batch_soak", b.BatchSoak, 0, mostBatchSoak},
		{"final_soak", b.FinalSoak, 0, mostFinalSoak},
	} {
		if x.is < x.least || x.is > x.most {
			c.errorf(at+"."+x.key, "%s is not from %s to %s", spelling.Duration(x.is), spelling.Duration(x.least), spelling.Duration(x.most))
		}
	}
	switch {
	case !p.Upgrade.MaxUnavailable.IsZero():
		c.errorf(path+".max_unavailable", "%s is set, and AKS does not take it with upgrade_strategy \"BlueGreen\"; leave it out", p.Upgrade.MaxUnavailable)
	case p.Upgrade.UndrainableNodeBehavior == Cordon:
		c.errorf(path+".undrainable_node_behavior", "%q does not work with upgrade_strategy \"BlueGreen\"; leave it out", Cordon)
	case p.ScaleSetPriority == Spot:
		c.errorf(path+".upgrade_strategy", "%q is for regular machines: a spot pool has no surge nodes", BlueGreen)
	}
}
