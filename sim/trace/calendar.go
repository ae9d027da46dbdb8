package trace

import (
	"strings"
	"time"
)

// Calendar returns what date and time simulated time 0 is, in UTC, where the
// scenario says so. It is not ok where it doesn't: rollsim's own choice of a day
// means nothing to a reader.
func (h *Header) Calendar() (zero time.Time, ok bool) {
	for _, k := range h.Knobs {
		if k.Path == "run.start" && !k.Default {
			zero, err := time.Parse(time.RFC3339, strings.Trim(k.Value, `"`))
			return zero.UTC(), err == nil
		}
	}
	return zero, false
}
