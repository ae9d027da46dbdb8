package metrics

import "rollsim/sim/trace"

// TimelineBuilder builds the Timeline of one run from its records: a
// trace.Sink.
type TimelineBuilder struct {
	header *trace.Header
}

// NewTimeline returns a builder for a run that h names.
func NewTimeline(h *trace.Header) *TimelineBuilder { return &TimelineBuilder{header: h} }

// Record takes the next record.
func (b *TimelineBuilder) Record(id trace.ID, r trace.Record, text string) {}

// Timeline returns what was built. The run is what a Meter made of the same
// records.
func (b *TimelineBuilder) Timeline(run *Run) *Timeline { return &Timeline{Header: b.header, Run: run} }
