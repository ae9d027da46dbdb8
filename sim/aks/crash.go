package aks

import (
	"slices"

	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
)

// Machines that crash while they work as nodes. AKS does nothing about them that
// would show here: what Kubernetes does is package kube's, and an upgrade meets
// such a node like any other, drains it, and reimages it if that ever ends. Node
// auto-repair reboots what has been NotReady for five minutes; a scenario says with
// back_after what comes of that. Source: AKS node auto-repair page, which leaves
// out nodes that are being upgraded.

// scheduleCrashes has the scenario's machines die in their time.
func (s *Service) scheduleCrashes() {
	for i := range s.m.Failures.NodeCrashes {
		x := &s.m.Failures.NodeCrashes[i]
		d := s.src.Duration(crashKey(x.NodePool, i, forCrash), x.At)
		s.eng.After(d, des.ClassFault, des.Event{Actor: s.actor, Kind: evCrash, Subject: int32(i)})
	}
}

// What is drawn for a crash.
const (
	forCrash uint64 = iota
	forVictim
	forReturn
)

func crashKey(pool string, i int, purpose uint64) random.Key {
	return random.KeyOf("node-crash", pool).With(uint64(i)).With(purpose)
}

// crash has the machine of a crash die, or any of its pool's that works as a node.
func (s *Service) crash(i int) {
	x := &s.m.Failures.NodeCrashes[i]
	pool := slices.IndexFunc(s.m.NodePools, func(p model.NodePool) bool { return p.Name == x.NodePool })
	s.scratch = s.scratch[:0]
	for _, n := range s.k.Nodes(pool) {
		if s.k.Node(n).Usable && (x.Node == "" || s.k.NodeName(n) == x.Node) {
			s.scratch = append(s.scratch, n)
		}
	}
	if len(s.scratch) == 0 {
		return
	}
	n := s.scratch[s.src.Intn(crashKey(x.NodePool, i, forVictim), len(s.scratch))]
	s.k.Machines().Crash(n, s.src.Duration(crashKey(x.NodePool, i, forReturn), x.BackAfter), 0)
}
