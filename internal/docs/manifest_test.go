package docs_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sigsync/sigsync/internal/config"
)

// object is what the examples use of Kubernetes' ConfigMap, Job and CronJob.
// A key that is not here is taken for misspelt.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   metadata
	Data       map[string]string
	Spec       struct {
		job                        `yaml:",inline"`
		Schedule                   string
		TimeZone                   string `yaml:"timeZone"`
		ConcurrencyPolicy          string `yaml:"concurrencyPolicy"`
		StartingDeadlineSeconds    int    `yaml:"startingDeadlineSeconds"`
		SuccessfulJobsHistoryLimit int    `yaml:"successfulJobsHistoryLimit"`
		FailedJobsHistoryLimit     int    `yaml:"failedJobsHistoryLimit"`
		JobTemplate                struct {
			Spec job
		} `yaml:"jobTemplate"`
	}
}

type metadata struct {
	Name   string
	Labels map[string]string
}

type job struct {
	CompletionMode          string `yaml:"completionMode"`
	Completions             int
	Parallelism             int
	BackoffLimit            int `yaml:"backoffLimit"`
	BackoffLimitPerIndex    int `yaml:"backoffLimitPerIndex"`
	ActiveDeadlineSeconds   int `yaml:"activeDeadlineSeconds"`
	TTLSecondsAfterFinished int `yaml:"ttlSecondsAfterFinished"`
	PodFailurePolicy        struct {
		Rules []struct {
			Action      string
			OnExitCodes struct {
				ContainerName string `yaml:"containerName"`
				Operator      string
				Values        []int
			} `yaml:"onExitCodes"`
			OnPodConditions []struct{ Type, Status string } `yaml:"onPodConditions"`
		}
	} `yaml:"podFailurePolicy"`
	Template struct {
		Metadata metadata
		Spec     pod
	}
}

