package kube

import (
	"rollsim/sim/des"
	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/trace"
)

type Cluster struct {
	eng *des.Engine
	m   *model.Model
	rec *trace.Recorder
	obs Observer
}
type PodPhase uint8

func New(eng *des.Engine, m *model.Model, rec *trace.Recorder) *Cluster {
	return &Cluster{eng: eng, m: m, rec: rec}
}
func (c *Cluster) Reset(src random.Source)                        { panic("not written yet") }
func (c *Cluster) SetObserver(o Observer)                         { c.obs = o }
func (c *Cluster) API() *API                                      { return &API{c} }
func (c *Cluster) Machines() *Machines                            { return &Machines{c} }
func (a *API) Cordon(n NodeID, cause trace.ID) trace.ID           { panic("not written yet") }
func (a *API) Uncordon(n NodeID, cause trace.ID) trace.ID         { panic("not written yet") }
func (a *API) Evict(p PodID, cause trace.ID) Eviction             { panic("not written yet") }
func (a *API) Drain(n NodeID, o DrainOptions, cause trace.ID)     { panic("not written yet") }
func (a *API) StopDrain(n NodeID, cause trace.ID)                 { panic("not written yet") }
func (x *Machines) Boot(o Boot, cause trace.ID) NodeID            { panic("not written yet") }
func (x *Machines) Reimage(n NodeID, version int, cause trace.ID) { panic("not written yet") }
func (x *Machines) Delete(n NodeID, cause trace.ID)               { panic("not written yet") }
func (c *Cluster) Node(n NodeID) Node                             { panic("not written yet") }
func (c *Cluster) NodeName(n NodeID) string                       { panic("not written yet") }
func (c *Cluster) Nodes(pool int) []NodeID                        { panic("not written yet") }
func (c *Cluster) PodName(p PodID) string                         { panic("not written yet") }
func (c *Cluster) Pod(p PodID) Pod                                { panic("not written yet") }
func (c *Cluster) Settled() bool                                  { panic("not written yet") }
func (c *Cluster) CheckInvariants() error                         { panic("not written yet") }
