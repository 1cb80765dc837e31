//go:build nofonts

package fonts

func embedded() (files map[string]string, sha256sums string) { return nil, "" }
