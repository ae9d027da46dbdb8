package rules

import (
	"fmt"

	"rollsim/sim/model"
)

const greenSource = "AKS blue-green node pool upgrade page; the code is assumed, no source shows one"

// Paused is a blue-green upgrade of a pool that was ended before its commit.
type Paused struct {
	Target    model.Version
	Image     bool // it is an upgrade of the node image
	Green     int  // green nodes that are there
	FinalSoak bool // it had reached its final soak
}

// rollsBack reports whether r takes a pool back to what is recorded; a paused
// blue-green upgrade is taken back without that.
func (s *State) rollsBack(r Request) bool {
	return r.Do == model.RollbackPool && s.Pools[r.Pool].Paused == (Paused{})
}

// green makes x the surge of a blue-green upgrade: the pool's count of green
// nodes, less those that are there already, and the drain batch, which is one
// node at least.
func (x *Surge) green(p *Pool) {
	x.Green, x.Setting, x.Nodes = true, p.DrainBatch, 0
	x.Slots = min(max(x.Setting.RoundUp(p.Count), 1), x.ToUpgrade)
	if x.ToUpgrade > 0 {
		x.Nodes = max(p.Count-p.Paused.Green, 0)
	}
}

var pausedGreen = Rule{
	ID:     "paused-blue-green-goes-on",
	Code:   OperationNotAllowed,
	Checks: "A pool with a paused blue-green upgrade is upgraded on to the same version, rolled back, deleted, or has its settings changed.",
	Source: greenSource,
	check: func(s *State, r Request) string {
		for i := range s.Pools {
			p := &s.Pools[i]
			if p.Paused == (Paused{}) || r.Do != model.Upgrade && (r.Pool != i || r.ofCluster()) {
				continue
			}
			switch r.Do {
			case model.RollbackPool, model.DeletePool, model.UpdatePool, model.Abort:
				continue
			case model.Upgrade, model.UpgradePool:
				if Target(s, r) == p.Paused.Target && !p.Paused.Image {
					continue
				}
			case model.UpgradeNodeImage:
				if p.Paused.Image {
					continue
				}
			}
			return fmt.Sprintf("the blue-green upgrade of agent pool %s to %s is paused; repeat it or roll it back first", p.Name, p.Paused.Target)
		}
		return ""
	},
}

var greenRollbackInSoak = Rule{
	ID:     "blue-green-rollback-in-final-soak",
	Code:   OperationNotAllowed,
	Checks: "A paused blue-green upgrade is rolled back from its final soak only, unless the scenario says at any time.",
	Source: greenSource + "; contradiction 17",
	check: func(s *State, r Request) string {
		if r.Do != model.RollbackPool || s.rollsBack(r) || s.Options.BlueGreenRollback == model.RollbackAnyTime || s.Pools[r.Pool].Paused.FinalSoak {
			return ""
		}
		return fmt.Sprintf("the blue-green upgrade of agent pool %s was paused before its final soak, so it can't be rolled back", s.Pools[r.Pool].Name)
	},
}
