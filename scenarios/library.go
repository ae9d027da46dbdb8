package scenarios

import (
	"embed"
	"strings"
)

//go:embed library/*.toml
var libraryFiles embed.FS

// Entry is a scenario of the library.
type Entry struct {
	Name     string // what stands for a file's name
	Title    string
	Question string // that the scenario answers
	Data     []byte // TOML
}

// Library returns the scenarios that are built in, sorted by name.
func Library() []Entry {
	const dir = "library"
	files, err := libraryFiles.ReadDir(dir)
	if err != nil {
		panic("scenarios: " + err.Error())
	}
	var all []Entry
	for _, f := range files { // sorted by name
		data, err := libraryFiles.ReadFile(dir + "/" + f.Name())
		if err != nil {
			panic("scenarios: " + err.Error())
		}
		s, err := Load(f.Name(), data)
		if err != nil {
			panic("scenarios: library: " + err.Error())
		}
		title, _ := s.doc["title"].(string)
		all = append(all, Entry{strings.TrimSuffix(f.Name(), ".toml"), title, s.question, data})
	}
	return all
}
