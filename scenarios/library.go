package scenarios

import (
	"embed"
	"fmt"
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

// libraryFolder is where the embedded files lie.
const libraryFolder = "library/"

// Builtin returns the TOML of the library scenario of that name, and false where
// there is none.
func Builtin(name string) ([]byte, bool) {
	data, err := libraryFiles.ReadFile(libraryFolder + name + ".toml")
	return data, err == nil
}

// Open loads the library scenario of that name.
func Open(name string) (*Scenario, error) {
	data, ok := Builtin(name)
	if !ok {
		return nil, fmt.Errorf("%s: no scenario of the library is called so", name)
	}
	return Load(name, data)
}

// Library returns the scenarios that are built in, sorted by name.
func Library() []Entry {
	files, err := libraryFiles.ReadDir(strings.TrimSuffix(libraryFolder, "/"))
	if err != nil {
		panic("scenarios: " + err.Error())
	}
	var all []Entry
	for _, f := range files { // sorted by name
		data, err := libraryFiles.ReadFile(libraryFolder + f.Name())
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
