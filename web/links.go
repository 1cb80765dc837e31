package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"

	"tripact/app"
)

// linkRoutes adds the addresses that are given out, /d/{token}, and the pages where an owner makes and revokes them.
func (s *Server) linkRoutes(r, pages *mux.Router) {
	r.HandleFunc("/d/{token}", s.openLink).Methods(http.MethodGet, http.MethodHead)
	r.HandleFunc("/d/{token}", s.takeLink).Methods(http.MethodPost)
	pages.HandleFunc("/documents/{id}/links", s.guard(s.listLinks)).Methods(http.MethodGet)
	pages.HandleFunc("/documents/{id}/links", s.guard(s.createLink)).Methods(http.MethodPost)
	pages.HandleFunc("/documents/{id}/links/{link}/revoke", s.guard(s.revokeLink)).Methods(http.MethodPost)
}

// openLink answers HEAD without counting it, as previewers and download managers begin with it. A GET of a limited link
// gets a page with a button, as mail scanners follow links; any other is redirected to the file.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	token := mux.Vars(r)["token"]
	f, err := s.cfg.Cases.LookAtLink(r.Context(), token)
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
	f, err := s.cfg.Cases.UseLink(r.Context(), token)
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
	if errors.Is(err, app.ErrLinkGone) {
		s.show(w, r, http.StatusGone, "link-gone.html", nil)
		return
	}
	s.refuse(w, r, err)
}

// linksPage is what the page of a document's links is made from.
type linksPage struct {
	Public string
	ID     string
	Links  []app.SharedLink
}

func (s *Server) listLinks(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id := mux.Vars(r)["id"]
	list, err := s.cfg.Cases.DocumentLinks(r.Context(), who, id)
	if err != nil {
		s.linkFailed(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, "links.html", linksPage{Public: s.cfg.Public, ID: id, Links: list})
}

// createLink reads the form's hours and once.
func (s *Server) createLink(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id := mux.Vars(r)["id"]
	hours, err := strconv.Atoi(r.FormValue("hours"))
	if err != nil || hours < 1 || hours > 7*24 {
		plain(w, http.StatusUnprocessableEntity, "hours: 1 to 168")
		return
	}
	uses := 0
	if r.FormValue("once") != "" {
		uses = 1
	}
	if _, err := s.cfg.Cases.CreateLink(r.Context(), who, id, time.Duration(hours)*time.Hour, uses); err != nil {
		s.linkFailed(w, r, err)
		return
	}
	http.Redirect(w, r, "/documents/"+id+"/links", http.StatusSeeOther)
}

func (s *Server) revokeLink(w http.ResponseWriter, r *http.Request, who app.Principal) {
	id := mux.Vars(r)["id"]
	if err := s.cfg.Cases.RevokeLink(r.Context(), who, id, mux.Vars(r)["link"]); err != nil {
		s.linkFailed(w, r, err)
		return
	}
	http.Redirect(w, r, "/documents/"+id+"/links", http.StatusSeeOther)
}
