package conformance

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"rollsim/sim/model"
)

// shrink returns the smallest case that it finds which still shows the
// disagreement, and what it finds there.
func shrink(c *Case, found *disagreement, play func(*Case) (*game, error)) (*Case, *disagreement) {
	for again := true; again; {
		again = false
		for _, smaller := range reductions(c) {
			g, err := play(smaller)
			if err != nil || g.found == nil || g.found.topic != found.topic {
				continue
			}
			c, found, again = smaller, g.found, true
			break
		}
	}
	return c, found
}

// reductions are all cases that are one step smaller, the boldest first.
func reductions(c *Case) []*Case {
	var list []*Case
	add := func(change func(*Case)) {
		smaller := clone(c)
		change(smaller)
		list = append(list, smaller)
	}
	for n := len(c.Steps) / 2; n > 0; n /= 2 {
		add(func(x *Case) { x.Steps = x.Steps[:len(x.Steps)-n] })
	}
	for i := range c.Steps {
		add(func(x *Case) { x.Steps = slices.Delete(x.Steps, i, i+1) })
	}
	for i := range c.Spec.Budgets {
		add(func(x *Case) { x.Spec.Budgets = slices.Delete(x.Spec.Budgets, i, i+1) })
	}
	for i := range c.Spec.Workloads {
		add(func(x *Case) { x.Spec.Workloads = slices.Delete(x.Spec.Workloads, i, i+1) })
	}
	for i := range c.Spec.NodePools {
		if len(c.Spec.NodePools) > 1 {
			add(func(x *Case) { x.Spec.NodePools = slices.Delete(x.Spec.NodePools, i, i+1) })
		}
		p := &c.Spec.NodePools[i]
		for n := p.Count / 2; n > 0; n /= 2 {
			add(func(x *Case) { x.Spec.NodePools[i].Count -= n })
		}
		for j := range p.Taints {
			add(func(x *Case) { x.Spec.NodePools[i].Taints = slices.Delete(x.Spec.NodePools[i].Taints, j, j+1) })
		}
		for j := range p.Labels {
			add(func(x *Case) { x.Spec.NodePools[i].Labels = slices.Delete(x.Spec.NodePools[i].Labels, j, j+1) })
		}
		if len(p.Zones) > 0 {
			add(func(x *Case) { x.Spec.NodePools[i].Zones = nil })
		}
	}
	for i := range c.Spec.Workloads {
		list = append(list, simpler(c, i)...)
	}
	return list
}

// simpler are the cases in which one workload has less.
func simpler(c *Case, i int) []*Case {
	var list []*Case
	add := func(change func(*model.Workload)) {
		smaller := clone(c)
		change(&smaller.Spec.Workloads[i])
		list = append(list, smaller)
	}
	w := &c.Spec.Workloads[i]
	for n := w.Replicas / 2; n > 0; n /= 2 {
		add(func(w *model.Workload) {
			w.Replicas -= n
			w.Placement = w.Placement[:min(len(w.Placement), w.Replicas)]
		})
	}
	for j := range w.Tolerations {
		add(func(w *model.Workload) { w.Tolerations = slices.Delete(w.Tolerations, j, j+1) })
	}
	for j := range w.TopologySpread {
		add(func(w *model.Workload) { w.TopologySpread = slices.Delete(w.TopologySpread, j, j+1) })
	}
	for j := range w.NodeAffinity {
		add(func(w *model.Workload) { w.NodeAffinity = slices.Delete(w.NodeAffinity, j, j+1) })
	}
	for j := range w.NodeSelector {
		add(func(w *model.Workload) { w.NodeSelector = slices.Delete(w.NodeSelector, j, j+1) })
	}
	if w.NodePool != "" {
		add(func(w *model.Workload) { w.NodePool = "" })
	}
	if len(w.Placement) > 0 {
		add(func(w *model.Workload) { w.Placement = nil })
	}
	for j := range w.TopologySpread {
		if s := &w.TopologySpread[j]; s.Selector != nil {
			add(func(w *model.Workload) { w.TopologySpread[j].Selector = nil })
		}
		if s := &w.TopologySpread[j]; s.MinDomains == 0 && s.NodeAffinityPolicy == "" && s.NodeTaintsPolicy == "" && s.MatchLabelKeys == nil {
			continue
		}
		add(func(w *model.Workload) {
			s := &w.TopologySpread[j]
			s.MinDomains, s.NodeAffinityPolicy, s.NodeTaintsPolicy, s.MatchLabelKeys = 0, "", "", nil
		})
	}
	for j := range w.PodAffinity {
		add(func(w *model.Workload) { w.PodAffinity = slices.Delete(w.PodAffinity, j, j+1) })
	}
	for j := range w.PodAntiAffinity {
		add(func(w *model.Workload) { w.PodAntiAffinity = slices.Delete(w.PodAntiAffinity, j, j+1) })
	}
	for j := range w.PreferredNodeAffinity {
		add(func(w *model.Workload) { w.PreferredNodeAffinity = slices.Delete(w.PreferredNodeAffinity, j, j+1) })
	}
	for j := range w.HostPorts {
		add(func(w *model.Workload) { w.HostPorts = slices.Delete(w.HostPorts, j, j+1) })
	}
	if w.Extended != nil {
		add(func(w *model.Workload) { w.Extended = nil })
	}
	if w.Disks > 0 {
		add(func(w *model.Workload) { w.Disks = 0 })
	}
	if w.Priority != 0 {
		add(func(w *model.Workload) { w.Priority = 0 })
	}
	if w.HostAntiAffinity {
		add(func(w *model.Workload) { w.HostAntiAffinity = false })
	}
	if w.ZonalVolume {
		add(func(w *model.Workload) { w.ZonalVolume = false })
	}
	if w.Image.Name != "" {
		add(func(w *model.Workload) { w.Image = model.Image{} })
	}
	if w.Requests.CPU != 0 {
		add(func(w *model.Workload) { w.Requests.CPU = 0 })
	}
	if w.Requests.Memory != 0 {
		add(func(w *model.Workload) { w.Requests.Memory = 0 })
	}
	return list
}

