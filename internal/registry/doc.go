// Package registry is a client of OCI registries, and of Artifactory where it
// speaks as one.
//
// Logins are those of oras-go: its exchange of credentials for tokens, its
// cache of tokens, and its reading of Docker's configuration and credential
// helpers. The rest of oras-go's client does not fit, and is written here:
//
//   - its URLs begin with /v2/ at the host's root, and Artifactory's do not;
//   - its referrers fall back to a tag by themselves, without the guards that
//     such a tag needs, and its lists follow a Link to wherever it leads;
//   - its retries cannot be handed a clock, know no Retry-After but that of 429,
//     and end where an answer begins: a body that breaks off is not repeated;
//   - its refusals lose what a report needs: the pause that the server asks for,
//     and the difference between a missing thing and a page of HTML.
package registry
