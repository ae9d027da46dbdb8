package importer_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios"
	"rollsim/scenarios/importer"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

var update = flag.Bool("update", false, "rewrite the golden file of notes")

// read returns a file of testdata, unpacked.
func read(t testing.TB, name string) importer.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return importer.File{Name: name, Data: data}
}

// text is a file with the given content.
func text(content string) importer.File {
	return importer.File{Name: "in.json", Data: []byte(content)}
}

func mustImport(t testing.TB, in importer.Input) *importer.Result {
	t.Helper()
	r, err := importer.Import(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// check fails the test if the scenario has errors.
func check(t *testing.T, spec *model.Spec) {
	t.Helper()
	_, findings := model.New(*spec)
	for _, f := range findings {
		if f.Severity == model.Error {
			t.Errorf("%s: %s", f.Path, f.Message)
		}
	}
}

// sameDist compares distributions, whose fields go-cmp can't see.
var sameDist = cmp.Comparer(func(a, b random.Dist) bool { return a == b })

// Recorded cases: what a real control plane returned becomes a scenario without
// errors and without a pod that has lost its node, and the file that is written
// of it gives the same scenario again.
func TestRecordedCases(t *testing.T) {
	for _, c := range []struct {
		file             string
		nodes, pods, pdb int
	}{
		{"s01.json.gz", 6, 18, 3},
		{"s05.json.gz", 5, 14, 2},
		{"s06.json.gz", 6, 17, 3},
		{"s13.json.gz", 12, 63, 4},
	} {
		t.Run(c.file, func(t *testing.T) {
			r := mustImport(t, importer.Input{Kubectl: read(t, c.file)})
			check(t, r.Spec)
			nodes, pods := 0, 0
			for _, p := range r.Spec.NodePools {
				nodes += len(p.Nodes)
			}
			for _, w := range r.Spec.Workloads {
				for _, name := range w.Placement {
					if name != "" {
						pods++
					}
				}
			}
			if nodes != c.nodes || pods != c.pods || len(r.Spec.Budgets) != c.pdb {
				t.Errorf("got %d nodes, %d placed pods, %d budgets; want %d, %d, %d", nodes, pods, len(r.Spec.Budgets), c.nodes, c.pods, c.pdb)
			}
			for _, b := range r.Spec.Budgets {
				if b.Workload == "" {
					t.Errorf("budget %s isn't its workload's pdb key", b.Name)
				}
			}
			if len(r.Notes) > 12 {
				t.Errorf("%d notes for a case that says everything four times", len(r.Notes))
			}
			reload(t, r.Spec)
		})
	}
}

// reload writes a scenario, reads it and compares.
func reload(t *testing.T, spec *model.Spec) {
	t.Helper()
	var file bytes.Buffer
	if err := scenarios.Encode(&file, spec); err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Load("written.toml", file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := s.Model()
	if err != nil {
		t.Fatalf("the written scenario: %v", err)
	}
	want, _ := model.New(*spec)
	got.Written = nil
	opts := []cmp.Option{sameDist, cmp.Comparer(func(a, b model.Limits) bool { return fmt.Sprint(a) == fmt.Sprint(b) }), emptyIsNil}
	if d := cmp.Diff(want, got, opts...); d != "" {
		t.Errorf("the written scenario differs (-imported +reloaded):\n%s", d)
	}
}

// emptyIsNil makes empty slices equal to absent ones.
var emptyIsNil = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() != nil && p.Last().Type().Kind().String() == "slice" },
	cmp.FilterValues(func(a, b any) bool { return isEmpty(a) && isEmpty(b) }, cmp.Ignore()))

func isEmpty(v any) bool { return fmt.Sprint(v) == "[]" || fmt.Sprint(v) == "" }

// The case of StatefulSets, in full: a pool of five nodes in three zones, and
// three workloads whose pods stand by ordinal or by name where they stood, with
// the times that the recording was made with (4 s to start, 8 s to be ready).
func TestRecordedStatefulSets(t *testing.T) {
	r := mustImport(t, importer.Input{Kubectl: read(t, "s05.json.gz"), Title: "Sets", To: model.Version{Major: 1, Minor: 34, Patch: 4}})
	pool := model.NewNodePool("np1")
	pool.Mode, pool.Count, pool.MaxPods = model.ModeSystem, 5, 110
	pool.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	pool.KubernetesVersion, pool.VersionSet = model.Version{Major: 1, Minor: 33, Patch: 5}, true
	pool.Zones = []string{"1", "2", "3"}
	pool.Labels = model.Labels{{Key: "sim/version", Value: "v1.33.5"}}
	pool.Allocatable = model.Allocatable{Resources: model.Resources{CPU: 3860, Memory: 13 << 30}, Pods: 110}
	pool.AllocatableSet = true
	for i, zone := range []string{"1", "2", "3", "1", "2"} {
		pool.Nodes = append(pool.Nodes, model.Node{Name: fmt.Sprintf("aks-np1-00%d", i), Zone: zone})
	}
	workload := func(name string, kind model.WorkloadKind, replicas int, cpu, memory int64, nodes string) model.Workload {
		w := model.NewWorkload(name)
		w.Namespace, w.Kind, w.Replicas = "gt", kind, replicas
		w.Requests = model.Resources{CPU: cpu, Memory: memory << 20}
		w.Start, w.Ready = random.Constant(4*time.Second), random.Constant(8*time.Second)
		for _, n := range nodes {
			w.Placement = append(w.Placement, "aks-np1-00"+string(n))
		}
		return w
	}
	cache := workload("cache", model.StatefulSet, 5, 300, 512, "12340")
	cache.PodManagement = model.Parallel
	one, three := model.Count(1), model.Count(3)
	budget := func(name string, least, most *model.IntOrPercent) model.Budget {
		b := model.NewBudget(name)
		b.Namespace, b.Workload = "gt", name
		b.Selector = model.SelectorOf(model.Labels{{Key: "app", Value: name}})
		b.MinAvailable, b.MaxUnavailable = least, most
		return b
	}
	want := model.NewSpec()
	want.Title = "Sets"
	want.Question = "What does the upgrade from 1.33.5 to 1.34.4 do to the workloads of this cluster?"
	want.Cluster.Location = "westeurope"
	want.Cluster.Rules = model.Profile202608
	want.Cluster.KubernetesVersion = pool.KubernetesVersion
	want.Cluster.Zones = pool.Zones
	want.NodePools = []model.NodePool{pool}
	want.Workloads = []model.Workload{
		cache,
		workload("db", model.StatefulSet, 3, 1000, 2048, "234"),
		workload("front", model.Deployment, 6, 300, 256, "410231"),
	}
	want.Budgets = []model.Budget{budget("cache", &three, nil), budget("db", nil, &one)}
	for _, s := range []struct {
		name string
		kind model.StrategyKind
	}{{"full", model.Full}, {"control plane only", model.ControlPlaneOnly}, {"pool by pool", model.PerPool}} {
		strategy := model.NewStrategy(s.name, s.kind)
		strategy.To = model.Version{Major: 1, Minor: 34, Patch: 4}
		want.Strategies = append(want.Strategies, strategy)
	}
	opts := []cmp.Option{sameDist, emptyIsNil, cmp.Comparer(func(a, b model.Limits) bool { return fmt.Sprint(a) == fmt.Sprint(b) })}
	if d := cmp.Diff(&want, r.Spec, opts...); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// The same cluster comes as a list of mixed kinds, as lists of one kind one
// after the other, as an array, as an object keyed by kind, in odd case, and as
// UTF-16 with a byte order mark, as PowerShell writes it.
func TestKubectlShapes(t *testing.T) {
	node := `{"metadata": {"name": "n1", "labels": {"agentpool": "np"}}, "status": {"allocatable": {"cpu": 4, "memory": "8Gi", "pods": "30"}, "nodeInfo": {"kubeletVersion": "v1.30.1"}}}`
	pod := `{"metadata": {"name": "p", "namespace": "a", "labels": null}, "spec": {"nodeName": "n1", "containers": [{"resources": {"requests": {"cpu": "1", "memory": null}}}]}, "status": null}`
	kinded := func(kind, object string) string { return `{"kind": "` + kind + `", ` + object[1:] }
	list := `{"kind": "List", "items": [` + kinded("Node", node) + `, null, ` + kinded("Pod", pod) + `]}`
	wide := utf16.Encode([]rune("\ufeff" + list))
	var little bytes.Buffer
	for _, u := range wide {
		little.Write([]byte{byte(u), byte(u >> 8)})
	}
	shapes := map[string]string{
		"mixed":       list,
		"one kind":    `{"kind": "NodeList", "items": [` + node + `]}` + "\n" + `{"kind": "PodList", "metadata": {}, "items": [` + pod + `]}{"kind": "PodDisruptionBudgetList", "items": null}`,
		"array":       `[` + kinded("Node", node) + `,` + kinded("Pod", pod) + `]`,
		"objects":     kinded("Node", node) + kinded("Pod", pod),
		"by key":      `{"nodes": [` + node + `], "pods": [` + pod + `], "poddisruptionbudgets": null, "deployments": []}`,
		"short names": `{"No": {"items": [` + node + `]}, "PO": [` + pod + `], "comment": 1}`,
		"odd case":    strings.NewReplacer("items", "Items", "metadata", "METADATA", `"name"`, `"Name"`, "kubeletVersion", "KUBELETVERSION").Replace(list),
		"twice":       list + list,
		"bom":         "\ufeff" + list,
		"utf-16":      little.String(),
	}
	want := mustImport(t, importer.Input{Kubectl: text(list)}).Spec
	if len(want.Workloads) != 1 || want.Workloads[0].Requests.CPU != 1000 || want.Workloads[0].Placement[0] != "n1" {
		t.Fatalf("the mixed list isn't understood: %+v", want.Workloads)
	}
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			r := mustImport(t, importer.Input{Kubectl: text(shape)})
			check(t, r.Spec)
			if d := cmp.Diff(want, r.Spec, sameDist, cmp.Comparer(func(a, b model.Limits) bool { return a.Network == b.Network })); d != "" {
				t.Errorf("differs from the mixed list:\n%s", d)
			}
		})
	}
}

