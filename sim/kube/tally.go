package kube

import (
	"cmp"
	"slices"
)

// A tally is a weighted count of pods by topology domain, kept up to date as
// pods come and go, so that nobody ever counts pods to place one. What a filter
// or score asks about other pods - is one near that this one must not meet, has
// one taken the port, how do the ones around it attract it - is a look at a few
// tallies.
//
// All pods of a workload have the same labels, so who is counted is settled for
// workloads, once.
type tally struct {
	topology int32
	live     bool    // pods that terminate count no longer
	weights  []share // who is counted, by workload
	count    []int32 // by domain; for hostname by node
	total    int32   // over all domains
}

// share is the weight of one pod in a tally. Of a tally it names the workload,
// of a workload the tally.
type share struct{ of, weight int32 }

// tallyOf returns the index of the tally that counts these pods, making it the
// first time; -1 when there are none to count.
func (c *Cluster) tallyOf(topology int32, live bool, weights []share) int32 {
	slices.SortFunc(weights, func(a, b share) int { return cmp.Compare(a.of, b.of) })
	var merged []share
	for _, s := range weights {
		if n := len(merged); n > 0 && merged[n-1].of == s.of {
			merged[n-1].weight += s.weight
		} else {
			merged = append(merged, s)
		}
	}
	merged = slices.DeleteFunc(merged, func(s share) bool { return s.weight == 0 })
	if len(merged) == 0 {
		return none
	}
	for i := range c.tallies {
		if t := &c.tallies[i]; t.topology == topology && t.live == live && slices.Equal(t.weights, merged) {
			return int32(i)
		}
	}
	t := tally{topology: topology, live: live, weights: merged}
	if topology != hostname {
		t.count = make([]int32, c.topologies[topology].domains)
	}
	c.tallies = append(c.tallies, t)
	i := int32(len(c.tallies) - 1)
	for _, s := range merged {
		w := &c.workloads[s.of]
		if live {
			w.liveShares = append(w.liveShares, share{i, s.weight})
		} else {
			w.shares = append(w.shares, share{i, s.weight})
		}
	}
	return i
}

// onesOf gives each workload of a list the weight 1.
func onesOf(workloads []int) []share {
	list := make([]share, 0, len(workloads))
	for _, i := range workloads {
		list = append(list, share{int32(i), 1})
	}
	return list
}

// add counts delta pods on a node in tallies.
func (c *Cluster) add(list []share, n NodeID, delta int32) {
	for _, s := range list {
		t := &c.tallies[s.of]
		if d := c.domainOf(t.topology, n); d >= 0 {
			t.count[d] += delta * s.weight
			t.total += delta * s.weight
		}
	}
}

// domainOf returns the domain of a node under a topology; -1: the label is
// missing.
func (c *Cluster) domainOf(topology int32, n NodeID) int32 {
	if topology == hostname {
		return int32(n)
	}
	return c.topologies[topology].domain[c.room[n].class]
}

// near returns what a tally counts in a node's domain, 0 where it has none.
func (c *Cluster) near(tally int32, n NodeID) int32 {
	t := &c.tallies[tally]
	if d := c.domainOf(t.topology, n); d >= 0 {
		return t.count[d]
	}
	return 0
}

func (c *Cluster) resetTallies() {
	for i := range c.tallies {
		t := &c.tallies[i]
		t.total = 0
		if t.topology == hostname {
			t.count = t.count[:0]
		} else {
			clear(t.count)
		}
	}
}

// growTallies makes room for one node more.
func (c *Cluster) growTallies() {
	for i := range c.tallies {
		if t := &c.tallies[i]; t.topology == hostname {
			t.count = append(t.count, 0)
		}
	}
}

// book takes what a pod of w needs on a node (+1), or gives it back (-1), and
// counts it where pods are counted until they are gone.
func (c *Cluster) book(w *workload, n NodeID, sign int32) {
	c.room[n].take(w, int64(sign))
	c.journal.add(change{n, w.index, true})
	for _, x := range w.extended {
		c.extended[int(n)*len(c.resources)+int(x.of)] -= int64(sign) * x.amount
	}
	if c.room[n].blocked&absent == 0 {
		c.add(w.shares, n, sign)
	}
	c.changed()
}
