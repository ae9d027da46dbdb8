package model

import (
	"fmt"
	"time"

	"rollsim/sim/spelling"
)

func (c *checker) checkStrategies() {
	if len(c.m.Strategies) == 0 {
		c.warnf("strategy", "the scenario has no strategy, so there is nothing to run; add [[strategy]]")
	}
	for i := range c.m.Strategies {
		c.checkStrategy(fmt.Sprintf("strategy[%d]", i), &c.m.Strategies[i])
	}
	duplicates(c.m.Strategies, func(s Strategy) string { return s.Name }, func(i, first int) {
		c.errorf(fmt.Sprintf("strategy[%d].name", i), "%q is the name of strategy[%d] too; names are unique", c.m.Strategies[i].Name, first)
	})
}

func (c *checker) checkStrategy(path string, s *Strategy) {
	if s.Name == "" {
		c.errorf(path+".name", "no name is given; name the strategy")
	}
	if !oneOf(c, path+".kind", s.Kind, StrategyKinds) {
		return // what else belongs to it depends on the kind
	}
	c.checkForceUntil(path, s.Force, s.ForceUntil)
	c.checkChannels(path, s)
	switch {
	case s.Kind == Operations && !s.To.IsZero():
		c.errorf(path+".to", "%s is given for a strategy of kind \"operations\"; give each operation its own", s.To)
	case s.Kind == NodeImageOnly && !s.To.IsZero():
		c.errorf(path+".to", "%s is given, and node images are upgraded to the newest, whatever the version; leave the key out", s.To)
	case s.Kind != Operations && s.Kind != NodeImageOnly && s.Kind != AutoUpgrade && s.To.IsZero():
		c.errorf(path+".to", "no target version is given; write one such as \"1.30.5\"")
	}
	if s.Force && s.Kind == Operations {
		c.errorf(path+".force", "true is given for a strategy of kind \"operations\"; give each operation its own")
	}
	if s.Retries < 0 || s.Retries > maxRetries {
		c.errorf(path+".retries", "%d is not a count of retries from 0 to %d", s.Retries, maxRetries)
	}
	c.checkHops(path, s)
	switch s.Kind {
	case PerPool:
		c.checkPerPool(path, s)
	case BlueGreenByHand:
		c.checkGreens(path, s)
	default:
		if len(s.Order) > 0 {
			c.errorf(path+".order", "an order is for kinds \"per-pool\" and \"blue-green\", and this is %q; leave the key out", s.Kind)
		}
		if s.Pause != 0 {
			c.errorf(path+".pause", "%s is for kinds \"per-pool\" and \"blue-green\", and this is %q; leave the key out", spelling.Duration(s.Pause), s.Kind)
		}
	}
	if s.Kind != PerPool {
		if s.Parallel != 1 && (s.Parallel != 0 || c.m.Written[path+".parallel"]) {
			c.errorf(path+".parallel", "%d is for kind \"per-pool\", and this is %q; leave the key out", s.Parallel, s.Kind)
		}
	}
	switch {
	case s.Kind == Operations && len(s.Operations) == 0:
		c.errorf(path+".operation", "a strategy of kind \"operations\" has none; add [[strategy.operation]]")
	case s.Kind != Operations && len(s.Operations) > 0:
		c.errorf(path+".operation", "operations are for kind \"operations\", and this is %q; leave them out", s.Kind)
	case s.Kind == Operations:
		c.checkOperations(path, s)
	}
}

