package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// claim is a file that is something already in this run.
type claim struct{ file, what string }

// claimed says what a file is already that is to be written; "" for nothing.
func claimed(file string, by []claim) string {
	for _, c := range by {
		if samePlace(file, c.file) {
			return c.what
		}
	}
	return ""
}

// samePlace tells whether two names are one file, which may not be there yet.
func samePlace(a, b string) bool {
	one, err := os.Stat(a)
	other, otherErr := os.Stat(b)
	if err == nil && otherErr == nil {
		return os.SameFile(one, other)
	}
	a, err = filepath.Abs(a)
	b, otherErr = filepath.Abs(b)
	return err == nil && otherErr == nil && a == b
}

// writable tells what stands in the way of a file, as far as can be told
// without writing.
func writable(env environment, file string) error {
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s", folder)
	}
	info, _ := os.Stat(file)
	switch {
	case info == nil: // there is none yet
		return nil
	case !info.Mode().IsRegular():
		return errors.New("there is something else than a file of that name")
	case goesTo(env.stdout, info) || goesTo(env.stderr, info):
		// As /dev/stdout is where that was sent to a file.
		return errors.New("that is where the program prints already")
	default:
		return nil
	}
}

func goesTo(w io.Writer, file os.FileInfo) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(info, file)
}

// replace writes beside the file and renames, so that nobody reads half of it. A
// link stays one: what it leads to is replaced.
func replace(file string, content []byte) error {
	if behind, err := filepath.EvalSymlinks(file); err == nil {
		file = behind
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(content)
	if closeErr := temporary.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(temporary.Name(), 0o644) //nolint:gosec // a report is for others to read
	}
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}
