package aks_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"rollsim/sim/aks"
	"rollsim/sim/model"
	"rollsim/sim/rules"
	"rollsim/sim/trace"
)

const oneWebPool = `[cluster]
kubernetes_version = "1.30.5"
offered_versions = ["1.29.7", "1.30.5"]
[[node_pool]]
name = "web"
count = 4
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
max_surge = 2
labels = { tier = "web" }
taints = ["spot=true:NoSchedule"]
`

// inPlace is a cluster with a pool, web, that is upgraded in place, some nodes at a
// time. More is what else the pool has, and what follows it.
func inPlace(nodes, unavailable int, more string) string {
	return fmt.Sprintf(`[cluster]
kubernetes_version = "1.30.5"
[[node_pool]]
name = "web"
count = %d
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
max_surge = 0
max_unavailable = %d
%s`, nodes, unavailable, more)
}

// upgradeAll upgrades the first pool to the control plane's version and returns
// how the operation ended and how long it took.
func upgradeAll(t *testing.T, x *stage) (result trace.OperationResult, took time.Duration) {
	t.Helper()
	if _, refusals := x.AKS.Submit(rules.Request{Do: model.UpgradePool, To: x.Model.Cluster.KubernetesVersion}, "", 0); refusals != nil {
		t.Fatal(refusals)
	}
	x.advance(t, -1)
	for _, r := range x.Trace.Records {
		if r.Kind == trace.OperationEnded {
			return trace.OperationResult(r.Value), time.Duration(r.At)
		}
	}
	t.Fatal("the operation never ended")
	return 0, 0
}

// TestInPlaceClosedForm: in place, N nodes one at a time take N times drain, soak
// and reimage. A pod on each node takes 20s to stop; there is room for it, and
// its budget lets it go.
func TestInPlaceClosedForm(t *testing.T) {
	for _, c := range []struct {
		nodes         int
		soak, reimage time.Duration
	}{{1, 0, 3 * time.Minute}, {4, 0, 3 * time.Minute}, {4, 2 * time.Minute, 3 * time.Minute}, {9, 30 * time.Second, 4 * time.Minute}} {
		x := newStage(t, inPlace(c.nodes, 1, fmt.Sprintf(`timing = { node_reimage = %q }
node_soak = %q
[[node_pool]]
name = "spare"
count = 1
vm_size = "Standard_D64s_v5"
[[workload]]
name = "pinned"
replicas = %d
cpu = "10m"
memory = "16Mi"
placement = [%s]
`, c.reimage, c.soak, c.nodes, placement("web", c.nodes))))
		result, took := upgradeAll(t, x)
		want := time.Duration(c.nodes) * (20*time.Second + c.soak + c.reimage)
		// Pods pile up on the nodes that were done first, and never on the rest,
		// so that each old node has its own pod at least when its turn comes.
		if result != trace.Succeeded || took != want {
			t.Errorf("%d nodes, soak %v, reimage %v: %v after %v, want %v", c.nodes, c.soak, c.reimage, result, took, want)
		}
	}
}

func placement(pool string, nodes int) string {
	var names []string
	for i := range nodes {
		names = append(names, fmt.Sprintf("%q", fmt.Sprintf("aks-%s-vmss%06d", pool, i)))
	}
	return strings.Join(names, ", ")
}

// TestPublishedDurations are worked example T11: 500 nodes at 4 minutes one after
// another take 33.3 h (kubernetes#48373), 150 at 5 minutes 12.5 h.
func TestPublishedDurations(t *testing.T) {
	for _, c := range []struct {
		nodes int
		each  time.Duration
		hours float64
	}{{500, 4 * time.Minute, 100.0 / 3}, {150, 5 * time.Minute, 12.5}} {
		x := newStage(t, inPlace(c.nodes, 1, fmt.Sprintf("timing = { node_reimage = %q }\n", c.each)))
		if _, took := upgradeAll(t, x); took != time.Duration(c.nodes)*c.each {
			t.Errorf("%d nodes at %v take %v, want %.1f h", c.nodes, c.each, took, c.hours)
		}
	}
}

