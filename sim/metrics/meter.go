package metrics

import (
	"slices"
	"strings"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// Meter folds the records of one replication to a Run while they are written:
// a trace.Sink. A record costs it constant amortised time and, once its memory
// has grown to the size of the largest replication, no allocation.
//
// The same records give the same Run, whether they come from a simulation or
// from a trace that was read back.
type Meter struct {
	header *trace.Header
	minors []int // of each version; -1: not a version
	names  *trace.Names

	strategy    string
	seed        uint64
	replication int

	started, ended, settled bool
	start, end, last        des.Time
	lastOver                des.Time // the last operation was over then
	hasOver                 bool
	lastWork                des.Time // the last operation was over then that had something to do
	hasWork                 bool
	changes                 int // of versions and phases of the control plane and the pools
	outcome                 trace.Outcome
	reason                  string
	decided                 trace.ID // what decided the outcome
	recovered               bool     // every workload has its replicas ready again

	pods     []meteredPod
	subjects []int32            // pod that each record is about; -1: none
	replicas map[replica]int32  // last pod of each StatefulSet replica
	loads    []meteredLoad      // workloads
	budgets  []meteredBudget    //
	nodes    []meteredNode      //
	pools    []meteredPool      //
	drains   drains             //
	drained  []nodeDrain        // that ended, for a timeline
	versions meteredVersions    //
	ops      []meteredOperation //
	refusals []Refusal          //
	crashes  []meteredCrash     //
	blocks   []block            // drains that ended without being done
	causes   [][2]trace.ID      // of operations' ends
	fleet    meteredFleet       //
	plane    meteredPhase       // upgrade of the control plane
	sessions []Session          //
	working  bool               // a session is going on
	target   int32              // version that it goes to; -1: none
}

type nodeDrain struct {
	node int32
	Drain
}

type replica struct {
	workload int32
	ordinal  int64
}

type meteredPod struct {
	workload, node  int32 // node -1: not bound
	since           des.Time
	waits           pending
	ready           bool
	leaving         bool // terminating or gone
	moving          bool // it waits for its disk
	gone            bool
	evicted         bool
	invalid         bool // its last eviction was refused because several budgets select it
	replacesEvicted bool // created to replace a pod that was evicted
}

// meteredLoad is a workload.
type meteredLoad struct {
	desired, ready int32
	stateful       bool  // a StatefulSet
	enough         int32 // least ready count that meets the target
	pods           int32 // that exist
	since          des.Time
	atStart        int32 // ready when the first request was submitted
	hasMin         bool
	min            int32
	minAt          des.Time
	lost           float64 // pod-nanoseconds
	worst          worst
	budgetsBelow   int32 // budgets that select it and have too few healthy pods
	belowSince     des.Time
	belowBudget    time.Duration
	belowTarget    time.Duration
	floor          int32
	hasFloor       bool
	granted        int
	refused        int
	invalid        int
	preempted      int
	movedTwice     int
	created        int
	waited         float64 // pod-nanoseconds not bound
	waitedLongest  time.Duration
}

type meteredBudget struct {
	ready, wanted int32
	below         bool
}

type meteredNode struct {
	pool, version int32 // version -1: never ready
	number        int64
	surge, exists bool
	quarantined   bool
	goes          bool // the cluster autoscaler removes it
	ordered       des.Time
}

type meteredCrash struct {
	Crash
	node int32
}

type meteredPhase struct {
	PhaseRun
	open bool
}

type meteredPool struct {
	upgrade        meteredPhase
	operations     int // running
	surge, slots   int
	version        int32 // -1: not told, or the pool isn't there
	drains         DrainStats
	drainsTotal    time.Duration
	surgeNanos     float64
	extra          meteredExtra
	order          trace.ID // the cluster autoscaler's last one
	added, removed int      // by it
	unpricedNodes  bool
	longestBudget  int32
	longestDrained int32 // node; -1: none
}

// meteredExtra integrates a pool's nodes over those that it had at the first
// request: what the upgrade adds, however long it is watched.
type meteredExtra struct {
	nodes, start int
	since        des.Time
	nanos        float64
	changed, any bool // since the first request: a node came or went; there was one
}

// until counts the stretch that ends at t.
func (e *meteredExtra) until(t des.Time) {
	e.nanos += float64(e.nodes-e.start) * float64(t-e.since)
	e.since = t
}

type meteredVersions struct {
	plane    int32 // -1: not told
	count    []int32
	distinct int
	since    des.Time
	mixed    time.Duration
}

type meteredOperation struct {
	name   string
	verb   trace.Verb
	target trace.Ref

	changes int // of the meter when AKS started it
}

type meteredFleet struct {
	nodes, vcpus, addresses, surge      int
	peakNodes, peakVCPUs, peakAddresses int
}

// block is a drain that ended without being done, and who kept it.
type block struct {
	id                trace.ID
	node, pod, budget int32 // -1: none
	at                des.Time
	disk              time.Duration // for so long a pod of the budget waited for its disk
	clash             bool          // several budgets select the pod
	further           bool          // it says who else refuses; the run may not depend on it
}

// NewMeter returns a meter for runs that h names.
func NewMeter(h *trace.Header) *Meter {
	m := &Meter{
		header:   h,
		names:    trace.NewNames(h),
		replicas: make(map[replica]int32),
		loads:    make([]meteredLoad, len(h.Workloads)),
		budgets:  make([]meteredBudget, len(h.Budgets)),
		pools:    make([]meteredPool, len(h.Pools)),
	}
	m.versions.count = make([]int32, len(h.Versions))
	for _, s := range h.Versions {
		minor := -1
		if v, err := model.ParseVersion(s); err == nil {
			minor = v.Minor
		}
		m.minors = append(m.minors, minor)
	}
	m.Reset(h.Strategy, h.Seed, h.Replication)
	return m
}

// Reset prepares the meter for the next replication. Memory is kept.
func (m *Meter) Reset(strategy string, seed uint64, replication int) {
	m.strategy, m.seed, m.replication = strategy, seed, replication
	m.started, m.ended, m.settled, m.recovered = false, false, false, false
	m.hasOver, m.hasWork, m.changes = false, false, 0
	m.start, m.end, m.last, m.lastOver, m.lastWork = 0, 0, 0, 0, 0
	m.outcome, m.reason, m.decided = 0, "", 0
	m.names.Reset()
	m.pods = m.pods[:0]
	m.subjects = m.subjects[:0]
	clear(m.replicas)
	m.nodes = m.nodes[:0]
	m.ops = m.ops[:0]
	m.refusals = m.refusals[:0]
	m.blocks = m.blocks[:0]
	m.crashes = m.crashes[:0]
	m.causes = m.causes[:0]
	m.drains.reset()
	m.drained = nil
	clear(m.versions.count)
	m.versions = meteredVersions{plane: -1, count: m.versions.count}
	m.fleet = meteredFleet{}
	m.plane = meteredPhase{}
	m.sessions, m.working = m.sessions[:0], false
	m.target = -1
	clear(m.budgets)
	for i := range m.pools {
		m.pools[i] = meteredPool{version: -1, longestBudget: -1, longestDrained: -1}
	}
	for i := range m.loads {
		l := &m.loads[i]
		w := &m.header.Workloads[i]
		*l = meteredLoad{desired: int32(w.Desired), stateful: w.Kind == string(model.StatefulSet), worst: l.worst}
		l.worst.length = WorstWindowLength
		l.worst.reset(0)
	}
}

// Record takes the next record.
func (m *Meter) Record(id trace.ID, r *trace.Record, text string) {
	m.names.Learn(r)
	m.last = r.At
	subject := int32(-1)
	if r.Subject.Kind == trace.Pod {
		subject = r.Subject.Index
	}
	m.subjects = append(m.subjects, subject)
	switch r.Subject.Kind {
	case trace.Pod:
		m.pod(r)
	case trace.Node:
		m.node(id, r)
	case trace.Operation:
		m.operation(id, r, text)
		m.watchWork(r.At)
	case trace.Budget:
		m.budget(r)
	case trace.Pool, trace.ControlPlane:
		m.poolOrPlane(id, r)
		m.watchWork(r.At)
	case trace.RunSubject:
		m.run(r, text)
	}
}

func (m *Meter) run(r *trace.Record, text string) {
	switch r.Kind {
	case trace.RunEnded:
		m.ended = true
		m.end = r.At
		m.outcome, m.reason, m.decided = trace.Outcome(r.Value), text, r.Cause
		if m.outcome == trace.Blocked && len(m.blocks) == 0 {
			m.blockOpen(r.At)
		}
	case trace.RunSettled:
		m.settled = true
		m.recovered = r.Value == 1
	}
}

// begin begins the measurement: the first request is submitted at t.
func (m *Meter) begin(t des.Time) {
	m.started = true
	m.start = t
	for i := range m.loads {
		l := &m.loads[i]
		if m.header.Workloads[i].Kind == string(model.DaemonSet) {
			l.desired = l.pods
		}
		l.enough = int32(LeastMeeting(m.header.Workloads[i].Target, int(l.desired)))
		l.since, l.belowSince = t, t
		l.atStart = l.ready
		l.created = 0
		l.worst.reset(t)
	}
	for i := range m.pods {
		m.pods[i].since = t
	}
	for i := range m.nodes {
		m.nodes[i].ordered = t
	}
	for i := range m.pools {
		n := m.pools[i].extra.nodes
		m.pools[i].extra = meteredExtra{nodes: n, start: n, since: t, any: n > 0}
	}
	f := &m.fleet
	f.peakNodes, f.peakVCPUs, f.peakAddresses = f.nodes, f.vcpus, f.addresses
	m.versions.since = t
}

// LeastMeeting returns the least count of ready replicas whose share of desired
// is at least target. The share is compared as a quotient: 0.7 of 10 is 7, which
// a product of floats need not be.
func LeastMeeting(target float64, desired int) int {
	if target <= 0 || desired <= 0 {
		return 0
	}
	n := int(target * float64(desired))
	for n > 0 && float64(n-1)/float64(desired) >= target {
		n--
	}
	for float64(n)/float64(desired) < target {
		n++
	}
	return n
}

func (m *Meter) operation(id trace.ID, r *trace.Record, text string) {
	i := int(r.Subject.Index)
	if r.Kind == trace.RequestSubmitted {
		if !m.started {
			m.begin(r.At)
		}
		for len(m.ops) <= i {
			m.ops = append(m.ops, meteredOperation{})
		}
		m.ops[i] = meteredOperation{name: text, verb: trace.Verb(r.Value), target: r.Object}
		return
	}
	if i >= len(m.ops) {
		return
	}
	op := &m.ops[i]
	switch r.Kind {
	case trace.RequestRefused:
		code, message, _ := strings.Cut(text, ": ")
		m.refusals = append(m.refusals, Refusal{op.name, code, message, r.Value == 1, op.verb.Upgrades(), r.At})
		m.over(r.At, op.verb != trace.VerbAbort)
	case trace.OperationStarted:
		op.changes = m.changes
		m.operationStarted(r, op)
	case trace.OperationEnded:
		m.over(r.At, op.verb != trace.VerbAbort && !(op.verb.Upgrades() && op.changes == m.changes))
		m.causes = append(m.causes, [2]trace.ID{id, r.Cause})
		m.operationEnded(r, op)
	}
}

// over notes that an operation, or a request that was refused, is over. An abort
// does no work of its own, nor does an upgrade that changes neither a version nor a
// phase, for all is as it asks.
func (m *Meter) over(t des.Time, work bool) {
	m.lastOver, m.hasOver = t, true
	if work {
		m.lastWork, m.hasWork = t, true
	}
}

func (m *Meter) operationStarted(r *trace.Record, op *meteredOperation) {
	if r.Object.Kind != trace.None {
		op.target = r.Object
	}
	if op.verb.ByKubectl() {
		return // no operation of AKS
	}
	switch op.target.Kind {
	case trace.Pool:
		m.pools[op.target.Index].operations++
	case trace.ControlPlane:
		if op.verb != trace.VerbScale && r.Value != int64(m.versions.plane) {
			m.plane.begin(r.At)
			m.target = int32(r.Value)
		}
	}
}

func (m *Meter) operationEnded(r *trace.Record, op *meteredOperation) {
	over := trace.OperationResult(r.Value) == trace.Succeeded
	if op.verb.ByKubectl() {
		return
	}
	switch op.target.Kind {
	case trace.Pool:
		p := &m.pools[op.target.Index]
		p.operations--
		if op.verb != trace.VerbAddPool { // which may begin what goes on until another pool is gone
			p.upgrade.stop(r.At, over)
		}
	case trace.ControlPlane: // a full upgrade ends its pools with it
		m.plane.stop(r.At, over)
		for i := range m.pools {
			if m.pools[i].operations <= 0 {
				m.pools[i].upgrade.stop(r.At, over)
			}
		}
	}
}

// watchWork begins and ends sessions.
func (m *Meter) watchWork(t des.Time) {
	working := m.plane.open || m.fleet.surge > 0
	for i := range m.pools {
		working = working || m.pools[i].upgrade.open
	}
	if working == m.working {
		return
	}
	last := len(m.sessions) - 1
	switch m.working = working; {
	case !working:
		m.sessions[last].To = t
	case last < 0 || t.Sub(m.sessions[last].To) >= SessionGap:
		m.sessions = append(m.sessions, Session{From: t})
	}
}

func (p *meteredPhase) begin(t des.Time) {
	if !p.Ran {
		p.Start, p.Ran = t, true
	}
	p.open = true
}

// finish ends the phase at t, where it is still going on.
func (p *meteredPhase) finish(t des.Time, over bool) {
	if p.open {
		p.End, p.Over, p.open = t, over, false
	}
}

// stop ends the phase with its operation. A phase that ended in the same instant
// as an operation that failed was cut off by the failure.
func (p *meteredPhase) stop(t des.Time, over bool) {
	p.finish(t, over)
	if !over && p.Ran && p.End == t {
		p.Over = false
	}
}

// poolOrPlane takes records about the control plane and the pools.
func (m *Meter) poolOrPlane(id trace.ID, r *trace.Record) {
	if r.Kind == trace.CurrentVersion || r.Kind == trace.PoolPhase {
		m.changes++
	}
	if r.Subject.Kind == trace.ControlPlane {
		if r.Kind == trace.CurrentVersion && r.Object.Kind == trace.Version {
			m.versions.move(r.At, m.versions.plane, r.Object.Index, m.started)
			m.versions.plane = r.Object.Index
			if r.Object.Index == m.target {
				m.plane.finish(r.At, true)
			}
		}
		return
	}
	p := &m.pools[r.Subject.Index]
	switch r.Kind {
	case trace.CurrentVersion:
		p.version = -1 // the pool is gone
		if r.Object.Kind == trace.Version {
			p.version = r.Object.Index
		} else {
			m.replaced(r.Subject.Index, r.At)
		}
	case trace.SurgePlanned:
		p.surge = max(p.surge, int(r.Value))
	case trace.ScaledUp:
		p.order = id
	case trace.SlotsPlanned:
		p.slots = max(p.slots, int(r.Value))
	case trace.PoolPhase:
		if trace.Phase(r.Value) == trace.PhaseDone {
			p.upgrade.finish(r.At, true)
		} else {
			p.upgrade.begin(r.At)
		}
	}
}

// move changes the version of one node, or of the control plane; -1 is none.
func (v *meteredVersions) move(t des.Time, from, to int32, started bool) {
	if from == to {
		return
	}
	if v.distinct > 1 && started {
		v.mixed += t.Sub(v.since)
	}
	v.since = t
	if from >= 0 {
		if v.count[from]--; v.count[from] == 0 {
			v.distinct--
		}
	}
	if to >= 0 {
		if v.count[to]++; v.count[to] == 1 {
			v.distinct++
		}
	}
}

func (m *Meter) node(id trace.ID, r *trace.Record) {
	for int(r.Subject.Index) >= len(m.nodes) {
		m.nodes = append(m.nodes, meteredNode{pool: -1, version: -1})
	}
	n := &m.nodes[r.Subject.Index]
	switch r.Kind {
	case trace.NodeRequested:
		m.nodeOrdered(n, r)
	case trace.NodeTainted:
		n.goes = n.goes || trace.Taint(r.Value) == trace.ToBeDeleted
	case trace.NodeUntainted:
		n.goes = n.goes && trace.Taint(r.Value) != trace.ToBeDeleted
	case trace.NodeDeleting:
		if n.goes {
			m.pools[n.pool].removed++
		}
	case trace.NodeReady:
		if n.exists && r.Object.Kind == trace.Version {
			m.versions.move(r.At, n.version, r.Object.Index, m.started)
			n.version = r.Object.Index
		}
		if c := m.crashOf(r.Subject.Index); c != nil {
			c.Back, c.HasBack = r.At, true
		}
	case trace.NodeCrashed:
		m.crashes = append(m.crashes, meteredCrash{Crash{At: r.At}, r.Subject.Index})
	case trace.NodeLost:
		if c := m.crashOf(r.Subject.Index); c != nil {
			c.Lost, c.HasLost = r.At, true
		}
	case trace.DrainStarted:
		m.drains.start(r.Subject.Index, r.At)
	case trace.DrainEnded:
		m.blame(id, r)
		m.drainEnded(r.Subject.Index, trace.DrainResult(r.Value), r.At)
	case trace.NodeQuarantined:
		n.quarantined = true
	case trace.NodeKept:
		if r.Value == 1 && n.surge && n.exists {
			m.surgeOver(n, r.At)
		}
	case trace.NodeDeleted:
		m.drainEnded(r.Subject.Index, 0, r.At)
		m.release(r.At, n)
		m.watchWork(r.At)
	}
}

// nodeOrdered: a machine is ordered.
func (m *Meter) nodeOrdered(n *meteredNode, r *trace.Record) {
	m.release(r.At, n)
	*n = meteredNode{
		pool: r.Object.Index, version: -1, number: r.Value >> 1,
		surge: r.Value&1 == 1 || m.beside(r.Object.Index), exists: true, ordered: r.At,
	}
	m.resize(n, 1, r.At)
	if n.surge {
		m.fleet.surge++
	}
	if n.surge && r.Value&1 == 0 {
		m.pools[n.pool].upgrade.begin(r.At) // until the old pool is gone
		m.watchWork(r.At)
	}
	if p := &m.pools[n.pool]; r.Cause != 0 && r.Cause == p.order {
		p.added++
	}
}

// blame notes who kept a drain that ends without being done.
func (m *Meter) blame(id trace.ID, r *trace.Record) {
	node, result := r.Subject.Index, trace.DrainResult(r.Value)
	if result == trace.DrainTimedOut {
		m.blocks = append(m.blocks, m.blockOf(id, node, r.Cause, r.At))
	}
	if result != trace.Drained {
		m.furtherBlocks(node, r.At)
	}
}

// crashOf returns the crash that a node hasn't come back from; nil: there is none.
func (m *Meter) crashOf(node int32) *meteredCrash {
	for i := len(m.crashes) - 1; i >= 0; i-- {
		if c := &m.crashes[i]; c.node == node && !c.HasBack {
			return c
		}
	}
	return nil
}

// resize changes the fleet by a node that comes or goes at t.
func (m *Meter) resize(n *meteredNode, by int, t des.Time) {
	p := &m.header.Pools[n.pool]
	e := &m.pools[n.pool].extra
	e.until(t)
	e.nodes += by
	e.changed, e.any = true, true
	f := &m.fleet
	f.nodes += by
	f.vcpus += by * p.VCPUs
	f.addresses += by * p.Addresses
	f.peakNodes = max(f.peakNodes, f.nodes)
	f.peakVCPUs = max(f.peakVCPUs, f.vcpus)
	f.peakAddresses = max(f.peakAddresses, f.addresses)
}

// release takes a node that goes out of the fleet.
func (m *Meter) release(t des.Time, n *meteredNode) {
	if !n.exists {
		return
	}
	n.exists = false
	m.resize(n, -1, t)
	m.versions.move(t, n.version, -1, m.started)
	if n.surge {
		m.surgeOver(n, t)
	}
}

// surgeOver ends n's time as a surge node.
func (m *Meter) surgeOver(n *meteredNode, t des.Time) {
	if m.started {
		m.bill(n, t)
	}
	n.surge = false
	m.fleet.surge--
}

// beside reports whether a pool's nodes are there beside those of the pool that
// they are to replace: so long they are surge, whoever has ordered them.
func (m *Meter) beside(pool int32) bool {
	old := slices.IndexFunc(m.header.Pools, func(p trace.PoolName) bool { return p.Name == m.header.Pools[pool].Replaces })
	return old >= 0 && m.pools[old].version >= 0
}

// replaced ends the surge of the nodes that replace those of a pool that is gone.
func (m *Meter) replaced(pool int32, t des.Time) {
	for i := range m.nodes {
		n := &m.nodes[i]
		if n.surge && n.exists && n.pool >= 0 && m.header.Pools[n.pool].Replaces == m.header.Pools[pool].Name {
			m.surgeOver(n, t)
			m.pools[n.pool].upgrade.finish(t, true)
		}
	}
	m.pools[pool].upgrade.finish(t, false) // a new pool that was taken back
}

// bill counts the time of a surge node until t.
func (m *Meter) bill(n *meteredNode, t des.Time) {
	p := &m.pools[n.pool]
	p.surgeNanos += float64(t - n.ordered)
	p.unpricedNodes = p.unpricedNodes || m.header.Pools[n.pool].PricePerHour == 0
}

func (m *Meter) drainEnded(node int32, result trace.DrainResult, t des.Time) {
	e, ok := m.drains.end(node, t)
	if !ok || m.nodes[node].pool < 0 {
		return
	}
	if m.drains.keep {
		m.drained = append(m.drained, nodeDrain{node, Drain{
			Span: Span{e.from, t, int(result)}, Waited: e.waiting, Budget: int(e.budget), Refusals: int(e.refusals), Disk: e.disk,
		}})
	}
	p := &m.pools[m.nodes[node].pool]
	p.drains.Count++
	p.drainsTotal += e.length
	p.drains.WaitingBudgets += e.waiting
	if e.length > p.drains.Longest || p.longestDrained < 0 {
		p.drains.Longest, p.drains.LongestDisk = e.length, e.disk
		p.longestDrained, p.longestBudget = node, e.budget
	}
}

// blockOf returns who kept a drain from ending: the pod that the record names
// which ended it, or else one that is still there. A pod that waits for a
// budget comes before one that is slow to go.
func (m *Meter) blockOf(id trace.ID, node int32, cause trace.ID, t des.Time) block {
	b := block{id: id, node: node, pod: -1, budget: -1, at: t}
	d := m.drains.node(node)
	waits := func(p *meteredPod) bool { return p.waits.budget > 0 && p.waits.drain == d.number }
	if cause > 0 && int(cause) <= len(m.subjects) {
		if i := m.subjects[cause-1]; i >= 0 && m.pods[i].node == node && !m.pods[i].gone {
			b.pod = i
		}
	}
	for i := range m.pods {
		p := &m.pods[i]
		if b.pod >= 0 && waits(&m.pods[b.pod]) {
			break
		}
		if p.node != node || p.gone || m.header.Workloads[p.workload].Kind == string(model.DaemonSet) {
			continue
		}
		if b.pod < 0 || waits(p) {
			b.pod = int32(i)
		}
	}
	if b.pod >= 0 && waits(&m.pods[b.pod]) {
		b.budget = m.pods[b.pod].waits.budget - 1
		_, b.disk = m.drains.held(d, b.budget, t)
	}
	b.clash = b.pod >= 0 && m.pods[b.pod].invalid && m.pods[b.pod].node == node
	return b
}

// furtherBlocks collects the budgets that refuse when the drain of node ends
// without being done. A budget that has refused for less than half of the drain
// is about to allow an eviction: it only held the drain up.
func (m *Meter) furtherBlocks(node int32, t des.Time) {
	d := m.drains.node(node)
	if !d.on {
		return
	}
	for i := range m.pods {
		p := &m.pods[i]
		if p.node != node || p.leaving {
			continue
		}
		b := block{node: node, pod: int32(i), budget: -1, at: t, further: true, clash: p.invalid}
		if p.waits.budget > 0 && p.waits.drain == d.number {
			waited, disk := m.drains.held(d, p.waits.budget-1, t)
			if 2*waited >= t.Sub(d.from) {
				b.budget, b.disk = p.waits.budget-1, disk
			}
		}
		if b.budget >= 0 || b.clash {
			m.blocks = append(m.blocks, b)
		}
	}
}

// blockOpen takes the drain that has been going on for longest for the one that
// blocks the run.
func (m *Meter) blockOpen(t des.Time) {
	node := int32(-1)
	for i := range m.drains.nodes {
		d := &m.drains.nodes[i]
		if d.on && (node < 0 || d.from < m.drains.nodes[node].from) {
			node = int32(i)
		}
	}
	if node >= 0 {
		m.blocks = append(m.blocks, m.blockOf(0, node, 0, t))
	}
	for i := range m.drains.nodes {
		m.furtherBlocks(int32(i), t)
	}
}
