package api

import (
	"context"
	"net/http"
	"time"

	"tripact/app"
)

// Organisation is a bureau, a managing unit or an applicant.
type Organisation struct {
	ID     string `json:"id"`
	Kind   string `json:"kind" enum:"bureau,managing-unit,applicant"`
	NameCN string `json:"name_cn"`
	NameEN string `json:"name_en,omitempty"`
	Code   string `json:"code,omitempty" doc:"Unified social credit code, by which projects name it"`
}

func organisation(o app.Organisation) Organisation {
	return Organisation{o.ID, string(o.Kind), o.NameCN, o.NameEN, o.Code}
}

// Member is a person in an organisation.
type Member struct {
	ID    string     `json:"id"`
	Name  string     `json:"name"`
	Login string     `json:"login,omitempty"`
	Email string     `json:"email,omitempty"`
	Roles []app.Role `json:"roles"`
	Since time.Time  `json:"since"`
}

// Token lets a program in.
type Token struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Roles      []string   `json:"roles"`
	Scopes     []string   `json:"scopes"`
	Secret     string     `json:"secret,omitempty" doc:"What the program sends; told this once"`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
}

func token(t app.SavedToken) Token {
	out := Token{ID: t.ID, Name: t.Name, Roles: t.Roles, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}
	if !t.LastUsedAt.IsZero() {
		out.LastUsedAt = &t.LastUsedAt
	}
	if !t.RevokedAt.IsZero() {
		out.RevokedAt = &t.RevokedAt
	}
	return out
}

// InOrganisation names an organisation.
type InOrganisation struct {
	Organisation string `path:"organisation"`
}

// OrganisationData is what can be changed of an organisation.
type OrganisationData struct {
	NameCN string `json:"name_cn" maxLength:"300"`
	NameEN string `json:"name_en,omitempty" maxLength:"300"`
	Code   string `json:"code,omitempty" maxLength:"18"`
}

