package kube

import (
	"math/bits"
	"slices"
)

// checkTallies: what filters and scores count of pods is so.
func (c *Cluster) checkTallies(r *recount) {
	for i := range c.tallies {
		t := &c.tallies[i]
		want, total := make([]int32, len(t.count)), int32(0)
		for n := range c.nodes {
			d := c.domainOf(t.topology, NodeID(n))
			if d < 0 {
				continue
			}
			for _, s := range t.weights {
				pods := r.all[n][s.of]
				if t.live {
					pods = r.live[n][s.of]
				}
				want[d] += s.weight * pods
				total += s.weight * pods
			}
		}
		if !slices.Equal(want, t.count) || total != t.total {
			r.fail("tally %d by %s counts %v, %d in all; there are %v, %d", i, c.topologies[t.topology].key, t.count, t.total, want, total)
		}
	}
}

// checkResources: what is booked of extended resources and of places for disks
// is what pods ask for, and no more than there is.
func (c *Cluster) checkResources(r *recount) {
	lingering := make([]int, len(c.nodes))
	for p := range c.pods {
		if n := c.Detaching(PodID(p)); n != none {
			lingering[n] += c.workloads[c.pods[p].workload].Disks
		}
	}
	for n := range c.nodes {
		p := &c.m.NodePools[c.nodes[n].pool]
		want := make([]int64, len(c.resources))
		for k, name := range c.resources {
			want[k] = p.Extended.Get(name)
		}
		disks := p.MaxDataDisks - lingering[n]
		for i, pods := range r.on[n] {
			w := &c.workloads[i]
			disks -= int(pods) * w.Disks
			for _, x := range w.extended {
				want[x.of] -= int64(pods) * x.amount
			}
		}
		got := c.extended[n*len(c.resources) : (n+1)*len(c.resources)]
		if !slices.Equal(got, want) || int(c.room[n].freeDisks) != disks {
			r.fail("node %s has %v and %d places for disks left; it is %v and %d", c.NodeName(NodeID(n)), got, c.room[n].freeDisks, want, disks)
		}
		if slices.ContainsFunc(got, func(x int64) bool { return x < 0 }) {
			r.fail("node %s: more extended resources are requested than it has", c.NodeName(NodeID(n)))
		}
	}
}

// checkSpread: what the constraints of one strength count is so: live pods by
// domain, and the nodes that are looked at.
func (c *Cluster) checkSpread(r *recount, workload int, list []spread) {
	w := &c.workloads[workload]
	for i := range list {
		s := &list[i]
		pods, nodes, domains := make([]int32, len(s.count)), make([]int32, len(s.nodes)), int32(0)
		for n := range c.nodes {
			if !c.looks(w, s, NodeID(n), c.room[n].blocked) {
				continue
			}
			here, at := c.room[n].blocked&absent == 0, c.on(w, s, NodeID(n))
			if s.topology != hostname {
				d := c.domainOf(s.topology, NodeID(n))
				pods[d] += at
				at = d
			}
			if here && (s.hard || s.taints && s.topology != hostname) {
				nodes[at]++
				if s.topology == hostname || nodes[at] == 1 {
					domains++
				}
			}
		}
		key := c.topologies[s.topology].key
		if !slices.Equal(pods, s.count) {
			r.fail("workload %s counts %v pods by %s; there are %v", w.Name, s.count, key, pods)
		}
		if s.hard && (!slices.Equal(nodes, s.nodes) || domains != s.domains) {
			r.fail("workload %s counts %v nodes by %s in %d domains; there are %v in %d", w.Name, s.nodes, key, s.domains, nodes, domains)
		}
	}
}

// checkNominations: pods are nominated to as many nodes as nodes have such pods.
func (c *Cluster) checkNominations(r *recount) {
	nominated := make([]uint16, len(c.nodes))
	for p := range c.pods {
		x := &c.pods[p]
		listed := slices.Contains(c.sched.nominees, PodID(p))
		kept := x.nominated != none && !x.binding // from then on the API alone says so
		if kept {
			nominated[x.nominated]++
		}
		if listed != kept || listed && x.phase != PodPending {
			r.fail("pod %s is %v, nominated to node %d, and listed: %v", c.PodName(PodID(p)), x.phase, x.nominated, listed)
		}
	}
	for n := range c.nodes {
		if nominated[n] != c.room[n].nominated {
			r.fail("node %s counts %d nominated pods; there are %d", c.NodeName(NodeID(n)), c.room[n].nominated, nominated[n])
		}
	}
}

