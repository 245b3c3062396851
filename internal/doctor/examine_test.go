package doctor_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sigsync/sigsync/internal/doctor"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/outbound"
	"github.com/sigsync/sigsync/internal/repository"
	"github.com/sigsync/sigsync/internal/scan"
)

func TestNothingIsWrong(t *testing.T) {
	got := doctor.Examine(t.Context(), sound().options)
	for _, c := range got.Checks {
		if c.Outcome != doctor.OK && c.ID != "edition" {
			t.Errorf("%s of %v = %s: %s", c.ID, c.Subject, c.Outcome, c.Seen)
		}
	}
	if got.ExitCode != 0 || got.Totals[doctor.OK] != len(got.Checks)-1 {
		t.Errorf("Examine = exit %d, %v, want 0 and all but one ok", got.ExitCode, got.Totals)
	}
}

// wrong is one thing that is not as it should be.
type wrong struct {
	name   string
	change func(*world)
	id     string
	want   doctor.Outcome
	// seen and advice are parts of what is said.
	seen, advice string
}

func testWrong(t *testing.T, all []wrong) {
	t.Helper()
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			w := sound()
			c.change(w)
			got := w.check(t, c.id)
			if got.Outcome != c.want || !strings.Contains(got.Seen, c.seen) || !strings.Contains(got.Advice, c.advice) {
				t.Errorf("%s = %s: %s -> %s\nwant %s: %s -> %s", c.id, got.Outcome, got.Seen, got.Advice, c.want, c.seen, c.advice)
			}
			if exit := doctor.Examine(t.Context(), w.options).ExitCode; (exit == 1) != (c.want == doctor.Failed) {
				t.Errorf("exit code = %d with %s", exit, c.want)
			}
		})
	}
}

