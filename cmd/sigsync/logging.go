package main

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/sigsync/sigsync/internal/config"
	"github.com/sigsync/sigsync/internal/printable"
)

// newLog makes the logger that is handed to everything that logs. Logs go to
// standard error: standard output is the report's.
func newLog(w io.Writer, terminal bool, g *globals, c config.Log) (*logrus.Logger, error) {
	log := logrus.New()
	log.SetOutput(w)
	return log, setLog(log, terminal, g, c)
}

// setLog sets level and form of a logger: the flags', else the configuration's.
func setLog(log *logrus.Logger, terminal bool, g *globals, c config.Log) error {
	level, err := logrus.ParseLevel(cmp.Or(g.logLevel, string(c.Level)))
	if err != nil || level < logrus.ErrorLevel {
		// Below error, a run would hide what went wrong.
		return fmt.Errorf("--log-level %q: expected error, warn, info, debug or trace", g.logLevel)
	}
	log.SetLevel(level)
	switch format := cmp.Or(g.logFormat, string(c.Format)); {
	case format == "json", format == "auto" && !terminal:
		log.SetFormatter(&jsonLog{logrus.JSONFormatter{TimestampFormat: time.RFC3339Nano}})
	case format == "text", format == "auto":
		// The formatter's own colours know nothing of NO_COLOR.
		log.SetFormatter(&logrus.TextFormatter{FullTimestamp: true, TimestampFormat: time.RFC3339, DisableColors: true})
	default:
		return fmt.Errorf("--log-format %q: expected auto, text or json", format)
	}
	return nil
}

// jsonLog formats entries in printable characters only. The text form quotes
// what is none by itself.
type jsonLog struct{ logrus.JSONFormatter }

// Format returns one line of JSON.
func (f *jsonLog) Format(e *logrus.Entry) ([]byte, error) {
	line, err := f.JSONFormatter.Format(e)
	return printable.JSON(line), err
}
