package kube

import (
	"time"

	"rollsim/sim/des"
)

// Kinds of events, with what Subject is.
const (
	evNodeReady     des.Kind = iota // node
	evNodeUsable                    // node
	evNodeDeleted                   // node
	evNodeLost                      // node: the control plane has heard nothing of it for too long
	evNodeBack                      // node: the machine starts again after a crash
	evGiveUp                        // evictor: its limit lets the next lost node be given up
	evExpel                         // pod: it has stayed on a lost node for as long as it may
	evOrphans                       // node: it doesn't exist, and the objects of its pods go
	evOrphan                        // pod: its object goes, as its node doesn't exist
	evCreate                        // slot: its controller sees that a pod is missing
	evMake                          // slot: the request for the next pod is let through
	evStatus                        // workload: a ReplicaSet's pods are made, its status comes next
	evEventSent                     // the API server has written an event of the ReplicaSet controller
	evSynced                        // workload: a ReplicaSet's status is written
	evSync                          // workload: a StatefulSet looks at its ordinals
	evSchedule                      // the scheduler takes the first pod of its queue
	evTold                          // the scheduler's request about a pod that fits nowhere is let through
	evDisplaced                     // displaced: a request for a victim is let through
	evFlush                         // pod: it has waited for long
	evBind                          // pod: the scheduler's request to bind it is let through
	evDisk                          // pod: its disk is detached, or attached
	evPulled                        // pull: an image is there
	evRunning                       // pod
	evFinished                      // pod: a Job's has done its work
	evReady                         // pod
	evAvailable                     // pod
	evStopped                       // pod: its containers have ended
	evBudgetCreated                 // budget
	evBudget                        // budget: the controller learns of a change
	evBudgetWritten                 // budget: the API server answers the controller, which writes a status
	evBudgetRetry                   // budget: the controller comes back to it after a conflict
	evProgress                      // the API server learns how far etcd is
	evRequest                       // errand: a stage of its request is over
	evErrandSeen                    // errand: kubectl looks, and the pod is gone
	evDrainBegins                   // drain: its client has cordoned what goes with it
	evDrainAsk                      // drain: somebody on its list is due
	evDrainList                     // drain: what is still on the node?
	evDrainLimit                    // drain: its time is over
	evDrainRefused                  // drain: pods may be refused no longer
	eventKinds                      // how many there are
)

// handlers are what happens at each kind of event.
var handlers = [eventKinds]func(c *Cluster, subject int32){
	evNodeReady:     func(c *Cluster, i int32) { c.nodeReady(NodeID(i)) },
	evNodeUsable:    func(c *Cluster, i int32) { c.nodeUsable(NodeID(i)) },
	evNodeDeleted:   func(c *Cluster, i int32) { c.nodeDeleted(NodeID(i)) },
	evNodeLost:      func(c *Cluster, i int32) { c.nodeLost(NodeID(i)) },
	evNodeBack:      func(c *Cluster, i int32) { c.nodeBack(NodeID(i)) },
	evGiveUp:        (*Cluster).giveUp,
	evExpel:         func(c *Cluster, i int32) { c.expelPod(PodID(i)) },
	evOrphans:       func(c *Cluster, i int32) { c.collect(NodeID(i)) },
	evOrphan:        func(c *Cluster, i int32) { c.discard(PodID(i)) },
	evCreate:        (*Cluster).missing,
	evMake:          (*Cluster).create,
	evStatus:        (*Cluster).writeStatus,
	evEventSent:     func(c *Cluster, _ int32) { c.eventSent() },
	evSynced:        (*Cluster).synced,
	evSync:          (*Cluster).syncStatefulSet,
	evSchedule:      func(c *Cluster, _ int32) { c.schedule() },
	evTold:          func(c *Cluster, _ int32) { c.unfitTold() },
	evDisplaced:     (*Cluster).displacedGoesOn,
	evFlush:         func(c *Cluster, i int32) { c.flush(PodID(i)) },
	evBind:          func(c *Cluster, i int32) { c.bound(PodID(i)); c.attach(PodID(i)) },
	evDisk:          func(c *Cluster, i int32) { c.diskMoved(PodID(i)) },
	evPulled:        (*Cluster).pulled,
	evRunning:       func(c *Cluster, i int32) { c.running(PodID(i)) },
	evFinished:      func(c *Cluster, i int32) { c.finished(PodID(i)) },
	evReady:         func(c *Cluster, i int32) { c.ready(PodID(i)) },
	evAvailable:     func(c *Cluster, i int32) { c.available(PodID(i)) },
	evStopped:       func(c *Cluster, i int32) { c.gone(PodID(i), c.pods[i].last) },
	evBudgetCreated: func(c *Cluster, i int32) { c.budgetCreated(int(i)) },
	evBudget:        func(c *Cluster, i int32) { c.touchBudget(int(i)) },
	evBudgetWritten: func(c *Cluster, i int32) { c.budgetAnswered(int(i)) },
	evBudgetRetry:   func(c *Cluster, i int32) { c.budgetRetries(int(i)) },
	evProgress:      func(c *Cluster, _ int32) { c.budgetReads.progress(c) },
	evRequest:       (*Cluster).requestGoesOn,
	evErrandSeen:    (*Cluster).errandDone,
	evDrainBegins:   (*Cluster).beginDrain,
	evDrainAsk:      (*Cluster).askNext,
	evDrainList:     (*Cluster).drainList,
	evDrainLimit:    (*Cluster).drainLimit,
	evDrainRefused:  (*Cluster).drainRefused,
}

// Handle executes one event of the cluster. It is called by the engine.
func (c *Cluster) Handle(ev des.Event) { handlers[ev.Kind](c, ev.Subject) }

// after schedules an event of the cluster. What should happen at once happens
// in the class that the present instant has reached, where that is later.
func (c *Cluster) after(d time.Duration, class des.Class, kind des.Kind, subject int32) des.Handle {
	if d == 0 {
		class = max(class, c.eng.Class())
	}
	return c.eng.After(d, class, des.Event{Actor: c.actor, Kind: kind, Subject: subject})
}
