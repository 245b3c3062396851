package main

import (
	"fmt"
	"slices"
	"strings"
)

// trapTable says what each peer did wrong on the estate of traps, as the judge found it.
func trapTable(b *strings.Builder, records []record) {
	records = slices.DeleteFunc(slices.Clone(records), func(r record) bool { return !r.Cell.Traps })
	if len(records) == 0 {
		return
	}
	fmt.Fprintf(b, "On a small estate of what is easily done wrong %d attachments are missing. Its images are named for what is odd; "+
		"a command that asks for an attachment that there is not ends with an error, and so does one that refuses to overwrite:\n\n",
		records[0].Verdict.Wanted)
	b.WriteString("| | Brought | Missed | Overwrote | Over-copied | Commands with an error |\n|---|---|---|---|---|---|\n")
	for _, p := range allPeers() {
		for _, r := range records {
			if r.Peer == p.name {
				v := r.Verdict
				fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %d |\n",
					p.title, v.Copied, v.Missed.words(), v.Overwrote.words(), v.OverCopied.words(), r.Failed)
			}
		}
	}
	b.WriteString("\n")
}

// words lists findings; of the same kind those with their image and number.
func (f findings) words() string {
	if f.Count == 0 {
		return "–"
	}
	var kinds []string
	images := map[string][]string{}
	for _, one := range f.First {
		image, kind, _ := strings.Cut(one.words(), ": ")
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		images[kind] = append(images[kind], image)
	}
	parts := make([]string, 0, len(kinds))
	for _, kind := range kinds {
		parts = append(parts, fmt.Sprintf("%d × %s (%s)", len(images[kind]), kind, strings.Join(slices.Compact(images[kind]), ", ")))
	}
	if more := f.Count - len(f.First); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}
