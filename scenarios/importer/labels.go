package importer

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/model"
)

// modelLabels are the labels that the model gives every node by itself.
var modelLabels = []string{
	model.LabelHostname, model.LabelPool, model.LabelPoolOld, model.LabelMode,
	model.LabelRegion, model.LabelZone, model.LabelInstanceType, model.LabelOS, model.LabelArch,
}

// managedDomains are the domains of labels that Kubernetes, AKS and the cloud
// provider manage, subdomains included.
var managedDomains = []string{
	"kubernetes.io", "k8s.io", "azure.com", "karpenter.sh", "karpenter.azure.com",
	"cloud.google.com", "amazonaws.com",
}

// managedNames are managed labels without a domain. Source: nodes of AKS
// clusters of 1.27 to 1.34.
var managedNames = []string{"agentpool", "storageprofile", "storagetier", "accelerator"}

// managedLabel reports whether a node's label isn't the user's own.
func managedLabel(key string) bool {
	domain, _, ok := strings.Cut(key, "/")
	if !ok {
		return slices.Contains(managedNames, key)
	}
	return slices.ContainsFunc(managedDomains, func(d string) bool {
		return domain == d || strings.HasSuffix(domain, "."+d)
	})
}

// setLabels sets the labels that are the user's own or selected by: those of the
// pool, and on the nodes what was set on them by hand.
func (im *importing) setLabels(p *model.NodePool, nodes []*node, az *azPool, s subject) {
	selected := im.selectedLabels()
	keep := func(key string) bool {
		return !slices.Contains(modelLabels, key) && (!managedLabel(key) || selected[key])
	}
	labels := map[string]string{}
	if len(nodes) > 0 { // az tells by hand from pool only where it lists labels at all
		labels = commonLabels(nodes, func(key string) bool { return keep(key) && (managedLabel(key) || len(az.NodeLabels) == 0) })
	}
	for key := range labels {
		if az.known() && selected[key] && !managedLabel(key) {
			im.notes.add(decisive, s, "metadata.labels", "labels that all nodes have and az doesn't list: taken as the pool's; nodes that an upgrade adds don't have them if they were set by hand")
		}
	}
	for key, v := range az.NodeLabels {
		if keep(key) {
			labels[key] = value(v)
		}
	}
	p.Labels = model.NewLabels(labels)
	for i, n := range nodes {
		own := map[string]string{}
		for key, v := range n.Metadata.Labels {
			switch have, ok := labels[key]; {
			case !keep(key) || ok && have == v:
			case managedLabel(key):
				im.notes.add(decisive, s, "metadata.labels", "labels that the pool's nodes don't have in common; left out")
			case selected[key]:
				own[key] = v
				im.notes.add(decisive, s, "metadata.labels", "labels of single nodes, taken as set by hand: nodes that an upgrade reimages or adds don't have them")
			default:
				im.notes.add(ignored, s, "metadata.labels", "labels of single nodes that no pod selects by; left out")
			}
		}
		p.Nodes[i].Labels = model.NewLabels(own)
	}
}

// commonLabels returns the labels that all nodes agree on.
func commonLabels(nodes []*node, keep func(key string) bool) map[string]string {
	labels := map[string]string{}
	for key, v := range nodes[0].Metadata.Labels {
		differs := func(n *node) bool {
			other, ok := n.Metadata.Labels[key]
			return !ok || other != v
		}
		if keep(key) && !slices.ContainsFunc(nodes, differs) {
			labels[key] = v
		}
	}
	return labels
}

// selectedLabels are the keys of node labels that pods of the input select by.
func (im *importing) selectedLabels() map[string]bool {
	if im.selected != nil {
		return im.selected
	}
	im.selected = map[string]bool{}
	add := func(s *podSpec) {
		for key := range s.NodeSelector {
			im.selected[key] = true
		}
		for _, t := range requiredNodeTerms(s) {
			for _, r := range t.MatchExpressions {
				im.selected[r.Key] = true
			}
		}
		for _, c := range s.TopologySpreadConstraints {
			im.selected[c.TopologyKey] = true
		}
		im.selectedByAffinity(s.Affinity)
	}
	for _, c := range im.objects.controllers {
		add(&c.Spec.Template.Spec)
	}
	for _, p := range im.objects.pods {
		add(&p.Spec)
	}
	return im.selected
}

// selectedByAffinity adds the keys of preferences and of affinity to pods.
func (im *importing) selectedByAffinity(a *affinity) {
	if a == nil {
		return
	}
	if a.NodeAffinity != nil {
		for _, p := range a.NodeAffinity.Preferred {
			for _, r := range p.Preference.MatchExpressions {
				im.selected[r.Key] = true
			}
		}
	}
	for _, p := range []*podAffinity{a.PodAffinity, a.PodAntiAffinity} {
		if p == nil {
			continue
		}
		for _, t := range p.Required {
			im.selected[t.TopologyKey] = true
		}
		for _, t := range p.Preferred {
			im.selected[t.PodAffinityTerm.TopologyKey] = true
		}
	}
}

func requiredNodeTerms(s *podSpec) []nodeSelectorTerm {
	if s.Affinity == nil || s.Affinity.NodeAffinity == nil || s.Affinity.NodeAffinity.Required == nil {
		return nil
	}
	return s.Affinity.NodeAffinity.Required.NodeSelectorTerms
}

// modelSelector turns a label selector into the model's; nil stays nil. It
// fails for operators that selectors don't have.
func modelSelector(s *labelSelector) (model.Selector, bool) {
	if s == nil {
		return nil, true
	}
	out := model.SelectorOf(model.NewLabels(s.MatchLabels))
	for _, r := range s.MatchExpressions {
		x, ok := modelRequirement(r)
		if !ok || x.Operator == model.Gt || x.Operator == model.Lt {
			return nil, false
		}
		out = append(out, x)
	}
	return out, true
}

func modelRequirement(r requirement) (model.Requirement, bool) {
	known := []model.Operator{model.In, model.NotIn, model.Exists, model.DoesNotExist, model.Gt, model.Lt}
	op := model.Operator(r.Operator)
	if r.Key == "" || !slices.Contains(known, op) {
		return model.Requirement{}, false
	}
	needsValues := op != model.Exists && op != model.DoesNotExist
	if needsValues == (len(r.Values) == 0) || (op == model.Gt || op == model.Lt) && len(r.Values) != 1 {
		return model.Requirement{}, false
	}
	if op == model.Gt || op == model.Lt {
		if _, err := strconv.ParseInt(r.Values[0], 10, 64); err != nil {
			return model.Requirement{}, false
		}
	}
	return model.Requirement{Key: r.Key, Operator: op, Values: r.Values}, true
}

// generatedLabels are what controllers add to the labels of their template.
var generatedLabels = []string{
	"pod-template-hash", "controller-revision-hash", "pod-template-generation",
	"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
}

func withoutGenerated(labels map[string]string) map[string]string {
	out := maps.Clone(labels)
	for _, key := range generatedLabels {
		delete(out, key)
	}
	return out
}