// The profile of the cluster autoscaler: az prints it in camel case and as
// strings, ARM's keys have dashes.
func TestAutoScalerProfile(t *testing.T) {
	profile := func(cluster string) model.Autoscaler {
		r := mustImport(t, importer.Input{Kubectl: read(t, "small.json"), NodePools: read(t, "nodepools-flat.json"), Cluster: read(t, cluster)})
		check(t, r.Spec)
		return r.Spec.Autoscaler
	}
	want := model.Autoscaler{
		ScanInterval: 30 * time.Second, ScaleDownDelayAfterAdd: 4 * time.Minute, ScaleDownDelayAfterDelete: 30 * time.Second,
		ScaleDownDelayAfterFailure: 2 * time.Minute, ScaleDownUnneededTime: 6 * time.Minute, ScaleDownUnreadyTime: 25 * time.Minute,
		ScaleDownUtilizationThreshold: 0.4, IgnoreDaemonSetsUtilization: true, MaxGracefulTerminationSec: 300, BalanceSimilarNodeGroups: true,
		Expander: model.ExpandLeastWaste, SkipNodesWithLocalStorage: true, MaxEmptyBulkDelete: 5, NewPodScaleUpDelay: 5 * time.Second,
		MaxTotalUnreadyPercentage: 30, OKTotalUnreadyCount: 2, MaxNodeProvisionTime: 20 * time.Minute,
	}
	if d := cmp.Diff(want, profile("cluster-flat.json")); d != "" {
		t.Error(d)
	}
	want = model.NewAutoscaler()
	want.ScanInterval, want.ScaleDownDelayAfterDelete, want.MaxEmptyBulkDelete = 20*time.Second, 20*time.Second, 7
	if d := cmp.Diff(want, profile("cluster-nested.json")); d != "" {
		t.Error(d)
	}
}

