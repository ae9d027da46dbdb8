package chart

import (
	"fmt"
	"math"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/metrics"
)

// timed is "12 nodes in 16:21 min, two at a time": what the nodes took, without
// the control plane before them.
func (f *facts) timed() string {
	from, to := des.Time(math.MaxInt64), des.Time(0)
	for i := range f.t.Run.Pools {
		if p := &f.t.Run.Pools[i].Upgrade; p.Ran {
			from, to = min(from, p.Start), max(to, p.End)
		}
	}
	took := f.t.End.Sub(f.t.Start)
	if to > from {
		took = to.Sub(from)
	}
	return fmt.Sprintf("%s%s in %s%s", f.renewal(), f.again(), span(took), f.pace())
}

// again is ", each upgraded three times," of nodes that were so in several steps.
func (f *facts) again() string {
	least, most := math.MaxInt, 0
	for i := range f.t.Nodes {
		n := &f.t.Nodes[i]
		times := 0
		for _, s := range n.Spans {
			if metrics.NodeState(s.State) == metrics.NodeReimaging {
				times++
			}
		}
		if times > 0 {
			least, most = min(least, times), max(most, times)
		}
	}
	switch {
	case most < 2:
		return ""
	case least == most:
		return ", each upgraded " + inWords(most) + " times,"
	}
	return ", some upgraded " + inWords(most) + " times,"
}

// stays is "all 8 nodes stay on 1.29.7".
func (f *facts) stays(nodes int) string {
	from, _ := f.versionsOfNodes()
	if from == "old version" || from == "version at the start" {
		from = "their versions"
	}
	if nodes == 1 {
		return "its one node stays on " + from
	}
	return fmt.Sprintf("all %d nodes stay on %s", nodes, from)
}

// pace is ", ten at a time" where all upgraded pools agree.
func (f *facts) pace() string {
	slots := 0
	for i := range f.t.Run.Pools {
		p := &f.t.Run.Pools[i]
		if !p.Upgrade.Ran {
			continue
		}
		if slots != 0 && slots != p.Slots {
			return ""
		}
		slots = p.Slots
	}
	if slots == 0 {
		return ""
	}
	return ", " + inWords(slots) + " at a time"
}

// longestWords says of the longest drain what it waited for, if anything.
func (f *facts) longestWords() string {
	d := f.longest()
	switch {
	case f.slowed == 0:
		return "no drain waits for a budget"
	case d.Budget < 0:
		return "the longest drain takes " + span(d.Length())
	case d.behindDisk():
		return fmt.Sprintf("the longest drain takes %s, for %s of it a disk of %s moves", span(d.Length()), span(d.Disk), quoted(f.budgetName(d.Budget)))
	}
	return fmt.Sprintf("the longest drain waits for %s and takes %s", quoted(f.budgetName(d.Budget)), span(d.Length()))
}

// behindDisk reports whether the budget that the drain waited for waited itself,
// for most of that time, for the disk of a replica.
func (d *drainFact) behindDisk() bool { return 2*d.Disk > d.Waited }

// behindDisks is ", mostly for disks on their way" where they are to blame for
// more than half of the waiting.
func (f *facts) behindDisks() string {
	var waited, disk time.Duration
	for i := range f.drains {
		waited, disk = waited+f.drains[i].Waited, disk+f.drains[i].Disk
	}
	if 2*disk > waited {
		return ", mostly while disks move"
	}
	return ""
}

// paceTitle names the drain that took longest and what it waited for.
func (f *facts) paceTitle() string {
	d := f.longest()
	if d.Budget < 0 {
		for i := range f.drains {
			if e := &f.drains[i]; e.Budget >= 0 && (d.Budget < 0 || e.Waited > d.Waited) {
				d = e
			}
		}
	}
	budget, node := quoted(f.budgetName(d.Budget)), f.nodeName(d.node)
	if d.behindDisk() {
		return fmt.Sprintf("A disk of %s sets the pace: node %s waits %s for it and drains in %s, the median node in %s",
			budget, node, span(d.Disk), span(d.Length()), span(f.quantile(0.5)))
	}
	return fmt.Sprintf("%s sets the pace: node %s waits for its budget and drains in %s, the median node in %s",
		budget, node, span(d.Length()), span(f.quantile(0.5)))
}

// scaled reports whether the cluster autoscaler changed pools meanwhile.
func (f *facts) scaled() bool { return f.t.Run.NodesAdded+f.t.Run.NodesRemoved > 0 }

// scaling is "meanwhile the autoscaler adds two nodes and removes one".
func (f *facts) scaling() string {
	added, removed := f.t.Run.NodesAdded, f.t.Run.NodesRemoved
	noun := func(n int) string {
		if n == 1 {
			return "one node"
		}
		return inWords(n) + " nodes"
	}
	switch {
	case removed == 0:
		return "meanwhile the autoscaler adds " + noun(added)
	case added == 0:
		return "meanwhile the autoscaler removes " + noun(removed)
	}
	return fmt.Sprintf("meanwhile the autoscaler adds %s and removes %s", noun(added), inWords(removed))
}
