package scenarios

import (
	"io"

	"rollsim/sim/model"
)

// setPrefix begins the Diagnostic.File of a value given by Set.
const setPrefix = "--set "

// Scenario is a scenario file that is TOML, checked no further.
type Scenario struct {
	Name string // the file's name as messages show it
}

// Load reads a scenario from TOML. The name is what messages call the file. An
// error is an ErrorList: the data is not TOML, and nothing more can be said.
func Load(name string, data []byte) (*Scenario, error) { panic("not yet") }

// Open reads the scenario file name. Where no such file exists, a name of the
// library stands for that scenario.
func Open(name string) (*Scenario, error) { panic("not yet") }

// Set gives key a value as if the file had it. The key addresses elements by
// name: node_pool.web.max_surge, workload.storefront.replicas, cluster.rules,
// strategy."by hand".operation."web pool".max_surge. The value is taken as TOML
// where it is TOML, else as a string. An error says that key addresses nothing;
// what is wrong with the value is for Model to say.
func (s *Scenario) Set(key, value string) error { panic("not yet") }

// Model checks the scenario and returns its model. The error is an ErrorList
// with everything that is wrong; warnings come with or without one. Both are in
// file order.
func (s *Scenario) Model() (m *model.Model, warnings []Diagnostic, err error) { panic("not yet") }

// Encode writes spec as a scenario file that loads to the same spec. What
// equals its default is left out, unless Spec.Written has it.
func Encode(w io.Writer, spec *model.Spec) error { panic("not yet") }

// Entry is a scenario of the library.
type Entry struct {
	Name     string // what stands for a file's name
	Title    string
	Question string // that the scenario answers
	Data     []byte // TOML
}

// Library returns the scenarios that are built in, sorted by name.
func Library() []Entry { panic("not yet") }
