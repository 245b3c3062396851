package emulator

// Quirks choose another reading where the known behaviour of real servers is
// ambiguous, differs between versions, or was never seen.
type Quirks struct {
	// MissingSourceWarns answers Copy Item of an absent source with 200 and a
	// warning instead of 400.
	MissingSourceWarns bool `yaml:"missing_source_warns"`
	// CodelessIs409 answers 409 instead of 500 where the last error of Copy Item
	// has no code of its own.
	CodelessIs409 bool `yaml:"codeless_is_409"`
	// SameSourceIs500 answers a copy onto itself with an error without a code
	// instead of 400.
	SameSourceIs500 bool `yaml:"same_source_is_500"`
	// LongTargetMissing words the refusal of an absent target repository as 7.161 does.
	LongTargetMissing bool `yaml:"long_target_missing"`
	// ShallowDryRun makes the dry run of a folder stop at the folder, as in 6.20.
	ShallowDryRun bool `yaml:"shallow_dry_run"`
	// NoSourceReadCheck lets Copy Item read what the caller may not, as in 6.20.
	NoSourceReadCheck bool `yaml:"no_source_read_check"`
	// CopyFromRemoteKey lets Copy Item name a cache by its remote repository's key.
	CopyFromRemoteKey bool `yaml:"copy_from_remote_key"`
	// BadIntegerIs400 answers 400 instead of 404 to a parameter of Copy Item that
	// is not an integer.
	BadIntegerIs400 bool `yaml:"bad_integer_is_400"`
	// MissingRepositoryIs400 answers 400 instead of 404 for the configuration of
	// an absent repository, as older versions do.
	MissingRepositoryIs400 bool `yaml:"missing_repository_is_400"`
	// PlainAQLErrors sends AQL's errors as plain text, as in 6.20.
	PlainAQLErrors bool `yaml:"plain_aql_errors"`
	// ArchTags makes promotion tag the children of an index, as before 7.111.
	ArchTags bool `yaml:"arch_tags"`
	// PromotionLock refuses a promotion while another is under way, instead of
	// letting it wait.
	PromotionLock bool `yaml:"promotion_lock"`
	// KeepAllTags shows MaxUniqueTags in the repository's configuration and does
	// not enforce it.
	KeepAllTags bool `yaml:"keep_all_tags"`
	// DigestTagsListed shows digest-named folders in tag lists, as before 7.94.1.
	DigestTagsListed bool `yaml:"digest_tags_listed"`
	// BlobMount performs cross-repository blob mounts.
	BlobMount bool `yaml:"blob_mount"`
	// LeaveUploads keeps what a push left in _uploads.
	LeaveUploads bool `yaml:"leave_uploads"`
	// LyingReferrers lists referrers with the type of the empty config as their
	// artifact type, without annotations and with a wrong size.
	LyingReferrers bool `yaml:"lying_referrers"`
	// SilentSubject leaves OCI-Subject out of the answer to a push, although the
	// Referrers API is on.
	SilentSubject bool `yaml:"silent_subject"`
	// SubjectWithoutReferrers sends OCI-Subject although the Referrers API is off.
	SubjectWithoutReferrers bool `yaml:"subject_without_referrers"`
	// BearerReferrers challenges unauthenticated requests for referrers like
	// those for manifests, with Bearer instead of Basic.
	BearerReferrers bool `yaml:"bearer_referrers"`
	// CatalogStatus refuses the catalog of repositories with that HTTP status;
	// zero serves it.
	CatalogStatus int `yaml:"catalog_status"`
}
