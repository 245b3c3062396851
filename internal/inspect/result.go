package inspect

import (
	"github.com/sigsync/sigsync/internal/claim"
	"github.com/sigsync/sigsync/internal/cosign"
	"github.com/sigsync/sigsync/internal/oci"
	"github.com/sigsync/sigsync/internal/plan"
	"github.com/sigsync/sigsync/internal/report"
)

// Schema names the JSON form of a Result.
const Schema = "sigsync.inspect/v1"

// Result is what was found out about one image.
type Result struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	Image   string `json:"image"`
	// Tag is "" and Digest zero where all tags were asked for.
	Tag    string     `json:"tag"`
	Digest oci.Digest `json:"digest"`
	// Found tells that some repository has the image, or something attached to it.
	Found    bool `json:"found"`
	ExitCode int  `json:"exit_code"`
	// FailOn are the states that make ExitCode 3.
	FailOn []plan.State `json:"fail_on"`
	// More is how many manifests were left out: of an image with many tags some
	// are shown.
	More int `json:"more,omitempty"`
	// Repositories are those of the configuration, each once, as pairs name them.
	Repositories []Repository    `json:"repositories"`
	Pairs        []Pair          `json:"pairs"`
	Requests     report.Requests `json:"requests"`
}

// Repository is what one repository has of the image.
type Repository struct {
	Server     string `json:"server"`
	Repository string `json:"repository"`
	// Holder is the repository that holds the files where Repository does not.
	Holder string `json:"holder,omitempty"`
	// Error says why it could not be looked at; "" where it could.
	Error string `json:"error"`
	// Discovery is how verifiers find referrers there; "" where nobody asked.
	Discovery Discovery `json:"discovery,omitempty"`
	// Manifests are those that the reference names, sorted by image and tags.
	Manifests []Manifest `json:"manifests"`
	// OtherTags are some that the image has there, where the one that was asked for
	// is not; MoreTags is how many were left out.
	OtherTags []string `json:"other_tags,omitempty"`
	MoreTags  int      `json:"more_tags,omitempty"`
	// Unreadable are tags of which the server does not tell what they name.
	Unreadable []string `json:"unreadable,omitempty"`
}

// Discovery is a way to find referrers.
type Discovery string

// The ways: the Referrers API, or the index that clients keep under a tag where
// there is none.
const (
	ReferrersAPI   Discovery = "api"
	ReferrersIndex Discovery = "index"
)

// Manifest is an image manifest or an index in one repository.
type Manifest struct {
	Image  string     `json:"image"`
	Digest oci.Digest `json:"digest"`
	Tags   []string   `json:"tags"`
	// MediaType is "" where the manifest could not be read.
	MediaType string `json:"media_type"`
	// Platform is what the index around it tells, as "linux/arm64/v8".
	Platform string `json:"platform,omitempty"`
	// Kind is what else the index tells of it: BuildKit's attestation-manifest.
	Kind string `json:"kind,omitempty"`
	// Absent tells that the repository does not have it, but something of it: what
	// is attached to it, or the index that lists it.
	Absent bool `json:"absent,omitempty"`
	// Problem says what could not be found out; "" where all was.
	Problem  string     `json:"problem,omitempty"`
	Children []Manifest `json:"children,omitempty"`
	// MoreChildren and MoreAttachments are how many were left out.
	MoreChildren    int          `json:"more_children,omitempty"`
	Attachments     []Attachment `json:"attachments"`
	MoreAttachments int          `json:"more_attachments,omitempty"`
	// Verify are the commands that verify it there.
	Verify []string `json:"verify,omitempty"`
}

// Attachment is something stored for a subject in one repository.
type Attachment struct {
	Family cosign.Family `json:"family"`
	// Tag is "" for a referrer.
	Tag string `json:"tag"`
	// Digest is zero where a tag has no manifest, or the server does not tell it.
	Digest       oci.Digest `json:"digest"`
	ArtifactType string     `json:"artifact_type,omitempty"`
	// MediaTypes are those of its layers, each once.
	MediaTypes []string `json:"media_types,omitempty"`
	// Listed are the ways in which a referrer is found there.
	Listed []Discovery `json:"listed,omitempty"`
	// Absent tells that the referrer is listed, and its manifest is not there.
	Absent bool `json:"absent,omitempty"`
	// Claims are what its signatures say of themselves.
	Claims []claim.Claim `json:"claims,omitempty"`
	// MoreClaims is how many of its layers were not read.
	MoreClaims int `json:"more_claims,omitempty"`
	// Checks are what the keys of pairs found.
	Checks []Check `json:"checks,omitempty"`
	// Suspect says why it is not its subject's; "" where it is, as far as its
	// content says.
	Suspect string `json:"suspect,omitempty"`
	// Lacks are blobs that are not there, as far as they were asked for.
	Lacks       []oci.Digest `json:"lacks,omitempty"`
	Problem     string       `json:"problem,omitempty"`
	Attachments []Attachment `json:"attachments,omitempty"`
	// MoreAttachments is how many were left out.
	MoreAttachments int `json:"more_attachments,omitempty"`
	// Verify are the commands that verify the attachment itself.
	Verify []string `json:"verify,omitempty"`

	bundle, artifact bool
}

// Check is what the keys of a pair found out about an attachment.
type Check struct {
	Pair string `json:"pair"`
	// VerifiedBy names the keys that verified signatures; Unverified says why some
	// are not, "" where all are.
	VerifiedBy []string `json:"verified_by"`
	Unverified string   `json:"unverified,omitempty"`
}

// Pair is what a run would make of the image.
type Pair struct {
	Name   string     `json:"name"`
	Source report.End `json:"source"`
	Target report.End `json:"target"`
	// Error says why the pair could not be looked at; Note what there is to say
	// of it as a whole.
	Error     string     `json:"error"`
	Note      string     `json:"note,omitempty"`
	Relations []Relation `json:"relations"`
}

// Relation is a subject at the target with one attachment of either side.
type Relation struct {
	report.Finding
	// State is that of a run, or "" where a run does not compare the two.
	State string `json:"state"`
	// Outcome hides that of the finding: nothing was done.
	Outcome string `json:"outcome,omitempty"`
	Would   Would  `json:"would"`
}

// Would is what a run would do.
type Would string

// What a run would do.
const (
	WouldNothing Would = "nothing"
	WouldCopy    Would = "copy"
	WouldRepair  Would = "repair"
	WouldUpdate  Would = "update"
	WouldMerge   Would = "merge"
	WouldHold    Would = "hold"
)
