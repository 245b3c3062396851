package docs_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// composition is what the example uses of a compose file.
type composition struct {
	Services map[string]service
}

type service struct {
	Image, Build string
	WorkingDir   string `yaml:"working_dir"`
	Command      []string
	Volumes      []string
	Ports        []string
	Profiles     []string
	ReadOnly     bool     `yaml:"read_only"`
	CapDrop      []string `yaml:"cap_drop"`
	SecurityOpt  []string `yaml:"security_opt"`
	HealthCheck  struct {
		Test     []string
		Interval string
		Retries  int
	} `yaml:"healthcheck"`
	DependsOn map[string]struct{ Condition string } `yaml:"depends_on"`
}

// TestComposition runs the commands of the services as processes: the
// emulator, serve beside it, and the audit when serve has had its first run.
func TestComposition(t *testing.T) {
	readSources(t)
	needBash(t)
	var c composition
	if err := decode(read(t, filepath.Join(root, "examples/compose/compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	for name, s := range c.Services {
		for on := range s.DependsOn {
			if _, there := c.Services[on]; !there {
				t.Errorf("%s depends on %s, which is not there", name, on)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s is open to others at %s", name, port)
			}
		}
	}
	// On this machine all is on loopback, and files lie in the folder.
	here := strings.NewReplacer(" --listen 0.0.0.0:8081", "", "/tmp/", "", "/etc/sigsync/", "", "http://artifactory:", "http://127.0.0.1:", "0.0.0.0:", "127.0.0.1:")
	commands := func(of string) string { return here.Replace(strings.Join(c.Services[of].Command, " ")) + "\n" }
	healthy := strings.Join(c.Services["artifactory"].HealthCheck.Test[1:], " ")
	emulator, serve := shell("artifactory", commands("artifactory")), shell("sigsync", "sigsync "+commands("sigsync"))
	emulator.background, serve.background = true, true
	look := shell("sigsync", "until curl --fail --silent http://127.0.0.1:8080/api/v1/report >report.json; do kill -0 ${begun[-1]} && sleep 0.1; done\n")
	look.needs = []string{"curl"}
	todo := []step{emulator, shell("artifactory", healthy+"\n"), serve, look, shell("audit", "sigsync "+commands("audit"))}
	needSystemTools(t, todo)
	s := newSession(t, todo)
	s.write("sigsync.yaml", here.Replace(string(read(t, filepath.Join(root, "examples/compose/sigsync.yaml")))))
	for _, wrong := range s.run(todo) {
		t.Error(wrong)
	}
}