func TestOutside(t *testing.T) {
	expired := x509.CertificateInvalidError{Cert: certificates(now())[0], Reason: x509.Expired}
	testWrong(t, []wrong{
		{"a certificate that ends soon", func(w *world) { w.seen.Chain = certificates(now().AddDate(0, 0, 20)) }, "tls", doctor.Warning, "good until 2026-03-21", "renew"},
		{"an authority that ends soon", func(w *world) { w.seen.Ends = now().AddDate(0, 0, 20) }, "tls", doctor.Warning, "authority's certificate ends on 2026-03-21", "tls.ca_file"},
		{"an authority that does not", func(w *world) { w.seen.Ends = now().AddDate(0, 0, 22) }, "tls", doctor.OK, "a.example", ""},
		{"an authority that has ended", func(w *world) {
			w.seen = outbound.Sight{Connected: "192.0.2.1", Stage: outbound.StageTLS, Chain: certificates(now().AddDate(1, 0, 0)),
				Err: fmt.Errorf("%w (possibly because of \"certificate has expired\")", x509.UnknownAuthorityError{})}
		}, "tls", doctor.Failed, "has expired", "its successor"},
		{"a certificate that is wanted", func(w *world) {
			w.seen = outbound.Sight{Connected: "192.0.2.1", Stage: outbound.StageTLS, Err: errors.New("remote error: tls: certificate required")}
		}, "tls", doctor.Failed, "the server ends the connection: remote error: tls: certificate required", "if the server wants a certificate of its clients"},
		{"one that does not", func(w *world) { w.seen.Chain = certificates(now().AddDate(0, 0, 22)) }, "tls", doctor.OK, "a.example by CN=An Authority", ""},
		{"one that has ended", func(w *world) {
			w.seen = outbound.Sight{Connected: "192.0.2.1", Stage: outbound.StageTLS, Err: expired, Chain: certificates(now())}
		}, "tls", doctor.Failed, "good until 2026-03-01", "look at the clock of this machine"},
		{"no TLS", func(w *world) { w.srv().URL = "http://a.example/artifactory" }, "tls", doctor.Warning, "credentials can be read", "https"},
		{"no TLS and no credentials", func(w *world) {
			w.srv().URL, w.srv().Login, w.srv().Artifactory = "http://a.example", doctor.Login{}, nil
		}, "tls", doctor.Warning, "can be changed on the way", "https"},
		{"a proxy that refuses", func(w *world) {
			w.seen = outbound.Sight{Proxy: "proxy.example:3128", Connected: "192.0.2.9", Stage: outbound.StageProxy, Err: errors.New("Forbidden")}
		}, "reach", doctor.Failed, "through the proxy proxy.example:3128: Forbidden", "look at the proxy"},
		{"a proxy of no name", func(w *world) {
			w.seen = outbound.Sight{Proxy: "proxy.example:3128", Stage: outbound.StageName, Err: errors.New("no such host")}
		}, "reach", doctor.Failed, "no such host", "the name of the proxy"},
		{"many addresses", func(w *world) { w.seen.Addresses = strings.Split("abcdef", "") }, "reach", doctor.OK, "a, b, c, d and 2 more", ""},
		{"no date", func(w *world) { w.seen.Header.Del("Date") }, "clock", doctor.Unknown, "no date", ""},
		{"a clock behind", func(w *world) { w.seen.At = now().Add(3 * time.Minute) }, "clock", doctor.Warning, "3m0s behind", "NTP"},
		{"a clock a little behind", func(w *world) { w.seen.At = now().Add(59 * time.Second) }, "clock", doctor.OK, "", ""},
		{"a login for all", func(w *world) { w.seen.Status = http.StatusUnauthorized }, "base-url", doctor.OK, "wants a login for everything", ""},
		{"something else that says 401", func(w *world) {
			w.seen.Status = http.StatusUnauthorized
			w.seen.Header.Del("X-Jfrog-Version")
		}, "base-url", doctor.Failed, "status 401", "Artifactory's own base URL"},
		{"something else that says 200", func(w *world) {
			w.seen.Body = []byte(`{}`)
			w.seen.Header.Del("X-Jfrog-Version")
		}, "base-url", doctor.Failed, "status 200", "Artifactory's own base URL"},
		{"a redirect", func(w *world) {
			w.seen.Status, w.seen.Header = http.StatusFound, http.Header{"Location": {"https://b.example/ui?token=secret"}}
		}, "base-url", doctor.Failed, "it redirects (302) to b.example/ui", "Artifactory's own base URL"},
		{"the root", func(w *world) {
			w.elsewhere["https://a.example/api/system/ping"] = w.seen
			w.seen = outbound.Sight{Connected: "192.0.2.1", Chain: w.seen.Chain, Stage: outbound.StageAnswer, Status: http.StatusNotFound, Header: http.Header{}}
		}, "base-url", doctor.Failed, "status 404", "write url: https://a.example, where"},
	})
}

