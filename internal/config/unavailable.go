package config

import "slices"

// later is a key whose function comes with a later version of sigsync.
type later struct {
	// form is the key with * for names and numbers of entries.
	form string
	// allowed are the values that this version reads. None means that the key
	// itself is refused.
	allowed []string
	// keep says what to write instead.
	keep string
}

// laterKeys lists them all. A version that brings a function deletes its row.
func laterKeys() []later {
	return []later{
		{"notify.*", nil, "notify: []"},
	}
}

// checkAvailable reports keys of the file that ask for a function of a later
// version. It runs last: a value that is wrong in every version is not told
// to be early.
func checkAvailable(p *problems) {
	rows := map[string]later{}
	for _, row := range laterKeys() {
		rows[row.form] = row
	}
	for key, at := range p.places {
		row, found := rows[at.form]
		if found && !p.reported[key] && !slices.Contains(row.allowed, at.value) {
			p.add(key, "not available in this version of sigsync: keep %s", row.keep)
		}
	}
}
