package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sigsync/sigsync/internal/outbound"
)

// outside looks at a server from outside: way, certificate, clock and URL. It
// returns why nothing more can be looked at, "" where it can.
func (s *server) outside(ctx context.Context) string {
	seen := s.Look(ctx, s.URL+s.ping())
	if !s.add("reach", reach(seen)) {
		return "the server is not reached"
	}
	if !s.add("tls", s.security(seen)) {
		return "there is no trusted connection"
	}
	if seen.Err != nil {
		s.add("base-url", failed(fmt.Sprintf("no answer: %s", words(seen.Err)), "look whether the server works: "+s.URL+s.ping()))
		return "the server does not answer"
	}
	s.add("clock", clock(seen))
	s.open = seen.Status == http.StatusOK
	if !s.add("base-url", s.address(ctx, seen)) {
		return "the URL is wrong, or the server does not work"
	}
	return ""
}

// ping is what is below the base URL and answers to anybody.
func (s *server) ping() string {
	if s.Artifactory == nil {
		return "/v2/"
	}
	return "/api/system/ping"
}

// reach tells of name, connection and proxy.
func reach(seen outbound.Sight) finding {
	through := ""
	if seen.Proxy != "" {
		through = "through the proxy " + seen.Proxy + ": "
	}
	if seen.Connected != "" && (seen.Err == nil || seen.Stage == outbound.StageTLS || seen.Stage == outbound.StageAnswer) {
		resolved := ""
		if len(seen.Addresses) > 0 {
			resolved = "the name is " + few(seen.Addresses) + ", "
		}
		return ok(through + resolved + "connected to " + seen.Connected)
	}
	why := through + words(seen.Err)
	switch {
	case seen.Stage == outbound.StageName && seen.Proxy != "":
		return failed(why, "look at the name of the proxy, in the server's proxy or in HTTPS_PROXY and HTTP_PROXY")
	case seen.Stage == outbound.StageName:
		return failed(why, "look at the host in the server's url, and at the name servers of this machine")
	case seen.Stage == outbound.StageProxy || seen.Proxy != "":
		return failed(why, "look at the proxy: at its address and login in the server's proxy or in HTTPS_PROXY, whether it lets this "+
			"host through, and at NO_PROXY if none should be used")
	default:
		return failed(why,
			"look at host and port in the server's url, at firewalls and network policies on the way, and whether a proxy is needed")
	}
}

// few is a list that may be long.
func few(list []string) string {
	const most = 4
	if len(list) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
	}
	return strings.Join(list, ", ")
}

// soon is how long before its end a certificate or token is worth a word.
const soon = 21 * 24 * time.Hour

// security tells of the certificate.
func (s *server) security(seen outbound.Sight) finding {
	base, _ := url.Parse(s.URL) // it was parsed before
	switch {
	case seen.Err != nil && seen.Stage == outbound.StageTLS:
		return untrusted(seen)
	case base == nil || base.Scheme != "https":
		return s.plain(base)
	case s.Unverified:
		return warning("the certificate is not verified (insecure_skip_verify): "+chain(seen.Chain),
			"name the authority of the certificate in tls.ca_file instead")
	case len(seen.Chain) == 0:
		return unknown("the connection ended before the certificate was seen", "")
	}
	what, now := seen.TLS+", "+chain(seen.Chain), s.options.Now()
	if seen.Chain[0].NotAfter.Sub(now) < soon {
		return warning(what, "renew the server's certificate")
	}
	if !seen.Ends.IsZero() && seen.Ends.Sub(now) < soon {
		return warning(what+"; an authority's certificate ends on "+seen.Ends.UTC().Format(time.DateOnly),
			"get a certificate of an authority that lasts longer, and name that one in the server's tls.ca_file")
	}
	return ok(what)
}

// plain tells of a server without TLS.
func (s *server) plain(base *url.URL) finding {
	host := ""
	if base != nil {
		host = base.Hostname()
	}
	if address := net.ParseIP(host); host == "localhost" || address != nil && address.IsLoopback() {
		return ok("no TLS, on this machine only")
	}
	if s.Login.Form == "" {
		return warning("no TLS: what comes can be changed on the way", "give the server an https URL")
	}
	return warning("no TLS: the credentials can be read on the way", "give the server an https URL")
}

func untrusted(seen outbound.Sight) finding {
	what := words(seen.Err)
	if len(seen.Chain) > 0 {
		what += "; " + chain(seen.Chain)
	}
	unknownAuthority, wrongHost, invalid := x509.UnknownAuthorityError{}, x509.HostnameError{}, x509.CertificateInvalidError{}
	switch {
	case strings.Contains(what, "remote error"):
		return failed("the server ends the connection: "+what,
			"if the server wants a certificate of its clients, name one that it takes in the server's tls.cert_file and tls.key_file")
	case errors.As(seen.Err, &unknownAuthority) && strings.Contains(what, "has expired"):
		return failed(what, "the certificate of the authority has ended: name that of its successor in the server's tls.ca_file, "+
			"or look at the clock of this machine")
	case errors.As(seen.Err, &unknownAuthority):
		return failed(what, "name a file with the certificate of the authority in the server's tls.ca_file")
	case errors.As(seen.Err, &wrongHost):
		return failed(what, "use a host in the server's url that its certificate is for")
	case errors.As(seen.Err, &invalid) && invalid.Reason == x509.Expired:
		return failed(what, "renew the server's certificate, or look at the clock of this machine")
	case strings.Contains(what, "HTTP response to HTTPS"), strings.Contains(what, "first record does not look like a TLS handshake"):
		return failed(what, "the server speaks http at this port: correct the scheme or the port in its url")
	default:
		return failed(what, "look at the server's certificate, and at tls.cert_file if it wants one of its clients")
	}
}

