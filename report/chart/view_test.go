package chart

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rollsim/sim/metrics"
)

func TestView(t *testing.T) {
	dir := os.Getenv("CHART_VIEW")
	if dir == "" {
		t.Skip()
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json.gz"))
	for _, name := range files {
		f, _ := os.Open(name)
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		var tl metrics.Timeline
		if err := json.NewDecoder(z).Decode(&tl); err != nil {
			t.Fatal(name, err)
		}
		for kind, draw := range map[string]func(*metrics.Timeline, Options) (*Picture, error){"availability": Availability, "nodes": Nodes} {
			begin := time.Now()
			p, err := draw(&tl, Options{})
			if err != nil {
				t.Fatal(err)
			}
			drawn := time.Since(begin)
			out, _ := os.Create(strings.TrimSuffix(name, ".json.gz") + "-" + kind + ".png")
			if err := p.PNG(out); err != nil {
				t.Fatal(err)
			}
			st, _ := out.Stat()
			t.Log(filepath.Base(name), kind, drawn, time.Since(begin), st.Size(), len(p.sheet.marks))
			out.Close()
			os.WriteFile(strings.TrimSuffix(name, ".json.gz")+"-"+kind+".txt", []byte(strings.Join(p.Series(), "\n")+"\n\n"+p.Alt+"\n"), 0o644)
		}
	}
	for name, m := range summaries() {
		p, err := Comparison(m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		out, _ := os.Create(filepath.Join(dir, "comparison-"+name+".png"))
		if err := p.PNG(out); err != nil {
			t.Fatal(err)
		}
		out.Close()
	}
}
