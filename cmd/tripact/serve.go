package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

func (c *cli) serve() *cobra.Command {
	var addr, config, data string
	var show bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "运行服务 / run the service",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set := settings{Addr: ":8080", Data: "data"}
			if config != "" {
				if err := readSettings(config, &set); err != nil {
					return err
				}
			}
			if addr != "" {
				set.Addr = addr
			}
			if data != "" {
				set.Data = data
			}
			if show {
				text, err := set.printed()
				fmt.Fprint(c.out, text)
				return err
			}
			s, err := c.start(cmd.Context(), set)
			if err != nil {
				return err
			}
			line, err := s.signInLine(cmd.Context())
			if err != nil {
				return errors.Join(err, s.close(context.WithoutCancel(cmd.Context())))
			}
			fmt.Fprintf(c.out, "web      %s/\n%s\n", s.public, line)
			after := context.WithoutCancel(cmd.Context())
			if err := s.wait(cmd.Context()); err != nil {
				return errors.Join(err, s.close(after))
			}
			s.drain(after)
			return s.close(after)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "", "address to listen on (default :8080)")
	cmd.Flags().BoolVar(&show, "print-config", false, "print the settings that would be used, without secrets, and end")
	cmd.Flags().StringVar(&config, "config", "", "YAML file with addr, public, data, database and s3")
	cmd.Flags().StringVar(&data, "data", "", "folder of the embedded database and store (default data)")
	return cmd
}

// readSettings reads a settings file; a key that there is not is an error, with its line.
func readSettings(name string, set *settings) error {
	raw, err := readFile(name)
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(set); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("settings %s: %w", name, err)
	}
	return nil
}
