package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// peer is a way to bring signatures to the target.
type peer struct {
	// name is that of --peers, title that of the tables.
	name, title string
	// program is the file in the folder of tools; with installed it is one of the system.
	program   string
	installed bool
	// traps tells that it has nothing to do on an estate of signature tags.
	traps bool
	// bounded tells that it has so many requests under way as workers says, so that
	// what they take at least can be told.
	bounded bool
	run     func(context.Context, *desk) (outcome, error)
	// did is how many items a run got to that was ended early, as far as the server
	// can tell; nil where the run itself says so.
	did func(record) int
}

// allPeers are sigsync and the others, in the order of the tables.
func allPeers() []peer {
	return []peer{
		{name: "sigsync", title: "sigsync sync", bounded: true, run: runSigsync},
		{name: "regsync", title: "regsync --missing, signature tags", program: "regsync", run: runRegsync},
		{name: "regsync-digesttags", title: "regsync, images with digestTags", program: "regsync", run: runRegsyncDigestTags, did: asked},
		{name: "cosign", title: "cosign copy, each image", program: "cosign3", run: runCosign},
		{name: "crane", title: "crane digest and copy, each image", program: "crane", run: runCrane},
		{name: "oras", title: "oras resolve and cp of the tag, each image", program: "oras", run: runOras},
		{name: "oras-recursive", title: "oras cp -r, each image", program: "oras", traps: true, run: runOrasRecursive},
		{name: "ansible", title: "Ansible, three REST calls for each image", program: "ansible-playbook", installed: true, run: runAnsible},
	}
}

// locate finds the program of a peer and its version.
func (p peer) locate(ctx context.Context, tools string) (binary, version string, err error) {
	if p.installed {
		return p.locateInstalled(ctx)
	}
	if binary, err = filepath.Abs(filepath.Join(tools, p.program)); err != nil {
		return "", "", err
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return "", "", fmt.Errorf("look for %s: %w", p.program, err)
	}
	return binary, p.program + " " + strings.TrimPrefix(info.Main.Version, "v"), nil
}

// locateInstalled asks the program itself.
func (p peer) locateInstalled(ctx context.Context) (binary, version string, err error) {
	if binary, err = exec.LookPath(p.program); err != nil {
		return "", "", err
	}
	out, err := exec.CommandContext(ctx, binary, "--version").Output()
	if err != nil {
		return "", "", errors.Join(fmt.Errorf("ask %s for its version", p.program), err)
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return binary, first, nil
}
