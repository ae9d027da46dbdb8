package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
)

// signalContext returns a context that ends at the first interrupt or
// termination signal. The second one ends the program as if nobody listened.
func signalContext(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

var errInterrupted = codedError{exitInterrupted, errors.New("interrupted; nothing is written")}

// writing is held while output files are written, so that an abandoned verb
// leaves all of them or none.
var writing sync.Mutex

// abandonable makes a verb end at once when its context does: it has nothing
// to keep that isn't complete.
func abandonable(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		done := make(chan error, 1)
		go func() { done <- run(c, args) }()
		select {
		case err := <-done:
			return err
		case <-c.Context().Done():
			writing.Lock()
			defer writing.Unlock()
			select {
			case err := <-done:
				return err
			default:
				return errInterrupted
			}
		}
	}
}
