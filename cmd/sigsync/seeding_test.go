package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

// push stores an image, or an index with its children:
//
//	push [-platforms N] [-salt TEXT] REPO IMAGE:TAG
//
// Images of one salt have one digest; a salt is IMAGE:TAG unless it is given.
func push(_ *testscript.TestScript, w *world, args []string) error {
	flags := flag.NewFlagSet("push", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	platforms, salt := flags.Int("platforms", 0, ""), flags.String("salt", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := arguments(flags.Args(), 2, 2, "push [-platforms N] [-salt TEXT] REPO IMAGE:TAG"); err != nil {
		return err
	}
	server, err := w.started()
	if err != nil {
		return err
	}
	repo, reference := flags.Arg(0), flags.Arg(1)
	image, tag, _ := strings.Cut(reference, ":")
	if *salt == "" {
		*salt = reference
	}
	if *platforms == 0 {
		w.names.add(seed.Push(server.Tree(), repo, image, tag, *salt).Digest, reference)
		return nil
	}
	index := seed.PushIndex(server.Tree(), repo, image, tag, *salt, *platforms)
	w.names.add(index.Digest, reference)
	for n, child := range index.Children {
		w.names.add(child.Digest, fmt.Sprintf("%s/%d", reference, n))
	}
	return nil
}

// sign stores the signature of a subject, in place of one that is there:
//
//	sign [-recursive] REPO IMAGE:TAG|IMAGE@DIGEST SIGNER...
func sign(_ *testscript.TestScript, w *world, args []string) error {
	recursive := len(args) > 0 && args[0] == "-recursive"
	if recursive {
		args = args[1:]
	}
	if err := arguments(args, 3, 99, "sign [-recursive] REPO IMAGE:TAG|IMAGE@DIGEST SIGNER..."); err != nil {
		return err
	}
	at, digest, err := w.subject(args[0], args[1])
	if err != nil {
		return err
	}
	subjects := []string{digest}
	if recursive {
		subjects = append(subjects, w.children(at)...)
	}
	for _, subject := range subjects {
		made := seed.Sign(w.server.Tree(), at.Repo, at.Image, subject, args[2:]...)
		w.names.add(made, w.names.of(subject)+".sig")
	}
	return nil
}

// attest adds an attestation to a subject: attest REPO IMAGE:TAG|IMAGE@DIGEST PREDICATE.
func attest(_ *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 3, 3, "attest REPO IMAGE:TAG|IMAGE@DIGEST PREDICATE"); err != nil {
		return err
	}
	at, digest, err := w.subject(args[0], args[1])
	if err != nil {
		return err
	}
	w.names.add(seed.Attest(w.server.Tree(), at.Repo, at.Image, digest, args[2]), w.names.of(digest)+".att")
	return nil
}

// attachSBOM stores the SBOM of a subject: sbom REPO IMAGE:TAG|IMAGE@DIGEST TEXT.
func attachSBOM(_ *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 3, 3, "sbom REPO IMAGE:TAG|IMAGE@DIGEST TEXT"); err != nil {
		return err
	}
	at, digest, err := w.subject(args[0], args[1])
	if err != nil {
		return err
	}
	w.names.add(seed.AttachSBOM(w.server.Tree(), at.Repo, at.Image, digest, args[2]), w.names.of(digest)+".sbom")
	return nil
}

// subject finds the manifest that a reference leads to. A digest need not be there.
func (w *world) subject(repo, reference string) (docker.Place, string, error) {
	server, err := w.started()
	if err != nil {
		return docker.Place{}, "", err
	}
	if image, digest, ok := strings.Cut(reference, "@"); ok {
		hex, err := w.names.resolve(strings.TrimPrefix(digest, "sha256:"))
		return docker.Place{Repo: repo, Image: image, Reference: "sha256:" + hex}, "sha256:" + hex, err
	}
	image, tag, _ := strings.Cut(reference, ":")
	at := docker.Place{Repo: repo, Image: image, Reference: tag}
	item, ok := docker.FindManifest(server.Tree(), at)
	if !ok {
		return at, "", fmt.Errorf("there is no %s in %s", reference, repo)
	}
	return at, "sha256:" + item.SHA256, nil
}

// children returns the digests that an index lists.
func (w *world) children(at docker.Place) []string {
	item, _ := docker.FindManifest(w.server.Tree(), at)
	content, _ := w.server.Tree().Content(item.Repo, item.Path)
	m, err := docker.ParseManifest(content, "")
	if err != nil {
		return nil
	}
	var digests []string
	for _, c := range m.Children {
		digests = append(digests, c.Digest.String())
	}
	return digests
}
