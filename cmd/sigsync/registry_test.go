package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"

	ggcr "github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sigsync/sigsync/internal/emulator/docker"
)

// plainRegistry is a registry that is no Artifactory.
type plainRegistry struct {
	url     string
	traffic *traffic
	// storage is the registry behind its login.
	storage http.Handler
	// login is "", basic or token; noCatalog refuses the catalog.
	login     string
	noCatalog bool

	mu    sync.Mutex
	asked []string
}

// startRegistry starts a plain registry beside the server of the story, as
// SIGSYNC_REGISTRY:
//
//	registry [-referrers] [-nocatalog] [-login basic|token]
//
// Its login is sigsync's; a token of its own is what goes for the password.
func startRegistry(ts *testscript.TestScript, w *world, args []string) error {
	p := &plainRegistry{traffic: newTraffic()}
	flags := flag.NewFlagSet("registry", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	referrers := flags.Bool("referrers", false, "")
	flags.BoolVar(&p.noCatalog, "nocatalog", false, "")
	flags.StringVar(&p.login, "login", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	p.storage = ggcr.New(ggcr.WithReferrersSupport(*referrers), ggcr.Logger(log.New(io.Discard, "", 0)))
	p.traffic.direct = http.HandlerFunc(p.guarded)
	web := httptest.NewUnstartedServer(p)
	p.url = "http://" + web.Listener.Addr().String() // which its login names
	web.Start()
	ts.Defer(web.Close)
	ts.Defer(p.traffic.release)
	w.plain = p
	ts.Setenv("SIGSYNC_REGISTRY", p.url)
	return arguments(flags.Args(), 0, 0, "registry [-referrers] [-nocatalog] [-login basic|token]")
}

// ServeHTTP answers the program, and writes down what it asked.
func (p *plainRegistry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := &statusWriter{ResponseWriter: w, tell: func(status int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked = append(p.asked, fmt.Sprintf("%d %s %s", status, r.Method, r.URL.Path))
	}}
	h := p.traffic.intercept(r, docker.Operation(strings.TrimPrefix(r.URL.Path, "/v2/")))
	if h == nil {
		h = p.traffic.direct
	}
	h.ServeHTTP(answer, r)
}

// statusWriter tells the status of an answer before the client can see it.
type statusWriter struct {
	http.ResponseWriter
	tell func(status int)
}

// WriteHeader tells the status.
func (s *statusWriter) WriteHeader(status int) {
	s.tell(status)
	s.tell = func(int) {}
	s.ResponseWriter.WriteHeader(status)
}

// Write implies the status 200.
func (s *statusWriter) Write(p []byte) (int, error) {
	s.tell(http.StatusOK)
	s.tell = func(int) {}
	return s.ResponseWriter.Write(p)
}

func (p *plainRegistry) guarded(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	known := user == "sigsync" && password == canaryPassword
	switch {
	case p.login == "token" && r.URL.Path == "/v2/token" && known:
		_, _ = fmt.Fprintf(w, `{"token":%q}`, canaryToken)
	case p.login == "token" && r.Header.Get("Authorization") != "Bearer "+canaryToken:
		p.refuse(w, `Bearer realm="`+p.url+`/v2/token",service="registry"`)
	case p.login == "basic" && !known:
		p.refuse(w, `Basic realm="registry"`)
	case p.noCatalog && r.URL.Path == "/v2/_catalog":
		http.Error(w, `{"errors":[{"code":"DENIED","message":"the catalog is for admins"}]}`, http.StatusForbidden)
	default:
		p.storage.ServeHTTP(w, r)
	}
}

func (p *plainRegistry) refuse(w http.ResponseWriter, challenge string) {
	w.Header().Set("WWW-Authenticate", challenge)
	http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`, http.StatusUnauthorized)
}

// listAsked prints what the plain registry was asked and what it answered, or
// forgets it: asked [-writes|-forget].
func listAsked(ts *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 0, 1, "asked [-writes|-forget]"); err != nil {
		return err
	}
	p, err := w.registry()
	if err != nil {
		return err
	}
	out := ts.Stdout()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(args) == 1 && args[0] == "-forget" {
		p.asked = nil
		return nil
	}
	for _, line := range p.asked {
		reads := strings.Contains(line, " GET ") || strings.Contains(line, " HEAD ")
		if len(args) == 0 || !reads {
			_, _ = fmt.Fprintln(out, w.names.show(line))
		}
	}
	return nil
}

// send asks the storage of a registry, past its login, its log and faults.
func send(h http.Handler, request *http.Request) (*httptest.ResponseRecorder, error) {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, request)
	if answer.Code < http.StatusOK || answer.Code >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s: the server answers %d: %s", request.Method, request.URL, answer.Code, answer.Body)
	}
	return answer, nil
}

// pull reads a manifest or blob of Artifactory or, as registry:PREFIX, of the
// plain registry.
func (w *world) pull(at docker.Place, kind, reference string) (content []byte, mediaType string, err error) {
	var h http.Handler
	path := "/artifactory/api/docker/" + at.Repo + "/v2/" + at.Image
	if prefix, ok := strings.CutPrefix(at.Repo, "registry:"); ok {
		p, err := w.registry()
		if err != nil {
			return nil, "", err
		}
		h, path = p.storage, "/v2/"+prefix+"/"+at.Image
	} else {
		h = w.server.Direct()
	}
	request := httptest.NewRequest(http.MethodGet, path+"/"+kind+"/"+reference, nil)
	request.SetBasicAuth("admin", "password")
	request.Header.Set("Accept", "*/*")
	answer, err := send(h, request)
	if err != nil {
		return nil, "", err
	}
	return answer.Body.Bytes(), answer.Header().Get("Content-Type"), nil
}

// mirror puts an image or an attachment of the server into the plain registry,
// as somebody does who promotes images there, under a prefix:
//
//	mirror REPO IMAGE:TAG|IMAGE@{NAME} PREFIX
func mirror(_ *testscript.TestScript, w *world, args []string) error {
	if err := arguments(args, 3, 3, "mirror REPO IMAGE:TAG|IMAGE@{NAME} PREFIX"); err != nil {
		return err
	}
	p, err := w.registry()
	if err != nil {
		return err
	}
	at, err := w.place(args[0], args[1])
	if err != nil {
		return err
	}
	return w.mirror(p, at, args[2])
}

func (w *world) mirror(p *plainRegistry, at docker.Place, prefix string) error {
	content, mediaType, err := w.pull(at, "manifests", at.Reference)
	if err != nil {
		return err
	}
	m, err := docker.ParseManifest(content, mediaType)
	if err != nil {
		return err
	}
	to := "/v2/" + prefix + "/" + at.Image
	for _, child := range m.Children {
		if err := w.mirror(p, docker.Place{Repo: at.Repo, Image: at.Image, Reference: child.Digest.String()}, prefix); err != nil {
			return err
		}
	}
	for _, d := range m.Blobs() {
		blob, _, err := w.pull(at, "blobs", d.Digest.String())
		if err != nil {
			return err
		}
		request := httptest.NewRequest(http.MethodPost, to+"/blobs/uploads/?digest="+d.Digest.String(), bytes.NewReader(blob))
		if _, err := send(p.storage, request); err != nil {
			return err
		}
	}
	request := httptest.NewRequest(http.MethodPut, to+"/manifests/"+at.Reference, bytes.NewReader(content))
	request.Header.Set("Content-Type", mediaType)
	_, err = send(p.storage, request)
	return err
}

// dockerLogin writes sigsync's login for the plain registry into Docker's
// configuration, as docker login does: dockerlogin.
func dockerLogin(ts *testscript.TestScript, w *world, args []string) error {
	p, err := w.registry()
	if err != nil {
		return err
	}
	content, err := json.Marshal(map[string]any{"auths": map[string]any{
		strings.TrimPrefix(p.url, "http://"): map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte("sigsync:" + canaryPassword))},
	}})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(ts.Getenv("DOCKER_CONFIG"), 0o700); err != nil {
		return err
	}
	w.leaks.brought[sha256.Sum256(content)] = true
	if err := os.WriteFile(filepath.Join(ts.Getenv("DOCKER_CONFIG"), "config.json"), content, 0o600); err != nil {
		return err
	}
	return arguments(args, 0, 0, "dockerlogin")
}
