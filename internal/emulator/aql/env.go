package aql

import (
	"math/rand/v2"
	"time"
)

// Env is what a run of a query depends on besides the items.
type Env struct {
	// Now is what $last and $before count from.
	Now time.Time
	// Admin says that the user is an administrator, who is free of the row
	// filter and of the demand for certain fields.
	Admin bool
	// CanRead tells whether the user may read the item at path, which includes
	// the item's name. Nil means that nothing may be read.
	CanRead func(repo, path string) bool
	// OSS stands for the open source edition, which refuses to sort and to
	// show properties.
	OSS bool
	// HardCap is the most rows that the server gives out, before permissions
	// are looked at; 0 means no cap.
	HardCap int
	// IgnoreCase compares texts as databases do whose collation ignores case.
	IgnoreCase bool
	// Rand shuffles the rows, because a database owes nobody an order. What
	// the query sorts by still holds. Nil leaves them in the order of the
	// items. Only Run uses it, and only while it runs.
	Rand *rand.Rand
	// Members returns the physical repositories of a virtual one, and whether
	// the key is a virtual one's. Nil means that there are none.
	Members func(key string) ([]string, bool)
}