// chain names certificates and the end of the first.
func chain(certificates []*x509.Certificate) string {
	if len(certificates) == 0 {
		return "no certificate"
	}
	var names []string
	for _, c := range certificates {
		names = append(names, name(c))
	}
	last := certificates[len(certificates)-1]
	if issuer := last.Issuer.String(); issuer != last.Subject.String() {
		names = append(names, outbound.Clip(issuer))
	}
	return "certificate of " + strings.Join(names[:min(len(names), 4)], " by ") +
		", good until " + certificates[0].NotAfter.UTC().Format(time.DateOnly)
}

func name(c *x509.Certificate) string {
	if c.Subject.CommonName == "" && len(c.DNSNames) > 0 {
		return outbound.Clip(c.DNSNames[0])
	}
	return outbound.Clip(c.Subject.String())
}

// clock compares the clocks. The header has whole seconds, and was made a moment
// before it came.
func clock(seen outbound.Sight) finding {
	date, err := http.ParseTime(seen.Header.Get("Date"))
	if err != nil {
		return unknown("the server's answer has no date", "")
	}
	ahead := date.Sub(seen.At)
	const tolerated = time.Minute
	if ahead.Abs() < tolerated {
		return ok("less than a minute from this machine's")
	}
	direction := "ahead of"
	if ahead < 0 {
		direction = "behind"
	}
	return warning(fmt.Sprintf("the server's clock is %s %s this machine's", ahead.Abs().Round(time.Minute), direction),
		"set both clocks (NTP): tokens and certificates are good or not by the clock of who looks at them")
}

// address tells whether what answers is what the URL is to lead to, and where it
// would be.
func (s *server) address(ctx context.Context, seen outbound.Sight) finding {
	switch {
	case s.answers(seen):
		return ok(s.URL + " answers as " + s.wanted())
	case seen.Status == http.StatusTooManyRequests:
		return warning("the server refuses the first request as one too many (429)", "set rate_limit of the server in the configuration")
	}
	what := shape(seen)
	for _, base := range s.elsewhere() {
		if s.answers(s.Look(ctx, base+s.ping())) {
			return failed(what, fmt.Sprintf("write url: %s, where %s answers", base, s.wanted()))
		}
	}
	if s.guarded(seen) {
		return ok(s.URL + " answers as Artifactory, and wants a login for everything")
	}
	if seen.Status >= http.StatusInternalServerError {
		return failed(what, "the server is out of order or in maintenance: look at "+s.URL+s.ping())
	}
	if s.Artifactory == nil {
		return failed(what, "give the URL of the registry without a path, as in https://registry.example.com")
	}
	return failed(what, "give Artifactory's own base URL, context path included and nothing after it, as in "+
		"https://acme.jfrog.io/artifactory; a page may also mean that the server is in maintenance")
}

func (s *server) wanted() string {
	if s.Artifactory == nil {
		return "a registry"
	}
	return "Artifactory"
}

// answers tells what works from what is something else.
func (s *server) answers(seen outbound.Sight) bool {
	switch {
	case seen.Err != nil || outbound.IsPage(seen.Header.Get("Content-Type"), seen.Body):
		return false
	case s.Artifactory == nil:
		return seen.Status == http.StatusOK || seen.Status == http.StatusUnauthorized
	default:
		// A proxy may take the header away.
		known := seen.Header.Get("X-Jfrog-Version") != "" || strings.TrimSpace(string(seen.Body)) == "OK"
		return seen.Status == http.StatusOK && known
	}
}

// guarded tells of an Artifactory that is set to answer nothing without a login;
// it refuses what is not there in the same way.
func (s *server) guarded(seen outbound.Sight) bool {
	return s.Artifactory != nil && seen.Header.Get("X-Jfrog-Version") != "" &&
		(seen.Status == http.StatusUnauthorized || seen.Status == http.StatusForbidden)
}

// elsewhere are the base URLs that people mean who gave another: that of the
// platform lacks the context path, that of a repository or of a page has too much.
func (s *server) elsewhere() []string {
	base, err := url.Parse(s.URL)
	if err != nil {
		return nil
	}
	root := base.Scheme + "://" + base.Host
	if s.Artifactory == nil {
		return []string{root}
	}
	var found []string
	if before, _, ok := strings.Cut(base.Path, "/artifactory"); ok {
		found = append(found, root+before+"/artifactory")
	}
	var others []string
	for _, u := range append(found, s.URL+"/artifactory", root+"/artifactory", root) {
		if u != s.URL && !slices.Contains(others, u) {
			others = append(others, u)
		}
	}
	return others
}

// shape says what an answer was that is not the right one.
func shape(seen outbound.Sight) string {
	page := outbound.IsPage(seen.Header.Get("Content-Type"), seen.Body)
	switch to, err := url.Parse(seen.Header.Get("Location")); {
	case seen.Status >= http.StatusMultipleChoices && seen.Status < http.StatusBadRequest && err == nil:
		return outbound.Clip(fmt.Sprintf("it redirects (%d) to %s%s", seen.Status, to.Host, to.EscapedPath()))
	case page:
		return fmt.Sprintf("a page of HTML with status %d", seen.Status)
	}
	return strings.TrimSuffix(fmt.Sprintf("status %d: %s", seen.Status, strings.Join(seen.Words, "; ")), ": ")
}

// words is an error as one line.
func words(err error) string {
	if err == nil {
		return "no answer"
	}
	return outbound.Clip(err.Error())
}
