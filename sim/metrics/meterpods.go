package metrics

import (
	"time"

	"rollsim/sim/des"
	"rollsim/sim/trace"
)

func (m *Meter) pod(r *trace.Record) {
	if r.Kind == trace.PodCreated {
		m.podCreated(r)
		return
	}
	p := &m.pods[r.Subject.Index]
	l := &m.loads[p.workload]
	switch r.Kind {
	case trace.PodBound:
		m.bound(p, l, r.At)
		if r.Object.Kind == trace.Node {
			p.node = r.Object.Index
		}
	case trace.DiskMoving:
		if !p.moving {
			p.moving = true
			m.drains.diskLeaves(m.header.Workloads[p.workload].Budgets, r.At)
		}
	case trace.PodPulling, trace.PodRunning:
		m.diskArrived(p, r.At)
	case trace.PodReady:
		if !p.ready && !p.leaving {
			p.ready = true
			m.ready(p.workload, 1, r.At)
		}
	case trace.PodUnready, trace.PodLost:
		m.unready(p, r.At)
	case trace.PodTerminating:
		m.leaves(p, r.At)
		switch reason := trace.TerminationReason(r.Value); {
		case reason == trace.Preempted:
			l.preempted++
		case reason == trace.Evicted && !p.evicted:
			p.evicted = true
			if p.replacesEvicted {
				l.movedTwice++
			}
		}
	case trace.PodDeleted:
		m.leaves(p, r.At)
		if !p.gone {
			l.pods--
		}
		p.gone = true
	case trace.EvictionGranted:
		l.granted++
		m.attempted(p, r.At)
	case trace.EvictionRefused:
		l.refused++
		p.invalid = r.Value == invalidEviction
		if p.invalid {
			l.invalid++
		}
		m.attempted(p, r.At)
		if r.Object.Kind == trace.Budget && p.node >= 0 {
			p.waits = m.drains.refuse(p.node, r.Object.Index, r.At)
		}
	}
}

// invalidEviction is what the eviction API answers when several budgets select
// the pod.
const invalidEviction = 500

func (m *Meter) podCreated(r *trace.Record) {
	w, i := r.Object.Index, int32(len(m.pods))
	l := &m.loads[w]
	l.created++
	l.pods++
	before := int32(-1)
	if l.stateful {
		key := replica{w, r.Value}
		if j, ok := m.replicas[key]; ok {
			before = j
		}
		m.replicas[key] = i
	} else if r.Cause > 0 && int(r.Cause) < len(m.subjects) {
		before = m.subjects[r.Cause-1]
	}
	m.pods = append(m.pods, meteredPod{})
	p := &m.pods[i]
	p.workload, p.node, p.since = w, -1, r.At
	p.replacesEvicted = before >= 0 && m.pods[before].workload == w && m.pods[before].evicted
}

// leaves ends all that a pod does or waits for.
func (m *Meter) leaves(p *meteredPod, t des.Time) {
	m.bound(p, &m.loads[p.workload], t)
	m.unready(p, t)
	m.diskArrived(p, t)
	m.attempted(p, t)
	p.leaving = true
}

// bound ends the time in which a pod waits to be bound.
func (m *Meter) bound(p *meteredPod, l *meteredLoad, t des.Time) {
	if p.node >= 0 || p.leaving || !m.started {
		return
	}
	l.waited += float64(t - p.since)
	l.waitedLongest = max(l.waitedLongest, t.Sub(p.since))
}

// diskArrived ends a pod's wait for its disk, which it has or needs no more.
func (m *Meter) diskArrived(p *meteredPod, t des.Time) {
	if p.moving {
		p.moving = false
		m.drains.diskArrives(m.header.Workloads[p.workload].Budgets, t)
	}
}

// attempted ends a pod's wait for a budget.
func (m *Meter) attempted(p *meteredPod, t des.Time) {
	m.drains.over(p.node, p.waits, t)
	p.waits = pending{}
}

func (m *Meter) unready(p *meteredPod, t des.Time) {
	if p.ready {
		p.ready = false
		m.ready(p.workload, -1, t)
	}
}

// ready changes a workload's count of ready pods at t.
func (m *Meter) ready(workload, by int32, t des.Time) {
	l := &m.loads[workload]
	m.account(l, t)
	l.ready += by
	for _, b := range m.header.Workloads[workload].Budgets {
		m.budgets[b].ready += by
		m.judge(b, t)
	}
}

// account counts the stretch that ends at t, in which l's ready count held.
func (m *Meter) account(l *meteredLoad, t des.Time) {
	if !m.started || t <= l.since {
		return
	}
	length := t - l.since
	if !l.hasMin || l.ready < l.min {
		l.min, l.minAt, l.hasMin = l.ready, l.since, true
	}
	if missing := l.desired - l.ready; missing > 0 {
		l.lost += float64(missing) * float64(length)
	}
	if l.ready < l.enough {
		l.belowTarget += time.Duration(length)
	}
	l.worst.add(t, min(l.ready, l.desired))
	l.since = t
}

func (m *Meter) budget(r *trace.Record) {
	if r.Kind != trace.BudgetStatus {
		return
	}
	b := r.Subject.Index
	m.budgets[b].wanted = int32(r.Value >> 32)
	if of := m.header.Budgets[b].Workloads; len(of) == 1 {
		l := &m.loads[of[0]]
		l.floor = max(l.floor, m.budgets[b].wanted)
		l.hasFloor = true
	}
	m.judge(b, r.At)
}

// judge looks whether a budget has too few healthy pods from t on.
func (m *Meter) judge(budget int32, t des.Time) {
	b := &m.budgets[budget]
	below := b.ready < b.wanted
	if below == b.below {
		return
	}
	b.below = below
	for _, w := range m.header.Budgets[budget].Workloads {
		l := &m.loads[w]
		if below {
			if l.budgetsBelow == 0 {
				l.belowSince = t
			}
			l.budgetsBelow++
			continue
		}
		if l.budgetsBelow--; l.budgetsBelow == 0 && m.started {
			l.belowBudget += t.Sub(l.belowSince)
		}
	}
}
