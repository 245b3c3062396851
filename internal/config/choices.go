package config

// Family is a kind of attachment.
type Family string

// The families are the values of pairs[].families.
const (
	FamilySignature   Family = "signature"
	FamilyAttestation Family = "attestation"
	FamilySBOM        Family = "sbom"
	FamilyOther       Family = "other" // every other referrer
)

// Referrers says for which subjects a server is asked for referrers.
type Referrers string

// The values of pairs[].referrers.
const (
	ReferrersAuto   Referrers = "auto"   // where the listing shows candidates
	ReferrersAlways Referrers = "always" // for every subject
	ReferrersNever  Referrers = "never"
)

// Match says where in the source repository a subject of the target is looked for.
type Match string

// The values of pairs[].match.
const (
	MatchPath   Match = "path"   // under the same image path
	MatchDigest Match = "digest" // anywhere
)

// AttestationOnly says what becomes of the bundles of an image whose only
// bundles are attestations.
type AttestationOnly string

// The values of pairs[].attestation_only.
const (
	AttestationOnlyHold AttestationOnly = "hold"
	AttestationOnlyCopy AttestationOnly = "copy"
)

// OnDifference says what becomes of stale and diverged signatures.
type OnDifference string

// The values of pairs[].on_difference.
const (
	DifferenceReport OnDifference = "report"
	DifferenceUpdate OnDifference = "update"
	DifferenceMerge  OnDifference = "merge"
)

// Transport is how an attachment reaches the target.
type Transport string

// The values of pairs[].transport.
const (
	TransportAuto     Transport = "auto"
	TransportCopy     Transport = "copy"
	TransportPromote  Transport = "promote"
	TransportRegistry Transport = "registry"
)
