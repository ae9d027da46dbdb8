package rules

import (
	"slices"

	"rollsim/sim/model"
)

// Upgrades returns the versions that az aks get-upgrades lists for the control
// plane, ascending: the newer offered patches of its minor, and all offered
// patches of the next. From an unsupported version it is the oldest supported minor,
// with long-term support every version that has it besides. Where the scenario lists no offered versions, those that
// it speaks of stand in for them.
// Sources: azure-rest-api-specs, KubernetesVersions_List; rancher/dashboard#11884.
func Upgrades(s *State) []model.Version {
	return slices.DeleteFunc(slices.Clone(s.offered()), func(v model.Version) bool {
		return !s.ControlPlane.Less(v) || !s.allows(v)
	})
}

// PoolUpgrades returns the versions that az aks nodepool get-upgrades lists for
// a pool, ascending: what is newer than the pool and allowed under the control
// plane, whose own version is always among it.
func PoolUpgrades(s *State, pool int) []model.Version {
	p := &s.Pools[pool]
	versions := slices.Clone(s.offered())
	if i, found := slices.BinarySearchFunc(versions, s.ControlPlane, model.Version.Compare); !found {
		versions = slices.Insert(versions, i, s.ControlPlane)
	}
	return slices.DeleteFunc(versions, func(v model.Version) bool {
		return !p.Newest().Less(v) || s.ControlPlane.Less(v) || v.Major != s.ControlPlane.Major || tooFar(s.ControlPlane, v, s.skew())
	})
}

// skew returns how many minors a pool may be behind under the state's profile.
func (s *State) skew() int {
	if s.Profile == model.Profile202608 {
		return skewAllowed(s.ControlPlane)
	}
	return skewOf2023
}

func (s *State) offered() []model.Version {
	if len(s.Offered) > 0 {
		return s.Offered
	}
	return s.Known
}
