//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// container is an image's files in a folder, which is all that the program sees of the file system.
type container struct {
	t    *testing.T
	root string
	// env are the variables that the image sets, with what a test adds.
	env, entrypoint []string
}

// nobody is the user that the image names.
const nobody = 65532

// startShipped is the image that make image made for this machine.
func startShipped(t *testing.T) *container {
	t.Helper()
	return contain(t, openShipped(t).image(t, "linux/"+runtime.GOARCH))
}

func contain(t *testing.T, image v1.Image) *container {
	t.Helper()
	file, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := &container{t: t, root: t.TempDir(), env: file.Config.Env, entrypoint: file.Config.Entrypoint}
	unpackImage(t, image, c.root)
	return c
}

// mount puts a file there, as a volume would.
func (c *container) mount(name, content string) {
	c.t.Helper()
	file := filepath.Join(c.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

// run runs the image's entry point as its user, wants the exit code, and returns what the program said.
func (c *container) run(want int, args ...string) string {
	c.t.Helper()
	args = slices.Concat(c.entrypoint[1:], args)
	command := exec.CommandContext(c.t.Context(), c.entrypoint[0], args...)
	command.Dir, command.Env = "/", c.env
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: c.root}
	if os.Geteuid() == 0 {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	} else {
		// Who is not root may be root in a user namespace of one user.
		command.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		command.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getuid(), Size: 1}}
		command.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getgid(), Size: 1}}
	}
	out, err := command.CombinedOutput()
	if command.ProcessState == nil {
		c.t.Fatalf("run %v in %s: %v", args, c.root, err)
	}
	if got := command.ProcessState.ExitCode(); got != want {
		c.t.Fatalf("sigsync %v: exit code %d, want %d: %v\n%s", args, got, want, err, out)
	}
	return string(out)
}

func TestShippedVersion(t *testing.T) {
	c, tag, head := startShipped(t), openShipped(t).tag, lastCommit(t)
	want := regexp.MustCompile(`^sigsync v` + regexp.QuoteMeta(tag) + ` \(` + head[:12] + `, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\) go1\.\S+ linux/` + runtime.GOARCH + `\n$`)
	if got := c.run(0, "version"); !want.MatchString(got) {
		t.Errorf("sigsync version = %q, want %v", got, want)
	}
	if got := c.run(0, "version", "-o", "json"); !strings.Contains(got, `"commit": "`+head+`"`) || !strings.Contains(got, `"modified": false`) {
		t.Errorf("sigsync version -o json = %s, want the commit %s, unmodified", got, head)
	}
}

// There is no time zone in the image but in the program.
func TestShippedTimeZones(t *testing.T) {
	c := startShipped(t)
	for zone, want := range map[string]int{"Europe/Berlin": 0, "Europe/Nowhere": 2} {
		c.mount("/etc/sigsync/sigsync.yaml", fmt.Sprintf(`version: 1
servers:
  main: {url: "https://artifactory.invalid/artifactory"}
pairs:
  - {source: {repository: %s}, target: {repository: %s}}
schedule: {cron: "0 6 * * *", timezone: %s}
`, dev, prod, zone))
		c.run(want, "config", "validate", "--config", "/etc/sigsync/sigsync.yaml")
	}
}

// The image copies from a server whose certificate an authority of one's own signed, told of it in either way, and trusts no other.
func TestShippedSync(t *testing.T) {
	p := newHouse(t)
	artifactory, isEmulated := p.source.traffic.(emulated)
	if !isEmulated {
		t.Fatalf("a house has %T, want the emulator", p.source.traffic)
	}
	url, authority := artifactory.startTLS(t)
	key := p.key("cosign")
	image := p.push(p.source.image("team/app"), "1.0", "app")
	p.cosign2Sign(image, key)
	p.promote("team/app", "1.0")

	c := startShipped(t)
	c.mount("/var/run/secrets/sigsync/token", p.token)
	c.mount("/etc/ca/ca.crt", authority)
	configure := func(tls string) {
		c.mount("/etc/sigsync/sigsync.yaml", fmt.Sprintf(`version: 1
servers:
  main: {url: "%s/artifactory", auth: {token_file: /var/run/secrets/sigsync/token}%s}
pairs:
  - {source: {repository: %s}, target: {repository: %s}}
retry: {attempts: 1}
`, url, tls, dev, prod))
	}
	configure("")
	if got := c.run(1, "audit", "--config", "/etc/sigsync/sigsync.yaml"); !strings.Contains(got, "unknown authority") {
		t.Errorf("audit without the authority says %q, want that it is unknown", got)
	}
	configure(", tls: {ca_file: /etc/ca/ca.crt}")
	c.run(3, "audit", "--config", "/etc/sigsync/sigsync.yaml")
	c.run(0, "sync", "--config", "/etc/sigsync/sigsync.yaml")
	if err := byCosign("cosign", key).read(p.desk, p.atTarget(image)); err != nil {
		t.Errorf("at the target after sync: %v", err)
	}
	configure("")
	c.env = append(slices.Clone(c.env), "SSL_CERT_FILE=/etc/ca/ca.crt")
	c.run(0, "audit", "--config", "/etc/sigsync/sigsync.yaml")
}
