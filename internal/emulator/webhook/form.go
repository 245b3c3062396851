package webhook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Form is how an event is written. The zero value is what a current server
// with a custom base URL was seen to send.
type Form struct {
	// Flat writes the event's own fields and event_type side by side, without an
	// envelope, as older documentation has it.
	Flat bool
	// Without leaves fields out: image_type, jpd_origin, target_repo or target_tag.
	Without []string
	// FullImageName writes the whole image path as image_name, as the
	// documentation has it. Real servers were seen to write its last segment only.
	FullImageName bool
	// UserContext adds who did it to the envelope, as newer documentation has it.
	UserContext bool
}

// omissible are the fields that Without may name.
func omissible() []string { return []string{imageType, origin, targetRepo, targetTag} }

const (
	imageType  = "image_type"
	origin     = "jpd_origin"
	targetRepo = "target_repo"
	targetTag  = "target_tag"
)

func (f Form) validate() error {
	for _, field := range f.Without {
		if !slices.Contains(omissible(), field) {
			return fmt.Errorf("field %q cannot be left out", field)
		}
	}
	return nil
}

// data is what the docker domain tells.
type data struct {
	RepoKey    string     `json:"repo_key"`
	Path       string     `json:"path"`
	Name       string     `json:"name"`
	SHA256     string     `json:"sha256"`
	Size       int64      `json:"size"`
	ImageName  string     `json:"image_name"`
	Tag        string     `json:"tag"`
	Platforms  []Platform `json:"platforms"`
	ImageType  string     `json:"image_type,omitempty"`
	TargetRepo string     `json:"target_repo,omitempty"`
	TargetTag  string     `json:"target_tag,omitempty"`
}

type flat struct {
	EventType Type `json:"event_type"`
	data
}

type envelope struct {
	Domain          string       `json:"domain"`
	EventType       Type         `json:"event_type"`
	Data            data         `json:"data"`
	SubscriptionKey string       `json:"subscription_key"`
	Origin          string       `json:"jpd_origin,omitempty"`
	Source          string       `json:"source"`
	UserContext     *userContext `json:"userContext,omitempty"`
}

type userContext struct {
	ID      string `json:"id"`
	IsToken bool   `json:"isToken"`
	Realm   string `json:"realm"`
}

// source names the service and the node that an event comes from.
const source = "jfrog/jfrt@01k3emulat0rn0de0000000000"

// encode writes the event for a subscription; from is where the platform is, "" if
// it does not know.
func (f Form) encode(e Event, subscription, from string) ([]byte, error) {
	d := f.data(e)
	if f.Flat {
		return json.Marshal(flat{e.Type, d})
	}
	out := envelope{
		Domain: Domain, EventType: e.Type, Data: d, SubscriptionKey: subscription, Source: source,
		Origin: f.unless(origin, from),
	}
	if f.UserContext {
		out.UserContext = &userContext{ID: e.By, Realm: "internal"}
	}
	return json.Marshal(out)
}

func (f Form) data(e Event) data {
	d := data{
		RepoKey: e.Repo, Path: e.Path, Name: last(e.Path), SHA256: e.SHA256, Size: e.Size,
		ImageName: last(e.Image), Tag: e.Tag, Platforms: e.Platforms,
		ImageType:  f.unless(imageType, e.ImageType),
		TargetRepo: f.unless(targetRepo, e.TargetRepo), TargetTag: f.unless(targetTag, e.TargetTag),
	}
	if f.FullImageName {
		d.ImageName = e.Image
	}
	if d.Platforms == nil {
		d.Platforms = []Platform{}
	}
	return d
}

// unless returns the value of a field that is not left out.
func (f Form) unless(field, value string) string {
	if slices.Contains(f.Without, field) {
		return ""
	}
	return value
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