func TestLogin(t *testing.T) {
	testWrong(t, []wrong{
		{"a token that ends soon", func(w *world) { w.srv().Login.Ends = now().AddDate(0, 0, 20) }, "login", doctor.Warning, "a token of ci is taken, and ends on 2026-03-21", "another token"},
		{"one that does not", func(w *world) { w.srv().Login.Ends = now().AddDate(0, 0, 22) }, "login", doctor.OK, "a token of ci is taken", ""},
		{"whose it is", func(w *world) { w.srv().Login.Account = func() string { return "robot" } }, "login", doctor.OK, "a token of robot", ""},
		{"one that has ended", func(w *world) {
			w.server.versionErr = refusal(401, "", "Token failed verification: expired", oci.ErrUnauthorized)
		}, "login", doctor.Failed, "expired", "the credentials have ended"},
		{"a version that is not shown", func(w *world) { w.server.versionErr = refusal(403, "", "no", oci.ErrDenied) }, "login", doctor.Unknown, "whether a token of ci is taken the answer does not say: ", "repositories"},
		{"an outage", func(w *world) { w.server.versionErr = refusal(503, "", "down", oci.ErrUnavailable) }, "login", doctor.Failed, "could not be tried", "try again later"},
		{"a version that is none", func(w *world) { w.server.version = "seven" }, "version", doctor.Unknown, "does not tell", ""},
		{"a version without referrers", func(w *world) { w.server.version = "7.90.0" }, "version", doctor.Warning, "has no Referrers API, which came with 7.90.1", "referrers: never"},
		{"where there are none", func(w *world) { w.server.version, w.pair().Referrers = "7.90.0", false }, "version", doctor.OK, "7.90.0", ""},
		{"an old version", func(w *world) { w.server.version = "6.23.42" }, "version", doctor.Warning, "older than what sigsync was built for (7.0.0)", ""},
		{"an odd version", func(w *world) { w.server.version = "7.120.x-SNAPSHOT" }, "version", doctor.Unknown, "", ""},
		{"a version with an end", func(w *world) { w.server.version = "7.120.3-m001" }, "version", doctor.OK, "7.120.3-m001", ""},
		{"an administrator", func(w *world) { w.server.license, w.server.licenseErr = "Enterprise", nil }, "account", doctor.Warning, "administrator", "--permissions"},
		{"no word about the licence", func(w *world) { w.server.licenseErr = refusal(500, "", "no", oci.ErrUnavailable) }, "edition", doctor.Unknown, "500: no", ""},
		{"no word about Copy Item", func(w *world) {
			w.server.copies = func(repository.File, repository.File) error { return refusal(500, "", "no", oci.ErrUnavailable) }
		}, "copy-item", doctor.Unknown, "says nothing", ""},
		{"a page instead of Copy Item", copyItem(200, "", fmt.Errorf("%w: the answer is not JSON", oci.ErrIncomplete)), "copy-item", doctor.Unknown, "says nothing", "/api/copy/"},
		{"a proxy that has no Copy Item", copyItem(404, "Not Found", oci.ErrNotFound), "copy-item", doctor.Unknown, "says nothing", "/api/copy/"},
		{"a proxy that repeats the request", copyItem(404, "Cannot POST /artifactory/api/copy/prod/sigsync-doctor/none", oci.ErrNotFound), "copy-item", doctor.Unknown, "says nothing", "/api/copy/"},
		{"a policy instead of Copy Item", copyItem(403, "Forbidden by policy", oci.ErrDenied), "copy-item", doctor.Unknown, "says nothing", "/api/copy/"},
		{"an outage that names the file", copyItem(503, "Could not find item at prod:sigsync-doctor/none", oci.ErrUnavailable), "copy-item", doctor.Unknown, "says nothing", ""},
		{"success with a copy of nothing", copyItem(200, "", nil), "copy-item", doctor.Unknown, "has success", ""},
		{"a warning of Copy Item", copyItem(200, "Could not find item at prod:sigsync-doctor/none", oci.ErrNotFound), "copy-item", doctor.OK, "there is", ""},
		{"a right that lacks", copyItem(403, "User doesn't have permissions to read", oci.ErrDenied), "copy-item", doctor.OK, "there is", ""},
		{"throttling", func(w *world) { w.srv().Throttled = func() (int, int) { return 9, 2 } }, "throttling", doctor.Warning, "2 of 9", "rate_limit"},
	})
}

// copyItem answers what is asked about a file that does not exist.
func copyItem(status int, words string, cause error) func(*world) {
	return func(w *world) {
		others := w.server.copies
		w.server.copies = func(from, to repository.File) error {
			if from.Path != "sigsync-doctor/none" {
				return others(from, to)
			}
			if cause == nil {
				return nil
			}
			e := &outbound.Error{Operation: "copy", Status: status, Cause: cause}
			if words != "" {
				e.Messages = []string{words}
			}
			return e
		}
	}
}

