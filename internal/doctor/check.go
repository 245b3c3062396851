package doctor

import "github.com/sigsync/sigsync/internal/outbound"

// Outcome is what an examination of one thing came to.
type Outcome string

// The outcomes. Unknown is what could not be tested, here or without writing; it
// does not make an examination fail, because what keeps a run from its work is
// Failed where it stands.
const (
	OK      Outcome = "ok"
	Warning Outcome = "warning"
	Failed  Outcome = "failed"
	Unknown Outcome = "unknown"
)

// Outcomes are all of them, the best first.
func Outcomes() []Outcome { return []Outcome{OK, Warning, Failed, Unknown} }

// Kind is what a check is about.
type Kind string

// The kinds of subjects.
const (
	KindServer     Kind = "server"
	KindRepository Kind = "repository"
	KindPair       Kind = "pair"
)

// Subject is what a check is about.
type Subject struct {
	Kind Kind `json:"kind"`
	// Server is the server's name in the configuration; "" for a pair.
	Server string `json:"server,omitempty"`
	// Repository is a key or, of a registry, a prefix; "" unless it is about one.
	Repository string `json:"repository,omitempty"`
	// Pair is the name of a pair; "" unless it is about one.
	Pair string `json:"pair,omitempty"`
}

// Check is one thing that was examined.
type Check struct {
	// ID names the thing, as in "login": the same in every examination.
	ID      string  `json:"id"`
	Subject Subject `json:"subject"`
	Outcome Outcome `json:"outcome"`
	// Seen is what was found; printable, and without credentials.
	Seen string `json:"seen"`
	// Advice is what to do; "" where nothing is to be done.
	Advice string `json:"advice,omitempty"`
}

// finding is a check without its subject, in the making.
type finding struct {
	outcome      Outcome
	seen, advice string
}

func ok(seen string) finding { return finding{OK, seen, ""} }

func warning(seen, advice string) finding { return finding{Warning, seen, advice} }

func failed(seen, advice string) finding { return finding{Failed, seen, advice} }

func unknown(seen, advice string) finding { return finding{Unknown, seen, advice} }

// notes are the checks of one subject, in the order in which they were made.
type notes struct {
	subject Subject
	checks  []Check
}

// add notes what was found, printable and short, and tells whether the examination may go on.
func (n *notes) add(id string, f finding) bool {
	n.checks = append(n.checks, Check{
		ID: id, Subject: n.subject, Outcome: f.outcome, Seen: outbound.Clip(f.seen), Advice: outbound.Clip(f.advice),
	})
	return f.outcome != Failed
}

// skip notes what was not looked at, and why.
func (n *notes) skip(why string, ids ...string) {
	for _, id := range ids {
		n.add(id, unknown("not looked at: "+why, ""))
	}
}
