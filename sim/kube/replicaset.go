package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/random"
)

// The ReplicaSet controller looks after so many ReplicaSets at a time. For each
// it makes the pods that are missing and then writes the status, where that
// changed: the pods that exist and are ready. Every pod and every status is a
// request of the controller's client that the API server takes a while to write,
// and a worker goes on when its requests are done. What changes meanwhile has the ReplicaSet looked after once more.
// That a pod was made is told by an event, which goes through the same client; events
// are sent one after the other. Sources: kubernetes pkg/controller/replicaset/
// replica_set.go, syncReplicaSet and Run; client-go tools/record/event.go.

// replicaSet is what the controller knows of a Deployment's ReplicaSet.
type replicaSet struct {
	missing []int32  // slots whose next pod is to be made
	stale   bool     // the status is not as written
	state   uint8    // syncIdle, ...
	again   bool     // something changed while it was looked after
	old     bool     // what it is looked after by doesn't show its last status yet
	writes  int32    // of the status
	shown   des.Time // when the controller learns of the last
	events  client   // what it may tell
}

// Of each ReplicaSet so many events get through at once, and one in five
// minutes after that. Source: client-go tools/record/events_cache.go,
// defaultSpamBurst and defaultSpamQPS.
const (
	eventBurst = 25
	eventQPS   = 1.0 / 300
)

// tells reports whether an event, that a pod was made, gets through. At the
// start of a run nothing has happened for long, or just as many events as there
// are pods.
func (w *workload) tells(now des.Time, fresh bool) bool {
	r := &w.rs
	if r.events.qps == 0 {
		r.events = client{qps: eventQPS, burst: eventBurst, tokens: eventBurst, at: now}
		if fresh {
			r.events.tokens = max(0, eventBurst-float64(w.Replicas))
		}
	}
	x := &r.events
	x.tokens = min(x.burst, x.tokens+now.Sub(x.at).Seconds()*x.qps)
	x.at = now
	if x.tokens < 1 {
		return false
	}
	x.tokens--
	return true
}

// Where a ReplicaSet is on its way through the controller.
const (
	syncIdle uint8 = iota
	syncWaits
	syncWorks
)

// touch has the controller look after a ReplicaSet, soon.
func (c *Cluster) touch(workload int32) {
	w := &c.workloads[workload]
	w.rs.stale = true
	switch w.rs.state {
	case syncWorks:
		w.rs.again = true
	case syncIdle:
		w.rs.state = syncWaits
		if c.control.syncs.enter(c.m.Controllers.Workers, workload) {
			c.syncReplicaSet(workload)
		}
	}
}

// syncReplicaSet makes the missing pods.
func (c *Cluster) syncReplicaSet(workload int32) {
	w := &c.workloads[workload]
	w.rs.state, w.rs.again = syncWorks, false
	w.rs.old = c.eng.Now() < w.rs.shown
	stale := w.rs.stale
	w.rs.stale = false
	last := c.eng.Now()
	for _, i := range w.rs.missing {
		last = max(last, c.request(&c.control.replicaSet, i))
		if w.tells(c.eng.Now(), c.m.Controllers.FreshPods) {
			c.control.events.waiting++
			c.sendEvent()
		}
	}
	if len(w.rs.missing) > 0 {
		w.rs.missing = w.rs.missing[:0]
		w.rs.stale, w.rs.again = true, true // the new pods will be counted
	}
	switch {
	case !stale:
		c.synced(workload)
	case last > c.eng.Now():
		c.after(last.Sub(c.eng.Now()), des.ClassControl, evStatus, workload)
	default:
		c.writeStatus(workload)
	}
}

// eventSender sends the events of the ReplicaSet controller. Nobody waits for them.
type eventSender struct {
	waiting int
	busy    bool
	sent    uint64
}

var eventSenderKey = random.KeyOf("events of ReplicaSets")

// sendEvent sends the next event, unless one is under way.
func (c *Cluster) sendEvent() {
	x := &c.control.events
	if x.busy || x.waiting == 0 {
		return
	}
	x.busy = true
	x.waiting--
	x.sent++
	d := c.control.replicaSet.take(c.eng.Now()) + c.apiWrite(eventSenderKey.With(x.sent), forStatus)
	c.after(d, des.ClassControl, evEventSent, 0)
}

// eventSent: the API server has written an event.
func (c *Cluster) eventSent() {
	c.control.events.busy = false
	c.sendEvent()
}

// writeStatus writes the status of a ReplicaSet. One that is made of an old copy is
// refused as a conflict: the controller asks for the present one and writes once
// more. Source: replica_set_utils.go, updateReplicaSetStatus.
func (c *Cluster) writeStatus(workload int32) {
	w := &c.workloads[workload]
	x := &c.control.replicaSet
	w.rs.writes++
	key := w.key.With(uint64(w.rs.writes))
	if w.rs.old {
		w.rs.old = false
		refused := x.take(c.eng.Now()) + c.draw(c.m.Timing.ServerRequest, key, forAsk)
		read := max(refused, x.take(c.eng.Now())) + c.draw(c.m.Timing.ServerRequest, key, forRequest)
		c.after(read, des.ClassControl, evStatus, workload)
		return
	}
	d := x.take(c.eng.Now()) + c.apiWrite(key, forStatus)
	w.rs.shown = c.eng.Now().Add(d + c.draw(c.m.Timing.ReplicaCreate, key, forCreate))
	if d > 0 {
		c.after(d, des.ClassControl, evSynced, workload)
		return
	}
	c.synced(workload)
}

// synced: the controller is done with a ReplicaSet and takes the next.
func (c *Cluster) synced(workload int32) {
	w := &c.workloads[workload]
	w.rs.state = syncIdle
	if next := c.control.syncs.leave(); next >= 0 {
		c.syncReplicaSet(next)
	}
	if w.rs.again {
		w.rs.again = false
		c.touch(workload)
	}
}

// request has a controller's client make the next pod of a slot and returns
// when that will be.
func (c *Cluster) request(x *client, i int32) des.Time {
	now := c.eng.Now()
	s := &c.slots[i]
	d := x.take(now) + c.apiWrite(c.podKey(s), forMake)
	if d == 0 {
		c.create(i)
		return now
	}
	s.create = c.after(d, des.ClassControl, evMake, i)
	return now.Add(d)
}
