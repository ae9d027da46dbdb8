package trace

import "rollsim/sim/des"

// Sink takes records as they are written; metrics.Meter and metrics.Timeline
// are sinks, and so is a Trace that keeps them.
type Sink interface {
	// Record takes record number id. The text is the one that r.Text names. The
	// record is the caller's: whoever keeps it takes a copy.
	Record(id ID, r *Record, text string)
}

// Recorder numbers records and hands each to its sinks. The simulation writes
// to it and never reads.
type Recorder struct {
	now    func() des.Time
	next   ID
	texts  []string
	sinks  []Sink
	record Record // the one being written
}

// NewRecorder returns a recorder that stamps records with now and hands them
// to the sinks in order.
func NewRecorder(now func() des.Time, sinks ...Sink) *Recorder {
	return &Recorder{now: now, sinks: sinks}
}

// Add writes a record at the present instant and returns its number.
func (r *Recorder) Add(k Kind, subject, object Ref, value int64, cause ID) ID {
	return r.write(k, subject, object, value, cause, 0, "")
}

// AddText is Add with further words.
func (r *Recorder) AddText(k Kind, subject, object Ref, value int64, cause ID, text string) ID {
	number := TextID(0)
	if text != "" {
		r.texts = append(r.texts, text)
		number = TextID(len(r.texts))
	}
	return r.write(k, subject, object, value, cause, number, text)
}

// write fills in the record where it stays while the sinks read it. A record that
// is handed on by value is copied in larger pieces than it was written in, and
// the processor stalls at each copy until all that it has written before is in
// its cache.
func (r *Recorder) write(k Kind, subject, object Ref, value int64, cause ID, number TextID, text string) ID {
	r.next++
	x := &r.record
	x.At, x.Kind, x.Subject, x.Object = r.now(), k, subject, object
	x.Value, x.Text, x.Cause = value, number, cause
	for _, s := range r.sinks {
		s.Record(r.next, x, text)
	}
	return r.next
}

// Reset forgets all records and takes new sinks, for the next replication.
func (r *Recorder) Reset(sinks ...Sink) {
	r.next = 0
	r.texts = r.texts[:0]
	r.sinks = append(r.sinks[:0], sinks...)
}
