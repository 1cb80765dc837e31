package main

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (c *cli) restore() *cobra.Command {
	var config, data string
	cmd := &cobra.Command{
		Use:   "restore FILE.tar",
		Short: "从备份恢复到空的数据目录 / restore a backup into a data folder that is empty or not there",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := readPlace(config, data)
			if err != nil {
				return err
			}
			m, err := readBackup(args[0], set.Data)
			if err != nil {
				return outside{fmt.Errorf("restore %s: %w", args[0], err)}
			}
			return c.result(m, fmt.Sprintf("%s  %d files", set.Data, len(m.Files)))
		},
	}
	placeFlags(cmd, &config, &data)
	return cmd
}

// readBackup unpacks a backup beside the folder that it becomes when all of it is there and has its digests.
func readBackup(from, data string) (_ manifest, err error) {
	data, err = filepath.Abs(data)
	if err != nil {
		return manifest{}, err
	}
	entries, err := os.ReadDir(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return manifest{}, err
	}
	if len(entries) > 0 {
		return manifest{}, fmt.Errorf("%s is not empty: restore into a new folder", data)
	}
	f, err := os.Open(from)
	if err != nil {
		return manifest{}, err
	}
	defer f.Close()                                                   //nolint:errcheck // only read from
	dir, err := os.MkdirTemp(filepath.Dir(data), ".tripact-restore-") // mode 0700
	if err != nil {
		return manifest{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	r := &backupReader{tar: tar.NewReader(f), dir: dir, have: map[string]string{}}
	m, err := r.all()
	if err != nil {
		return manifest{}, err
	}
	if err := os.Remove(data); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return manifest{}, err
	}
	return m, os.Rename(dir, data)
}

type backupReader struct {
	tar  *tar.Reader
	dir  string
	have map[string]string // digests of the files that were unpacked
}

func (r *backupReader) all() (manifest, error) {
	for {
		h, err := r.tar.Next()
		if errors.Is(err, io.EOF) {
			return manifest{}, errors.New("the backup is not whole: its manifest is missing")
		}
		if err != nil {
			return manifest{}, fmt.Errorf("the backup is not whole: %w", err)
		}
		if h.Name == manifestFile {
			return r.check()
		}
		if err := r.unpack(h); err != nil {
			return manifest{}, fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// check holds what was unpacked against the manifest.
func (r *backupReader) check() (manifest, error) {
	var m manifest
	if err := json.NewDecoder(r.tar).Decode(&m); err != nil {
		return m, fmt.Errorf("%s: %w", manifestFile, err)
	}
	if m.Format != 1 {
		return m, fmt.Errorf("the backup has format %d, this program knows 1", m.Format)
	}
	for name, digest := range m.Files {
		if r.have[name] != digest {
			return m, fmt.Errorf("%s is missing or damaged", name)
		}
	}
	if len(r.have) != len(m.Files) || m.Files[databaseFile] == "" {
		return m, errors.New("the backup holds other files than its manifest")
	}
	return m, nil
}

func (r *backupReader) unpack(h *tar.Header) (err error) {
	name := filepath.FromSlash(strings.TrimSuffix(h.Name, "/"))
	if !filepath.IsLocal(name) {
		return errors.New("a name that leads out of the folder")
	}
	target := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		if err := os.MkdirAll(target, 0o700); err != nil {
			return err
		}
	case tar.TypeReg:
		if err := r.write(h, target); err != nil {
			return err
		}
	default:
		return fmt.Errorf("an entry of type %q", h.Typeflag)
	}
	for k, v := range h.PAXRecords {
		if attribute, ok := strings.CutPrefix(k, xattrPrefix); ok && strings.HasPrefix(attribute, "user.") {
			if err := setAttribute(target, attribute, v); err != nil {
				return err
			}
		}
	}
	if h.Typeflag == tar.TypeReg {
		return os.Chtimes(target, h.ModTime, h.ModTime)
	}
	return nil
}

func (r *backupReader) write(h *tar.Header, target string) error {
	f, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, sum), r.tar)
	r.have[h.Name] = hexOf(sum)
	return errors.Join(err, f.Sync(), f.Close())
}
