package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
)

// abilities looks at edition and account.
func (s *server) abilities(ctx context.Context) {
	kind, err := s.Artifactory.License(ctx)
	switch {
	case err == nil:
		s.add("edition", ok(kind))
		s.add("account", warning("it is an administrator's, who may delete and overwrite everything",
			"use an account with the rights that sigsync doctor --permissions prints"))
	case errors.Is(err, oci.ErrDenied):
		s.add("edition", unknown("only administrators are shown the licence; what matters of it is copy-item", ""))
		s.add("account", ok("it is no administrator's"))
	default:
		s.add("edition", unknown(words(err), ""))
	}
	s.copying = s.copyItem(ctx)
	s.add("copy-item", s.copying)
}

// nowhere is a path that nobody has.
const nowhere = "sigsync-doctor/none"

// copyItem looks whether there is Copy Item: a question about a file that does
// not exist gets another answer where there is none.
func (s *server) copyItem(ctx context.Context) finding {
	at := slices.IndexFunc(s.repositories, func(r *repo) bool { return slices.ContainsFunc(r.targetOf, Pair.copies) })
	if at < 0 {
		return ok("no pair needs it on this server")
	}
	r := s.repositories[at]
	insists := slices.ContainsFunc(r.targetOf, func(p Pair) bool { return p.Transport == "copy" })
	from := repository.File{Repository: r.key, Path: nowhere}
	err := s.Artifactory.TryCopy(ctx, from, repository.File{Repository: r.key, Path: nowhere + "-either"})
	switch {
	case errors.Is(err, oci.ErrUnsupported) && insists:
		return failed("this edition has no Copy Item: "+words(err),
			"set transport: auto, which promotes tags instead, or transport: promote")
	case errors.Is(err, oci.ErrUnsupported):
		return warning("this edition has no Copy Item: tags are promoted instead",
			"grant the account Annotate on the targets too, which promotion needs; set transport: promote to spare a refused request a run")
	case ofCopyItem(err, r.key):
		return ok("there is Copy Item: files are copied inside the server")
	case err == nil:
		return unknown("a copy of a file that does not exist has success, which says nothing", firstSync)
	default:
		return unknown("the answer to a copy of a file that does not exist says nothing: "+words(err),
			"look whether a proxy passes /api/copy/ on; "+firstSync)
	}
}

// ofCopyItem tells whether an answer is Copy Item's own: it names the repository
// that it looked into, or the right that lacks. A page or a status may be
// anybody's, and so are words that only repeat the request.
func ofCopyItem(err error, key string) bool {
	e, known := errors.AsType[*outbound.Error](err)
	if !known || errors.Is(err, oci.ErrUnavailable) {
		return false
	}
	said := strings.Join(e.Messages, "\n")
	return !strings.Contains(said, "api/copy/") && (strings.Contains(said, key) || strings.Contains(said, " permission"))
}