// checkChannels checks that AKS has something to do by itself.
func (c *checker) checkChannels(path string, s *Strategy) {
	versions := c.m.Cluster.AutoUpgradeChannel.MovesVersions()
	images := c.m.Cluster.AutoUpgradeChannel == ChannelNodeImage || c.m.Cluster.NodeOSUpgradeChannel.BringsImages()
	switch {
	case s.Kind != AutoUpgrade:
	case !versions && !images:
		c.errorf(path+".kind", "%q needs a channel, and cluster.auto_upgrade_channel is %q, cluster.node_os_upgrade_channel %q; write \"stable\" in the first", s.Kind, c.m.Cluster.AutoUpgradeChannel, c.m.Cluster.NodeOSUpgradeChannel)
	case !versions && !s.To.IsZero():
		c.errorf(path+".to", "%s is given, and cluster.auto_upgrade_channel %q moves no versions; write \"stable\" there", s.To, c.m.Cluster.AutoUpgradeChannel)
	case versions && s.To.IsZero() && len(c.m.Cluster.OfferedVersions) == 0:
		c.errorf(path+".to", "no target version is given, and cluster.offered_versions has none that channel %q could choose; list them there", c.m.Cluster.AutoUpgradeChannel)
	}
}

// checkForceUntil checks the end of an override.
func (c *checker) checkForceUntil(path string, force bool, until time.Duration) {
	c.checkDuration(path+".force_until", until)
	if until != 0 && !force {
		c.errorf(path+".force_until", "%s is given, and nothing is forced; write force = true", spelling.Duration(until))
	}
}

// checkHops checks what a chain of requests needs.
func (c *checker) checkHops(path string, s *Strategy) {
	switch {
	case !s.Hops:
	case s.Kind != Full && s.Kind != ControlPlaneOnly && s.Kind != PerPool:
		c.errorf(path+".hops", "true is given, and kind %q takes no hops; leave the key out", s.Kind)
	case s.Parallel > 1:
		c.errorf(path+".hops", "true is given beside parallel %d, and a chain has one request after the other; leave one of them out", s.Parallel)
	case len(c.m.Cluster.OfferedVersions) == 0:
		c.errorf(path+".hops", "true is given, and cluster.offered_versions has no versions to go over; list them there")
	}
}

func (c *checker) checkPerPool(path string, s *Strategy) {
	for i, name := range s.Order {
		c.checkPoolName(fmt.Sprintf("%s.order[%d]", path, i), name)
	}
	duplicates(s.Order, func(name string) string { return name }, func(i, _ int) {
		c.errorf(fmt.Sprintf("%s.order[%d]", path, i), "%q is listed twice; a pool is upgraded once", s.Order[i])
	})
	listed := index(s.Order, func(name string) string { return name })
	for _, p := range c.m.NodePools {
		if _, ok := listed[p.Name]; !ok && !p.Absent {
			c.warnf(path+".order", "pool %q is not listed, so it keeps its version", p.Name)
		}
	}
	if s.Parallel < 1 || s.Parallel > maxPools {
		c.errorf(path+".parallel", "%d is not a count of pools from 1 to %d", s.Parallel, maxPools)
	}
	c.checkDuration(path+".pause", s.Pause)
}

func (c *checker) checkOperations(path string, s *Strategy) {
	byName := index(s.Operations, func(o Operation) string { return o.Name })
	for i := range s.Operations {
		o := &s.Operations[i]
		at := fmt.Sprintf("%s.operation[%d]", path, i)
		if o.Name == "" {
			c.errorf(at+".name", "no name is given; name the request")
		}
		c.checkWhen(at, s, i, byName)
		c.checkRequest(at, o)
	}
	duplicates(s.Operations, func(o Operation) string { return o.Name }, func(i, first int) {
		c.errorf(fmt.Sprintf("%s.operation[%d].name", path, i), "%q is the name of operation[%d] too; names are unique in a strategy", s.Operations[i].Name, first)
	})
}

