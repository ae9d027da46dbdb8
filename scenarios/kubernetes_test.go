package scenarios

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"rollsim/sim/model"
)

// TestKubernetesMistakes shows what is said of values that can't be read.
func TestKubernetesMistakes(t *testing.T) {
	const head = "schema = 1\n[cluster]\nkubernetes_version = \"1.34.4\"\n" +
		"[[node_pool]]\nname = \"a\"\nmode = \"system\"\ncount = 1\nvm_size = \"Standard_D4s_v5\"\n" +
		"[[strategy]]\nname = \"full\"\nkind = \"full\"\nto = \"1.34.4\"\n[[workload]]\nname = \"web\"\n"
	for text, want := range map[string]string{
		`priority = "high"`:                      `15:12: workload[0].priority: "high" is not a class of the system; write the value of the class without quotes, or "system-cluster-critical" or "system-node-critical"`,
		`priority = 3000000000`:                  `15:12: workload[0].priority: 3000000000 is out of range; write -2147483648 to 1000000000`,
		`priority = 1.5`:                         `15:12: workload[0].priority: 1.5 is a number; write the value of a PriorityClass without quotes, such as 1000`,
		`priority = 1500000000`:                  `15:12: workload[0].priority: 1500000000 is more than 1000000000, the highest of a PriorityClass; those of the system are 2000000000 and 2000001000`,
		`preemption_policy = "never"`:            `15:21: workload[0].preemption_policy: "never" is unknown; write "PreemptLowerPriority" or "Never"`,
		`host_ports = [8080, 70000]`:             `15:21: workload[0].host_ports[1]: "70000" is not a port from 1 to 65535; write 8080, "53/UDP" or "127.0.0.1:9090/TCP"`,
		`resources = { "nvidia.com/gpu" = "1" }`: `15:34: workload[0].resources."nvidia.com/gpu": "1" is text; write a whole number without quotes, such as 3`,
		`resources = { ephemeral-storage = 10 }`: `15:35: workload[0].resources.ephemeral-storage: 10 is a number; write a quantity of bytes in quotes, such as "512Mi" or "2Gi"`,
		`resources = { gpu = 1 }`: `15:21: workload[0].resources.gpu: "gpu" is not the name of a resource; write one such as "nvidia.com/gpu" or "ephemeral-storage"` + "\n" +
			`# warn: 15:13: workload[0].resources: { gpu = 1 } is more than any node has that takes the pods, so they stay pending; give node_pool.resources`,
		`unready = 2`:                     `15:11: workload[0].unready[1]: 1 is not a replica; they are numbered from 0 to 0`,
		`unready = "all"`:                 `15:11: workload[0].unready: "all" is text; write a whole number without quotes, such as 3`,
		`ready = "soon"`:                  `15:9: workload[0].ready: "soon" is not a duration; write one such as "30m", "90s", "1h30m" or "1d"`,
		`completions = 3`:                 `15:1: workload[0].completions: this key has no effect here: only a Job has it; leave it out`,
		"kind = \"Job\"\nreplicas = 3":    `16:1: workload[0].replicas: this key has no effect here: a Job has parallelism and completions; leave it out`,
		"kind = \"Job\"\nparallelism = 0": `16:15: workload[0].parallelism: 0 is not a count of pods from 1 to 200000`,
		"kind = \"Pod\"\nvolume = { zonal=true, disks=0 }":                                 `16:30: workload[0].volume.disks: 0 is no volume; write 1 or more, or leave volume out`,
		"kind = \"DaemonSet\"\nunready = 1":                                                `16:1: workload[0].unready: this key has no effect here: a DaemonSet's pods have no numbers; leave it out`,
		"[[workload.pod_affinity]]\nrequired = true":                                       `15:1: workload[0].pod_affinity[0].topology_key: this key is missing; it has no default`,
		"anti_affinity = {topology_key='a',required=1}":                                    `15:44: workload[0].anti_affinity.required: 1 is a number; write true or false without quotes`,
		"[[workload.pod_affinity]]\ntopology_key = 'a'":                                    `15:1: workload[0].pod_affinity[0].required: this key is missing; it has no default`,
		"preferred_node_affinity = [{ weight = 1 }]":                                       `15:28: workload[0].preferred_node_affinity[0].match: this key is missing; it has no default`,
		"[[workload.topology_spread]]\ntopology_key = 'a'\nnode_taints_policy = 'honor'":   `17:22: workload[0].topology_spread[0].node_taints_policy: "honor" is unknown; write "Honor" or "Ignore"`,
		"[[workload.pod_anti_affinity]]\ntopology_key = 'a'\nrequired = true\nweight = 7":  `18:1: workload[0].pod_anti_affinity[0].weight: this key has no effect here: required = true knows no degrees; leave it out`,
		"[[workload.pod_anti_affinity]]\ntopology_key = 'a'\nrequired = false\nweight = 0": `18:10: workload[0].pod_anti_affinity[0].weight: 0 is not from 1 to 100`,
		"[[failures.node_crash]]\nnode_pool = 'a'":                                         `15:1: failures.node_crash[0].at: this key is missing; it has no default`,
		"[[failures.node_crash]]\nnode_pool = 'b'\nat = '5m'":                              `16:13: failures.node_crash[0].node_pool: no pool is named "b"; the pools are a`,
		"[[failures.node_crash]]\nnode_pool = 'a'\nat = '5m'\nnode = 'c'":                  `18:8: failures.node_crash[0].node: pool "a" has no node "c" at the start; its first is "aks-a-vmss000000"`,
		"[scheduler]\nclient_burst = 0":                                                    `16:16: scheduler.client_burst: 0 is not from 1 to 1000000`,
	} {
		got := strings.Join(messages(t, []byte(head+text+"\n")), "\n")
		if got != "# want: "+want {
			t.Errorf("%s:\n%s\nwant\n# want: %s", text, got, want)
		}
	}
}

// TestSetInTables: a value of the command line reaches the tables of a workload.
func TestSetInTables(t *testing.T) {
	data, err := os.ReadFile("testdata/valid/kubernetes.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load("f", data)
	for key, value := range map[string]string{
		"workload.web.priority": "system-cluster-critical", "workload.web.pod_affinity.0.required": "false",
		"workload.web.topology_spread.0.min_domains": "2", "workload.critical.ready": "never", "workload.critical.unready": "[]",
		`node_pool.gpu.resources."nvidia.com/gpu"`: "8", "scheduler.client_qps": "0", "workload.web.host_ports": "[80]",
	} {
		err = errors.Join(err, s.Set(key, value))
	}
	m, _, err2 := s.Model()
	if err = errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	w := m.Workloads[0]
	if w.Priority != model.SystemClusterCritical || w.PodAffinity[0].Required || w.TopologySpread[0].MinDomains != 2 || len(w.HostPorts) != 1 ||
		!m.Workloads[1].NeverReady || m.Workloads[1].Unready != nil || m.NodePools[0].Extended.Get("nvidia.com/gpu") != 8 || m.Scheduler.ClientQPS != 0 {
		var b bytes.Buffer
		if err := Encode(&b, &m.Spec); err != nil {
			t.Fatal(err)
		}
		t.Errorf("not all is set:\n%s", b.Bytes())
	}
}
