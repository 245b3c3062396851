// Package intake says how much is taken in of what comes from outside. Whatever
// a server, a cache or a file says, no more than this is read, kept or followed:
// each number is far above what anybody has a use for, and far below what it
// takes to fill the memory or to keep a run busy for ever.
package intake

// What is read of one answer or one object, in bytes, after decompression: what
// is sent may be a thousand times smaller.
const (
	// ManifestBytes is for a manifest or an index. Registries take 4 MiB, which
	// the OCI distribution-spec wants them to take, and hardly any takes more.
	ManifestBytes = 16 << 20
	// LayerBytes is for a layer that is looked into: an attestation may hold an
	// SBOM of some megabytes. What is only passed on has no limit but its
	// descriptor's size: none of it is kept.
	LayerBytes = 64 << 20
	// PageBytes is for a page of names or referrers: some registries have all
	// names on one page, and a million take 30 MB.
	PageBytes = 64 << 20
	// AnswerBytes is for any other answer of the REST API: a folder of many
	// images is about a megabyte.
	AnswerBytes = 16 << 20
	// GrantBytes is for an access token in exchange for another: it is a few thousand.
	GrantBytes = 1 << 20
	// RefusalBytes is for an answer that is no success: enough for a message per
	// file of an attachment.
	RefusalBytes = 64 << 10
	// RestBytes is for an answer that says nothing, read to keep its connection.
	RestBytes = 64 << 10
	// HeaderBytes is for the header of any answer: tokens and Links take some
	// kilobytes, and proxies refuse more than 64 KiB.
	HeaderBytes = 256 << 10
	// LinkBytes is for the URL of a next page, which is remembered.
	LinkBytes = 8 << 10
)

// What is read of a listing.
const (
	// ListingBytes is for all of a streamed listing. A million rows take 250 MB.
	ListingBytes = 4 << 30
	// Parts is how many queries a listing is divided into where the server trims
	// it. Artifactory's cap is half a million rows.
	Parts = 20_000
	// RowBytes is for what comes without the end of a row.
	RowBytes = 1 << 20
	// PathBytes is for the path of a file and its name, of each: Artifactory's
	// database has 1,024 characters for a path and 255 for a name.
	PathBytes = 4096
	// Names is how many a list of tags, of one image, or of images has. The
	// busiest images have some ten thousand tags.
	Names = 1_000_000
	// Tags is how many all images of a repository have.
	Tags = 5_000_000
	// NameBytes is for the name of an image, TagBytes for a tag. The
	// distribution-spec tells of clients that take names of 255 with the host,
	// and has 128 for a tag.
	NameBytes = 1024
	TagBytes  = 128
	// Pages is how many a list has: with a hundred names on each, a million names.
	Pages = 10_000
)

// What is followed.
const (
	// Referrers is how many are listed for one subject. A signature for each
	// build of a day, for thirty years.
	Referrers = 10_000
	// Layers is how many an attachment has: cosign reads no more (cosign,
	// pkg/oci/remote/signatures.go), and no other tool writes more than a few.
	Layers = 1000
	// Nesting is how deep indexes list indexes. Nobody nests more than one.
	Nesting = 8
	// Chain is how many attachments hang on one another. A digest cannot be part
	// of what it is computed from, so a chain is as long as somebody made it, and
	// a server can make it as it is asked.
	Chain = 16
	// MediaTypeBytes is for a media type or an artifact type, which a report may
	// show: two names of 127 (RFC 6838, section 4.2).
	MediaTypeBytes = 255
	// Signatures is how many signatures of one envelope are tried, and how many
	// entries a list in one has. cosign writes one.
	Signatures = 100
	// CertificateBytes is for a certificate: they have one to four kilobytes, and
	// some authorities put a picture in.
	CertificateBytes = 64 << 10
	// Identities is how many names a certificate has that are shown. Fulcio's has one.
	Identities = 20
)