func TestRepositories(t *testing.T) {
	info := func(key string, change func(*repository.Info)) func(*world) {
		return func(w *world) {
			i := w.server.infos[key]
			change(&i)
			w.server.infos[key] = i
		}
	}
	testWrong(t, []wrong{
		{"an old federated target", func(w *world) {
			w.server.version = "7.64.3"
			info("prod", func(i *repository.Info) { i.Class = "federated" })(w)
		}, "class", doctor.Warning, "before 7.64.4", "update"},
		{"a class of its own", info("prod", func(i *repository.Info) { i.Class = "distribution" }), "class", doctor.Failed, `"distribution"`, ""},
		{"a deployment that is remote", func(w *world) {
			info("prod", func(i *repository.Info) { i.Class, i.DefaultDeployment = "virtual", "hub" })(w)
			w.server.infos["hub"] = repository.Info{Class: "remote", PackageType: "docker"}
		}, "class", doctor.Failed, "hub is remote", "local repository"},
		{"a deployment that is not to be had", info("prod", func(i *repository.Info) { i.Class, i.DefaultDeployment = "virtual", "hub" }), "class", doctor.Failed, "no hub", "Read on it"},
		{"what cannot be read", func(w *world) { w.server.readableErr = refusal(403, "", "no", oci.ErrDenied) }, "readable", doctor.Failed, "403: no", "Read on prod"},
		{"what does not answer", func(w *world) { w.server.readableErr = refusal(500, "", "no", oci.ErrUnavailable) }, "readable", doctor.Failed, "500: no", "look at"},
		{"no docker API", func(w *world) { w.server.reachErr = refusal(404, "", "no", oci.ErrNotFound) }, "docker-api", doctor.Failed, "404: no", "/api/docker/"},
		{"a cap", func(w *world) { w.server.limit = 500_000 }, "query-limit", doctor.OK, "500000 rows", ""},
		{"a limit", func(w *world) { w.server.limit = 99_999 }, "query-limit", doctor.Failed, "99999 rows", "userQueryLimit"},
		{"a limit that is not told", func(w *world) { w.server.limitErr = refusal(500, "", "no", oci.ErrUnavailable) }, "query-limit", doctor.Failed, "500: no", ""},
		{"referrers that cannot be asked for", func(w *world) { w.server.referrersErr = refusal(500, "", "no", oci.ErrUnavailable) }, "referrers", doctor.Failed, "500: no", "referrers: never"},
		{"nobody asks for referrers", func(w *world) {
			w.server.referrersErr, w.pair().Referrers = refusal(500, "", "no", oci.ErrUnavailable), false
		}, "referrers", doctor.Unknown, "500: no", ""},
		{"nothing has an image", func(w *world) { w.server.files["prod"] = []scan.File{manifest("1.0", "1.0")} }, "referrers", doctor.Unknown, "no manifest", ""},
		{"one repository", func(w *world) {
			w.server.infos["docker"] = repository.Info{Class: "virtual", PackageType: "docker", DefaultDeployment: "dev"}
			w.pair().Target.Repository = "docker"
		}, "compatible", doctor.Failed, "the same repository dev", ""},
		{"the registry API", func(w *world) { w.pair().Transport = "registry" }, "compatible", doctor.OK, "by the registry API", ""},
		{"promotion", func(w *world) { w.pair().Transport = "promote" }, "compatible", doctor.OK, "by promotion", ""},
	})
}

// about has the pair be about one image.
func about(image string) func(*world) {
	return func(w *world) { w.pair().Selects = func(other string) bool { return other == image } }
}

