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

// maxLine is the longest line that ReadJSONL takes, in bytes: a header with
// some 100,000 names. It bounds what a hostile file can make it hold at once.
const maxLine = 16 << 20

// jsonHeader is the first line. Its key rollsim_trace is the format's version
// and says what the file is.
type jsonHeader struct {
	Format      int            `json:"rollsim_trace"`
	Title       string         `json:"title"`
	Cluster     string         `json:"cluster"`
	Strategy    string         `json:"strategy"`
	Seed        uint64         `json:"seed"`
	Replication int            `json:"replication"`
	Versions    []string       `json:"versions"`
	Zones       []string       `json:"zones"`
	Pools       []jsonPool     `json:"node_pools"`
	Nodes       []jsonNode     `json:"nodes"`
	Workloads   []jsonWorkload `json:"workloads"`
	Budgets     []jsonBudget   `json:"pdbs"`
	Knobs       []jsonKnob     `json:"knobs"`
}

type jsonPool struct {
	Name         string  `json:"name"`
	Mode         string  `json:"mode"`
	NodePrefix   string  `json:"node_prefix"`
	VMSize       string  `json:"vm_size"`
	VCPUs        int     `json:"vcpus"`
	PricePerHour float64 `json:"price_per_hour"`
	Addresses    int     `json:"addresses"`
	Replaces     string  `json:"replaces,omitempty"`
}

type jsonNode struct {
	Name    string `json:"name"`
	Pool    int32  `json:"node_pool"`
	Zone    int32  `json:"zone"`
	Version int32  `json:"version"`
}

type jsonWorkload struct {
	Namespace string  `json:"namespace"`
	Name      string  `json:"name"`
	Kind      string  `json:"kind"`
	Desired   int     `json:"desired"`
	Target    float64 `json:"target"`
	Budgets   []int32 `json:"pdbs"`
}

type jsonBudget struct {
	Namespace string  `json:"namespace"`
	Name      string  `json:"name"`
	Spec      string  `json:"spec"`
	Workloads []int32 `json:"workloads"`
}

type jsonKnob struct {
	Path    string `json:"path"`
	Value   string `json:"value"`
	Default bool   `json:"default"`
}

// jsonRecord is every other line. Which of the value's keys it has depends on
// the kind.
type jsonRecord struct {
	ID         ID              `json:"id"`
	At         json.Number     `json:"t"`
	Kind       string          `json:"kind"`
	Subject    string          `json:"subject"`
	Name       *string         `json:"name"`
	Object     string          `json:"object"`
	ObjectName *string         `json:"object_name"`
	Value      json.RawMessage `json:"value"`
	Number     *int64          `json:"number"`
	Surge      *bool           `json:"surge"`
	Desired    *int64          `json:"desired_healthy"`
	Allowed    *int64          `json:"disruptions_allowed"`
	Text       string          `json:"text"`
	Cause      ID              `json:"cause"`
}

