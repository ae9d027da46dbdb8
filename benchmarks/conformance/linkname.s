// Functions without a body, which go:linkname finds elsewhere, need an assembly
// file in their package.
