package main

import (
	"github.com/spf13/pflag"

	"github.com/sigsync/sigsync/internal/shard"
)

// shardFlag is the value of --shard.
type shardFlag struct {
	*shard.Shard
	lookup func(name string) (string, bool)
}

func registerShard(flags *pflag.FlagSet, to *shard.Shard, env environment) {
	flags.Var(shardFlag{to, env.lookup}, "shard", "only the part `i/n` of the images: one of n parts, with i from 0 to n-1, "+
		"or from 1 to n; n alone takes i from "+shard.IndexVariable)
}

// Set takes what shard.Parse reads.
func (f shardFlag) Set(text string) error {
	s, err := shard.Parse(text, f.lookup)
	if err != nil {
		return err
	}
	*f.Shard = s
	return nil
}

// Type is the kind of the value in the help of a flag that names none.
func (f shardFlag) Type() string { return "i/n" }
