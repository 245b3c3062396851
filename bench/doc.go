// Package bench measures the program from outside: a built sigsync against the
// emulator in another process than its own. Run it with make bench; nothing in
// here judges a time.
package bench
