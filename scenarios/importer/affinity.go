package importer

import (
	"cmp"
	"slices"

	"rollsim/sim/model"
)

// setAffinity sets affinity to nodes that is preferred, and to other pods.
func (im *importing) setAffinity(out *model.Workload, w *workload) {
	a := w.spec().Affinity
	if a == nil {
		return
	}
	if a.NodeAffinity != nil {
		for _, p := range a.NodeAffinity.Preferred {
			if t, ok := im.nodeTerm(w, p.Preference); ok && im.weighs(w, p.Weight) {
				out.PreferredNodeAffinity = append(out.PreferredNodeAffinity, model.PreferredNodeTerm{Weight: p.Weight, Match: t})
			}
		}
	}
	if p := a.PodAffinity; p != nil {
		out.PodAffinity = im.podTerms(out, w, p)
	}
	if a.PodAntiAffinity != nil {
		im.setAntiAffinity(out, w, a.PodAntiAffinity)
	}
}

// setAntiAffinity sets anti-affinity. That of the workload's own pods by host
// has a key of its own.
func (im *importing) setAntiAffinity(out *model.Workload, w *workload, a *podAffinity) {
	for _, t := range im.podTerms(out, w, a) {
		selector := t.Selector
		if selector == nil {
			selector = model.SelectorOf(out.Labels)
		}
		own := len(t.Namespaces) == 0 && selector.Matches(out.Labels) && !im.others(w, selector)
		if own && t.Required && t.TopologyKey == model.LabelHostname {
			out.HostAntiAffinity = true
		} else {
			out.PodAntiAffinity = append(out.PodAntiAffinity, t)
		}
	}
}

// weighs reports whether a preference has a weight that Kubernetes takes.
func (im *importing) weighs(w *workload, weight int) bool {
	if weight >= model.LeastWeight && weight <= model.MostWeight {
		return true
	}
	im.workloadProblem(w, "affinity: weight %d; want %d to %d", weight, model.LeastWeight, model.MostWeight)
	return false
}

// podTerms returns the terms of affinity or anti-affinity that can be taken.
func (im *importing) podTerms(out *model.Workload, w *workload, a *podAffinity) []model.PodAffinityTerm {
	var terms []model.PodAffinityTerm
	for _, t := range a.Required {
		if x, ok := im.podTerm(out, w, t); ok {
			x.Required = true
			terms = append(terms, x)
		}
	}
	for _, p := range a.Preferred {
		if x, ok := im.podTerm(out, w, p.PodAffinityTerm); ok && im.weighs(w, p.Weight) {
			x.Weight = p.Weight
			terms = append(terms, x)
		}
	}
	return terms
}

// podTerm returns a term, whose strength is the caller's to set.
func (im *importing) podTerm(out *model.Workload, w *workload, t podAffinityTerm) (model.PodAffinityTerm, bool) {
	const key = "podAffinityTerm"
	x := model.PodAffinityTerm{TopologyKey: t.TopologyKey}
	selector, ok := modelSelector(t.LabelSelector)
	switch {
	case !ok:
		im.notes.add(decisive, w.subject(), key, "a selector with an operator or values that Kubernetes doesn't have; left out")
		return x, false
	case selector == nil:
		im.notes.add(ignored, w.subject(), key, "a term without a selector, which selects nothing; left out")
		return x, false
	case !im.isTopology(t.TopologyKey):
		im.notes.add(decisive, w.subject(), key, "a topology key that no imported node has as a label; left out")
		return x, false
	}
	for _, label := range t.MatchLabelKeys {
		if v, ok := out.Labels.Get(label); ok {
			selector = append(selector, model.Requirement{Key: label, Operator: model.In, Values: []string{v}})
		}
	}
	if len(t.MismatchLabelKeys) > 0 {
		im.notes.add(rough, w.subject(), key, "mismatchLabelKeys; left out")
	}
	if x.Namespaces, ok = im.namespaces(t); !ok {
		im.notes.add(decisive, w.subject(), key, "a namespaceSelector by labels, which the input lacks; the term is left out")
		return x, false
	}
	if len(x.Namespaces) == 1 && x.Namespaces[0] == cmp.Or(w.namespace, out.Namespace) {
		x.Namespaces = nil // its own
	}
	if !selector.Equal(model.SelectorOf(out.Labels)) {
		x.Selector = selector
	}
	return x, true
}

