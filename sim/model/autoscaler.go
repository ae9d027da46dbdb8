package model

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"rollsim/sim/random"
	"rollsim/sim/spelling"
)

// Autoscaler is AKS's autoScalerProfile: how the cluster autoscaler goes about
// all pools that have it. Source: AKS cluster autoscaler page.
type Autoscaler struct {
	ScanInterval                  time.Duration // how often it looks at the cluster, from time 0
	ScaleDownDelayAfterAdd        time.Duration // after it has ordered nodes it removes none for so long
	ScaleDownDelayAfterDelete     time.Duration // after it has begun to remove one; New fills in ScanInterval where Spec.Written lacks it
	ScaleDownDelayAfterFailure    time.Duration // after a removal failed
	ScaleDownUnneededTime         time.Duration // a node has to be unneeded for longer than that
	ScaleDownUnreadyTime          time.Duration // the same of a node that isn't ready
	ScaleDownUtilizationThreshold float64       // of requests over allocatable, below which a node may be unneeded
	IgnoreDaemonSetsUtilization   bool          // DaemonSets' pods don't count for that
	MaxGracefulTerminationSec     int           // what a pod has at most to stop, in seconds
	BalanceSimilarNodeGroups      bool          // nodes are spread over pools that are alike
	Expander                      Expander
	SkipNodesWithLocalStorage     bool          // nodes with pods that have local storage stay
	SkipNodesWithSystemPods       bool          // nodes with pods of kube-system that no budget covers stay, DaemonSets' left out
	MaxEmptyBulkDelete            int           // empty nodes removed at a time
	NewPodScaleUpDelay            time.Duration // pods younger than that are left to the scheduler
	MaxTotalUnreadyPercentage     int           // of all nodes; with more than that, and more than OKTotalUnreadyCount, it halts
	OKTotalUnreadyCount           int
	MaxNodeProvisionTime          time.Duration // a node that isn't there by then is given up
}

// Expander is how the cluster autoscaler chooses among pools that would help.
type Expander string

// The expanders. Source: AKS cluster autoscaler page; kubernetes autoscaler FAQ.
const (
	ExpandRandom     Expander = "random"
	ExpandMostPods   Expander = "most-pods"   // that would place most pods
	ExpandLeastWaste Expander = "least-waste" // that would have the least share of cpu and memory left over
	ExpandPriority   Expander = "priority"    // with the highest NodePool.ExpanderPriority
)

// Expanders are all of them.
var Expanders = []Expander{ExpandRandom, ExpandMostPods, ExpandLeastWaste, ExpandPriority}

// NewAutoscaler returns AKS's default profile.
func NewAutoscaler() Autoscaler {
	return Autoscaler{
		ScanInterval:                  10 * time.Second,
		ScaleDownDelayAfterAdd:        10 * time.Minute,
		ScaleDownDelayAfterDelete:     10 * time.Second,
		ScaleDownDelayAfterFailure:    3 * time.Minute,
		ScaleDownUnneededTime:         10 * time.Minute,
		ScaleDownUnreadyTime:          20 * time.Minute,
		ScaleDownUtilizationThreshold: 0.5,
		MaxGracefulTerminationSec:     600,
		Expander:                      ExpandRandom,
		SkipNodesWithSystemPods:       true,
		MaxEmptyBulkDelete:            10,
		MaxTotalUnreadyPercentage:     45,
		OKTotalUnreadyCount:           3,
		MaxNodeProvisionTime:          15 * time.Minute,
	}
}

// Autoscaling is whether a pool has the cluster autoscaler, and between which
// counts.
type Autoscaling struct {
	Enabled          bool
	MinCount         int // counts as 0 where it isn't enabled
	MaxCount         int
	ExpanderPriority int // with expander priority: the highest is taken
}

// Autoscaled reports whether some pool has the cluster autoscaler, or may get it
// by a request.
func (s *Spec) Autoscaled() bool {
	if slices.ContainsFunc(s.NodePools, func(p NodePool) bool { return p.Autoscaling.Enabled }) {
		return true
	}
	for i := range s.Strategies {
		for j := range s.Strategies[i].Operations {
			if x := s.Strategies[i].Operations[j].EnableAutoScaling; x != nil && *x {
				return true
			}
		}
	}
	return false
}

// fillAutoscaler gives the profile what depends on other keys.
func (m *Model) fillAutoscaler() {
	if m.Autoscaler == (Autoscaler{}) {
		m.Autoscaler = NewAutoscaler()
	}
	if a := &m.Autoscaler; m.Written != nil && !m.Written["autoscaler.scale_down_delay_after_delete"] {
		a.ScaleDownDelayAfterDelete = a.ScanInterval
	}
}

const autoscalerPage = "AKS, cluster autoscaler page"

