//go:build !linux

package main

import "errors"

// attributes: the embedded store, whose files have attributes, runs on Linux only.
func attributes(string) (map[string]string, error) { return nil, nil }

func setAttribute(string, string, string) error { return errors.ErrUnsupported }
