package metrics

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// level is the confidence that every interval reaches at least.
const level = 0.95

// quantileRank returns which of n values in order, from 1, is their quantile of
// that percentage: the smallest one that at least so many are not above (the
// inverse of the empirical distribution function). It is a value that occurred,
// so infinite values do no harm, and the median of two values is the lower one.
func quantileRank(n, percent int) int { return max(1, (n*percent+99)/100) }

// ranks returns the ranks, from 1, of those two of n values in order between
// which the quantile p of their distribution lies with the confidence reached,
// at least 95 %, whatever that distribution is. The number of values below the
// quantile is binomial: that is all it takes.
//
// Each side gets at most 2.5 % of error. Where n is too small for that, the
// extreme value is taken on that side and the other side gets what is left of
// the 5 %. It reports false when not even the whole range will do: below 59
// values for p05 and p95, below 6 for the median.
func ranks(n int, p float64) (low, high int, reached float64, ok bool) {
	const alpha = 1 - level
	if n < 1 {
		return 0, 0, 0, false
	}
	lowerError, upperError := below(n, p, 0), 1-below(n, p, n-1) // of the extreme values
	switch {
	case lowerError+upperError > alpha:
		return 0, 0, 0, false
	case upperError > alpha/2:
		low, high = lowRank(n, p, alpha-upperError), n
	case lowerError > alpha/2:
		low, high = 1, highRank(n, p, alpha-lowerError)
	default:
		low, high = lowRank(n, p, alpha/2), highRank(n, p, alpha/2)
	}
	return low, high, below(n, p, high-1) - below(n, p, low-1), true
}

// below returns the probability that at most k of n values are below the
// quantile p.
func below(n int, p float64, k int) float64 {
	return distuv.Binomial{N: float64(n), P: p}.CDF(float64(k))
}

// lowRank returns the highest rank whose value is above the quantile p with at
// most that probability; 0 when no value is.
func lowRank(n int, p, err float64) int {
	return sort.Search(n, func(k int) bool { return below(n, p, k) > err })
}

// highRank returns the lowest rank whose value is below the quantile p with at
// most that probability; n+1 when no value is.
func highRank(n int, p, err float64) int {
	return 1 + sort.Search(n, func(k int) bool { return 1-below(n, p, k) <= err })
}

// least returns how many values it takes for an interval of the quantile p.
func least(p float64) int {
	n := 1
	for ; ; n++ {
		if _, _, _, ok := ranks(n, p); ok {
			return n
		}
	}
}

// Needed is how many replications it takes for an interval of p05 or p95.
var Needed = least(0.95)

// clopperPearson returns the bounds of a probability that hit so many times
// of n.
func clopperPearson(hits, n int) Interval {
	if n == 0 {
		return Interval{}
	}
	i := Interval{0, 1, level, true}
	const alpha = 1 - level
	k, misses := float64(hits), float64(n-hits)
	switch {
	case hits == 0:
		i.High = 1 - math.Pow(alpha, 1/misses)
	case hits == n:
		i.Low = math.Pow(alpha, 1/k)
	default:
		i.Low = distuv.Beta{Alpha: k, Beta: misses + 1}.Quantile(alpha / 2)
		i.High = distuv.Beta{Alpha: k + 1, Beta: misses}.Quantile(1 - alpha/2)
	}
	return i
}

// signTest returns the two-sided probability of a split as uneven as this when
// both signs are equally likely.
func signTest(positive, negative int) float64 {
	if positive+negative == 0 {
		return 1
	}
	return min(1, 2*below(positive+negative, 0.5, min(positive, negative)))
}

// sample is values in ascending order, with the ranks that go with their
// number.
type sample struct {
	values []float64
	ranks  rankTable
}

// rankTable holds, by percentage, between which ranks the quantiles of a sample
// of one size lie; what has no interval isn't in it.
type rankTable map[int]rankPair

type rankPair struct {
	low, high int
	level     float64
}

func newRankTable(n int) rankTable {
	t := rankTable{}
	for _, percent := range []int{5, 50, 95} {
		if low, high, reached, ok := ranks(n, float64(percent)/100); ok {
			t[percent] = rankPair{low, high, reached}
		}
	}
	return t
}

func (s sample) quantile(percent int) float64 {
	return s.values[quantileRank(len(s.values), percent)-1]
}

func (s sample) interval(percent int) Interval {
	r, ok := s.ranks[percent]
	if !ok {
		return Interval{}
	}
	return Interval{s.values[r.low-1], s.values[r.high-1], r.level, true}
}

// mean returns the mean and Student's interval of it. It is infinite, without
// an interval, where a value is.
func (s sample) mean() (float64, Interval) {
	n := len(s.values)
	if math.IsInf(s.values[n-1], 1) {
		return s.values[n-1], Interval{}
	}
	mean, sd := stat.MeanStdDev(s.values, nil)
	if n < 2 {
		return mean, Interval{}
	}
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile((1+level)/2) * sd / math.Sqrt(float64(n))
	return mean, Interval{mean - half, mean + half, level, true}
}

// sample sorts values in place.
func (s *summarizer) sample(values []float64) sample {
	slices.Sort(values)
	return sample{values, s.rankTable(len(values))}
}

func (s *summarizer) statistic(m Metric, values []float64) Statistic {
	x := s.sample(values)
	st := Statistic{
		Metric: m.Name, Unit: m.Unit, N: len(values),
		Median: x.quantile(50), MedianInterval: x.interval(50),
		P05: x.quantile(5), P05Interval: x.interval(5),
		P95: x.quantile(95), P95Interval: x.interval(95),
		Min: values[0], Max: values[len(values)-1],
	}
	st.Mean, st.MeanInterval = x.mean()
	return st
}
