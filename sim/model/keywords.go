package model

import (
	"strconv"
	"strings"
)

// Type returns what is written as the value of the key, in words: whole number of
// nodes.
func (k *Key) Type() string {
	if k.Unit == "" {
		return string(k.Kind)
	}
	return string(k.Kind) + " of " + k.Unit
}

// Range returns which values the key takes, beyond what its kind says: 1 to 100;
// "": all of them.
func (k *Key) Range() string {
	if len(k.Values) > 0 {
		texts := make([]string, len(k.Values))
		for i, v := range k.Values {
			texts[i] = strconv.Quote(v)
		}
		return strings.Join(texts, ", ")
	}
	text := span(k.Least, k.Most)
	if k.LeastShare != "" {
		text += ", or " + span(k.LeastShare, k.MostShare)
	}
	return text
}

// span spells a range of which an end may be missing.
func span(least, most string) string {
	switch {
	case least == most:
		return least
	case most == "":
		return "at least " + least
	case least == "":
		return "at most " + most
	}
	return least + " to " + most
}

// From returns where the default is from, "" where it is nobody's but the
// scenario format's.
func (k *Key) From() string {
	if k.Source == byScenario {
		return ""
	}
	return k.Source
}

// Default returns what stands for the key where a scenario leaves it out.
func (k *Key) Default() string {
	switch {
	case k.Required:
		return "required"
	case k.Value == "":
		return k.Otherwise
	case k.Otherwise == "":
		return k.Value
	}
	return k.Value + "; " + k.Otherwise
}
