package web

import (
	"fmt"
	"time"

	"github.com/sigsync/sigsync/internal/intake"
	"github.com/sigsync/sigsync/internal/page"
	"github.com/sigsync/sigsync/internal/report"
)

// view is what the page's document is filled with.
type view struct {
	Version string
	Now     time.Time
	// Unready says why the program cannot do its work; "" where it can.
	Unready  string
	UnderWay []*entry
	Next     time.Time
	// Last is nil before there is a report, and Why says why there is none.
	Last *last
	Why  string
	// Undone is the last whole run where it made no report.
	Undone *entry
	// Awaited are pairs of the configuration that the last report has not.
	Awaited     []Pair
	MoreAwaited int
	Runs        []*entry
}

func (v *view) await(configured []Pair) {
	var awaited []Pair
	for _, p := range configured {
		if v.Last != nil && v.Last.names[p.Name] {
			continue
		}
		awaited = append(awaited, Pair{Name: page.Brief(p.Name), Source: endReview(p.Source), Target: endReview(p.Target)})
	}
	v.Awaited, v.MoreAwaited = shortened(awaited, intake.ShownPairs)
}

// Level is how well the last run ended.
func (v *view) Level() page.Level {
	switch {
	case v.Undone != nil:
		return page.Bad
	case v.Last == nil:
		return page.None
	default:
		return page.LevelOf(v.Last.ExitCode)
	}
}

// Mark says the same in a character: colour alone tells some nothing.
func (v *view) Mark() string {
	return v.Level().Mark()
}

// Hue is the same as a colour of the icon.
func (v *view) Hue() string {
	return v.Level().Hue()
}

// Headline is the verdict in a sentence.
func (v *view) Headline() string {
	switch {
	case v.Undone != nil:
		return "The last run could not be done"
	case v.Last == nil && len(v.UnderWay) > 0:
		return "The first run is under way"
	case v.Last == nil:
		return "No run has ended yet"
	default:
		return v.Last.headline()
	}
}

func (v *review) headline() string {
	switch {
	case v.Interrupted:
		return "The last run was interrupted"
	case v.ExitCode == report.ExitOK && !v.Any:
		return "Finished; no state counts as left"
	case v.ExitCode == report.ExitOK:
		return "Nothing needs attention"
	case v.ExitCode == report.ExitLeft && v.Left == 0:
		return "A limit stopped the last run"
	case v.ExitCode == report.ExitLeft && v.Left == 1:
		return "One finding needs attention"
	case v.ExitCode == report.ExitLeft:
		return page.Number(v.Left) + " findings need attention"
	case v.Broken > 0:
		return fmt.Sprintf("%s of %s could not be done", page.Number(v.Broken), page.Plural(v.AllPairs, "pair"))
	default:
		return "The last run did not come to its end"
	}
}
