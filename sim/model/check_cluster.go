package model

import (
	"fmt"
	"slices"
	"time"

	"rollsim/sim/random"
	"rollsim/sim/spelling"
)

func (c *checker) checkCluster() {
	x := &c.m.Cluster
	if x.Name == "" {
		c.errorf("cluster.name", "\"\" is not a name; give the cluster one or leave the key out")
	}
	oneOf(c, "cluster.rules", x.Rules, Profiles)
	oneOf(c, "cluster.tier", x.Tier, Tiers)
	if x.KubernetesVersion.IsZero() {
		c.errorf("cluster.kubernetes_version", "no version is given; write the control plane's, such as \"1.30.5\"")
	}
	c.checkZones("cluster.zones", x.Zones)
	duplicates(x.OfferedVersions, func(v Version) Version { return v }, func(i, _ int) {
		c.errorf(fmt.Sprintf("cluster.offered_versions[%d]", i), "%s is listed twice; list it once", x.OfferedVersions[i])
	})
	c.checkSupport()
	c.checkDuration("cluster.window", x.Window)
	c.checkMaintenance()
	c.checkLimits()
}

func (c *checker) checkZones(path string, zones []string) {
	for i, z := range zones {
		if z == "" {
			c.errorf(fmt.Sprintf("%s[%d]", path, i), "\"\" is not a zone; write \"1\"")
		}
	}
	duplicates(zones, func(z string) string { return z }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s[%d]", path, i), "%q is listed twice; list it once", zones[i])
	})
}

func (c *checker) checkLimits() {
	l := &c.m.Cluster.Limits
	oneOf(c, "cluster.limits.network", l.Network, Networks)
	if l.VCPUs < 0 {
		c.errorf("cluster.limits.vcpus", "%d is negative; leave the key out for no limit", l.VCPUs)
	}
	if l.VCPUsInUse < 0 {
		c.errorf("cluster.limits.vcpus_in_use", "%d is negative; write 0 when nobody else uses the quota", l.VCPUsInUse)
	}
	if l.VCPUs <= 0 && l.VCPUsInUse > 0 {
		c.errorf("cluster.limits.vcpus_in_use", "%d counts against no quota; give cluster.limits.vcpus too", l.VCPUsInUse)
	}
	for _, f := range l.VCPUsByFamily {
		path := "cluster.limits.vcpus_by_family." + bareKey(f.Family)
		if f.Family == "" {
			c.errorf("cluster.limits.vcpus_by_family", "a quota has no family; write one such as standardDSv5Family")
		}
		if f.VCPUs < 0 {
			c.errorf(path, "%d is negative; leave the family out for no limit", f.VCPUs)
		}
		if !c.familyInUse(f.Family) {
			c.warnf(path, "no pool uses family %s, so its quota limits nothing; %s", f.Family, c.families())
		}
	}
	duplicates(l.VCPUsByFamily, func(f FamilyQuota) string { return foldFamily(f.Family) }, func(i, _ int) {
		f := l.VCPUsByFamily[i].Family
		c.errorf("cluster.limits.vcpus_by_family."+bareKey(f), "%s is given twice; give a family one quota", f)
	})
	if s := l.Subnet; s.IsValid() && s != s.Masked() {
		c.errorf("cluster.limits.subnet", "%q has bits beyond its prefix; write %q", s, s.Masked())
	}
}

// leastRetry is the shortest wait between two requests for the same pod. With
// none, a blocked drain would ask for ever at one instant.
const leastRetry = time.Millisecond

func (c *checker) checkTiming(path string, t *Timing) {
	if median := t.EvictionRetry.Median(); median < leastRetry {
		c.errorf(path+".eviction_retry", "%s is too short for a retry; use at least %s", spelling.Duration(median), leastRetry)
	}
	if t.ImagePull < 0 {
		c.errorf(path+".image_pull", "%d is negative; write 0 to have images there at once", t.ImagePull)
	}
	if t.CacheProgress < 0 || t.CacheProgress > random.MaxDuration {
		c.errorf(path+".cache_progress", "%s is not from 0s to %s", spelling.Duration(t.CacheProgress), spelling.Duration(random.MaxDuration))
	}
	for _, x := range []struct {
		key   string
		value int
	}{{".image_pull_parallel", t.ImagePullParallel}, {".disk_move_parallel", t.DiskMoveParallel}} {
		if x.value < 0 {
			c.errorf(path+x.key, "%d is negative; write 0 for no limit", x.value)
		}
	}
}

// checkControl checks the configuration of scheduler and controllers.
func (c *checker) checkControl() {
	s := &c.m.Scheduler
	if p := s.PercentageOfNodesToScore; p < 0 || p > 100 {
		c.errorf("scheduler.percentage_of_nodes_to_score", "%d is not from 0 to 100", p)
	}
	if s.Backoff < leastRetry || s.Backoff > random.MaxDuration {
		c.errorf("scheduler.backoff", "%s is not from %s to %s", spelling.Duration(s.Backoff), leastRetry, spelling.Duration(random.MaxDuration))
	}
	if s.MaxBackoff < s.Backoff || s.MaxBackoff > random.MaxDuration {
		c.errorf("scheduler.max_backoff", "%s is not from backoff, %s, to %s", spelling.Duration(s.MaxBackoff), spelling.Duration(s.Backoff), spelling.Duration(random.MaxDuration))
	}
	if s.Flush < time.Second || s.Flush > random.MaxDuration {
		c.errorf("scheduler.flush", "%s is not from 1s to %s", spelling.Duration(s.Flush), spelling.Duration(random.MaxDuration))
	}
	c.checkClient("scheduler", s.ClientQPS, s.ClientBurst)
	c.checkClient("controllers", c.m.Controllers.ClientQPS, c.m.Controllers.ClientBurst)
	if n := c.m.Controllers.Workers; n < 0 {
		c.errorf("controllers.workers", "%d is negative; write 0 for no limit", n)
	}
}

// mostRequests is more than any API server answers in a second.
const mostRequests = 1_000_000

// checkClient checks the rate limit of a client of the API.
func (c *checker) checkClient(path string, qps, burst int) {
	if qps < 0 || qps > mostRequests {
		c.errorf(path+".client_qps", "%d is not from 0, for no limit, to %d", qps, mostRequests)
	}
	if burst < 1 || burst > mostRequests {
		c.errorf(path+".client_burst", "%d is not from 1 to %d", burst, mostRequests)
	}
}

// checkSupport checks the support plan, the upgrade channel and the versions
// that belong to them.
func (c *checker) checkSupport() {
	x := &c.m.Cluster
	oneOf(c, "cluster.support_plan", x.SupportPlan, SupportPlans)
	oneOf(c, "cluster.auto_upgrade_channel", x.AutoUpgradeChannel, AutoUpgradeChannels)
	if x.SupportPlan == LongTermSupport && x.Tier != TierPremium {
		c.errorf("cluster.support_plan", "%q needs tier %q, and the tier is %q", x.SupportPlan, TierPremium, x.Tier)
	}
	for i, v := range x.PreviewVersions {
		if len(x.OfferedVersions) > 0 && !slices.Contains(x.OfferedVersions, v) {
			c.errorf(fmt.Sprintf("cluster.preview_versions[%d]", i), "%s is not among cluster.offered_versions; list it there too", v)
		}
	}
	if len(x.LTSVersions) > 0 && x.SupportPlan != LongTermSupport {
		c.warnf("cluster.lts_versions", "what is listed is offered only with support_plan %q, and this is %q", LongTermSupport, x.SupportPlan)
	}
}
