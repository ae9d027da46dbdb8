package scenarios_test

import (
	"fmt"

	"rollsim/scenarios"
)

// All that is wrong with a file comes back at once.
func ExampleScenario_Model() {
	s, err := scenarios.Load("shop.toml", []byte(`schema = 1

[cluster]
kubernetes_version = "1.29"

[[node_pool]]
name          = "web"
mode          = "system"
count         = 3
vm_size       = "Standard_D4s_v5"
drain_timeout = 30
max_srge      = "33%"
`))
	if err != nil {
		fmt.Println(err) // not TOML
		return
	}
	_, _, err = s.Model()
	fmt.Println(err)
	// Output:
	// shop.toml:4:22: cluster.kubernetes_version: "1.29" is short for the newest patch of that minor version, and cluster.offered_versions has none; list one, or write all three parts
	// shop.toml:11:17: node_pool[0].drain_timeout: 30 has no unit; write a duration in quotes, such as "30m"
	// shop.toml:12:1: node_pool[0].max_srge: this key is unknown; did you mean max_surge?
}

// Set overrides a key for one run, by name.
func ExampleScenario_Set() {
	s, err := scenarios.Open("quickstart")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Set("node_pool.nodes.max_surge", "50%"); err != nil {
		fmt.Println(err)
		return
	}
	m, _, err := s.Model()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.NodePools[0].Upgrade.MaxSurge)
	// Output: 50%
}
