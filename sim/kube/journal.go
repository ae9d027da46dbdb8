package kube

// A journal lists the nodes that have changed in what the scheduler sees of
// them: who has worked something out from a node and kept it, has to be told.
type journal struct {
	nodes []NodeID // a ring of the latest changes; its length is a power of two
	next  uint64   // changes so far
	read  uint64   // changes that somebody was told of
	muted bool     // changes will be undone
}

// reset forgets everything. The ring has room for as many changes as there are
// nodes: who is farther behind has little to keep.
func (j *journal) reset(nodes int) {
	size := 1024
	for size < nodes {
		size *= 2
	}
	if len(j.nodes) < size {
		j.nodes = make([]NodeID, size)
	}
	j.next, j.read, j.muted = 0, 0, false
}

// note adds a change of a node. Most come in twos, of which nobody need be told
// twice.
func (j *journal) note(n NodeID) {
	last := uint64(len(j.nodes) - 1)
	if j.muted || j.next > j.read && j.nodes[(j.next-1)&last] == n {
		return
	}
	j.nodes[j.next&last] = n
	j.next++
}

// forgetChanged has a plane forget all nodes that have changed since it was told last.
func (c *Cluster) forgetChanged(p *plane) {
	j := &c.journal
	last := uint64(len(j.nodes) - 1)
	if j.next-p.told > last {
		for i := range p.blocks {
			p.blocks[i].known = 0
		}
		p.told = j.next
	}
	for ; p.told < j.next; p.told++ {
		if s := c.sched.seats[j.nodes[p.told&last]]; s != none {
			p.blocks[s.word()].known &^= s.mask()
		}
	}
	j.read = j.next
}
