package doctor

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

// repo is the examination of one repository.
type repo struct {
	*server
	notes
	key string
	// sourceOf and targetOf are the pairs that name it so.
	sourceOf, targetOf []Pair
	// info is of the repository that holds the files: a virtual target's default
	// deployment repository, a remote source's cache. Its key is "" where that was
	// not found out.
	info repository.Info
	// files are some of its manifests.
	files []scan.File
	// noAPI tells that it has no Referrers API.
	noAPI bool
}

// refers tells whether referrers may be carried to it.
func (r *repo) refers() bool {
	return slices.ContainsFunc(r.targetOf, func(p Pair) bool { return p.Referrers })
}

func (r *repo) isTarget() bool { return len(r.targetOf) > 0 }

// examine looks at one repository. Its notes are not the server's.
func (r *repo) examine(ctx context.Context) {
	n := &r.notes
	if r.Artifactory == nil {
		r.examinePrefix(ctx)
		return
	}
	holder, there := r.holder(ctx)
	if !there || !n.add("readable", readable(holder.Key, r.Artifactory.Readable(ctx, holder.Key))) {
		return // what is missing above says why
	}
	r.info = holder
	r.listing(ctx)
	n.add("docker-api", dockerAPI(r.Registry.Reach(ctx, holder.Key)))
	n.add("referrers", r.referrers(ctx))
	if !r.isTarget() {
		return
	}
	n.add("tag-limit", r.tagLimit())
	r.rights(ctx)
}

// holder finds out what holds the files, and notes what was found on the way.
func (r *repo) holder(ctx context.Context) (repository.Info, bool) {
	n := &r.notes
	info, err := r.Artifactory.Repository(ctx, r.key)
	if !n.add("exists", exists(info, err)) || !n.add("package-type", packageType(info)) {
		return info, false
	}
	switch info.Class {
	case "local":
	case "federated":
		if r.isTarget() && r.version.before(federatedCopies()) {
			n.add("class", warning("federated, in a version before "+federatedCopies().String()+
				", which does not pass copies on to the other members", "update the server"))
		}
	case "remote":
		if r.isTarget() {
			return info, n.add("class", failed("a remote repository: nothing can be copied to it", "name a local repository as the target"))
		}
		info.Key += "-cache"
		n.add("class", ok("a remote repository: what its cache "+info.Key+" holds is what can be copied"))
	case "virtual":
		return r.deployment(ctx, info)
	default:
		return info, n.add("class", failed(fmt.Sprintf("of class %q", info.Class), "name a local, federated or remote repository"))
	}
	return info, true
}

// deployment is what holds the files of a virtual repository.
func (r *repo) deployment(ctx context.Context, virtual repository.Info) (repository.Info, bool) {
	n := &r.notes
	switch {
	case len(r.sourceOf) > 0:
		return virtual, n.add("class", failed("a virtual repository, which may hide where a signature is",
			"name the local repositories behind it, as a pair each"))
	case virtual.DefaultDeployment == "":
		return virtual, n.add("class", failed("a virtual repository without a default deployment repository that this account is shown",
			"name the local repository as the target: only administrators are shown where a virtual one leads"))
	}
	info, err := r.Artifactory.Repository(ctx, virtual.DefaultDeployment)
	if err != nil {
		return info, n.add("class", failed(fmt.Sprintf("a virtual repository whose default deployment repository %s is not to be had: %s",
			virtual.DefaultDeployment, words(err)), "grant this account Read on it, or name a local repository as the target"))
	}
	if info.Class != "local" && info.Class != "federated" {
		return info, n.add("class", failed(fmt.Sprintf("a virtual repository whose default deployment repository %s is %s",
			info.Key, info.Class), "name a local repository as the target"))
	}
	n.add("class", ok("a virtual repository: what is copied goes to its default deployment repository "+info.Key))
	return info, true
}

func exists(info repository.Info, err error) finding {
	switch {
	case err == nil:
		return ok("a " + info.Class + " repository")
	case errors.Is(err, oci.ErrNotFound):
		return failed("there is none of that key, or this account may not know of it: "+words(err),
			"correct the key, or grant this account Read on it")
	case errors.Is(err, oci.ErrDenied):
		return failed(words(err), "grant this account Read on it")
	default:
		return failed(words(err), "look at the server's answer")
	}
}

func packageType(info repository.Info) finding {
	if info.PackageType != "docker" && info.PackageType != "oci" {
		return failed(fmt.Sprintf("it holds %s packages", info.PackageType), "name a docker or oci repository")
	}
	return ok(info.PackageType)
}

func readable(key string, err error) finding {
	switch {
	case err == nil:
		return ok("its root is shown to this account")
	case errors.Is(err, oci.ErrDenied), errors.Is(err, oci.ErrNotFound):
		return failed(words(err), "grant this account Read on "+key+", on the whole of it")
	default:
		return failed(words(err), "look at the server's answer")
	}
}

