package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/examples"
	"tripact/project"
	"tripact/storage/records"
	"tripact/web"
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
	list, _, err := s.app.Projects(ctx, who, app.ProjectQuery{Limit: 500})
	if err != nil {
		return outside{err}
	}
	links, err := c.demoPeople(ctx, s, files[0])
	if err != nil {
		return err
	}
	if !c.json {
		fmt.Fprintf(c.out, "web      %s/\n", s.public)
		for _, l := range links {
			fmt.Fprintf(c.out, "sign in  %s   (once)  %s / %s\n", l.URL, l.Organisation, l.Role)
		}
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
	if c.json { // after the documents, as earlier versions had none of these
		for _, l := range links {
			if err := c.result(l, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoSignIn is a line of `tripact demo --json`: a one-time link that signs in as a role.
type demoSignIn struct {
	Role         string `json:"role"` // bureau, managing-unit or applicant
	Organisation string `json:"organisation"`
	URL          string `json:"sign_in"`
}

// demoPeople makes a member of the bureau and, for the first example, of its managing unit and of its lead applicant, and
// returns a one-time link to sign in as each. Over a folder that has them it makes new links only.
func (c *cli) demoPeople(ctx context.Context, s *service, example string) ([]demoSignIn, error) {
	raw, err := fs.ReadFile(examples.FS(), example)
	if err != nil {
		return nil, err
	}
	p, found := project.Decode(bytes.NewReader(raw))
	if p == nil {
		return nil, found.Err()
	}
	owner := app.LocalOwner()
	have, err := s.app.Organisations(ctx, owner)
	if err != nil {
		return nil, outside{err}
	}
	var links []demoSignIn
	for _, want := range []struct {
		org  app.Organisation
		name string
	}{
		{app.Organisation{Kind: app.BureauKind}, "演示经办人"},
		{app.Organisation{Kind: app.ManagingUnitKind, NameCN: p.Managing.NameCN, NameEN: p.Managing.NameEN, Code: p.Managing.USCC}, "演示归口管理员"},
		{app.Organisation{Kind: app.ApplicantKind, NameCN: p.Lead.NameCN, NameEN: p.Lead.NameEN, Code: p.Lead.USCC}, "演示申报人"},
	} {
		i := slices.IndexFunc(have, func(o app.Organisation) bool {
			return o.Kind == want.org.Kind && (o.Kind == app.BureauKind || o.Code == want.org.Code)
		})
		org := want.org
		if i >= 0 {
			org = have[i]
		} else if org, err = s.app.SaveOrganisation(ctx, owner, org); err != nil {
			return nil, outside{err}
		}
		link, err := demoLinkFor(ctx, s.app, org, want.name)
		if err != nil {
			return nil, outside{err}
		}
		links = append(links, demoSignIn{Role: string(org.Kind), Organisation: org.NameCN, URL: s.public + web.InvitePath(link)})
	}
	return links, nil
}

// demoLinkFor returns a link to sign in as the demo's member of an organisation, in every role there is, who is made when
// not there. Nobody knows the member's password.
func demoLinkFor(ctx context.Context, a *app.App, org app.Organisation, name string) (app.Secret, error) {
	owner, login := app.LocalOwner(), "demo-"+string(org.Kind)
	_, list, err := a.Members(ctx, owner, org.ID)
	if err != nil {
		return "", err
	}
	var person string
	if i := slices.IndexFunc(list, func(m app.Member) bool { return m.Login == login }); i >= 0 {
		person = list[i].Person
	} else {
		invite, _, err := a.Invite(ctx, owner, org.ID, app.RolesIn(org.Kind))
		if err != nil {
			return "", err
		}
		account, err := a.Join(ctx, invite, app.NewAccount{Name: name, Login: login, Password: rand.Text()})
		if err != nil {
			return "", err
		}
		person = account.Person
	}
	link, _, err := a.SignInLink(ctx, owner, org.ID, person)
	return link, err
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
