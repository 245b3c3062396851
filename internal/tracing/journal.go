package tracing

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"unicode"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
)

// journal tells the log what goes wrong with traces: each kind of thing once for
// a run, and not again for each batch of spans.
type journal struct {
	log  logrus.FieldLogger
	hide *strings.Replacer

	mu   sync.Mutex
	told map[string]bool
}

// kinds is how many kinds of things are told for a run. Each answer of a collector
// may have words of its own.
const kinds = 5

func newJournal(log logrus.FieldLogger, hide *strings.Replacer) *journal {
	return &journal{log: log, hide: hide, told: map[string]bool{}}
}

// forget begins anew with a run.
func (j *journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.told)
}

func (j *journal) warn(message string, err error) {
	cause := ""
	if err != nil {
		cause = clip(j.hide.Replace(describe(err)))
	}
	if !j.first(message + ": " + cause) {
		return
	}
	log := j.log
	if cause != "" {
		log = log.WithField(logrus.ErrorKey, cause)
	}
	log.Warn(message)
}

// first tells whether something is the first of its kind. Ports, sizes and times
// do not make another kind.
func (j *journal) first(text string) bool {
	kind := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.told[kind] || len(j.told) >= kinds {
		return false
	}
	j.told[kind] = true
	return true
}

// Handle takes an error that the SDK hands to its handler.
func (j *journal) Handle(err error) { j.warn("something is wrong with the traces", err) }

// sdkLog takes what the SDK logs.
type sdkLog struct{ *journal }

var _ logr.LogSink = sdkLog{}

// warnings is the highest level at which the SDK logs something that is wrong: 4
// and above are about what it does (otel.SetLogger).
const warnings = 1

// Init takes nothing in.
func (sdkLog) Init(logr.RuntimeInfo) {}

// Enabled tells whether the level is that of a warning.
func (sdkLog) Enabled(level int) bool { return level <= warnings }

// Info logs a warning. What comes with it is not shown.
func (l sdkLog) Info(_ int, message string, _ ...any) { l.warn(said(message), nil) }

// Error logs an error, without what comes with it: values of variables that the
// SDK could not read, headers among them.
func (l sdkLog) Error(err error, message string, _ ...any) {
	if errors.As(err, new(url.EscapeError)) { // it has a piece of the value in it
		err = errors.New("it is not percent-encoded")
	}
	l.warn(said(message), err)
}

// WithValues keeps nothing.
func (l sdkLog) WithValues(...any) logr.LogSink { return l }

// WithName keeps nothing.
func (l sdkLog) WithName(string) logr.LogSink { return l }

func said(message string) string { return "something is wrong with the traces: " + clip(message) }
