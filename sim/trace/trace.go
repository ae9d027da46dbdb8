package trace

import "fmt"

// Trace is a whole run, kept: a Sink.
type Trace struct {
	Header  Header
	Records []Record // record number id is Records[id-1]
	Texts   []string // text number id is Texts[id-1]
}

// Reset empties the trace for another run that h names. Memory is kept.
func (t *Trace) Reset(h Header) {
	t.Header = h
	t.Records = t.Records[:0]
	clear(t.Texts)
	t.Texts = t.Texts[:0]
}

// Record keeps a record. Its text gets the trace's own number.
func (t *Trace) Record(_ ID, r *Record, text string) {
	kept := *r
	kept.Text = 0
	if text != "" {
		t.Texts = append(t.Texts, text)
		kept.Text = TextID(len(t.Texts))
	}
	t.Records = append(t.Records, kept)
}

// Text returns text number id; the empty string for 0.
func (t *Trace) Text(id TextID) string {
	if id <= 0 || int(id) > len(t.Texts) {
		return ""
	}
	return t.Texts[id-1]
}

// Why returns the records that led to record id: its cause, that one's cause,
// and so on, to the one that has none. Record id itself comes first. It is
// empty when there is no such record.
func (t *Trace) Why(id ID) []ID {
	var chain []ID
	for id > 0 && int(id) <= len(t.Records) {
		chain = append(chain, id)
		cause := t.Records[id-1].Cause
		if cause >= id {
			break // no trace that passes Check has this
		}
		id = cause
	}
	return chain
}

// Replay hands every record to the sinks, in order, as the run did.
func (t *Trace) Replay(sinks ...Sink) {
	for i := range t.Records {
		r := &t.Records[i]
		text := t.Text(r.Text)
		for _, s := range sinks {
			s.Record(ID(i+1), r, text)
		}
	}
}

// Check reports the first record that can't be: an unknown kind, an index that
// names nothing, a time before the record before it, a cause that isn't
// earlier. A trace that passes can be written, read and measured.
func (t *Trace) Check() error {
	if err := t.Header.check(); err != nil {
		return err
	}
	c := newChecker(&t.Header)
	for i, r := range t.Records {
		if err := c.check(r); err != nil {
			return fmt.Errorf("record %d: %w", i+1, err)
		}
		if r.Text < 0 || int(r.Text) > len(t.Texts) {
			return fmt.Errorf("record %d: there is no text %d", i+1, r.Text)
		}
	}
	return nil
}
