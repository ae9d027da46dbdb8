package sim_test

import (
	"os"
	"testing"

	"rollsim/sim"
)

func TestZZTrace(t *testing.T) {
	dir := os.Getenv("ZZ")
	for _, r := range loadRepeats(t, dir)[:1] {
		s := sim.New(r.model)
		res := s.Run(0, 1, sim.Options{Trace: true})
		f, _ := os.Create("/tmp/h15/trace.txt")
		res.Trace.WriteText(f)
		f.Close()
	}
}
