package programme

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"tripact/project"
)

func TestProbe(t *testing.T) {
	src, err := os.ReadFile("../templates/ningbo-2025/call.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, list := Load(src)
	for _, f := range list {
		t.Error(f.In("en"), f.Context)
	}
	t.Log(len(c.Rules), len(c.compiled.checks))
	files, _ := filepath.Glob("../examples/ningbo-2025/*.json")
	for _, f := range files {
		b, _ := os.ReadFile(f)
		p, err := project.Decode(bytes.NewReader(b))
		t.Log(f, err)
		if p == nil {
			continue
		}
		for _, s := range Stages() {
			for _, x := range c.Check(p, s, project.Date{2025, 12, 20}) {
				t.Log(s, x.In("zh"))
			}
		}
		n, ok := c.FileName("contract", "zh", p, project.Date{2025, 12, 20})
		t.Log(n, ok)
	}
}
