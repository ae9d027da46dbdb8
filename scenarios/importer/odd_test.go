package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// oddNode is a node of a pool, as kubectl prints it.
func oddNode(name, pool, labels string) string {
	return fmt.Sprintf(`{"apiVersion": "v1", "kind": "Node", "metadata": {"name": %q, "labels": {"kubernetes.azure.com/agentpool": %q, "node.kubernetes.io/instance-type": "Standard_D4s_v5"%s}},
		"status": {"capacity": {"cpu": "4", "memory": "16Gi"}, "allocatable": {"cpu": "3860m", "memory": "13Gi", "pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.31.4"}}}`, name, pool, labels)
}

// oddDeployment is a Deployment of two replicas of one pod template.
func oddDeployment(name, template string) string {
	return fmt.Sprintf(`{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": %q, "namespace": "shop"}, "spec": {"replicas": 2, "template": %s}}`, name, template)
}

// printed is what kubectl prints of several kinds.
func printed(objects ...string) string {
	return `{"apiVersion": "v1", "kind": "List", "items": [` + strings.Join(objects, ",\n") + "]}\n"
}

// TestWhatIsNoExport: what comes about in place of an export is named for what it
// is, with what to do instead.
func TestWhatIsNoExport(t *testing.T) {
	node := oddNode("n", "web", "")
	const pools, cluster, window = `[{"name": "web", "vmSize": "Standard_D4s_v5"}]`, `{"name": "c", "currentKubernetesVersion": "1.31.4"}`, `[{"name": "w", "maintenanceWindow": {"durationHours": 4}}]`
	for _, c := range []struct{ name, kubectl, pools, cluster, windows, want string }{
		{name: "YAML", kubectl: "apiVersion: v1\nitems: []\n", want: "in.json: this is YAML; print it with -o json"},
		{name: "YAML with Windows line ends", kubectl: "items:\r\n- a\r\n", want: "in.json: this is YAML; print it with -o json"},
		{name: "YAML document", kubectl: "---\nitems: []\n", want: "in.json: this is YAML; print it with -o json"},
		{name: "table", kubectl: "NAME  STATUS  ROLES\nn1  Ready  agent\n", want: "in.json: this is a table; print it with -o json"},
		{name: "table of az", kubectl: node, pools: "Name    OsType    Count\n------  ------  -----\n", want: "in.json: this is a table; print it with -o json"},
		{name: "kubectl failed", kubectl: "Error from server (Forbidden): nodes is forbidden\n", want: "in.json: this is an error message: the command that wrote the file has failed"},
		{name: "az failed", kubectl: node, cluster: "ERROR: (AuthorizationFailed) The client\n", want: "in.json: this is an error message: the command that wrote the file has failed"},
		{name: "az warns", kubectl: node, pools: "WARNING: an extension\n" + pools, want: "in.json: this is a warning in front of the output; keep it out of the file, with 2>/dev/null"},
		{name: "nothing found", kubectl: "No resources found in default namespace.\n", want: "in.json: this is kubectl's word that it found nothing; print all namespaces, with -A"},
		{name: "sign-in page", kubectl: "<!DOCTYPE html>\n", want: "in.json: this is HTML or XML, as a sign-in page is; print it with -o json"},
		{name: "zip", kubectl: "PK\x03\x04 and more", want: "in.json: this is a zip archive; unpack it"},
		{name: "a scenario", kubectl: "schema = 1\n", want: "in.json: this is TOML; want the JSON that -o json prints"},
		{name: "colours", kubectl: node, cluster: "{\n  \x1b[94m\"name\"\x1b[39;49;00m: \"c\"}", want: "in.json: this is coloured output, as -o jsonc prints; print it with -o json"},
		{name: "words", kubectl: "hello", want: "in.json:1:1: not JSON: 'h' can't be here; want what -o json prints"},

		{name: "pools for kubectl", kubectl: pools, want: "in.json: [0] (web): what az aks nodepool list prints; give that as --az-nodepools, and what kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json prints here"},
		{name: "cluster for kubectl", kubectl: cluster, want: "in.json (c): what az aks show prints; give that as --az-cluster, and what kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json prints here"},
		{name: "kubectl for pools", kubectl: node, pools: printed(node), want: "in.json: [0]: what kubectl get ... -o json prints; give that as --kubectl, and what az aks nodepool list -o json prints here"},
		{name: "pool for cluster", kubectl: node, cluster: pools, want: "in.json (web): what az aks nodepool list prints; give that as --az-nodepools, and what az aks show -o json prints here"},
		{name: "kubectl for cluster", kubectl: node, cluster: printed(node), want: "in.json: what kubectl get ... -o json prints; give that as --kubectl, and what az aks show -o json prints here"},
		{name: "nested pool for cluster", kubectl: node, cluster: `{"name": "web", "properties": {"vmSize": "x"}}`, want: "in.json (web): what az aks nodepool list prints; give that as --az-nodepools, and what az aks show -o json prints here"},
		{name: "windows for cluster", kubectl: node, cluster: window, want: "in.json (w): what az aks maintenanceconfiguration list prints; give that as --az-maintenance, and what az aks show -o json prints here"},
		{name: "cluster for windows", kubectl: node, windows: cluster, want: "in.json: [0] (c): what az aks show prints; give that as --az-cluster, and what az aks maintenanceconfiguration list -o json prints here"},
		{name: "another resource for cluster", kubectl: node, cluster: `{"name": "vm", "hardwareProfile": {}}`, want: "in.json (vm): neither kubernetesVersion nor agentPoolProfiles; want the object that az aks show -o json prints"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := importer.Input{Kubectl: text(c.kubectl)}
			for _, x := range []struct {
				file *importer.File
				data string
			}{{&in.NodePools, c.pools}, {&in.Cluster, c.cluster}, {&in.Maintenance, c.windows}} {
				if x.data != "" {
					*x.file = text(x.data)
				}
			}
			if _, err := importer.Import(in); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestOddClusters: what real clusters have beside the ordinary comes out right, or
// a note says what became of it.
func TestOddClusters(t *testing.T) {
	nodes := printed(oddNode("aks-sys-1", "sys", `, "kubernetes.azure.com/mode": "system"`))
	one := func(kubectl string) importer.Input { return importer.Input{Kubectl: text(kubectl)} }
	web := `{"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"resources": {"requests": {"cpu": "100m"}}}]}}`
	budget := func(version, selector string) string {
		return fmt.Sprintf(`{"apiVersion": %q, "kind": "PodDisruptionBudget", "metadata": {"name": "b", "namespace": "shop"}, "spec": {"minAvailable": 1, "selector": %s}}`, version, selector)
	}
	for _, c := range []struct {
		name string
		in   importer.Input
		got  func(*model.Spec) string
		want string
		note string // a part of one; "": none is needed
	}{
		{"init containers, a sidecar, and a limit without a request", one(printed(oddNode("n", "sys", ""), oddDeployment("web", `{"spec": {
			"initContainers": [{"name": "setup", "resources": {"requests": {"cpu": "2"}}}, {"name": "proxy", "restartPolicy": "Always", "resources": {"requests": {"memory": "1Gi"}}}],
			"containers": [{"resources": {"limits": {"cpu": "500m", "memory": "256Mi"}}}]}}`))), requests, "cpu 2 memory 1280Mi", "initContainers"},
		{"a byte order mark and Windows line ends", one("\ufeff" + strings.ReplaceAll(printed(oddNode("n", "sys", ""), oddDeployment("web", web)), "\n", "\r\n")), requests, "cpu 100m memory 0", ""},
		{"a template without labels", one(printed(oddNode("n", "sys", ""), oddDeployment("web", `{"spec": {"containers": [{}]}}`))), labels, "", ""},
		{"labels that TOML has to quote", one(printed(oddNode("n", "sys", ""), oddDeployment("web", `{"metadata": {"labels": {"app.kubernetes.io/name": "a.b", "empty": ""}}, "spec": {"containers": [{}]}}`))), labels, "app.kubernetes.io/name=a.b,empty=", ""},
		{"a horizontal pod autoscaler", one(printed(oddNode("n", "sys", ""), oddDeployment("web", web), `{"kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "namespace": "shop"}}`)), replicas, "2", "replicas stay as they are"},
		{"a budget of policy/v1 for every pod", one(printed(oddNode("n", "sys", ""), oddDeployment("web", web), budget("policy/v1", "{}"))), budgets, "1", ""},
		{"the same of policy/v1beta1, which is for none", one(printed(oddNode("n", "sys", ""), oddDeployment("web", web), budget("policy/v1beta1", "{}"))), budgets, "0", "selects no imported workload"},
		{"a budget of policy/v1beta1", one(printed(oddNode("n", "sys", ""), oddDeployment("web", web), budget("policy/v1beta1", `{"matchLabels": {"app": "web"}}`))), budgets, "1", ""},
		{"nodes alone", one(nodes), replicas, "", "none in the input: no pod is where it really is"},
		{"a custom controller", one(printed(oddNode("n", "sys", ""), oddDeployment("web", web), `{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "r", "namespace": "shop"}}`)), replicas, "2", "not a kind that the import reads"},
		{"lists of one kind after lists of another", one(printed(oddNode("n", "sys", "")) + `{"kind": "DeploymentList", "items": [{"metadata": {"name": "web", "namespace": "shop"}, "spec": {"replicas": 3, "template": ` + web + `}}]}`), replicas, "3", ""},
		{"Windows, Arm and autoscaled pools, one of them stopped", importer.Input{
			Kubectl: text(printed(oddNode("aks-sys-1", "sys", ""), oddNode("akswin000000", "win", `, "kubernetes.io/os": "windows"`), oddNode("aks-arm-1", "arm", ""))),
			NodePools: text(`[{"name": "sys", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}, {"name": "win", "mode": "User", "count": 1, "vmSize": "Standard_D4s_v5", "osType": "Windows"},
				{"name": "arm", "mode": "User", "count": 1, "minCount": 2, "maxCount": 5, "enableAutoScaling": true, "vmSize": "standard_d4ps_v5"},
				{"name": "off", "mode": "User", "count": 0, "vmSize": "Standard_E8_s_v5", "powerState": {"code": "Stopped"}}, {"name": "gate", "mode": "Gateway", "count": 0, "vmSize": "Standard_D4s_v5"}]`),
		}, pools, "sys system Linux Standard_D4s_v5 1, win user Windows Standard_D4s_v5 1, arm user Linux Standard_D4ps_v5 1 of 1 to 5, off user Linux Standard_E8s_v5 0, gate user Linux Standard_D4s_v5 0",
			"Standard_E8_s_v5 isn't in the catalogue, and no node says what it has: Standard_E8s_v5 is assumed"},
		{"single machines", importer.Input{Kubectl: text(nodes), NodePools: text(`[{"name": "sys", "mode": "System", "count": null, "vmSize": null, "type": "Microsoft.ContainerService/managedClusters/agentPools", "typePropertiesType": "VirtualMachines"}]`)}, pools,
			"sys system Linux Standard_D4s_v5 1", "VirtualMachines, which may be of several sizes"},
		{"single machines as ARM has it", importer.Input{Kubectl: text(nodes), NodePools: text(`[{"name": "sys", "type": "Microsoft.ContainerService/managedClusters/agentPools", "properties": {"mode": "System", "type": "VirtualMachines"}}]`)}, pools,
			"sys system Linux Standard_D4s_v5 1", "VirtualMachines, which may be of several sizes"},
		{"an availability set", importer.Input{Kubectl: text(nodes), Cluster: text(`{"name": "c", "currentKubernetesVersion": "1.31.4", "agentPoolProfiles": [{"name": "sys", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5", "type": "AvailabilitySet"}]}`)}, pools,
			"sys system Linux Standard_D4s_v5 1", "AvailabilitySet, which isn't a scale set"},
		{"a mode that isn't simulated", importer.Input{Kubectl: text(nodes), NodePools: text(`[{"name": "gate", "mode": "Gateway", "count": 0, "vmSize": "Standard_D4s_v5"}]`)}, pools,
			"gate user Linux Standard_D4s_v5 0, sys system Linux Standard_D4s_v5 1", "not one of system and user: user is assumed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := mustImport(t, c.in)
			check(t, r.Spec)
			reload(t, r.Spec)
			if got := c.got(r.Spec); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			for _, n := range r.Notes {
				if c.note == "" || strings.Contains(n.String(), c.note) {
					return
				}
			}
			t.Errorf("no note says %q: %v", c.note, r.Notes)
		})
	}
}

func requests(s *model.Spec) string {
	r := s.Workloads[0].Requests
	return "cpu " + model.FormatCPU(r.CPU) + " memory " + model.FormatMemory(r.Memory)
}

func labels(s *model.Spec) string { return s.Workloads[0].Labels.String() }

func replicas(s *model.Spec) string {
	var all []string
	for _, w := range s.Workloads {
		all = append(all, fmt.Sprint(w.Replicas))
	}
	return strings.Join(all, " ")
}

func budgets(s *model.Spec) string { return fmt.Sprint(len(s.Budgets)) }

func pools(s *model.Spec) string {
	var all []string
	for _, p := range s.NodePools {
		text := fmt.Sprintf("%s %s %s %s %d", p.Name, p.Mode, p.OSType, p.VMSize.Name, p.Count)
		if a := p.Autoscaling; a.Enabled {
			text += fmt.Sprintf(" of %d to %d", a.MinCount, a.MaxCount)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
