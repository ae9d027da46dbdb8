package kube

import (
	"math/bits"
	"slices"
)

// A plane is what the pods of a workload think of every node as far as that
// depends on the node alone. The scheduler goes through hundreds of nodes for
// each pod, so it goes through 64 at a time: a plane is made of sets of nodes, by
// seat (order.go).
//
//   - The sets of those that take such a pod at all.
//   - For each bit of the points for a node's room, NodeResourcesFit and
//     NodeResourcesBalancedAllocation together, the set of those whose points have
//     that bit. The best of any set are found by keeping, from the highest bit
//     down, those that have it, where there are some.
//   - For each group the set of its nodes. Nodes of one group differ in their room
//     only: whatever else filters and scores look at, from the zone to the count
//     of pods there that a spread constraint selects, is the same for them.
//
// What depends on more than one node - the skew of a spread constraint, the most
// points that any node got, by which others are normalised - is worked out for
// one node of each group, and holds for the group. There are a few zones and a
// few counts, so a handful of groups.
//
// A node is worked out when a search meets it. One that changes is noted in the
// journal, and each plane forgets those that have changed since it was used last.
// Workloads that ask for the same share a plane.
type plane struct {
	blocks  []block    // by word
	members [][]uint64 // by group and word: who is or was of the group
	groups  []group
	counts  []bool // by workload: its pods make a difference to the group, or to whether there is one
	told    uint64 // of changes, by the journal
	recent  [64]uint8
	wide    bool // there are too many groups
}

// block is what a plane knows of the nodes of a word.
type block struct {
	grouped uint64 // whose group is known, open but for a lack of room
	known   uint64 // whose room is known, too, or who isn't open anyway
	open    uint64 // who takes such a pod, whatever is elsewhere
	points  [pointBits]uint64
	group   [64]uint8 // by seat: its group, as in plane.members
}

const (
	pointBits  = 8 // two plugins with at most 100 points each
	mostGroups = 256
)

// group is what nodes of a group have in common.
type group struct {
	class int32    // stands for all classes that are alike to the workload
	pods  [2]int32 // that hostname constraints select
	pull  int32    // what pod affinity by hostname adds to the points
	likes int32    // weights of the preferred node affinity, where that asks for hosts
	flags uint32   // hasImage, isCandidate, and a bit for each term of required affinity by hostname that is met
}

// Flags of a group beside those for terms.
const (
	hasImage    = 1 << 31
	isCandidate = 1 << 30 // for the autoscaler to delete it, where the workload would rather avoid that
	mostTerms   = 30
)

// lens is what a workload looks at to tell groups.
type lens struct {
	plane int32   // -1: its nodes can't be told by groups
	like  []int32 // by class: the class that stands for those that are alike
	hosts []int32 // tallies of pods that hostname constraints select; -1: the workload's own
	pulls []int32 // tallies of pod affinity by hostname that give points
	mates []int32 // tallies of required pod affinity by hostname
}

// buildPlanes finds out what each workload has to look at, once all tallies are
// known.
func (c *Cluster) buildPlanes() {
	for i := range c.workloads {
		w := &c.workloads[i]
		c.buildLens(w)
		if w.plane < 0 {
			continue
		}
		w.plane = int32(len(c.planes))
		for j := range i {
			if v := &c.workloads[j]; v.plane >= 0 && c.seesTheSame(v, w) {
				w.plane = v.plane
				break
			}
		}
		if int(w.plane) == len(c.planes) {
			c.planes = append(c.planes, plane{counts: c.countedBy(w)})
		}
	}
}

func (c *Cluster) buildLens(w *workload) {
	w.lens = lens{like: make([]int32, len(c.classes))}
	for _, list := range [...][]spread{w.hard, w.soft} {
		for i := range list {
			if s := &list[i]; s.topology == hostname {
				w.hosts = appendNew(w.hosts, s.hosts)
			}
		}
	}
	w.pulls, w.mates = c.byHostname(w.pull), c.byHostname(w.together)
	for k := range c.classes {
		w.like[k] = int32(k)
		for j := range k {
			if c.alike(w, j, k) {
				w.like[k] = w.like[j]
				break
			}
		}
	}
	if w.daemon >= 0 || len(w.hosts) > len(group{}.pods) || len(w.mates) > mostTerms || w.countsKeys {
		w.plane = none
	}
}

