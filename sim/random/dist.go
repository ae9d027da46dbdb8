package random

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/spelling"

	"gonum.org/v1/gonum/stat/distuv"
)

// MaxDuration is the longest duration that a distribution gives, and the
// largest that its parameters may be: ten years of 365 days. Quantiles and means
// beyond it are cut off there, so that no tail ever overflows a time.Duration
// or the clock of a run.
const MaxDuration = 10 * 365 * 24 * time.Hour

// Dist is a distribution of durations of at least 0. It is an immutable value;
// two are equal when they were given by the same kind and parameters, and all
// kinds that can only give one value are the same constant. The zero Dist is the
// constant 0.
type Dist struct {
	kind  kind
	times [3]time.Duration // the parameters that are durations, in their order
	shape float64          // of weibull and gamma
	sigma float64          // of lognormal: standard deviation of the logarithm
	seen  *history         // of observed
}

type kind uint8

const (
	constant kind = iota
	logNormal
	exponential
	uniform
	normal
	weibull
	gamma
	triangular
	observed
)

// kinds is how a scenario file spells each kind and its parameters. A leading
// shape is a plain number, everything else a duration.
var kinds = [...]struct {
	name   string
	params []string
}{
	constant:    {"constant", []string{"value"}},
	logNormal:   {"lognormal", []string{"p50", "p95"}},
	exponential: {"exponential", []string{"mean"}},
	uniform:     {"uniform", []string{"min", "max"}},
	normal:      {"normal", []string{"mean", "stddev"}},
	weibull:     {"weibull", []string{"shape", "scale"}},
	gamma:       {"gamma", []string{"shape", "scale"}},
	triangular:  {"triangular", []string{"min", "mode", "max"}},
	observed:    {"observed", nil}, // no scenario file spells it
}

// z95 is the 95th percentile of the standard normal distribution.
var z95 = distuv.UnitNormal.Quantile(0.95)

// Constant returns the distribution that is always d. It panics when d is not
// in [0, MaxDuration].
func Constant(d time.Duration) Dist {
	if err := check("value", d, 0); err != nil {
		panic("random: Constant: " + err.Error())
	}
	return Dist{times: [3]time.Duration{d}}
}

// LogNormal returns the lognormal distribution with the median p50 and the
// 95th percentile p95. The two may be equal, which is the constant p50.
func LogNormal(p50, p95 time.Duration) (Dist, error) {
	if err := checkAll(kinds[logNormal].params, 1, p50, p95); err != nil {
		return Dist{}, err
	}
	if p95 < p50 {
		return Dist{}, fmt.Errorf("p95 %s is below p50 %s; p95 is at least p50", spelling.Duration(p95), spelling.Duration(p50))
	}
	if p95 == p50 {
		return Constant(p50), nil
	}
	// Log1p, for the logarithm of a ratio that is all but 1 would be 0.
	sigma := math.Log1p(float64(p95-p50)/float64(p50)) / z95
	return Dist{kind: logNormal, times: [3]time.Duration{p50, p95}, sigma: sigma}, nil
}

// Exponential returns the exponential distribution with the given mean.
func Exponential(mean time.Duration) (Dist, error) {
	if err := checkAll(kinds[exponential].params, 1, mean); err != nil {
		return Dist{}, err
	}
	return Dist{kind: exponential, times: [3]time.Duration{mean}}, nil
}

// Uniform returns the distribution in which all durations from min to max are
// equally likely. The two may be equal, which is the constant min.
func Uniform(min, max time.Duration) (Dist, error) {
	if err := checkAll(kinds[uniform].params, 0, min, max); err != nil {
		return Dist{}, err
	}
	if max < min {
		return Dist{}, fmt.Errorf("max %s is below min %s; max is at least min", spelling.Duration(max), spelling.Duration(min))
	}
	if max == min {
		return Constant(min), nil
	}
	return Dist{kind: uniform, times: [3]time.Duration{min, max}}, nil
}

// Normal returns the normal distribution with the given mean and standard
// deviation, in which everything below 0 is 0. Mean reports the mean after
// that, which is above the parameter. A stddev of 0 is the constant mean.
func Normal(mean, stddev time.Duration) (Dist, error) {
	if err := checkAll(kinds[normal].params, 0, mean, stddev); err != nil {
		return Dist{}, err
	}
	if stddev == 0 {
		return Constant(mean), nil
	}
	return Dist{kind: normal, times: [3]time.Duration{mean, stddev}}, nil
}

