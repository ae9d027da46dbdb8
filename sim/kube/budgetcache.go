package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/random"
)

// budgetCache is the API server's cache of budgets, which evictions read. A read
// has to show all that was written before it, so where a pod has changed it waits
// until the cache knows that it is as new as etcd was then: by the next write to
// any budget, or by asking etcd, at once, but not again within
// Timing.CacheProgress. So requests that come at the same time are read at the
// same moment, and those for one budget run into conflicts. Writes that have
// nothing to do with pods, such as heartbeats, aren't counted. Source: kubernetes
// feature ConsistentListFromCache (on since 1.31), apiserver
// pkg/storage/cacher/progress/watch_progress.go.
type budgetCache struct {
	waiting []int32  // errands
	spare   []int32  // memory for those who come while others are served
	asks    bool     // an answer of etcd is due
	free    des.Time // etcd is not asked before
	asked   uint64   // how often it was
	seen    uint32   // Cluster.changes when the cache was fresh
}

var budgetCacheKey = random.KeyOf("cache of budgets")

func (b *budgetCache) reset() { *b = budgetCache{waiting: b.waiting[:0], spare: b.spare} }

// await has a request wait until the cache is fresh.
func (b *budgetCache) await(c *Cluster, j int32) {
	if b.seen == c.changes {
		c.decide(j)
		return
	}
	b.waiting = append(b.waiting, j)
	if b.asks {
		return
	}
	b.asks = true
	b.asked++
	at := max(b.free, c.eng.Now())
	b.free = at.Add(c.m.Timing.CacheProgress)
	answer := c.draw(c.m.Timing.ServerRequest, budgetCacheKey.With(b.asked), forRequest)
	c.after(at.Sub(c.eng.Now())+answer, des.ClassControl, evProgress, 0)
}

// progress: etcd says how far it is.
func (b *budgetCache) progress(c *Cluster) {
	b.asks = false
	b.fresh(c)
}

// fresh: the cache is as new as etcd, and all who wait are served.
func (b *budgetCache) fresh(c *Cluster) {
	b.seen = c.changes
	list := b.waiting
	b.waiting, b.spare = b.spare[:0], nil // serving may bring new ones
	for _, j := range list {
		if c.errands.items[j].req.stage == awaitsCache {
			c.decide(j)
		}
	}
	b.spare = list
}
