package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/config"
)

// loud is the program with all that can be logged, unless it is told a level.
func loud() {
	told := slices.ContainsFunc(os.Args, func(arg string) bool { return strings.HasPrefix(arg, "--log-level") })
	if level := os.Getenv(levelVariable); level != "" && !told && len(os.Args) > 1 && slices.Contains([]string{"sync", "audit", "serve"}, os.Args[1]) {
		os.Args = append(os.Args, "--log-level", level)
	}
	main()
}

// levelVariable is the level of programs that are told none on their command
// line. A story that is about levels sets it to nothing.
const levelVariable = "STORY_LEVEL"

// panicking ends as the program would that had a secret at hand, alone or in an
// error's text.
func panicking() {
	secret := config.Secret(os.Getenv("SIGSYNC_PASSWORD"))
	if len(os.Args) > 1 {
		panic(secret)
	}
	panic(fmt.Errorf("login with %v %+v %#v %s: %w", secret, config.Auth{Password: secret}, &config.Auth{Token: secret}, secret,
		os.ErrPermission))
}

// leaks finds the secrets that a story's programs left behind.
type leaks struct {
	folder string
	// brought are the files that the story begins with, by their content: they
	// may be copied.
	brought map[[sha256.Size]byte]bool
	// programs are all that ran beside the story.
	programs []*process
}

// watch notes what is there at the beginning, and looks at what is at the end.
func (l *leaks) watch(env *testscript.Env) error {
	l.folder, l.brought = env.WorkDir, map[[sha256.Size]byte]bool{}
	err := l.files(func(_ string, content []byte) error {
		l.brought[sha256.Sum256(content)] = true
		return nil
	})
	env.Defer(func() {
		if err := l.find(); err != nil {
			env.T().Fatal(err)
		}
	})
	return err
}

// find is called when no program runs any more.
func (l *leaks) find() error {
	for _, p := range l.programs {
		if err := secretIn(p.stdout.String() + p.stderr.String()); err != nil {
			return fmt.Errorf("output of %s: %w", p, err)
		}
	}
	return l.files(func(name string, content []byte) error {
		if l.brought[sha256.Sum256(content)] {
			return nil
		}
		if err := secretIn(name + "\n" + string(content)); err != nil {
			return fmt.Errorf("file %s: %w", name, err)
		}
		return nil
	})
}

// files visits the regular files of the story. A story may take away the right
// to read one; the program could not have written it then.
func (l *leaks) files(visit func(name string, content []byte) error) error {
	return filepath.WalkDir(l.folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return visit(name, content)
	})
}