func dockerAPI(err error) finding {
	if err != nil {
		return failed(words(err), "look whether the server lets this account use the docker API of the repository, "+
			"and whether a proxy passes /api/docker/ on")
	}
	return ok("it answers, and takes the login")
}

// sampled is how many manifests are listed.
const sampled = 100

// listing looks whether queries show what is there.
func (r *repo) listing(ctx context.Context) {
	files, trimmed, err := r.Artifactory.Sample(ctx, r.info.Key, sampled)
	r.files = files
	const (
		empty  = "queries (AQL) work, and show this account no manifest"
		narrow = "the account's Read leaves paths out: grant it on the whole repository"
	)
	switch {
	case err != nil:
		r.notes.add("listing", failed(words(err), "look whether the server lets this account search (POST api/search/aql), "+
			"and whether a proxy passes it on"))
		r.notes.skip("queries do not work", "query-limit")
		return
	case len(files) > 0:
		r.notes.add("listing", ok("queries (AQL) work, and show manifests"))
	case r.isTarget() && len(r.sourceOf) == 0:
		r.notes.add("listing", warning(empty, "no image was promoted yet, or "+narrow))
	default:
		r.notes.add("listing", warning(empty, "it is empty, or "+narrow))
	}
	r.notes.add("query-limit", r.queryLimit(ctx, trimmed))
}

// announcedCap is the smallest limit that is taken for a cap which the server
// announces when it is reached.
const announcedCap = 100_000

func (r *repo) queryLimit(ctx context.Context, trimmed string) finding {
	const advice = "have artifactory.search.userQueryLimit and aql.search.query.max.limit raised on the server above the number of " +
		"manifests and signature files of the repository, or take a part of the images at a time (images.include)"
	if trimmed != "" {
		return failed(fmt.Sprintf("the server trims a query of %d rows: %s", sampled, trimmed), advice)
	}
	limit, err := r.Artifactory.QueryLimit(ctx, r.info.Key)
	switch {
	case err != nil:
		return failed(words(err), "look at the server's answer")
	case limit == 0:
		return ok("the server says nothing of one; a listing that reaches a cap is taken in parts")
	case limit < announcedCap:
		return failed(fmt.Sprintf("the server enforces %d rows on this account's queries", limit), advice)
	default:
		return ok(fmt.Sprintf("the server's cap is %d rows; a listing that reaches it is taken in parts", limit))
	}
}

// referrers looks whether there is a Referrers API, by asking for those of a
// manifest that is there: for others some servers have none.
func (r *repo) referrers(ctx context.Context) finding {
	for _, f := range r.files {
		image := path.Dir(f.Path)
		if f.Digest.IsZero() || image == "." {
			continue
		}
		return r.referrersOf(ctx, repository.Image{Repository: r.info.Key, Path: image}, f.Digest)
	}
	return unknown("there is no manifest to ask about", "")
}

func (r *repo) referrersOf(ctx context.Context, in repository.Image, subject oci.Digest) finding {
	_, supported, err := r.Registry.Referrers(ctx, in, subject)
	r.noAPI = err == nil && !supported
	switch {
	case err != nil && !r.carriesReferrers():
		return unknown(words(err), "")
	case err != nil:
		return failed(words(err), "look at the server's answer, or set referrers: never")
	case supported:
		return ok("there is a Referrers API")
	case r.refers():
		return warning("there is no Referrers API: what refers to an image is entered in an index under a tag",
			"turn it on for the repository, or set referrers: never where cosign 3 and Notation are not used")
	default:
		return ok("there is no Referrers API: indexes under tags are read")
	}
}

func (r *repo) carriesReferrers() bool {
	return r.refers() || slices.ContainsFunc(r.sourceOf, func(p Pair) bool { return p.Referrers })
}

// tagLimit tells of the target's own clean-up.
func (r *repo) tagLimit() finding {
	keeps := r.info.MaxUniqueTags
	what := fmt.Sprintf("%s keeps %d tags of an image (maxUniqueTags): a signature is a tag, and may push out an image", r.info.Key, keeps)
	allowed := slices.ContainsFunc(r.targetOf, func(p Pair) bool { return p.Evicts })
	switch {
	case keeps == 0:
		return ok(r.info.Key + " keeps all tags (maxUniqueTags)")
	case keeps < 0:
		return unknown("only administrators are shown whether it keeps a limited number of tags (maxUniqueTags)",
			"have an administrator look: anything above 0 may push out images for signatures")
	case allowed:
		return warning(what+"; limits.allow_tag_eviction allows it", "have maxUniqueTags of the repository set to 0")
	default:
		return failed(what+"; a pair that makes tags there is refused",
			"have maxUniqueTags of the repository set to 0, or set limits.allow_tag_eviction: true")
	}
}
