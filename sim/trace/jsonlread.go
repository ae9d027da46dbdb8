package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"rollsim/sim/des"
)

// ReadJSONL reads what WriteJSONL wrote and gives back the same trace. It takes
// nothing else: what Check would report, unknown keys, and names that aren't
// those of the subject are errors, with the line's number. What it holds is
// proportional to what it has read.
func ReadJSONL(r io.Reader) (*Trace, error) {
	in := lineReader{r: bufio.NewReader(r)}
	line, err := in.next()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty; want a trace that begins with its header")
		}
		return nil, in.error(err)
	}
	h, err := headerFromJSON(line)
	if err != nil {
		return nil, in.error(err)
	}
	t := &Trace{Header: h}
	p := parser{names: NewNames(&t.Header), check: newChecker(&t.Header)}
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, in.error(err)
		}
		record, text, err := p.record(line)
		if err != nil {
			return nil, in.error(err)
		}
		t.Record(p.check.id, &record, text)
	}
}

// lineReader reads lines of bounded length.
type lineReader struct {
	r      *bufio.Reader
	line   []byte
	number int
}

func (l *lineReader) error(err error) error { return fmt.Errorf("line %d: %w", l.number, err) }

// next returns the next line without its newline, valid until the one after,
// and io.EOF after the last one.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	l.number++
	for {
		part, err := l.r.ReadSlice('\n')
		l.line = append(l.line, part...)
		if len(l.line) > maxLine {
			return nil, fmt.Errorf("longer than %d bytes", maxLine)
		}
		switch {
		case err == nil:
			return l.line[:len(l.line)-1], nil
		case errors.Is(err, io.EOF) && len(l.line) > 0:
			return nil, errors.New("the file breaks off here: no newline at its end")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// unmarshal decodes one line that holds one object of v's keys and no more.
func unmarshal(line []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("not a line of a trace: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("not a line of a trace: more than one object")
	}
	return nil
}

// parser makes records of lines.
type parser struct {
	names *Names
	check *checker
}

func (p *parser) record(line []byte) (Record, string, error) {
	var j jsonRecord
	if err := unmarshal(line, &j); err != nil {
		return Record{}, "", err
	}
	r := Record{Kind: kindByName[j.Kind], Cause: j.Cause}
	if r.Kind == 0 {
		return r, "", fmt.Errorf("kind %q is unknown", j.Kind)
	}
	if j.ID != p.check.id+1 {
		return r, "", fmt.Errorf("its id is %d, want %d", j.ID, p.check.id+1)
	}
	var err error
	if r.At, err = parseSeconds(string(j.At)); err != nil {
		return r, "", err
	}
	if r.Subject, err = parseRef(j.Subject); err != nil {
		return r, "", err
	}
	if j.Object != "" {
		if r.Object, err = parseRef(j.Object); err != nil {
			return r, "", err
		}
	}
	if r.Value, err = parseValue(r.Kind, &j); err != nil {
		return r, "", err
	}
	if err := p.check.check(r); err != nil {
		return r, "", err
	}
	p.names.Learn(&r)
	if err := p.checkName(r.Subject, j.Name); err != nil {
		return r, "", err
	}
	return r, j.Text, p.checkName(r.Object, j.ObjectName)
}

// checkName reports a name that isn't the subject's: two halves of a line that
// contradict each other.
func (p *parser) checkName(r Ref, name *string) error {
	if name == nil {
		return nil
	}
	if want := p.names.Of(r); *name != want {
		return fmt.Errorf("%v %d is %q, not %q", r.Kind, r.Index, want, *name)
	}
	return nil
}

var kindByName = func() map[string]Kind {
	m := make(map[string]Kind, kindEnd)
	for k := Kind(1); k < kindEnd; k++ {
		m[kindTable[k].name] = k
	}
	return m
}()

func parseRef(s string) (Ref, error) {
	kind, index, ok := strings.Cut(s, "/")
	k := slices.Index(subjectNames, kind)
	n, err := strconv.ParseInt(index, 10, 32)
	if !ok || k <= 0 || err != nil || n < 0 {
		return Ref{}, fmt.Errorf("%q is not a subject; want one such as \"pod/3\"", s)
	}
	return Ref{SubjectKind(k), int32(n)}, nil
}

// parseSeconds reads seconds with up to nine decimals, exactly.
func parseSeconds(s string) (des.Time, error) {
	whole, part, dot := strings.Cut(s, ".")
	seconds, err := strconv.ParseUint(whole, 10, 63)
	if err != nil || seconds > uint64(des.MaxTime)/1e9 || len(part) > 9 || dot && part == "" {
		return 0, fmt.Errorf("t: %q is not a time in seconds with at most nine decimals", s)
	}
	nanos := uint64(0)
	if dot {
		if nanos, err = strconv.ParseUint(part+strings.Repeat("0", 9-len(part)), 10, 63); err != nil {
			return 0, fmt.Errorf("t: %q is not a time in seconds with at most nine decimals", s)
		}
	}
	return des.Time(seconds*1e9 + nanos), nil
}

func parseValue(k Kind, j *jsonRecord) (int64, error) {
	f := kindTable[k].value
	if (f == instance) != (j.Number != nil && j.Surge != nil) || (f == levels) != (j.Desired != nil && j.Allowed != nil) {
		return 0, fmt.Errorf("the value of %v isn't given as that kind has it", k)
	}
	switch f {
	case instance:
		if *j.Number < 0 || *j.Number > math.MaxInt64/2 {
			return 0, fmt.Errorf("number %d is out of range", *j.Number)
		}
		v := *j.Number << 1
		if *j.Surge {
			v |= 1
		}
		return v, nil
	case levels:
		if *j.Desired < 0 || *j.Desired > math.MaxInt32 || *j.Allowed < 0 || *j.Allowed > math.MaxUint32 {
			return 0, errors.New("desired_healthy or disruptions_allowed is out of range")
		}
		return *j.Desired<<32 | *j.Allowed, nil
	case nameValue:
		var name string
		if err := json.Unmarshal(j.Value, &name); err == nil {
			if i := slices.Index(k.valueNames(), name); i > 0 {
				return int64(i), nil
			}
		}
		return 0, fmt.Errorf("the value of %v can't be %s", k, clip(j.Value))
	}
	if j.Value == nil && f == noValue {
		return 0, nil
	}
	v, err := strconv.ParseInt(string(j.Value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the value of %v can't be %s", k, clip(j.Value))
	}
	return v, nil
}

// clip returns the beginning of b, for messages.
func clip(b []byte) string {
	const most = 40
	if len(b) > most {
		return strconv.Quote(string(b[:most])) + "..."
	}
	return strconv.Quote(string(b))
}

func headerFromJSON(line []byte) (Header, error) {
	var version struct {
		Format int `json:"rollsim_trace"`
	}
	if err := json.Unmarshal(line, &version); err != nil {
		return Header{}, fmt.Errorf("not the header of a trace: %w", err)
	}
	if version.Format != Format {
		return Header{}, fmt.Errorf("a trace of format %d; this rollsim reads format %d", version.Format, Format)
	}
	var j jsonHeader
	if err := unmarshal(line, &j); err != nil {
		return Header{}, err
	}
	h := Header{
		Format: j.Format, Title: j.Title, Cluster: j.Cluster, Strategy: j.Strategy, Seed: j.Seed, Replication: j.Replication,
		Versions: j.Versions, Zones: j.Zones,
	}
	for _, p := range j.Pools {
		h.Pools = append(h.Pools, PoolName(p))
	}
	for _, n := range j.Nodes {
		h.Nodes = append(h.Nodes, NodeName(n))
	}
	for _, w := range j.Workloads {
		h.Workloads = append(h.Workloads, WorkloadName(w))
	}
	for _, b := range j.Budgets {
		h.Budgets = append(h.Budgets, BudgetName(b))
	}
	for _, k := range j.Knobs {
		h.Knobs = append(h.Knobs, Knob(k))
	}
	return h, h.check()
}
