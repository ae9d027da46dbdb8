package trace

import "rollsim/sim/des"

// Sink takes records as they are written; metrics.Meter and metrics.Timeline
// are sinks, and so is a Trace that keeps them.
type Sink interface {
	// Record takes record number id. The text is the one that r.Text names.
	Record(id ID, r Record, text string)
}

// Recorder numbers records and hands each to its sinks. The simulation writes
// to it and never reads.
type Recorder struct {
	now   func() des.Time
	next  ID
	texts []string
	sinks []Sink
}

// NewRecorder returns a recorder that stamps records with now and hands them
// to the sinks in order.
func NewRecorder(now func() des.Time, sinks ...Sink) *Recorder {
	return &Recorder{now: now, sinks: sinks}
}

// Add writes a record at the present instant and returns its number.
func (r *Recorder) Add(k Kind, subject, object Ref, value int64, cause ID) ID {
	return r.add(Record{At: r.now(), Kind: k, Subject: subject, Object: object, Value: value, Cause: cause}, "")
}

// AddText is Add with further words.
func (r *Recorder) AddText(k Kind, subject, object Ref, value int64, cause ID, text string) ID {
	rec := Record{At: r.now(), Kind: k, Subject: subject, Object: object, Value: value, Cause: cause}
	if text != "" {
		r.texts = append(r.texts, text)
		rec.Text = TextID(len(r.texts))
	}
	return r.add(rec, text)
}

func (r *Recorder) add(rec Record, text string) ID {
	r.next++
	for _, s := range r.sinks {
		s.Record(r.next, rec, text)
	}
	return r.next
}

// Reset forgets all records and takes new sinks, for the next replication.
func (r *Recorder) Reset(sinks ...Sink) {
	r.next = 0
	r.texts = r.texts[:0]
	r.sinks = append(r.sinks[:0], sinks...)
}
