package importer

import (
	"cmp"
	"slices"

	"rollsim/sim/model"
)

// addBudgets adds the budgets that select a workload. One that is named after
// its only workload and selects by its labels becomes the workload's pdb key.
func (im *importing) addBudgets() {
	for _, b := range im.objects.budgets {
		im.addBudget(b)
	}
	// As in a scenario file: those of workloads, in their order, come before
	// those of their own.
	place := func(b model.Budget) int {
		i := slices.IndexFunc(im.spec.Workloads, func(w model.Workload) bool { return w.Name == b.Workload && w.Namespace == b.Namespace })
		if i < 0 {
			return len(im.spec.Workloads)
		}
		return i
	}
	slices.SortStableFunc(im.spec.Budgets, func(a, b model.Budget) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}

func (im *importing) addBudget(b *budget) {
	s := subject{"budget", b.Metadata.Namespace, b.Metadata.Name}
	out := model.NewBudget(b.Metadata.Name)
	out.Namespace = cmp.Or(b.Metadata.Namespace, out.Namespace)
	selector, ok := modelSelector(b.Spec.Selector)
	if !ok {
		im.problems.add("%s: PodDisruptionBudget %s: spec.selector.matchExpressions: want operators In, NotIn, Exists and DoesNotExist with values as they need", im.in.Kubectl.Name, plain(s))
		return
	}
	if b.APIVersion == "policy/v1beta1" && len(selector) == 0 {
		selector = nil // it selected no pod there; in policy/v1 it selects all of them
	}
	out.Selector = selector
	selected := im.selectedBy(&out)
	if len(selected) == 0 {
		im.notes.add(rough, s, "spec.selector", "selects no imported workload; left out")
		return
	}
	if !im.setLimits(&out, b, s) {
		return
	}
	im.setBare(&out, selected, s)
	if w := selected[0]; len(selected) == 1 && len(b.Spec.Selector.MatchExpressions) == 0 && w.Name == out.Name &&
		slices.Equal(w.Labels, model.NewLabels(b.Spec.Selector.MatchLabels)) {
		out.Workload = w.Name
	}
	if b.Spec.UnhealthyPodEvictionPolicy == string(model.AlwaysAllow) {
		out.UnhealthyPods = model.AlwaysAllow
	}
	im.spec.Budgets = append(im.spec.Budgets, out)
}

// selectedBy returns the workloads that a budget selects.
func (im *importing) selectedBy(b *model.Budget) []*model.Workload {
	var selected []*model.Workload
	for i := range im.spec.Workloads {
		w := &im.spec.Workloads[i]
		if w.Namespace == b.Namespace && b.Selector.Matches(w.Labels) {
			selected = append(selected, w)
		}
	}
	return selected
}

// setLimits sets the minimum or the maximum, and reports whether there is one.
func (im *importing) setLimits(out *model.Budget, b *budget, s subject) bool {
	least, most := b.Spec.MinAvailable, b.Spec.MaxUnavailable
	key, x := "minAvailable", least
	if most.given() {
		key, x = "maxUnavailable", most
	}
	if least.given() && most.given() {
		im.problems.add("%s: PodDisruptionBudget %s: both minAvailable and maxUnavailable; want one of them", im.in.Kubectl.Name, plain(s))
		return false
	}
	if !x.given() {
		im.notes.add(decisive, s, "spec.minAvailable", "neither minAvailable nor maxUnavailable: left out")
		return false
	}
	v, err := x.parse()
	if err != nil {
		im.problems.add("%s: PodDisruptionBudget %s: spec.%s: %w", im.in.Kubectl.Name, plain(s), key, err)
		return false
	}
	if key == "maxUnavailable" {
		out.MaxUnavailable = &v
	} else {
		out.MinAvailable = &v
	}
	return true
}

// setBare replaces what Kubernetes can't count for pods without a controller,
// and therefore allows no eviction for, by a minimum that says so.
func (im *importing) setBare(out *model.Budget, selected []*model.Workload, s subject) {
	bare := slices.ContainsFunc(selected, func(w *model.Workload) bool { return w.Kind == model.BarePod })
	if !bare || out.MinAvailable != nil && !out.MinAvailable.Percent {
		return
	}
	pods := 0
	for _, w := range selected {
		pods += w.Replicas
	}
	out.MinAvailable, out.MaxUnavailable = &model.IntOrPercent{Value: pods}, nil
	im.notes.add(decisive, s, "spec", "maxUnavailable and percentages don't work for pods without a controller: Kubernetes allows no eviction, and min_available of all pods says the same here")
}
