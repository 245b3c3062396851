package promotion

import (
	"net/http"
	"regexp"
)

// Request is the body of a promotion with the repository of its URL. An empty
// text is the same as an absent one.
type Request struct {
	SourceRepo  string `json:"-"`
	TargetRepo  string `json:"targetRepo"`
	Image       string `json:"dockerRepository"`
	TargetImage string `json:"targetDockerRepository"`
	// Tag is the tag to promote; empty means the whole image.
	Tag       string `json:"tag"`
	TargetTag string `json:"targetTag"`
	// Copy keeps the source; without it the promotion is a move.
	Copy bool `json:"copy"`
	// ArchTags makes the children of an index arrive under tags of their own
	// too, as before version 7.111.
	ArchTags bool `json:"-"`
}

// Source names what is promoted the way the server's messages do,
// "repo/image/tag".
func (r *Request) Source() string {
	if r.Tag == "" {
		return r.SourceRepo + "/" + r.Image
	}
	return r.SourceRepo + "/" + r.Image + "/" + r.Tag
}

// complete validates the request and fills in its defaults.
func (r *Request) complete() error {
	switch {
	case r.Image == "":
		return refuse(http.StatusBadRequest, "You must provide dockerRepository name")
	case r.TargetRepo == "":
		return refuse(http.StatusBadRequest, "You must provide targetRepo")
	case r.Tag == "" && (r.TargetTag != "" || r.TargetImage != ""):
		return refuse(http.StatusBadRequest, "When 'targetTag' or 'targetDockerRepository' exists, 'tag' cannot be empty")
	case r.TargetTag != "" && !isTag(r.TargetTag):
		return refuse(http.StatusBadRequest, "Invalid target tag '%s'", r.TargetTag)
	}
	r.TargetImage = or(r.TargetImage, r.Image)
	r.TargetTag = or(r.TargetTag, r.Tag)
	if r.SourceRepo == r.TargetRepo && r.Image == r.TargetImage && r.Tag == r.TargetTag {
		return refuse(http.StatusBadRequest, "Skipping promote since destination and source are the same")
	}
	return nil
}

// isTag holds a tag to the grammar of the OCI distribution specification.
func isTag(tag string) bool {
	return regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`).MatchString(tag)
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
