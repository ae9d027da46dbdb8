package random

import (
	"fmt"
	"math/bits"
	"time"
)

// Seed is what a user gives to repeat a result. Every value is as good as any
// other, neighbouring ones included.
type Seed uint64

// Source is the randomness of one replication. It is a value without state:
// copies draw the same, and concurrent use is fine. The zero Source is valid;
// it is no replication of any seed that is likely to be met.
type Source struct{ first, second uint64 }

// NewSource returns the randomness of replication number replication under
// seed. Different pairs give unrelated sources.
func NewSource(seed Seed, replication int) Source {
	s := mix(uint64(seed) ^ sourceSalt)
	r := mix(uint64(replication) ^ replicationSalt)
	return Source{first: mix(s + r*odd), second: mix(s ^ bits.RotateLeft64(r, 32))}
}

// Uint64 returns the 64 random bits of k.
func (s Source) Uint64(k Key) uint64 {
	return mix(mix(uint64(k)^s.first) + s.second)
}

// Uniform returns the random number of k in the open interval (0, 1): a
// multiple of 2^-53, never 0 and never 1, so that every quantile of it is
// defined.
func (s Source) Uniform(k Key) float64 {
	return open(s.Uint64(k))
}

// open maps 64 random bits into the open unit interval. It takes 52 of them:
// with one more the largest would round up to 1.
func open(x uint64) float64 { return (float64(x>>12) + 0.5) * 0x1p-52 }

// Intn returns the random number of k in [0, n). No number is favoured by more
// than n in 2^64. It panics when n < 1.
func (s Source) Intn(k Key, n int) int {
	if n < 1 {
		panic(fmt.Sprintf("random: Intn: nothing to choose from, n is %d", n))
	}
	high, _ := bits.Mul64(s.Uint64(k), uint64(n))
	return int(high)
}

// Duration returns the random duration of k that has distribution d: the
// quantile of d at Uniform(k), rounded to nanoseconds, within [0, MaxDuration].
func (s Source) Duration(k Key, d Dist) time.Duration {
	return d.Quantile(s.Uniform(k))
}

// Key says what is decided for whom: the hash of a purpose and of an identity
// that does not change from run to run, such as a node's name. Identities are
// never made from times or from the order of events.
type Key uint64

// KeyOf returns the key of a purpose, such as "reimage", for the subject that
// identity names. Parts are told apart: ("a", "bc") and ("ab", "c") differ.
// It hashes text, so keys are made at set-up and kept; With derives from them
// while events happen.
func KeyOf(purpose string, identity ...string) Key {
	h := mix(hash(purpose) ^ keySalt)
	for _, part := range identity {
		h = combine(h, hash(part))
	}
	return Key(h)
}

// With returns the key derived from k by a counter or an index: a hop, an
// attempt, an ordinal. The order of several matters: k.With(1).With(2) is not
// k.With(2).With(1), nor is k.With(0) the key k.
func (k Key) With(n uint64) Key {
	return Key(combine(uint64(k), mix(n^counterSalt)))
}

// The salts keep apart what could be confused: the seed 7, the replication 7
// and the counter 7. They are digits of pi; odd is 2^64 over the golden ratio.
const (
	sourceSalt      = 0x243f6a8885a308d3
	replicationSalt = 0x13198a2e03707344
	keySalt         = 0xa4093822299f31d0
	counterSalt     = 0x082efa98ec4e6c89
	odd             = 0x9e3779b97f4a7c15
)

// combine appends part to the sequence that h stands for.
func combine(h, part uint64) uint64 { return mix(h*odd ^ part) }

// mix is a bijection in which every bit of x moves about half the bits of the
// result: the finalizer of SplitMix64 with David Stafford's constants (mix 13),
// behind an addition so that 0 is not a fixed point.
func mix(x uint64) uint64 {
	x += odd
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hash is 64-bit FNV-1a of s, finished by mix, for the low bits of FNV alone
// are weak.
func hash(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return mix(h)
}
