package importer

import (
	"testing"

	"rollsim/sim/model"
)

// EnableAll takes every key of a scenario for supported, for one test.
func EnableAll(t *testing.T) {
	t.Helper()
	pending = func(string) bool { return false }
	t.Cleanup(func() { pending = model.Pending })
}
