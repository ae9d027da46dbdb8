package model_test

import (
	"fmt"

	"rollsim/sim/model"
)

func ExampleNew() {
	s := model.NewSpec()
	s.Cluster.KubernetesVersion = model.Version{Major: 1, Minor: 29, Patch: 7}
	pool := model.NewNodePool("system")
	pool.Mode, pool.Count = model.ModeSystem, 3
	pool.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
	pool.MaxPods = 110
	s.NodePools = []model.NodePool{pool}
	full := model.NewStrategy("full", model.Full)
	full.To = model.Version{Major: 1, Minor: 30, Patch: 5}
	s.Strategies = []model.Strategy{full}

	m, findings := model.New(s)
	fmt.Println(len(findings), m.NodePools[0].Nodes[2].Name, model.FormatMemory(m.NodePools[0].Allocatable.Memory))

	s.NodePools[0].Upgrade.NodeSoak = -1
	_, findings = model.New(s)
	fmt.Println(findings[0].Path, findings[0].Message)
	// Output:
	// 0 aks-system-vmss000002 14034Mi
	// node_pool[0].node_soak -1ns is not from 0s to 30m, as AKS allows
}
