package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tripact/storage/records"
)

func (c *cli) migrate() *cobra.Command {
	var config, data string
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "升级数据库结构（服务启动时也会进行） / bring the database up to date, as the service does when it starts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withRecords(cmd.Context(), config, data, func(*records.DB) error {
				return c.result(struct {
					OK bool `json:"ok"`
				}{true}, map[string]string{"zh": "数据库已是最新", "en": "the database is up to date"}[c.lang])
			})
		},
	}
	placeFlags(cmd, &config, &data)
	return cmd
}

func (c *cli) audit() *cobra.Command {
	var config, data string
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "导出审计记录（每行一条JSON）并核对其链 / export the audit as JSON lines and verify its chain",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines := *c
			lines.json = true
			return withRecords(cmd.Context(), config, data, func(db *records.DB) error {
				for e, err := range db.Events(cmd.Context(), records.System(), 0) {
					if err != nil {
						return outside{err}
					}
					if err := lines.result(e, ""); err != nil {
						return err
					}
				}
				last, err := db.VerifyAudit(cmd.Context())
				if err != nil {
					return outside{err}
				}
				fmt.Fprintf(c.err, "tripact: %d events, the chain holds, its end is %s\n", last.Seq, last.Digest)
				return nil
			})
		},
	}
	placeFlags(cmd, &config, &data)
	return cmd
}

func (c *cli) verify() *cobra.Command {
	var config, data string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "核对审计记录的链，并报告其末端 / walk the chain of the audit and tell its end",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withRecords(cmd.Context(), config, data, func(db *records.DB) error {
				last, err := db.VerifyAudit(cmd.Context())
				if err != nil {
					return outside{err}
				}
				said := map[string]string{"zh": "审计记录共%d条，链完整，末端为%s", "en": "%d events, the chain holds, its end is %s"}[c.lang]
				return c.result(struct {
					Events int64  `json:"events"`
					End    string `json:"end"`
				}{last.Seq, last.Digest}, fmt.Sprintf(said, last.Seq, last.Digest))
			})
		},
	}
	placeFlags(cmd, &config, &data)
	return cmd
}

// withRecords opens the database of a service, which may be running.
func withRecords(ctx context.Context, config, data string, do func(*records.DB) error) error {
	set, err := readPlace(config, data)
	if err != nil {
		return err
	}
	where, err := set.database()
	if err != nil {
		return err
	}
	db, err := records.Open(ctx, where)
	if err != nil {
		return outside{err}
	}
	return errors.Join(do(db), db.Close())
}
