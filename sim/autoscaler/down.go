package autoscaler

import (
	"fmt"
	"math"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/spelling"
	"rollsim/sim/trace"
)

// What upstream has as constants or flags that AKS doesn't expose.
const (
	recheckAfter   = 5 * time.Minute  // a node that can't be drained isn't looked at again before
	drainsAtATime  = 1                // nodes that aren't empty
	evictionTime   = 2 * time.Minute  // a pod may be refused for so long
	evictionRetry  = 10 * time.Second // from one refusal to the next request
	evictionMargin = 30 * time.Second // beyond a pod's grace
)

// downMemory is scale-down's scratch memory.
type downMemory struct {
	candidates []kube.NodeID // that may be removable, in the order in which they are looked at
	before     []kube.NodeID // of those, that were unneeded at the last scan and aren't empty
	others     []kube.NodeID
	places     []kube.NodeID // where their pods may go
	now        []kube.NodeID // unneeded as of this scan, and in that order
	pods       []kube.PodID  // of the node at hand
	left       []int         // disruptions that budgets still allow
}

// scaleDown finds the nodes that are unneeded and, where no delay holds it up,
// removes those that have been so for long enough: empty ones several at a time,
// others one at a time.
// Source: kubernetes autoscaler core/scaledown.
func (a *Autoscaler) scaleDown(allowed bool) {
	a.listCandidates()
	a.findUnneeded()
	if !allowed || !a.anyOpen() || a.eng.Now() < a.cooldown() {
		return
	}
	if a.removeUnneeded() {
		a.deleted, a.moved = a.eng.Now(), true
		return
	}
	a.markCandidates()
}

// cooldown returns until when nothing is removed.
func (a *Autoscaler) cooldown() des.Time {
	return max(a.added.Add(a.profile.ScaleDownDelayAfterAdd), a.deleted.Add(a.profile.ScaleDownDelayAfterDelete), a.failed.Add(a.profile.ScaleDownDelayAfterFailure))
}

func (a *Autoscaler) anyOpen() bool {
	for i := range a.groups {
		if a.groups[i].Open {
			return true
		}
	}
	return false
}

// listCandidates lists the nodes that are below the threshold and that nobody
// protects: empty ones first, then those that were unneeded already.
// Source: kubernetes autoscaler core/scaledown/eligibility.
func (a *Autoscaler) listCandidates() {
	d := &a.down
	d.candidates = d.candidates[:0]
	d.before, d.others = d.before[:0], d.others[:0]
	for i := range a.groups {
		if !a.groups[i].Open {
			continue
		}
		for _, n := range a.k.Nodes(i) {
			switch {
			case !a.eligible(n):
			case a.empty(n):
				d.candidates = append(d.candidates, n)
			case a.nodeOf(n).unneeded:
				d.before = append(d.before, n)
			default:
				d.others = append(d.others, n)
			}
		}
	}
	d.candidates = append(append(d.candidates, d.before...), d.others...)
}

// empty reports whether a node has no pods but DaemonSets'.
func (a *Autoscaler) empty(n kube.NodeID) bool {
	for _, p := range a.k.PodsOn(n) {
		if !a.daemon(p) {
			return false
		}
	}
	return true
}

func (a *Autoscaler) daemon(p kube.PodID) bool {
	return a.m.Workloads[a.k.Pod(p).Workload].Kind == model.DaemonSet
}

// eligible reports whether a node may be unneeded at all.
func (a *Autoscaler) eligible(n kube.NodeID) bool {
	is, x := a.k.Node(n), a.nodeOf(n)
	if is.Deleted || x.removing || !is.Ready && !is.Unready || a.cloud.ScaleDownDisabled(n) {
		return false
	}
	a.catchUp(x)
	return x.recheck <= a.eng.Now() && a.k.Requested(n, a.profile.IgnoreDaemonSetsUtilization) < a.profile.ScaleDownUtilizationThreshold
}

// catchUp moves the time of the next look past the scans that weren't played,
// because nothing had changed since the last look: each would have put it off
// once more.
func (a *Autoscaler) catchUp(x *node) {
	if x.checked != a.scanned {
		return
	}
	interval := des.Time(a.profile.ScanInterval)
	period := (des.Time(recheckAfter) + interval - 1) / interval * interval
	if last := a.eng.Now() - interval; x.recheck > 0 && x.recheck <= last {
		x.recheck += ((last-x.recheck)/period + 1) * period
	}
}

