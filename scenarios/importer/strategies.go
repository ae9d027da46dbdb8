package importer

import (
	"slices"

	"rollsim/sim/model"
)

// target is what the strategies upgrade to: what the caller says, else the
// control plane's version where a pool is behind it, else the next minor.
func (im *importing) target() model.Version {
	current := im.spec.Cluster.KubernetesVersion
	switch {
	case !im.in.To.IsZero():
		return im.in.To
	case im.behind():
		return current
	default:
		return model.Version{Major: current.Major, Minor: current.Minor + 1}
	}
}

// behind reports whether a node is older than the control plane.
func (im *importing) behind() bool {
	current := im.spec.Cluster.KubernetesVersion
	return slices.ContainsFunc(im.spec.NodePools, func(p model.NodePool) bool {
		return p.KubernetesVersion.Less(current) || slices.ContainsFunc(p.Nodes, func(n model.Node) bool {
			return !n.Version.IsZero() && n.Version.Less(current)
		})
	})
}

// addStrategies adds the strategies that make the scenario run at once.
func (im *importing) addStrategies() {
	to := im.target()
	if im.in.To.IsZero() {
		message := "not given: the control plane's version, which some nodes are behind; give the strategies another to, or import with --to"
		if !im.behind() {
			message = "not given: the first patch of the next minor, which AKS may not offer; give the strategies another to, or import with --to"
		}
		im.notes.add(decisive, clusterSubject, "target version", message)
	}
	add := func(name string, kind model.StrategyKind) {
		s := model.NewStrategy(name, kind)
		s.To = to
		im.spec.Strategies = append(im.spec.Strategies, s)
	}
	add("full", model.Full)
	if im.spec.Cluster.KubernetesVersion.Less(to) {
		add("control plane only", model.ControlPlaneOnly)
	}
	add("pool by pool", model.PerPool)
}
