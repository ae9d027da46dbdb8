package scenarios

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"k8s.io/apimachinery/pkg/api/resource"

	"rollsim/sim/model"
	"rollsim/sim/random"
	"rollsim/sim/spelling"
)

// value is one value of a file as the decoder leaves it, and its key path. The
// functions that read one report what is wrong and return ok false.
type value struct {
	d    *decoder
	path string
	v    any // string, int64, float64, bool, time.Time, []any, map[string]any, override
}

// override is a plain value from the command line. Without quotes there, 2 may
// be meant as a number or as a text.
type override struct {
	v    any
	text string
}

// fail reports what is wrong with x and returns false.
func (x value) fail(format string, args ...any) bool {
	x.d.fail(x.path, fmt.Sprintf(format, args...))
	return false
}

// mistyped reports that x is of another type than want describes, such as "a
// duration in quotes, such as \"30m\"".
func (x value) mistyped(want string) bool { return x.fail("%s; write %s", describe(x.v), want) }

// describe returns a value with its type, for messages.
func describe(v any) string {
	switch v := v.(type) {
	case override:
		return describe(v.v)
	case string:
		return quote(v) + " is text"
	case int64:
		return strconv.FormatInt(v, 10) + " is a number"
	case float64:
		return formatFloat(v) + " is a number"
	case bool:
		return strconv.FormatBool(v) + " is a boolean"
	case time.Time:
		return v.Format(time.DateOnly) + " is a date or time"
	case map[string]any:
		return "this is a table"
	default:
		return "this is a list"
	}
}

// quote returns s in quotes, cut off where it is too long for a message.
func quote(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(s)
}

// formatFloat spells f as TOML does.
func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// plain returns the value that x has where no text is wanted.
func (x value) plain() any {
	if o, ok := x.v.(override); ok {
		return o.v
	}
	return x.v
}

// str returns the text of x, if it has one.
func (x value) str() (string, bool) {
	switch v := x.v.(type) {
	case string:
		return v, true
	case override:
		return v.text, true
	}
	return "", false
}

// text reads a text of one line. What can't be seen isn't taken: it would break
// the tables and titles that the text comes to stand in, or the terminal.
func text(x value) (string, bool) {
	s, ok := x.str()
	switch {
	case !ok:
		return "", x.mistyped("text in quotes")
	case strings.ContainsFunc(s, unseen):
		return "", x.fail(hasUnseen, quote(s))
	}
	return s, true
}

const hasUnseen = "%s has a line break or another character that can't be seen; leave it out"

// names returns the keys of m, the table x, in order, where they are for the
// scenario to choose. What is wrong as a name is reported and left out.
func (x value) names(m map[string]any) []string {
	return slices.DeleteFunc(sortedKeys(m), func(key string) bool {
		wrong := strings.ContainsFunc(key, unseen)
		if wrong {
			x.d.failKey(join(x.path, key), fmt.Sprintf(hasUnseen, quote(key)))
		}
		return wrong
	})
}

// unseen reports whether a character controls how others are shown.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// word reads a text that isn't empty.
func word(x value) (string, bool) {
	s, ok := text(x)
	if ok && s == "" {
		return "", x.fail(`"" is empty; write at least a letter`)
	}
	return s, ok
}

// boolean reads true or false.
func boolean(x value) (bool, bool) {
	b, ok := x.plain().(bool)
	if !ok {
		return false, x.mistyped("true or false without quotes")
	}
	return b, true
}

// count reads a whole number from 0 to the largest of 32 bits. Narrower ranges
// are for the model to check.
func count(x value) (int, bool) {
	n, ok := whole(x)
	if !ok {
		return 0, false
	}
	if n > math.MaxInt32 {
		return 0, x.fail("%d is too large; write at most %d", n, math.MaxInt32)
	}
	return int(n), true
}

// seed reads a whole number of at least 0.
func seed(x value) (random.Seed, bool) {
	n, ok := whole(x)
	return random.Seed(n), ok
}

func whole(x value) (int64, bool) {
	switch n := x.plain().(type) {
	case int64:
		if n < 0 {
			return 0, x.fail("%d is negative; write 0 or more", n)
		}
		return n, true
	case float64:
		return 0, x.fail("%s is not a whole number; write one such as 3", formatFloat(n))
	}
	return 0, x.mistyped("a whole number without quotes, such as 3")
}

