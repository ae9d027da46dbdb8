package explain

import (
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/trace"
)

// Schema names the form of an Answer in JSON. The number goes up when a field
// changes its meaning or goes away; new fields may come at any time.
const Schema = "rollsim.explain/1"

// Answer is an explanation: the finding first, then what it rests on. Parts
// that a question has no use for are left out. Instants are seconds since the
// start in JSON, spans seconds.
type Answer struct {
	Schema  string `json:"schema"`
	Kind    string `json:"kind"` // pod, workload or node
	Name    string `json:"name"`
	At      Clock  `json:"at_seconds"` // the moment explained
	Moment  string `json:"moment"`     // why this one
	Finding string `json:"finding"`

	Budgets  []Budget  `json:"pdbs,omitempty"`     // of a workload: as they are at the moment
	Away     []Away    `json:"away,omitempty"`     // of a workload: replicas that aren't ready at the moment
	Places   []Place   `json:"places,omitempty"`   // of a pod: what the scheduler thought
	Drains   []Drain   `json:"drains,omitempty"`   // of a node; of a workload: those that took its pods at the moment
	Refused  int       `json:"refused,omitempty"`  // of a workload: pods that were refused, counted again in another drain
	Refusals []Refusal `json:"refusals,omitempty"` // refused evictions, those of one pod and drain together; of a workload: the most
	Pending  []Pending `json:"pending,omitempty"`  // of a workload: pods that fitted nowhere, those that waited longest
	Causes   []Step    `json:"causes,omitempty"`   // what led to it, latest first, back to the request
	Life     []Step    `json:"life,omitempty"`     // of a pod or node
}

// Budget is the state of a PodDisruptionBudget.
type Budget struct {
	Name  string `json:"name"`
	Spec  string `json:"spec"`  // as the scenario has it
	Needs int    `json:"needs"` // healthy pods that it wants
	Has   int    `json:"has"`   // healthy pods

	index int32
}

// Away is a replica that isn't ready.
type Away struct {
	Pod    string `json:"pod"`             // the one that went; empty for a replica that never was
	Since  Clock  `json:"since_seconds"`   // when it ceased to be ready
	Why    string `json:"why"`             // what took it
	By     string `json:"replacement"`     // empty when there is none yet
	State  string `json:"state"`           // of the replica at the moment
	Legs   []Leg  `json:"legs"`            // of the replacement's way, as far as it got in the run
	Ready  *Clock `json:"ready_seconds"`   // when it was ready; null: never
	Reason string `json:"pending_because"` // what the scheduler said first; empty when it found a node at once

	lost trace.ID // the record that took it
}

// Leg is a part of a pod's way to being ready.
type Leg struct {
	What  string `json:"what"`
	Took  Span   `json:"took_seconds"`
	Until string `json:"until"` // what ended a wait for a node; empty when that isn't recorded
}

// Place is a decision of the scheduler about a pod.
type Place struct {
	Pod     string  `json:"pod"`
	At      Clock   `json:"at_seconds"`
	Node    string  `json:"node"`    // empty: none fits
	Given   bool    `json:"given"`   // the scenario puts it there, the scheduler was not asked
	Message string  `json:"message"` // of the event FailedScheduling; empty with a node
	Ties    int     `json:"ties"`    // nodes with the most points
	Unseen  int     `json:"unseen"`  // nodes that would do and were not looked at, enough being found
	Nodes   []Score `json:"nodes"`   // that would do, best first
	Refused []Group `json:"refused"` // nodes, by what refused them
}

// Score is the points of a node.
type Score struct {
	Node   string         `json:"node"`
	Total  int            `json:"total"`
	Points map[string]int `json:"points"` // by plugin, weighted
}

// Group is nodes that the same filter refuses for the same reason.
type Group struct {
	Plugin  string   `json:"plugin"`
	Reasons []string `json:"reasons"`
	Nodes   []string `json:"nodes"`
}

