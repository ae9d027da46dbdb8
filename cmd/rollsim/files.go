package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"

	"rollsim/report"
)

// outputFiles collects a verb's files in memory. They are written when all of
// them are complete.
type outputFiles struct {
	dir   string
	names []string
	data  [][]byte
}

// newOutputFiles returns an empty collection for a folder. It fails when the
// folder can't be written to, so that this is said before hours of playing.
// The folder itself is made when there is something to put into it.
func newOutputFiles(dir string) (*outputFiles, error) {
	existing := filepath.Clean(dir)
	for {
		info, err := os.Stat(existing)
		if err == nil && !info.IsDir() {
			return nil, codedError{exitInternal, fmt.Errorf("--out %s: %s is a file; want a folder", dir, existing)}
		}
		if err == nil {
			break
		}
		parent := filepath.Dir(existing)
		if parent == existing || !errors.Is(err, os.ErrNotExist) {
			return nil, codedError{exitInternal, fmt.Errorf("--out %s: %w", dir, err)}
		}
		existing = parent
	}
	probe, err := os.CreateTemp(existing, ".rollsim")
	var path *fs.PathError
	if errors.As(err, &path) {
		return nil, codedError{exitInternal, fmt.Errorf("--out %s: can't write to %s: %w", dir, existing, path.Err)}
	} else if err != nil {
		return nil, codedError{exitInternal, fmt.Errorf("--out %s: %w", dir, err)}
	}
	defer os.Remove(probe.Name())
	return &outputFiles{dir: dir}, probe.Close()
}

// add renders one file.
func (f *outputFiles) add(name string, render func(io.Writer) error) error {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return codedError{exitInternal, fmt.Errorf("%s: %w", name, err)}
	}
	f.names = append(f.names, name)
	f.data = append(f.data, b.Bytes())
	return nil
}

// write puts all files into the folder, or none when one of them can't be
// written or ctx is over. Files of an earlier call that are not written again
// stay.
func (f *outputFiles) write(ctx context.Context) error {
	writing.Lock()
	defer writing.Unlock()
	if ctx.Err() != nil {
		return errInterrupted
	}
	_, missing := os.Stat(f.dir)
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return codedError{exitInternal, err}
	}
	err := f.replace()
	if err != nil && missing != nil {
		_ = os.Remove(f.dir) // it is empty
	}
	return err
}

// replace makes all files and then puts them in their places.
func (f *outputFiles) replace() error {
	var pending []*renameio.PendingFile
	defer func() {
		for _, p := range pending {
			_ = p.Cleanup() // nothing to do for files that are in place
		}
	}()
	for i, name := range f.names {
		p, err := pendingFile(filepath.Join(f.dir, name), f.data[i])
		if err != nil {
			return err
		}
		pending = append(pending, p)
	}
	for _, p := range pending {
		if err := p.CloseAtomicallyReplace(); err != nil {
			return codedError{exitInternal, err}
		}
	}
	return nil
}

// pendingFile is a complete file that isn't in its place yet.
func pendingFile(path string, data []byte) (*renameio.PendingFile, error) {
	p, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithPermissions(0o644), renameio.WithExistingPermissions())
	if err != nil {
		return nil, codedError{exitInternal, err}
	}
	if _, err := p.Write(data); err != nil {
		_ = p.Cleanup()
		return nil, codedError{exitInternal, fmt.Errorf("%s: %w", path, err)}
	}
	return p, nil
}

// wrote says what is there now.
func (f *outputFiles) wrote(messages io.Writer) {
	const few = 5
	if len(f.names) > few {
		fmt.Fprintf(messages, "wrote %d files to %s; begin with %s\n", len(f.names), f.dir, filepath.Join(f.dir, "report.md"))
		return
	}
	names := slices.Sorted(slices.Values(f.names))
	fmt.Fprintf(messages, "wrote %s to %s\n", report.List(names), f.dir)
}
