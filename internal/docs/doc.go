// Package docs holds the documentation to the program: its tests run what the
// pages tell people to run, load the configurations that they show, and follow
// their links. What is in examples is run, too. There is nothing in it but
// tests.
//
// A block of shell commands is marked by a comment right before it, which
// nobody sees on the rendered page:
//
//	<!-- not run: needs a cluster -->      not run, and why
//	<!-- run: needs jq curl -->            what it takes besides sigsync and the emulator
//	<!-- run: exits 3 -->                  exit codes other than 0, in the order in which they come
//	<!-- run: in the background -->        goes on while the rest of the page is run
//	<!-- prepare: COMMANDS -->             run before the block
//
// Several of the second kind stand in one comment, with a semicolon between
// them. A block without a mark runs, and every command in it has to succeed.
// What follows such a block as text is its output: compared, except for times
// and for lines that are only "...". A block of another language that has
//
//	<!-- file: NAME -->
//
// before it is a file that later blocks of its page find.
package docs
