package metrics

import (
	"slices"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/trace"
)

// Run returns the replication in numbers. What the meter knows up to the last
// record counts; a trace that breaks off gives a Run without an outcome.
func (m *Meter) Run() *Run {
	if !m.started {
		m.begin(m.last)
	}
	end := m.end
	if !m.ended {
		end = m.last
	}
	r := &Run{
		Strategy: m.strategy, Seed: m.seed, Replication: m.replication,
		Outcome: m.outcome, Reason: m.reason,
		Refusals:     append([]Refusal(nil), m.refusals...), // nil when there is none, whatever the meter held before
		Start:        m.start,
		ControlPlane: m.plane.at(end),
		PeakNodes:    m.fleet.peakNodes, PeakVCPUs: m.fleet.peakVCPUs, PeakAddresses: m.fleet.peakAddresses,
	}
	over := end
	if m.hasOver && m.outcome != trace.Horizon && m.ended {
		over = m.lastOver
		if m.outcome == trace.Completed && m.hasWork {
			over = m.lastWork
		}
	}
	r.Duration = max(0, over.Sub(m.start))
	r.Settled = m.last.Sub(m.start)
	r.HasSettled = m.settled && m.recovered
	if m.outcome == trace.Blocked {
		r.Blockers = m.blockers()
		if len(r.Blockers) > 0 {
			r.Blocker = &r.Blockers[0]
		}
	}
	for _, c := range m.crashes {
		c.Node = m.names.Node(c.node)
		r.Crashes = append(r.Crashes, c.Crash)
	}
	r.Sessions = append([]Session(nil), m.sessions...)
	if m.working {
		r.Sessions[len(r.Sessions)-1].To = end
	}
	m.fillVersions(r)
	m.fillPools(r, end)
	m.fillWorkloads(r)
	return r
}

// at returns the phase with its end, which is that of the run when it is still
// going on.
func (p *meteredPhase) at(end des.Time) PhaseRun {
	phase := p.PhaseRun
	if p.open {
		phase.End, phase.Over = end, false
	}
	return phase
}

// blockers returns who decided the outcome, in the drain that the run's end goes
// back to, else in the first that failed, and after it the other budgets that
// refuse.
func (m *Meter) blockers() []Blocker {
	if len(m.blocks) == 0 {
		return nil
	}
	first := m.decisive()
	list := []Blocker{m.spellBlock(first)}
	for _, b := range m.blocks {
		if !b.further || b.at < first.at {
			continue
		}
		x := m.spellBlock(b)
		if !slices.ContainsFunc(list, func(y Blocker) bool { return sameBlocker(&x, &y) }) {
			list = append(list, x)
		}
	}
	return list
}

// sameBlocker reports whether what would help against a helps against b.
func sameBlocker(a, b *Blocker) bool {
	return a.Budget == b.Budget && slices.Equal(a.Clash, b.Clash) && (a.Budget != "" || a.Workload == b.Workload)
}

func (m *Meter) decisive() block {
	b := m.blocks[0]
	cause := m.decided
	for _, c := range m.causes {
		if c[0] == m.decided {
			cause = c[1]
		}
	}
	for _, x := range m.blocks {
		if x.id == cause && cause != 0 {
			b = x
		}
	}
	return b
}

func (m *Meter) spellBlock(b block) Blocker {
	blocker := Blocker{Node: m.names.Node(b.node), At: b.at, Disk: b.disk}
	if pool := m.nodes[b.node].pool; pool >= 0 {
		blocker.Pool = m.header.Pools[pool].Name
	}
	if b.pod >= 0 {
		blocker.Pod = m.names.Pod(b.pod)
		blocker.Workload = m.names.Workload(m.pods[b.pod].workload)
		for _, i := range m.header.Workloads[m.pods[b.pod].workload].Budgets {
			if b.clash {
				blocker.Clash = append(blocker.Clash, m.names.Budget(i))
			}
		}
	}
	if b.budget >= 0 {
		blocker.Budget = m.names.Budget(b.budget)
	}
	return blocker
}

func (m *Meter) fillVersions(r *Run) {
	v := m.versions
	r.MixedVersions = v.mixed
	if v.distinct > 1 {
		r.MixedVersions += m.last.Sub(v.since)
	}
	if v.plane < 0 {
		r.EndMixed = v.distinct > 1
		return
	}
	r.EndControlPlane = m.header.Versions[v.plane]
	oldest := v.plane
	look := func(version int32) {
		if version < 0 || version == v.plane {
			return
		}
		r.EndMixed = true
		if m.minors[version] < m.minors[oldest] {
			oldest = version
		}
	}
	for i := range m.pools {
		look(m.pools[i].version)
	}
	for i := range m.nodes {
		if m.nodes[i].exists {
			look(m.nodes[i].version)
		}
	}
	if m.minors[oldest] >= 0 {
		r.EndSkew = m.minors[v.plane] - m.minors[oldest]
	}
}

