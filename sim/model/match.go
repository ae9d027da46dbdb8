package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// NewLabels returns the labels of a map, in the order that Labels needs.
func NewLabels(m map[string]string) Labels {
	l := make(Labels, 0, len(m))
	for k, v := range m {
		l = append(l, Label{k, v})
	}
	slices.SortFunc(l, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	return l
}

// Get returns the value of a key.
func (l Labels) Get(key string) (value string, ok bool) {
	i, ok := slices.BinarySearchFunc(l, key, func(x Label, key string) int { return cmp.Compare(x.Key, key) })
	if !ok {
		return "", false
	}
	return l[i].Value, true
}

// With returns a copy of l in which key has value.
func (l Labels) With(key, value string) Labels {
	i, found := slices.BinarySearchFunc(l, key, func(x Label, key string) int { return cmp.Compare(x.Key, key) })
	if !found {
		return slices.Concat(l[:i], Labels{{key, value}}, l[i:])
	}
	out := slices.Clone(l)
	out[i].Value = value
	return out
}

// Contains reports whether l has every label of want, as a node selector asks.
func (l Labels) Contains(want Labels) bool {
	for _, w := range want {
		if v, ok := l.Get(w.Key); !ok || v != w.Value {
			return false
		}
	}
	return true
}

// Matches reports whether labels meet the requirement. A label that is missing
// meets NotIn and DoesNotExist. Gt and Lt want whole numbers on both sides.
// Source: kubernetes apimachinery pkg/labels, Requirement.Matches.
func (r Requirement) Matches(l Labels) bool {
	v, ok := l.Get(r.Key)
	switch r.Operator {
	case In:
		return ok && slices.Contains(r.Values, v)
	case NotIn:
		return !ok || !slices.Contains(r.Values, v)
	case Exists:
		return ok
	case DoesNotExist:
		return !ok
	case Gt, Lt:
		if !ok || len(r.Values) != 1 {
			return false
		}
		have, err1 := strconv.ParseInt(v, 10, 64)
		limit, err2 := strconv.ParseInt(r.Values[0], 10, 64)
		if err1 != nil || err2 != nil {
			return false
		}
		return r.Operator == Gt && have > limit || r.Operator == Lt && have < limit
	default:
		return false
	}
}

// SelectorOf returns the selector that wants exactly these labels.
func SelectorOf(l Labels) Selector {
	s := make(Selector, 0, len(l))
	for _, x := range l {
		s = append(s, Requirement{Key: x.Key, Operator: In, Values: []string{x.Value}})
	}
	return s
}

// Equal reports whether s and t have the same requirements in the same order.
func (s Selector) Equal(t Selector) bool {
	return (s == nil) == (t == nil) && slices.EqualFunc(s, t, func(a, b Requirement) bool {
		return a.Key == b.Key && a.Operator == b.Operator && slices.Equal(a.Values, b.Values)
	})
}

// Matches reports whether s selects a pod with these labels. An empty Selector
// selects every pod, a nil one none.
func (s Selector) Matches(l Labels) bool {
	return s != nil && all(s, l)
}

// Matches reports whether all requirements of the term hold for a node with
// these labels. A term without requirements matches no node.
// Source: Kubernetes NodeSelectorTerm.
func (t NodeSelectorTerm) Matches(l Labels) bool {
	return len(t) > 0 && all(t, l)
}

func all(requirements []Requirement, l Labels) bool {
	for _, r := range requirements {
		if !r.Matches(l) {
			return false
		}
	}
	return true
}

// Tolerates reports whether t lets a pod onto a node with taint.
// Source: kubernetes core/v1 Toleration.ToleratesTaint.
func (t Toleration) Tolerates(taint Taint) bool {
	switch {
	case t.Effect != "" && t.Effect != taint.Effect:
		return false
	case t.Key == "":
		return t.Exists
	case t.Key != taint.Key:
		return false
	default:
		return t.Exists || t.Value == taint.Value
	}
}

// Tolerated reports whether one of the tolerations lets a pod onto a node with
// taint.
func Tolerated(tolerations []Toleration, taint Taint) bool {
	for _, t := range tolerations {
		if t.Tolerates(taint) {
			return true
		}
	}
	return false
}

// MatchesNode reports whether a node with these labels and taints is one that
// the workload's pods may be placed on: node selector, node affinity, and no
// NoSchedule or NoExecute taint that they don't tolerate. NodePool counts as a
// selector on LabelPool.
func (w *Workload) MatchesNode(l Labels, taints []Taint) bool {
	return w.selectsNode(l) && w.untolerated(taints) == nil
}

// selectsNode is MatchesNode without taints.
func (w *Workload) selectsNode(l Labels) bool {
	if w.NodePool != "" {
		if v, _ := l.Get(LabelPool); v != w.NodePool {
			return false
		}
	}
	if !l.Contains(w.NodeSelector) {
		return false
	}
	if len(w.NodeAffinity) == 0 {
		return true
	}
	for _, t := range w.NodeAffinity {
		if t.Matches(l) {
			return true
		}
	}
	return false
}

// untolerated returns the first taint that keeps the workload's pods away, or nil.
func (w *Workload) untolerated(taints []Taint) *Taint {
	for i, t := range taints {
		if t.Effect != PreferNoSchedule && !Tolerated(w.Tolerations, t) {
			return &taints[i]
		}
	}
	return nil
}

// NodeLabels returns the labels of a node: the pool's, its own over them, and
// the well-known ones that AKS and Kubernetes set.
func (p *NodePool) NodeLabels(location string, n Node) Labels {
	m := make(map[string]string, len(p.Labels)+len(n.Labels)+8)
	for _, l := range slices.Concat(p.Labels, n.Labels) {
		m[l.Key] = l.Value
	}
	m[LabelHostname] = n.Name
	m[LabelPool] = p.Name
	m[LabelPoolOld] = p.Name
	m[LabelMode] = string(p.Mode)
	if location != "" {
		m[LabelRegion] = location
	}
	if p.VMSize.Name != "" {
		m[LabelInstanceType] = p.VMSize.Name
	}
	m[LabelOS] = strings.ToLower(string(p.OSType))
	if p.ScaleSetPriority == Spot {
		m[LabelPriority] = spotValue
	}
	m[LabelArch] = "amd64"
	if p.VMSize.Arm() {
		m[LabelArch] = "arm64"
	}
	if n.Zone != "" {
		m[LabelZone] = ZoneLabel(location, n.Zone)
	}
	return NewLabels(m)
}

// NodeTaints returns the taints of a node: the pool's and its own. Kubernetes
// has one taint of each key and effect, and the node's own holds.
func (p *NodePool) NodeTaints(n Node) []Taint {
	if len(n.Taints) == 0 {
		return p.Taints
	}
	taints := slices.DeleteFunc(slices.Clone(p.Taints), func(t Taint) bool {
		return slices.ContainsFunc(n.Taints, func(own Taint) bool { return own.Key == t.Key && own.Effect == t.Effect })
	})
	return append(taints, n.Taints...)
}

// ZoneLabel returns the value of LabelZone: AKS writes westeurope-1 for zone 1
// of westeurope.
func ZoneLabel(location, zone string) string {
	if location == "" {
		return zone
	}
	return location + "-" + zone
}
