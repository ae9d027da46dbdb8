package importer_test

import (
	"fmt"

	"rollsim/scenarios/importer"
	"rollsim/sim/model"
)

func ExampleImport() {
	kubectl := `{"nodes": [{"metadata": {"name": "n1", "labels": {"kubernetes.azure.com/agentpool": "np1"}},
		"status": {"allocatable": {"cpu": "3860m", "memory": "13Gi", "pods": "110"}, "nodeInfo": {"kubeletVersion": "v1.33.5"}}}]}`
	r, err := importer.Import(importer.Input{
		Kubectl: importer.File{Name: "cluster.json", Data: []byte(kubectl)},
		To:      model.Version{Major: 1, Minor: 34, Patch: 1},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Spec.Title)
	fmt.Println(r.Notes[2])
	// Output:
	// cluster: 1 pool, 1 node and 0 workloads, imported
	// cluster: az aks nodepool list: not given: max_surge, drain_timeout and the other upgrade settings are defaults; set them
}