// az prints pools flat; ARM nests them; both with keys in any case and with
// nulls. The same pools come out.
func TestAzureShapes(t *testing.T) {
	small := read(t, "small.json")
	pools := func(nodePools string) []model.NodePool {
		r := mustImport(t, importer.Input{Kubectl: small, NodePools: read(t, nodePools), Cluster: read(t, "cluster-flat.json")})
		check(t, r.Spec)
		return r.Spec.NodePools
	}
	flat := pools("nodepools-flat.json")
	if d := cmp.Diff(flat, pools("nodepools-nested.json"), sameDist); d != "" {
		t.Errorf("nested differs from flat:\n%s", d)
	}
	work := flat[1]
	want := model.UpgradeSettings{
		MaxSurge: model.Count(0), MaxUnavailable: model.Count(2), DrainTimeout: 45 * time.Minute,
		NodeSoak: 5 * time.Minute, UndrainableNodeBehavior: model.Cordon, Batching: model.Sliding,
	}
	if work.Name != "work" || work.Count != 0 || work.MaxPods != 250 || work.VMSize.Name != "Standard_D8s_v5" || work.Mode != model.ModeUser || work.Upgrade != want {
		t.Errorf("pool work: %+v", work)
	}
	if want := (model.Autoscaling{Enabled: true, MaxCount: 10}); work.Autoscaling != want {
		t.Errorf("autoscaling of pool work: %+v", work.Autoscaling)
	}
	if got := work.Labels.String() + " " + work.Taints[0].String(); got != "Team=blue sku=batch:NoSchedule" {
		t.Errorf("labels and taints of pool work: %s", got)
	}
	if v := work.KubernetesVersion.String(); v != "1.32.9" {
		t.Errorf("version of pool work: %s", v)
	}
}

