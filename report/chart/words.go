package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// span says how long d is, with its unit: "35 s", "5:08 min", "32 min", "3:21 h",
// "2 d 4 h".
func span(d time.Duration) string {
	s := int64(math.Round(d.Seconds()))
	switch {
	case d > 0 && d < time.Second:
		return "1 s"
	case s < 90:
		return fmt.Sprintf("%d s", s)
	case s < 600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	}
	m := int64(math.Round(d.Minutes()))
	if m < 60 {
		return fmt.Sprintf("%d min", m)
	}
	if m < 48*60 {
		return fmt.Sprintf("%d:%02d h", m/60, m%60)
	}
	h := int64(math.Round(d.Hours()))
	if h%24 == 0 {
		return fmt.Sprintf("%d d", h/24)
	}
	return fmt.Sprintf("%d d %d h", h/24, h%24)
}

// percent is a share without decimals; 100 % means all and 0 % none.
func percent(share float64) string {
	p := int(math.Round(share * 100))
	if p == 100 && share < 1 {
		p = 99
	}
	if p == 0 && share > 0 {
		p = 1
	}
	return fmt.Sprintf("%d %%", p)
}

// number is n with its thousands apart.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted is "1 node", "12 nodes".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// inWords spells small numbers, as titles do.
func inWords(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return number(n)
}

// listed is "a", "a and b", "a, b and 3 more".
func listed(words []string) string {
	const most = 3
	if n := len(words); n > most {
		return strings.Join(words[:most-1], ", ") + fmt.Sprintf(" and %d more", n-most+1)
	} else if n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// sentence makes a message one.
func sentence(s string) string {
	s = capital(strings.TrimSpace(s))
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

func capital(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// quoted is a name in a title; long ones lose their middle.
func quoted(name string) string {
	return "“" + faceTitle.shorten(name, 330) + "”"
}

// decimals prints v with as many decimals as its size deserves.
func decimals(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.Abs(v) < 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return number(int(math.Round(v)))
	}
}

// lines breaks a title into one or two lines of the given width: after ; : or
// , where both halves fit, else where they are balanced. What still doesn't
// fit loses the end of its second line.
func lines(f face, s string, width float64) []string {
	if f.width(s) <= width {
		return []string{s}
	}
	words := strings.Fields(s)
	best, cost := 0, math.Inf(1)
	for i := 1; i < len(words); i++ {
		a, b := f.width(strings.Join(words[:i], " ")), f.width(strings.Join(words[i:], " "))
		c := math.Abs(a - b)
		if strings.ContainsAny(words[i-1][len(words[i-1])-1:], ";:,") {
			c -= width * 0.45
		}
		c += 20 * (max(0, a-width) + max(0, b-width))
		if c < cost {
			best, cost = i, c
		}
	}
	if best == 0 {
		return []string{f.shorten(s, width)}
	}
	return []string{
		f.shorten(strings.Join(words[:best], " "), width),
		f.clip(strings.Join(words[best:], " "), width),
	}
}

// clip takes words off the end of s until it is at most w wide.
func (f face) clip(s string, w float64) string {
	if f.width(s) <= w {
		return s
	}
	words := strings.Fields(s)
	for n := len(words) - 1; n > 0; n-- {
		if short := strings.TrimRight(strings.Join(words[:n], " "), ",;:·") + " …"; f.width(short) <= w {
			return short
		}
	}
	return f.shorten(s, w)
}

// paragraph breaks s into at most n lines of the given width.
func paragraph(f face, s string, width float64, n int) []string {
	words := strings.Fields(s)
	var out []string
	for len(words) > 0 && len(out) < n {
		if len(out) == n-1 {
			return append(out, f.clip(strings.Join(words, " "), width))
		}
		k := len(words)
		for k > 1 && f.width(strings.Join(words[:k], " ")) > width {
			k--
		}
		out = append(out, f.shorten(strings.Join(words[:k], " "), width))
		words = words[k:]
	}
	return out
}

// joined strings parts together with dots between them, dropping the last
// parts that don't fit. The first is shortened to leave room for the others.
func joined(f face, width float64, parts ...string) string {
	const dot = " · "
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	for len(kept) > 1 {
		rest := f.width(dot + strings.Join(kept[1:], dot))
		if f.width(kept[0])+rest <= width || rest <= width-120 && rest <= width*0.7 {
			kept[0] = f.shorten(kept[0], width-rest)
			break
		}
		kept = kept[:len(kept)-1]
	}
	return f.clip(strings.Join(kept, dot), width)
}
