package aql

import (
	"maps"
	"slices"
	"strings"

	"github.com/sigsync/sigsync/internal/emulator/tree"
)

// selection is what the rows hold.
type selection struct {
	fields fieldSet
	// chosen is set once the query names a field, which drops the default fields.
	chosen bool
	// key and value tell which halves of the properties are shown.
	key, value bool
	// only are the keys of the properties to show; empty means all of them.
	only []string
}

// fieldSet has a bit for each field.
type fieldSet uint32

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

const (
	allFields     fieldSet = 1<<fieldCount - 1
	defaultFields fieldSet = 1<<(fieldUpdated+1) - 1
	// permissionFields are what the server wants to see to check permissions.
	permissionFields fieldSet = 1<<fieldRepo | 1<<fieldPath | 1<<fieldName
)

func defaultSelection() selection { return selection{fields: defaultFields} }

// include adds what name stands for, and tells whether there is such a thing.
func (s *selection) include(name string) bool {
	switch name {
	case "*":
		s.fields |= allFields &^ (1 << fieldProperties)
		return true
	case "property", "property.*", "@*":
		s.include("property.key")
		return s.include("property.value")
	case "property.key":
		s.fields |= 1 << fieldProperties
		s.key = true
		return true
	case "property.value":
		s.fields |= 1 << fieldProperties
		s.value = true
		return true
	}
	if key, ok := strings.CutPrefix(name, "@"); ok && key != "" {
		s.only = append(s.only, key)
		return s.include("@*")
	}
	return s.choose(name)
}

func (s *selection) choose(name string) bool {
	f, ok := fieldNamed(name)
	if !ok {
		return false
	}
	if !s.chosen {
		s.chosen = true
		s.fields &= 1 << fieldProperties
	}
	s.fields |= 1 << f
	return true
}

// joins tells whether the database joins the items with their properties.
func (s *selection) joins() bool { return s.fields.has(fieldProperties) }

// rows are the joined rows of an item: one for each property. An item
// without properties has one all the same, with an empty property, unless the
// query names keys: then it has none, and drops out of the result.
func (s *selection) rows(i *tree.Item, empty []property) []property {
	if !s.joins() {
		return empty
	}
	var rows []property
	for _, key := range slices.Sorted(maps.Keys(i.Properties)) {
		if len(s.only) > 0 && !slices.Contains(s.only, key) {
			continue
		}
		for _, value := range i.Properties[key] {
			if p := s.halves(key, value); p != (property{}) && !slices.Contains(rows, p) {
				rows = append(rows, p)
			}
		}
	}
	if rows == nil && len(s.only) == 0 {
		return empty
	}
	return rows
}

func (s *selection) halves(key, value string) property {
	if !s.key {
		key = ""
	}
	if !s.value {
		value = ""
	}
	return property{key, value}
}