// number reads a finite number that is not a duration.
func number(x value) (float64, bool) {
	switch n := x.plain().(type) {
	case int64:
		return float64(n), true
	case float64:
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return 0, x.fail("%s is not a finite number; write one such as 1.5", formatFloat(n))
		}
		return n, true
	}
	return 0, x.mistyped("a number without quotes, such as 1.5")
}

// duration reads a time span of at least 0 and at most random.MaxDuration.
func duration(x value) (time.Duration, bool) {
	s, ok := x.str()
	if !ok {
		if n, ok := x.plain().(int64); ok {
			return 0, x.fail("%d has no unit; write a duration in quotes, such as \"%dm\"", n, max(n, -n))
		}
		return 0, x.mistyped(`a duration in quotes, such as "30m"`)
	}
	d, err := parseDuration(s)
	if err != nil {
		return 0, x.fail("%v", err)
	}
	return d, true
}

func parseDuration(s string) (time.Duration, error) {
	d, err := spelling.ParseSpan(s)
	switch {
	case isNumber(s):
		return 0, fmt.Errorf("%s has no unit; write a duration such as \"30m\"", quote(s))
	case err != nil:
		return 0, fmt.Errorf("%s is not a duration; write one such as \"30m\", \"90s\", \"1h30m\" or \"1d\"", quote(s))
	case d < 0:
		return 0, fmt.Errorf("%s is negative; a duration is at least \"0s\"", quote(s))
	case d > random.MaxDuration:
		return 0, fmt.Errorf("%s is too long; write at most %s", quote(s), quote(spelling.Duration(random.MaxDuration)))
	}
	return d, nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// version reads a full Kubernetes version.
func version(x value) (model.Version, bool) {
	return parsed(x, model.ParseVersion, `a version in quotes, such as "1.30.5"`)
}

// aliasOrVersion reads a version or an alias such as "1.30".
func aliasOrVersion(x value) (model.Version, bool) {
	return parsed(x, model.ParseTarget, `a version in quotes, such as "1.30.5"`)
}

// amount reads a count or, of what counts bytes, a quantity.
func amount(bytes bool) func(value) (int64, bool) {
	return func(x value) (int64, bool) {
		if bytes {
			return memory(x)
		}
		n, ok := count(x)
		return int64(n), ok
	}
}

// extended reads a table of amounts by resource.
func extended(x value) (model.ExtendedResources, bool) {
	t, ok := newTable(x)
	var all model.ExtendedResources
	for _, name := range x.names(t.m) {
		r := model.ExtendedResource{Name: name}
		ok = read(t, name, amount(model.CountsBytes(name)), &r.Amount) && ok
		all = append(all, r)
	}
	return all, ok
}

// hostPort reads 8080, "53/UDP" or "127.0.0.1:9090".
func hostPort(x value) (model.HostPort, bool) {
	if n, isInt := x.plain().(int64); isInt {
		x.v = strconv.FormatInt(n, 10)
	}
	return parsed(x, model.ParseHostPort, `a port such as 8080 or "53/UDP"`)
}

// priorities are the values of the classes that every cluster has.
var priorities = map[string]int32{
	"system-cluster-critical": model.SystemClusterCritical,
	"system-node-critical":    model.SystemNodeCritical,
}

// priority reads the value of a PriorityClass, or the name of one of the system's.
func priority(x value) (int32, bool) {
	if s, isText := x.v.(string); isText {
		p, known := priorities[s]
		if !known {
			return 0, x.fail("%s is not a class of the system; write the value of the class without quotes, or %s", quote(s), alternatives(quoteAll(sortedKeys(priorities))))
		}
		return p, true
	}
	if o, isPlain := x.v.(override); isPlain {
		if p, known := priorities[o.text]; known {
			return p, true
		}
	}
	n, ok := x.plain().(int64)
	switch {
	case !ok:
		return 0, x.mistyped("the value of a PriorityClass without quotes, such as 1000")
	case n < math.MinInt32 || n > int64(model.SystemNodeCritical):
		return 0, x.fail("%d is out of range; write %d to %d", n, math.MinInt32, model.HighestUserPriority)
	}
	return int32(n), true
}

func quoteAll(words []string) []string {
	var all []string
	for _, w := range words {
		all = append(all, strconv.Quote(w))
	}
	return all
}

// unready reads which replicas aren't Ready: a count of the first, or a list of
// their numbers.
func unready(x value) ([]int, bool) {
	if _, isList := x.elements(); isList {
		return list(count)(x)
	}
	n, ok := count(x)
	if !ok {
		return nil, false
	}
	if n > mostUnready {
		return nil, x.fail("%d is too large; write at most %d", n, mostUnready)
	}
	var all []int
	for i := range n {
		all = append(all, i)
	}
	return all, true
}

// mostUnready is how many pods a cluster can have.
const mostUnready = 200_000

// intOrPercent reads 3, "3" or "33%".
func intOrPercent(x value) (model.IntOrPercent, bool) {
	s, ok := x.str()
	if !ok {
		if _, isNumber := x.plain().(int64); !isNumber {
			return model.IntOrPercent{}, x.mistyped(`a count or a percentage in quotes, such as 2 or "33%"`)
		}
		n, ok := count(x)
		return model.Count(n), ok
	}
	v, err := model.ParseIntOrPercent(s)
	if err != nil {
		return v, x.fail("%v", err)
	}
	if v.Percent && v.Value > 100 {
		return v, x.fail("%s is out of range; write \"0%%\" to \"100%%\"", quote(s))
	}
	return v, true
}

// percentPattern matches a percentage, which may have decimals.
var percentPattern = regexp.MustCompile(`^([0-9]{1,9}(?:\.[0-9]{1,30})?)%$`)

// share reads a percentage as a ratio in [0, 1].
func share(x value) (float64, bool) {
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(`a percentage in quotes, such as "80%"`)
	}
	f, err := parseShare(s)
	if err != nil {
		return 0, x.fail("%v", err)
	}
	return f, true
}