// findUnneeded tries to empty each candidate. What would be emptied stays so for
// those that follow, and takes no pods of theirs.
// Source: kubernetes autoscaler core/scaledown/planner, categorizeNodes.
func (a *Autoscaler) findUnneeded() {
	d := &a.down
	d.now = d.now[:0]
	t := a.k.Try()
	a.listPlaces()
	a.readBudgets()
	if a.injectDrained(t) {
		for _, n := range d.candidates {
			if a.tryRemoval(t, n) {
				d.now = append(d.now, n)
			} else {
				x := a.nodeOf(n)
				x.recheck, x.checked = a.eng.Now().Add(recheckAfter), a.seq
			}
		}
	}
	t.End()
	a.updateUnneeded()
}

// listPlaces lists the nodes that pods may go to.
func (a *Autoscaler) listPlaces() {
	d := &a.down
	d.places = d.places[:0]
	for i := range a.groups {
		for _, n := range a.k.Nodes(i) {
			if is := a.k.Node(n); is.Ready && !a.nodeOf(n).removing {
				d.places = append(d.places, n)
			}
		}
	}
}

// injectDrained puts the pods of nodes that are being drained elsewhere. It
// reports whether they all fit.
func (a *Autoscaler) injectDrained(t *kube.Trial) bool {
	for i := range a.nodes {
		if !a.nodes[i].removing {
			continue
		}
		for _, p := range a.k.PodsOn(kube.NodeID(i)) {
			if a.daemon(p) || a.k.Pod(p).Phase >= kube.PodTerminating {
				continue
			}
			n := t.FirstFit(p, a.down.places)
			if n == noNodeID {
				return false
			}
			t.Put(p, n)
		}
	}
	return true
}

// tryRemoval reports whether a node's pods may go and fit elsewhere, and leaves
// them there.
func (a *Autoscaler) tryRemoval(t *kube.Trial, n kube.NodeID) bool {
	d := &a.down
	d.pods = d.pods[:0]
	x := a.nodeOf(n)
	x.drains = false
	for _, p := range a.k.PodsOn(n) {
		if a.daemon(p) {
			continue
		}
		pod := a.k.Pod(p)
		if pod.Halted && pod.Phase == kube.PodTerminating {
			continue // it will never be gone by itself, and nobody waits for that for ever
		}
		x.drains = true
		if pod.Phase >= kube.PodTerminating {
			continue
		}
		if !a.mayGo(p) {
			return false
		}
		d.pods = append(d.pods, p)
	}
	mark := t.Mark()
	for _, p := range d.pods {
		t.Lift(p)
	}
	t.Remove(n)
	for _, p := range d.pods {
		to := t.FirstFit(p, d.places)
		if to == noNodeID {
			t.Undo(mark)
			return false
		}
		t.Put(p, to)
	}
	x.risky = false
	for _, p := range d.pods {
		for _, i := range a.m.BudgetsOf[a.k.Pod(p).Workload] {
			d.left[i]--
			x.risky = x.risky || d.left[i] < 0
		}
	}
	return true
}

// readBudgets notes what budgets allow as of this scan.
func (a *Autoscaler) readBudgets() {
	a.down.left = a.down.left[:0]
	for i := range a.m.Budgets {
		left := math.MaxInt
		if b := a.k.WrittenBudget(i); b.Exists {
			left = b.Allowed
		}
		a.down.left = append(a.down.left, left)
	}
}

// system is the namespace of the cluster's own pods.
const system = "kube-system"

// mayGo reports whether the autoscaler would evict a pod, as far as its kind and
// its budgets go. A budget that allows one disruption more is enough for all pods of
// a node, which are evicted one after the other as it allows; pods of nodes that
// were found to be unneeded before count as gone. Pods that are marked as safe to
// evict go whatever their budgets say, until their eviction is refused.
// Source: kubernetes autoscaler simulator/drainability/rules, core/scaledown/pdb.
func (a *Autoscaler) mayGo(p kube.PodID) bool {
	of := a.k.Pod(p).Workload
	w := &a.m.Workloads[of]
	safe := w.SafeToEvict != nil && *w.SafeToEvict
	switch {
	case safe:
		return true
	case w.SafeToEvict != nil, w.Kind == model.BarePod:
		return false
	case w.Namespace == system && a.profile.SkipNodesWithSystemPods && len(a.m.BudgetsOf[of]) == 0:
		return false
	}
	if w.LocalStorage && a.profile.SkipNodesWithLocalStorage {
		return false
	}
	for _, i := range a.m.BudgetsOf[of] {
		if a.down.left[i] < 1 {
			return false
		}
	}
	return true
}

