// Package cache keeps on disk what the content of a digest was found to be.
// Content never changes under its digest, so nothing in it grows old; what is
// lost is found out again.
package cache

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/oci"
)

// Dir is a cache in a folder, a file for each digest. It is safe for
// concurrent use, also by several programs.
type Dir struct {
	path string
	log  logrus.FieldLogger
}

// Open makes the folder where it is not there.
func Open(path string, log logrus.FieldLogger) (*Dir, error) {
	d := &Dir{path: filepath.Join(path, "v1"), log: log}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	return d, nil
}

// Recall returns what was kept for a digest; nil where nothing was.
func (d *Dir) Recall(digest oci.Digest) []byte {
	file, err := os.Stat(d.file(digest))
	if err != nil || !file.Mode().IsRegular() || file.Size() > intake.EntryBytes {
		return nil
	}
	content, err := os.ReadFile(d.file(digest))
	if err != nil {
		return nil
	}
	return content
}

// Keep keeps what is known of a digest. A full disk costs a warning, not the run.
func (d *Dir) Keep(digest oci.Digest, what []byte) {
	if err := d.write(d.file(digest), what); err != nil {
		d.log.WithError(err).Warn("not kept in the cache")
	}
}

// write puts the file in place when it is whole: another program may read it.
func (d *Dir) write(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	partial, err := os.CreateTemp(filepath.Dir(file), ".partial-*")
	if err != nil {
		return err
	}
	_, err = partial.Write(content)
	if closeErr := partial.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(partial.Name(), file)
	}
	if err != nil {
		_ = os.Remove(partial.Name())
	}
	return err
}

// file spreads entries over folders: there may be a million.
func (d *Dir) file(digest oci.Digest) string {
	digits := digest.Hex()
	return filepath.Join(d.path, digits[:2], digits[2:])
}
