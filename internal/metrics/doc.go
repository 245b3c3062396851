// Package metrics is what Prometheus is told of sigsync: how the last whole run
// ended and what it left, what was done, what was sent. It is read over HTTP
// where sigsync serves, and left at a Pushgateway or in a file by a run that
// ends. docs/metrics.md lists every metric; their names are a contract.
package metrics
