package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// This is the only file that uses go-toml, and it uses it for positions only:
// the decoder, BurntSushi/toml, doesn't export any, and gets those inside arrays
// of tables wrong.

// position is a place in a file. The zero position is no place.
type position struct{ line, column int } // from 1; columns count characters

// span is where a key path is written. The two places of a table's header and
// of an element of a list are equal.
type span struct{ key, value position }

// positions are the places of all key paths of a file, such as
// node_pool[1].drain_timeout.
type positions map[string]span

// join returns the path of a table's key, quoted where TOML needs quotes.
func join(path, key string) string {
	if !isBare(key) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// element returns the path of the list element i.
func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// parent returns the path of the table or list that path is in; "" is the
// file's root, which is its own parent.
func parent(path string) string {
	quoted := false
	cut := 0
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '.' || c == '['):
			cut = i
		}
	}
	return path[:cut]
}

// within reports whether path is outer or lies in it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || outer == "" || rest[0] == '.' || rest[0] == '[')
}

// isBare reports whether TOML takes key without quotes.
func isBare(key string) bool {
	for i := range len(key) {
		c := key[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return key != ""
}

// locate returns the positions of all keys of data, up to a syntax error if
// there is one. The error's place is the second result.
func locate(data []byte) (positions, position, error) {
	l := locator{data: data, found: positions{}, last: map[string]int{}, here: position{1, 1}}
	l.parser.Reset(data)
	for l.parser.NextExpression() {
		e := l.parser.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			l.header(e)
		case unstable.KeyValue:
			l.keyValue(l.table, e, 0)
		}
		if l.deep != (position{}) {
			return l.found, l.deep, fmt.Errorf("keys and values are nested more than %d deep", maxDepth)
		}
	}
	var syntax *unstable.ParserError
	if err := l.parser.Error(); errors.As(err, &syntax) {
		return l.found, l.at(int(l.parser.Range(syntax.Highlight).Offset)), err
	} else if err != nil {
		return l.found, position{}, err
	}
	return l.found, position{}, nil
}

// locator walks through the expressions of a file.
type locator struct {
	parser unstable.Parser
	data   []byte
	found  positions
	last   map[string]int // index of the last element of each array of tables
	table  string         // path of the current header
	deep   position       // where the file is nested too deep, if it is

	// Offsets come in ascending order, so that counting lines and columns goes
	// on from the last one.
	offset int
	here   position // of offset
}

// maxDepth is how many parts a key may have, and how deep values may be nested,
// together. Scenarios need seven; and the decoder takes time by the square.
const maxDepth = 32

// tooDeep reports whether depth is more than may be, and notes the first place
// where it is.
func (l *locator) tooDeep(depth, offset int) bool {
	if depth > maxDepth && l.deep == (position{}) {
		l.deep = l.at(offset)
	}
	return depth > maxDepth
}

// at returns the position of the byte at offset.
func (l *locator) at(offset int) position {
	if offset < l.offset {
		l.offset, l.here = 0, position{1, 1}
	}
	between := l.data[l.offset:offset]
	if lines := bytes.Count(between, []byte{'\n'}); lines > 0 {
		l.here.line += lines
		l.here.column = 1
		between = between[bytes.LastIndexByte(between, '\n')+1:]
	}
	l.here.column += utf8.RuneCount(between)
	l.offset = offset
	return l.here
}

// header enters [a.b] or [[a.b]].
func (l *locator) header(e *unstable.Node) {
	path, start := "", 0
	depth := 0
	for keys := e.Key(); keys.Next(); depth++ {
		key := keys.Node()
		if depth == 0 {
			start = l.back(int(key.Raw.Offset))
		}
		if l.tooDeep(depth+1, int(key.Raw.Offset)) {
			return
		}
		path = l.enter(path)
		path = join(path, string(key.Data))
		l.add(path, l.at(start), l.at(start))
	}
	if e.Kind == unstable.ArrayTable {
		i, ok := l.last[path]
		if ok {
			i++
		}
		l.last[path] = i
		path = element(path, i)
		l.add(path, l.at(start), l.at(start))
	}
	l.table = l.enter(path)
}

// enter returns the path of the last element where path is an array of tables.
func (l *locator) enter(path string) string {
	if i, ok := l.last[path]; ok {
		return element(path, i)
	}
	return path
}

// back returns the offset of the brackets before a header's first key.
func (l *locator) back(offset int) int {
	for offset > 0 && strings.IndexByte(" \t[", l.data[offset-1]) >= 0 {
		offset--
	}
	for l.data[offset] != '[' { // the brackets themselves may be indented
		offset++
	}
	return offset
}

// keyValue adds a.b = value inside the table path. The depth counts the lists
// and tables around it.
func (l *locator) keyValue(path string, e *unstable.Node, depth int) {
	var first, end int
	for keys, i := e.Key(), 0; keys.Next(); i++ {
		key := keys.Node()
		if depth++; l.tooDeep(depth, int(key.Raw.Offset)) {
			return
		}
		if i > 0 {
			l.add(path, l.at(first), l.at(first))
		} else {
			first = int(key.Raw.Offset)
		}
		path = join(path, string(key.Data))
		end = int(key.Raw.Offset + key.Raw.Length)
	}
	for end < len(l.data) && strings.IndexByte(" \t=", l.data[end]) >= 0 {
		end++
	}
	l.add(path, l.at(first), l.at(end))
	l.value(path, e.Value(), end, depth)
}

// value adds what is inside the list or inline table e, which is at offset.
func (l *locator) value(path string, e *unstable.Node, offset, depth int) {
	switch e.Kind {
	case unstable.Array:
		if depth++; l.tooDeep(depth, offset) {
			return
		}
		i := 0
		for elements := e.Children(); elements.Next(); i++ {
			x := elements.Node()
			at := l.start(x)
			l.add(element(path, i), l.at(at), l.at(at))
			l.value(element(path, i), x, at, depth)
		}
	case unstable.InlineTable:
		for pairs := e.Children(); pairs.Next(); {
			l.keyValue(path, pairs.Node(), depth)
		}
	}
}

// start returns the offset of the list element x. The parser doesn't say where a
// list inside a list begins: that is so many brackets before its first value.
func (l *locator) start(x *unstable.Node) int {
	brackets := 0
	for ; x.Valid() && x.Kind == unstable.Array; x = x.Child() {
		brackets++
	}
	if !x.Valid() {
		return l.offset // an empty list; the last place that is known
	}
	offset := int(x.Raw.Offset)
	for i := offset; brackets > 0 && i > l.offset; i-- {
		switch c := l.data[i-1]; {
		case c == '[':
			brackets--
			offset = i - 1
		case strings.IndexByte(" \t\r\n", c) < 0:
			return offset
		}
	}
	return offset
}

// add notes the places of path, unless it has some: a table that is reopened
// stays where it was first.
func (l *locator) add(path string, key, value position) {
	if _, ok := l.found[path]; !ok {
		l.found[path] = span{key, value}
	}
}

// syntaxMessage returns a parser's complaint in the form of a finding.
func syntaxMessage(complaint string) string {
	complaint = strings.TrimSuffix(strings.TrimPrefix(complaint, "toml: "), ".")
	first, size := utf8.DecodeRuneInString(complaint)
	return "this is not TOML: " + string(unicode.ToLower(first)) + complaint[size:]
}
