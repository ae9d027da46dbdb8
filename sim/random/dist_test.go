package random

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func must(d Dist, err error) Dist {
	if err != nil {
		panic(err)
	}
	return d
}

// A closedForm holds a distribution with its mean and standard deviation in
// seconds, from the textbook and not from the code under test.
type closedForm struct {
	dist         Dist
	mean, stddev float64
}

func closedForms() []closedForm {
	sigma := math.Log(8.0/3) / 1.6448536269514722
	gamma := func(x float64) float64 { return math.Gamma(x) }
	return []closedForm{
		{Constant(4 * time.Second), 4, 0},
		{must(LogNormal(3*time.Minute, 8*time.Minute)), 180 * math.Exp(sigma*sigma/2),
			180 * math.Exp(sigma*sigma/2) * math.Sqrt(math.Exp(sigma*sigma)-1)},
		{must(Exponential(5 * time.Minute)), 300, 300},
		{must(Uniform(10*time.Second, 70*time.Second)), 40, 60 / math.Sqrt(12)},
		{must(Normal(time.Minute, 10*time.Second)), 60, 10}, // 0 is six deviations away
		{must(Weibull(2, time.Minute)), 60 * gamma(1.5), 60 * math.Sqrt(gamma(2)-gamma(1.5)*gamma(1.5))},
		{must(Gamma(2.5, time.Minute)), 150, 60 * math.Sqrt(2.5)},
		{must(Triangular(0, 30*time.Second, time.Minute)), 30, 60 / math.Sqrt(24)},
	}
}

// Mean and variance of 100 000 draws lie within the error that their number
// allows; the error of the variance comes from the draws' own fourth moment.
func TestMoments(t *testing.T) {
	const n = 100_000
	for _, c := range closedForms() {
		t.Run(c.dist.Kind(), func(t *testing.T) {
			s := NewSource(1, 0)
			k := KeyOf("moments", c.dist.String())
			var sum, squares, fourths float64
			for i := range uint64(n) {
				x := s.Duration(k.With(i), c.dist).Seconds() - c.mean
				sum += x
				squares += x * x
				fourths += x * x * x * x
			}
			if limit := tolerance*c.stddev/math.Sqrt(n) + 1e-9; math.Abs(sum/n) > limit {
				t.Errorf("mean is off by %.4g s, at most %.4g is chance", sum/n, limit)
			}
			variance := squares / n
			limit := tolerance*math.Sqrt((fourths/n-variance*variance)/n) + 1e-9
			if math.Abs(variance-c.stddev*c.stddev) > limit {
				t.Errorf("variance is %.6g s², want %.6g within %.3g", variance, c.stddev*c.stddev, limit)
			}
			if got := c.dist.Mean().Seconds(); math.Abs(got-c.mean) > 1e-8*c.mean {
				t.Errorf("Mean is %v s, want %v", got, c.mean)
			}
		})
	}
}

// Mean of a normal distribution counts what is cut at 0: with mean and stddev
// equal it is (Φ(1) + φ(1)) times that.
func TestNormalIsCutAtZero(t *testing.T) {
	d := must(Normal(100*time.Second, 100*time.Second))
	if got := d.Mean().Seconds(); math.Abs(got-108.33155) > 1e-4 {
		t.Errorf("Mean is %v s, want 108.33155", got)
	}
	if d.Quantile(0.1) != 0 || d.Median() != 100*time.Second || d.Min() != 0 {
		t.Errorf("10th percentile %v, median %v, min %v; want 0s, 1m40s, 0s", d.Quantile(0.1), d.Median(), d.Min())
	}
}