func TestAzureCluster(t *testing.T) {
	small := read(t, "small.json")
	for _, c := range []struct {
		file    string
		version string
		tier    model.Tier
		network model.Network
		surge   model.IntOrPercent
	}{
		{"cluster-flat.json", "1.33.6", model.TierFree, model.NetworkAzure, model.Percent(50)},
		{"cluster-nested.json", "1.33.6", model.TierPremium, model.NetworkAzureOverlay, model.Percent(10)},
	} {
		t.Run(c.file, func(t *testing.T) {
			s := mustImport(t, importer.Input{Kubectl: small, Cluster: read(t, c.file)}).Spec
			x := s.Cluster
			if x.Name != "c1" || x.Location != "westeurope" || x.KubernetesVersion.String() != c.version || x.Tier != c.tier || x.Limits.Network != c.network {
				t.Errorf("cluster: %+v", x)
			}
			if len(s.NodePools) != 1 || s.NodePools[0].Upgrade.MaxSurge != c.surge {
				t.Errorf("the pools of the cluster document aren't used: %+v", s.NodePools)
			}
		})
	}
}

// Which version the control plane and the pools have, by what az and the nodes
// say: current fields before aliases, and nothing newer than the control plane.
func TestVersions(t *testing.T) {
	nodes := `{"nodes": [{"metadata": {"name": "a", "labels": {"agentpool": "np"}}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.4"}}},
		{"metadata": {"name": "b", "labels": {"agentpool": "np"}}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.4-vendor.1"}}},
		{"metadata": {"name": "c", "labels": {"agentpool": "np"}}, "status": {"nodeInfo": {"kubeletVersion": "v1.29.9"}}}]}`
	for _, c := range []struct{ name, cluster, pools, controlPlane, pool, target string }{
		{"nodes only", "", "", "1.30.4", "1.30.4", "1.30.4"},
		{"current", `{"kubernetesVersion": "1.29.0", "currentKubernetesVersion": "1.30.7"}`, `[{"name": "np", "orchestratorVersion": "1.30.7", "currentOrchestratorVersion": "1.29.9"}]`, "1.30.7", "1.29.9", "1.30.7"},
		{"alias", `{"kubernetesVersion": "1.30"}`, `[{"name": "np", "orchestratorVersion": "1.30"}]`, "1.30.4", "1.30.4", "1.30.4"},
		{"only asked for", `{"kubernetesVersion": "1.31.2"}`, "", "1.31.2", "1.30.4", "1.31.2"},
		{"older than its nodes", `{"currentKubernetesVersion": "1.28.0"}`, `[{"name": "np", "currentOrchestratorVersion": "1.35.0"}]`, "1.30.4", "1.30.4", "1.30.4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := importer.Input{Kubectl: text(nodes)}
			if c.cluster != "" {
				in.Cluster = text(c.cluster)
			}
			if c.pools != "" {
				in.NodePools = text(c.pools)
			}
			s := mustImport(t, in).Spec
			check(t, s)
			got := []string{s.Cluster.KubernetesVersion.String(), s.NodePools[0].KubernetesVersion.String(), s.Strategies[0].To.String()}
			if d := cmp.Diff([]string{c.controlPlane, c.pool, c.target}, got); d != "" {
				t.Errorf("control plane, pool, target (-want +got):\n%s", d)
			}
		})
	}
}

