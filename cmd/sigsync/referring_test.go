package main

import (
	"flag"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator/docker"
	"github.com/sigsync/sigsync/internal/emulator/seed"
)

const referUsage = "refer [-unlisted] [-empty] [-of SUBJECT] REPO IMAGE:TAG|IMAGE@DIGEST KIND SIGNER"

// refer stores a referrer of a subject, as a client does that finds the
// repository's Referrers API on or off, or as a copy inside the server leaves it:
//
//	refer [-unlisted] [-empty] [-of SUBJECT] REPO IMAGE:TAG|IMAGE@DIGEST KIND SIGNER
//
// A kind is bundle, provenance, artifact, notation, spdx or scan. With -of the
// content names another image's digest than the manifest does. With -empty the
// index has entries of the type of the empty config. The name of what
// is made is that of the subject with .KIND/SIGNER.
func refer(_ *testscript.TestScript, w *world, args []string) error {
	flags := flag.NewFlagSet("refer", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	unlisted, of := flags.Bool("unlisted", false, ""), flags.String("of", "", "")
	flags.BoolVar(&w.emptyTypes, "empty", false, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	args = flags.Args()
	if err := arguments(args, 4, 4, referUsage); err != nil {
		return err
	}
	at, digest, err := w.subject(args[0], args[1])
	if err != nil {
		return err
	}
	about := digest
	if *of != "" {
		if _, about, err = w.subject(args[0], *of); err != nil {
			return err
		}
	}
	r, err := w.referrer(at, about, args[2], args[3])
	if err != nil {
		return err
	}
	r.Subject = digest
	made := r.Place(w.server.Tree())
	w.names.add(made, w.names.of(digest)+"."+args[2]+"/"+args[3])
	if *unlisted {
		return nil
	}
	w.list(at, digest, made)
	return nil
}

func (w *world) referrer(at docker.Place, about, kind, signer string) (seed.Referrer, error) {
	tree := w.server.Tree()
	switch kind {
	case "bundle":
		return seed.Bundle(at.Repo, at.Image, about, seed.SignPredicate, signer), nil
	case "provenance":
		return seed.Bundle(at.Repo, at.Image, about, "https://slsa.dev/provenance/v1", signer), nil
	case "artifact":
		return seed.Artifact(at.Repo, at.Image, about, signer), nil
	case "notation":
		return seed.Notation(tree, at.Repo, at.Image, about, signer), nil
	case "spdx", "scan":
		return seed.Referrer{
			Repo: at.Repo, Image: at.Image, Subject: about, ArtifactType: "application/" + kind + "+json", Content: []byte(signer),
		}, nil
	default:
		return seed.Referrer{}, fmt.Errorf("usage: %s", referUsage)
	}
}

// list enters a referrer where clients look for it.
func (w *world) list(at docker.Place, subject, made string) {
	tree := w.server.Tree()
	if w.referrers[at.Repo] {
		seed.List(tree, at.Repo, at.Image, made)
		return
	}
	key := at.Repo + "/" + at.Image + "@" + subject
	w.indexed[key] = append(w.indexed[key], made)
	seed.Fallback{Repo: at.Repo, Image: at.Image, Subject: subject, Referrers: w.indexed[key], EmptyTypes: w.emptyTypes}.Push(tree)
}
