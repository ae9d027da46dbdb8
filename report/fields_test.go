package report

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestFields holds summary-json.md to the doc tags: every field of both kinds
// of summary.json is documented there.
func TestFields(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The fields of summary.json\n\n" +
		"Made from the code by `go test ./report -update`. The number after the slash of a schema goes up when a field\n" +
		"changes its meaning or goes away; new fields may come at any time. Durations are seconds, instants seconds since\n" +
		"the start of the run.\n")
	for _, x := range []struct {
		verb, schema string
		document     any
	}{{"run", RunSchema, RunDocument{}}, {"compare", CompareSchema, CompareDocument{}}} {
		fmt.Fprintf(&b, "\n## rollsim %s: `%s`\n\n| Field | Type | Meaning |\n|---|---|---|\n", x.verb, x.schema)
		fields(t, &b, "", reflect.TypeOf(x.document))
	}
	compareFile(t, "summary-json.md", []byte(b.String()))
}

// fields writes a row for each field of a struct, and for those within.
func fields(t *testing.T, b *strings.Builder, prefix string, of reflect.Type) {
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			fields(t, b, prefix, f.Type)
			continue
		}
		name, doc := f.Tag.Get("json"), f.Tag.Get("doc")
		if name == "" || doc == "" || strings.Contains(name, ",") {
			t.Errorf("%s.%s: wants a json tag with nothing but a name, and a doc tag", of, f.Name)
		}
		kind, path, inner := describe(f.Type, prefix+name)
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", prefix+name, kind, strings.ReplaceAll(doc, "|", `\|`))
		if inner != nil {
			fields(t, b, path+".", inner)
		}
	}
}

// describe says what a type is in JSON. Inner is the struct that it holds, and
// path how its fields are reached.
func describe(of reflect.Type, name string) (kind, path string, inner reflect.Type) {
	switch of.Kind() {
	case reflect.Pointer:
		kind, path, inner = describe(of.Elem(), name)
		return kind + " or null", path, inner
	case reflect.Slice:
		kind, path, inner = describe(of.Elem(), name+"[]")
		return "list of " + kind + "s", path, inner
	case reflect.Map:
		return "object", name, nil
	case reflect.Struct:
		return "object", name, of
	case reflect.String:
		return "string", name, nil
	case reflect.Bool:
		return "boolean", name, nil
	}
	return "number", name, nil
}
