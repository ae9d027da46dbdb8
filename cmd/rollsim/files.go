package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// outputFiles collects a verb's files in memory. They are written when all of
// them are complete, each of them whole or not at all.
type outputFiles struct {
	dir   string
	names []string
	data  [][]byte
}

// add renders one file.
func (f *outputFiles) add(name string, render func(io.Writer) error) error {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	f.names = append(f.names, name)
	f.data = append(f.data, b.Bytes())
	return nil
}

// write puts the files into the folder and says so. Files of an earlier call
// that are not written again stay.
func (f *outputFiles) write(messages io.Writer) error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return codedError{exitInternal, err}
	}
	var errs []error
	for i, name := range f.names {
		path := filepath.Join(f.dir, name)
		if err := renameio.WriteFile(path, f.data[i], 0o644); err != nil {
			errs = append(errs, err)
			continue
		}
		fmt.Fprintf(messages, "wrote %s\n", path)
	}
	if err := errors.Join(errs...); err != nil {
		return codedError{exitInternal, err}
	}
	return nil
}