func (s *Server) accounts() {
	type me struct {
		ID           string       `json:"id" doc:"As it stands in the audit"`
		Organisation Organisation `json:"organisation"`
		Roles        []app.Role   `json:"roles"`
		Scopes       []app.Scope  `json:"scopes,omitempty" doc:"Of a token"`
		Actions      []app.Action `json:"actions" doc:"What the caller may do to what its organisation sees"`
	}
	add(s, op{method: http.MethodGet, path: "/me", id: "readMe", tag: "accounts", summary: "Who the caller is, and may do"},
		func(_ context.Context, who app.Principal, _ *struct{}) (*struct{ Body me }, error) {
			out := &struct{ Body me }{me{ID: who.Actor(), Organisation: organisation(who.Organisation), Roles: who.Roles, Scopes: who.Scopes, Actions: []app.Action{}}}
			for _, a := range app.Actions() {
				if who.May(a) {
					out.Body.Actions = append(out.Body.Actions, a)
				}
			}
			return out, nil
		})
	type organisations struct {
		Items []Organisation `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/organisations", id: "listOrganisations", tag: "accounts", summary: "List the organisations that the caller sees"},
		func(ctx context.Context, who app.Principal, _ *struct{}) (*struct{ Body organisations }, error) {
			list, err := s.cfg.App.Organisations(ctx, who)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body organisations }{organisations{Items: []Organisation{}}}
			for _, o := range list {
				out.Body.Items = append(out.Body.Items, organisation(o))
			}
			return out, nil
		})
	add(s, op{
		method: http.MethodPost, path: "/organisations", id: "createOrganisation", tag: "accounts", status: http.StatusCreated, once: true, together: true,
		summary: "Add a managing unit or an applicant", action: app.ManageOrganisations,
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			Kind string `json:"kind" enum:"managing-unit,applicant"`
			OrganisationData
		}
	},
	) (*struct{ Body Organisation }, error) {
		b := in.Body
		o, err := s.cfg.App.SaveOrganisation(ctx, who, app.Organisation{Kind: app.OrganisationKind(b.Kind), NameCN: b.NameCN, NameEN: b.NameEN, Code: b.Code})
		if err != nil {
			return nil, err
		}
		return &struct{ Body Organisation }{organisation(o)}, nil
	})
	add(s, op{
		method: http.MethodPut, path: "/organisations/{organisation}", id: "reviseOrganisation", tag: "accounts", summary: "Change names and code of an organisation",
		action: app.ManageOrganisations,
	}, func(ctx context.Context, who app.Principal, in *struct {
		InOrganisation
		Body OrganisationData
	},
	) (*struct{ Body Organisation }, error) {
		b := in.Body
		o, err := s.cfg.App.SaveOrganisation(ctx, who, app.Organisation{ID: in.Organisation, NameCN: b.NameCN, NameEN: b.NameEN, Code: b.Code})
		if err != nil {
			return nil, err
		}
		return &struct{ Body Organisation }{organisation(o)}, nil
	})
	type members struct {
		Items []Member `json:"items"`
	}
	add(s, op{
		method: http.MethodGet, path: "/organisations/{organisation}/members", id: "listMembers", tag: "accounts", summary: "List the members of an organisation",
		action: app.ManageMembers,
	}, func(ctx context.Context, who app.Principal, in *InOrganisation) (*struct{ Body members }, error) {
		_, list, err := s.cfg.App.Members(ctx, who, in.Organisation)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body members }{members{Items: []Member{}}}
		for _, m := range list {
			out.Body.Items = append(out.Body.Items, Member{m.Person, m.Name, m.Login, m.Email, m.Roles, m.Since})
		}
		return out, nil
	})
	type InMember struct {
		InOrganisation
		Person string `path:"person"`
	}
	add(s, op{
		method: http.MethodPut, path: "/organisations/{organisation}/members/{person}/roles", id: "setRoles", tag: "accounts", summary: "Set the roles of a member",
		action: app.ManageMembers,
	}, func(ctx context.Context, who app.Principal, in *struct {
		InMember
		Body struct {
			Roles []app.Role `json:"roles" minItems:"1"`
		}
	},
	) (*struct{}, error) {
		return nil, s.cfg.App.SetRoles(ctx, who, in.Organisation, in.Person, in.Body.Roles)
	})
	add(s, op{
		method: http.MethodDelete, path: "/organisations/{organisation}/members/{person}", id: "removeMember", tag: "accounts", action: app.ManageMembers,
		summary: "Take a member out of an organisation, at once",
	}, func(ctx context.Context, who app.Principal, in *InMember) (*struct{}, error) {
		return nil, s.cfg.App.RemoveMember(ctx, who, in.Organisation, in.Person)
	})
	type invitation struct {
		URL     string     `json:"url" doc:"Opens the page to join, once; told this once"`
		Roles   []app.Role `json:"roles"`
		Expires time.Time  `json:"expires_at"`
	}
	add(s, op{
		method: http.MethodPost, path: "/organisations/{organisation}/invitations", id: "invite", tag: "accounts", status: http.StatusCreated, action: app.ManageMembers,
		summary: "Invite a person to an organisation by a link that works once",
	}, func(ctx context.Context, who app.Principal, in *struct {
		InOrganisation
		Body struct {
			Roles []app.Role `json:"roles" minItems:"1"`
		}
	},
	) (*struct{ Body invitation }, error) {
		secret, i, err := s.cfg.App.Invite(ctx, who, in.Organisation, in.Body.Roles)
		if err != nil {
			return nil, err
		}
		return &struct{ Body invitation }{invitation{s.cfg.Public + "/invite/" + string(secret), i.Roles, i.Expires}}, nil
	})
	type tokens struct {
		Items []Token `json:"items"`
	}
	add(s, op{method: http.MethodGet, path: "/tokens", id: "listTokens", tag: "accounts", summary: "List the tokens of the caller's organisation", action: app.ManageTokens},
		func(ctx context.Context, who app.Principal, _ *struct{}) (*struct{ Body tokens }, error) {
			list, err := s.cfg.App.Tokens(ctx, who)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body tokens }{tokens{Items: []Token{}}}
			for _, t := range list {
				out.Body.Items = append(out.Body.Items, token(t))
			}
			return out, nil
		})
	add(s, op{
		method: http.MethodPost, path: "/tokens", id: "createToken", tag: "accounts", status: http.StatusCreated, action: app.ManageTokens,
		summary: "Make a token for a program of the caller's organisation",
	}, func(ctx context.Context, who app.Principal, in *struct {
		Body struct {
			Name   string      `json:"name" minLength:"1" maxLength:"200" doc:"Which system uses it"`
			Roles  []app.Role  `json:"roles" minItems:"1"`
			Scopes []app.Scope `json:"scopes" minItems:"1"`
			Days   int         `json:"days" minimum:"1" maximum:"732" doc:"For how long it works"`
		}
	},
	) (*struct{ Body Token }, error) {
		b := in.Body
		secret, t, err := s.cfg.App.CreateToken(ctx, who, app.NewToken{Name: b.Name, Roles: b.Roles, Scopes: b.Scopes, Age: time.Duration(b.Days) * 24 * time.Hour})
		if err != nil {
			return nil, err
		}
		out := &struct{ Body Token }{token(t)}
		out.Body.Secret = string(secret)
		return out, nil
	})
	add(s, op{method: http.MethodDelete, path: "/tokens/{token}", id: "revokeToken", tag: "accounts", summary: "End a token for good", action: app.ManageTokens},
		func(ctx context.Context, who app.Principal, in *struct {
			Token string `path:"token"`
		},
		) (*struct{}, error) {
			return nil, s.cfg.App.RevokeToken(ctx, who, in.Token)
		})
}

func (s *Server) audit() {
	type events struct {
		Items []app.Event `json:"items"`
		Next  int64       `json:"next,omitempty" doc:"after of the next page; none after the last"`
	}
	add(s, op{
		method: http.MethodGet, path: "/audit", id: "listEvents", tag: "audit", summary: "Export the audit, oldest event first: each holds the digest of the one before",
		action: app.ReadAudit,
	}, func(ctx context.Context, who app.Principal, in *struct {
		After int64 `query:"after" minimum:"0" doc:"next of the page before"`
		Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"500"`
	},
	) (*struct{ Body events }, error) {
		list, err := s.cfg.App.Audit(ctx, who, in.After)
		if err != nil {
			return nil, err
		}
		out := &struct{ Body events }{events{Items: []app.Event{}}}
		for e, err := range list {
			if err != nil {
				return nil, err
			}
			if len(out.Body.Items) == in.Limit {
				out.Body.Next = out.Body.Items[in.Limit-1].Seq
				break
			}
			out.Body.Items = append(out.Body.Items, e)
		}
		return out, nil
	})
	type verified struct {
		OK     bool   `json:"ok"`
		Events int64  `json:"events" doc:"How many there are, of the whole service"`
		Digest string `json:"digest,omitempty" doc:"Of the last one: it stands for all of them"`
		Broken string `json:"broken,omitempty" doc:"Where the audit is not as it was written"`
	}
	add(s, op{method: http.MethodGet, path: "/audit/verification", id: "verifyAudit", tag: "audit", summary: "Walk the audit and tell whether it is whole", action: app.ReadAudit, age: time.Minute},
		func(ctx context.Context, who app.Principal, _ *struct{}) (*struct{ Body verified }, error) {
			last, err := s.cfg.App.VerifyAudit(ctx, who)
			if broken := app.Broken(err); broken != nil {
				return &struct{ Body verified }{verified{Events: broken.Seq, Broken: broken.Error()}}, nil
			}
			if err != nil {
				return nil, err
			}
			return &struct{ Body verified }{verified{OK: true, Events: last.Seq, Digest: last.Digest}}, nil
		})
}
