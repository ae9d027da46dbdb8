package conformance

import (
	"fmt"
	"io"
	"reflect"
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
	for _, x := range lists {
		for j := range x.len(w) {
			add(func(w *model.Workload) { x.cut(w, j) })
		}
	}
	for j := range w.TopologySpread {
		if w.TopologySpread[j].Selector != nil {
			add(func(w *model.Workload) { w.TopologySpread[j].Selector = nil })
		}
		if plain := plainSpread(w.TopologySpread[j]); !reflect.DeepEqual(plain, w.TopologySpread[j]) {
			add(func(w *model.Workload) { w.TopologySpread[j] = plain })
		}
	}
	for _, clear := range settings {
		smaller := clone(c)
		if clear(&smaller.Spec.Workloads[i]) {
			list = append(list, smaller)
		}
	}
	return list
}

// plainSpread is a spread constraint without its details.
func plainSpread(s model.SpreadConstraint) model.SpreadConstraint {
	s.MinDomains, s.NodeAffinityPolicy, s.NodeTaintsPolicy, s.MatchLabelKeys = 0, "", "", nil
	return s
}

// listOf is one of a workload's lists, of which each element may be left out.
type listOf struct {
	len func(*model.Workload) int
	cut func(*model.Workload, int)
}

func listed[S ~[]E, E any](of func(*model.Workload) *S) listOf {
	return listOf{
		len: func(w *model.Workload) int { return len(*of(w)) },
		cut: func(w *model.Workload, j int) { *of(w) = slices.Delete(*of(w), j, j+1) },
	}
}

var lists = []listOf{
	listed(func(w *model.Workload) *[]model.Toleration { return &w.Tolerations }),
	listed(func(w *model.Workload) *[]model.SpreadConstraint { return &w.TopologySpread }),
	listed(func(w *model.Workload) *[]model.NodeSelectorTerm { return &w.NodeAffinity }),
	listed(func(w *model.Workload) *model.Labels { return &w.NodeSelector }),
	listed(func(w *model.Workload) *[]model.PodAffinityTerm { return &w.PodAffinity }),
	listed(func(w *model.Workload) *[]model.PodAffinityTerm { return &w.PodAntiAffinity }),
	listed(func(w *model.Workload) *[]model.PreferredNodeTerm { return &w.PreferredNodeAffinity }),
	listed(func(w *model.Workload) *[]model.HostPort { return &w.HostPorts }),
}

// setting returns what sets a field of a workload to zero and reports whether it was
// another.
func setting[T any](of func(*model.Workload) *T) func(*model.Workload) bool {
	return func(w *model.Workload) bool {
		field := reflect.ValueOf(of(w)).Elem()
		was := !field.IsZero()
		field.SetZero()
		return was
	}
}

var settings = []func(*model.Workload) bool{
	setting(func(w *model.Workload) *string { return &w.NodePool }),
	setting(func(w *model.Workload) *[]string { return &w.Placement }),
	setting(func(w *model.Workload) *model.ExtendedResources { return &w.Extended }),
	setting(func(w *model.Workload) *int { return &w.Disks }),
	setting(func(w *model.Workload) *int32 { return &w.Priority }),
	setting(func(w *model.Workload) *bool { return &w.HostAntiAffinity }),
	setting(func(w *model.Workload) *bool { return &w.ZonalVolume }),
	setting(func(w *model.Workload) *model.Image { return &w.Image }),
	setting(func(w *model.Workload) *int64 { return &w.Requests.CPU }),
	setting(func(w *model.Workload) *int64 { return &w.Requests.Memory }),
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
