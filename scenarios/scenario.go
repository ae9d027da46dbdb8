package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"rollsim/sim/model"
)

// Scenario is a scenario file that is TOML, checked no further.
type Scenario struct {
	Name string // the file's name as messages show it

	question string
	doc      map[string]any // as the decoder leaves it, with what Set has put there
	places   positions
	set      map[string]string // the keys of Set by key path
}

// maxSize bounds what Load takes: far more than the largest cluster needs, node
// by node, and little enough for 32-bit offsets.
const maxSize = 64 << 20

// Load reads a scenario from TOML. The name is what messages call the file. An
// error is an ErrorList: the data is not TOML, and nothing more can be said.
func Load(name string, data []byte) (*Scenario, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	broken := func(at position, message string) (*Scenario, error) {
		return nil, ErrorList{{Severity: model.Error, File: name, Line: at.line, Column: at.column, Message: message}}
	}
	if len(data) > maxSize {
		return broken(position{}, fmt.Sprintf("%d bytes are too many for a scenario; write at most %d", len(data), maxSize))
	}
	// The parser that knows positions comes first because it bounds how deep
	// values are nested, which the decoder doesn't.
	places, at, err := locate(data)
	if err != nil {
		if atPercent(data, at) {
			return broken(at, `this is not TOML: a percentage is text; put it in quotes, such as "10%"`)
		}
		return broken(at, syntaxMessage(err.Error()))
	}
	s := &Scenario{Name: name, question: question(data), doc: map[string]any{}, places: places, set: map[string]string{}}
	if err := toml.Unmarshal(data, &s.doc); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return broken(offsetPosition(data, syntax.Position.Start), syntaxMessage(syntax.Message))
		}
		return broken(position{}, syntaxMessage(err.Error()))
	}
	return s, nil
}

// atPercent reports whether a percent sign is at a position, which TOML has in
// texts and comments only.
func atPercent(data []byte, at position) bool {
	line := 1
	for text := range bytes.Lines(data) {
		if line == at.line {
			runes := []rune(string(text))
			rest := string(runes[min(max(at.column-1, 0), len(runes)):])
			return strings.HasPrefix(strings.TrimLeft(rest, " \t"), "%")
		}
		line++
	}
	return false
}

// offsetPosition returns the position of the byte at offset.
func offsetPosition(data []byte, offset int) position {
	l := locator{data: data, here: position{1, 1}}
	return l.at(min(max(offset, 0), len(data)))
}

// questionPattern matches the comment that a scenario may begin with.
var questionPattern = regexp.MustCompile(`^\s*# ?Question: *(.*(?:\r?\n#[ \t]*[^\s#].*)*)`)

// question returns the question in the comment that data begins with: its first
// paragraph, as one line.
func question(data []byte) string {
	m := questionPattern.FindSubmatch(data)
	if m == nil {
		return ""
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(m[1]), "\n#", "\n ")), " ")
}

// A Check finds what is wrong with a model that is complete in itself, such as
// a gate on a metric that doesn't exist.
type Check func(*model.Model) []model.Finding

// Model checks the scenario and returns its model. The error is an ErrorList
// with everything that is wrong; warnings come with or without one. Both are in
// file order. Rooms that know more than the model does hand in their checks.
func (s *Scenario) Model(checks ...Check) (m *model.Model, warnings []Diagnostic, err error) {
	d := s.decode()
	m, found := model.New(d.spec)
	for _, check := range checks {
		if m != nil {
			found = append(found, check(m)...)
		}
	}
	for _, f := range found {
		if !d.explains(f.Path) {
			d.findings = append(d.findings, finding{Finding: f})
		}
	}
	all := make([]Diagnostic, len(d.findings))
	for i, f := range d.findings {
		all[i] = s.diagnostic(f)
	}
	sortDiagnostics(all)
	isWarning := func(d Diagnostic) bool { return d.Severity == model.Warning }
	for _, d := range all {
		if isWarning(d) {
			warnings = append(warnings, d)
		}
	}
	if all = slices.DeleteFunc(all, isWarning); len(all) > 0 {
		return nil, warnings, ErrorList(all)
	}
	return m, warnings, nil
}

// decode returns the spec of the scenario, with what is wrong with it.
func (s *Scenario) decode() *decoder {
	d := decode(s.doc)
	d.spec.Question = s.question
	return d
}

// explains reports whether a finding about path only follows from one that is
// there already: about the same key, or about something inside or around it.
func (d *decoder) explains(path string) bool {
	if d.around[path] {
		return true
	}
	for ; path != ""; path = parent(path) {
		if d.bad[path] {
			return true
		}
	}
	return false
}

// setPrefix begins the Diagnostic.File of a value given by Set.
const setPrefix = "--set "

// diagnostic adds the place to f: that of its key path, or else of the nearest
// table around it.
func (s *Scenario) diagnostic(f finding) Diagnostic {
	d := Diagnostic{Severity: f.Severity, File: s.Name, Path: f.Path, Message: f.Message}
	for path := f.Path; path != ""; path = parent(path) {
		if key, ok := s.set[path]; ok {
			d.File = setPrefix + key
			return d
		}
		if place, ok := s.places[path]; ok {
			at := place.value
			if f.atKey {
				at = place.key
			}
			d.Line, d.Column = at.line, at.column
			return d
		}
	}
	d.Line, d.Column = 1, 1 // it is about the file
	return d
}
