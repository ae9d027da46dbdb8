package importer

import (
	"slices"
	"strings"

	"rollsim/sim/model"
)

// addCluster fills in spec.Cluster but for its zones, which the pools know.
func (im *importing) addCluster() {
	c := &im.spec.Cluster
	c.Location = im.location()
	im.notes.add(rough, clusterSubject, "quota and subnet", "not in the output of kubectl and az aks: unlimited; set cluster.limits.vcpus, vcpus_by_family and subnet to learn whether surge nodes fit")
	if im.az == nil {
		im.notes.add(decisive, clusterSubject, "az aks show", "not given: name, tier and network plugin are defaults, and the control plane's version is that of the newest node; set cluster.kubernetes_version, cluster.tier and cluster.limits.network")
		im.spec.Cluster.KubernetesVersion = im.newestNode()
		im.noVersion()
		return
	}
	if name := value(im.az.Name); name != "" {
		c.Name = name
	}
	im.addTier()
	im.addNetwork()
	im.addControlPlaneVersion()
	im.noVersion()
	im.noteClusterState()
}

// noVersion adds the problem that no version is known at all.
func (im *importing) noVersion() {
	if im.spec.Cluster.KubernetesVersion.IsZero() && len(im.problems.list) == 0 {
		im.problems.add("%s: no node says its version in status.nodeInfo.kubeletVersion, and az aks show isn't given or doesn't either; give the output of az aks show", im.in.Kubectl.Name)
	}
}

// location is the Azure region: what az says, or the nodes' label.
func (im *importing) location() string {
	if im.az != nil && value(im.az.Location) != "" {
		return strings.ToLower(strings.ReplaceAll(*im.az.Location, " ", ""))
	}
	for _, n := range im.objects.nodes {
		if region := n.Metadata.Labels[model.LabelRegion]; region != "" {
			return region
		}
	}
	return im.spec.Cluster.Location
}

func (im *importing) addTier() {
	if im.az.SKU == nil || im.az.SKU.Tier == "" {
		return
	}
	switch tier := strings.ToLower(im.az.SKU.Tier); tier {
	case "free", "standard", "premium":
		im.spec.Cluster.Tier = model.Tier(tier)
	case "paid": // the old name
		im.spec.Cluster.Tier = model.TierStandard
	default:
		im.notes.add(rough, clusterSubject, "sku.tier", "not a known tier: standard is assumed")
	}
}

func (im *importing) addNetwork() {
	limits := &im.spec.Cluster.Limits
	profile := im.az.NetworkProfile
	switch {
	case profile == nil || value(profile.NetworkPlugin) == "":
		im.notes.add(rough, clusterSubject, "networkProfile", "not given: azure-overlay is assumed")
	case same(profile.NetworkPlugin, "kubenet"):
		limits.Network = model.NetworkKubenet
	case same(profile.NetworkPlugin, "azure") && same(profile.NetworkPluginMode, "overlay"):
		limits.Network = model.NetworkAzureOverlay
	case same(profile.NetworkPlugin, "azure"):
		limits.Network = model.NetworkAzure
	default:
		im.notes.add(rough, clusterSubject, "networkProfile.networkPlugin", "not a plugin of AKS's own: azure-overlay is assumed, one address a node")
	}
	if profile == nil || value(profile.NetworkPolicy) == "" {
		return
	}
	policy := model.NetworkPolicy(strings.ToLower(*profile.NetworkPolicy))
	if !slices.Contains(model.NetworkPolicies, policy) {
		im.notes.add(rough, clusterSubject, "networkProfile.networkPolicy", "not a policy that is known: none is assumed")
		return
	}
	limits.NetworkPolicy = policy
}

