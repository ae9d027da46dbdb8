package metrics

import (
	"math"
	"strconv"
	"strings"
	"time"

	"rollsim/sim/spelling"
)

// Spell spells a value in u for people, rounded to what they need: 3h05m,
// 75 %, 9, 7.3 pod-min, 0.4 node-h, $1.20, -$0.35. It says zero only of 0. A
// time without end is "never", as such a run didn't finish; what else has no
// number is a dash.
func (u Unit) Spell(x float64) string {
	switch {
	case x < 0 && !math.IsInf(x, 0) && u != Ratio:
		return "-" + u.Spell(-x)
	case math.IsNaN(x), math.IsInf(x, 0) && u != Seconds:
		return "–"
	case u == Seconds && x > math.MaxInt64/1e9:
		return "never"
	case u == Seconds:
		return spelling.Span(time.Duration(x * 1e9))
	case u == Ratio:
		return spellShare(x)
	case u == Dollars:
		return "$" + spellAmount(x, 2)
	case u == NodeHours:
		return spellAmount(x, 1) + " node-h"
	case u == PodSecond:
		return spellPodTime(x)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// spellAmount spells an amount that isn't negative with so many decimals: with
// up to three more where it would round to zero, and with none where it is zero.
func spellAmount(x float64, decimals int) string {
	if x == 0 {
		return "0"
	}
	for d := decimals; d <= decimals+3; d++ {
		if text := strconv.FormatFloat(x, 'f', d, 64); strings.Trim(text, "0.") != "" {
			return text
		}
	}
	return "<" + strconv.FormatFloat(math.Pow10(-decimals-3), 'f', decimals+3, 64)
}

// spellShare spells a ratio as a percentage: 75 %. It says 100 % only of 1, and
// 0 % only of 0.
func spellShare(x float64) string {
	p := math.Round(100 * x)
	switch {
	case p >= 100 && x < 1:
		return ">99 %"
	case p <= 0 && x > 0:
		return "<1 %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// spellPodTime spells pod-seconds: 42 pod-s, 7.3 pod-min, 5.1 pod-h. It says
// 0 pod-s only of 0.
func spellPodTime(s float64) string {
	switch {
	case s > 0 && s < 0.5:
		return "<1 pod-s"
	case s < 100:
		return strconv.FormatFloat(s, 'f', 0, 64) + " pod-s"
	case s < 100*60:
		return strconv.FormatFloat(s/60, 'f', 1, 64) + " pod-min"
	}
	return strconv.FormatFloat(s/3600, 'f', 1, 64) + " pod-h"
}

// SpellExactly spells a finite value in u with all digits that could matter: a
// limit, or two values that Spell can't tell apart.
func (u Unit) SpellExactly(x float64) string {
	digits := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	switch u {
	case Seconds:
		return spelling.Duration(time.Duration(x * 1e9).Round(time.Millisecond))
	case Ratio:
		return digits(100*x) + " %"
	case Dollars:
		return "$" + digits(x)
	case NodeHours:
		return digits(x) + " node-h"
	case PodSecond:
		return digits(x) + " pod-s"
	}
	return digits(x)
}
