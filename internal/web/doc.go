// Package web is what sigsync serve answers over HTTP: whether it lives and is
// ready, the last report as a page and as JSON, and how the runs before ended.
// What comes from elsewhere, metrics and the webhook, is handed in.
package web
