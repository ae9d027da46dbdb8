package kube

import (
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/model"
)

// TestAllocatableFollowsVersion: what AKS reserves of a machine depends on its
// version, so that a node has another room after its upgrade from 1.28 to 1.29,
// unless the scenario says how much it has.
func TestAllocatableFollowsVersion(t *testing.T) {
	for _, given := range []bool{false, true} {
		spec := testSpec()
		old, target := model.Version{Major: 1, Minor: 28, Patch: 9}, model.Version{Major: 1, Minor: 29, Patch: 7}
		spec.Cluster.KubernetesVersion, spec.Strategies[0].To = old, target
		p := testPool("web", 1, 4000, 8<<30)
		p.AllocatableSet = given
		if !given {
			p.VMSize, _ = model.LookupVMSize("Standard_D4s_v5")
		}
		spec.NodePools = []model.NodePool{p}
		m := testModel(t, spec)
		x := newWorld(t, m)
		x.reset(1, 0)
		before := x.c.room[0].freeMemory
		version, _ := m.VersionIndex(target)
		x.c.API().Cordon(0, 0)
		x.c.Machines().Reimage(0, version, 0)
		x.eng.RunUntil(des.Time(time.Hour))
		if err := x.c.CheckInvariants(); err != nil {
			t.Fatal(err)
		}
		want := before
		if !given {
			want += m.NodePools[0].AllocatableOn(target).Memory - m.NodePools[0].Allocatable.Memory
		}
		if got := x.c.room[0].freeMemory; got != want || given != (got == before) {
			t.Errorf("allocatable given: %v; free %d before, %d after, want %d", given, before, got, want)
		}
	}
}
