package strategy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
)

// Command returns the az command that makes a request. A request from ARM has
// none; it is spelled as the PUT that it is.
func Command(m *model.Model, r rules.Request) string {
	pool := ""
	if r.Pool >= 0 {
		pool = m.NodePools[r.Pool].Name
	}
	if r.Auto {
		if windowOf(m, &r) == model.ConfigurationNodeOS {
			return "AKS by itself, node OS upgrade channel " + string(m.Cluster.NodeOSUpgradeChannel)
		}
		return "AKS by itself, auto-upgrade channel " + string(m.Cluster.AutoUpgradeChannel)
	}
	if r.Client == model.ARM {
		return armCommand(m, r, pool)
	}
	var c []string
	if life, ok := lifeCommand(m.Cluster.Name, pool, r); ok {
		c = append(c, life)
	}
	switch r.Do {
	case model.Upgrade, model.UpgradeControlPlane:
		c = append(c, "az aks upgrade --resource-group RESOURCE_GROUP --name "+m.Cluster.Name)
	case model.UpgradePool:
		c = append(c, "az aks nodepool upgrade --resource-group RESOURCE_GROUP --cluster-name "+m.Cluster.Name+" --name "+pool)
	case model.Scale:
		c = append(c, fmt.Sprintf("az aks nodepool scale --resource-group RESOURCE_GROUP --cluster-name %s --name %s --node-count %d", m.Cluster.Name, pool, r.Count))
	}
	if flags := scalingFlags(r); flags != "" {
		c = append(c, flags)
	}
	if r.Snapshot != "" {
		c = append(c, "--snapshot-id "+r.Snapshot)
	}
	switch r.Do {
	case model.AddPool:
		c = append(c, addFlags(&m.NodePools[r.Pool])...)
	case model.DeleteMachines:
		c = append(c, "--machine-names "+strings.Join(r.Nodes, " "))
	}
	if r.IfMatch != nil {
		c = append(c, "--if-match ETAG")
	}
	if r.IfNoneMatch != "" {
		c = append(c, "--if-none-match "+strconv.Quote(r.IfNoneMatch))
	}
	if !r.To.IsZero() {
		c = append(c, "--kubernetes-version "+r.To.String())
	}
	if r.Do == model.UpgradeControlPlane {
		c = append(c, "--control-plane-only")
	}
	if r.Force && r.Pool < 0 {
		c = append(c, "--enable-force-upgrade")
		if r.ForceUntil != 0 {
			c = append(c, "--upgrade-override-until "+m.Run.Start.Add(r.ForceUntil).String())
		}
	}
	c = append(c, settingFlags(r)...)
	return strings.Join(append(c, "--no-wait"), " ")
}

// settingFlags are the flags of the settings that a request leaves on its pool.
func settingFlags(r rules.Request) (flags []string) {
	if r.MaxSurge != nil {
		flags = append(flags, "--max-surge "+r.MaxSurge.String())
	}
	if r.MaxUnavailable != nil {
		flags = append(flags, "--max-unavailable "+r.MaxUnavailable.String())
	}
	if r.DrainTimeout != nil {
		flags = append(flags, fmt.Sprintf("--drain-timeout %d", minutes(*r.DrainTimeout)))
	}
	if r.NodeSoak != nil {
		flags = append(flags, fmt.Sprintf("--node-soak-duration %d", minutes(*r.NodeSoak)))
	}
	return flags
}

func armCommand(m *model.Model, r rules.Request, pool string) string {
	resource := "PUT managedClusters/" + m.Cluster.Name
	if pool != "" {
		resource += "/agentPools/" + pool
	}
	settings := armSettings(r)
	switch {
	case r.Do == model.Scale:
		return fmt.Sprintf("%s count: %d", resource, r.Count)
	case r.Do == model.UpdatePool && settings == "":
		return resource + " as it is"
	case r.Do == model.UpdatePool:
		return resource + settings
	case r.To.IsZero():
		return resource + " without a version" + settings
	case pool != "":
		return resource + " orchestratorVersion: " + r.To.String() + settings
	}
	text := resource + " kubernetesVersion: " + r.To.String()
	for i, v := range r.PoolVersions {
		if !v.IsZero() {
			text += fmt.Sprintf(", %s orchestratorVersion: %s", m.NodePools[i].Name, v)
		}
	}
	return text
}

// armSettings are the properties that a request by ARM sets on its pool.
func armSettings(r rules.Request) (text string) {
	if r.MaxSurge != nil {
		text += " maxSurge: " + r.MaxSurge.String()
	}
	if r.MaxUnavailable != nil {
		text += " maxUnavailable: " + r.MaxUnavailable.String()
	}
	if r.DrainTimeout != nil {
		text += fmt.Sprintf(" drainTimeoutInMinutes: %d", minutes(*r.DrainTimeout))
	}
	if r.NodeSoak != nil {
		text += fmt.Sprintf(" nodeSoakDurationInMinutes: %d", minutes(*r.NodeSoak))
	}
	if r.EnableAutoScaling != nil {
		text += fmt.Sprintf(" enableAutoScaling: %v", *r.EnableAutoScaling)
	}
	if r.MinCount != nil && r.MaxCount != nil {
		text += fmt.Sprintf(" minCount: %d maxCount: %d", *r.MinCount, *r.MaxCount)
	}
	return text
}

// minutes returns d in minutes, rounded up.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// lifeCommand returns the az command of a request about a pool's life, and
// whether r is one.
func lifeCommand(cluster, pool string, r rules.Request) (string, bool) {
	verbs := map[model.Verb]string{
		model.UpgradeNodeImage: "upgrade --node-image-only", model.UpdatePool: "update", model.AddPool: "add", model.DeletePool: "delete",
		model.DeleteMachines: "delete-machines",
		model.StopPool:       "stop", model.StartPool: "start", model.RollbackPool: "rollback", model.Abort: "operation-abort",
	}
	do, ok := verbs[r.Do]
	if !ok {
		return "", false
	}
	if r.Do == model.Abort && pool == "" {
		return "az aks operation-abort --resource-group RESOURCE_GROUP --name " + cluster, true
	}
	name := "--name"
	if slices.Contains([]model.Verb{model.StopPool, model.StartPool, model.Abort}, r.Do) {
		name = "--nodepool-name"
	}
	return "az aks nodepool " + do + " --resource-group RESOURCE_GROUP --cluster-name " + cluster + " " + name + " " + pool, true
}