var autoscalerKeys = []key[Autoscaler]{
	{name: "scan_interval", is: aDuration, least: "\"1s\"", most: "\"1h\"", source: autoscalerPage,
		means: "how often the cluster autoscaler looks at the cluster",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScanInterval) }},
	{name: "scale_down_delay_after_add", is: aDuration, source: autoscalerPage,
		means: "after it has ordered nodes it removes none for so long",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScaleDownDelayAfterAdd) }},
	{name: "scale_down_delay_after_delete", is: aDuration, source: autoscalerPage,
		otherwise: "as long as scan_interval", means: "after it has begun to remove a node it removes no other for so long",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScaleDownDelayAfterDelete) }},
	{name: "scale_down_delay_after_failure", is: aDuration, source: autoscalerPage,
		means: "after a removal failed it removes none for so long",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScaleDownDelayAfterFailure) }},
	{name: "scale_down_unneeded_time", is: aDuration, source: autoscalerPage,
		means: "how long a node is unneeded before it is removed",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScaleDownUnneededTime) }},
	{name: "scale_down_unready_time", is: aDuration, source: autoscalerPage,
		means: "the same of a node that isn't ready",
		value: func(a *Autoscaler) string { return quotedDuration(a.ScaleDownUnreadyTime) }},
	{name: "scale_down_utilization_threshold", is: aNumber, least: "0.0", most: "1.0", source: autoscalerPage,
		means: "share of a node's allocatable that is requested, cpu or memory, whichever is larger, below which it may be unneeded",
		value: func(a *Autoscaler) string { return formatProbability(a.ScaleDownUtilizationThreshold) }},
	{name: "ignore_daemonsets_utilization", is: aBoolean, source: autoscalerPage,
		means: "DaemonSets' pods don't count for that share",
		value: func(a *Autoscaler) string { return strconv.FormatBool(a.IgnoreDaemonSetsUtilization) }},
	{name: "max_graceful_termination_sec", is: aCount, least: "1", most: "86400", unit: "seconds", source: autoscalerPage,
		means: "how long a pod has at most to stop on a node that is removed",
		value: func(a *Autoscaler) string { return strconv.Itoa(a.MaxGracefulTerminationSec) }},
	{name: "balance_similar_node_groups", is: aBoolean, source: autoscalerPage,
		means: "new nodes are spread over pools that are alike",
		value: func(a *Autoscaler) string { return strconv.FormatBool(a.BalanceSimilarNodeGroups) }},
	{name: "expander", is: aChoice, values: spelled(Expanders), source: autoscalerPage,
		means: "which of the pools that would help grows: any, the one that places most pods, that has least left over, or of the highest expander_priority",
		value: func(a *Autoscaler) string { return quoted(a.Expander) }},
	{name: "skip_nodes_with_local_storage", is: aBoolean, source: autoscalerPage,
		means: "nodes with pods that have local storage stay",
		value: func(a *Autoscaler) string { return strconv.FormatBool(a.SkipNodesWithLocalStorage) }},
	{name: "skip_nodes_with_system_pods", is: aBoolean, source: autoscalerPage,
		means: "nodes with pods of kube-system that no budget covers stay, DaemonSets' left out",
		value: func(a *Autoscaler) string { return strconv.FormatBool(a.SkipNodesWithSystemPods) }},
	{name: "max_empty_bulk_delete", is: aCount, least: "1", most: "1000", unit: "nodes", source: autoscalerPage,
		means: "empty nodes removed at a time",
		value: func(a *Autoscaler) string { return strconv.Itoa(a.MaxEmptyBulkDelete) }},
	{name: "new_pod_scale_up_delay", is: aDuration, source: autoscalerPage,
		means: "pods younger than that are left to the scheduler",
		value: func(a *Autoscaler) string { return quotedDuration(a.NewPodScaleUpDelay) }},
	{name: "max_total_unready_percentage", is: aCount, least: "0", most: "100", source: autoscalerPage,
		means: "with a larger share of unready nodes, in %, and more than ok_total_unready_count, the autoscaler halts",
		value: func(a *Autoscaler) string { return strconv.Itoa(a.MaxTotalUnreadyPercentage) }},
	{name: "ok_total_unready_count", is: aCount, least: "0", unit: "nodes", source: autoscalerPage,
		means: "so many unready nodes never halt it",
		value: func(a *Autoscaler) string { return strconv.Itoa(a.OKTotalUnreadyCount) }},
	{name: "max_node_provision_time", is: aDuration, least: "\"1s\"", source: autoscalerPage,
		means: "a node that isn't there by then is given up",
		value: func(a *Autoscaler) string { return quotedDuration(a.MaxNodeProvisionTime) }},
}

// Limits of the profile. The longest times are beyond every use.
const (
	leastScan    = time.Second
	longestScan  = time.Hour
	mostGraceSec = 24 * 60 * 60
)

