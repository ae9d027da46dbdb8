package kube

import (
	"testing"
	"time"

	"rollsim/sim/des"
	"rollsim/sim/random"
)

// TestStretch: a drain that starts beside another belongs to the stretch of that;
// one that starts alone begins the next.
func TestStretch(t *testing.T) {
	var s stretch
	s.drainBegins(des.Time(10 * time.Second))
	s.drainBegins(des.Time(20 * time.Second))
	if got, want := s.moment(des.Time(30*time.Second)), (random.Moment{Stretch: 1, Since: 20 * time.Second}); got != want {
		t.Errorf("with two drains at once the moment is %+v, want %+v", got, want)
	}
	s.drains = 0
	s.drainBegins(des.Time(40 * time.Second))
	if got, want := s.moment(des.Time(45*time.Second)), (random.Moment{Stretch: 2, Since: 5 * time.Second}); got != want {
		t.Errorf("with a drain after them it is %+v, want %+v", got, want)
	}
}
