package importer

import "rollsim/sim/model"

// pending says which keys of a scenario no behaviour is behind yet: what they
// would say is noted and left out. Tests of the import replace it.
var pending = model.Pending

// takes reports whether what a field of s says can be in a scenario under key,
// and notes that it is left out where it can't.
func (im *importing) takes(key string, s subject, n Weight, field, message string) bool {
	if !pending(key) {
		return true
	}
	im.notes.add(n, s, field, message)
	return false
}
