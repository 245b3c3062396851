package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

const depositUsage = "deposit [-list] [-as NAME] REPO IMAGE:TAG|IMAGE@ MANIFEST [BLOB]..."

// deposit stores a manifest and blobs as they are in files, under a tag or
// under the manifest's digest:
//
//	deposit [-list] [-as NAME] REPO IMAGE:TAG|IMAGE@ MANIFEST [BLOB]...
//
// The newline that ends a file is not part of it. In the files {NAME} stands
// for the digest that has the name, and {size NAME} for the bytes that it has.
// A blob is named after its file, the manifest IMAGE:TAG unless it is given a
// name. With -list a referrer is entered where clients look for it.
func deposit(ts *testscript.TestScript, w *world, args []string) error {
	flags := flag.NewFlagSet("deposit", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	list, as := flags.Bool("list", false, ""), flags.String("as", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	args = flags.Args()
	if err := arguments(args, 3, 99, depositUsage); err != nil {
		return err
	}
	at, err := w.place(args[0], args[1])
	if err != nil {
		return err
	}
	s := w.server.Tree()
	waiting := docker.Place{Repo: at.Repo, Image: at.Image, Reference: "deposited"}
	blobs := make([][]byte, 0, len(args))
	for _, file := range args[3:] {
		content := w.fill(ts.ReadFile(file))
		blobs = append(blobs, content)
		w.names.add(docker.StoreBlob(s, waiting, content, "ci"), filepath.Base(file))
	}
	m, err := docker.ParseManifest(w.fill(ts.ReadFile(args[2])), "")
	if err != nil {
		return err
	}
	if at.Reference == "" {
		at.Reference = m.Digest
	}
	if *as == "" {
		*as = args[1]
	}
	for _, content := range blobs {
		docker.StoreBlob(s, at, content, "ci")
	}
	s.Delete(waiting.Repo, waiting.Folder())
	docker.StoreManifest(s, at, m, "ci")
	w.names.add(m.Digest, *as)
	if *list {
		w.list(at, m.Subject.Digest.String(), m.Digest)
	}
	return nil
}

// place is where a line says that something is to be: the reference is "" for IMAGE@.
func (w *world) place(repo, reference string) (docker.Place, error) {
	if _, err := w.started(); err != nil {
		return docker.Place{}, err
	}
	reference, err := w.names.resolve(reference)
	if err != nil {
		return docker.Place{}, err
	}
	if image, digest, ok := strings.Cut(reference, "@"); ok {
		if digest != "" {
			digest = "sha256:" + digest
		}
		return docker.Place{Repo: repo, Image: image, Reference: digest}, nil
	}
	image, tag, ok := strings.Cut(reference, ":")
	if !ok {
		return docker.Place{}, fmt.Errorf("%s has neither tag nor digest", reference)
	}
	return docker.Place{Repo: repo, Image: image, Reference: tag}, nil
}

// fill puts digests and sizes in the place of names.
func (w *world) fill(text string) []byte {
	var pairs []string
	hexes := map[string]string{}
	for hex, name := range w.names.byHex {
		pairs = append(pairs, "{"+name+"}", hex)
		hexes[name] = hex
	}
	text = regexp.MustCompile(`\{size [^{}]*\}`).ReplaceAllStringFunc(text, func(quoted string) string {
		content, _ := w.server.Tree().Binary(hexes[quoted[len("{size "):len(quoted)-1]])
		return strconv.Itoa(len(content))
	})
	return []byte(strings.NewReplacer(pairs...).Replace(strings.TrimSuffix(text, "\n")))
}

// showManifest prints the bytes of a manifest, and a newline:
//
//	manifest [-raw] REPO|registry:PREFIX IMAGE:TAG|IMAGE@{NAME}
//
// Names stand in the place of digests unless it is to be raw.
func showManifest(ts *testscript.TestScript, w *world, args []string) error {
	raw := len(args) > 0 && args[0] == "-raw"
	if raw {
		args = args[1:]
	}
	if err := arguments(args, 2, 2, "manifest [-raw] REPO|registry:PREFIX IMAGE:TAG|IMAGE@{NAME}"); err != nil {
		return err
	}
	at, err := w.place(args[0], args[1])
	if err != nil {
		return err
	}
	content, _, err := w.pull(at, "manifests", at.Reference)
	if err != nil {
		return err
	}
	text := string(content)
	if !raw {
		text = w.names.show(text)
	}
	_, _ = fmt.Fprintln(ts.Stdout(), strings.TrimSuffix(text, "\n"))
	return nil
}
