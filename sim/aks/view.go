package aks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

// The types of this file have the shape of az's JSON: flat, keys sorted as az
// sorts them, null where az prints null. Only fields that a planner looks at
// are there. Source: azure-cli recordings and the ARM API's examples.

// ResourceGroup is the resource group that az shapes name; scenarios have none.
const ResourceGroup = "rollsim"

// AgentPool is an element of what az aks nodepool list prints.
type AgentPool struct {
	AvailabilityZones          []string          `json:"availabilityZones"`
	Count                      int               `json:"count"`
	CreationData               *CreationData     `json:"creationData"`
	CurrentOrchestratorVersion string            `json:"currentOrchestratorVersion"`
	EnableAutoScaling          bool              `json:"enableAutoScaling"`
	MaxCount                   *int              `json:"maxCount"`
	MaxPods                    int               `json:"maxPods"`
	MinCount                   *int              `json:"minCount"`
	Mode                       string            `json:"mode"`
	Name                       string            `json:"name"`
	NodeImageVersion           string            `json:"nodeImageVersion"`
	NodeLabels                 map[string]string `json:"nodeLabels"`
	NodeTaints                 []string          `json:"nodeTaints"`
	OrchestratorVersion        string            `json:"orchestratorVersion"`
	OSDiskSizeGB               int               `json:"osDiskSizeGb"`
	OSSKU                      string            `json:"osSku"`
	OSType                     string            `json:"osType"`
	PowerState                 PowerState        `json:"powerState"`
	ProvisioningState          string            `json:"provisioningState"`
	ResourceGroup              string            `json:"resourceGroup"`
	ScaleDownMode              string            `json:"scaleDownMode"`
	ScaleSetPriority           *string           `json:"scaleSetPriority"`
	Type                       string            `json:"type"`
	TypePropertiesType         string            `json:"typePropertiesType"`
	UpgradeSettings            UpgradeSettings   `json:"upgradeSettings"`
	UpgradeSettingsBlueGreen   *UpgradeBlueGreen `json:"upgradeSettingsBlueGreen"`
	UpgradeStrategy            *string           `json:"upgradeStrategy"`
	VMSize                     string            `json:"vmSize"`
	VnetSubnetID               *string           `json:"vnetSubnetId"`
}

// CreationData is az's creationData of a pool that is pinned to a snapshot.
type CreationData struct {
	SourceResourceID string `json:"sourceResourceId"`
}

// UpgradeSettings is az's upgradeSettings of a pool, with effective values.
type UpgradeSettings struct {
	DrainTimeoutInMinutes     int     `json:"drainTimeoutInMinutes"` // rounded up
	MaxBlockedNodes           *string `json:"maxBlockedNodes"`
	MaxSurge                  string  `json:"maxSurge"`
	MaxUnavailable            string  `json:"maxUnavailable"`
	NodeSoakDurationInMinutes int     `json:"nodeSoakDurationInMinutes"` // rounded up
	UndrainableNodeBehavior   string  `json:"undrainableNodeBehavior"`
}

// UpgradeBlueGreen is az's upgradeSettingsBlueGreen of a pool.
type UpgradeBlueGreen struct {
	BatchSoakDurationInMinutes int    `json:"batchSoakDurationInMinutes"` // rounded up, as all
	DrainBatchSize             string `json:"drainBatchSize"`
	DrainTimeoutInMinutes      int    `json:"drainTimeoutInMinutes"`
	FinalSoakDurationInMinutes int    `json:"finalSoakDurationInMinutes"`
}

// PowerState is az's powerState: Running or Stopped.
type PowerState struct {
	Code string `json:"code"`
}

// ManagedCluster is what az aks show prints.
type ManagedCluster struct {
	AgentPoolProfiles        []AgentPool    `json:"agentPoolProfiles"`
	CurrentKubernetesVersion string         `json:"currentKubernetesVersion"`
	KubernetesVersion        string         `json:"kubernetesVersion"`
	Location                 string         `json:"location"`
	MaxAgentPools            int            `json:"maxAgentPools"`
	Name                     string         `json:"name"`
	NetworkProfile           NetworkProfile `json:"networkProfile"`
	PowerState               PowerState     `json:"powerState"`
	ProvisioningState        string         `json:"provisioningState"`
	ResourceGroup            string         `json:"resourceGroup"`
	SKU                      SKU            `json:"sku"`
	SupportPlan              string         `json:"supportPlan"`
	Type                     string         `json:"type"`
}