// Each pair is about images of its own, for which alone a permission may be.
func TestRightsAreTriedForTheImagesOfEachPair(t *testing.T) {
	w := sound()
	w.server.files["prod"] = []scan.File{manifest("a/app/1", "1"), manifest("b/app/1", "2"), manifest("c/app/1", "3")}
	first := *w.pair()
	w.options.Pairs = nil
	for _, image := range []string{"b/app", "c/app", "b/app", "d/app"} {
		p := first
		p.Name, p.Selects = "pair-"+image[:1], func(other string) bool { return other == image }
		w.options.Pairs = append(w.options.Pairs, p)
	}
	got := w.check(t, "deploy")
	want := "granted, by a dry run of Copy Item, for b/app and c/app in prod; not tested for pair-d: "
	if got.Outcome != doctor.Unknown || !strings.HasPrefix(got.Seen, want) {
		t.Errorf("deploy = %s: %s, want unknown: %s", got.Outcome, got.Seen, want)
	}
	w.options.Pairs = w.options.Pairs[:3]
	many := *w
	many.options.Pairs, many.server.files["dev"] = nil, nil
	for n := range 6 {
		image := fmt.Sprintf("app-%d", n)
		many.server.files["dev"] = append(many.server.files["dev"], manifest(image+"/1", image))
		p := first
		p.Name, p.Selects = image, func(other string) bool { return other == image }
		many.options.Pairs = append(many.options.Pairs, p)
	}
	if got := many.check(t, "deploy"); got.Outcome != doctor.Unknown || !strings.Contains(got.Seen, "app-4 in prod; not tested for app-5") {
		t.Errorf("deploy for the images of six pairs = %s: %s, want five of them tried", got.Outcome, got.Seen)
	}
	if got := w.check(t, "deploy"); got.Outcome != doctor.OK {
		t.Errorf("deploy = %s: %s, want ok", got.Outcome, got.Seen)
	}
	answer := w.server.copies
	w.server.copies = func(from, to repository.File) error {
		if strings.HasPrefix(to.Path, "c/app/") && strings.Contains(to.Path, ".sig/") {
			return refusal(403, "target", "Needs write permissions.", oci.ErrDenied)
		}
		return answer(from, to)
	}
	if got := w.check(t, "deploy"); got.Outcome != doctor.Failed {
		t.Errorf("deploy where one pair's images are refused = %s: %s, want failed", got.Outcome, got.Seen)
	}
}

func TestRights(t *testing.T) {
	deny := func(side, words string) func(*world) {
		return func(w *world) {
			w.server.copies = func(repository.File, repository.File) error { return refusal(403, side, words, oci.ErrDenied) }
		}
	}
	testWrong(t, []wrong{
		{"no Read on the source", deny("source", "Needs read permissions."), "deploy", doctor.Failed, "Needs read", "Read on the whole of the source"},
		{"patterns", deny("target", "a conflict with its include/exclude patterns."), "deploy", doctor.Failed, "patterns", "sha256-*.sig"},
		{"no Deploy", deny("target", "Needs write permissions."), "deploy", doctor.Failed, "Needs write", "Deploy/Cache on prod"},
		{"nothing is said", func(w *world) {
			w.server.copies = func(repository.File, repository.File) error { return refusal(500, "", "no", oci.ErrUnavailable) }
		}, "deploy", doctor.Unknown, "not tested: ", "--limit 1"},
		{"nothing is said, and it was done", func(w *world) {
			answer := w.server.copies
			w.server.copies = func(from, to repository.File) error {
				if answer(from, to) == nil {
					w.server.files[to.Repository] = append(w.server.files[to.Repository], scan.File{Path: path.Dir(to.Path), Name: path.Base(to.Path)})
					return refusal(504, "", "no", oci.ErrUnavailable)
				}
				return answer(from, to)
			}
		}, "deploy", doctor.Failed, "only asked about", "delete team/app/sha256-"},
		{"nothing is said, and what was left is not told", func(w *world) {
			w.server.copies = func(repository.File, repository.File) error { return refusal(500, "", "no", oci.ErrUnavailable) }
			w.server.leftErr = refusal(500, "", "down", oci.ErrUnavailable)
		}, "deploy", doctor.Warning, "500: no for team/app in prod; whether the dry run left nothing could not be told: ", "look whether"},
		{"an image of nobody's", about("other/app"), "deploy", doctor.Unknown, "among the first 100 manifests there is no image that the pairs name", "--limit 1"},
		{"an image that the configuration names", func(w *world) {
			about("other/app")(w)
			w.pair().Named = []string{"other/app"}
		}, "deploy", doctor.OK, "for other/app in prod", ""},
		{"what was left is not told", func(w *world) { w.server.leftErr = refusal(500, "", "no", oci.ErrUnavailable) }, "deploy", doctor.Warning, "whether the dry run left nothing", "team/app/sha256-"},
		{"no Delete, and it is needed", func(w *world) { w.pair().Overwrites = true }, "delete", doctor.Failed, "on_difference", "Delete on prod"},
		{"no Delete, and no Referrers API", func(w *world) { w.server.noAPI = true }, "delete", doctor.Warning, "index under a tag", "Referrers API on"},
		{"another refusal than that of Delete", func(w *world) {
			dry := w.server.copies
			w.server.copies = func(from, to repository.File) error {
				if err := dry(from, to); errors.Is(err, oci.ErrDenied) {
					return refusal(403, "target", "vetoed", oci.ErrDenied)
				}
				return nil
			}
		}, "delete", doctor.Unknown, "vetoed; it is not needed", "do not grant it"},
	})
}