func (c *checker) checkAutoscaler() {
	a := &c.m.Autoscaler
	if a.ScanInterval < leastScan || a.ScanInterval > longestScan {
		c.errorf("autoscaler.scan_interval", "%s is not from %s to %s", spelling.Duration(a.ScanInterval), spelling.Duration(leastScan), spelling.Duration(longestScan))
	}
	for _, x := range []struct {
		key string
		is  time.Duration
	}{
		{"scale_down_delay_after_add", a.ScaleDownDelayAfterAdd}, {"scale_down_delay_after_delete", a.ScaleDownDelayAfterDelete},
		{"scale_down_delay_after_failure", a.ScaleDownDelayAfterFailure}, {"scale_down_unneeded_time", a.ScaleDownUnneededTime},
		{"scale_down_unready_time", a.ScaleDownUnreadyTime}, {"new_pod_scale_up_delay", a.NewPodScaleUpDelay},
	} {
		c.checkDuration("autoscaler."+x.key, x.is)
	}
	if d := a.MaxNodeProvisionTime; d < leastScan || d > random.MaxDuration {
		c.errorf("autoscaler.max_node_provision_time", "%s is not from %s to %s", spelling.Duration(d), spelling.Duration(leastScan), spelling.Duration(random.MaxDuration))
	}
	if t := a.ScaleDownUtilizationThreshold; !(t >= 0 && t <= 1) {
		c.errorf("autoscaler.scale_down_utilization_threshold", "%v is not a share from 0 to 1", t)
	}
	if n := a.MaxGracefulTerminationSec; n < 1 || n > mostGraceSec {
		c.errorf("autoscaler.max_graceful_termination_sec", "%d is not from 1 to %d", n, mostGraceSec)
	}
	oneOf(c, "autoscaler.expander", a.Expander, Expanders)
	if n := a.MaxEmptyBulkDelete; n < 1 || n > maxPoolNodes {
		c.errorf("autoscaler.max_empty_bulk_delete", "%d is not a count of nodes from 1 to %d", n, maxPoolNodes)
	}
	if n := a.MaxTotalUnreadyPercentage; n < 0 || n > 100 {
		c.errorf("autoscaler.max_total_unready_percentage", "%d is not from 0 to 100", n)
	}
	if n := a.OKTotalUnreadyCount; n < 0 {
		c.errorf("autoscaler.ok_total_unready_count", "%d is negative; write 0 or more", n)
	}
	if !c.m.Autoscaled() && c.m.Autoscaler != NewAutoscaler() {
		c.warnf("autoscaler", "no pool has enable_auto_scaling, so this has no effect")
	}
}

// checkAutoscaling checks a pool's limits. Count is that at the start.
// Source: AKS answers InvalidParameter, cluster-api-provider-azure#5947.
func (c *checker) checkAutoscaling(path string, p *NodePool) {
	a := p.Autoscaling
	if !a.Enabled {
		const without = "%d is given, and the pool has no autoscaler; add enable_auto_scaling = true, or leave the key out"
		if a.MinCount != 0 {
			c.errorf(path+".min_count", without, a.MinCount)
		}
		if a.MaxCount != 0 {
			c.errorf(path+".max_count", without, a.MaxCount)
		}
		return
	}
	if c.checkMinMax(path, p.Mode, a.MinCount, a.MaxCount); p.Count > a.MaxCount || p.Count < a.MinCount {
		c.errorf(path+".count", "%d is not from min_count, %d, to max_count, %d; AKS does not take it", p.Count, a.MinCount, a.MaxCount)
	}
}

// checkMinMax checks the counts between which a pool is scaled.
func (c *checker) checkMinMax(path string, mode Mode, least, most int) {
	lowest := 0
	if mode == ModeSystem {
		lowest = 1
	}
	if least < lowest || least > maxPoolNodes {
		c.errorf(path+".min_count", "%d is not a count of nodes from %d to %d, as AKS allows for a pool of mode %q", least, lowest, maxPoolNodes, mode)
	}
	if most < max(least, 1) || most > maxPoolNodes {
		c.errorf(path+".max_count", "%d is not a count of nodes from min_count, %d, to %d", most, max(least, 1), maxPoolNodes)
	}
}

// checkScaling checks what a request says about the autoscaler of its pool.
// Source: az aks nodepool update: enabling needs both counts.
func (c *checker) checkScaling(path string, o *Operation) {
	given := o.MinCount != nil || o.MaxCount != nil
	switch {
	case o.EnableAutoScaling == nil && !given:
		return
	case o.Do != UpdatePool:
		c.errorf(path, "the autoscaler's settings are given, and %q takes none; use \"update-pool\"", o.Do)
		return
	case o.EnableAutoScaling != nil && !*o.EnableAutoScaling:
		if given {
			c.errorf(path+".enable_auto_scaling", "false is given beside min_count or max_count, which are for a pool that has the autoscaler; leave them out")
		}
		return
	case o.MinCount == nil || o.MaxCount == nil:
		c.errorf(path+".min_count", "az needs min_count and max_count together; give both")
		return
	}
	if i, ok := c.pools[o.Pool]; ok {
		c.checkMinMax(path, c.m.NodePools[i].Mode, *o.MinCount, *o.MaxCount)
	}
}

// ofAutoscaled spells a count that only an autoscaled pool has.
func ofAutoscaled(p *NodePool, n int) string {
	if !p.Autoscaling.Enabled {
		return ""
	}
	return strconv.Itoa(n)
}

func someBool(b *bool) string {
	if b == nil {
		return ""
	}
	return fmt.Sprint(*b)
}

func someCount(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