func parseShare(s string) (float64, error) {
	m := percentPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%s is not a percentage; write one such as \"80%%\"", quote(s))
	}
	// Dividing by 100 would round twice; the exponent moves the point exactly.
	f, err := strconv.ParseFloat(m[1]+"e-2", 64)
	if err != nil || f > 1 {
		return 0, fmt.Errorf("%s is out of range; write \"0%%\" to \"100%%\"", quote(s))
	}
	return f, nil
}

// spellShare is the inverse of share.
func spellShare(f float64) string {
	whole, decimals, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
	decimals += "00"
	s := strings.TrimLeft(whole+decimals[:2], "0")
	if s == "" {
		s = "0"
	}
	if rest := strings.TrimRight(decimals[2:], "0"); rest != "" {
		s += "." + rest
	}
	return s + "%"
}

// quantityPattern matches the Kubernetes quantities of a length and an exponent
// that the parser handles in no time.
var quantityPattern = regexp.MustCompile(`^[0-9]{1,18}(\.[0-9]{1,9})?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]{1,2})?$`)

// The largest quantities. Far above any machine, and far enough below the
// largest int64 that a cluster's sum stays in range.
const (
	maxCPU    = 100_000_000 // millicores: 100,000 cores
	maxMemory = 1 << 50     // bytes: 1 PiB
)

// cpu reads a Kubernetes quantity of cores as millicores.
func cpu(x value) (int64, bool) {
	const example = `a quantity of cores in quotes, such as "500m" or "2"`
	q, s, ok := quantity(x, example)
	if !ok {
		return 0, false
	}
	if q.CmpInt64(maxCPU/1000) > 0 {
		return 0, x.fail("%s is more than %d cores; write %s", quote(s), maxCPU/1000, example)
	}
	milli := resource.NewMilliQuantity(q.MilliValue(), resource.DecimalSI)
	if q.Cmp(*milli) != 0 {
		return 0, x.fail("%s is finer than a thousandth of a core; write %s", quote(s), example)
	}
	return q.MilliValue(), true
}