// Whether files may be replaced is asked of none that is not the same, and of
// attachments before images.
func TestWhatIsTried(t *testing.T) {
	sig := manifest("team/app/sha256-"+strings.Repeat("ab", 32)+".sig", "sig")
	for _, c := range []struct {
		name      string
		dev, prod []scan.File
		want      []string
	}{
		{"an image", []scan.File{manifest("app/1", "1")}, []scan.File{manifest("app/1", "1")}, []string{"absent", "app/1/manifest.json"}},
		{"a signature", []scan.File{manifest("team/app/1", "1"), sig}, []scan.File{manifest("team/app/1", "1"), sig}, []string{"absent", sig.Path + "/manifest.json"}},
		{"other content", []scan.File{manifest("app/1", "1")}, []scan.File{manifest("app/1", "2")}, []string{"absent"}},
		{"two tags of one image", nil, []scan.File{manifest("app/1", "1"), manifest("app/2", "1")}, []string{"absent", "app/1/manifest.json"}},
		{"two tags of two images", nil, []scan.File{manifest("app/1", "1"), manifest("app/2", "2")}, []string{"absent"}},
		{"no digest", []scan.File{{Path: "app/1", Name: "manifest.json"}}, []scan.File{{Path: "app/1", Name: "manifest.json"}}, []string{"absent"}},
		{"nothing", nil, nil, nil},
	} {
		w := sound()
		w.server.files = map[string][]scan.File{"dev": c.dev, "prod": c.prod}
		doctor.Examine(t.Context(), w.options)
		var got []string
		for _, to := range w.server.tried[1:] { // the first is whether there is Copy Item
			if _, err := w.server.FileDigest(t.Context(), to); err != nil {
				to.Path = "absent"
			}
			if to.Repository != "prod" {
				t.Errorf("%s: tried a copy to %v", c.name, to)
			}
			got = append(got, to.Path)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: tried copies (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRegistries(t *testing.T) {
	registry := func(change func(*world)) func(*world) {
		return func(w *world) {
			w.srv().Artifactory, w.srv().URL = nil, "https://r.example"
			w.server.images = []string{"team/app"}
			change(w)
		}
	}
	denied := refusal(403, "", "no catalog", oci.ErrDenied)
	testWrong(t, []wrong{
		{"all is well", registry(func(*world) {}), "catalog", doctor.OK, "has some here", ""},
		{"no images at the target", registry(func(w *world) { w.server.images = nil }), "catalog", doctor.OK, "none here yet", ""},
		{"no images at the source", registry(func(w *world) { w.server.images, w.pair().Target = nil, doctor.End{} }), "catalog", doctor.Warning, "none here", "prefix"},
		{"no catalog", registry(func(w *world) { w.server.images, w.server.catalogErr = nil, denied }), "catalog", doctor.Failed, "no catalog", "images.include"},
		{"none is needed", registry(func(w *world) {
			w.server.images, w.server.catalogErr, w.pair().Named = nil, denied, []string{"team/app"}
		}), "catalog", doctor.OK, "no catalog", ""},
		{"a password that nobody asks for", registry(func(*world) {}), "login", doctor.Unknown, "answers without a login, so whether a token of ci is taken", ""},
		{"a password that is asked for", registry(func(w *world) { w.seen.Status = http.StatusUnauthorized }), "login", doctor.OK, "a token of ci is taken", ""},
		{"no tags", registry(func(w *world) { w.server.tagsErr = denied }), "referrers", doctor.Unknown, "no catalog", ""},
		{"no manifest", registry(func(w *world) { w.server.resolveErr = denied }), "referrers", doctor.Unknown, "no catalog", ""},
		{"no Referrers API", registry(func(w *world) { w.server.noAPI = true }), "referrers", doctor.Warning, "index under a tag", ""},
		{"a login", registry(func(w *world) {
			w.server.pingErr, w.srv().Login = refusal(401, "", "no", oci.ErrUnauthorized), doctor.Login{}
		}), "login", doctor.Failed, "no credentials", "docker login"},
		{"no login", registry(func(w *world) { w.srv().Login = doctor.Login{} }), "login", doctor.OK, "without credentials", ""},
		{"a path", registry(func(w *world) { w.seen.Status = http.StatusNotFound }), "base-url", doctor.Failed, "status 404", "without a path"},
	})
}

// Each server has its time, and the others theirs.
func TestPatience(t *testing.T) {
	w := sound()
	w.srv().Patience = time.Nanosecond
	w.srv().Look = func(ctx context.Context, _ string) outbound.Sight {
		<-ctx.Done()
		return outbound.Sight{Stage: outbound.StageConnection, Err: context.Cause(ctx)}
	}
	if got := w.check(t, "reach"); got.Outcome != doctor.Failed || !strings.Contains(got.Seen, "took too long: more than 1ns") {
		t.Errorf("reach = %s: %s, want that it took too long", got.Outcome, got.Seen)
	}
}

// What a server says steers no terminal, and is short.
func TestHostileWords(t *testing.T) {
	w := sound()
	nasty := "\x1b[31mred\u202e\n" + strings.Repeat("é", 100_000)
	w.server.infos["prod"] = repository.Info{Class: nasty, PackageType: "docker"}
	w.server.version = nasty
	w.seen.Chain[0].Subject.CommonName = nasty
	for _, c := range doctor.Examine(t.Context(), w.options).Checks {
		if text := c.Seen + c.Advice; len(text) > 2100 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s = %d bytes %.100q, want a short and printable text", c.ID, len(text), text)
		}
	}
}

// Where the way, the URL or the login is wrong, nothing that has credentials is
// sent any more.
func TestNothingMoreIsSent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		want   []string
	}{
		"a wrong URL": {
			func(w *world) { w.seen.Status = http.StatusNotFound },
			[]string{"reach", "tls", "clock", "base-url", "exists", "exists", "compatible"},
		},
		"a refused login": {
			func(w *world) { w.server.versionErr = refusal(401, "", "Bad Credentials", oci.ErrUnauthorized) },
			[]string{"reach", "tls", "clock", "base-url", "login", "exists", "exists", "compatible"},
		},
	} {
		w := sound()
		c.change(w)
		var got []string
		for _, check := range doctor.Examine(t.Context(), w.options).Checks {
			got = append(got, check.ID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || len(w.server.tried) > 0 {
			t.Errorf("checks after %s (-want +got):\n%s\n%d copies tried, want none", name, diff, len(w.server.tried))
		}
	}
}

// A repository of another server is no source of Copy Item, whatever its key.
func TestFilesOfOtherServersAreNotTried(t *testing.T) {
	w := sound()
	other := w.options.Servers[0]
	other.Name = "other"
	w.options.Servers = append(w.options.Servers, other)
	w.options.Pairs = append(w.options.Pairs, doctor.Pair{
		Name: "q", Source: doctor.End{Server: "other", Repository: "dev"}, Target: doctor.End{Server: "main", Repository: "stage"}, Transport: "auto",
	})
	w.server.infos["stage"] = repository.Info{Class: "local", PackageType: "docker"}
	if got := w.check(t, "deploy"); got.Outcome != doctor.Unknown || got.Subject.Repository != "stage" {
		t.Errorf("deploy of %s = %s: %s, want that nothing could be tried", got.Subject.Repository, got.Outcome, got.Seen)
	}
}

func TestAVersionThatIsNotKnownIsNotOld(t *testing.T) {
	w := sound()
	w.server.version = ""
	w.server.infos["prod"] = repository.Info{Class: "federated", PackageType: "docker"}
	if got := w.check(t, "class"); got.ID != "" {
		t.Errorf("class = %s: %s, want nothing said of it", got.Outcome, got.Seen)
	}
}