// What is looked at of one image, for a person (sigsync inspect): whoever wants
// more names a tag or a digest.
const (
	// InspectedManifests is how many of an image's, where no tag is named: each
	// takes a request in each repository, and one for each of its signatures.
	InspectedManifests = 20
	// InspectedChildren is how many of an index. The official images have some
	// twenty, with BuildKit's attestations.
	InspectedChildren = 64
	// InspectedReferrers is how many of one subject, InspectedLayers how many
	// signatures of one attachment.
	InspectedReferrers = 100
	InspectedLayers    = 100
)

// What is kept of a server's words.
const (
	// Messages is how many of one refusal.
	Messages = 20
	// MessageBytes is for one of them, for a line of a report.
	MessageBytes = 1000
)

// What is read of files.
const (
	// RunBytes is for what a saved report says of its run: some hundred bytes, and
	// why it was stopped.
	RunBytes = 64 << 10
	// ReportBytes is for all of a saved report: half a million findings take 350 MB, and
	// it is held while it is read.
	ReportBytes = 512 << 20
	// MergedBytes is for all the saved reports that are made one of, together: that
	// one is about as large, and is to be read again.
	MergedBytes = ReportBytes
	// PlanBytes is for a saved plan: an attachment takes a kilobyte, so that it has
	// a quarter of a million, which is more than anybody reviews.
	PlanBytes = 256 << 20
	// ConfigurationBytes is for a configuration: ten thousand pairs.
	ConfigurationBytes = 1 << 20
	// Aliased is how many values of it may be read through aliases. It is far
	// more than a file needs, and far less than one needs to fill the memory.
	Aliased = 10_000
	// EntryBytes is for an entry of the cache, which says what a manifest is, and
	// is far smaller.
	EntryBytes = 1 << 20
	// TextfileBytes is for the metrics that an earlier run left in a file: a pair
	// takes three kilobytes.
	TextfileBytes = 16 << 20
)

// What is taken in of who asks sigsync itself (sigsync serve), and shown to them.
const (
	// RequestHeaderBytes is for the header of any request: browsers send some
	// kilobytes of cookies, and proxies take no more than this.
	RequestHeaderBytes = 64 << 10
	// Connections is how many there may be at a time. A browser, a few who gather
	// metrics and a few servers with events have some ten; each takes a file
	// descriptor, of which runs need theirs.
	Connections = 256
	// Scrapes is how many requests for metrics are answered at a time. A Prometheus
	// sends one, and there are two of them where one may fail.
	Scrapes = 10
	// Runs is how many ended runs are remembered: a day of a run every quarter of
	// an hour.
	Runs = 100
	// RunImages is how many images, and RunReasons how many reasons, are
	// remembered of one of them.
	RunImages  = 10
	RunReasons = 4
	// ShownFindings, ShownPairs and ShownTags, of one finding, are how many a page
	// shows: more is for programs, which read JSON.
	ShownFindings = 200
	ShownPairs    = 200
	ShownTags     = 8
)

// What is taken in of events, which anybody can send who reaches the address.
const (
	// EventBytes is for one event: it has about a kilobyte, and with the
	// platforms of a hundred manifests five. It is held before it is known who
	// sends it, one for each connection, so that a buffer is all it may take.
	EventBytes = 64 << 10
	// EventsPerSecond are taken in of those that are authentic, and EventsAtOnce:
	// somebody promotes ten thousand tags in one go. To take one in takes some
	// microseconds, so that only a sender who has gone wrong is beyond.
	EventsPerSecond = 1000
	EventsAtOnce    = 10_000
	// ForgeriesPerSecond and ForgeriesAtOnce are looked at: to tell one takes the
	// hash of its body, and so many take a twentieth of a processor. A sender whose
	// secret is wrong sends far fewer.
	ForgeriesPerSecond = 1000
	ForgeriesAtOnce    = 1000
	// KeyBytes is for the key of a repository, which Artifactory has at 64.
	KeyBytes = 255
	// EventsWaiting is how many distinct events wait while a run is under way: what
	// comes at once. With the longest names they take 30 MB, with usual ones 5.
	EventsWaiting = 10_000
)

// What is taken of who starts sigsync.
const (
	// Shards is how many a run may be divided into. Each of them lists all
	// repositories, so that hundreds are already more listing than copying.
	Shards = 1000
)
