package config

// chosen is a type of text that has one of a few values.
type chosen interface {
	~string
	// choices are the values, in the order in which they are shown.
	choices() []string
}

// choice reports a value that is none of its type's.
func choice[T chosen](key string, got T, p *problems) {
	oneOf(key, string(got), p, got.choices()...)
}

// texts are values as they are written.
func texts[T ~string](values ...T) []string {
	written := make([]string, len(values))
	for i, v := range values {
		written[i] = string(v)
	}
	return written
}

// Family is a kind of attachment.
type Family string

// The families are the values of pairs[].families.
const (
	FamilySignature   Family = "signature"
	FamilyAttestation Family = "attestation"
	FamilySBOM        Family = "sbom"
	FamilyOther       Family = "other" // every other referrer
)

func (Family) choices() []string {
	return texts(FamilySignature, FamilyAttestation, FamilySBOM, FamilyOther)
}

// Referrers says for which subjects a server is asked for referrers.
type Referrers string

// The values of pairs[].referrers.
const (
	ReferrersAuto   Referrers = "auto"   // where the listing shows candidates
	ReferrersAlways Referrers = "always" // for every subject
	ReferrersNever  Referrers = "never"
)

func (Referrers) choices() []string {
	return texts(ReferrersAuto, ReferrersAlways, ReferrersNever)
}

// Match says where in the source repository a subject of the target is looked for.
type Match string

// The values of pairs[].match.
const (
	MatchPath   Match = "path"   // under the same image path
	MatchDigest Match = "digest" // anywhere
)

func (Match) choices() []string {
	return texts(MatchPath, MatchDigest)
}

// AttestationOnly says what becomes of the bundles of an image whose only
// bundles are attestations.
type AttestationOnly string

// The values of pairs[].attestation_only.
const (
	AttestationOnlyHold AttestationOnly = "hold"
	AttestationOnlyCopy AttestationOnly = "copy"
)

func (AttestationOnly) choices() []string {
	return texts(AttestationOnlyHold, AttestationOnlyCopy)
}

// OnDifference says what becomes of stale and diverged signatures.
type OnDifference string

// The values of pairs[].on_difference.
const (
	DifferenceReport OnDifference = "report"
	DifferenceUpdate OnDifference = "update"
	DifferenceMerge  OnDifference = "merge"
)

func (OnDifference) choices() []string {
	return texts(DifferenceReport, DifferenceUpdate, DifferenceMerge)
}

// Transport is how an attachment reaches the target.
type Transport string

// The values of pairs[].transport.
const (
	TransportAuto     Transport = "auto"
	TransportCopy     Transport = "copy"
	TransportPromote  Transport = "promote"
	TransportRegistry Transport = "registry"
)

func (Transport) choices() []string {
	return texts(TransportAuto, TransportCopy, TransportPromote, TransportRegistry)
}
