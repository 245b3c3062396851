package webhook

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/sigsync/sigsync/internal/oci"
)

// ErrIgnored says that an event is well-formed and of no concern: of another
// domain than docker, or of another type than pushed and promoted.
var ErrIgnored = errors.New("ignored")

// Event says that something came to an image of a repository. Its texts have
// been checked: they are short, and names of nothing but what they stand for,
// so that they can be part of queries and logs. Equal events are equal values.
type Event struct {
	// Promoted tells that a tag was promoted; else it was pushed.
	Promoted bool
	// Repository is the key of the repository where it was pushed, or from where
	// it was promoted. It is never empty.
	Repository string
	// Image is the image path in that repository. It is never empty.
	Image string
	// Tag is the tag, which may be an attachment's (sha256-<hex>.sig), or the
	// digest of what came without a tag; "" where the event does not tell.
	Tag string
	// TargetRepository and TargetTag say to where a tag was promoted; "" where
	// the event does not tell, and of what was pushed.
	TargetRepository, TargetTag string
	// Digest is the manifest's; zero where the event does not tell.
	Digest oci.Digest
}

// Parse reads an event as Artifactory sends it: about an object, that is data
// in an envelope or, from older versions, stands alone. Unknown fields are
// passed over. The error wraps ErrIgnored where the event is of no concern; any
// other says why it is none.
func Parse(body []byte) (Event, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("parse event: %w", err)
	}
	kind, about, err := e.open(body)
	if err != nil {
		return Event{}, fmt.Errorf("parse event: %w", err)
	}
	if e.Domain != "" && e.Domain != docker || kind != pushed && kind != promoted {
		return Event{}, fmt.Errorf("%w: an event of domain %.40q and type %.40q", ErrIgnored, e.Domain, kind)
	}
	var o object
	if err := json.Unmarshal(about, &o); err != nil {
		return Event{}, fmt.Errorf("parse event: %w", err)
	}
	// Builds are promoted too, and the older form has no domain.
	if e.Domain == "" && o.Repository == "" {
		return Event{}, fmt.Errorf("%w: an event of type %.40q without a repository", ErrIgnored, kind)
	}
	event, err := o.event(kind == promoted)
	if err != nil {
		return Event{}, fmt.Errorf("parse event: %w", err)
	}
	return event, nil
}

// The domain and its types that concern images which come to a repository.
const (
	docker   = "docker"
	pushed   = "pushed"
	promoted = "promoted"
)

// envelope is what is around an object in the newer form.
type envelope struct {
	Domain    text           `json:"domain"`
	EventType text           `json:"event_type"`
	Data      jsontext.Value `json:"data"`
}

// open returns the type of the event, and what it is about. Only that much is
// read of what may be of another domain.
func (e envelope) open(body []byte) (kind text, about jsontext.Value, err error) {
	kind, about = e.EventType, e.Data
	if k := about.Kind(); k == jsontext.KindNull || k == jsontext.KindInvalid {
		about = body
	}
	if kind == "" {
		var inside envelope
		if err := json.Unmarshal(about, &inside); err != nil {
			return "", nil, err
		}
		kind = inside.EventType
	}
	if kind == "" {
		return "", nil, errors.New("it has no event_type")
	}
	return kind, about, nil
}

// text is a string. A number is taken for one, as it is written: a tag may look
// like one, and so may a size.
type text string

// UnmarshalJSONFrom reads a string, a number, or null, which is "".
func (t *text) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	token, err := in.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case jsontext.KindString, jsontext.KindNumber:
		*t = text(token.String())
	case jsontext.KindNull:
		*t = ""
	default:
		return fmt.Errorf("expected a string, got %s", token.Kind())
	}
	return nil
}
