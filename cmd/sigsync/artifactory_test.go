package main

import (
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/emulator"
	"github.com/sigsync/sigsync/internal/emulator/access"
)

// The secrets of sigsync's account. Every form in which they could leak differs
// from the others, and nothing else in a story looks like them.
const (
	canaryPassword = "c4n4ry+P@ss/word?%é"
	canaryToken    = "eyJ-c4n4ry.token+with/signs=="
	canaryKey      = "AKCp-c4n4ry/key+"
	canaryIdentity = "eyJ-c4n4ry.identity+of/k8s=="
)

// startArtifactory starts the server of the story:
//
//	artifactory [-edition pro|jcr|oss] [-hardcap N] [-userlimit N] [-hide] [-quirk NAME]... [-annotate]
//	            [-noread REPO]... [-nodeploy REPO:GLOB]... [-delete] [-referrers REPO]... [-page N] [-tags REPO:N]... [-tls]
//	            [-skew DURATION] [-version VERSION] [-anonymous] [-nodeployment]
func startArtifactory(ts *testscript.TestScript, w *world, args []string) error {
	options, secure, err := serverOptions(args)
	if err != nil {
		return err
	}
	server, err := emulator.New(options)
	if err != nil {
		return err
	}
	for _, r := range options.Repositories {
		w.referrers[r.Key] = r.Referrers
	}
	w.traffic.direct, w.traffic.expire = server.Direct(), server.ExpireExchanged
	server.SetIntercept(w.traffic.intercept)
	web := httptest.NewUnstartedServer(server)
	web.Config.ErrorLog = log.New(io.Discard, "", 0) // who does not trust it hangs up
	if secure {
		err = startSecurely(ts, web)
	} else {
		web.Start()
	}
	ts.Defer(web.Close)
	ts.Defer(w.traffic.release) // before Close, which waits for what is stalled
	if err != nil {
		return err
	}
	w.server, w.url = server, web.URL+"/artifactory"
	for name, value := range map[string]string{
		"SIGSYNC_URL": w.url, "SIGSYNC_HOST": web.URL, "SIGSYNC_LOCALHOST": strings.Replace(w.url, "127.0.0.1", "localhost", 1),
		"SIGSYNC_PASSWORD": canaryPassword, "SIGSYNC_TOKEN": canaryToken, "SIGSYNC_KEY": canaryKey,
		"SIGSYNC_WEBHOOK": canaryWebhook,
	} {
		ts.Setenv(name, value)
	}
	return nil
}

// startSecurely has the server speak TLS, and leaves who is to be trusted in
// ca.pem.
func startSecurely(ts *testscript.TestScript, web *httptest.Server) error {
	web.StartTLS()
	block := &pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}
	return os.WriteFile(ts.MkAbs("ca.pem"), pem.EncodeToMemory(block), 0o600)
}

