package config

import "strings"

// suggestion is the end of a message that names the likely meaning of a typo,
// or nothing.
func suggestion(got string, allowed []string) string {
	if name := closest(got, allowed); name != "" {
		return ": did you mean " + name + "?"
	}
	return ""
}

// closest is the first of the least distant names that got is likely to mean:
// it begins with got, or differs by a letter or two.
func closest(got string, allowed []string) string {
	if allowance(got) == 0 {
		return ""
	}
	best, least := "", allowance(got)+1
	for _, name := range allowed {
		if d := typos(strings.ToLower(got), name); d < least {
			best, least = name, d
		}
	}
	return best
}

// allowance is how many typos a word of that length can have and still be
// recognised.
func allowance(word string) int {
	switch n := len(word); {
	case n < 3 || n > 40:
		return 0
	case n < 6:
		return 1
	}
	return 2
}

// typos is how far got is from the name. It saves the work of an exact answer
// where the lengths alone say that it is far.
func typos(got, name string) int {
	if strings.HasPrefix(name, got) {
		return 1
	}
	if d := max(len(got)-len(name), len(name)-len(got)); d > allowance(got) {
		return d
	}
	return distance(got, name)
}

// distance counts the letters to insert, drop, replace or swap with their
// neighbour to turn a into b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
