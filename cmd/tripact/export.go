package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/problem"
	"tripact/storage"
	"tripact/storage/records"
)

func (c *cli) export() *cobra.Command {
	var config, data, call, out string
	cmd := &cobra.Command{
		Use:   "export PROJECT --out DIR",
		Short: "导出一个项目的全部内容 / export all that is on record of a project",
		Long: `把一个项目（标识或申报编号）的全部版本、审查与立项信息、已存文书及其所用模板和规则、审计记录导出到新文件夹，附清单 manifest.json 和可用 sha256sum -c 核对的 SHA256SUMS。服务运行时也可导出。

Exports a project, named by id or application number, to a new folder: every revision of its data with review and approval, every stored
document, whose bytes are checked against their SHA-256, the templates and rules these were made with, the events of the audit about them, a manifest, and SHA256SUMS for sha256sum -c. The
service may be running.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return errors.New("use --out with a folder that is not there yet")
			}
			if _, err := os.Lstat(out); err == nil {
				return problem.List{{
					Code: "export.there", Severity: problem.Fail, Found: out, Message: problem.T("导出文件夹已存在", "the folder is there already"),
					Fix: problem.Fix{ZH: "请指定一个新文件夹", EN: "name a new one"},
				}}.Err()
			}
			set, err := readPlace(config, data)
			if err != nil {
				return err
			}
			return withRecords(cmd.Context(), config, data, func(db *records.DB) error {
				cfg, err := c.base()
				if err != nil {
					return err
				}
				cfg.Records = db
				get := storage.Offline(filepath.Join(set.Data, "objects"))
				if x := set.S3; x.Endpoint != "" {
					if cfg.Store, err = storage.Open(cmd.Context(), set.s3()); err != nil {
						return outside{err}
					}
					get = nil
				}
				a := app.New(cfg)
				id, err := a.FindProject(cmd.Context(), app.LocalOwner(), call, args[0])
				if errors.Is(err, fs.ErrNotExist) {
					return problem.List{{
						Code: "export.project", Severity: problem.Fail, Found: args[0], Message: problem.T("没有这个项目", "there is no such project"),
						Fix: problem.Fix{ZH: "请核对项目标识或申报编号", EN: "check the id or the application number"},
					}}.Err()
				}
				if err != nil {
					return err
				}
				m, err := exportTo(cmd.Context(), a, id, get, out)
				if err != nil {
					return outside{err}
				}
				return c.result(m, fmt.Sprintf("%s  %s  %d files", out, m.Number, len(m.Files)+2))
			})
		},
	}
	placeFlags(cmd, &config, &data)
	cmd.Flags().StringVar(&out, "out", "", "the new folder")
	cmd.Flags().StringVar(&call, "call", "", "the call, where several have this application number")
	return cmd
}

// exportTo writes the export of a project to a folder that appears whole or not at all.
func exportTo(ctx context.Context, a *app.App, id string, get func(context.Context, storage.Object) ([]byte, error), out string) (_ app.ExportManifest, err error) {
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return app.ExportManifest{}, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(out), temporary+"*") // mode 0700: there are personal data in it
	if err != nil {
		return app.ExportManifest{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	m, err := a.Export(ctx, app.LocalOwner(), id, get, func(name string, data []byte) error {
		file := filepath.Join(tmp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o600)
	})
	if err != nil {
		return m, err
	}
	return m, os.Rename(tmp, out)
}