// updateUnneeded begins and ends the time of nodes.
func (a *Autoscaler) updateUnneeded() {
	now := a.eng.Now()
	for _, n := range a.down.now {
		if x := a.nodeOf(n); !x.unneeded {
			x.unneeded, x.from, a.moved = true, now, true
			x.record = a.rec.Add(trace.NodeUnneeded, nodeRef(n), trace.Ref{}, a.perMille(n), 0)
		}
		a.nodes[n].checked = keep
	}
	for i := range a.nodes {
		switch x := &a.nodes[i]; {
		case x.checked == keep:
			x.checked = 0
		case x.unneeded:
			a.needed(kube.NodeID(i))
		}
	}
}

// keep marks a node that is still unneeded, within updateUnneeded.
const keep = math.MaxUint64

// needed ends the time of an unneeded node.
func (a *Autoscaler) needed(n kube.NodeID) {
	x := &a.nodes[n]
	x.unneeded, a.moved = false, true
	if is := a.k.Node(n); is.Present {
		a.rec.Add(trace.NodeNeeded, nodeRef(n), trace.Ref{}, a.perMille(n), x.record)
	}
}

func (a *Autoscaler) forgetUnneeded() {
	for i := range a.nodes {
		if a.nodes[i].unneeded {
			a.needed(kube.NodeID(i))
		}
	}
}

func (a *Autoscaler) perMille(n kube.NodeID) int64 {
	return int64(math.Round(1000 * a.k.Requested(n, a.profile.IgnoreDaemonSetsUtilization)))
}

// Kinds of removals in the order in which they begin.
const (
	ofEmpty = iota // nothing has to go before
	ofDrained
	ofRisky // its budgets don't let all its pods go at the same time
	removals
)

func (x *node) removal() int {
	switch {
	case !x.drains:
		return ofEmpty
	case x.risky:
		return ofRisky
	}
	return ofDrained
}

// removeUnneeded begins the removal of nodes that have been unneeded for long
// enough. It reports whether there were any.
// Source: kubernetes autoscaler core/scaledown/planner, NodesToDelete and sortByRisk.
func (a *Autoscaler) removeUnneeded() bool {
	some := false
	room, drains := a.rooms()
	for kind := range removals {
		for _, n := range a.down.now {
			x := &a.nodes[n]
			switch {
			case x.removal() != kind || !x.unneeded || room <= 0 || kind != ofEmpty && drains <= 0:
			case !a.ripe(n) || a.cloud.ScaleDownDisabled(n) || !a.aboveMin(n):
			default:
				room, some = room-1, true
				if kind != ofEmpty {
					drains--
				}
				a.remove(n)
			}
		}
	}
	return some
}

// rooms returns how many nodes more may be removed at a time, and how many of
// them may have to be drained.
// Source: kubernetes autoscaler core/scaledown/budgets.
func (a *Autoscaler) rooms() (all, drains int) {
	all, drains = a.profile.MaxEmptyBulkDelete, drainsAtATime
	for i := range a.nodes {
		switch x := &a.nodes[i]; {
		case x.removing:
			all, drains = all-1, drains-1
		case x.going:
			all--
		}
	}
	return all, drains
}

// ripe reports whether a node has been unneeded for longer than it has to be.
func (a *Autoscaler) ripe(n kube.NodeID) bool {
	return a.eng.Now() > a.nodes[n].from.Add(a.patience(n))
}

// patience returns how long a node is left alone that is unneeded.
func (a *Autoscaler) patience(n kube.NodeID) time.Duration {
	if a.k.Node(n).Ready {
		return a.profile.ScaleDownUnneededTime
	}
	return a.profile.ScaleDownUnreadyTime
}

