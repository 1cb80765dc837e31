package api

import (
	"archive/zip"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tripact/app"
)

func (s *Server) export() {
	add(s, op{
		method: http.MethodGet, path: "/projects/{project}/export", id: "exportProject", tag: "projects", action: app.ReadAudit, age: 5 * time.Minute,
		summary: "Download a project with all revisions, documents and events as a ZIP, with a manifest and SHA256SUMS; for those of the bureau who may read all of it",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Project string `path:"project"`
	},
	) (*huma.StreamResponse, error) {
		p, err := s.cfg.App.MayExport(ctx, who, in.Project)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			ctx, cancel := context.WithTimeout(c.Context(), 5*time.Minute)
			defer cancel()
			c.SetHeader("Content-Type", "application/zip")
			c.SetHeader("Content-Disposition", `attachment; filename="`+p.ID+`.zip"`)
			z := zip.NewWriter(c.BodyWriter())
			_, err := s.cfg.App.Export(ctx, who, p.ID, nil, func(name string, data []byte) error {
				f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
				if err == nil {
					_, err = f.Write(data)
				}
				return err
			})
			if err == nil {
				err = z.Close()
			}
			if err != nil {
				s.failed(ctx, err)          // the status has gone out
				panic(http.ErrAbortHandler) // so that nobody takes half a file for a whole one
			}
		}}, nil
	})
}
