package importer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

// list is kubectl's output of two nodes in two zones and some objects.
func list(objects ...string) importer.Input {
	var all []string
	for i := range 2 {
		all = append(all, fmt.Sprintf(`{"kind": "Node", "metadata": {"name": "aks-a-1-vmss00000%d", "labels": {"agentpool": "a", "rack": "r1",
			"topology.kubernetes.io/region": "westeurope", "topology.kubernetes.io/zone": "westeurope-%d", "node.kubernetes.io/instance-type": "Standard_D4s_v5"}},
			"status": {"allocatable": {"cpu": "3860m", "memory": "13Gi", "pods": "110", "nvidia.com/gpu": "%d", "ephemeral-storage": "100Gi"}, "nodeInfo": {"kubeletVersion": "v1.33.5"}}}`, i, i+1, 4-i))
	}
	return importer.Input{Kubectl: text("[" + strings.Join(append(all, objects...), ",") + "]")}
}

// deployment is one whose pods have a label app = name, and more of a template.
func deployment(name string, replicas int, spec string) string {
	return fmt.Sprintf(`{"kind": "Deployment", "metadata": {"name": %q, "namespace": "a"}, "spec": {"replicas": %d, "template": {"metadata": {"labels": {"app": %q}}, "spec": {%s}}}}`, name, replicas, name, spec)
}

// podOf is the i-th pod of a deployment, on the first node.
func podOf(name string, i int, spec, status string) string {
	return fmt.Sprintf(`{"kind": "Pod", "metadata": {"name": "%s-h-%d", "namespace": "a", "labels": {"app": %q, "pod-template-hash": "h"}, "ownerReferences": [{"kind": "ReplicaSet", "name": "%s-h", "controller": true}]},
		"spec": {"nodeName": "aks-a-1-vmss000000"%s}, "status": {%s}}`, name, i, name, name, spec, status)
}

func imported(t *testing.T, in importer.Input) (*importer.Result, *model.Workload) {
	t.Helper()
	r := mustImport(t, in)
	check(t, r.Spec)
	return r, &r.Spec.Workloads[0]
}

// What the scheduler fits and ranks pods by is taken from the pods, or from the
// template where there are none.
func TestPodsInFull(t *testing.T) {
	r, w := imported(t, list(deployment("web", 1, `
		"priorityClassName": "high", "preemptionPolicy": "Never", "schedulingGates": [{"name": "example.com/quota"}],
		"tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}],
		"initContainers": [{"name": "i", "resources": {"requests": {"ephemeral-storage": "3Gi"}}}, {"name": "s", "restartPolicy": "Always", "resources": {"requests": {"ephemeral-storage": "1Gi"}}}],
		"containers": [{"name": "c", "resources": {"requests": {"ephemeral-storage": "1Gi"}, "limits": {"nvidia.com/gpu": 1}},
			"ports": [{"containerPort": 80}, {"containerPort": 80, "hostPort": 8080}, {"hostPort": 53, "protocol": "UDP", "hostIP": "0.0.0.0"}]}]`),
		podOf("web", 0, `, "priority": 1000, "containers": [{"name": "c", "resources": {"limits": {"nvidia.com/gpu": 1}}}]`, `"phase": "Running"`)))
	if got, want := w.Extended, (model.ExtendedResources{{Name: "nvidia.com/gpu", Amount: 1}}); !cmp.Equal(got, want) {
		t.Errorf("requests %v of its pods, want %v", got, want)
	}
	if got, want := r.Spec.NodePools[0].Extended, (model.ExtendedResources{{Name: "ephemeral-storage", Amount: 100 << 30}, {Name: "nvidia.com/gpu", Amount: 3}}); !cmp.Equal(got, want) {
		t.Errorf("nodes offer %v, want %v, the least of any", got, want)
	}
	if got := fmt.Sprint(w.HostPorts, w.Priority, w.PreemptionPolicy, w.SchedulingGates, w.NotReadyToleration); got != "[8080 53/UDP] 1000Never[example.com/quota] 30s" {
		t.Errorf("ports, priority and gates: %s", got)
	}
	_, w = imported(t, list(deployment("web", 1, `"priorityClassName": "system-cluster-critical",
		"initContainers": [{"name": "s", "restartPolicy": "Always", "resources": {"requests": {"ephemeral-storage": "1Gi"}}}, {"name": "i", "resources": {"requests": {"ephemeral-storage": "3Gi"}}}],
		"containers": [{"name": "c", "resources": {"requests": {"ephemeral-storage": "2Gi"}}}]`)))
	if w.Extended.Get("ephemeral-storage") != 4<<30 || w.Priority != model.SystemClusterCritical {
		t.Errorf("of the template: %v, priority %d", w.Extended, w.Priority)
	}
}

