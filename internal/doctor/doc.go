// Package doctor examines what a run stands on, and says of each thing whether it
// is right, what was seen, and what to do: that servers are reached and take the
// login, what their edition and version can do, that repositories are there and
// are listed, and what the account may do in them.
//
// It writes nothing. What Copy Item would say is asked with dry=1, of a single
// file, for which the server makes all of its checks; before that is relied upon
// it is looked whether the first such question left anything.
package doctor
