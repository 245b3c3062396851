package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkOrder holds the copies of the access log to the order that a verifier
// needs: of each attachment all blobs before the manifest, and nothing after
// it. At least one attachment must have been copied.
func checkOrder(_ *testscript.TestScript, w *world, args []string) error {
	server, err := w.started()
	if err != nil {
		return err
	}
	blobs, whole := map[string]int{}, map[string]bool{}
	for _, e := range server.Log() {
		if e.Operation != "copy" {
			continue
		}
		folder, file := path.Split(copyTarget(e))
		switch {
		case whole[folder]:
			return fmt.Errorf("%s was copied after the manifest of %s", file, w.names.show(folder))
		case strings.HasPrefix(file, "sha256__"):
			blobs[folder]++
		case blobs[folder] == 0:
			return fmt.Errorf("the manifest of %s was copied before its blobs", w.names.show(folder))
		default:
			whole[folder] = true
		}
	}
	if len(whole) == 0 || len(whole) != len(blobs) {
		return errors.New("no attachment was copied whole, or one was left without its manifest")
	}
	return arguments(args, 0, 0, "inorder")
}
