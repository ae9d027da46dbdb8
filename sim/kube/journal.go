package kube

// A journal lists the nodes that have changed in what the scheduler sees of
// them: who has worked something out from a node and kept it, has to be told.
type journal struct {
	changes []change // a ring of the latest; its length is a power of two
	next    uint64   // changes so far
	read    uint64   // changes that somebody was told of
	muted   bool     // changes will be undone
}

// change is what has happened to a node: a pod of a workload came or went, or,
// where that is none, something else.
type change struct {
	node     NodeID
	workload int32
	room     bool // there is another amount of room
}

// reset forgets everything. The ring has room for as many changes as there are
// nodes: who is farther behind has little to keep.
func (j *journal) reset(nodes int) {
	size := 1024
	for size < nodes {
		size *= 2
	}
	if len(j.changes) < size {
		j.changes = make([]change, size)
	}
	j.next, j.read, j.muted = 0, 0, false
}

// note adds a change of a node.
func (j *journal) note(n NodeID) { j.add(change{n, none, true}) }

// add adds a change. Most come in twos, of which nobody need be told twice.
func (j *journal) add(x change) {
	if j.muted {
		return
	}
	last := uint64(len(j.changes) - 1)
	if before := &j.changes[(j.next-1)&last]; j.next > j.read && before.node == x.node && before.workload == x.workload {
		before.room = before.room || x.room
		return
	}
	j.changes[j.next&last] = x
	j.next++
}

// forgetChanged has a plane forget all nodes that have changed since it was told
// last. Of one where a pod came or went that the plane doesn't count it forgets
// the room only.
func (c *Cluster) forgetChanged(p *plane) {
	j := &c.journal
	last := uint64(len(j.changes) - 1)
	if j.next-p.told > last {
		for i := range p.blocks {
			p.blocks[i].known, p.blocks[i].grouped = 0, 0
		}
		p.told = j.next
	}
	for ; p.told < j.next; p.told++ {
		x := j.changes[p.told&last]
		s := c.sched.seats[x.node]
		if s == none {
			continue
		}
		b := &p.blocks[s.word()]
		if x.workload == none || p.counts[x.workload] {
			b.known &^= s.mask()
			b.grouped &^= s.mask()
		} else if x.room {
			b.known &^= s.mask()
		}
	}
	j.read = j.next
}