// namespaces returns those that a term is about; none for the pods' own.
func (im *importing) namespaces(t podAffinityTerm) ([]string, bool) {
	all := slices.Clone(t.Namespaces)
	slices.Sort(all)
	all = slices.Compact(all)
	s := t.NamespaceSelector
	if s == nil {
		return all, true
	}
	const name = "kubernetes.io/metadata.name" // the one label that every namespace has
	switch {
	case len(s.MatchLabels)+len(s.MatchExpressions) == 0:
		return []string{model.AllNamespaces}, true
	case len(s.MatchLabels) == 1 && len(s.MatchExpressions) == 0 && s.MatchLabels[name] != "":
		return slices.Compact(slices.Sorted(slices.Values(append(all, s.MatchLabels[name])))), true
	case len(s.MatchLabels) == 0 && len(s.MatchExpressions) == 1 && s.MatchExpressions[0].Key == name && s.MatchExpressions[0].Operator == string(model.In):
		return slices.Compact(slices.Sorted(slices.Values(append(all, s.MatchExpressions[0].Values...)))), true
	default:
		return nil, false
	}
}

// isTopology reports whether nodes of the scenario have a label with this key.
func (im *importing) isTopology(key string) bool {
	has := func(l model.Labels) bool {
		_, ok := l.Get(key)
		return ok
	}
	return slices.Contains(modelLabels, key) || slices.ContainsFunc(im.spec.NodePools, func(p model.NodePool) bool {
		return has(p.Labels) || slices.ContainsFunc(p.Nodes, func(n model.Node) bool { return has(n.Labels) })
	})
}

// addSpread adds a spread constraint.
func (im *importing) addSpread(out *model.Workload, w *workload, c spreadConstraint) {
	const key = "topologySpreadConstraints"
	x := model.SpreadConstraint{MaxSkew: c.MaxSkew, TopologyKey: c.TopologyKey, WhenUnsatisfiable: model.DoNotSchedule}
	if c.WhenUnsatisfiable == string(model.ScheduleAnyway) {
		x.WhenUnsatisfiable = model.ScheduleAnyway
	}
	if !im.setCounted(out, w, c, &x) {
		return
	}
	switch {
	case c.MaxSkew < 1:
		im.workloadProblem(w, "%s.maxSkew: %d; want at least 1", key, c.MaxSkew)
		return
	case !im.isTopology(c.TopologyKey):
		im.notes.add(decisive, w.subject(), key, "a topology key that no imported node has as a label; left out")
		return
	case slices.ContainsFunc(out.TopologySpread, func(o model.SpreadConstraint) bool {
		return o.TopologyKey == x.TopologyKey && o.WhenUnsatisfiable == x.WhenUnsatisfiable
	}):
		im.notes.add(rough, w.subject(), key, "a second constraint of the same key and strength; left out")
		return
	}
	if n := value(c.MinDomains); n > 1 && x.WhenUnsatisfiable == model.DoNotSchedule {
		x.MinDomains = n
	}
	if c.NodeAffinityPolicy == string(model.Ignore) { // what isn't given is the default
		x.NodeAffinityPolicy = model.Ignore
	}
	if c.NodeTaintsPolicy == string(model.Honor) {
		x.NodeTaintsPolicy = model.Honor
	}
	out.TopologySpread = append(out.TopologySpread, x)
}

// setCounted sets which pods a spread constraint counts, and reports whether it
// can be taken.
func (im *importing) setCounted(out *model.Workload, w *workload, c spreadConstraint, x *model.SpreadConstraint) bool {
	const key = "topologySpreadConstraints"
	selector, ok := modelSelector(c.LabelSelector)
	switch {
	case !ok:
		im.notes.add(decisive, w.subject(), key, "a selector with an operator or values that Kubernetes doesn't have; left out")
		return false
	case selector == nil:
		im.notes.add(ignored, w.subject(), key, "a constraint without a selector, which counts no pods; left out")
		return false
	case !selector.Equal(model.SelectorOf(out.Labels)):
		x.Selector = selector
	}
	for _, k := range c.MatchLabelKeys {
		if !slices.Contains(x.MatchLabelKeys, k) && k != "" {
			x.MatchLabelKeys = append(x.MatchLabelKeys, k)
		}
	}
	return true
}

// others reports whether a selector selects pods of other workloads in w's namespace.
func (im *importing) others(w *workload, s model.Selector) bool {
	return slices.ContainsFunc(im.objects.controllers, func(c *controller) bool {
		if c == w.controller || c.Metadata.Namespace != w.namespace || ownerOf(&c.Metadata).Name != "" {
			return false
		}
		return s.Matches(model.NewLabels(c.Spec.Template.Metadata.Labels))
	})
}