// A hand-made cluster with one of everything. Each workload comes out as it
// should, and each note is there once.
func TestOneOfEverything(t *testing.T) {
	in := importer.Input{Kubectl: read(t, "small.json"), NodePools: read(t, "nodepools-flat.json"), Cluster: read(t, "cluster-flat.json")}
	reload(t, mustImport(t, in).Spec)
	r := mustImport(t, in)
	check(t, r.Spec)
	var got strings.Builder
	p := r.Spec.NodePools[0]
	fmt.Fprintf(&got, "pool %s %s cpu %d memory %dKi pods %d labels %s taints %v\n", p.Name, p.KubernetesVersion, p.Allocatable.CPU, p.Allocatable.Memory>>10, p.Allocatable.Pods, p.Labels, p.Taints)
	for _, n := range p.Nodes {
		fmt.Fprintf(&got, "node %s zone %q version %s labels %v taints %v cordoned %v\n", n.Name, n.Zone, n.Version, n.Labels, n.Taints, n.Cordoned)
	}
	for _, w := range r.Spec.Workloads {
		fmt.Fprintf(&got, "%s %s/%s x%d cpu %d memory %dMi %s at %q\n", w.Kind, w.Namespace, w.Name, w.Replicas, w.Requests.CPU, w.Requests.Memory>>20, w.Labels, w.Placement)
	}
	for _, b := range r.Spec.Budgets {
		fmt.Fprintf(&got, "budget %s/%s %q min %v max %v %s inline %q\n", b.Namespace, b.Name, b.Selector, b.MinAvailable, b.MaxUnavailable, b.UnhealthyPods, b.Workload)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&got, "note %s\n", n)
	}
	want, err := os.ReadFile("testdata/small.golden")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
		if *update {
			if err := os.WriteFile("testdata/small.golden", []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	web := r.Spec.Workloads[5]
	if web.NodePool != "system" || web.NodeSelector.String() != "team=red" || !web.HostAntiAffinity || web.MinReady != 7*time.Second || web.TerminationGrace != 45*time.Second {
		t.Errorf("web: %+v", web)
	}
	if got := fmt.Sprint(web.NodeAffinity, web.Tolerations, web.TopologySpread, web.Image); got != "[kubernetes.azure.com/cluster,topology.kubernetes.io/zone notin (westeurope-3)] [CriticalAddonsOnly dedicated=web:NoSchedule] [topology.kubernetes.io/zone max_skew 1 ScheduleAnyway] {shop.example/web:2 104857600}" {
		t.Errorf("web: %s", got)
	}
}

// Five hundred pods with the same trouble make one note.
func TestNotesAreGrouped(t *testing.T) {
	var pods []string
	for i := range 500 {
		pods = append(pods, fmt.Sprintf(`{"metadata": {"name": "job-%d", "namespace": "a", "ownerReferences": [{"kind": "Job", "name": "j"}]}, "status": {"phase": "Succeeded"}}`, i))
	}
	r := mustImport(t, importer.Input{Kubectl: text(`{"nodes": [{"metadata": {"name": "n"}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.1"}}}], "pods": [` + strings.Join(pods, ",") + `]}`)})
	for _, n := range r.Notes {
		if n.Count == 500 {
			if want := "500 pods (a/job-0, a/job-1, a/job-2, ...)"; n.Subject != want {
				t.Errorf("got %q, want %q", n.Subject, want)
			}
			return
		}
	}
	t.Errorf("no note counts 500 pods: %v", r.Notes)
}

// Workloads may share a name across namespaces and kinds.
func TestSameNames(t *testing.T) {
	controller := func(kind, namespace string) string {
		return fmt.Sprintf(`{"kind": %q, "metadata": {"name": "web", "namespace": %q}, "spec": {"template": {"metadata": {"labels": {"app": "web"}}}}}`, kind, namespace)
	}
	budget := `{"kind": "PodDisruptionBudget", "metadata": {"name": "web", "namespace": "b"}, "spec": {"minAvailable": 0, "selector": {"matchLabels": {"app": "web"}}}}`
	r := mustImport(t, importer.Input{Kubectl: text(`[{"kind": "Node", "metadata": {"name": "n"}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.1"}}},` +
		controller("Deployment", "a") + "," + controller("StatefulSet", "a") + "," + controller("Deployment", "b") + "," + budget + `]`)})
	check(t, r.Spec)
	var got []string
	for _, w := range r.Spec.Workloads {
		got = append(got, w.Namespace+"/"+w.Name)
	}
	if d := cmp.Diff([]string{"a/web", "a/web-statefulset", "b/web"}, got); d != "" {
		t.Error(d)
	}
	if b := r.Spec.Budgets[0]; b.Workload != "web" || b.Namespace != "b" {
		t.Errorf("budget: %+v", b)
	}
	reload(t, r.Spec)
}

// What is wrong says where it is and what would be right.
func TestErrors(t *testing.T) {
	node := `{"kind": "Node", "metadata": {"name": "n"}, "status": {"nodeInfo": {"kubeletVersion": "v1.30.1"}}}`
	pod := func(requests string) string {
		return `[` + node + `, {"kind": "Pod", "metadata": {"name": "p", "namespace": "a"}, "spec": {"containers": [{"resources": {"requests": {` + requests + `}}}]}}]`
	}
	for _, c := range []struct{ name, kubectl, pools, cluster, want string }{
		{"nothing", "", "", "", "in.json: the file is empty; want the JSON that -o json prints"},
		{"not JSON", "{\n  \"items\": [x]}", "", "", "in.json:2:13: not JSON: 'x' can't be here; want what -o json prints"},
		{"not JSON later", "{}\n\n {\"a\" 1}", "", "", "in.json:3:7: not JSON: '1' can't be here; want what -o json prints"},
		{"cut off", `{"items": [`, "", "", "in.json: the file ends in the middle of a value; was the output cut off?"},
		{"another thing", `{"hello": 1}`, "", "", "in.json: no kind, no items and no key such as nodes or pods; want the output of kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json"},
		{"a string", `"nodes"`, "", "", `in.json: want a list of Kubernetes objects; got "nodes"`},
		{"no nodes", `{"kind": "PodList", "items": []}`, "", "", "in.json: no nodes in it; want the output of kubectl get nodes,pods,pdb,deploy,sts,ds,rs,jobs -A -o json"},
		{"wrong type", `[` + node + `, {"kind": "Deployment", "metadata": {"name": "d", "namespace": "a"}, "spec": {"replicas": "three"}}]`, "", "", "in.json: [1]: Deployment a/d: spec.replicas: a string can't be right here; want a whole number"},
		{"replicas", `[` + node + `, {"kind": "Deployment", "metadata": {"name": "d", "namespace": "a"}, "spec": {"replicas": 2000000000}}]`, "", "", "in.json: Deployment a/d: spec.replicas: 2000000000; want 0 to 200000"},
		{"no quantity", pod(`"cpu": "much"`), "", "", `in.json: Pod a/p: spec.containers[0].resources.requests.cpu: "much" is not a quantity; write "500m" or "2Gi"`},
		{"negative", pod(`"memory": "-1Gi"`), "", "", `in.json: Pod a/p: spec.containers[0].resources.requests.memory: "-1Gi" is negative; want at least 0`},
		{"huge", pod(`"memory": "9E"`), "", "", `in.json: Pod a/p: spec.containers[0].resources.requests.memory: "9E" is more than any node has`},
		{"huge exponent", pod(`"cpu": "1e999999999"`), "", "", `in.json: Pod a/p: spec.containers[0].resources.requests.cpu: "1e999999999" is too long for a quantity; write "500m" or "2Gi"`},
		{"budget", `[` + node + `, {"kind": "Deployment", "metadata": {"name": "d"}}, {"kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"minAvailable": "half", "selector": {}}}]`, "", "", `in.json: PodDisruptionBudget b: spec.minAvailable: "half" is neither a count nor a percentage; write 2 or "33%"`},
		{"pool without a name", node, `[{"count": 1}]`, "", "in.json: pool 0 has no name; want the array that az aks nodepool list -o json prints"},
		{"a cluster for pools", node, `{"name": "c", "agentPoolProfiles": [{"name": "x"}]}`, "", "in.json: [0] (c): what az aks show prints; give that as --az-cluster, and what az aks nodepool list -o json prints here"},
		{"a nested cluster for pools", node, `[{"name": "c", "properties": {"agentPoolProfiles": []}}]`, "", "in.json: [0] (c): what az aks show prints; give that as --az-cluster, and what az aks nodepool list -o json prints here"},
		{"pool count", node, `[{"name": "x", "count": 5000}]`, "", `in.json: pool "x": count: 5000 nodes; want 0 to 1000`},
		{"pool type", node, `[{"name": "x", "properties": {"count": "many"}}]`, "", `in.json: [0] (x): properties.count: a string can't be right here; want a whole number`},
		{"pool surge", node, `[{"name": "x", "upgradeSettings": {"maxSurge": "some"}}]`, "", `in.json: pool "x": upgradeSettings.maxSurge: "some" is neither a count nor a percentage; write 2 or "33%"`},
		{"pool drain", node, `[{"name": "x", "upgradeSettings": {"drainTimeoutInMinutes": -1}}]`, "", `in.json: pool "x": upgradeSettings.drainTimeoutInMinutes: -1 is not a number of minutes from 0 to 1440`},
		{"flat type", node, `[{"name": "x", "vmSize": 5}]`, "", `in.json: [0] (x): vmSize: a number can't be right here; want a string`},
		{"blue-green", node, `[{"name": "x", "upgradeStrategy": "BlueGreen", "upgradeSettingsBlueGreen": {"batchSoakDurationInMinutes": 99999}}]`, "", `in.json: pool "x": upgradeSettingsBlueGreen.batchSoakDurationInMinutes: 99999 is not a number of minutes from 0 to 1440`},
		{"blue-green type", node, `[{"name": "x", "upgradeStrategy": "BlueGreen", "upgradeSettingsBlueGreen": {"finalSoakDurationInMinutes": "long"}}]`, "", `in.json: pool "x": upgradeSettingsBlueGreen: finalSoakDurationInMinutes: a string can't be right here; want a whole number`},
		{"two clusters", node, "", `[{"name": "a"}, {"name": "b"}]`, "in.json: 2 clusters; want the one that az aks show -o json prints"},
		{"autoscaler span", node, "", `{"currentKubernetesVersion": "1.30.1", "autoScalerProfile": {"scan-interval": "soon"}, "agentPoolProfiles": [{"name": "x", "enableAutoScaling": true, "minCount": 1, "maxCount": 2}]}`, `in.json: autoScalerProfile.scan-interval: "soon"; want a duration, such as "10s"`},
		{"autoscaler count", node, "", `{"currentKubernetesVersion": "1.30.1", "autoScalerProfile": {"maxEmptyBulkDelete": 1.5}, "agentPoolProfiles": [{"name": "x", "enableAutoScaling": true, "minCount": 1, "maxCount": 2}]}`, `in.json: autoScalerProfile.maxEmptyBulkDelete: "1.5"; want a whole number, such as "10"`},
		{"autoscaler flag", node, "", `{"currentKubernetesVersion": "1.30.1", "autoScalerProfile": {"balanceSimilarNodeGroups": "yes"}, "agentPoolProfiles": [{"name": "x", "enableAutoScaling": true, "minCount": 1, "maxCount": 2}]}`, `in.json: autoScalerProfile.balanceSimilarNodeGroups: "yes"; want "true" or "false"`},
		{"cluster version", node, "", `{"currentKubernetesVersion": "next"}`, `in.json: currentKubernetesVersion: "next" is not a version; write all three parts, such as "1.30.5"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := importer.Input{Kubectl: text(c.kubectl)}
			if c.pools != "" {
				in.NodePools = text(c.pools)
			}
			if c.cluster != "" {
				in.Cluster = text(c.cluster)
			}
			_, err := importer.Import(in)
			if err == nil {
				t.Fatal("no error")
			}
			if d := cmp.Diff(c.want, err.Error()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	t.Run("many", func(t *testing.T) {
		_, err := importer.Import(importer.Input{Kubectl: text(`[` + strings.Repeat(`1,`, 29) + `1]`)})
		if err == nil || strings.Count(err.Error(), "\n") != 20 || !strings.HasSuffix(err.Error(), "\nand 10 more") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("none", func(t *testing.T) {
		if _, err := importer.Import(importer.Input{}); err == nil || !strings.Contains(err.Error(), "no output of kubectl") {
			t.Errorf("got %v", err)
		}
	})
}
