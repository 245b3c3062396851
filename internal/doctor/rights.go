package doctor

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// firstSync is the advice for what only a write can tell.
const firstSync = "the first copy tells: begin with sigsync sync --limit 1"

// rights looks what the account may do at a target, with dry runs of Copy Item.
// Whether files may be replaced is asked only where the question before left
// nothing behind, and only of a file that would be replaced by itself.
func (r *repo) rights(ctx context.Context) {
	granted, clean := r.deploy(ctx)
	r.notes.add("deploy", granted)
	if !clean {
		r.notes.add("delete", r.untested("it could not be asked without writing"))
		return
	}
	r.notes.add("delete", r.delete(ctx))
}

// deploy asks for a copy of a file to where a signature would be that no image
// has, for each pair to an image that it is about. clean tells that the server
// made its checks and nothing else.
func (r *repo) deploy(ctx context.Context) (granted finding, clean bool) {
	all, untried := r.trials()
	if len(all) == 0 {
		return unknown("not tested: "+r.nothingToTry(), firstSync), false
	}
	var images []string
	for _, t := range all {
		if f, clean := r.try(ctx, t); !clean || f.outcome != OK {
			return f, clean
		}
		images = append(images, t.image)
	}
	what := fmt.Sprintf("granted, by a dry run of Copy Item, for %s in %s", strings.Join(images, " and "), r.info.Key)
	if untried != "" {
		return unknown(what+"; not tested for "+untried+": "+r.nothingToTry(), firstSync), true
	}
	return ok(what), true
}

// try asks for one copy.
func (r *repo) try(ctx context.Context, t trial) (granted finding, clean bool) {
	switch err := r.Artifactory.TryCopy(ctx, t.from, t.to); {
	case err == nil:
		return r.left(ctx, t, ok("granted"))
	case errors.Is(err, oci.ErrUnsupported):
		return unknown("not tested: this edition has no Copy Item, which could be asked without writing",
			"grant Deploy and Annotate; "+firstSync), false
	case errors.Is(err, oci.ErrDenied):
		return r.refused(err), false
	default:
		// Whether a request was carried out that had no good answer nobody knows.
		f, _ := r.left(ctx, t, unknown("not tested: "+words(err), firstSync))
		return f, false
	}
}

// left looks whether a question left a file; said is what was found out where it
// did not.
func (r *repo) left(ctx context.Context, t trial, said finding) (finding, bool) {
	_, err := r.Artifactory.FileDigest(ctx, t.to)
	switch {
	case errors.Is(err, oci.ErrNotFound):
		return said, true
	case err != nil:
		return warning(fmt.Sprintf("%s for %s in %s; whether the dry run left nothing could not be told: %s",
			said.seen, t.image, t.to.Repository, words(err)),
			fmt.Sprintf("look whether %s is in %s: it should not be", t.to.Path, t.to.Repository)), false
	default:
		return failed("the server did what it was only asked about (dry=1)",
			fmt.Sprintf("delete %s in %s, and tell the makers of sigsync", t.to.Path, t.to.Repository)), false
	}
}

func (r *repo) refused(err error) finding {
	e, known := errors.AsType[*outbound.Error](err)
	switch {
	case known && e.Side == "source":
		return failed(words(err), "grant this account Read on the whole of the source")
	case strings.Contains(err.Error(), "include/exclude patterns"):
		return failed(words(err), "have the repository's include and exclude patterns let sha256-*.sig, sha256-*.att and sha256-*.sbom in")
	default:
		return failed(words(err), "grant this account Deploy/Cache on "+r.info.Key+
			", on the whole of it: sigsync doctor --permissions prints how")
	}
}

// sources are the repositories on this server that fill this one by Copy Item.
func (r *repo) sources() []*repo {
	var found []*repo
	for _, p := range r.targetOf {
		if p.Source.Server != r.Name {
			continue
		}
		if s := r.repository(p.Source.Repository); s.info.Key != "" && s.info.Key != r.info.Key && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

func inImage(f scan.File) bool { return path.Dir(f.Path) != "." }

func fileOf(r *repo, f scan.File) repository.File {
	return repository.File{Repository: r.info.Key, Path: f.Path + "/" + f.Name}
}

// delete asks for a copy of a file onto one that is the same.
func (r *repo) delete(ctx context.Context) finding {
	from, to, found := r.same(ctx)
	if !found {
		return r.untested("there is no file that a copy would replace by itself")
	}
	err := r.Artifactory.TryCopy(ctx, from, to)
	denied := errors.Is(err, oci.ErrDenied) && strings.Contains(strings.ToLower(err.Error()), "delete")
	if err != nil && !denied {
		return r.untested(words(err))
	}
	return r.deleteFinding(err == nil)
}

// need says what Delete is needed for; must tells that nothing goes without it.
func (r *repo) need() (what string, must bool) {
	switch {
	case slices.ContainsFunc(r.targetOf, func(p Pair) bool { return p.Overwrites }):
		return "on_difference replaces what differs", true
	case r.noAPI && r.refers():
		return "a referrer that comes to an image later than others changes an index under a tag, without a Referrers API", false
	default:
		return "", false
	}
}

func (r *repo) deleteFinding(granted bool) finding {
	what, must := r.need()
	const revoke = "revoke Delete: without it the server refuses to replace what somebody else has just written"
	switch {
	case granted && what == "":
		return warning("granted, and not needed", revoke)
	case granted:
		return ok("granted, and needed: " + what)
	case must:
		return failed("not granted, and needed: "+what, "grant this account Delete on "+r.info.Key+", or set on_difference: report")
	case what != "":
		return warning("not granted: "+what, "turn the Referrers API on for the repository, or grant Delete, or set referrers: never")
	default:
		return ok("not granted, and not needed")
	}
}

func (r *repo) untested(why string) finding {
	what, _ := r.need()
	if what == "" {
		return unknown("not tested: "+why+"; it is not needed", "do not grant it")
	}
	return unknown("not tested: "+why+"; it is needed: "+what, "look at the account's permissions")
}

// mostCompared is how many files of the target are looked for in a source.
const mostCompared = 3

// same finds two files of the same content, the second in the target: of a source
// under the same path, or under another path of the target. Attachments come
// before images.
func (r *repo) same(ctx context.Context) (from, to repository.File, found bool) {
	own := slices.DeleteFunc(slices.Clone(r.files), func(f scan.File) bool { return f.Digest.IsZero() })
	slices.SortStableFunc(own, func(a, b scan.File) int { return rank(a) - rank(b) })
	for _, s := range r.sources() {
		for _, f := range own[:min(len(own), mostCompared)] {
			there := fileOf(s, f)
			if d, err := r.Artifactory.FileDigest(ctx, there); err == nil && d == f.Digest {
				return there, fileOf(r, f), true
			}
		}
	}
	for i, f := range own {
		for _, other := range own[i+1:] {
			if f.Digest == other.Digest && f.Name == other.Name {
				return fileOf(r, other), fileOf(r, f), true
			}
		}
	}
	return from, to, false
}

func rank(f scan.File) int {
	if strings.HasPrefix(path.Base(f.Path), "sha256-") {
		return 0
	}
	return 1
}