// Weibull returns the Weibull distribution of the given shape and scale. The
// scale is its quantile at 1-1/e, about 0.632, whatever the shape. The shape is
// a number in [MinShape, MaxShape]; 1 is exponential, above 1 ages, below 1 has
// a long tail.
func Weibull(shape float64, scale time.Duration) (Dist, error) {
	return shaped(weibull, shape, scale)
}

// Gamma returns the gamma distribution of the given shape and scale: the mean
// is shape times scale. The shape is a number in [MinShape, MaxShape]; a whole
// one is the time of that many exponential stages in a row.
//
// It has no closed quantile. Gonum searches for it, which takes some thirty
// times as long as a quantile of the others, and allocates for the lowest
// quarter.
func Gamma(shape float64, scale time.Duration) (Dist, error) {
	return shaped(gamma, shape, scale)
}

// MinShape and MaxShape bound the shape of Weibull and Gamma. Nothing that takes
// time is as extreme as they are; and at a shape of 0.1 the lowest quantiles of
// Gamma, as they are computed, are no longer in order.
const (
	MinShape = 0.2
	MaxShape = 1000
)

func shaped(k kind, shape float64, scale time.Duration) (Dist, error) {
	if !(shape >= MinShape && shape <= MaxShape) { // not a number is neither
		return Dist{}, fmt.Errorf("shape %v is not a number from %v to %v", shape, MinShape, MaxShape)
	}
	if err := check("scale", scale, 1); err != nil {
		return Dist{}, err
	}
	return Dist{kind: k, times: [3]time.Duration{scale}, shape: shape}, nil
}

// Triangular returns the distribution whose density rises from 0 at min to its
// peak at mode and falls to 0 at max. All three may be equal, which is the
// constant min.
func Triangular(min, mode, max time.Duration) (Dist, error) {
	if err := checkAll(kinds[triangular].params, 0, min, mode, max); err != nil {
		return Dist{}, err
	}
	if mode < min || mode > max {
		return Dist{}, fmt.Errorf("mode %s is not between min %s and max %s", spelling.Duration(mode), spelling.Duration(min), spelling.Duration(max))
	}
	if max == min {
		return Constant(min), nil
	}
	return Dist{kind: triangular, times: [3]time.Duration{min, mode, max}}, nil
}

// checkAll checks each of values, named by names in the same order.
func checkAll(names []string, least time.Duration, values ...time.Duration) error {
	for i, v := range values {
		if err := check(names[i], v, least); err != nil {
			return err
		}
	}
	return nil
}

// check says what is wrong with the parameter name, which lies between least
// and MaxDuration. The least is 0, or 1 where 0 makes no sense.
func check(name string, d, least time.Duration) error {
	switch {
	case d < 0:
		return fmt.Errorf("%s %s is negative; a duration is at least 0s", name, spelling.Duration(d))
	case d < least:
		return fmt.Errorf("%s is 0s; it must be longer", name)
	case d > MaxDuration:
		return fmt.Errorf("%s %s is longer than the most allowed, %s", name, spelling.Duration(d), spelling.Duration(MaxDuration))
	}
	return nil
}

// Quantile returns the duration that a share p of all draws does not exceed,
// rounded to nanoseconds, within [0, MaxDuration]. It never falls as p rises.
// It panics when p is not in [0, 1].
func (d Dist) Quantile(p float64) time.Duration {
	if !(p >= 0 && p <= 1) { // not a number is neither
		panic(fmt.Sprintf("random: Quantile: %v is not in [0, 1]", p))
	}
	a, b, c := d.floats()
	switch d.kind {
	case logNormal:
		return round(a * distuv.LogNormal{Sigma: d.sigma}.Quantile(p))
	case exponential:
		return round(a * distuv.Exponential{Rate: 1}.Quantile(p))
	case uniform:
		return round(distuv.Uniform{Min: a, Max: b}.Quantile(p))
	case normal:
		return round(distuv.Normal{Mu: a, Sigma: b}.Quantile(p))
	case weibull:
		return round(a * distuv.Weibull{K: d.shape, Lambda: 1}.Quantile(p))
	case gamma:
		return round(a * distuv.Gamma{Alpha: d.shape, Beta: 1}.Quantile(p))
	case triangular:
		return round(distuv.NewTriangle(a, c, b, nil).Quantile(p))
	case observed:
		return d.seen.quantile(p)
	default:
		return d.times[0]
	}
}