// NetworkProfile is az's networkProfile of a cluster.
type NetworkProfile struct {
	NetworkPlugin     string  `json:"networkPlugin"`
	NetworkPluginMode *string `json:"networkPluginMode"`
}

// SKU is az's sku of a cluster.
type SKU struct {
	Name string `json:"name"`
	Tier string `json:"tier"`
}

// The resource types of clusters and pools.
const (
	clusterType = "Microsoft.ContainerService/ManagedClusters"
	poolType    = "Microsoft.ContainerService/managedClusters/agentPools"

	snapshotType = "/subscriptions/SUBSCRIPTION/resourceGroups/" + ResourceGroup + "/providers/Microsoft.ContainerService/snapshots"
)

// AgentPools returns the pools as az aks nodepool list prints them now. While a
// pool is Upgrading, orchestratorVersion is the target already, and
// currentOrchestratorVersion and nodeImageVersion are the old ones.
// Source: AKS "Upgrade node pools" page, sample output.
func (s *Service) AgentPools() []AgentPool {
	list := make([]AgentPool, 0, len(s.pools))
	for i := range s.pools {
		if !s.pools[i].absent {
			list = append(list, s.agentPool(&s.pools[i]))
		}
	}
	return list
}

// shownPool returns the state that az shows of a pool. What it shows while a full
// upgrade hasn't come to the pool yet is an option.
func (s *Service) shownPool(p *pool) string {
	if id := s.cluster.op; id != none && p.op == none && s.m.Options.WaitingPools == model.ShowUpgrading {
		if op := &s.ops[id]; op.request.Do == model.Upgrade && p.index >= op.next && !s.leaves(op, p) && !s.upToDate(p, op.target) {
			return trace.StateUpgrading.String()
		}
	}
	return p.state.String()
}

// shownCluster returns the state that az shows of the cluster: Updating while the
// settings of a pool change, and while a pool is upgraded what the option says.
// Sources: ARM API's examples; azure-cli recording of a node image upgrade.
func (s *Service) shownCluster() string {
	for i := range s.pools {
		p := &s.pools[i]
		switch {
		case p.op == none || s.cluster.op != none:
		case p.state == trace.StateUpdating:
			return trace.StateUpdating.String()
		case p.state == trace.StateUpgrading && s.m.Options.ClusterDuringPool == model.ShowUpgrading:
			return trace.StateUpgrading.String()
		}
	}
	return s.cluster.state.String()
}

// power returns the code of the pool's powerState.
func (p *pool) power() string {
	if p.stopped {
		return "Stopped"
	}
	return "Running"
}

func (s *Service) agentPool(p *pool) AgentPool {
	from := &s.m.NodePools[p.index]
	a := AgentPool{
		AvailabilityZones:          from.Zones,
		Count:                      p.count,
		EnableAutoScaling:          p.scaling.Enabled,
		CurrentOrchestratorVersion: s.m.Versions[p.version].String(),
		MaxPods:                    from.MaxPods,
		Mode:                       title(string(from.Mode)),
		Name:                       from.Name,
		NodeImageVersion:           s.image(p),
		OrchestratorVersion:        s.m.Versions[p.asked].String(),
		OSDiskSizeGB:               osDiskSize(from.VMSize.VCPUs),
		OSSKU:                      "Ubuntu",
		OSType:                     "Linux",
		PowerState:                 PowerState{Code: p.power()},
		ProvisioningState:          s.shownPool(p),
		ResourceGroup:              ResourceGroup,
		ScaleDownMode:              "Delete",
		Type:                       poolType,
		TypePropertiesType:         "VirtualMachineScaleSets",
		UpgradeSettings: UpgradeSettings{
			DrainTimeoutInMinutes:     minutes(p.settings.DrainTimeout),
			MaxSurge:                  p.settings.MaxSurge.String(),
			MaxUnavailable:            p.settings.MaxUnavailable.String(),
			NodeSoakDurationInMinutes: minutes(p.settings.NodeSoak),
			UndrainableNodeBehavior:   string(p.settings.UndrainableNodeBehavior),
		},
		VMSize: from.VMSize.Name,
	}
	s.viewKind(&a, p)
	for _, l := range from.Labels {
		if a.NodeLabels == nil {
			a.NodeLabels = make(map[string]string)
		}
		a.NodeLabels[l.Key] = l.Value
	}
	for _, t := range from.Taints {
		a.NodeTaints = append(a.NodeTaints, t.String())
	}
	if x := p.scaling; x.Enabled {
		a.MinCount, a.MaxCount = &x.MinCount, &x.MaxCount
	}
	return a
}

