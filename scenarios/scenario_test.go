package scenarios

import "testing"

func TestTmp(t *testing.T) {
	for _, e := range Library() {
		s, err := Load(e.Name+".toml", e.Data)
		if err != nil {
			t.Fatal(err)
		}
		_, w, err := s.Model()
		t.Log(e.Name, "|", e.Question, "|", err)
		for _, x := range w {
			t.Log("warn", x)
		}
	}
}
