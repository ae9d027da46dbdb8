package strategy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// byHand is what a step asks Kubernetes for, by kubectl: to cordon, uncordon or
// drain the nodes of a pool, or those that are named. AKS isn't asked, and refuses
// nothing: a person may do so beside any operation.
type byHand struct {
	pool  int      // index; -1: no pool is named
	nodes []string // empty: all of the pool
	pace  model.ByHand
	flags kube.Kubectl
}

func byHandOf(pool int, nodes []string, pace model.ByHand, force bool) *byHand {
	x := &byHand{pool: pool, nodes: nodes, pace: pace}
	x.flags = kube.Kubectl{IgnoreDaemonSets: pace.IgnoreDaemonsets, Force: force, DisableEviction: pace.DisableEviction, GracePeriod: -1}
	if pace.GracePeriod != nil {
		x.flags.GracePeriod = *pace.GracePeriod
	}
	return x
}

// hand is such a request under way.
type hand struct {
	id     aks.OperationID
	record trace.ID // OperationStarted
	nodes  []kube.NodeID
	next   int         // the first node that wasn't looked at
	busy   int         // nodes that are drained, or pauses after one
	failed int         // nodes that couldn't be drained
	first  kube.NodeID // the first of these
	why    kube.DrainResult
}

// handDrain is a node that a step waits for. Two requests that drain one node at the
// same time are one drain, with the flags of the first.
type handDrain struct {
	node kube.NodeID
	step int
}

// evNextNode is the operator's own event. Subject: index of the step; the pause
// after a node is over.
const evNextNode des.Kind = 1

// The codes of what kubectl ends with; kubectl itself has none.
const (
	drainTimedOut = "DrainTimedOut"
	drainFailed   = "DrainFailed"
)

var handVerbs = map[model.Verb]trace.Verb{model.CordonNodes: trace.VerbCordon, model.UncordonNodes: trace.VerbUncordon, model.DrainNodes: trace.VerbDrain}

// take gives a step that is due to kubectl.
func (o *Operator) take(i int) {
	s, p, h := &o.steps[i], &o.progress[i], &o.hands[i]
	*h = hand{id: o.a.Number(), nodes: h.nodes[:0]}
	subject := trace.Ref{}
	if s.hand.pool >= 0 {
		subject = trace.Ref{Kind: trace.Pool, Index: int32(s.hand.pool)}
	}
	op := trace.Ref{Kind: trace.Operation, Index: int32(h.id)}
	submitted := o.rec.AddText(trace.RequestSubmitted, op, subject, int64(handVerbs[s.request.Do]), p.cause, s.request.Name)
	if missing := o.find(s.hand, h); len(missing) > 0 {
		o.notFound(i, op, submitted, missing)
		return
	}
	h.record = o.rec.Add(trace.OperationStarted, op, subject, int64(len(h.nodes)), submitted)
	p.answer = h.record
	o.running++
	o.reached(i, model.Started, p.answer)
	if s.request.Do == model.DrainNodes {
		for range min(s.hand.pace.NodesAtATime, len(h.nodes)) {
			o.nextNode(i)
		}
	} else {
		for _, n := range h.nodes {
			o.mark(s.request.Do, n, h.record)
		}
	}
	o.handOver(i)
}

// find looks the nodes of a request up that are there now, and returns the names
// of those that aren't.
func (o *Operator) find(x *byHand, h *hand) (missing []string) {
	if len(x.nodes) == 0 {
		for _, n := range o.k.Nodes(x.pool) {
			if o.k.Node(n).Present {
				h.nodes = append(h.nodes, n)
			}
		}
		return nil
	}
	for _, name := range x.nodes {
		if n, ok := o.k.NodeNamed(name); ok && o.k.Node(n).Present {
			h.nodes = append(h.nodes, n)
		} else {
			missing = append(missing, name)
		}
	}
	return missing
}

// notFound ends a request that names nodes which aren't there: kubectl looks all
// of them up before it does anything.
func (o *Operator) notFound(i int, op trace.Ref, submitted trace.ID, missing []string) {
	s, p := &o.steps[i], &o.progress[i]
	why := fmt.Sprintf("%s: kubectl finds no node %s", rules.NotFound, strings.Join(missing, ", "))
	expected := int64(0)
	if s.expect == rules.NotFound {
		expected = 1
	}
	p.answer = o.rec.AddText(trace.RequestRefused, op, trace.Ref{}, expected, submitted, why)
	p.failed = true
	if expected == 1 {
		o.expected++
	} else {
		o.fault(verdict{trace.Refused, fmt.Sprintf("%q failed: %s", s.request.Name, why), p.answer})
	}
	o.reached(i, model.Started, p.answer)
	o.over(i, p.answer)
}

