// Package examples holds real-looking project data of invented units and people: complete projects in the folder of each call, and in
// folders below it approval lists, reviews and projects that fail. The demo loads the complete ones; tests read them all.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed */*.json */*/*
var files embed.FS

// FS returns the examples, one folder per call; */*.json are the complete projects.
func FS() fs.FS { return files }