func (m *Meter) fillPools(r *Run, end des.Time) {
	r.Pools = make([]PoolRun, len(m.pools))
	nanos := make([]float64, len(m.pools))
	unpriced := make([]bool, len(m.pools))
	for i := range m.pools {
		p := &m.pools[i]
		nanos[i], unpriced[i] = p.surgeNanos, p.unpricedNodes
		r.NodesAdded += p.added
		r.NodesRemoved += p.removed
		r.Pools[i] = PoolRun{
			Name: m.header.Pools[i].Name, Upgrade: p.upgrade.at(end), Surge: p.surge, Slots: p.slots,
			EndVersion: m.versionOf(int32(i)), Replaces: m.header.Pools[i].Replaces, Drains: m.drainStats(int32(i)),
		}
	}
	for i := range m.nodes {
		n := &m.nodes[i]
		if !n.exists {
			continue
		}
		if n.version >= 0 && m.versions.plane >= 0 && n.version != m.versions.plane {
			r.Pools[n.pool].NodesOld++
		}
		if n.quarantined && n.version >= 0 {
			q := &r.Pools[n.pool].Quarantined
			*q = append(*q, OldNode{m.names.Node(int32(i)), m.header.Versions[n.version]})
		}
		if n.surge {
			nanos[n.pool] += float64(m.last - n.ordered)
			unpriced[n.pool] = unpriced[n.pool] || m.header.Pools[n.pool].PricePerHour == 0
		}
	}
	r.CostKnown, r.ExtraCostKnown = true, true
	for i := range nanos {
		e := m.pools[i].extra
		e.until(m.last)
		r.Pools[i].NeverThere = r.Pools[i].EndVersion == "" && !e.any
		price := m.header.Pools[i].PricePerHour
		r.ExtraNodeHours += e.nanos / float64(time.Hour)
		r.ExtraCost += e.nanos / float64(time.Hour) * price
		r.ExtraCostKnown = r.ExtraCostKnown && (!e.changed || price > 0)
		hours := nanos[i] / float64(time.Hour)
		r.SurgeNodeHours += hours
		r.SurgeCost += hours * price
		r.CostKnown = r.CostKnown && !unpriced[i]
	}
}

// versionOf returns a pool's current version: what AKS says, or else that of
// its oldest node.
func (m *Meter) versionOf(pool int32) string {
	v := m.pools[pool].version
	if v < 0 {
		for i := range m.nodes {
			n := &m.nodes[i]
			if n.exists && n.pool == pool && n.version >= 0 && (v < 0 || n.version < v) {
				v = n.version
			}
		}
	}
	if v < 0 {
		return ""
	}
	return m.header.Versions[v]
}

// drainStats returns a pool's drains. One that is still going on counts until
// the last record.
func (m *Meter) drainStats(pool int32) DrainStats {
	p := &m.pools[pool]
	for i := range m.drains.nodes {
		if m.drains.nodes[i].on && m.nodes[i].pool == pool {
			m.drainEnded(int32(i), 0, m.last)
		}
	}
	s := p.drains
	if s.Count > 0 {
		s.Mean = p.drainsTotal / time.Duration(s.Count)
		s.LongestNode = m.names.Node(p.longestDrained)
	}
	if p.longestBudget >= 0 {
		s.LongestBudget = m.names.Budget(p.longestBudget)
	}
	return s
}

func (m *Meter) fillWorkloads(r *Run) {
	r.Workloads = make([]WorkloadRun, len(m.loads))
	for i := range m.loads {
		r.Workloads[i] = m.workload(i)
		w, l := &r.Workloads[i], &m.loads[i]
		w.DownAtEnd = !r.HasSettled && w.Kind != string(model.DaemonSet) && w.Desired > 0 && l.atStart > 0 && l.ready == 0
	}
	for i := range m.pods {
		p := &m.pods[i]
		if p.node >= 0 || p.leaving {
			continue
		}
		w := &r.Workloads[p.workload]
		w.PendingAtEnd++
		w.PendingSeconds += m.last.Sub(p.since).Seconds()
		w.PendingLongest = max(w.PendingLongest, m.last.Sub(p.since))
	}
}

func (m *Meter) workload(i int) WorkloadRun {
	l := &m.loads[i]
	h := &m.header.Workloads[i]
	m.account(l, m.last)
	w := WorkloadRun{
		Namespace: h.Namespace, Name: h.Name, Kind: h.Kind, Desired: int(l.desired),
		MinReady: int(l.ready), MinReadyAt: m.start,
		MeanAvailability: 1, ReadySecondsLost: l.lost / 1e9,
		HasFloor: l.hasFloor, Floor: int(l.floor), BelowBudget: l.belowBudget,
		HasTarget: h.Target > 0, Target: h.Target, BelowTarget: l.belowTarget,
		EvictionsGranted: l.granted, EvictionsRefused: l.refused, EvictionsInvalid: l.invalid, Preempted: l.preempted, ReadyAtEnd: int(l.ready),
		PodsMovedTwice: l.movedTwice, PodsCreated: l.created,
		PendingSeconds: l.waited / 1e9, PendingLongest: l.waitedLongest,
	}
	if l.hasMin {
		w.MinReady, w.MinReadyAt = int(l.min), l.minAt
	}
	if l.budgetsBelow > 0 {
		w.BelowBudget += m.last.Sub(l.belowSince)
	}
	if l.desired > 0 {
		if m.last > m.start {
			w.MeanAvailability = max(0, 1-l.lost/(float64(l.desired)*float64(m.last-m.start))) // the sum may be a bit too high
		} else {
			w.MeanAvailability = min(1, float64(l.ready)/float64(l.desired))
		}
	}
	w.WorstWindow = w.MeanAvailability
	if least, _, ok := l.worst.least(); ok && l.desired > 0 {
		w.WorstWindow = float64(least) / (float64(l.desired) * float64(WorstWindowLength))
	}
	return w
}
