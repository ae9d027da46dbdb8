package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
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
