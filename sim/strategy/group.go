package strategy

import (
	"rollsim/sim/model"
)

// A group is what the client makes of one operation that names no pool: a
// request for each, submitted in a row without waiting. Who waits for the
// operation waits for all of them.
// Source: azure-cli, aks_upgrade with --node-image-only.

// first returns the first step of the group that step i is in.
func first(steps []step, i int) int { return i - steps[i].with }

// group returns the steps of the group that begins with step i.
func group(steps []step, i int) []step {
	end := i + 1
	for end < len(steps) && first(steps, end) == i {
		end++
	}
	return steps[i:end]
}

// images returns a step like s for each pool that is there.
func images(m *model.Model, s step, pools []int) []step {
	var steps []step
	for _, p := range pools {
		one := s
		one.with = len(steps)
		one.request.Pool = p
		one.request.Name += " " + m.NodePools[p].Name
		steps = append(steps, one)
	}
	return steps
}

// poolsAt returns the pools that are there when an operation of a strategy is
// submitted, as far as the operations before it in the file tell.
func poolsAt(m *model.Model, before []model.Operation) []int {
	var pools []int
	for i := range m.NodePools {
		p := &m.NodePools[i]
		there := !p.Absent
		for _, o := range before {
			if o.Pool == p.Name && (o.Do == model.AddPool || o.Do == model.DeletePool) {
				there = o.Do == model.AddPool
			}
		}
		if there {
			pools = append(pools, i)
		}
	}
	return pools
}