// WriteJSONL writes the trace as JSON Lines: the header, then one record a
// line, its keys always in the same order.
//
//	{"id":57,"t":492.5,"kind":"eviction-refused","subject":"pod/3","name":"shop/web-2k4f9",
//	 "object":"pdb/0","object_name":"shop/web","value":429,"cause":51}
//
// (On one line.) Time is in seconds since the run began, exact to the
// nanosecond. Subject and object are kind and index; the names beside them are
// for people and are what the header and the records before say. Number and
// surge stand for the value of node-requested, desired_healthy and
// disruptions_allowed for that of budget-status. Keys that don't apply are left
// out. It reports an error, before it writes, when the trace fails Check.
func (t *Trace) WriteJSONL(w io.Writer) error {
	if err := t.Check(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	line, err := marshal(headerToJSON(&t.Header))
	if err != nil {
		return err
	}
	out.Write(line)
	n := NewNames(&t.Header)
	b := newLineWriter(n)
	for i, r := range t.Records {
		n.Learn(&r)
		if line, err = b.record(ID(i+1), r, t.Text(r.Text)); err != nil {
			return err
		}
		out.Write(line)
	}
	return out.Flush()
}

// lineWriter writes records as lines. Its memory is kept from line to line.
type lineWriter struct {
	names   *Names
	line    []byte
	scratch []byte
}

func newLineWriter(n *Names) *lineWriter { return &lineWriter{names: n} }

func (w *lineWriter) record(id ID, r Record, text string) ([]byte, error) {
	b := strconv.AppendInt(append(w.line[:0], `{"id":`...), int64(id), 10)
	b = appendSeconds(append(b, `,"t":`...), r.At)
	b = append(append(append(b, `,"kind":"`...), r.Kind.String()...), '"')
	b = w.ref(b, "subject", "name", r.Subject)
	if r.Object.Kind != None {
		b = w.ref(b, "object", "object_name", r.Object)
	}
	b = appendValue(b, r)
	if text != "" {
		b = appendString(append(b, `,"text":`...), text)
	}
	if r.Cause != 0 {
		b = strconv.AppendInt(append(b, `,"cause":`...), int64(r.Cause), 10)
	}
	b = append(b, "}\n"...)
	w.line = b
	if len(b) > maxLine {
		return nil, fmt.Errorf("record %d needs a line longer than %d bytes", id, maxLine)
	}
	return b, nil
}

func (w *lineWriter) ref(b []byte, key, nameKey string, r Ref) []byte {
	b = append(append(append(b, `,"`...), key...), `":"`...)
	b = append(appendRef(b, r), '"')
	if r.Kind == RunSubject || r.Kind == ControlPlane || r.Kind == Operation {
		return b // they have no other name
	}
	w.scratch = w.names.appendName(w.scratch[:0], r, true)
	b = append(append(append(b, `,"`...), nameKey...), `":`...)
	return appendString(b, string(w.scratch))
}

// appendRef appends a subject as kind and index, pod/3.
func appendRef(b []byte, r Ref) []byte {
	b = append(append(b, r.Kind.String()...), '/')
	return strconv.AppendInt(b, int64(r.Index), 10)
}

// appendSeconds appends t in seconds, with as many decimals as it needs.
func appendSeconds(b []byte, t des.Time) []byte {
	b = strconv.AppendInt(b, int64(t/1e9), 10)
	if rest := int64(t % 1e9); rest != 0 {
		digits := strconv.FormatInt(1e9+rest, 10)
		b = append(append(b, '.'), strings.TrimRight(digits[1:], "0")...)
	}
	return b
}

func appendValue(b []byte, r Record) []byte {
	switch kindTable[r.Kind].value {
	case noValue:
		if r.Value == 0 {
			return b
		}
	case nameValue:
		return append(append(append(b, `,"value":"`...), r.Kind.valueNames()[r.Value]...), '"')
	case instance:
		b = strconv.AppendInt(append(b, `,"number":`...), r.Value>>1, 10)
		return strconv.AppendBool(append(b, `,"surge":`...), r.Value&1 == 1)
	case levels:
		b = strconv.AppendInt(append(b, `,"desired_healthy":`...), r.Value>>32, 10)
		return strconv.AppendInt(append(b, `,"disruptions_allowed":`...), r.Value&math.MaxUint32, 10)
	}
	return strconv.AppendInt(append(b, `,"value":`...), r.Value, 10)
}

// appendString appends s as JSON. Names are plain nearly always.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			quoted, err := marshal(s)
			if err != nil {
				panic(fmt.Sprintf("trace: a string has no JSON form: %v", err))
			}
			return append(b, bytes.TrimRight(quoted, "\n")...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// marshal returns v as JSON with a newline. It leaves <, > and & alone, which
// json.Marshal doesn't.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

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

func headerToJSON(h *Header) jsonHeader {
	j := jsonHeader{
		Format: Format, Title: h.Title, Cluster: h.Cluster, Strategy: h.Strategy, Seed: h.Seed, Replication: h.Replication,
		Versions: h.Versions, Zones: h.Zones,
	}
	for _, p := range h.Pools {
		j.Pools = append(j.Pools, jsonPool(p))
	}
	for _, n := range h.Nodes {
		j.Nodes = append(j.Nodes, jsonNode(n))
	}
	for _, w := range h.Workloads {
		j.Workloads = append(j.Workloads, jsonWorkload(w))
	}
	for _, b := range h.Budgets {
		j.Budgets = append(j.Budgets, jsonBudget(b))
	}
	for _, k := range h.Knobs {
		j.Knobs = append(j.Knobs, jsonKnob(k))
	}
	return j
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
