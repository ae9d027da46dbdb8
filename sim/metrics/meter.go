package metrics

import "rollsim/sim/trace"

// Meter folds the records of one replication to a Run while they are written:
// a trace.Sink.
type Meter struct {
	header *trace.Header
}

// NewMeter returns a meter for runs that h names.
func NewMeter(h *trace.Header) *Meter { return &Meter{header: h} }

// Reset prepares the meter for the next replication. Memory is kept.
func (m *Meter) Reset(strategy string, seed uint64, replication int) {}

// Record takes the next record.
func (m *Meter) Record(id trace.ID, r trace.Record, text string) {}

// Run returns the replication in numbers.
func (m *Meter) Run() *Run { return &Run{} }
