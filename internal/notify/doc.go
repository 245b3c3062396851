// Package notify tells chat rooms and other receivers of webhooks how a run
// ended, where that is worth telling: something is left, the run could not do
// its work, or all is well again after that. What it sends is bounded, however
// much a run found, holds no secrets, and gives names and words from outside no
// chance to mention people or to link. A receiver that cannot be told is a line
// of the log: it never fails a run.
package notify
