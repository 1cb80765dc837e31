package main

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"tripact/app"
	"tripact/storage/records"
	"tripact/web"
)

func (c *cli) owner() *cobra.Command {
	var config, data, reset string
	var invite bool
	cmd := &cobra.Command{
		Use:   "owner [--reset LOGIN | --new]",
		Short: "列出所有者；忘记密码时重置 / list the owners; a way back in for one who lost the password",
		Long: `在服务器上运行，不经登录。不带选项时列出主管部门的所有者；--reset 清除一名所有者的密码、结束其全部登录，并给出24小时内有效的一次性链接以设置新密码；--new 给出新增一名所有者的一次性链接。均记入审计。服务运行时也可使用。

Runs on the server, without signing in. Lists the bureau's owners; --reset takes an owner's password away, ends all sessions of theirs and prints a link
that works once, within 24 hours, to set a new one; --new prints a link that makes one more owner, for when nobody is left or the sign-in provider is gone. Both are
on the audit. The service may be running.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if reset != "" && invite {
				return errors.New("use --reset or --new")
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
				a := app.New(cfg)
				var secret app.Secret
				var made app.Invite
				switch {
				case reset != "":
					secret, made, err = a.ResetOwner(cmd.Context(), reset)
				case invite:
					secret, made, err = a.Invite(cmd.Context(), app.LocalOwner(), records.FirstBureau, app.RolesIn(records.Bureau))
				default:
					return c.owners(cmd, a)
				}
				if err != nil {
					return err //nolint:wrapcheck // says so itself, or is findings
				}
				link := set.base() + web.InvitePath(secret)
				return c.result(map[string]any{"link": link, "expires_at": made.Expires}, link)
			})
		},
	}
	placeFlags(cmd, &config, &data)
	cmd.Flags().StringVar(&reset, "reset", "", "login of the owner who lost the password")
	cmd.Flags().BoolVar(&invite, "new", false, "make a link for one more owner")
	return cmd
}

// owners lists the owners of the first bureau.
func (c *cli) owners(cmd *cobra.Command, a *app.App) error {
	list, err := a.Owners(cmd.Context())
	if err != nil {
		return outside{err}
	}
	for _, m := range list {
		login := m.Login
		if login == "" {
			login = "(OpenID Connect)"
		}
		err := c.result(map[string]any{"person": m.Person, "name": m.Name, "login": m.Login, "since": m.Since}, login+"\t"+m.Name)
		if err != nil {
			return err
		}
	}
	return nil
}

// base is the address of the service for people, as far as the settings tell.
func (set settings) base() string {
	if set.Public != "" {
		return strings.TrimSuffix(set.Public, "/")
	}
	port := "8080"
	if _, p, err := net.SplitHostPort(set.Addr); err == nil && p != "" {
		port = p
	}
	return fmt.Sprintf("http://localhost:%s", port)
}
