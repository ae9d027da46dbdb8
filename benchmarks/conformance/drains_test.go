package conformance

import "testing"

// TestDrains drains nodes of random cases by hand and holds the pods that go, stay or
// keep the drain from beginning against the filters of the real kubectl drain.
func TestDrains(t *testing.T) {
	s := &survey{t: t, mustMeet: []string{
		"force false, ignore DaemonSets false: errors true", "force false, ignore DaemonSets true: errors false",
		"force false, ignore DaemonSets true: errors true", "force true, ignore DaemonSets false: errors true",
		"force true, ignore DaemonSets true: errors false", "pods that go", "pods that stay",
	}}
	s.run(*decisions, drainCase, func(c *Case) (*game, error) { return playDrains(t.Context(), c) })
}