// A distribution has the quantiles that its parameters promise.
func TestQuantilesAtParameters(t *testing.T) {
	for _, c := range []struct {
		dist Dist
		p    float64
		want time.Duration
	}{
		{must(LogNormal(3*time.Minute, 8*time.Minute)), 0.5, 3 * time.Minute},
		{must(LogNormal(3*time.Minute, 8*time.Minute)), 0.95, 8 * time.Minute},
		{must(LogNormal(1, MaxDuration)), 0.5, 1},
		{must(Exponential(time.Minute)), 1 - 1/math.E, time.Minute},
		{must(Weibull(3.5, time.Minute)), 1 - 1/math.E, time.Minute},
		{must(Uniform(time.Second, 3*time.Second)), 0.25, 1500 * time.Millisecond},
		{must(Normal(time.Minute, time.Second)), 0.5, time.Minute},
		{must(Gamma(1, time.Minute)), 1 - 1/math.E, time.Minute}, // exponential
		{must(Triangular(0, 2*time.Second, 4*time.Second)), 0.125, time.Second},
		{must(Triangular(0, time.Minute, time.Minute)), 0.25, 30 * time.Second},
		{Dist{}, 0.7, 0},
	} {
		if got := c.dist.Quantile(c.p); (got - c.want).Abs() > 2 {
			t.Errorf("%v at %.4f is %v, want %v", c.dist, c.p, got, c.want)
		}
	}
}

// Quantiles rise with p, begin at Min, and stay in range at both ends, for
// extreme parameters too.
func TestQuantilesAreOrderedAndBounded(t *testing.T) {
	dists := []Dist{
		must(LogNormal(1, MaxDuration)), must(LogNormal(MaxDuration-1, MaxDuration)),
		must(Exponential(1)), must(Exponential(MaxDuration)),
		must(Uniform(0, MaxDuration)), must(Normal(0, MaxDuration)),
		must(Weibull(MinShape, MaxDuration)), must(Weibull(MaxShape, time.Second)),
		must(Gamma(MinShape, MaxDuration)), must(Gamma(MaxShape, MaxDuration)),
		must(Triangular(0, 0, MaxDuration)), must(Triangular(time.Second, 2*time.Second, 2*time.Second)),
	}
	for _, c := range closedForms() {
		dists = append(dists, c.dist)
	}
	for _, d := range dists {
		last := d.Min()
		if got := d.Quantile(0); got != last {
			t.Errorf("%v: quantile of 0 is %v, Min is %v", d, got, last)
		}
		for i := range 1001 {
			q := d.Quantile(float64(i) / 1000)
			if q < last || q > MaxDuration {
				t.Fatalf("%v: quantile of %v is %v after %v", d, float64(i)/1000, q, last)
			}
			last = q
		}
		for _, p := range []float64{0x1p-53, 1 - 0x1p-53} {
			if q := d.Quantile(p); q < d.Min() || q > last {
				t.Errorf("%v: quantile of %v is %v, not between %v and %v", d, p, q, d.Min(), last)
			}
		}
		if m := d.Mean(); m < 0 || m > MaxDuration {
			t.Errorf("%v: mean is %v", d, m)
		}
	}
}

func TestRefusals(t *testing.T) {
	const m = time.Minute
	for _, c := range []struct {
		want string
		err  error
	}{
		{"p95 2m is below p50 3m; p95 is at least p50", second(LogNormal(3*m, 2*m))},
		{"p50 is 0s; it must be longer", second(LogNormal(0, m))},
		{"p50 -1m is negative; a duration is at least 0s", second(LogNormal(-m, m))},
		{"p95 87600h0m0.000000001s is longer than the most allowed, 87600h", second(LogNormal(m, MaxDuration+1))},
		{"mean is 0s; it must be longer", second(Exponential(0))},
		{"max 1m is below min 2m; max is at least min", second(Uniform(2*m, m))},
		{"min -1ns is negative; a duration is at least 0s", second(Uniform(-1, m))},
		{"stddev -1ns is negative; a duration is at least 0s", second(Normal(m, -1))},
		{"shape NaN is not a number from 0.2 to 1000", second(Weibull(math.NaN(), m))},
		{"shape +Inf is not a number from 0.2 to 1000", second(Gamma(math.Inf(1), m))},
		{"shape -1 is not a number from 0.2 to 1000", second(Gamma(-1, m))},
		{"scale is 0s; it must be longer", second(Weibull(1, 0))},
		{"mode 5m is not between min 1m and max 3m", second(Triangular(m, 5*m, 3*m))},
		{"mode 2m is not between min 3m and max 1m", second(Triangular(3*m, 2*m, m))},
		{"max -1m is negative; a duration is at least 0s", second(Triangular(m, m, -m))},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got  %v\nwant %s", c.err, c.want)
		}
	}
}