// memory reads a Kubernetes quantity of bytes.
func memory(x value) (int64, bool) {
	const example = `a quantity of bytes in quotes, such as "512Mi" or "2Gi"`
	q, s, ok := quantity(x, example)
	if !ok {
		return 0, false
	}
	if strings.HasSuffix(s, "m") {
		return 0, x.fail("%s means thousandths of a byte; write %s for mebibytes", quote(s), quote(s[:len(s)-1]+"Mi"))
	}
	if q.CmpInt64(maxMemory) > 0 {
		return 0, x.fail("%s is more than 1Pi; write %s", quote(s), example)
	}
	if q.Cmp(*resource.NewQuantity(q.Value(), resource.BinarySI)) != 0 {
		return 0, x.fail("%s is no whole number of bytes; write %s", quote(s), example)
	}
	return q.Value(), true
}

// quantity reads a Kubernetes quantity and returns its spelling with it.
func quantity(x value, example string) (resource.Quantity, string, bool) {
	s, ok := x.str()
	switch {
	case !ok:
		return resource.Quantity{}, "", x.mistyped(example)
	case strings.HasPrefix(s, "-"):
		return resource.Quantity{}, "", x.fail("%s is negative; write %s", quote(s), example)
	case !quantityPattern.MatchString(s):
		return resource.Quantity{}, "", x.fail("%s is not a quantity; write %s", quote(s), example)
	}
	q, err := resource.ParseQuantity(s)
	if err != nil {
		return q, "", x.fail("%s is not a quantity; write %s", quote(s), example)
	}
	return q, s, true
}

// rateUnits are the units of rates in bytes a second.
var rateUnits = map[string]float64{
	"B/s": 1, "kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9, "TB/s": 1e12,
	"KiB/s": 1 << 10, "MiB/s": 1 << 20, "GiB/s": 1 << 30,
}

// maxRate is the largest rate, in bytes a second.
const maxRate = 1_000_000_000_000

// ratePattern matches a number and whatever follows it.
var ratePattern = regexp.MustCompile(`^([0-9]{1,15}(?:\.[0-9]{1,9})?) ?(\S*)$`)

// rate reads bytes a second, such as "50MB/s".
func rate(x value) (int64, bool) {
	const example = `bytes a second in quotes, such as "50MB/s"`
	s, ok := x.str()
	if !ok {
		return 0, x.mistyped(example)
	}
	if strings.HasPrefix(s, "-") {
		return 0, x.fail("%s is negative; write %s", quote(s), example)
	}
	m := ratePattern.FindStringSubmatch(s)
	if m == nil {
		return 0, x.fail("%s is not a rate; write %s", quote(s), example)
	}
	if m[2] == "" {
		return 0, x.fail("%s has no unit; write %s", quote(s), example)
	}
	unit, known := rateUnits[m[2]]
	f, err := strconv.ParseFloat(m[1], 64)
	if !known || err != nil {
		return 0, x.fail("%s has an unknown unit; write %s, or in kB/s, GB/s, KiB/s, MiB/s, GiB/s", quote(s), example)
	}
	f = math.Round(f * unit)
	if f > maxRate {
		return 0, x.fail("%s is more than 1TB/s; write %s", quote(s), example)
	}
	return int64(f), true
}

// dist reads a duration or a table with the parameters of a distribution.
func dist(x value) (random.Dist, bool) {
	if _, ok := x.plain().(map[string]any); !ok {
		if _, isText := x.str(); !isText {
			if _, isInt := x.plain().(int64); !isInt {
				return random.Dist{}, x.mistyped(`a duration such as "30m" or a table such as { p50 = "3m", p95 = "8m" }`)
			}
		}
		d, ok := duration(x)
		if !ok {
			return random.Dist{}, false
		}
		return random.Constant(d), true
	}
	t, _ := newTable(x)
	kind := "lognormal"
	if t.has("dist") || !t.has("p50") && !t.has("p95") {
		if !required(t, "dist", choice(distNames), &kind) {
			return random.Dist{}, false
		}
	}
	return distOf(x, t, kind)
}

// distNames are the distributions that the key dist names.
var distNames = []string{"lognormal", "exponential", "uniform", "normal", "weibull", "gamma", "triangular"}

