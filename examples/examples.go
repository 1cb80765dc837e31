// Package examples holds real-looking project data of invented units and people. The demo loads it; tests read it.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed */*.json
var files embed.FS

// FS returns the examples, one folder per call.
func FS() fs.FS { return files }
