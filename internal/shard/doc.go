// Package shard says which part of the work is whose where several processes
// share a run. It does no I/O.
package shard
