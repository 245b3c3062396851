package doctor_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"testing"
	"time"

	"github.com/sigsync/sigsync/internal/doctor"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

func now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// server answers as it is told; the real clients are held to the emulator by the
// stories of the command.
type server struct {
	version                                                           string
	versionErr, licenseErr, readableErr, sampleErr, limitErr, leftErr error
	pingErr, reachErr, referrersErr, catalogErr, tagsErr, resolveErr  error
	license, trimmed                                                  string
	limit                                                             int
	noAPI                                                             bool
	infos                                                             map[string]repository.Info
	files                                                             map[string][]scan.File
	images                                                            []string
	// copies answers TryCopy.
	copies func(from, to repository.File) error
	tried  []repository.File
}

func (s *server) Version(context.Context) (string, error)         { return s.version, s.versionErr }
func (s *server) License(context.Context) (string, error)         { return s.license, s.licenseErr }
func (s *server) Readable(context.Context, string) error          { return s.readableErr }
func (s *server) Ping(context.Context) error                      { return s.pingErr }
func (s *server) Reach(context.Context, string) error             { return s.reachErr }
func (s *server) QueryLimit(context.Context, string) (int, error) { return s.limit, s.limitErr }

func (s *server) Repository(_ context.Context, key string) (repository.Info, error) {
	info, ok := s.infos[key]
	if !ok {
		return info, refusal(http.StatusNotFound, "", "no "+key, oci.ErrNotFound)
	}
	info.Key = key
	return info, nil
}

func (s *server) Sample(_ context.Context, key string, _ int) ([]scan.File, string, error) {
	return s.files[key], s.trimmed, s.sampleErr
}

// FileDigest finds what the listings have, but for what was tried to be copied.
func (s *server) FileDigest(_ context.Context, at repository.File) (oci.Digest, error) {
	for _, f := range s.files[at.Repository] {
		if f.Path+"/"+f.Name == at.Path {
			return f.Digest, nil
		}
	}
	if s.leftErr == nil {
		return oci.Digest{}, oci.ErrNotFound
	}
	return oci.Digest{}, s.leftErr
}

func (s *server) TryCopy(_ context.Context, from, to repository.File) error {
	s.tried = append(s.tried, to)
	return s.copies(from, to)
}

func (s *server) Catalog(_ context.Context, _ string, visit func(string) error) error {
	for _, image := range s.images {
		if err := visit(image); err != nil {
			return err
		}
	}
	return s.catalogErr
}

func (s *server) Tags(_ context.Context, _ repository.Image, visit func(string) error) error {
	if s.tagsErr != nil {
		return s.tagsErr
	}
	return visit("1.0")
}

func (s *server) Resolve(context.Context, repository.Tag) (oci.Descriptor, error) {
	return oci.Descriptor{Digest: oci.FromBytes([]byte("1.0"))}, s.resolveErr
}

func (s *server) Referrers(context.Context, repository.Image, oci.Digest) ([]oci.Descriptor, bool, error) {
	return nil, !s.noAPI && s.referrersErr == nil, s.referrersErr
}

// refusal is what a client says of a refused request.
func refusal(status int, side, words string, cause error) error {
	return &outbound.Error{Operation: "test", Method: http.MethodGet, URL: "https://a.example/x", Side: side, Status: status, Messages: []string{words}, Cause: cause}
}

func manifest(path, content string) scan.File {
	return scan.File{Path: path, Name: "manifest.json", Digest: oci.FromBytes([]byte(content))}
}

// world is an examination in which nothing is wrong, until a test changes it.
type world struct {
	server  *server
	options doctor.Options
	// seen is what Look returns for an address, nil for the base URL's.
	seen      outbound.Sight
	elsewhere map[string]outbound.Sight
}

func (w *world) srv() *doctor.Server { return &w.options.Servers[0] }

func (w *world) pair() *doctor.Pair { return &w.options.Pairs[0] }

// sound is a pair of two local repositories with one image, promoted, and an
// account that may not delete.
func sound() *world {
	s := &server{
		version: "7.120.3", licenseErr: refusal(http.StatusForbidden, "", "Forbidden", oci.ErrDenied),
		infos: map[string]repository.Info{
			"dev": {Class: "local", PackageType: "docker"}, "prod": {Class: "local", PackageType: "docker"},
		},
		files: map[string][]scan.File{"dev": {manifest("team/app/1.0", "1.0")}, "prod": {manifest("team/app/1.0", "1.0")}},
	}
	s.copies = func(from, to repository.File) error {
		switch _, err := s.FileDigest(context.Background(), to); {
		case from.Path == "sigsync-doctor/none":
			return refusal(http.StatusBadRequest, "source", "Could not find item at prod:sigsync-doctor/none", oci.ErrNotFound)
		case err == nil:
			return refusal(http.StatusUnauthorized, "target", "Needs delete permissions.", oci.ErrDenied)
		default:
			return nil
		}
	}
	w := &world{server: s, elsewhere: map[string]outbound.Sight{}}
	w.seen = outbound.Sight{
		Connected: "192.0.2.1", Addresses: []string{"192.0.2.1"}, TLS: "TLS 1.3", Chain: certificates(now().AddDate(1, 0, 0)), Stage: outbound.StageAnswer,
		Status: http.StatusOK, Body: []byte("OK"), At: now(), Header: http.Header{"Date": {now().Format(http.TimeFormat)}, "X-Jfrog-Version": {"Artifactory/7"}},
	}
	w.options = doctor.Options{
		Version: "test", Now: now,
		Servers: []doctor.Server{{
			Name: "main", URL: "https://a.example/artifactory", Artifactory: s, Registry: s,
			Login: doctor.Login{Form: "a token", User: "ci"}, Throttled: func() (int, int) { return 7, 0 },
			Look: func(_ context.Context, address string) outbound.Sight {
				if seen, ok := w.elsewhere[address]; ok {
					return seen
				}
				if address == w.options.Servers[0].URL+"/api/system/ping" || address == w.options.Servers[0].URL+"/v2/" {
					return w.seen
				}
				return outbound.Sight{Status: http.StatusNotFound, Header: http.Header{}}
			},
		}},
		Pairs: []doctor.Pair{{
			Name: "p", Source: doctor.End{Server: "main", Repository: "dev"}, Target: doctor.End{Server: "main", Repository: "prod"},
			Transport: "auto", Referrers: true,
		}},
	}
	return w
}

func certificates(until time.Time) []*x509.Certificate {
	return []*x509.Certificate{{
		Subject: pkix.Name{CommonName: "a.example"}, Issuer: pkix.Name{CommonName: "An Authority"}, NotAfter: until,
	}}
}

// check returns the check of an examination with that ID, of the last subject
// that has one.
func (w *world) check(t *testing.T, id string) doctor.Check {
	t.Helper()
	var found doctor.Check
	for _, c := range doctor.Examine(t.Context(), w.options).Checks {
		if c.ID == id {
			found = c
		}
	}
	return found
}
