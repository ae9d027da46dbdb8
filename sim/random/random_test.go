package random

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
	"testing"
	"time"
)

// The first draws of some streams, so that no change of the mixing goes
// unnoticed: it would change every result that anybody has kept.
func TestPinnedDraws(t *testing.T) {
	d := must(LogNormal(3*time.Minute, 8*time.Minute))
	for _, c := range []struct {
		source Source
		key    Key
		want   string
	}{
		{NewSource(1, 0), KeyOf("reimage", "aks-web-0"), "adbf1c198a631dc9 0.678697 67 3m57.383325292s"},
		{NewSource(1, 0), KeyOf("reimage", "aks-web-1"), "75a8e3ab21d86f48 0.459608 45 2m49.436727272s"},
		{NewSource(1, 0), KeyOf("reimage", "aks-web-0").With(1), "2cd5f195eeb57193 0.175140 17 1m43.129161804s"},
		{NewSource(1, 1), KeyOf("reimage", "aks-web-0"), "968b1f0d57dbcb7e 0.588060 58 3m25.545769s"},
		{NewSource(2, 0), KeyOf("reimage", "aks-web-0"), "0970a9b5ee607d15 0.036875  3 1m1.97156183s"},
		{NewSource(0, 0), KeyOf(""), "70bbbcf44a2e67fb 0.440365 44 2m44.594503013s"},
		{Source{}, Key(0), "a706dd2f4d197e6f 0.652448 65 3m47.391001328s"},
	} {
		got := fmt.Sprintf("%016x %.6f %2d %v", c.source.Uint64(c.key),
			c.source.Uniform(c.key), c.source.Intn(c.key, 100), c.source.Duration(c.key, d))
		if got != c.want {
			t.Errorf("source %x, key %x: %s, want %s", c.source, c.key, got, c.want)
		}
	}
}

// A new stream shifts no other: draws of one key are the same however many
// others are made, before or between.
func TestDrawsDoNotDependOnOrder(t *testing.T) {
	s := NewSource(7, 3)
	var alone, among []uint64
	for i := range uint64(100) {
		alone = append(alone, s.Uint64(KeyOf("pull", "node").With(i)))
	}
	other := uint64(0)
	for i := uint64(100); i > 0; i-- {
		other ^= s.Uint64(KeyOf("a new purpose", "node").With(i))
		among = append(among, s.Uint64(KeyOf("pull", "node").With(i-1)))
	}
	for i, x := range alone {
		if x != among[99-i] {
			t.Fatalf("draw %d changed from %x to %x", i, x, among[99-i])
		}
	}
	if other == 0 {
		t.Error("the other stream is not random")
	}
}

func TestKeysTellPartsApart(t *testing.T) {
	seen := map[Key]string{}
	add := func(name string, k Key) {
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have the same key", name, other)
		}
		seen[k] = name
	}
	k := KeyOf("a", "b", "c")
	add("a b c", k)
	add("a bc", KeyOf("a", "bc"))
	add("ab c", KeyOf("ab", "c"))
	add("abc", KeyOf("abc"))
	add("abc and nothing", KeyOf("abc", ""))
	add("b a c", KeyOf("b", "a", "c"))
	add("nothing", KeyOf(""))
	add("with 0", k.With(0))
	add("with 1", k.With(1))
	add("with 1, 0", k.With(1).With(0))
	add("with 0, 1", k.With(0).With(1))
	add("with 1, 1", k.With(1).With(1))
	for i := range uint64(200_000) {
		add(fmt.Sprint("node ", i), KeyOf("reimage", fmt.Sprintf("aks-web-%d", i)))
		add(fmt.Sprint("hop ", i), k.With(i+2))
	}
}

// families are sequences of draws that lie side by side in one respect. Each
// must look like independent uniform numbers.
var families = []struct {
	name string
	draw func(i uint64) uint64
}{
	{"counters", func(i uint64) uint64 { return NewSource(1, 0).Uint64(KeyOf("p", "n").With(i)) }},
	{"even counters", func(i uint64) uint64 { return NewSource(1, 0).Uint64(KeyOf("p", "n").With(i << 40)) }},
	{"two counters", func(i uint64) uint64 { return NewSource(1, 0).Uint64(KeyOf("p").With(i % 300).With(i / 300)) }},
	{"names", func(i uint64) uint64 { return NewSource(1, 0).Uint64(KeyOf("p", fmt.Sprintf("node-%06d", i))) }},
	{"plain keys", func(i uint64) uint64 { return NewSource(1, 0).Uint64(Key(i)) }},
	{"seeds", func(i uint64) uint64 { return NewSource(Seed(i), 0).Uint64(KeyOf("p", "n")) }},
	{"replications", func(i uint64) uint64 { return NewSource(1, int(i)).Uint64(KeyOf("p", "n")) }},
	{"seeds and replications", func(i uint64) uint64 { return NewSource(Seed(i%300), int(i/300)).Uint64(Key(5)) }},
}

const draws = 1 << 17

// tolerance is how many standard deviations a statistic may be off. The tests
// are on fixed draws, so this never flakes; by chance alone about one statistic
// in 16 000 would lie further out, and some 3000 are looked at.
const tolerance = 4.5

