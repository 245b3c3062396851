package doctor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sigsync/sigsync/internal/outbound"
)

// version is an Artifactory's, as in 7.117.21; zero is not known.
type version [3]int

// oldest is the first of what sigsync was built for.
func oldest() version { return version{7} }

// referrersAPI is the first with the Referrers API.
func referrersAPI() version { return version{7, 90, 1} }

// federatedCopies is the first that passes copies on to the other members of a
// federated repository.
func federatedCopies() version { return version{7, 64, 4} }

func parseVersion(text string) version {
	var v version
	for i, part := range strings.SplitN(text, ".", len(v)) {
		end := strings.IndexFunc(part, func(r rune) bool { return r < '0' || r > '9' })
		if end >= 0 {
			part = part[:end]
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			return version{}
		}
		v[i] = n
	}
	return v
}

// before tells of a version that is known to be older than another.
func (v version) before(other version) bool {
	return v != version{} && slices.Compare(v[:], other[:]) < 0
}

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (s *server) versionFinding(text string) finding {
	what := "Artifactory " + outbound.Clip(text)
	switch {
	case s.version == version{}:
		return unknown("the server does not tell its version", "")
	case s.version.before(oldest()):
		return warning(what+" is older than what sigsync was built for ("+oldest().String()+")",
			"update the server, or look closely at a first audit")
	case s.version.before(referrersAPI()) && s.referrersAtTarget():
		return warning(what+" has no Referrers API, which came with "+referrersAPI().String()+
			": referrers are found by indexes under tags",
			"update the server, or set referrers: never where cosign 3 and Notation are not used")
	default:
		return ok(what)
	}
}

// referrersAtTarget tells whether referrers may be carried to the server.
func (s *server) referrersAtTarget() bool {
	return slices.ContainsFunc(s.repositories, func(r *repo) bool { return r.refers() })
}
