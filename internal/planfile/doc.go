// Package planfile is the form of a saved plan, which people review before it
// is carried out: what was to be done, and what it was planned for. It says
// which actions of a plan that is computed anew are the ones that were approved.
package planfile