// countedBy reports for each workload whether w, on a node, minds its pods there
// beyond the room that they take.
func (c *Cluster) countedBy(w *workload) []bool {
	list := make([]bool, len(c.workloads))
	for _, tallies := range [...][]int32{w.hosts, w.pulls, w.mates, w.apart, w.shunned, {w.ports}} {
		for _, t := range tallies {
			if t < 0 {
				continue
			}
			for _, x := range c.tallies[t].weights {
				list[x.of] = true
			}
		}
	}
	if slices.Contains(w.hosts, none) {
		list[w.index] = true
	}
	return list
}

func (c *Cluster) byHostname(tallies []int32) []int32 {
	var list []int32
	for _, t := range tallies {
		if c.tallies[t].topology == hostname {
			list = append(list, t)
		}
	}
	return list
}

// alike reports whether w makes no difference between two classes of nodes,
// beside that it may fit only one of them.
func (c *Cluster) alike(w *workload, j, k int) bool {
	a, b := &w.fits[j], &w.fits[k]
	if a.prefer != b.prefer || a.likes != b.likes || w.ZonalVolume && c.classes[j].zone != c.classes[k].zone {
		return false
	}
	for _, list := range [...][]spread{w.hard, w.soft} {
		for i := range list {
			if s := &list[i]; s.classes[j] != s.classes[k] || c.domainOfClass(s.topology, j) != c.domainOfClass(s.topology, k) {
				return false
			}
		}
	}
	for _, list := range [...][]int32{w.together, w.apart, w.shunned, w.pull} {
		for _, t := range list {
			if s := c.tallies[t].topology; c.domainOfClass(s, j) != c.domainOfClass(s, k) {
				return false
			}
		}
	}
	return true
}

// seesTheSame reports whether two workloads think the same of every node's room
// and tell the same groups.
func (c *Cluster) seesTheSame(v, w *workload) bool {
	return !v.byHost && !w.byHost && v.Requests == w.Requests && slices.Equal(v.extended, w.extended) && v.Disks == w.Disks &&
		v.ports == w.ports && v.minds == w.minds && v.avoids == w.avoids && v.image == w.image &&
		slices.Equal(v.fits, w.fits) && slices.Equal(v.like, w.like) &&
		len(v.hosts)+len(w.hosts)+len(v.apart)+len(w.apart)+len(v.shunned)+len(w.shunned) == 0 &&
		slices.Equal(v.pulls, w.pulls) && slices.Equal(v.mates, w.mates)
}

func (c *Cluster) resetPlanes() {
	nodes := 0
	for i := range c.m.NodePools {
		nodes += len(c.m.NodePools[i].Nodes)
	}
	c.journal.reset(nodes)
	for i := range c.planes {
		p := &c.planes[i]
		*p = plane{blocks: p.blocks[:0], members: p.members, groups: p.groups[:0], counts: p.counts}
	}
}

// planeOf returns the plane of w with all that has changed forgotten.
func (c *Cluster) planeOf(w *workload) *plane {
	p := &c.planes[w.plane]
	p.grow(len(c.sched.words))
	c.forgetChanged(p)
	if len(p.groups) > mostGroups*3/4 { // most are of the past
		p.groups = p.groups[:0]
		clear(p.blocks)
	}
	return p
}

// grow makes room for so many words.
func (p *plane) grow(words int) {
	at := len(p.blocks)
	if at >= words {
		return
	}
	p.blocks = slices.Grow(p.blocks, words-at)[:words]
	clear(p.blocks[at:])
	for g := range p.groups {
		p.members[g] = slices.Grow(p.members[g], words-at)[:words]
		clear(p.members[g][at:])
	}
}

