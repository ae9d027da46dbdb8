package kube

import "testing"

// TestEveryEventIsHandled: the table of handlers is as long as the list of kinds,
// by its type, and leaves none out.
func TestEveryEventIsHandled(t *testing.T) {
	for kind, handle := range handlers {
		if handle == nil {
			t.Errorf("events of kind %d have no handler", kind)
		}
	}
}
