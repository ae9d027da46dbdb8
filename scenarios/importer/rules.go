package importer

import (
	"time"

	"rollsim/sim/model"
)

// rulesChanged is when AKS let pools be three minors behind from 1.28 on, which is
// what tells its rules of today from those of July 2023. Source: AKS release notes.
var rulesChanged = time.Date(2024, time.April, 11, 0, 0, 0, 0, time.UTC)

// addRules chooses the rule profile. AKS's rules are those of the day on which
// something is asked of it, whatever version the cluster runs; what in the input
// wasn't there yet under the older rules says that the cluster is under the newer.
func (im *importing) addRules() {
	key, rules := "rules", &im.spec.Cluster.Rules
	const other = `; set cluster.rules = "aks-2023-07" for those of July 2023, with a skew of two`
	switch {
	case !im.spec.Cluster.KubernetesVersion.Less(model.Version{Major: 1, Minor: 28}):
		*rules = model.Profile202608
		im.notes.add(decisive, clusterSubject, key, "aks-2026-08, AKS's rules of today, because the control plane runs 1.28 or newer, for which AKS has them"+other)
	case im.newestTime().After(rulesChanged):
		*rules = model.Profile202608
		im.notes.add(decisive, clusterSubject, key, "aks-2026-08, AKS's rules of today, because the input tells of times after April 2024, since when AKS has them"+other)
	default:
		*rules = model.Profile202307
		im.notes.add(decisive, clusterSubject, key, `aks-2023-07, because nothing in the input is newer than April 2024; set cluster.rules = "aks-2026-08" for AKS's rules of today`)
	}
}

// newestTime is the latest time that the status of nodes and pods or the release of
// a node image tells.
func (im *importing) newestTime() time.Time {
	var newest time.Time
	see := func(layout, text string) {
		if t, err := time.Parse(layout, text); err == nil && t.After(newest) {
			newest = t
		}
	}
	for _, n := range im.objects.nodes {
		for _, c := range n.Status.Conditions {
			see(time.RFC3339, c.LastTransitionTime)
		}
	}
	for _, p := range im.objects.pods {
		for _, c := range p.Status.Conditions {
			see(time.RFC3339, c.LastTransitionTime)
		}
	}
	for _, p := range im.spec.NodePools {
		if _, release, ok := model.SplitNodeImage(p.NodeImageVersion); ok {
			see("200601", release[:min(len(release), 6)]) // of Linux; others parse as no month
		}
	}
	return newest
}