// Pods whose nodes lack what they ask for are placed by the scheduler.
func TestNodesWithoutDevices(t *testing.T) {
	gpu := `"containers": [{"name": "c", "resources": {"limits": {"nvidia.com/gpu": 2}}}]`
	_, w := imported(t, list(deployment("web", 2, gpu), podOf("web", 0, ", "+gpu, `"phase": "Running"`), podOf("web", 1, ", "+gpu, `"phase": "Running"`)))
	if got := fmt.Sprintf("%q", w.Placement); got != `["aks-a-1-vmss000000" ""]` {
		t.Errorf("placed %s", got)
	}
}

// Affinities and spread keep their pods, namespaces and strength.
func TestOtherPods(t *testing.T) {
	_, w := imported(t, list(deployment("api", 2, `
		"topologySpreadConstraints": [
			{"maxSkew": 2, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "api"}}, "minDomains": 3, "nodeTaintsPolicy": "Honor", "matchLabelKeys": ["pod-template-hash"]},
			{"maxSkew": 1, "topologyKey": "rack", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "nodeAffinityPolicy": "Ignore"},
			{"maxSkew": 1, "topologyKey": "floor", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {}}],
		"affinity": {
			"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 7, "preference": {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["westeurope-1"]}]}}]},
			"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "topology.kubernetes.io/zone", "labelSelector": {"matchLabels": {"app": "db"}}, "namespaces": ["b", "a"]}],
				"preferredDuringSchedulingIgnoredDuringExecution": [
					{"weight": 3, "podAffinityTerm": {"topologyKey": "rack", "labelSelector": {"matchLabels": {"app": "db"}}, "namespaceSelector": {}}},
					{"weight": 4, "podAffinityTerm": {"topologyKey": "rack", "labelSelector": {"matchLabels": {"app": "db"}}, "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "b"}}}},
					{"weight": 5, "podAffinityTerm": {"topologyKey": "rack", "labelSelector": {"matchLabels": {"app": "db"}}, "namespaceSelector": {"matchLabels": {"team": "red"}}}}]},
			"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}, "namespaces": ["a"]}],
				"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": {"topologyKey": "topology.kubernetes.io/zone", "labelSelector": {"matchLabels": {"app": "api"}}}}]}}`),
		deployment("db", 1, "")))
	db := model.SelectorOf(model.Labels{{Key: "app", Value: "db"}})
	want := model.NewWorkload("api")
	want.TopologySpread = []model.SpreadConstraint{
		{MaxSkew: 2, TopologyKey: model.LabelZone, WhenUnsatisfiable: model.DoNotSchedule, MinDomains: 3, NodeTaintsPolicy: model.Honor, MatchLabelKeys: []string{"pod-template-hash"}},
		{MaxSkew: 1, TopologyKey: "rack", WhenUnsatisfiable: model.ScheduleAnyway, NodeAffinityPolicy: model.Ignore, Selector: model.Selector{{Key: "app", Operator: model.Exists}}},
	}
	want.PreferredNodeAffinity = []model.PreferredNodeTerm{{Weight: 7, Match: model.NodeSelectorTerm{{Key: model.LabelZone, Operator: model.In, Values: []string{"westeurope-1"}}}}}
	want.PodAffinity = []model.PodAffinityTerm{
		{TopologyKey: model.LabelZone, Required: true, Selector: db, Namespaces: []string{"a", "b"}},
		{TopologyKey: "rack", Weight: 3, Selector: db, Namespaces: []string{model.AllNamespaces}},
		{TopologyKey: "rack", Weight: 4, Selector: db, Namespaces: []string{"b"}},
	}
	want.PodAntiAffinity = []model.PodAffinityTerm{{TopologyKey: model.LabelZone, Weight: 100}}
	for _, x := range []struct {
		name      string
		got, want any
	}{
		{"spread", w.TopologySpread, want.TopologySpread}, {"preferred nodes", w.PreferredNodeAffinity, want.PreferredNodeAffinity},
		{"affinity", w.PodAffinity, want.PodAffinity}, {"anti-affinity", w.PodAntiAffinity, want.PodAntiAffinity}, {"by host", w.HostAntiAffinity, true},
	} {
		if d := cmp.Diff(x.want, x.got); d != "" {
			t.Errorf("%s (-want +got):\n%s", x.name, d)
		}
	}
}