// TestConceptualWalkThrough is AKS's own example (worked example T8): two nodes with
// two pods each and surge 1 make 7 evictions of 4 pods, at most 3 nodes exist,
// and 2 nodes on the new version are left. Its steps: A goes from node 1 to the
// surge node and B to node 2, where there is more room; C, B and D leave node 2,
// D for the surge node, as node 1 is fuller by then; A and D leave the surge node.
func TestConceptualWalkThrough(t *testing.T) {
	x := newStage(t, conceptual)
	if result, _ := upgradeAll(t, x); result != trace.Succeeded {
		t.Fatalf("ended %v", result)
	}
	evictions, nodes, most := 0, 2, 2
	for _, r := range x.Trace.Records {
		switch r.Kind {
		case trace.EvictionGranted:
			evictions++
		case trace.NodeRequested:
			if r.Cause != 0 {
				nodes++
			}
		case trace.NodeDeleted:
			nodes--
		}
		most = max(most, nodes)
	}
	if evictions != 7 || most != 3 || nodes != 2 {
		t.Errorf("%d evictions, at most %d nodes, %d at the end; want 7, 3, 2", evictions, most, nodes)
	}
	for _, n := range x.Kube.Nodes(0) {
		if v := x.Model.Versions[x.Kube.Node(n).Version]; v != x.Model.Cluster.KubernetesVersion {
			t.Errorf("node %s is on %s", x.Kube.NodeName(n), v)
		}
	}
}

const conceptual = `[cluster]
kubernetes_version = "1.30.5"
[[node_pool]]
name = "web"
count = 2
vm_size = "Standard_D4s_v5"
kubernetes_version = "1.29.7"
max_surge = 1
allocatable = { cpu = "4", memory = "16Gi", pods = 110 }
[[workload]]
name = "a"
cpu = "2500m"
memory = "1Gi"
placement = ["aks-web-vmss000000"]
[[workload]]
name = "b"
cpu = "1500m"
memory = "1Gi"
placement = ["aks-web-vmss000000"]
[[workload]]
name = "c"
cpu = "1800m"
memory = "1Gi"
placement = ["aks-web-vmss000001"]
[[workload]]
name = "d"
cpu = "200m"
memory = "1Gi"
placement = ["aks-web-vmss000001"]
`

// TestAgentPoolShape: the list is what az prints, field by field, sorted, with
// null where there is nothing.
func TestAgentPoolShape(t *testing.T) {
	x := newStage(t, oneWebPool)
	text, err := json.MarshalIndent(x.AKS.AgentPools(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "availabilityZones": null,
    "count": 4,
    "creationData": null,
    "currentOrchestratorVersion": "1.29.7",
    "enableAutoScaling": false,
    "maxCount": null,
    "maxPods": 250,
    "minCount": null,
    "mode": "User",
    "name": "web",
    "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202401.08.0",
    "nodeLabels": {
      "tier": "web"
    },
    "nodeTaints": [
      "spot=true:NoSchedule"
    ],
    "orchestratorVersion": "1.29.7",
    "osDiskSizeGb": 128,
    "osSku": "Ubuntu",
    "osType": "Linux",
    "powerState": {
      "code": "Running"
    },
    "provisioningState": "Succeeded",
    "resourceGroup": "rollsim",
    "scaleDownMode": "Delete",
    "scaleSetPriority": null,
    "type": "Microsoft.ContainerService/managedClusters/agentPools",
    "typePropertiesType": "VirtualMachineScaleSets",
    "upgradeSettings": {
      "drainTimeoutInMinutes": 30,
      "maxBlockedNodes": null,
      "maxSurge": "2",
      "maxUnavailable": "0",
      "nodeSoakDurationInMinutes": 0,
      "undrainableNodeBehavior": "Schedule"
    },
    "upgradeSettingsBlueGreen": null,
    "upgradeStrategy": null,
    "vmSize": "Standard_D4s_v5",
    "vnetSubnetId": null
  }
]`
	if string(text) != want {
		t.Errorf("got %s", text)
	}
}

// TestUpgradeProfileShape: a list that is empty is null, as az prints it.
func TestUpgradeProfileShape(t *testing.T) {
	x := newStage(t, oneWebPool)
	cluster, err := json.Marshal(aks.Upgrades(x.AKS.State()))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"agentPoolProfiles":null,"controlPlaneProfile":{"kubernetesVersion":"1.30.5","name":null,"osType":"Linux","upgrades":null},"name":"default","resourceGroup":"rollsim","type":"Microsoft.ContainerService/ManagedClusters/upgradeprofiles"}`; string(cluster) != want {
		t.Errorf("got %s", cluster)
	}
	pool, err := json.Marshal(aks.PoolUpgrades(x.Model, x.AKS.State(), 0))
	if err != nil {
		t.Fatal(err)
	}
	if want := `"upgrades":[{"isPreview":null,"kubernetesVersion":"1.30.5"}]`; !strings.Contains(string(pool), want) {
		t.Errorf("got %s, want %s in it", pool, want)
	}
	x = newStage(t, strings.Replace(oneWebPool, "count = 4", "count = 4\nos_type = \"Windows\"", 1))
	if p := aks.PoolUpgrades(x.Model, x.AKS.State(), 0); p.OSType != "Windows" || !strings.HasPrefix(p.LatestNodeImageVersion, "AKSWindows-2022-containerd-") {
		t.Errorf("a Windows pool is shown as %s with %s", p.OSType, p.LatestNodeImageVersion)
	}
}
