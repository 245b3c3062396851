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

// Levels returns every level, the most severe first.
func Levels() []Level {
	return []Level{LevelError, LevelWarn, LevelInfo, LevelDebug, LevelTrace}
}

func (Level) choices() []string { return texts(Levels()...) }

// Format is the form of log lines.
type Format string

// The formats are the values of log.format.
const (
	FormatAuto Format = "auto" // text on a terminal, JSON elsewhere
	FormatText Format = "text"
	FormatJSON Format = "json"
)

// Formats returns every form of log lines.
func Formats() []Format {
	return []Format{FormatAuto, FormatText, FormatJSON}
}

func (Format) choices() []string { return texts(Formats()...) }

// Log is what is logged, and how.
type Log struct {
	Level  Level  `yaml:"level"`
	Format Format `yaml:"format"`
}

func (l Log) check(key string, p *problems) {
	choice(child(key, "level"), l.Level, p)
	choice(child(key, "format"), l.Format, p)
}