// learn works out the nodes of a word in a set for a pod. Those that have room
// kept for nominated pods aren't remembered: whether they take a pod depends on
// the pod.
func (c *Cluster) learn(p PodID, plane *plane, at int32, set uint64) {
	w := &c.workloads[c.pods[p].workload]
	x, b := &c.sched.words[at], &plane.blocks[at]
	b.known |= set
	for ; set != 0; set &= set - 1 {
		seat := seat(at<<6 | int32(bits.TrailingZeros64(set)))
		n := x.nodes[seat&63]
		open := c.study(w, plane, n, seat)
		if c.room[n].nominated > 0 {
			open = open && c.refusal(p, w, n, c.zoneOf(p)) == Fits
			b.known &^= seat.mask()
		}
		if b.open &^= seat.mask(); open {
			b.open |= seat.mask()
		}
	}
}

// study finds out whether a node takes pods of w, and if so its group and its
// points.
func (c *Cluster) study(w *workload, p *plane, n NodeID, s seat) bool {
	b := &p.blocks[s.word()]
	if b.grouped&s.mask() == 0 {
		if c.welcomes(w, n) != Fits || !c.keepsApart(w, n) {
			return false
		}
		g, ok := p.number(c.group(w, n))
		if !ok {
			return false
		}
		b.grouped |= s.mask()
		p.assign(s, g)
	}
	if c.lacks(w, n) != Fits {
		return false
	}
	fit, balanced := c.roomPoints(w, n)
	b.rate(s, uint8(fit+balanced))
	return true
}

// assign puts a node into the set of its group.
func (p *plane) assign(s seat, group uint8) {
	b := &p.blocks[s.word()]
	p.members[b.group[s&63]][s.word()] &^= s.mask()
	p.members[group][s.word()] |= s.mask()
	b.group[s&63] = group
}

// rate puts a node into the sets of its points' bits.
func (b *block) rate(s seat, points uint8) {
	for i := range b.points {
		b.points[i] = b.points[i]&^s.mask() | uint64(points>>i&1)<<(s&63)
	}
}

// best returns which of some nodes have the most points for their room, and how
// many that is.
func (b *block) best(nodes uint64) (best uint64, points int32) {
	for i := pointBits - 1; i >= 0; i-- {
		points *= 2
		if more := nodes & b.points[i]; more != 0 {
			nodes = more
			points++
		}
	}
	return nodes, points
}

// keepsApart reports whether no pod on a node itself is one that those of w keep
// away from, or that keeps them away.
func (c *Cluster) keepsApart(w *workload, n NodeID) bool {
	for _, list := range [...][]int32{w.apart, w.shunned} {
		for _, t := range list {
			if x := &c.tallies[t]; x.topology == hostname && x.count[n] > 0 {
				return false
			}
		}
	}
	return true
}

// group returns the group of a node for w.
func (c *Cluster) group(w *workload, n NodeID) group {
	g := group{class: w.like[c.room[n].class]}
	for i, t := range w.hosts {
		if t < 0 {
			g.pods[i] = int32(w.onNode[n])
		} else {
			g.pods[i] = c.tallies[t].count[n]
		}
	}
	for _, t := range w.pulls {
		g.pull += c.tallies[t].count[n]
	}
	if w.byHost {
		g.likes = w.hostLikes[n]
	}
	for i, t := range w.mates {
		if c.tallies[t].count[n] > 0 {
			g.flags |= 1 << i
		}
	}
	if w.image >= 0 && c.images[w.image].on[n] {
		g.flags |= hasImage
	}
	if w.avoids && c.room[n].blocked&deletionCandidate != 0 {
		g.flags |= isCandidate
	}
	return g
}

// number returns the number of a group, giving it one the first time. It isn't ok
// when there are too many.
func (p *plane) number(g group) (number uint8, ok bool) {
	recent := &p.recent[uint32(g.class*31+g.pods[0]*7+g.pods[1]*13+g.pull*3+g.likes+int32(g.flags>>28))%uint32(len(p.recent))]
	if i := int(*recent); i < len(p.groups) && p.groups[i] == g {
		return *recent, true
	}
	i := slices.Index(p.groups, g)
	if i < 0 {
		if i = len(p.groups); i == mostGroups {
			p.wide = true
			return 0, false
		}
		p.groups = append(p.groups, g)
		if len(p.members) == i {
			p.members = append(p.members, nil)
		}
		p.members[i] = slices.Grow(p.members[i][:0], len(p.blocks))[:len(p.blocks)]
		clear(p.members[i])
	}
	*recent = uint8(i)
	return *recent, true
}
