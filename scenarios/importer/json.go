package importer

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"rollsim/sim/model"
)

// problems is everything that is wrong with the input.
type problems struct{ list []error }

// mostProblems is how many are told; more don't help anybody.
const mostProblems = 20

func (p *problems) add(format string, args ...any) {
	p.list = append(p.list, fmt.Errorf(format, args...))
}

func (p *problems) err() error {
	if n := len(p.list) - mostProblems; n > 0 {
		p.list = append(p.list[:mostProblems], fmt.Errorf("and %d more", n))
	}
	return errors.Join(p.list...)
}

// utf8Text returns data as UTF-8 without a byte order mark. PowerShell's > writes UTF-16.
func utf8Text(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// documents returns the JSON values that a file holds one after the other.
func documents(f File) ([]json.RawMessage, error) {
	data := utf8Text(f.Data)
	dec := json.NewDecoder(bytes.NewReader(data))
	var docs []json.RawMessage
	for {
		var doc json.RawMessage
		err := dec.Decode(&doc)
		var syntax *json.SyntaxError
		switch {
		case errors.Is(err, io.EOF) && len(docs) == 0:
			return nil, fmt.Errorf("%s: the file is empty; want the JSON that -o json prints", f.Name)
		case errors.Is(err, io.EOF):
			return docs, nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("%s: the file ends in the middle of a value; was the output cut off?", f.Name)
		case errors.As(err, &syntax):
			if look := lookOf(data); look != "" && len(docs) == 0 {
				return nil, fmt.Errorf("%s: this is %s", f.Name, look)
			}
			at, line, column := position(data, dec.InputOffset(), syntax)
			return nil, fmt.Errorf("%s:%d:%d: not JSON: %s can't be here; want what -o json prints", f.Name, line, column, at)
		case err != nil:
			return nil, fmt.Errorf("%s: not JSON; want what -o json prints", f.Name)
		}
		docs = append(docs, doc)
	}
}

// position finds what is wrong and its line and column, from 1, of a syntax error
// in the value that begins at start.
func position(data []byte, start int64, e *json.SyntaxError) (at string, line, column int) {
	var again *json.SyntaxError
	var v json.RawMessage
	offset := e.Offset
	if rest := data[min(start, int64(len(data))):]; errors.As(json.Unmarshal(rest, &v), &again) {
		offset = start + again.Offset
	}
	before := data[:max(min(offset-1, int64(len(data))), 0)]
	r, size := utf8.DecodeRune(data[len(before):])
	at = strconv.QuoteRune(r)
	if size == 0 {
		at = "the end"
	}
	return at, 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// problem is what encoding/json says without its prefix and Go's type names.
func problem(err error) string {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) {
		return fmt.Sprintf("%s: a %s can't be right here; want %s", cmp.Or(jsonPath(t.Field), "the value"), t.Value, wanted(t.Type.Kind().String()))
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// jsonPath is a path of Go fields as the input has it: "spec.vmSize". Embedded
// types aren't in the input.
func jsonPath(fields string) string {
	var path []string
	for _, f := range strings.Split(fields, ".") {
		capitals := len(f) - len(strings.TrimLeft(f, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
		switch {
		case strings.HasPrefix(f, "az"):
		case capitals > 1 && capitals < len(f): // the last one begins a word
			path = append(path, strings.ToLower(f[:capitals-1])+f[capitals-1:])
		default:
			path = append(path, strings.ToLower(f[:capitals])+f[capitals:])
		}
	}
	return strings.Join(path, ".")
}

// wanted names a Go kind in JSON's words.
func wanted(kind string) string {
	switch kind {
	case "struct", "map":
		return "an object"
	case "slice":
		return "an array"
	case "string", "bool":
		return "a " + kind
	default:
		return "a whole number"
	}
}

// intOrString is a number or a string, as written. It decodes from anything;
// what it means is checked where it is used.
type intOrString struct{ text string }

func (x *intOrString) UnmarshalJSON(data []byte) error {
	x.text = string(data)
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &x.text)
	}
	return nil
}

// given reports whether x has a value; null and "" are none.
func (x *intOrString) given() bool { return x != nil && x.text != "" && x.text != "null" }

func (x *intOrString) parse() (model.IntOrPercent, error) {
	return model.ParseIntOrPercent(x.text)
}