// checkWhen checks the time at which a request is submitted.
func (c *checker) checkWhen(path string, s *Strategy, operation int, byName map[string]int) {
	o := &s.Operations[operation]
	c.checkDuration(path+".at", o.At)
	c.checkDuration(path+".delay", o.Delay)
	oneOf(c, path+".when", o.When, Moments)
	if o.After == "" {
		if o.When != Finished {
			c.errorf(path+".when", "%q needs after, the name of the operation that it is about", o.When)
		}
		if o.Delay != 0 {
			c.errorf(path+".delay", "%s needs after, the name of the operation that it follows; use at for a time", spelling.Duration(o.Delay))
		}
		return
	}
	if o.At != 0 {
		c.errorf(path+".at", "%s is given beside after %q; give one of them, with delay for the time after it", spelling.Duration(o.At), o.After)
	}
	next, ok := byName[o.After]
	if !ok {
		c.errorf(path+".after", "no operation of this strategy is named %q", o.After)
		return
	}
	for range s.Operations {
		if next == operation {
			c.errorf(path+".after", "%q waits for itself by way of %q, so neither is ever submitted", o.Name, o.After)
			return
		}
		after := s.Operations[next].After
		if next, ok = byName[after]; !ok || after == "" {
			return
		}
	}
}

// checkRequest checks what a request asks for.
func (c *checker) checkRequest(path string, o *Operation) {
	if !oneOf(c, path+".do", o.Do, Verbs) {
		return // what else belongs to it depends on the verb
	}
	oneOf(c, path+".client", o.Client, o.Do.Clients())
	switch {
	case o.Do.Scope() == ScopePool && o.Pool == "":
		c.errorf(path+".pool", "no pool is given, and %q is about one; %s", o.Do, c.poolNames())
	case o.Pool == "":
	case o.Do.Scope() == ScopeCluster:
		c.errorf(path+".pool", "%q is given, and %q is about the cluster; leave the key out", o.Pool, o.Do)
	default:
		c.checkPoolName(path+".pool", o.Pool)
	}
	switch {
	case !o.Do.TakesVersion() && !o.To.IsZero():
		c.errorf(path+".to", "%s is given, and %q takes no version; leave the key out", o.To, o.Do)
	case o.Do.Scope() == ScopeCluster && o.To.IsZero():
		c.errorf(path+".to", "no target version is given, and %q has none to fall back to; write one such as \"1.30.5\"", o.Do)
	}
	if o.Force && o.Do.Scope() != ScopeCluster && o.Do != DrainNodes {
		c.errorf(path+".force", "true is given, and only \"upgrade\" and \"upgrade-control-plane\" can be forced: the override is the cluster's; leave the key out")
	}
	switch {
	case o.Image == "":
	case o.Do != UpgradeNodeImage:
		c.errorf(path+".image", "%q is given, and %q takes no image; leave the key out", o.Image, o.Do)
	case !IsImageRelease(o.Image):
		c.errorf(path+".image", "%q is not the release of a node image; write one such as \"202604.08.0\"", o.Image)
	}
	c.checkPoolVersions(path+".pool_versions", o)
	c.checkForceUntil(path, o.Force, o.ForceUntil)
	c.checkSnapshot(path, o)
	c.checkETag(path, o)
	c.checkNamedNodes(path, o)
	if o.Do == DrainNodes {
		c.checkByHand(path, &o.ByHand, DrainReactions)
	}
	c.checkAbsence(path, o)
	c.checkCount(path, o)
	c.checkScaling(path, o)
	c.checkSettings(path, o)
}

// checkPoolVersions checks what a request on the cluster says of pools.
func (c *checker) checkPoolVersions(path string, o *Operation) {
	if o.PoolVersions == nil {
		return
	}
	if o.Do != Upgrade || o.Client != ARM {
		c.errorf(path, "only a request of do \"upgrade\" and client \"arm\" says something of pools; leave the key out")
		return
	}
	for _, x := range o.PoolVersions {
		if i, ok := c.pools[x.Pool]; ok && c.m.NodePools[i].Absent {
			c.errorf(path+"."+x.Pool, "%q isn't there at the start; a request on the cluster adds no pool here, use \"add-pool\"", x.Pool)
		} else {
			c.checkPoolName(path+"."+x.Pool, x.Pool)
		}
	}
}