// addControlPlaneVersion trusts currentKubernetesVersion: kubernetesVersion is
// what was asked for, an alias or even a lower version.
func (im *importing) addControlPlaneVersion() {
	c := &im.spec.Cluster
	newest := im.newestNode()
	version, key := value(im.az.CurrentKubernetesVersion), "currentKubernetesVersion"
	if version == "" {
		version, key = value(im.az.KubernetesVersion), "kubernetesVersion"
	}
	v, err := model.ParseVersion(version)
	switch {
	case version == "":
		im.notes.add(decisive, clusterSubject, "currentKubernetesVersion", "not given: the control plane has the newest node's version")
		v = newest
	case err != nil && strings.HasPrefix(newest.String(), strings.TrimPrefix(version, "v")+"."):
		im.notes.add(decisive, clusterSubject, key, "an alias without a patch: the control plane has the newest node's version")
		v = newest
	case err != nil:
		im.problems.add("%s: %s: %w", im.in.Cluster.Name, key, err)
	case v.Less(newest):
		im.notes.add(decisive, clusterSubject, key, "older than the newest node, which can't be: the control plane has the newest node's version")
		v = newest
	}
	c.KubernetesVersion = v
}

// newestNode is the highest version that a node runs.
func (im *importing) newestNode() model.Version {
	var newest model.Version
	for _, n := range im.objects.nodes {
		if v, _, ok := kubeletVersion(n); ok && newest.Less(v) {
			newest = v
		}
	}
	return newest
}

// kubeletVersion is the version that a node runs. It is exact when the node
// gives it without a vendor's suffix such as -eks or +k3s1.
func kubeletVersion(n *node) (v model.Version, exact, ok bool) {
	text := n.Status.NodeInfo.KubeletVersion
	plain := text
	if i := strings.IndexAny(text, "-+"); i >= 0 {
		plain = text[:i]
	}
	v, err := model.ParseVersion(plain)
	return v, plain == text, err == nil
}

// noteClusterState notes what of az aks show has no counterpart.
func (im *importing) noteClusterState() {
	az := im.az
	if state := value(az.ProvisioningState); state != "" && !same(az.ProvisioningState, "Succeeded") {
		im.notes.add(decisive, clusterSubject, "provisioningState", "not Succeeded: the cluster is imported as it stands, with no operation under way")
	}
	if p := az.AutoUpgradeProfile; p != nil {
		im.addNodeOSChannel(value(p.NodeOSUpgradeChannel))
	}
	if p := az.AutoUpgradeProfile; p != nil && (on(p.UpgradeChannel) || on(p.NodeOSUpgradeChannel)) {
		im.addChannel(value(p.UpgradeChannel))
		im.notes.add(ignored, clusterSubject, "autoUpgradeProfile", "AKS may start upgrades by itself; here only the strategies do")
	}
	if same(az.SupportPlan, string(model.LongTermSupport)) {
		im.notes.add(rough, clusterSubject, "supportPlan", "the versions that long-term support brings aren't known here; list them in cluster.lts_versions")
		if im.spec.Cluster.Tier == model.TierPremium {
			im.spec.Cluster.SupportPlan = model.LongTermSupport
		}
	}
	if s := az.UpgradeSettings; s != nil && s.OverrideSettings != nil && value(s.OverrideSettings.ForceUpgrade) {
		im.notes.add(decisive, clusterSubject, "upgradeSettings.overrideSettings.forceUpgrade", "forced upgrades ignore budgets; here budgets hold until cluster.force_until says otherwise")
	}
	if p := az.NodeProvisioningProfile; p != nil && same(p.Mode, "Auto") {
		im.notes.add(decisive, clusterSubject, "nodeProvisioningProfile", "nodes of node auto-provisioning aren't upgraded by pool; pools are imported as ordinary ones")
	}
}

// addChannel takes over a channel that is known; it decides what AKS forbids
// beside it.
func (im *importing) addChannel(name string) {
	switch c := model.AutoUpgradeChannel(strings.ToLower(name)); c {
	case model.ChannelPatch, model.ChannelStable, model.ChannelRapid, model.ChannelNodeImage:
		im.spec.Cluster.AutoUpgradeChannel = c
	}
}

// addNodeOSChannel takes over a node OS channel that is known.
func (im *importing) addNodeOSChannel(name string) {
	for _, c := range model.NodeOSChannels {
		if strings.EqualFold(name, string(c)) {
			im.spec.Cluster.NodeOSUpgradeChannel = c
		}
	}
}

// on reports whether an upgrade channel does anything.
func on(channel *string) bool {
	return value(channel) != "" && !same(channel, "none") && !same(channel, "unmanaged")
}
