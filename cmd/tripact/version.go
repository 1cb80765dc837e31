package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set by the linker for a release; otherwise the version that Go recorded is told.
var release = ""

// programVersion is the version that documents' provenance names.
func programVersion() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (version == "" || version == "(devel)") && len(s.Value) >= 12 {
			version = "devel-" + s.Value[:12]
		}
	}
	if version == "" {
		version = "devel"
	}
	return version
}

func (c *cli) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "程序版本 / version of the program", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version string `json:"version"`
				Go      string `json:"go"`
			}{Version: programVersion()}
			if info, ok := debug.ReadBuildInfo(); ok {
				v.Go = info.GoVersion
			}
			return c.result(v, "tripact "+v.Version+" ("+v.Go+")")
		},
	}
}