// checkETag checks the headers that make a request depend on what is there.
func (c *checker) checkETag(path string, o *Operation) {
	if o.IfMatch == nil && o.IfNoneMatch == "" {
		return
	}
	key := path + ".if_match"
	if o.IfMatch == nil {
		key = path + ".if_none_match"
	} else {
		c.checkDuration(key, *o.IfMatch)
	}
	switch {
	case !o.Do.TakesETag():
		c.errorf(key, "an eTag is given, and %q is a POST, which carries none; leave the key out", o.Do)
	case o.IfMatch != nil && o.IfNoneMatch != "":
		c.errorf(key, "%s is given beside if_none_match %q; a request has one of them", spelling.Duration(*o.IfMatch), o.IfNoneMatch)
	}
}

// checkAbsence checks that a pool that is added can be.
func (c *checker) checkAbsence(path string, o *Operation) {
	if i, ok := c.pools[o.Pool]; o.Do == AddPool && ok && !c.m.NodePools[i].Absent {
		c.warnf(path+".pool", "pool %q is there from the start; give it absent = true, or AKS refuses to add it", o.Pool)
	}
}

func (c *checker) checkCount(path string, o *Operation) {
	if o.Do != Scale {
		if o.Count != 0 {
			c.errorf(path+".count", "%d is given, and only \"scale\" changes a count; leave the key out", o.Count)
		}
		return
	}
	if c.m.Written != nil && !c.m.Written[path+".count"] {
		c.errorf(path+".count", "no count is given, and \"scale\" needs one")
		return
	}
	least := 0
	if i, ok := c.pools[o.Pool]; ok && c.m.NodePools[i].Mode == ModeSystem {
		least = 1
	}
	if o.Count < least || o.Count > maxPoolNodes {
		c.errorf(path+".count", "%d is not a count of nodes from %d to %d", o.Count, least, maxPoolNodes)
	}
}

// checkSettings checks the upgrade settings given with a request, together with
// those of its pool that they don't replace. A PUT without any is the clean-up that
// AKS's upgrade options page asks for after undrainable nodes.
func (c *checker) checkSettings(path string, o *Operation) {
	if o.MaxSurge == nil && o.MaxUnavailable == nil && o.DrainTimeout == nil && o.NodeSoak == nil {
		if o.Do == UpdatePool && o.Client != ARM && o.EnableAutoScaling == nil && o.MinCount == nil && o.MaxCount == nil {
			c.errorf(path+".do", "%q changes nothing, which the CLI doesn't send: give max_surge, max_unavailable, drain_timeout, node_soak or the autoscaler's settings, or client = \"arm\", by which AKS only puts right what an operation has left", o.Do)
		}
		return
	}
	if !o.Do.TakesSettings() {
		c.errorf(path, "upgrade settings are given, and %q takes none; use \"upgrade-pool\" or \"update-pool\"", o.Do)
		return
	}
	i, ok := c.pools[o.Pool]
	if !ok {
		return // an error already
	}
	p := &c.m.NodePools[i]
	own := &checker{m: c.m}
	own.checkUpgrade(path, p.Mode, p.Count, o.Settings(p.Upgrade))
	given := map[string]bool{
		path + ".max_surge":       o.MaxSurge != nil || o.MaxUnavailable != nil,
		path + ".max_unavailable": o.MaxSurge != nil || o.MaxUnavailable != nil,
		path + ".drain_timeout":   o.DrainTimeout != nil,
		path + ".node_soak":       o.NodeSoak != nil,
	}
	for _, f := range own.findings {
		if given[f.Path] { // the rest is the pool's, and reported there
			c.findings = append(c.findings, f)
		}
	}
}

// Settings returns a pool's upgrade settings u as the request changes them.
func (o *Operation) Settings(u UpgradeSettings) UpgradeSettings {
	if o.MaxSurge != nil {
		u.MaxSurge = *o.MaxSurge
	}
	if o.MaxUnavailable != nil {
		u.MaxUnavailable = *o.MaxUnavailable
	}
	if o.DrainTimeout != nil {
		u.DrainTimeout = *o.DrainTimeout
	}
	if o.NodeSoak != nil {
		u.NodeSoak = *o.NodeSoak
	}
	return u
}
