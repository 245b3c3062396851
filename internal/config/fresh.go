package config

import "reflect"

// defaulter is a type whose entries start with values of their own.
type defaulter interface{ setDefaults() }

// fresh is a pointer to a new value, with its defaults if it has any.
func fresh(t reflect.Type) reflect.Value {
	v := reflect.New(t)
	if d, ok := reflect.TypeAssert[defaulter](v); ok {
		d.setDefaults()
	}
	return v
}
