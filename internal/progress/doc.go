// Package progress tells people how far a run has come: on a terminal as a line
// with a bar below everything else, elsewhere as a line of the log now and then.
// It takes the clock from outside and starts nothing by itself.
package progress
