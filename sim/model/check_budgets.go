package model

import (
	"fmt"
	"strings"
)

func (c *checker) checkBudgets() {
	for i := range c.m.Budgets {
		b := &c.m.Budgets[i]
		path := c.m.budgetPath(i)
		c.checkBudget(path, b)
		c.checkSelected(path, i)
	}
	type id struct{ namespace, name string }
	duplicates(c.m.Budgets, func(b Budget) id { return id{b.Namespace, b.Name} }, func(i, _ int) {
		b := &c.m.Budgets[i]
		c.errorf(c.m.budgetPath(i)+".name", "%q is the name of another budget in namespace %q; names are unique", b.Name, b.Namespace)
	})
	c.checkOverlaps()
}

// checkBudget checks a budget by itself.
func (c *checker) checkBudget(path string, b *Budget) {
	if b.Name == "" {
		c.errorf(path+".name", "no name is given; name the budget")
	}
	if b.Namespace == "" {
		c.errorf(path+".namespace", "\"\" is not a namespace; write one or leave the key out for \"default\"")
	}
	if b.Workload == "" { // else the workload's names are its own
		c.checkSlash(path+".name", b.Name)
		c.checkSlash(path+".namespace", b.Namespace)
	}
	switch {
	case b.MinAvailable == nil && b.MaxUnavailable == nil:
		c.errorf(path, "the budget has neither min_available nor max_unavailable; give one of them")
	case b.MinAvailable != nil && b.MaxUnavailable != nil:
		c.errorf(path+".max_unavailable", "%s is given beside min_available %s; give one of them", b.MaxUnavailable, b.MinAvailable)
	}
	for _, x := range []struct {
		key   string
		value *IntOrPercent
	}{{".min_available", b.MinAvailable}, {".max_unavailable", b.MaxUnavailable}} {
		switch {
		case x.value == nil:
		case x.value.Value < 0:
			c.errorf(path+x.key, "%s is negative; write a count such as 1 or a percentage such as \"25%%\"", x.value)
		case x.value.Percent && x.value.Value > 100:
			c.errorf(path+x.key, "%s is more than 100%%", x.value)
		}
	}
	if b.Created != nil {
		c.checkDuration(path+".created", *b.Created)
	}
	oneOf(c, path+".unhealthy_pod_eviction_policy", b.UnhealthyPods, UnhealthyPodEvictionPolicies)
	for i, r := range b.Selector {
		c.checkRequirement(fmt.Sprintf("%s.selector[%d]", path, i), r, PodOperators)
	}
}

// checkSelected checks a budget against the workloads that it selects.
func (c *checker) checkSelected(path string, budget int) {
	b := &c.m.Budgets[budget]
	var names, bare []string
	replicas, daemons := 0, 0
	for i := range c.m.Workloads {
		w := &c.m.Workloads[i]
		if !c.m.selects(budget, i) {
			continue
		}
		names = append(names, w.Name)
		replicas += min(max(w.Replicas, 0), maxPods)
		switch w.Kind {
		case BarePod, Job: // a Job has no scale that could say how many
			bare = append(bare, w.Name)
		case DaemonSet:
			daemons++
		}
	}
	if len(names) == 0 {
		c.errorf(path+".selector", "%s selects no workload in namespace %q", selectorText(b.Selector), b.Namespace)
		return
	}
	amount, key := b.MaxUnavailable, ".max_unavailable"
	if b.MinAvailable != nil {
		amount, key = b.MinAvailable, ".min_available"
	}
	if amount == nil {
		return // an error already
	}
	needsController := b.MinAvailable == nil || amount.Percent
	switch {
	case needsController && len(bare) > 0:
		c.errorf(path+key, "%s needs a controller that says how many pods there should be, and %s has none; use a whole number in min_available", amount, strings.Join(bare, ", "))
	case daemons == len(names):
		c.warnf(path, "the budget selects DaemonSets only, whose pods a drain leaves alone")
	case replicas == 0 || amount.Value < 0:
	case b.MinAvailable != nil && amount.RoundUp(replicas) >= replicas:
		c.warnf(path+key, "%s of %s may never be evicted, so that no drain of a node with one ends; lower it", amount, plural(replicas, "replica"))
	case b.MinAvailable == nil && amount.IsZero():
		c.warnf(path+key, "%s allows no eviction, so that no drain of a node with a pod of %s ends; raise it", amount, strings.Join(names, ", "))
	}
}

func selectorText(s Selector) string {
	switch {
	case s == nil:
		return "an absent selector"
	case len(s) == 0:
		return "an empty selector"
	default:
		return fmt.Sprintf("%q", s.String())
	}
}

// checkOverlaps warns of pods with more than one budget.
func (c *checker) checkOverlaps() {
	for i := range c.m.Workloads {
		first := -1
		for j := range c.m.Budgets {
			switch {
			case !c.m.selects(j, i):
			case first < 0:
				first = j
			default:
				c.warnf(c.m.budgetPath(j), "budgets %q and %q both select the pods of %s, whose evictions therefore fail with code 500; select them once",
					c.m.Budgets[first].Name, c.m.Budgets[j].Name, c.m.Workloads[i].Name)
			}
		}
	}
}
