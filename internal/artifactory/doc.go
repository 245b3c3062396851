// Package artifactory is a client of JFrog Artifactory's REST API, as far as
// sigsync needs it: Artifactory Query Language, repositories, storage, Copy
// Item, docker promotion and reading a manifest.
//
// It trusts no answer more than it must. HTML with status 200, a listing that
// stops in the middle, an empty answer for a repository that does not exist, a
// refusal with the status of a failed login: each has cost somebody a
// signature.
package artifactory
