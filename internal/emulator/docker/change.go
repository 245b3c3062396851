package docker

import "github.com/sigsync/sigsync/internal/emulator/tree"

// Change is a manifest that was put, or deleted.
type Change struct {
	Deleted bool
	// Manifest is the manifest's file, as it is or was.
	Manifest tree.Item
	// Content is the manifest's bytes.
	Content []byte
	// By is the name of the user who did it.
	By string
}

func (a *API) changed(c Change) {
	if a.options.Observe != nil {
		a.options.Observe(c)
	}
}
