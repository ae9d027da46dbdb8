package strategy

import (
	"fmt"
	"strconv"
	"strings"

	"rollsim/sim/model"
)

// addFlags are the flags of az aks nodepool add that make the pool as the scenario
// has it, as far as they aren't az's defaults.
func addFlags(p *model.NodePool) []string {
	flags := []string{fmt.Sprintf("--node-count %d", p.Count)}
	flag := func(given bool, name, value string) {
		if given {
			flags = append(flags, name+" "+value)
		}
	}
	flag(p.VMSize.Name != "", "--node-vm-size", p.VMSize.Name)
	flag(p.Mode == model.ModeSystem, "--mode", "System")
	flag(p.OSType == model.Windows, "--os-type", string(p.OSType))
	flag(p.ScaleSetPriority == model.Spot, "--priority", string(p.ScaleSetPriority))
	flag(len(p.Zones) > 0, "--zones", strings.Join(p.Zones, " "))
	flag(true, "--max-pods", strconv.Itoa(p.MaxPods))
	var labels, taints []string
	for _, l := range p.Labels {
		labels = append(labels, l.Key+"="+l.Value)
	}
	for _, t := range p.Taints {
		if t.Key != model.LabelPriority { // az gives that to spot pools by itself
			taints = append(taints, t.String())
		}
	}
	flag(len(labels) > 0, "--labels", strings.Join(labels, " "))
	flag(len(taints) > 0, "--node-taints", strings.Join(taints, ","))
	if a := p.Autoscaling; a.Enabled {
		flags = append(flags, fmt.Sprintf("--enable-cluster-autoscaler --min-count %d --max-count %d", a.MinCount, a.MaxCount))
	}
	u, usual := p.Upgrade, model.NewNodePool("").Upgrade
	flag(!u.MaxSurge.IsZero(), "--max-surge", u.MaxSurge.String())
	flag(!u.MaxUnavailable.IsZero(), "--max-unavailable", u.MaxUnavailable.String())
	flag(u.DrainTimeout != usual.DrainTimeout, "--drain-timeout", strconv.Itoa(minutes(u.DrainTimeout)))
	flag(u.NodeSoak != usual.NodeSoak, "--node-soak-duration", strconv.Itoa(minutes(u.NodeSoak)))
	flag(u.UndrainableNodeBehavior != usual.UndrainableNodeBehavior, "--undrainable-node-behavior", string(u.UndrainableNodeBehavior))
	return flags
}
