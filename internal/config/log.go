package config

// Level is the least severe kind of message that is logged.
type Level string

// The levels are the values of log.level.
const (
	LevelError Level = "error"
	LevelWarn  Level = "warn"
	LevelInfo  Level = "info"
	LevelDebug Level = "debug"
	LevelTrace Level = "trace"
)

// Format is the form of log lines.
type Format string

// The formats are the values of log.format.
const (
	FormatAuto Format = "auto" // text on a terminal, JSON elsewhere
	FormatText Format = "text"
	FormatJSON Format = "json"
)

// Log is what is logged, and how.
type Log struct {
	Level  Level  `yaml:"level"`
	Format Format `yaml:"format"`
}

func (l Log) check(key string, p *problems) {
	oneOf(child(key, "level"), l.Level, p, LevelError, LevelWarn, LevelInfo, LevelDebug, LevelTrace)
	oneOf(child(key, "format"), l.Format, p, FormatAuto, FormatText, FormatJSON)
}