// A Job is what is left of it to do.
func TestJobs(t *testing.T) {
	pod := func(owner string, i int) string {
		return fmt.Sprintf(`{"kind": "Pod", "metadata": {"name": "%s-%d", "namespace": "a", "labels": {"job-name": %q}, "ownerReferences": [{"kind": "Job", "name": %q, "controller": true}]},
			"spec": {"nodeName": "aks-a-1-vmss000001"}, "status": {"phase": "Running"}}`, owner, i, owner, owner)
	}
	r, w := imported(t, list(`{"kind": "Job", "metadata": {"name": "batch", "namespace": "a"}, "spec": {"completions": 10, "parallelism": 3, "backoffLimit": 4,
		"podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}, "template": {"metadata": {"labels": {"job-name": "batch"}}}},
		"status": {"succeeded": 6, "failed": 1}}`,
		`{"kind": "Job", "metadata": {"name": "done", "namespace": "a"}, "spec": {"completions": 1, "parallelism": 1, "template": {}}, "status": {"succeeded": 1}}`,
		`{"kind": "Job", "metadata": {"name": "asleep", "namespace": "a"}, "spec": {"suspend": true, "completions": 2, "parallelism": 2, "template": {}}}`,
		pod("batch", 0), pod("batch", 1), pod("lost", 0), pod("lost", 1)))
	j := w.Job
	if w.Kind != model.Job || w.Replicas != 3 || j.Completions != 4 || j.Parallelism != 3 || j.BackoffLimit != 3 || !j.IgnoreDisruptions {
		t.Errorf("batch: %s, %d replicas, %+v", w.Kind, w.Replicas, j)
	}
	if got := strings.Join(w.Placement, " "); got != "aks-a-1-vmss000001 aks-a-1-vmss000001 " {
		t.Errorf("batch is at %q", got)
	}
	if len(r.Spec.Workloads) != 2 || r.Spec.Workloads[1].Name != "lost" || r.Spec.Workloads[1].Job.Completions != 2 {
		t.Errorf("a Job that is done or suspended is left out, and one known by its pods taken: %+v", r.Spec.Workloads)
	}
	_, err := importer.Import(list(`{"kind": "Job", "metadata": {"name": "batch", "namespace": "a"}, "spec": {"completions": -1, "template": {}}}`))
	if err == nil || err.Error() != "in.json: Job a/batch: spec.completions: -1; want 0 to 200000" {
		t.Errorf("got %v", err)
	}
}

// Pods that run without being Ready stay so; a workload that has never had a
// Ready pod never has one.
func TestUnready(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	status := func(ready bool, changed time.Duration, more string) string {
		return fmt.Sprintf(`"phase": "Running", "conditions": [{"type": "Ready", "status": %q, "lastTransitionTime": %q}], "containerStatuses": [{%s}]`,
			map[bool]string{true: "True", false: "False"}[ready], start.Add(changed).Format(time.RFC3339), more)
	}
	running := fmt.Sprintf(`"state": {"running": {"startedAt": %q}}`, start.Format(time.RFC3339))
	crashing := `"restartCount": 9, "state": {"waiting": {"reason": "CrashLoopBackOff"}}`
	pending := `"phase": "Pending", "conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [{"state": {"waiting": {"reason": "%s"}}}]`
	for _, row := range []struct {
		name     string
		statuses []string
		want     string
	}{
		{"all Ready", []string{status(true, 8*time.Second, running), status(true, 9*time.Second, running)}, "false []"},
		{"one lost it", []string{status(true, 8*time.Second, running), status(false, time.Minute, running)}, "false [1]"},
		{"all lost it", []string{status(false, time.Minute, running), status(false, time.Minute, running)}, "false [0 1]"},
		{"never Ready", []string{status(false, 0, running), status(false, time.Second, running)}, "true []"},
		{"crashing", []string{status(false, time.Minute, crashing), status(false, time.Minute, crashing)}, "true []"},
		{"one crashing", []string{status(false, time.Minute, crashing), status(true, time.Second, running)}, "false [0]"},
		{"no image", []string{status(true, time.Second, running), fmt.Sprintf(pending, "ImagePullBackOff")}, "false [1]"},
		{"starting", []string{status(true, time.Second, running), fmt.Sprintf(pending, "ContainerCreating")}, "false []"},
		{"says nothing", []string{`"phase": "Running"`, `"phase": "Running"`}, "false []"},
	} {
		var pods []string
		for i, s := range row.statuses {
			pods = append(pods, podOf("web", i, "", s))
		}
		_, w := imported(t, list(append(pods, deployment("web", 2, ""))...))
		if got := fmt.Sprint(w.NeverReady, w.Unready); got != row.want {
			t.Errorf("%s: never Ready and unready are %s, want %s", row.name, got, row.want)
		}
	}
}
