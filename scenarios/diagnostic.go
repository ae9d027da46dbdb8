package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rollsim/sim/model"
)

// Diagnostic is one thing that is wrong with a scenario, and where.
type Diagnostic struct {
	Severity model.Severity
	File     string // the file's name as given to Load, or "--set KEY" for a value given by Set
	Line     int    // from 1; 0: no position
	Column   int    // in characters, from 1; 0: no position
	Path     string // key path, node_pool[1].drain_timeout; "": the file as a whole
	Message  string // the value, what is wrong with it, what would be right
}

// String returns file:line:col: path: message, without the parts that are unknown.
func (d Diagnostic) String() string {
	var b strings.Builder
	b.WriteString(d.File)
	if d.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", d.Line, d.Column)
	}
	b.WriteString(": ")
	if d.Path != "" {
		b.WriteString(d.Path + ": ")
	}
	b.WriteString(d.Message)
	return b.String()
}

// ErrorList is all that is wrong with a scenario, in file order. It holds at
// least one diagnostic of severity Error and no warning.
type ErrorList []Diagnostic

// Error returns one line for each diagnostic.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// sortDiagnostics puts l in file order: what has no position first, values
// given by Set last, ties as they were found.
func sortDiagnostics(l []Diagnostic) {
	set := func(d Diagnostic) int {
		if strings.HasPrefix(d.File, setPrefix) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(set(a), set(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