// viewKind fills in what a pool's machines are and how they are upgraded, where
// that isn't what every pool has.
func (s *Service) viewKind(a *AgentPool, p *pool) {
	from := &s.m.NodePools[p.index]
	if from.OSType == model.Windows {
		a.OSType, a.OSSKU = string(model.Windows), "Windows2022"
	}
	if from.ScaleSetPriority == model.Spot {
		spot := string(model.Spot)
		a.ScaleSetPriority = &spot
	}
	if p.snapshot != "" {
		a.CreationData = &CreationData{snapshotType + "/" + p.snapshot}
	}
	if x := p.settings.MaxBlockedNodes; x != nil {
		blocked := x.String()
		a.UpgradeSettings.MaxBlockedNodes = &blocked
	}
	if from.UpgradeStrategy == model.BlueGreen {
		green, b := string(model.BlueGreen), from.BlueGreen
		a.UpgradeStrategy = &green
		a.UpgradeSettingsBlueGreen = &UpgradeBlueGreen{
			BatchSoakDurationInMinutes: minutes(b.BatchSoak), DrainBatchSize: b.DrainBatchSize.String(),
			DrainTimeoutInMinutes: minutes(b.DrainTimeout), FinalSoakDurationInMinutes: minutes(b.FinalSoak),
		}
	}
}

// ManagedCluster returns the cluster as az aks show prints it now.
func (s *Service) ManagedCluster() ManagedCluster {
	c := ManagedCluster{
		AgentPoolProfiles:        s.AgentPools(),
		CurrentKubernetesVersion: s.m.Versions[s.cluster.version].String(),
		KubernetesVersion:        s.m.Versions[s.cluster.target].String(),
		Location:                 s.m.Cluster.Location,
		MaxAgentPools:            100,
		Name:                     s.m.Cluster.Name,
		NetworkProfile:           networkProfile(s.m.Cluster.Limits.Network),
		PowerState:               PowerState{Code: "Running"},
		ProvisioningState:        s.shownCluster(),
		ResourceGroup:            ResourceGroup,
		SKU:                      SKU{Name: "Base", Tier: title(string(s.m.Cluster.Tier))},
		SupportPlan:              string(s.m.Cluster.SupportPlan),
		Type:                     clusterType,
	}
	for i := range c.AgentPoolProfiles { // in the cluster's document the type is the scale set's
		c.AgentPoolProfiles[i].Type = c.AgentPoolProfiles[i].TypePropertiesType
	}
	return c
}

func networkProfile(n model.Network) NetworkProfile {
	if n == model.NetworkAzureOverlay {
		overlay := "overlay"
		return NetworkProfile{NetworkPlugin: "azure", NetworkPluginMode: &overlay}
	}
	return NetworkProfile{NetworkPlugin: string(n)}
}

// AgentPoolColumns are the columns of az aks nodepool list -o table.
var AgentPoolColumns = []string{"Name", "OsType", "KubernetesVersion", "VmSize", "OsDiskSizeGB", "Count", "MaxPods", "ProvisioningState", "Mode"}

// Row returns the pool's cells under AgentPoolColumns.
func (a AgentPool) Row() []string {
	return []string{a.Name, a.OSType, a.OrchestratorVersion, a.VMSize, strconv.Itoa(a.OSDiskSizeGB),
		strconv.Itoa(a.Count), strconv.Itoa(a.MaxPods), a.ProvisioningState, a.Mode}
}

// UpgradeProfile is what az aks get-upgrades prints.
type UpgradeProfile struct {
	AgentPoolProfiles   *struct{}           `json:"agentPoolProfiles"` // null in practice
	ControlPlaneProfile ControlPlaneProfile `json:"controlPlaneProfile"`
	Name                string              `json:"name"`
	ResourceGroup       string              `json:"resourceGroup"`
	Type                string              `json:"type"`
}

// ControlPlaneProfile is the part of UpgradeProfile that has the answer.
type ControlPlaneProfile struct {
	KubernetesVersion string             `json:"kubernetesVersion"`
	Name              *string            `json:"name"`
	OSType            string             `json:"osType"`
	Upgrades          []AvailableUpgrade `json:"upgrades"` // null: none
}

