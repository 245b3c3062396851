package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
)

// login looks whether the server takes the credentials, and tells whether what
// follows may use them. It is the first request that has them: where they are
// refused they are not sent again.
func (s *server) login(ctx context.Context) bool {
	if s.Artifactory == nil {
		found := s.judge(s.Registry.Ping(ctx))
		if found.outcome == OK && s.Login.Form != "" && s.open {
			found = unknown("the registry answers without a login, so whether "+s.who()+" is taken is not known", firstSync)
		}
		return s.add("login", found)
	}
	text, err := s.Artifactory.Version(ctx)
	found := s.judge(err)
	if errors.Is(err, oci.ErrDenied) && s.Login.Form != "" {
		// Who is refused this for want of a right is logged in, but a wrong API key
		// and what stands before a server get the same answer.
		found = unknown("whether "+s.who()+" is taken the answer does not say: "+words(err), "see whether the repositories are shown")
	}
	if !s.add("login", found) {
		return false
	}
	s.version = parseVersion(text)
	s.add("version", s.versionFinding(text))
	return true
}

func (s *server) judge(err error) finding {
	switch {
	case err == nil:
		return s.taken()
	case s.Login.Form == "" && (errors.Is(err, oci.ErrUnauthorized) || errors.Is(err, oci.ErrDenied)):
		advice := "set auth of the server in the configuration"
		if s.Artifactory == nil {
			advice += ", or log in with docker login: Docker's configuration is asked"
		}
		return failed("there are no credentials, and the server wants some: "+words(err), advice)
	case errors.Is(err, oci.ErrUnauthorized):
		return failed(s.who()+" is refused: "+words(err), s.correct(err))
	case noAnswer(err):
		// What made the request is at fault, as a file that is not there.
		return failed(words(err), "correct the server's auth in the configuration")
	default:
		return failed("the login could not be tried: "+words(err), "look at the server's answer, and try again later")
	}
}

// noAnswer tells of an error that is not about a request.
func noAnswer(err error) bool { return !errors.As(err, new(*outbound.Error)) }

// correct says what to do about credentials that are refused.
func (s *server) correct(err error) string {
	const once = "; they were tried once, because servers lock accounts after a few bad logins"
	said := strings.ToLower(err.Error())
	switch {
	case strings.Contains(said, "recurrent log"):
		return "the account is locked after bad logins: have an administrator unlock it, and correct the credentials first"
	case strings.Contains(said, "expired"):
		return "the credentials have ended: make others" + once
	case strings.Contains(said, "exchange identity token"):
		return "compare provider and audience in auth.oidc with the OIDC integration of the server and its identity mappings"
	default:
		return "correct the server's auth in the configuration" + once
	}
}

func (s *server) taken() finding {
	switch left := s.Login.Ends.Sub(s.options.Now()); {
	case s.Login.Form == "" && s.Artifactory != nil:
		return failed("the server lets anybody in, and refuses queries to whom it does not know",
			"set auth of the server in the configuration")
	case s.Login.Form == "":
		return ok("taken, with what Docker's configuration has for the host, or without credentials")
	case !s.Login.Ends.IsZero() && left < soon:
		return warning(fmt.Sprintf("%s is taken, and ends on %s", s.who(), s.Login.Ends.UTC().Format(time.DateOnly)),
			"make another token before that; auth.token_file is read again when it changes")
	default:
		return ok(s.who() + " is taken")
	}
}

// who names the credentials and, as far as it is known, whose they are.
func (s *server) who() string {
	user := s.Login.User
	if s.Login.Account != nil && s.Login.Account() != "" {
		user = s.Login.Account()
	}
	if user == "" {
		return s.Login.Form
	}
	return fmt.Sprintf("%s of %s", s.Login.Form, user)
}