// checkVictims: every victim that lives is on its way out, and the scheduler
// misses turns only while it waits.
func (c *Cluster) checkVictims(r *recount) {
	leaves := map[PodID]bool{}
	for i := range c.displaced.items {
		if !slices.Contains(c.displaced.free, int32(i)) {
			leaves[c.displaced.items[i].pod] = true
		}
	}
	for p := range c.pods {
		if x := &c.pods[p]; x.preempted && x.phase < PodTerminating && !leaves[PodID(p)] {
			r.fail("pod %s is a victim, and nobody will delete it", c.PodName(PodID(p)))
		}
	}
	if !c.sched.telling && c.sched.turns > 0 {
		r.fail("the scheduler waits for nothing and owes %d turns", c.sched.turns)
	}
}

// checkPorts: no two pods on a node have taken one port.
func (c *Cluster) checkPorts(r *recount) {
	for n := range c.nodes {
		for i, pods := range r.all[n] {
			w := &c.workloads[i]
			if len(w.HostPorts) == 0 {
				continue
			}
			for j := range r.all[n] {
				if (i != j || pods > 1) && shareAPort(w.HostPorts, c.workloads[j].HostPorts) {
					r.fail("node %s: a host port of %s is taken twice", c.NodeName(NodeID(n)), w.Name)
				}
			}
		}
	}
}

// checkPlanes: what planes know of nodes is so.
func (c *Cluster) checkPlanes(r *recount) {
	for i := range c.workloads {
		w := &c.workloads[i]
		if w.plane < 0 || c.planes[w.plane].wide {
			continue
		}
		p := c.planeOf(w)
		for at := range p.blocks {
			c.checkBlock(r, w, p, int32(at))
		}
	}
}

// checkBlock: a node that a plane knows is open or not as it is, and in the sets of
// its points and its group and in no others.
func (c *Cluster) checkBlock(r *recount, w *workload, p *plane, at int32) {
	b := &p.blocks[at]
	x := &c.sched.words[at]
	for rest := x.live & b.known; rest != 0; rest &= rest - 1 {
		bit := bits.TrailingZeros64(rest)
		n := x.nodes[bit]
		open := c.suits(w, n) == Fits && c.keepsApart(w, n)
		ok := c.room[n].nominated == 0 && open == (b.open>>bit&1 == 1)
		if ok && open {
			g, _ := p.number(c.group(w, n))
			fit, balanced := c.roomPoints(w, n)
			_, points := b.best(1 << bit)
			ok = b.group[bit] == g && points == fit+balanced
			for i := range p.groups {
				ok = ok && (p.members[i][at]>>bit&1 == 1) == (i == int(g))
			}
		}
		if !ok {
			r.fail("workload %s has outdated thoughts of node %s", w.Name, c.NodeName(n))
		}
	}
}

// checkSeats: each word has the nodes that say so, and knows how many come before.
func (c *Cluster) checkSeats(r *recount) {
	s := &c.sched
	present := 0
	for z := range s.zones {
		nodes := 0
		for _, at := range s.zones[z].words {
			x := &s.words[at]
			if int(x.first) != nodes || int(x.zone) != z || x.live == 0 {
				r.fail("a word of zone %d begins after %d nodes of zone %d, there are %d", z, x.first, x.zone, nodes)
			}
			for rest := x.live; rest != 0; rest &= rest - 1 {
				bit := bits.TrailingZeros64(rest)
				if n := x.nodes[bit]; s.seats[n] != seat(at<<6|int32(bit)) || c.room[n].blocked&absent != 0 {
					r.fail("node %s has no seat in zone %d", c.NodeName(n), z)
				}
				nodes++
			}
		}
		if nodes != s.zones[z].nodes {
			r.fail("zone %d has %d nodes, not %d", z, nodes, s.zones[z].nodes)
		}
		present += nodes
	}
	if present != s.present {
		r.fail("there are %d nodes, not %d", present, s.present)
	}
}

// knows reports whether the scheduler knows a node.
func (s *scheduler) knows(n NodeID) bool {
	return s.seats[n] != none && s.words[s.seats[n].word()].live&s.seats[n].mask() != 0
}