// mark cordons or uncordons a node.
func (o *Operator) mark(do model.Verb, n kube.NodeID, cause trace.ID) {
	if do == model.UncordonNodes {
		o.k.Kubectl().Uncordon(n, cause)
	} else {
		o.k.Kubectl().Cordon(n, cause)
	}
}

// nextNode drains the next node of a request that is still there.
func (o *Operator) nextNode(i int) {
	s, h := &o.steps[i], &o.hands[i]
	for h.next < len(h.nodes) {
		n := h.nodes[h.next]
		h.next++
		if !o.k.Node(n).Present {
			continue // it went meanwhile
		}
		h.busy++
		joined := slices.ContainsFunc(o.draining, func(x handDrain) bool { return x.node == n })
		o.draining = append(o.draining, handDrain{n, i})
		if joined {
			return
		}
		cause := o.k.Kubectl().Cordon(n, h.record)
		if cause == 0 {
			cause = h.record
		}
		o.k.Kubectl().Drain(n, kube.DrainOptions{Timeout: s.hand.pace.Timeout, Kubectl: &s.hand.flags}, cause)
		return
	}
}

// DrainEnded implements kube.DrainObserver. A node that went away is as good as a
// drained one.
func (o *Operator) DrainEnded(n kube.NodeID, r kube.DrainResult) {
	for k := 0; k < len(o.draining); {
		x := o.draining[k]
		if x.node != n {
			k++
			continue
		}
		o.draining = slices.Delete(o.draining, k, k+1)
		o.nodeOver(x.step, n, r)
	}
}

// nodeOver takes a request on from one of its nodes.
func (o *Operator) nodeOver(i int, n kube.NodeID, r kube.DrainResult) {
	s, h := &o.steps[i], &o.hands[i]
	if r.Result == trace.DrainTimedOut || r.Result == trace.DrainFailed {
		if h.failed++; h.failed == 1 {
			h.first, h.why = n, r
		}
		if s.hand.pace.OnFailure != model.GoOn {
			h.next = len(h.nodes)
		}
	}
	if h.next == len(h.nodes) {
		h.busy--
		o.handOver(i)
		return
	}
	o.later(s.hand.pace.NodePause, evNextNode, i)
}

// paused: the pause after a node is over.
func (o *Operator) paused(i int) {
	o.hands[i].busy--
	o.nextNode(i)
	o.handOver(i)
}

// handOver ends a request when nothing of it is under way.
func (o *Operator) handOver(i int) {
	s, h := &o.steps[i], &o.hands[i]
	if h.busy > 0 || o.progress[i].over {
		return
	}
	r := aks.OperationResult{Result: trace.Succeeded}
	if h.failed > 0 {
		r = aks.OperationResult{Result: trace.OperationFailed, Code: drainFailed, Blocked: true, Node: h.first, Pod: h.why.Pod, Budget: h.why.Budget}
		limit := ""
		if h.why.Result == trace.DrainTimedOut {
			r.Code, limit = drainTimedOut, " within "+spelling.Duration(s.hand.pace.Timeout)
		}
		r.Message = fmt.Sprintf("node %s could not be drained%s: %s", o.k.NodeName(h.first), limit, h.why.Why)
		if h.failed > 1 {
			r.Message = fmt.Sprintf("%d of %d nodes could not be drained; first: %s", h.failed, len(h.nodes), r.Message)
		}
	}
	text := r.Message
	if r.Code != "" {
		text = r.Code + ": " + text
	}
	cause := h.record
	if h.failed > 0 {
		cause = h.why.Record
	}
	subject := trace.Ref{}
	if s.hand.pool >= 0 {
		subject = trace.Ref{Kind: trace.Pool, Index: int32(s.hand.pool)}
	}
	r.Record = o.rec.AddText(trace.OperationEnded, trace.Ref{Kind: trace.Operation, Index: int32(h.id)}, subject, int64(r.Result), cause, text)
	o.ended(i, r)
}

// later schedules one of the operator's own events about a step. What is due at
// once can't come before the present class.
func (o *Operator) later(delay time.Duration, kind des.Kind, i int) {
	class := des.ClassControl
	if delay == 0 {
		class = max(class, o.eng.Class())
	}
	o.eng.After(delay, class, des.Event{Actor: o.actor, Kind: kind, Subject: int32(i)})
}