func serverOptions(args []string) (o emulator.Options, secure bool, err error) {
	o.Repositories = repositories()
	var account account
	flags := flag.NewFlagSet("artifactory", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.AQL.HardCap, "hardcap", 0, "")
	flags.IntVar(&o.AQL.UserLimit, "userlimit", 0, "")
	flags.BoolVar(&secure, "tls", false, "")
	flags.BoolVar(&o.HideUnauthorized, "hide", false, "")
	flags.BoolVar(&account.annotate, "annotate", false, "")
	flags.Func("edition", "", func(name string) error {
		at := slices.Index([]string{"pro", "jcr", "oss"}, name)
		o.Edition = emulator.Edition(at)
		if at < 0 {
			return fmt.Errorf("unknown edition")
		}
		return nil
	})
	flags.Func("quirk", "", func(name string) error {
		d := yaml.NewDecoder(strings.NewReader(name + ": true"))
		d.KnownFields(true)
		return d.Decode(&o.Quirks)
	})
	flags.DurationVar(&o.Skew, "skew", 0, "")
	flags.StringVar(&o.Version, "version", "", "")
	flags.BoolFunc("anonymous", "", func(string) error {
		o.Anonymous = []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
		return nil
	})
	flags.BoolFunc("nodeployment", "", func(string) error {
		at := slices.IndexFunc(o.Repositories, func(r emulator.Repository) bool { return r.Key == "docker" })
		o.Repositories[at].DefaultDeployment = ""
		return nil
	})
	flags.IntVar(&o.ReferrersPage, "page", 0, "")
	flags.BoolVar(&account.delete, "delete", false, "")
	flags.Func("referrers", "", func(key string) error {
		at := slices.IndexFunc(o.Repositories, func(r emulator.Repository) bool { return r.Key == key })
		if at < 0 {
			return fmt.Errorf("unknown repository")
		}
		o.Repositories[at].Referrers = true
		return nil
	})
	flags.Func("tags", "", func(limit string) error {
		key, number, _ := strings.Cut(limit, ":")
		at := slices.IndexFunc(o.Repositories, func(r emulator.Repository) bool { return r.Key == key })
		n, err := strconv.Atoi(number)
		if at < 0 || err != nil {
			return fmt.Errorf("expected REPO:N")
		}
		o.Repositories[at].MaxUniqueTags = n
		return nil
	})
	flags.Func("noread", "", func(key string) error { account.noRead = append(account.noRead, key); return nil })
	flags.Func("nodeploy", "", func(place string) error { account.noDeploy = append(account.noDeploy, place); return nil })
	if err := flags.Parse(args); err != nil {
		return o, secure, err
	}
	o.Users = users(account)
	o.OIDC = []emulator.Identity{{Provider: "k8s", Token: canaryIdentity, Audience: "acme", User: "sigsync"}}
	return o, secure, arguments(flags.Args(), 0, 0, "artifactory [FLAG]...")
}

func repositories() []emulator.Repository {
	return []emulator.Repository{
		{Key: "docker-dev-local"},
		{Key: "docker-stage-local"},
		{Key: "docker-prod-local"},
		{Key: "docker-remote", Class: emulator.Remote},
		{Key: "docker", Class: emulator.Virtual, Members: []string{"docker-prod-local", "docker-remote"}, DefaultDeployment: "docker-prod-local"},
		{Key: "oci-local", PackageType: "oci"},
		{Key: "generic-local", PackageType: "generic"},
	}
}

// account says what sigsync's account may not do, or may do beyond the rest.
type account struct {
	annotate bool
	delete   bool
	noRead   []string
	noDeploy []string // REPO:GLOB
}

func users(a account) []access.User {
	everywhere := []access.Permission{{Repositories: []string{"*"}, Rights: access.All}}
	reads := []access.Permission{{Repositories: []string{"*"}, Rights: access.Read}}
	return []access.User{
		{Name: "admin", Password: "password", Admin: true},
		{Name: "ci", Password: "password", Permissions: everywhere},
		{Name: "reader", Password: "password", Permissions: reads},
		{Name: "nobody", Password: "password"},
		{Name: "sigsync", Password: canaryPassword, Tokens: []string{canaryToken}, APIKey: canaryKey, Permissions: a.permissions()},
	}
}

// permissions let sigsync read everywhere, deploy to targets, and delete nowhere.
func (a account) permissions() []access.Permission {
	var granted []access.Permission
	for _, r := range repositories() {
		if slices.Contains(a.noRead, r.Key) {
			continue
		}
		granted = append(granted, access.Permission{Repositories: []string{r.Key}, Rights: access.Read})
	}
	rights := access.Deploy
	if a.annotate {
		rights |= access.Annotate
	}
	if a.delete {
		rights |= access.Delete
	}
	for _, key := range []string{"docker-stage-local", "docker-prod-local", "oci-local"} {
		granted = append(granted, access.Permission{Repositories: []string{key}, Exclude: a.excluded(key), Rights: rights})
	}
	return granted
}

func (a account) excluded(key string) []string {
	var globs []string
	for _, place := range a.noDeploy {
		if repo, glob, _ := strings.Cut(place, ":"); repo == key {
			globs = append(globs, glob)
		}
	}
	return globs
}
