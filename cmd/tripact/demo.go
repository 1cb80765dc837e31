package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/examples"
	"tripact/project"
	"tripact/storage/records"
)

// demoLinkAge is how long the printed links work.
const demoLinkAge = 24 * time.Hour

func (c *cli) demo() *cobra.Command {
	var addr, data, public string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "载入示例项目，生成全部文书并给出下载链接 / load the examples, make every document, print signed links",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			if data == "" {
				dir, err := os.MkdirTemp("", "tripact-demo-")
				if err != nil {
					return outside{err}
				}
				defer os.RemoveAll(dir) //nolint:errcheck // a folder for the demo only
				data = dir
			}
			s, err := c.start(ctx, settings{Addr: addr, Data: data, Public: public})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
			if err := c.load(ctx, s); err != nil {
				return err
			}
			return s.wait(ctx)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", ":8080", "address to listen on")
	cmd.Flags().StringVar(&data, "data", "", "folder to keep things in; a temporary one, removed at the end, when left out")
	cmd.Flags().StringVar(&public, "public", "", "base URL for the links, when others reach this machine under another name")
	return cmd
}

// load saves every example, issues its documents and prints a link to each file.
func (c *cli) load(ctx context.Context, s *service) error {
	begun, who := c.now(), app.LocalOwner()
	files, err := fs.Glob(examples.FS(), "*/*.json")
	if err != nil {
		return err
	}
	var ids []string
	for _, name := range files {
		raw, err := fs.ReadFile(examples.FS(), name)
		if err != nil {
			return err
		}
		rec, found, err := s.app.SaveProject(ctx, who, raw, records.AnyRevision)
		if err != nil {
			return outside{err}
		}
		if err := c.refuse(named(filepath.Base(name), found)); err != nil {
			return err
		}
		ids = append(ids, rec.ID)
	}
	docs, found, err := s.app.Issue(ctx, who, ids, app.Request{Kinds: app.Kinds(), DOCX: true, PDF: true, On: project.DateOf(c.now())})
	if err != nil {
		return outside{err}
	}
	if err := c.refuse(found); err != nil {
		return err
	}
	took := c.now().Sub(begun)
	list, err := s.app.Projects(ctx, who)
	if err != nil {
		return outside{err}
	}
	if !c.json {
		fmt.Fprintf(c.out, "web      %s/\nsign in  %s%s   (once)\n", s.public, s.public, s.web.Invite())
		fmt.Fprintf(c.out, "made     %d projects, %d files in %d ms; the links below work for 24 hours\n", len(list), len(docs), took.Milliseconds())
	}
	for _, p := range list {
		if !c.json {
			fmt.Fprintf(c.out, "\n%s  %s\n%*s  %s\n", p.Number, p.TitleCN, len(p.Number), "", p.TitleEN)
		}
		for _, d := range p.Documents {
			for _, f := range d.Files {
				url, err := s.app.Link(ctx, who, f.ID, demoLinkAge)
				if err != nil {
					return outside{err}
				}
				line := demoLink{Project: p.Number, Kind: string(d.Kind), Format: f.Format, Name: f.Name, SHA256: f.SHA256, URL: url}
				if err := c.result(line, fmt.Sprintf("  %s %s\n    %s", d.Name.ZH, f.Format, url)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// demoLink is one line of `tripact demo --json`.
type demoLink struct {
	Project string `json:"project"`
	Kind    string `json:"kind"`
	Format  string `json:"format"`
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	URL     string `json:"url"`
}
