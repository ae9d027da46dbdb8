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
func shrink(real *realScheduler, c *Case, found *disagreement) (*Case, *disagreement) {
	for again := true; again; {
		again = false
		for _, smaller := range reductions(c) {
			g, err := play(real, smaller)
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
	x.Spec.NodePools = slices.Clone(c.Spec.NodePools)
	for i := range x.Spec.NodePools {
		p := &x.Spec.NodePools[i]
		p.Taints, p.Labels = slices.Clone(p.Taints), slices.Clone(p.Labels)
	}
	x.Spec.Workloads = slices.Clone(c.Spec.Workloads)
	for i := range x.Spec.Workloads {
		w := &x.Spec.Workloads[i]
		w.Tolerations, w.TopologySpread = slices.Clone(w.Tolerations), slices.Clone(w.TopologySpread)
		w.NodeAffinity, w.NodeSelector = slices.Clone(w.NodeAffinity), slices.Clone(w.NodeSelector)
		w.Placement = slices.Clone(w.Placement)
	}
	return &x
}

// write prints a case and the disagreement that it shows.
func (d *disagreement) write(out io.Writer, c *Case) {
	fmt.Fprintf(out, "seed %d, zones %v\n", c.Seed, c.Spec.Cluster.Zones)
	for i := range c.Spec.NodePools {
		p := &c.Spec.NodePools[i]
		fmt.Fprintf(out, "pool %s: %d nodes, cpu %dm, memory %d, pods %d, zones %v", p.Name, p.Count, p.Allocatable.CPU, p.Allocatable.Memory, p.Allocatable.Pods, p.Zones)
		if len(p.Labels) > 0 {
			fmt.Fprintf(out, ", labels %s", p.Labels)
		}
		fmt.Fprintln(out, spell(", taints ", p.Taints))
	}
	for i := range c.Spec.Workloads {
		w := &c.Spec.Workloads[i]
		fmt.Fprintf(out, "%s %s/%s: %d replicas, cpu %dm, memory %d", w.Kind, w.Namespace, w.Name, w.Replicas, w.Requests.CPU, w.Requests.Memory)
		if w.NodePool != "" {
			fmt.Fprintf(out, ", pool %s", w.NodePool)
		}
		if len(w.NodeSelector) > 0 {
			fmt.Fprintf(out, ", selector %s", w.NodeSelector)
		}
		if w.HostAntiAffinity {
			fmt.Fprint(out, ", one a host")
		}
		if w.ZonalVolume {
			fmt.Fprint(out, ", zonal disks")
		}
		if w.Image.Name != "" {
			fmt.Fprintf(out, ", image %s of %d", w.Image.Name, w.Image.Size)
		}
		fmt.Fprint(out, spell(", affinity ", w.NodeAffinity), spell(", tolerations ", w.Tolerations))
		for _, s := range w.TopologySpread {
			fmt.Fprintf(out, ", spread by %s %d %s", s.TopologyKey, s.MaxSkew, s.WhenUnsatisfiable)
		}
		if len(w.Placement) > 0 {
			fmt.Fprintf(out, ", placed on %q", w.Placement)
		}
		fmt.Fprintln(out)
	}
	for _, s := range c.Steps {
		fmt.Fprintf(out, "then %s %d (zone %d), wait %v\n", s.Do, s.N, s.Zone, s.Then)
	}
	fmt.Fprintf(out, "state: %s\n", strings.Join(d.state, "\n  "))
	for _, l := range d.lines {
		fmt.Fprintln(out, "DIFFERS", l)
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