// AvailableUpgrade is one version that is offered. IsPreview is null for one that
// is no preview.
type AvailableUpgrade struct {
	IsPreview         *bool  `json:"isPreview"`
	KubernetesVersion string `json:"kubernetesVersion"`
}

// PoolUpgradeProfile is what az aks nodepool get-upgrades prints.
type PoolUpgradeProfile struct {
	KubernetesVersion      string             `json:"kubernetesVersion"`
	LatestNodeImageVersion string             `json:"latestNodeImageVersion"`
	Name                   string             `json:"name"`
	OSType                 string             `json:"osType"`
	ResourceGroup          string             `json:"resourceGroup"`
	Type                   string             `json:"type"`
	Upgrades               []AvailableUpgrade `json:"upgrades"` // null: none
}

// Upgrades returns what az aks get-upgrades prints for a cluster.
func Upgrades(state *rules.State) UpgradeProfile {
	return UpgradeProfile{
		ControlPlaneProfile: ControlPlaneProfile{
			KubernetesVersion: state.ControlPlane.String(),
			OSType:            "Linux",
			Upgrades:          available(state, rules.Upgrades(state)),
		},
		Name:          "default",
		ResourceGroup: ResourceGroup,
		Type:          clusterType + "/upgradeprofiles",
	}
}

// PoolUpgrades returns what az aks nodepool get-upgrades prints for a pool of m's
// cluster. Where node images belong to versions the latest is that of the pool's
// own.
func PoolUpgrades(m *model.Model, state *rules.State, pool int) PoolUpgradeProfile {
	p := &state.Pools[pool]
	return PoolUpgradeProfile{
		KubernetesVersion:      p.Version.String(),
		LatestNodeImageVersion: latestImage(m, state, pool),
		Name:                   "default",
		OSType:                 string(m.NodePools[pool].OSType),
		ResourceGroup:          ResourceGroup,
		Type:                   poolType + "/upgradeProfiles",
		Upgrades:               available(state, rules.PoolUpgrades(state, pool)),
	}
}

func latestImage(m *model.Model, state *rules.State, pool int) string {
	family, _, ok := model.SplitNodeImage(m.NodePools[pool].NodeImageVersion)
	if m.Options.NodeImages == model.ImagesWithVersion || !ok {
		return model.NodeImageOf(state.Pools[pool].Version, m.NodePools[pool].OSType)
	}
	return family + "-" + m.Cluster.LatestNodeImage
}

func available(state *rules.State, versions []model.Version) []AvailableUpgrade {
	var list []AvailableUpgrade
	for _, v := range versions {
		u := AvailableUpgrade{KubernetesVersion: v.String()}
		if slices.Contains(state.Previews, v) {
			preview := true
			u.IsPreview = &preview
		}
		list = append(list, u)
	}
	return list
}

// UpgradeColumns are the columns of az aks get-upgrades -o table.
var UpgradeColumns = []string{"Name", "ResourceGroup", "MasterVersion", "Upgrades"}

// Row returns the profile's cells under UpgradeColumns.
func (u UpgradeProfile) Row() []string {
	return []string{u.Name, u.ResourceGroup, u.ControlPlaneProfile.KubernetesVersion, join(u.ControlPlaneProfile.Upgrades)}
}

// Row returns the profile's cells under UpgradeColumns, with the pool's version
// as MasterVersion.
func (u PoolUpgradeProfile) Row() []string {
	return []string{u.Name, u.ResourceGroup, u.KubernetesVersion, join(u.Upgrades)}
}

// join spells upgrades as az's tables do. Source: azure-cli, _format.py.
func join(upgrades []AvailableUpgrade) string {
	if len(upgrades) == 0 {
		return "None available"
	}
	names := make([]string, len(upgrades))
	for i, u := range upgrades {
		names[i] = u.KubernetesVersion
		if u.IsPreview != nil {
			names[i] += "(preview)"
		}
	}
	return strings.Join(names, ", ")
}

// osDiskSize returns the default size of a node's OS disk in GB.
// Source: AKS core concepts page, default OS disk sizing.
func osDiskSize(vcpus int) int {
	switch {
	case vcpus >= 64:
		return 1024
	case vcpus >= 16:
		return 512
	case vcpus >= 8:
		return 256
	default:
		return 128
	}
}

// minutes returns d in minutes, rounded up.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// title returns s with an upper-case first letter, as ARM spells system.
func title(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