// clone copies as deep as reductions change.
func clone(c *Case) *Case {
	x := *c
	x.Steps = slices.Clone(c.Steps)
	x.Spec.NodePools, x.Spec.Budgets = slices.Clone(c.Spec.NodePools), slices.Clone(c.Spec.Budgets)
	for i := range x.Spec.NodePools {
		p := &x.Spec.NodePools[i]
		p.Taints, p.Labels = slices.Clone(p.Taints), slices.Clone(p.Labels)
	}
	x.Spec.Workloads = slices.Clone(c.Spec.Workloads)
	for i := range x.Spec.Workloads {
		w := &x.Spec.Workloads[i]
		w.Tolerations, w.TopologySpread = slices.Clone(w.Tolerations), slices.Clone(w.TopologySpread)
		w.NodeAffinity, w.NodeSelector = slices.Clone(w.NodeAffinity), slices.Clone(w.NodeSelector)
		w.Placement, w.HostPorts = slices.Clone(w.Placement), slices.Clone(w.HostPorts)
		w.PodAffinity, w.PodAntiAffinity = slices.Clone(w.PodAffinity), slices.Clone(w.PodAntiAffinity)
		w.PreferredNodeAffinity = slices.Clone(w.PreferredNodeAffinity)
	}
	return &x
}

// write prints a case and the disagreement that it shows.
func (d *disagreement) write(out io.Writer, c *Case) {
	fmt.Fprintf(out, "seed %d, zones %v\n", c.Seed, c.Spec.Cluster.Zones)
	for i := range c.Spec.NodePools {
		p := &c.Spec.NodePools[i]
		fmt.Fprintf(out, "pool %s: %d nodes, cpu %dm, memory %d, pods %d, zones %v", p.Name, p.Count, p.Allocatable.CPU, p.Allocatable.Memory, p.Allocatable.Pods, p.Zones)
		writeSome(out, "labels", p.Labels, p.Labels)
		writeSome(out, "resources", p.Extended, p.Extended)
		fmt.Fprintln(out, spell(", taints ", p.Taints))
	}
	for i := range c.Spec.Workloads {
		writeWorkload(out, &c.Spec.Workloads[i])
	}
	for i := range c.Spec.Budgets {
		fmt.Fprintf(out, "budget %s of %s\n", spellBudget(&c.Spec.Budgets[i]), c.Spec.Budgets[i].Selector)
	}
	for _, s := range c.Steps {
		fmt.Fprintf(out, "then %s %d (zone %d), wait %v\n", s.Do, s.N, s.Zone, s.Then)
	}
	fmt.Fprintf(out, "state: %s\n", strings.Join(d.state, "\n  "))
	for _, l := range d.lines {
		fmt.Fprintln(out, "DIFFERS", l)
	}
}

func writeWorkload(out io.Writer, w *model.Workload) {
	fmt.Fprintf(out, "%s %s/%s: %d replicas, cpu %dm, memory %d, labels %s", w.Kind, w.Namespace, w.Name, w.Replicas, w.Requests.CPU, w.Requests.Memory, w.Labels)
	if w.Priority != 0 {
		fmt.Fprintf(out, ", priority %d (%s)", w.Priority, w.PreemptionPolicy)
	}
	if w.NodePool != "" {
		fmt.Fprintf(out, ", pool %s", w.NodePool)
	}
	if w.HostAntiAffinity {
		fmt.Fprint(out, ", one a host")
	}
	if w.ZonalVolume {
		fmt.Fprint(out, ", zonal disks")
	}
	if w.Disks > 0 {
		fmt.Fprintf(out, ", %d disks", w.Disks)
	}
	if w.Image.Name != "" {
		fmt.Fprintf(out, ", image %s of %d", w.Image.Name, w.Image.Size)
	}
	if w.NeverReady {
		fmt.Fprint(out, ", never ready")
	}
	writeSome(out, "selector", w.NodeSelector, w.NodeSelector)
	writeSome(out, "resources", w.Extended, w.Extended)
	writeSome(out, "host ports", w.HostPorts, w.HostPorts)
	writeSome(out, "gates", w.SchedulingGates, w.SchedulingGates)
	writeSome(out, "placed on", w.Placement, w.Placement)
	fmt.Fprintln(out, spell(", affinity ", w.NodeAffinity)+spell(", tolerations ", w.Tolerations))
	for _, t := range w.PreferredNodeAffinity {
		fmt.Fprintf(out, "  prefers nodes by %d: %s\n", t.Weight, t.Match)
	}
	for _, s := range w.TopologySpread {
		fmt.Fprintf(out, "  spread %v, pods %q\n", s, s.Selector)
	}
	for _, t := range w.PodAffinity {
		fmt.Fprintf(out, "  near pods %+v\n", t)
	}
	for _, t := range w.PodAntiAffinity {
		fmt.Fprintf(out, "  far from pods %+v\n", t)
	}
}

func writeSome[T any](out io.Writer, title string, list []T, x any) {
	if len(list) > 0 {
		fmt.Fprintf(out, ", %s %v", title, x)
	}
}

func spell[T fmt.Stringer](title string, list []T) string {
	if len(list) == 0 {
		return ""
	}
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = x.String()
	}
	return title + strings.Join(parts, " | ")
}
