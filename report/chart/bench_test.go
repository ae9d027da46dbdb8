package chart

import (
	"io"
	"testing"
)

// BenchmarkLarge draws the two pictures of 1,000 nodes and 200 workloads of
// 150 replicas, 30,000 pods.
func BenchmarkLarge(b *testing.B) {
	line := fake{pools: 4, nodes: 250, slots: 20, surge: true, workloads: 200, replicas: 150}.timeline()
	for name, draw := range map[string]func() (*Picture, error){
		"availability": func() (*Picture, error) { return Availability(line, Options{}) },
		"nodes":        func() (*Picture, error) { return Nodes(line, Options{}) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := draw()
				if err != nil {
					b.Fatal(err)
				}
				if err := p.PNG(io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
