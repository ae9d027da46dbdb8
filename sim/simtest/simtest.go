// Package simtest sets up clusters for the tests of the rooms above package kube.
// Only tests import it; TestLayers sees to that.
package simtest

import (
	"errors"
	"testing"

	"rollsim/scenarios"
	"rollsim/sim"
	"rollsim/sim/aks"
	"rollsim/sim/des"
	"rollsim/sim/kube"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

// ConstantTiming is the beginning of a scenario in which nothing is left to chance:
// a node is created in 2m, reimaged in 3m, deleted in 1m, a control plane upgraded
// in 10m; what a machine that died leaves is noticed and removed after 50s each; and
// there are no latencies. It ends within [timing], so that what follows may set more
// of it.
const ConstantTiming = `schema = 1
title = "test"
[timing]
control_plane_upgrade = "10m"
node_create = "2m"
node_reimage = "3m"
node_delete = "1m"
node_lost = "50s"
orphan_delete = "50s"
node_untaint = "0s"
server_request = "0s"
node_cordon = "0s"
object_write = "0s"
cache_progress = "0s"
replica_create = "0s"
pod_schedule = "0s"
`

// Load returns the model of a scenario.
func Load(t testing.TB, text string) *model.Model {
	t.Helper()
	scenario, err := scenarios.Load("test.toml", []byte(text))
	return modelOf(t, scenario, err)
}

// Open returns the model of a scenario of the library.
func Open(t testing.TB, name string) *model.Model {
	t.Helper()
	scenario, err := scenarios.Open(name)
	return modelOf(t, scenario, err)
}

func modelOf(t testing.TB, scenario *scenarios.Scenario, err error) *model.Model {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := scenario.Model()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// World is a cluster under AKS, and what has happened there.
type World struct {
	Model    *model.Model
	Engine   *des.Engine
	Recorder *trace.Recorder
	Kube     *kube.Cluster
	AKS      *aks.Service
	Trace    *trace.Trace
}

// New returns the world of m. Call Reset before use.
func New(m *model.Model) *World {
	w := &World{Model: m, Engine: new(des.Engine), Trace: &trace.Trace{Header: sim.Header(m)}}
	w.Recorder = trace.NewRecorder(w.Engine.Now)
	w.Kube = kube.New(w.Engine, m, w.Recorder)
	w.AKS = aks.New(w.Engine, m, w.Kube, w.Recorder)
	return w
}

// Reset goes back to time zero, with an empty trace.
func (w *World) Reset(seed random.Seed) {
	w.Engine.Reset()
	w.Trace.Reset(w.Trace.Header)
	w.Recorder.Reset(w.Trace)
	source := random.NewSource(seed, 0)
	w.Kube.Reset(source)
	w.AKS.Reset(source)
}

// Check returns every invariant that is broken now.
func (w *World) Check() error {
	return errors.Join(w.AKS.CheckInvariants(), w.Kube.CheckInvariants())
}
