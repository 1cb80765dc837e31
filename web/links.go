package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
)

// Links are the use cases of revocable links; *app.App has them.
type Links interface {
	CreateLink(ctx context.Context, who app.Principal, documentID string, age time.Duration, uses int) (app.SharedLink, error)
	DocumentLinks(ctx context.Context, who app.Principal, documentID string) ([]app.SharedLink, error)
	RevokeLink(ctx context.Context, who app.Principal, documentID, linkID string) error
	LookAtLink(ctx context.Context, token string) (app.SharedFile, error)
	UseLink(ctx context.Context, token string) (app.SharedFile, error)
}

// linkRoutes adds the addresses that are given out, /d/{token}, and the pages where an owner makes and revokes them.
func (s *Server) linkRoutes(r *mux.Router) {
	if s.cfg.Links == nil {
		return
	}
	r.HandleFunc("/d/{token}", s.openLink).Methods(http.MethodGet, http.MethodHead)
	r.HandleFunc("/d/{token}", s.takeLink).Methods(http.MethodPost)
	r.HandleFunc("/documents/{id}/links", s.guard(s.listLinks)).Methods(http.MethodGet)
	r.HandleFunc("/documents/{id}/links", s.guard(s.createLink)).Methods(http.MethodPost)
	r.HandleFunc("/documents/{id}/links/{link}/revoke", s.guard(s.revokeLink)).Methods(http.MethodPost)
}

// openLink answers HEAD without counting it, as previewers and download managers begin with it. A GET of a limited link
// gets a page with a button, as mail scanners follow links; any other is redirected to the file.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	token := mux.Vars(r)["token"]
	f, err := s.cfg.Links.LookAtLink(r.Context(), token)
	if err != nil {
		s.linkFailed(w, r, err)
		return
	}
	switch {
	case r.Method == http.MethodHead:
		h := w.Header()
		h.Set("Content-Type", f.MediaType)
		h.Set("Content-Disposition", f.Disposition)
		h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
		w.WriteHeader(http.StatusOK)
	case f.Limited:
		s.show(w, r, http.StatusOK, "link.html", f)
	default:
		s.giveFile(w, r, token)
	}
}

func (s *Server) takeLink(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	s.giveFile(w, r, mux.Vars(r)["token"])
}

func (s *Server) giveFile(w http.ResponseWriter, r *http.Request, token string) {
	f, err := s.cfg.Links.UseLink(r.Context(), token)
	if err != nil {
		s.linkFailed(w, r, err)
		return
	}
	if !f.Limited {
		// See Other: the file is fetched by GET, also after a POST.
		http.Redirect(w, r, f.URL, map[bool]int{true: http.StatusSeeOther, false: http.StatusFound}[r.Method == http.MethodPost])
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", f.Disposition)
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	w.Write(f.Data) //nolint:errcheck // the reader has gone
}

func (s *Server) linkFailed(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.notFound(w, r)
	case errors.Is(err, app.ErrLinkGone):
		s.show(w, r, http.StatusGone, "link-gone.html", nil)
	default:
		s.fail(w, r, err)
	}
}

// linksPage is what the page of a document's links is made from.
type linksPage struct {
	Public string
	ID     string
	Links  []app.SharedLink
}

func (s *Server) listLinks(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	list, err := s.cfg.Links.DocumentLinks(r.Context(), app.LocalOwner(), id)
	if err != nil {
		s.linkFailed(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "links.html", linksPage{Public: s.cfg.Public, ID: id, Links: list})
}

// createLink reads the form's hours and once.
func (s *Server) createLink(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	hours, err := strconv.Atoi(r.FormValue("hours"))
	if err != nil || hours < 1 || hours > 7*24 {
		plain(w, http.StatusUnprocessableEntity, "hours: 1 to 168")
		return
	}
	uses := 0
	if r.FormValue("once") != "" {
		uses = 1
	}
	if _, err := s.cfg.Links.CreateLink(r.Context(), app.LocalOwner(), id, time.Duration(hours)*time.Hour, uses); err != nil {
		s.linkFailed(w, r, err)
		return
	}
	http.Redirect(w, r, "/documents/"+id+"/links", http.StatusSeeOther)
}

func (s *Server) revokeLink(w http.ResponseWriter, r *http.Request) {
	id := mux.Vars(r)["id"]
	if err := s.cfg.Links.RevokeLink(r.Context(), app.LocalOwner(), id, mux.Vars(r)["link"]); err != nil {
		s.linkFailed(w, r, err)
		return
	}
	http.Redirect(w, r, "/documents/"+id+"/links", http.StatusSeeOther)
}
