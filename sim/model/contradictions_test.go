package model

import (
	"slices"
	"testing"
)

// TestContradictions walks the 27 contradictions of AKS's sources: each is chosen by
// options or keys that exist, or has a reason why it isn't.
func TestContradictions(t *testing.T) {
	if len(Contradictions) != 27 {
		t.Errorf("%d contradictions, want 27", len(Contradictions))
	}
	for i, x := range Contradictions {
		if x.Number != i+1 || x.About == "" {
			t.Errorf("contradiction %d: number %d, about %q", i+1, x.Number, x.About)
		}
		if len(x.Options)+len(x.Keys) == 0 && x.Why == "" {
			t.Errorf("%d, %s: nothing chooses, and nothing says why", x.Number, x.About)
		}
		for _, key := range x.Options {
			if !slices.ContainsFunc(OptionTable, func(o OptionInfo) bool { return o.Key == key }) {
				t.Errorf("%d, %s: no option is called %s", x.Number, x.About, key)
			}
		}
		for _, key := range x.Keys {
			if !slices.ContainsFunc(Keys(), func(k Key) bool { return k.Path == key }) {
				t.Errorf("%d, %s: no key is called %s", x.Number, x.About, key)
			}
		}
	}
}