// Every bit is set in half of the draws, and is no more likely to be equal to
// the same bit of the draw before, or to any other bit of its own draw.
func TestBits(t *testing.T) {
	for _, f := range families {
		var ones, repeats, neighbours [64]int
		last := f.draw(draws)
		for i := range uint64(draws) {
			x := f.draw(i)
			for b := range 64 {
				ones[b] += int(x >> b & 1)
				repeats[b] += int((x ^ last) >> b & 1)
				neighbours[b] += int((x ^ bits.RotateLeft64(x, 7)) >> b & 1)
			}
			last = x
		}
		for b := range 64 {
			for what, n := range map[string]int{"ones": ones[b], "changes": repeats[b], "differences": neighbours[b]} {
				if z := (float64(n) - draws/2) / math.Sqrt(draws/4); math.Abs(z) > tolerance {
					t.Errorf("%s: bit %d has %d %s in %d draws, %.1f standard deviations off", f.name, b, n, what, draws, z)
				}
			}
		}
	}
}

// Draws fill 256 buckets evenly, and pairs of neighbouring draws fill 16 x 16.
// Chi-square has 255 degrees of freedom: mean 255, variance 510.
func TestBuckets(t *testing.T) {
	chi := func(counts *[256]int) float64 {
		sum := 0.0
		for _, n := range counts {
			d := float64(n) - draws/256
			sum += d * d / (draws / 256)
		}
		return (sum - 255) / math.Sqrt(510)
	}
	for _, f := range families {
		var high, low, pairs [256]int
		last := f.draw(draws)
		for i := range uint64(draws) {
			x := f.draw(i)
			high[x>>56]++
			low[x&255]++
			pairs[last>>60<<4|x>>60]++
			last = x
		}
		for what, c := range map[string]*[256]int{"high bits": &high, "low bits": &low, "pairs": &pairs} {
			if z := chi(c); math.Abs(z) > tolerance {
				t.Errorf("%s: chi-square of %s is %.1f standard deviations off", f.name, what, z)
			}
		}
	}
}

// One bit of a key, a seed or a replication changed changes half of the draw.
func TestAvalanche(t *testing.T) {
	const trials = 4000
	for b := range 64 {
		var key, seed, replication int
		for i := range uint64(trials) {
			s, k := NewSource(Seed(i), 1), KeyOf("p").With(i)
			x := s.Uint64(k)
			key += bits.OnesCount64(x ^ s.Uint64(k^1<<b))
			seed += bits.OnesCount64(x ^ NewSource(Seed(i^1<<b), 1).Uint64(k))
			replication += bits.OnesCount64(x ^ NewSource(Seed(i), 1^1<<b).Uint64(k))
		}
		for what, n := range map[string]int{"key": key, "seed": seed, "replication": replication} {
			if z := (float64(n) - 32*trials) / math.Sqrt(16*trials); math.Abs(z) > tolerance {
				t.Errorf("bit %d of the %s changes %.2f bits in the mean", b, what, float64(n)/trials)
			}
		}
	}
}

// Neighbouring draws are not correlated.
func TestCorrelation(t *testing.T) {
	for _, f := range families {
		sum := 0.0
		last := float64(f.draw(draws))/0x1p64 - 0.5
		for i := range uint64(draws) {
			u := float64(f.draw(i))/0x1p64 - 0.5
			sum += last * u
			last = u
		}
		if z := sum * 12 / math.Sqrt(draws); math.Abs(z) > tolerance {
			t.Errorf("%s: correlation of neighbours is %.1f standard deviations off", f.name, z)
		}
	}
}

func TestUniformIsOpen(t *testing.T) {
	for _, x := range []uint64{0, 1, 1<<12 - 1, 1 << 63, math.MaxUint64 - 1, math.MaxUint64} {
		if u := open(x); !(u > 0 && u < 1) {
			t.Errorf("bits %x give %v, want a number strictly between 0 and 1", x, u)
		}
	}
	if open(0)+open(math.MaxUint64) != 1 {
		t.Error("the numbers are not symmetric about 1/2")
	}
}

func TestIntn(t *testing.T) {
	s := NewSource(1, 0)
	var counts [6]int
	const n = 60_000
	for i := range uint64(n) {
		counts[s.Intn(KeyOf("die").With(i), 6)]++
	}
	for face, c := range counts {
		if z := (float64(c) - n/6) / math.Sqrt(n*5.0/36); math.Abs(z) > tolerance {
			t.Errorf("face %d came %d times in %d", face, c, n)
		}
	}
	if got := s.Intn(KeyOf("x"), 1); got != 0 {
		t.Errorf("Intn of 1 is %d", got)
	}
	defer func() {
		if got := fmt.Sprint(recover()); !strings.Contains(got, "n is 0") {
			t.Errorf("Intn of 0 panics with %q", got)
		}
	}()
	s.Intn(0, 0)
}

func TestDrawsDoNotAllocate(t *testing.T) {
	s := NewSource(1, 0)
	k := KeyOf("reimage", "aks-web-0")
	for _, c := range closedForms() {
		if c.dist.Kind() == "gamma" {
			continue // gonum's search for its lower quantiles allocates, see Gamma
		}
		// All draws in one run, for the mean over several is rounded down.
		if n := testing.AllocsPerRun(1, func() {
			for i := range uint64(20_000) {
				s.Duration(k.With(i), c.dist)
				s.Intn(k.With(i), 10)
			}
		}); n != 0 {
			t.Errorf("20 000 draws from %v allocate %v times", c.dist, n)
		}
	}
	if n := testing.AllocsPerRun(1000, func() { KeyOf("reimage", "aks-web", "3") }); n != 0 {
		t.Errorf("KeyOf allocates %v times", n)
	}
}

func BenchmarkDuration(b *testing.B) {
	s := NewSource(1, 0)
	k := KeyOf("reimage", "aks-web-0")
	for _, c := range closedForms() {
		b.Run(c.dist.Kind(), func(b *testing.B) {
			b.ReportAllocs()
			i := uint64(0)
			for b.Loop() {
				i++
				s.Duration(k.With(i), c.dist)
			}
		})
	}
}
