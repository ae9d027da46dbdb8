package aks

import (
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// What is left to chance here is drawn for a resource and a purpose, and for the
// how-manieth time that comes up there: the second abort of this pool, its third
// order. Nothing is keyed by time, nor by the number of an operation, which any
// other request moves. So strategies that ask for the same meet the same, whatever
// else they ask for.

// draws are a resource's keys and how often each was drawn from.
type draws struct {
	upgrade   random.Key // cluster: of its control plane; with upgrades
	abort     random.Key // with aborts
	reconcile random.Key // pool: AKS looks at it; with reconciles
	addon     random.Key // pool: it meets an add-on's reconcile; with a verb and asked
	surgeZone random.Key // pool: with the orders before
	nodeOrder random.Key // pool: with the target and the node's number

	allocation, nodeCreate random.Key // pool: it fails; with the number of the order

	upgrades, aborts, reconciles uint64
	asked                        [trace.VerbDeleteMachines + 1]uint64
}

// clusterDraws returns those of a cluster that nothing has been drawn for.
func clusterDraws(name string) draws {
	return draws{upgrade: random.KeyOf("control-plane-upgrade", name), abort: random.KeyOf("abort-cluster", name)}
}

// poolDraws returns those of a pool that nothing has been drawn for.
func poolDraws(name string) draws {
	return draws{
		abort: random.KeyOf("abort", name), reconcile: random.KeyOf("reconcile", name), addon: random.KeyOf("addon-reconcile", name),
		surgeZone: random.KeyOf("surge-zone", name), nodeOrder: random.KeyOf("node-order", name),
		allocation: random.KeyOf("allocation", name), nodeCreate: random.KeyOf("node-create", name),
	}
}

// reset returns d as it was before anything was drawn.
func (d draws) reset() draws {
	d.upgrades, d.aborts, d.reconciles = 0, 0, 0
	clear(d.asked[:])
	return d
}

// next returns the key of what comes up once more, and counts it.
func next(k random.Key, times *uint64) random.Key {
	*times++
	return k.With(*times - 1)
}

// addonKey is what decides whether the next request with a verb meets an add-on's
// reconcile.
func (d *draws) addonKey(do model.Verb) random.Key {
	return d.addon.With(uint64(verbs[do])).With(d.asked[verbs[do]])
}
