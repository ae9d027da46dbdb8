package rules

import (
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/model"
)

const machinesSource = "az aks nodepool delete-machines; the code is assumed, no source shows one"

var machinesExist = Rule{
	ID:     "machines-exist",
	Code:   NotFound,
	Checks: "The machines that are to be deleted are machines of the pool.",
	Source: machinesSource,
	check: func(s *State, r Request) string {
		if r.Do != model.DeleteMachines || s.Pools[r.Pool].Absent {
			return ""
		}
		p := &s.Pools[r.Pool]
		missing := slices.DeleteFunc(slices.Clone(r.Nodes), func(name string) bool { return slices.Contains(p.Names, name) })
		if len(missing) == 0 && len(r.Nodes) > 0 {
			return ""
		}
		return fmt.Sprintf("agent pool %s has no machine %s", p.Name, strings.Join(missing, ", "))
	},
}

var systemMachinesStay = Rule{
	ID:     "system-machines-stay",
	Code:   OperationNotAllowed,
	Checks: "A system pool that loses machines keeps as many as one can be scaled to.",
	Source: machinesSource + "; AKS create node pools page",
	check: func(s *State, r Request) string {
		if r.Do != model.DeleteMachines || s.Pools[r.Pool].Mode != model.ModeSystem {
			return ""
		}
		p, least := &s.Pools[r.Pool], s.leastSystem()
		if left := p.Machines - len(r.Nodes); left < least {
			return fmt.Sprintf("system agent pool %s would have %d nodes left, at least %d are required", p.Name, max(left, 0), least)
		}
		return ""
	},
}
