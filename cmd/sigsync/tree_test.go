package main

import (
	"errors"
	"fmt"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// listTree prints the files of a repository, sorted: tree REPO [GLOB].
func listTree(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 1, 2, "tree REPO [GLOB]"); err != nil {
		return err
	}
	out := ts.Stdout()
	files, err := w.files(args[0], append(args[1:], "**")[0])
	for _, i := range files {
		_, _ = fmt.Fprintln(out, w.names.show(i.Path))
	}
	return err
}

// deleteFiles deletes the files that match, or the first of them only:
//
//	delete [-one] REPO GLOB
func deleteFiles(_ *testscript.TestScript, w *world, args []string) error {
	one := len(args) > 0 && args[0] == "-one"
	if one {
		args = args[1:]
	}
	return w.each(args, one, func(i tree.Item) { w.server.Tree().Delete(i.Repo, i.Path) })
}

// spoil gives the first file that matches other content: spoil REPO GLOB.
func spoil(_ *testscript.TestScript, w *world, args []string) error {
	return w.each(args, true, func(i tree.Item) { w.server.Tree().Put(i.Repo, i.Path, []byte("spoilt"), "somebody", i.Properties) })
}

// forget makes the server know no SHA-256 of the files that match: forget REPO GLOB.
func forget(_ *testscript.TestScript, w *world, args []string) error {
	return w.each(args, false, func(i tree.Item) { w.server.Tree().DropSHA256(i.Repo, i.Path) })
}

// each does something to the files, at least one, that match a glob.
func (w *world) each(args []string, one bool, do func(tree.Item)) error {
	if err := arguments(args, 2, 2, "COMMAND REPO GLOB"); err != nil {
		return err
	}
	files, err := w.files(args[0], args[1])
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("no file matches")
	}
	if one {
		files = files[:1]
	}
	for _, i := range files {
		do(i)
	}
	return nil
}

// files returns the files of a repository that match a glob, in which names stand for digests.
func (w *world) files(repo, glob string) ([]tree.Item, error) {
	server, err := w.started()
	if err != nil {
		return nil, err
	}
	if !server.Tree().HasRepository(repo) {
		return nil, fmt.Errorf("there is no repository %s", repo)
	}
	if glob, err = w.names.resolve(glob); err != nil {
		return nil, err
	}
	var files []tree.Item
	server.Tree().Walk(repo, "", func(i tree.Item) bool {
		if !i.Folder && doublestar.MatchUnvalidated(glob, i.Path) {
			files = append(files, i)
		}
		return true
	})
	return files, nil
}