type pod struct {
	RestartPolicy                 string `yaml:"restartPolicy"`
	AutomountServiceAccountToken  *bool  `yaml:"automountServiceAccountToken"`
	TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
	SecurityContext               struct {
		RunAsNonRoot   bool `yaml:"runAsNonRoot"`
		RunAsUser      int  `yaml:"runAsUser"`
		FSGroup        int  `yaml:"fsGroup"`
		SeccompProfile struct {
			Type string
		} `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []struct {
		Name, Image     string
		Args            []string
		Resources       struct{ Requests, Limits map[string]string }
		SecurityContext struct {
			AllowPrivilegeEscalation *bool                   `yaml:"allowPrivilegeEscalation"`
			ReadOnlyRootFilesystem   bool                    `yaml:"readOnlyRootFilesystem"`
			Capabilities             struct{ Drop []string } `yaml:"capabilities"`
		} `yaml:"securityContext"`
		VolumeMounts []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
			ReadOnly  bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
	}
	Volumes []struct {
		Name      string
		ConfigMap struct{ Name string } `yaml:"configMap"`
		Secret    struct {
			SecretName  string `yaml:"secretName"`
			DefaultMode int    `yaml:"defaultMode"`
		}
	}
}

// jobOf is the Job of a manifest, or the one that its CronJob makes.
func (o object) jobOf() job {
	if o.Kind == "CronJob" {
		return o.Spec.JobTemplate.Spec
	}
	return o.Spec.job
}

// decode reads one document and takes nothing that into does not have.
func decode(content []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("decode: there is more than one document")
	}
	return nil
}

// manifest reads an example.
func manifest(t *testing.T, name string) object {
	t.Helper()
	var o object
	if err := decode(read(t, filepath.Join(root, "examples/kubernetes", name)), &o); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return o
}

func TestExamplesOfKubernetesAreWhole(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(root, "examples/kubernetes/*.yaml"))
	if err != nil || len(names) != 5 {
		t.Fatalf("manifests = %q, %v, want 5", names, err)
	}
	shared := manifest(t, "config.yaml")
	text := shared.Data["sigsync.yaml"]
	if _, err := config.Parse("sigsync.yaml", []byte(text), func(string) (string, bool) { return "", false }); err != nil || shared.Kind != "ConfigMap" {
		t.Errorf("config.yaml is a %s, its sigsync.yaml %v", shared.Kind, err)
	}
	for _, name := range names {
		o := manifest(t, filepath.Base(name))
		if o.Kind == "ConfigMap" {
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) { o.check(t, shared.Metadata.Name) })
	}
}

// check holds a pod to what keeps it harmless, and to the files that it reads.
func (o object) check(t *testing.T, configMap string) {
	t.Helper()
	if o.APIVersion != "batch/v1" || o.Kind != "CronJob" && o.Kind != "Job" {
		t.Errorf("it is a %s %s", o.APIVersion, o.Kind)
	}
	p := o.jobOf().Template.Spec
	if len(p.Containers) != 1 || len(p.Volumes) != 2 {
		t.Fatalf("%d containers, %d volumes, want 1 and 2", len(p.Containers), len(p.Volumes))
	}
	c := p.Containers[0]
	for what, ok := range map[string]bool{
		"no token of a service account": p.AutomountServiceAccountToken != nil && !*p.AutomountServiceAccountToken,
		"not root":                      p.SecurityContext.RunAsNonRoot && p.SecurityContext.RunAsUser == 65532,
		"no more rights":                c.SecurityContext.AllowPrivilegeEscalation != nil && !*c.SecurityContext.AllowPrivilegeEscalation,
		"no capabilities":               slices.Equal(c.SecurityContext.Capabilities.Drop, []string{"ALL"}),
		"nothing to write":              c.SecurityContext.ReadOnlyRootFilesystem,
		"not started again by its node": p.RestartPolicy == "Never",
		"the configuration":             p.Volumes[0].ConfigMap.Name == configMap && c.VolumeMounts[0].MountPath == "/etc/sigsync",
		"the token":                     p.Volumes[1].Secret.SecretName != "" && c.VolumeMounts[1].MountPath == "/var/run/secrets/sigsync",
		"volumes by their names":        p.Volumes[0].Name == c.VolumeMounts[0].Name && p.Volumes[1].Name == c.VolumeMounts[1].Name,
	} {
		if !ok {
			t.Errorf("it lacks: %s", what)
		}
	}
	for _, rule := range o.jobOf().PodFailurePolicy.Rules {
		if len(rule.OnExitCodes.Values) > 0 && rule.OnExitCodes.ContainerName != c.Name {
			t.Errorf("a rule is about the container %q, want %q", rule.OnExitCodes.ContainerName, c.Name)
		}
	}
	if j := o.jobOf(); j.CompletionMode == "Indexed" && !strings.HasSuffix(strings.Join(c.Args, " "), fmt.Sprintf(" --shard %d", j.Completions)) {
		t.Errorf("%d pods run %q, want as many shards", j.Completions, c.Args)
	}
	if o.Kind == "CronJob" && (o.Spec.Schedule == "" || o.Spec.ConcurrencyPolicy != "Forbid") {
		t.Errorf("schedule %q, %s", o.Spec.Schedule, o.Spec.ConcurrencyPolicy)
	}
}

// TestExamplesOfKubernetesRun runs the arguments of the containers as processes.
func TestExamplesOfKubernetesRun(t *testing.T) {
	readSources(t)
	shared := manifest(t, "config.yaml").Data["sigsync.yaml"]
	for name, c := range map[string]struct {
		exits []string
		left  []string // of an audit afterwards
	}{
		"cronjob.yaml":         {},
		"backfill.yaml":        {},
		"backfill-shards.yaml": {},
		"audit.yaml":           {exits: []string{"3"}, left: []string{"3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needBash(t)
			j := manifest(t, name).jobOf()
			todo := []step{
				shell(name, commandsOf(j), c.exits...),
				shell(name, "sigsync audit\n", c.left...),
			}
			s := newSession(t, todo)
			s.write("sigsync.yaml", strings.ReplaceAll(shared, "/var/run/secrets/sigsync/", ""))
			s.write("token", "sigsync-token")
			for _, wrong := range s.run(todo) {
				t.Error(wrong)
			}
		})
	}
}

// commandsOf is what the pods of a Job run, one line each.
func commandsOf(j job) string {
	var text strings.Builder
	for n := range max(j.Completions, 1) {
		if j.CompletionMode == "Indexed" {
			fmt.Fprintf(&text, "JOB_COMPLETION_INDEX=%d ", n)
		}
		fmt.Fprintf(&text, "sigsync %s\n", strings.ReplaceAll(strings.Join(j.Template.Spec.Containers[0].Args, " "), "/etc/sigsync/", ""))
	}
	return text.String()
}

var exampleVersion = regexp.MustCompile(`(?:sigsync/sigsync:|install\.sh )([0-9][0-9A-Za-z.+-]*)`)

// TestExamplesNameTheVersionOfTheChart has a release change all of them.
func TestExamplesNameTheVersionOfTheChart(t *testing.T) {
	var chart struct {
		AppVersion string `yaml:"appVersion"`
	}
	if err := yaml.Unmarshal(read(t, filepath.Join(root, "charts/sigsync/Chart.yaml")), &chart); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(root, "examples/*/*"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range names {
		for _, m := range exampleVersion.FindAllStringSubmatch(string(read(t, name)), -1) {
			seen++
			if m[1] != chart.AppVersion {
				t.Errorf("%s names version %s, want %s", name, m[1], chart.AppVersion)
			}
		}
	}
	if seen < 8 {
		t.Errorf("%d versions seen, want those of all manifests and pipelines", seen)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]bool{
		"kind: Job\nspec: {backoffLimit: 2}\n": true,
		"kind: Job\nspec: {backofLimit: 2}\n":  false,
		"kind: Job\n---\nkind: Job\n":          false,
		"kind: [\n":                            false,
	} {
		if err := decode([]byte(text), new(object)); (err == nil) != want {
			t.Errorf("decode(%q) = %v, want it taken: %v", text, err, want)
		}
	}
}
