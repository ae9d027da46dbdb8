package kube

import "time"

// ServerStep is something that the API server does for a drain's request for an
// eviction, or that the disruption controller does about a budget, at one instant.
type ServerStep struct {
	Act      ServerAct
	Request  int32 // while a request is under way no other has its number; -1: it is the controller's
	Pod      PodID // that is to be evicted; -1: it is the controller's
	Budget   int   // that is read, written or asked; -1: none
	Conflict bool  // a write is refused, for somebody else has written the object since it was read
	Writes   bool  // with StatusWorkedOut: the status differs, so it will be written

	// Of an answer.
	Code  int
	Retry time.Duration
}

// ServerAct is what is done.
type ServerAct uint8

// The acts of a request in the order in which they come, though a conflict goes
// back; and those of the controller.
const (
	Asked         ServerAct = iota // a request arrives
	PodRead                        // or found gone
	BudgetsListed                  // of a pod that needs them
	BudgetRead                     // the one alone that the request had a conflict over
	BudgetDebited
	PodMarked  // its status says why it goes
	PodDeleted // asked to go
	Answered
	Withdrawn // the client waits for the answer no longer

	StatusWorkedOut
	StatusWritten
)

var serverActs = [...]string{"request", "read of the pod", "list of budgets", "read of the budget", "debit of the budget", "mark on the pod", "deletion of the pod", "answer", "withdrawal", "look of the controller", "write of the controller"}

// String returns the act in a few words.
func (a ServerAct) String() string { return serverActs[a] }

// SetServerWitness has f told of each step of the API server from now on, before it
// takes effect; nil: nobody. The witness may look at the cluster and must not
// change it, nor does it change anything else.
func (c *Cluster) SetServerWitness(f func(ServerStep)) { c.serverWitness = f }

func (c *Cluster) step(s ServerStep) {
	if c.serverWitness != nil {
		c.serverWitness(s)
	}
}

// stepOf tells the witness of a step of an errand's request. Deletions that ask no
// budget are no evictions.
func (c *Cluster) stepOf(j int32, act ServerAct, conflict bool) {
	e := &c.errands.items[j]
	if c.serverWitness == nil || c.drains.items[e.drain].o.byForce() {
		return
	}
	c.step(ServerStep{Act: act, Request: j, Pod: e.pod, Budget: e.req.verdict.budget, Conflict: conflict})
}