// Refusal is the refused evictions of one pod by one drain.
type Refusal struct {
	Pod    string `json:"pod"`
	Node   string `json:"node"`
	Budget string `json:"pdb"` // empty: the API refuses, because more than one selects the pod
	Needs  int    `json:"needs"`
	Has    int    `json:"has"`
	From   Clock  `json:"from_seconds"`
	To     Clock  `json:"to_seconds"` // granted, or given up
	Count  int    `json:"count"`      // answers
	Ended  string `json:"ended"`      // what let it go, or ended the drain
	UsedUp Clock  `json:"used_up_since_seconds"`
	By     []Away `json:"used_up_by,omitempty"` // replicas of the budget that weren't ready when it was last refused

	pod, budget int32
	first, last trace.ID
	end         trace.ID // the record at To
	never       bool     // the budget never lets one go
}

// Drain is the drain of a node.
type Drain struct {
	Node    string       `json:"node"`
	From    Clock        `json:"from_seconds"`
	To      Clock        `json:"to_seconds"`
	Result  string       `json:"result"`  // drained, timed-out, stopped; empty when it was still going on
	Why     string       `json:"why"`     // when it failed
	Request string       `json:"request"` // that it is for
	Waited  Span         `json:"waited_for_pdbs_seconds"`
	Pods    []DrainedPod `json:"pods"` // in the order in which they were let go

	span drain
}

// DrainedPod is a pod that a drain asks to go.
type DrainedPod struct {
	Pod     string `json:"pod"`
	Refused int    `json:"refused"`         // answers
	Waited  Span   `json:"waited_seconds"`  // from the first refusal
	Granted *Clock `json:"granted_seconds"` // null: never
	Gone    *Clock `json:"gone_seconds"`
	Ended   string `json:"ended"` // what ended the refusals; empty without any
}

// Pending is a pod that fitted nowhere for a while.
type Pending struct {
	Pod     string `json:"pod"`
	From    Clock  `json:"from_seconds"`
	To      *Clock `json:"to_seconds"` // null: to the end
	Took    Span   `json:"took_seconds"`
	Node    string `json:"node"`    // that took it; empty: none
	Message string `json:"message"` // what the scheduler said first
}

// Step is something that happened to a pod or a node.
type Step struct {
	At      Clock  `json:"at_seconds"`
	What    string `json:"what"`
	Because string `json:"because"` // its reason, or what led to it where that happened to somebody else
}

// Question is what is asked: why a subject is as it is at a time, or without one
// at its most telling moment.
type Question struct {
	Subject Subject
	At      *des.Time
}

// Scheduler is the same run, played again to hear what the scheduler thinks.
type Scheduler struct {
	Decisions func(pods ...kube.PodID) []*kube.Placement // all decisions about some pods
	Now       func(t des.Time, p kube.PodID) *kube.Placement
}

// inquiry is what the scheduler is asked and has answered.
type inquiry struct {
	scheduler Scheduler
	pods      []kube.PodID // to be asked for
	decisions map[kube.PodID][]*kube.Placement
}

// Answer explains. It tells the scheduler which pods matter, so the run is
// played once more.
func (h *History) Answer(q Question, s Scheduler) *Answer {
	h.ask = inquiry{scheduler: s}
	a := h.answer(q) // to learn which pods it is about
	h.ask.decisions = map[kube.PodID][]*kube.Placement{}
	if len(h.ask.pods) == 0 {
		return a
	}
	for _, p := range s.Decisions(h.ask.pods...) {
		h.ask.decisions[p.Pod] = append(h.ask.decisions[p.Pod], p)
	}
	return h.answer(q)
}

func (h *History) answer(q Question) *Answer {
	a := &Answer{Schema: Schema, Kind: q.Subject.kind.String(), Name: q.Subject.name}
	switch q.Subject.kind {
	case trace.Pod:
		h.explainPod(a, q)
	case trace.Workload:
		h.explainWorkload(a, q)
	case trace.Node:
		h.explainNode(a, q)
	}
	return a
}
