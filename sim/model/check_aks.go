package model

// What AKS allows for Windows pools. Source: AKS Windows limits page.
const maxWindowsName = 6

func (c *checker) checkFailures() {
	c.checkFailure("failures.node_create", c.m.Failures.NodeCreate)
	c.checkFailure("failures.allocation", c.m.Failures.Allocation)
}

// maxRetries is beyond what any cloud tries.
const maxRetries = 100

func (c *checker) checkFailure(path string, f Failure) {
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
	oneOf(c, path+".os_type", p.OSType, []OSType{Linux, Windows})
	oneOf(c, path+".scale_set_priority", p.ScaleSetPriority, []Priority{Regular, Spot})
	if p.OSType == Windows && len(p.Name) > maxWindowsName {
		c.errorf(path+".name", "%q is longer than AKS allows for a Windows pool; use up to %d letters and digits", p.Name, maxWindowsName)
	}
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