// aboveMin reports whether a pool keeps its least count without a node, and
// counts it as gone. Surge nodes aren't part of the count.
func (a *Autoscaler) aboveMin(n kube.NodeID) bool {
	is := a.k.Node(n)
	g := &a.groups[is.Pool]
	if a.cloud.Surplus(n) {
		return true
	}
	if g.Count-a.draining(is.Pool) <= g.Min {
		return false
	}
	g.Count--
	return true
}

// draining counts the nodes of a pool that are being drained to be removed and are
// part of its count still: surge nodes never are.
func (a *Autoscaler) draining(pool int) int {
	count := 0
	for i := range a.nodes {
		if n := kube.NodeID(i); a.nodes[i].removing && a.k.Node(n).Pool == pool && !a.cloud.Surplus(n) {
			count++
		}
	}
	return count
}

// remove has a node go: at once when it is empty, else when it is drained.
func (a *Autoscaler) remove(n kube.NodeID) {
	x := &a.nodes[n]
	now := a.eng.Now()
	why := fmt.Sprintf("unneeded for %s, %g%% requested", spelling.Span(now.Sub(x.from)), float64(a.perMille(n))/10)
	x.unneeded = false
	record := a.k.API().Taint(n, trace.ToBeDeleted, why, x.record)
	if record == 0 { // it has no node object
		record = x.record
	}
	if !x.drains {
		a.delete(n, record)
		return
	}
	x.removing = true
	grace := time.Duration(a.profile.MaxGracefulTerminationSec) * time.Second
	a.k.API().Drain(n, kube.DrainOptions{
		Timeout: evictionTime + grace + evictionMargin, Refused: evictionTime, Retry: evictionRetry, Grace: grace,
	}, record)
}

// delete gives an empty node back.
func (a *Autoscaler) delete(n kube.NodeID, cause trace.ID) {
	a.nodes[n].going = true
	a.cloud.Delete(n, cause)
}

// NodeDeleted: a machine is gone.
func (a *Autoscaler) NodeDeleted(n kube.NodeID) {
	if int(n) < len(a.nodes) {
		a.nodes[n].going = false
	}
}

// DrainEnded takes the removal of a node on, or gives it up.
func (a *Autoscaler) DrainEnded(n kube.NodeID, r kube.DrainResult) {
	a.nodes[n].removing = false
	switch r.Result {
	case trace.Drained:
		a.delete(n, r.Record)
	case trace.DrainTimedOut:
		a.failed = a.eng.Now()
		a.k.API().Untaint(n, trace.ToBeDeleted, "it can't be drained", r.Record)
	default:
		a.k.API().Untaint(n, trace.ToBeDeleted, "the removal is given up", r.Record)
	}
	a.Changed()
}

// Interrupt gives up the removal of nodes of a pool, for something else begins
// there.
func (a *Autoscaler) Interrupt(pool int, cause trace.ID) {
	for i := range a.nodes {
		if n := kube.NodeID(i); a.nodes[i].removing && a.k.Node(n).Pool == pool {
			a.Release(n, cause)
		}
	}
}

// Release gives up the removal of a node, if there is one.
func (a *Autoscaler) Release(n kube.NodeID, cause trace.ID) {
	if a.Removes(n) {
		a.k.API().StopDrain(n, cause)
	}
}

// markCandidates has the taint for candidates follow which nodes are unneeded.
// Source: kubernetes autoscaler core/scaledown/actuation/softtaint.go.
func (a *Autoscaler) markCandidates() {
	for i := range a.nodes {
		n, x := kube.NodeID(i), &a.nodes[i]
		switch has := a.k.Tainted(n, trace.DeletionCandidate); {
		case x.unneeded == has, x.removing:
		case has:
			a.moved = a.k.API().Untaint(n, trace.DeletionCandidate, "", 0) != 0 || a.moved
		default:
			a.moved = a.k.API().Taint(n, trace.DeletionCandidate, "", x.record) != 0 || a.moved
		}
	}
}

// sleepDown wakes when a delay is over, a node has been unneeded for long enough,
// or one may be looked at again.
func (a *Autoscaler) sleepDown() {
	now := a.eng.Now()
	for i := range a.nodes {
		n, x := kube.NodeID(i), &a.nodes[i]
		switch {
		case x.unneeded:
			a.wakeAfter(x.from.Add(a.patience(n)))
		case x.recheck > now && x.checked != a.seq:
			a.wake(x.recheck)
		}
	}
	if end := a.cooldown(); end > now {
		a.wake(end)
	}
}