// distOf reads the parameters of a distribution of the given kind from t.
func distOf(x value, t *table, kind string) (random.Dist, bool) {
	var durations [3]time.Duration
	var shape float64
	ok := true
	need := func(names ...string) {
		for i, name := range names {
			ok = required(t, name, duration, &durations[i]) && ok
		}
	}
	var make func() (random.Dist, error)
	a, b, c := &durations[0], &durations[1], &durations[2]
	switch kind {
	case "lognormal":
		need("p50", "p95")
		make = func() (random.Dist, error) { return random.LogNormal(*a, *b) }
	case "exponential":
		need("mean")
		make = func() (random.Dist, error) { return random.Exponential(*a) }
	case "uniform":
		need("min", "max")
		make = func() (random.Dist, error) { return random.Uniform(*a, *b) }
	case "normal":
		need("mean", "stddev")
		make = func() (random.Dist, error) { return random.Normal(*a, *b) }
	case "triangular":
		need("min", "mode", "max")
		make = func() (random.Dist, error) { return random.Triangular(*a, *b, *c) }
	case "weibull", "gamma":
		ok = required(t, "shape", number, &shape)
		need("scale")
		make = func() (random.Dist, error) {
			if kind == "gamma" {
				return random.Gamma(shape, *a)
			}
			return random.Weibull(shape, *a)
		}
	default:
		return random.Dist{}, x.fail("%s has no parameters that are known", quote(kind))
	}
	ok = t.end(nil) && ok
	if !ok {
		return random.Dist{}, false
	}
	d, err := make()
	if err != nil {
		return d, x.fail("%v", err)
	}
	return d, true
}

// taint reads key=value:Effect or key:Effect.
func taint(x value) (model.Taint, bool) {
	return parsed(x, model.ParseTaint, `a taint in quotes, such as "key=value:NoSchedule"`)
}

// toleration reads key, key:Effect, key=value, key=value:Effect, * or *:Effect.
func toleration(x value) (model.Toleration, bool) {
	return parsed(x, model.ParseToleration, `a toleration in quotes, such as "key=value:NoSchedule"`)
}

// parsed reads a text by a function of the model, whose errors are messages.
func parsed[T any](x value, parse func(string) (T, error), want string) (T, bool) {
	s, ok := x.str()
	if !ok {
		var none T
		return none, x.mistyped(want)
	}
	v, err := parse(s)
	if err != nil {
		return v, x.fail("%v", err)
	}
	return v, true
}

// choice reads one of the texts in known. Those in later are not supported yet.
func choice[T ~string](known []T, later ...string) func(value) (T, bool) {
	return func(x value) (T, bool) {
		var quoted []string
		for _, k := range known {
			quoted = append(quoted, strconv.Quote(string(k)))
		}
		want := alternatives(quoted)
		s, ok := x.str()
		switch {
		case !ok:
			return "", x.mistyped(want)
		case slices.Contains(later, s):
			return "", x.fail("%s is not supported yet; write %s", quote(s), want)
		case slices.Contains(known, T(s)):
			return T(s), true
		}
		return "", x.fail("%s is unknown; write %s", quote(s), want)
	}
}

// alternatives joins words as a sentence does: a, b or c.
func alternatives(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// list reads a list whose elements parse reads. An element that is wrong is
// there all the same, so that the others are checked further.
func list[T any](parse func(value) (T, bool)) func(value) ([]T, bool) {
	return func(x value) ([]T, bool) {
		elements, ok := x.elements()
		if !ok {
			return nil, x.mistyped("a list in brackets")
		}
		var all []T // an empty list is as good as none
		for _, e := range elements {
			t, _ := parse(e)
			all = append(all, t)
		}
		return all, true
	}
}

// elements returns the elements of x, if it is a list.
func (x value) elements() ([]value, bool) {
	var all []value
	switch v := x.v.(type) {
	case []any:
		for i, e := range v {
			all = append(all, value{x.d, element(x.path, i), e})
		}
	case []map[string]any:
		for i, e := range v {
			all = append(all, value{x.d, element(x.path, i), e})
		}
	default:
		return nil, false
	}
	return all, true
}

// labels reads a table of texts.
func labels(x value) (model.Labels, bool) {
	m, ok := x.v.(map[string]any)
	if !ok {
		return nil, x.mistyped(`a table such as { app = "shop" }`)
	}
	var all model.Labels
	for _, key := range x.names(m) {
		s, valid := text(value{x.d, join(x.path, key), m[key]})
		ok = ok && valid
		all = append(all, model.Label{Key: key, Value: s})
	}
	return all, ok
}
