// Package scenarios turns TOML files into models, and back.
//
// [Load] reads a file, [Scenario.Set] overrides single keys, and
// [Scenario.Model] gives the checked model: everything that is wrong with a
// file comes back at once, in file order, each finding with its line and
// column. [Encode] writes a spec as TOML. [Library] lists the scenarios that
// are built in.
//
// A file is decoded into plain maps and lists, and then read key by key. That
// can't fail half-way, as decoding into structs does at the first wrong type,
// and it makes the reader the one list of the keys that exist: what it doesn't
// ask for is unknown.
//
// A key that is accepted has an effect. Keys of features to come are refused as
// not supported yet; all others are unknown.
package scenarios
