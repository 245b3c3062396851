package planfile

import (
	"time"

	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
)

// Schema names the JSON form of a File.
const Schema = "sigsync.plan/v1"

// File is a saved plan.
type File struct {
	Schema string `json:"schema"`
	// ID is that of the run that made it, and Version that of its program.
	ID      string    `json:"id"`
	Version string    `json:"version"`
	Created time.Time `json:"created"`
	// Configuration is the Identity of the pairs.
	Configuration oci.Digest `json:"configuration"`
	// Pairs are in the order in which they are carried out.
	Pairs []Pair `json:"pairs"`
}

// Pair is what is planned for one pair of repositories.
type Pair struct {
	Name   string `json:"name"`
	Source End    `json:"source"`
	Target End    `json:"target"`
	// Error says why the pair could not be looked at; "" where it could.
	Error string `json:"error"`
	// Unplanned counts, by state, what was compared and has no item: there is
	// nothing to do, nothing can be done, or it waits for something.
	Unplanned map[plan.State]int `json:"unplanned"`
	// Items are sorted by image, subject and family.
	Items []Item `json:"items"`
}

// End is one repository of a pair.
type End struct {
	Server string `json:"server"`
	// URL is the server's, without credentials.
	URL        string `json:"url"`
	Repository string `json:"repository"`
}

// Item is one attachment that is to be brought from the source to the target.
type Item struct {
	// Image is the image path at the target, and Tags are the subject's there.
	Image      string        `json:"image"`
	Tags       []string      `json:"tags"`
	Subject    oci.Digest    `json:"subject"`
	Family     cosign.Family `json:"family"`
	Attachment Attachment    `json:"attachment"`
	// State is how the attachment compared.
	State     plan.State `json:"state"`
	Action    Action     `json:"action"`
	Transport Transport  `json:"transport"`
	// Source and Target are what the plan found there: the item is carried out if
	// that is so still.
	Source Manifest `json:"source"`
	Target Manifest `json:"target"`
	// Result is the attachment's manifest at the target, once the item is done.
	Result oci.Digest `json:"result"`
	// Files are the digests of what is brought: blobs first, then the manifest, if
	// that is brought.
	Files []oci.Digest `json:"files"`
}

// Attachment names what is stored for a subject.
type Attachment struct {
	// Tag is "" for a referrer, which has none.
	Tag string `json:"tag"`
	// ArtifactType is a referrer's.
	ArtifactType string `json:"artifact_type,omitempty"`
	// VerifiedBy names the configured keys that verified what it signs.
	VerifiedBy []string `json:"verified_by,omitempty"`
}

// Manifest is an attachment's manifest on one side.
type Manifest struct {
	// Image is the image path.
	Image string `json:"image"`
	// Digest is zero where there is none.
	Digest oci.Digest `json:"digest"`
}

// Action is what is done to what is at the target.
type Action string

// The actions.
const (
	Copy   Action = "copy"
	Repair Action = "repair"
	Update Action = "update"
	Merge  Action = "merge"
)

// Actions returns every action.
func Actions() []Action { return []Action{Copy, Repair, Update, Merge} }

// Transport is how an item gets from the source to the target.
type Transport string

// The transports.
const (
	// ByCopy is Copy Item or, where the pair leaves that open and the server's
	// edition has none, promotion.
	ByCopy     Transport = "copy"
	ByPromote  Transport = "promote"
	ByRegistry Transport = "registry"
)

// Transports returns every transport.
func Transports() []Transport { return []Transport{ByCopy, ByPromote, ByRegistry} }

// Items counts those of all pairs.
func (f *File) Items() int {
	n := 0
	for i := range f.Pairs {
		n += len(f.Pairs[i].Items)
	}
	return n
}

// Pair returns the pair of that name; nil where there is none.
func (f *File) Pair(name string) *Pair {
	for i := range f.Pairs {
		if f.Pairs[i].Name == name {
			return &f.Pairs[i]
		}
	}
	return nil
}

// Images are the image paths at the target that the pair has items for.
func (p *Pair) Images() map[string]bool {
	images := map[string]bool{}
	for i := range p.Items {
		images[p.Items[i].Image] = true
	}
	return images
}
