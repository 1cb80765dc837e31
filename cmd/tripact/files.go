package main

import (
	"fmt"
	"os"
	"path/filepath"

	"tripact/problem"
)

// maxInput bounds what is read from a file given on the command line, in bytes; Word files have their own limits besides.
const maxInput = 64 << 20

// readFile reads a whole input file, or says in both languages why it can not.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, unreadable(name, err)
	case info.IsDir():
		return nil, unreadable(name, fmt.Errorf("is a folder"))
	case info.Size() > maxInput:
		return nil, problem.List{{
			Code: "file.size", Severity: problem.Fail, File: filepath.Base(name),
			Message: problem.T("文件过大", "the file is too large"),
			Found:   fmt.Sprintf("%d MiB", info.Size()>>20),
			Fix:     problem.Fix{ZH: "请提供不超过64 MiB的文件", EN: "give a file of at most 64 MiB"},
		}}.Err()
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return data, nil
}

func unreadable(name string, err error) error {
	return problem.List{{
		Code: "file.unreadable", Severity: problem.Fail, File: filepath.Base(name),
		Message: problem.Tf("无法读取文件：%v", "the file cannot be read: %v", err),
		Fix:     problem.Fix{ZH: "请检查文件名和读取权限", EN: "check the name and the permission to read it"},
	}}.Err()
}

// temporary begins the names of files that are not whole yet.
const temporary = ".tripact-"

// output is one file to be written.
type output struct {
	path string
	data []byte
}

// writeAll writes every file or none: each goes to a temporary file beside its place first, and all are renamed at the end.
func writeAll(files []output) (err error) {
	temps := make([]string, 0, len(files))
	defer func() {
		for _, t := range temps {
			os.Remove(t) //nolint:errcheck // gone already when the rename was done
		}
	}()
	for _, f := range files {
		dir := filepath.Dir(f.path)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return outside{err}
		}
		tmp, err := os.CreateTemp(dir, temporary+"*")
		if err != nil {
			return outside{err}
		}
		temps = append(temps, tmp.Name())
		_, werr := tmp.Write(f.data)
		if err := firstError(werr, tmp.Chmod(0o644), tmp.Sync(), tmp.Close()); err != nil {
			return outside{fmt.Errorf("write %s: %w", f.path, err)}
		}
	}
	for i, f := range files {
		if err := os.Rename(temps[i], f.path); err != nil {
			return outside{err}
		}
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
