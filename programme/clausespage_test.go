package programme

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tripact/problem"
)

var update = flag.Bool("update", false, "write docs/clauses.md")

const clausesPage = "../docs/clauses.md"

// TestClausesPage keeps docs/clauses.md what the call files say: go test ./programme -run ClausesPage -update writes it.
func TestClausesPage(t *testing.T) {
	page := clausesOf(mustLoad(t, ningbo(t)), mustLoad(t, shanghai(t)))
	if *update {
		if err := os.WriteFile(clausesPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(clausesPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(old) != page {
		t.Error("docs/clauses.md is not what the call files say; run go test ./programme -run ClausesPage -update and read the difference")
	}
}

// clausesOf writes both notices clause by clause, with what is done about each.
func clausesOf(calls ...*Call) string {
	var b strings.Builder
	b.WriteString(`# 条款与规则 · Clauses and rules

本页由各通知的 call.yaml 生成（` + "`go test ./programme -run ClausesPage -update`" + `），测试保证其与规则一致，请勿手改。
This page is written from the call files; a test keeps it current. Do not edit it by hand.

判定 how：auto 数据自动判定 decided by the data · attachment 须有附件 a file must be there · manual 由人判断 a person decides · info 说明，不约束 binds nobody。
性质 severity：fail 必须符合 must be met · warn 原则上 in principle · info 提示 told only。
程序 what tripact does：每项检查的阶段、必要时的性质、不符合时说明的位置与文字。Each check with its stages and what it says; 人工 a person decides at these stages.

`)
	for _, c := range calls {
		n := make(map[How]int)
		for _, r := range c.Rules {
			n[r.How]++
		}
		fmt.Fprintf(&b, "## %s · %s\n\n%s（%s，%s）· %s\n\n%d 条规则 rules: auto %d, attachment %d, manual %d, info %d.\n\n", c.ID, c.Title.EN, c.Title.ZH, or(c.DocNo, "—"), c.Date, or(c.DocNoEN, "—"),
			len(c.Rules), n[Auto], n[Attached], n[Manual], n[Background])
		b.WriteString("| 规则 rule | 条款 clause | 要求 requirement | 判定 how | 性质 severity | 程序 what tripact does |\n|---|---|---|---|---|---|\n")
		for i := range c.Rules {
			r := &c.Rules[i]
			how := string(r.How)
			if r.Defect != "" {
				how += "<br>" + r.Defect
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, both(r.Clause)+"<br>“"+cell(r.Words.ZH)+"” / “"+cell(r.Words.EN)+"”", both(r.Requirement)+noted(r.Note), how, r.Severity, strings.Join(does(c, r), "<br>"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func both(t problem.Text) string { return cell(t.ZH) + "<br>" + cell(t.EN) }

// noted is what the file says on reading the clause, nothing when it says nothing.
func noted(t problem.Text) string {
	if t.IsZero() {
		return ""
	}
	return "<br><i>注 note: " + both(t) + "</i>"
}

// cell writes text so that it stays in its cell and nothing in it is markup.
func cell(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "\\|", "*", "\\*", "_", "\\_", "\n", " ").Replace(s)
}

// does lists what the program does about a rule.
func does(c *Call, r *Rule) []string {
	var list []string
	stages := func(of []Stage) string {
		names := make([]string, len(of))
		for i, s := range of {
			names[i] = string(s)
		}
		return strings.Join(names, ", ")
	}
	for _, k := range r.Checks {
		line := "检查 check (" + stages(k.Stages)
		if k.Batch != "" {
			line += "; 跨项目 across projects"
		}
		if k.Severity != "" && k.Severity != r.Severity {
			line += "; " + string(k.Severity)
		}
		list = append(list, line+"): "+cell(k.Message.ZH)+" / "+cell(k.Message.EN))
	}
	for _, a := range c.Attachments {
		if a.When != "" && a.Rule == r.ID {
			line := "附件 attachment: " + cell(a.Name.ZH) + " / " + cell(a.Name.EN)
			if a.Sealed && a.SealRule == "" {
				line += "，须盖章 sealed"
			}
			if a.Severity != "" {
				line += " (" + a.Severity + ")"
			}
			list = append(list, line)
		}
		if a.Sealed && a.SealRule == r.ID {
			list = append(list, "附件须盖章 attachment sealed: "+cell(a.Name.ZH)+" / "+cell(a.Name.EN))
		}
	}
	if len(r.Stages) > 0 {
		list = append(list, "人工 a person decides ("+stages(r.Stages)+")")
	}
	if !r.From.IsZero() || !r.To.IsZero() {
		list = append(list, fmt.Sprintf("施行 in force %s—%s", r.From, r.To))
	}
	if len(list) == 0 {
		list = append(list, "不检查，只作说明 nothing to check")
	}
	return slices.Clip(list)
}
