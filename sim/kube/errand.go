package kube

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

// errand is what a drain wants of one pod: its eviction, again and again until
// it is granted, and then its end.
type errand struct {
	pod       PodID
	drain     int32
	req       request    // for its eviction
	done      bool       // gone, or given up
	timer     des.Handle // when kubectl sees that it is gone
	due       des.Time   // not asked for before
	granted   des.Time   // when it was let go
	refusedAt des.Time   // of the first refusal, when refusal is not 0
	refusal   trace.ID   // record of the latest refusal; 0: none
	refusedBy int32      // budget of that; -1: none
	conflict  bool       // that was a conflict
	obeyed    uint8      // how often in a row it was put off by Retry-After
}

// noErrands is a pod that no drain wants, or a node that nobody drains.
var noErrands = [drainers]int32{-1, -1}

// seenEvery is how often kubectl looks whether a pod is gone. Source:
// kubectl/pkg/drain, waitForDelete.
const seenEvery = time.Second

func (c *Cluster) addErrand(drain int32, p PodID) {
	j := c.errands.take()
	c.errands.items[j] = errand{pod: p, drain: drain, refusedBy: none}
	d := &c.drains.items[drain]
	d.list = append(d.list, j)
	c.pods[p].errands[d.who] = j
}

// forgetErrands empties the list of a drain.
func (c *Cluster) forgetErrands(d *drain) {
	for _, j := range d.list {
		e := &c.errands.items[j]
		c.withdraw(j)
		c.eng.Cancel(e.timer)
		c.pods[e.pod].errands[d.who] = -1
		c.errands.put(j)
	}
	d.list, d.next, d.left, d.asked = d.list[:0], 0, 0, 0
}

// turn is where a pod comes in the random order in which kubectl's requests,
// which it makes all at the same time, arrive.
func (c *Cluster) turn(p PodID) uint64 {
	return c.src.Uint64(c.pods[p].key.With(forTurn))
}

// askNext asks for the next pods of the list that are due: for one at a time, or
// for all. When none is, it waits for the first that will be; with nothing left,
// the drain is over or looks at its node again.
func (c *Cluster) askNext(i int32) {
	d := &c.drains.items[i]
	if d.asked > 0 && d.o.Kubectl == nil {
		return
	}
	c.eng.Cancel(d.awake)
	now, first := c.eng.Now(), des.Time(-1)
	for range d.list {
		j := d.list[d.next]
		if d.next++; d.next == len(d.list) {
			d.next = 0
		}
		e := &c.errands.items[j]
		switch {
		case e.done || e.req.stage != notAsked || c.pods[e.pod].phase >= PodTerminating:
		case e.due <= now:
			d.asked++
			cause := d.record
			if e.refusal != 0 {
				cause = e.refusal
			}
			c.ask(j, cause)
			if d.o.Kubectl == nil {
				return
			}
		case first < 0 || e.due < first:
			first = e.due
		}
	}
	if first >= 0 {
		d.next = 0
		d.awake = c.after(first.Sub(now), des.ClassControl, evDrainAsk, i)
	}
	c.lookAgain(i)
}

// drainAnswer: the eviction API answers a request of a drain.
func (c *Cluster) drainAnswer(j int32, answer Eviction) {
	e := &c.errands.items[j]
	d := &c.drains.items[e.drain]
	switch answer.Code {
	case NotFound:
		c.errandDone(j) // it went by itself meanwhile
		return
	case TooMany, Forbidden, Conflict, Internal:
		if e.refusal == 0 {
			e.refusedAt = c.eng.Now()
		}
		e.refusal, e.refusedBy, e.conflict = answer.Record, int32(answer.Budget), answer.Code == Conflict
		e.due = c.eng.Now().Add(c.pauseAfter(d, e, answer.Retry))
		if d.o.Kubectl != nil && answer.Code != TooMany {
			d.giveUp(e.pod, e.refusedBy, c.whyRefused(e))
			d.lost = e.refusal
			e.done = true
			d.left--
		}
	}
	c.askNext(e.drain)
}

// obedient is how often in a row a client waits for as long as Retry-After says
// before it does what it does after a refusal. That is done by the library that
// makes its requests, AKS's as kubectl's, it is assumed. Source: client-go
// rest/request.go, maxRetries, and rest/with_retry.go.
const obedient = 10

// pauseAfter is how long a client waits after a refusal before it asks again.
func (c *Cluster) pauseAfter(d *drain, e *errand, retryAfter time.Duration) time.Duration {
	if retryAfter > 0 && e.obeyed < obedient {
		e.obeyed++
		return retryAfter
	}
	e.obeyed = 0
	if d.o.Retry > 0 {
		return d.o.Retry
	}
	x := &c.pods[e.pod]
	return c.draw(c.timing(x.node).EvictionRetry, x.key.With(uint64(x.looks)), forRetry)
}

// drainLost: a pod of a node is gone.
func (c *Cluster) drainLost(p PodID) {
	for _, j := range c.pods[p].errands {
		if j < 0 || c.errands.items[j].done || c.errands.items[j].req.stage != notAsked {
			continue // the answer to the request says so
		}
		e := &c.errands.items[j]
		d := &c.drains.items[e.drain]
		if wait := c.unseen(d, e); wait > 0 {
			e.timer = c.after(wait, des.ClassControl, evErrandSeen, j)
			continue
		}
		c.errandDone(j)
	}
}

// unseen is how long it takes kubectl to see that a pod is gone.
func (c *Cluster) unseen(d *drain, e *errand) time.Duration {
	if d.o.Kubectl == nil {
		return 0
	}
	late := c.eng.Now().Sub(e.granted) % seenEvery
	return (seenEvery - late) % seenEvery
}

// errandDone: a drain knows that a pod is gone.
func (c *Cluster) errandDone(j int32) {
	e := &c.errands.items[j]
	e.done = true
	c.pods[e.pod].errands[c.drains.items[e.drain].who] = -1
	d := &c.drains.items[e.drain]
	d.left--
	d.lost = c.pods[e.pod].last
	c.askNext(e.drain)
}