func second(_ Dist, err error) error { return err }

func TestPanics(t *testing.T) {
	for want, do := range map[string]func(){
		"value -1s is negative":    func() { Constant(-time.Second) },
		"longer than the most":     func() { Constant(MaxDuration + 1) },
		"quantile is not a number": func() { round(math.NaN()) },
		"NaN is not in [0, 1]":     func() { Dist{}.Quantile(math.NaN()) },
		"-0.1 is not in [0, 1]":    func() { Dist{}.Quantile(-0.1) },
		"1.0001 is not in [0, 1":   func() { Dist{}.Quantile(1.0001) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
					t.Errorf("panic %q, want %q in it", got, want)
				}
			}()
			do()
		}()
	}
}

func TestString(t *testing.T) {
	const m = time.Minute
	for _, c := range []struct {
		dist Dist
		want string
	}{
		{Dist{}, `"0s"`},
		{Constant(90 * m), `"1h30m"`},
		{Constant(10 * m), `"10m"`},
		{Constant(3600 * time.Second), `"1h"`},
		{Constant(3605 * time.Second), `"1h0m5s"`},
		{must(LogNormal(3*m, 8*m)), `{ p50 = "3m", p95 = "8m" }`},
		{must(LogNormal(3*m, 3*m)), `"3m"`},
		{must(Exponential(5 * m)), `{ dist = "exponential", mean = "5m" }`},
		{must(Uniform(0, m)), `{ dist = "uniform", min = "0s", max = "1m" }`},
		{must(Uniform(m, m)), `"1m"`},
		{must(Normal(m, time.Second)), `{ dist = "normal", mean = "1m", stddev = "1s" }`},
		{must(Normal(m, 0)), `"1m"`},
		{must(Weibull(1.5, m)), `{ dist = "weibull", shape = 1.5, scale = "1m" }`},
		{must(Gamma(2, m)), `{ dist = "gamma", shape = 2, scale = "1m" }`},
		{must(Triangular(0, m, 2*m)), `{ dist = "triangular", min = "0s", mode = "1m", max = "2m" }`},
		{must(Triangular(m, m, m)), `"1m"`},
	} {
		if got := c.dist.String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
		if _, ok := c.dist.IsConstant(); ok != (c.dist.Kind() == "constant") {
			t.Errorf("%v: IsConstant is %v", c.dist, ok)
		}
	}
	if d, ok := Constant(m).IsConstant(); d != m || !ok || Constant(m) != must(Uniform(m, m)) {
		t.Error("the constant of a minute is not what it should be")
	}
}

func ExampleSource() {
	source := NewSource(42, 0) // the first replication under seed 42
	reimage, _ := LogNormal(3*time.Minute, 8*time.Minute)
	key := KeyOf("reimage", "aks-web-0")
	for attempt := range uint64(3) {
		fmt.Println(source.Duration(key.With(attempt), reimage).Round(time.Second))
	}
	// Output:
	// 2m28s
	// 2m2s
	// 6m35s
}

func ExampleDist() {
	d, err := LogNormal(3*time.Minute, 8*time.Minute)
	fmt.Println(d, err, d.Median(), d.Quantile(0.95), d.Mean().Round(time.Second))
	_, err = LogNormal(3*time.Minute, 2*time.Minute)
	fmt.Println(err)
	// Output:
	// { p50 = "3m", p95 = "8m" } <nil> 3m0s 8m0s 3m35s
	// p95 2m is below p50 3m; p95 is at least p50
}