// Mean returns the mean, rounded to nanoseconds, at most MaxDuration. It is
// that of the distribution before its tail is cut off at MaxDuration.
func (d Dist) Mean() time.Duration {
	a, b, c := d.floats()
	switch d.kind {
	case logNormal:
		return round(a * distuv.LogNormal{Sigma: d.sigma}.Mean())
	case uniform:
		return round((a + b) / 2)
	case normal:
		// The mean of max(0, X), not of X.
		z := a / b
		return round(a*distuv.UnitNormal.CDF(z) + b*distuv.UnitNormal.Prob(z))
	case weibull:
		return round(a * distuv.Weibull{K: d.shape, Lambda: 1}.Mean())
	case gamma:
		return round(a * d.shape)
	case triangular:
		return round((a + b + c) / 3)
	case observed:
		return d.seen.mean()
	default: // the parameter of constant and exponential is their mean
		return d.times[0]
	}
}

// Median returns the duration that half of all draws do not exceed.
func (d Dist) Median() time.Duration { return d.Quantile(0.5) }

// Min returns the longest duration that every draw reaches: 0 unless the kind
// has a lower bound of its own.
func (d Dist) Min() time.Duration {
	switch d.kind {
	case constant, uniform, triangular:
		return d.times[0]
	case observed:
		return d.seen.took[0]
	}
	return 0
}

// IsConstant returns the value of a constant distribution, and whether d is one.
func (d Dist) IsConstant() (time.Duration, bool) {
	if d.kind != constant {
		return 0, false
	}
	return d.times[0], true
}

// Kind returns the name of the kind as a scenario file spells it: constant,
// lognormal, exponential, uniform, normal, weibull, gamma or triangular; or
// observed, which no scenario file spells.
func (d Dist) Kind() string { return kinds[d.kind].name }

// Param is one parameter of a distribution.
type Param struct {
	Name  string // as a scenario file spells it, such as "p50"
	Value any    // a time.Duration, or a float64 for a shape
}

// Params returns the parameters in the order of the constructor's. Constant
// has one, named value.
func (d Dist) Params() []Param {
	times := d.times[:]
	var params []Param
	for _, name := range kinds[d.kind].params {
		if name == "shape" {
			params = append(params, Param{name, d.shape})
			continue
		}
		params = append(params, Param{name, times[0]})
		times = times[1:]
	}
	return params
}

// String returns d as a scenario file spells it: "4s" in quotes for a constant,
// { p50 = "3m", p95 = "8m" } for a lognormal, and for the other kinds their
// name and parameters, such as { dist = "exponential", mean = "5m" }.
func (d Dist) String() string {
	if d.kind == constant {
		return strconv.Quote(spelling.Duration(d.times[0]))
	}
	var fields []string
	if d.kind != logNormal {
		fields = append(fields, "dist = "+strconv.Quote(d.Kind()))
	}
	for _, p := range d.Params() {
		switch v := p.Value.(type) {
		case time.Duration:
			fields = append(fields, p.Name+" = "+strconv.Quote(spelling.Duration(v)))
		case float64:
			fields = append(fields, p.Name+" = "+strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	return "{ " + strings.Join(fields, ", ") + " }"
}

// floats returns the parameters that are durations, in nanoseconds.
func (d Dist) floats() (a, b, c float64) {
	return float64(d.times[0]), float64(d.times[1]), float64(d.times[2])
}

// round returns ns as a duration within [0, MaxDuration]. It panics when ns is
// not a number: then a quantile function has failed.
func round(ns float64) time.Duration {
	if math.IsNaN(ns) {
		panic("random: a quantile is not a number")
	}
	if ns >= float64(MaxDuration) {
		return MaxDuration
	}
	return time.Duration(math.Round(math.Max(ns, 0)))
}

// Times returns the distribution of f times d's durations, its parameters being
// cut off at MaxDuration. It panics when f is not positive.
func (d Dist) Times(f float64) Dist {
	if !(f > 0) {
		panic(fmt.Sprintf("random: %v times a distribution", f))
	}
	if d.kind == observed {
		d.seen = d.seen.times(f)
	}
	for i, t := range d.times {
		d.times[i] = round(float64(t) * f)
	}
	return d
}
