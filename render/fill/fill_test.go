package fill

import (
	"strings"
	"testing"
)

func people(names ...string) []any {
	var out []any
	for i, n := range names {
		out = append(out, map[string]any{"姓名": n, "年龄": 30 + i})
	}
	return out
}

func TestFill(t *testing.T) {
	data := map[string]any{
		"项目名称": "面向<海洋>的 A&B", "经费": "1234567.8", "日期": "2025-08-05", "空": "", "无": nil, "比例": 3333, "真值": true, "假值": false,
		"乙方": map[string]any{"单位名称": "宁波大学", "电话（手机）": "13800138000", "联系人": map[string]any{"姓名": "王一"}},
		"成员": people("张三", "李四"), "空表": []any{}, "段": []any{"第一段", "第二段\t二"}, "数": 5, "𠮷·㐂": "罕见", "第1年经费": "10.00",
		"多行": "甲\r\n乙\n\n丙", "组": []any{map[string]any{"名": "A", "成员": people("一")}, map[string]any{"名": "B", "成员": people("二", "三")}},
		"标签": `{{项目名称}}<w:br/>`, "首尾空格": " x ", "金额列表": []any{map[string]any{"额": "1.50"}, map[string]any{"额": "2"}},
	}
	tests := []struct{ name, body, want string }{
		{"value", par("名：{{项目名称}}。"), "名：面向<海洋>的 A&B。\n"},
		{"path", par("{{乙方.单位名称}}"), "宁波大学\n"},
		{"deep path", par("{{乙方.联系人.姓名}}"), "王一\n"},
		{"full width", par("｛｛　乙方．单位名称　｝｝"), "宁波大学\n"},
		{"mixed braces", par("{｛乙方。单位名称｝}"), "宁波大学\n"},
		{"spaces inside a name", par("{{项目\u200b 名\u3000称}}"), "面向<海洋>的 A&B\n"},
		{"name with brackets", par("{{乙方.电话（手机）}} {{乙方.电话(手机)|掩码：”电话“}}"), "13800138000 138****8000\n"},
		{"rare and mixed names", par("{{𠮷·㐂}}{{第1年经费|金额}}"), "罕见10.00\n"},
		{
			"filters", par("{{经费|金额}} {{经费|金额:“万元”}} {{经费｜大写}} {{日期|日期}} {{日期|日期:\"汉字\"}} {{日期|date:'英文'}} {{比例|百分比}}"),
			"1,234,567.80 123.45678 人民币壹佰贰拾叁万肆仟伍佰陆拾柒元捌角整 2025年8月5日 二〇二五年八月五日 5 August 2025 33.33%\n",
		},
		{"check marks", par("{{真值|勾选}}{{假值|勾选}}{{真值|是否}}{{假值|yesno}}{{☑真值}}"), "☑☐是No☑\n"},
		{"default", par("[{{空|默认:\"无\"}}][{{没有|默认:“（无）”}}][{{无?}}][{{没有?}}]"), "[无][（无）][][]\n"},
		{"join count sum", par("{{段|拼接:\"；\"}} {{成员|计数}} {{金额列表|求和:\"额\"|金额}}"), "第一段；第二段→二 2 3.50\n"},
		{"literal braces", par("{{\"{{\"}}名{{“}}”}}"), "{{名}}\n"},
		{"comment", par("a{{! 说明 \"x }}b") + par("{{！只有说明}}") + par("c"), "ab\nc\n"},
		{"lines", par("{{多行}}"), "甲↵乙↵↵丙\n"},
		{"list of texts alone", par("{{段}}"), "第一段\n第二段→二\n"},
		{"list of texts in a line", par("：{{段}}"), "：第一段↵第二段→二\n"},
		{"empty list of texts", par("a") + par("{{空表}}") + par("b"), "a\nb\n"},
		{"value is not parsed", par("{{标签}}"), "{{项目名称}}<w:br/>\n"},
		{"split runs", par("前{", "{乙方.单", "位名称}", "}后"), "前宁波大学后\n"},
		{"inline loop", par("有{{#成员}}{{序号}}.{{姓名}}({{年龄}}){{?非 末}}，{{/}}{{/成员}}。"), "有1.张三(30)，2.李四(31)。\n"},
		{"inline loop over runs", par("有{{#成", "员}}{{姓", "名}}、", "{{/成员}}共{{成员|计数}}人"), "有张三、李四、共2人\n"},
		{"paragraph loop", par("头") + par("{{#成员}}") + par("{{姓名}}") + par("{{年龄}}") + par("{{/成员}}") + par("尾"), "头\n张三\n30\n李四\n31\n尾\n"},
		{"paragraph loop with text", par("头") + par("{{#成员}}{{姓名}}") + par("{{年龄}}{{/成员}}") + par("尾"), "头\n张三\n30\n李四\n31\n尾\n"},
		{"paragraph loop splits", par("头{{#成员}}甲") + par("乙{{/成员}}尾"), "头\n甲\n乙\n甲\n乙\n尾\n"},
		{"paragraph loop after text", par("名单：{{#成员}}") + par("{{姓名}}") + par("{{/成员}}"), "名单：\n张三\n李四\n"},
		{"empty loop", par("头") + par("{{#空表}}") + par("x") + par("{{/空表}}") + par("{{^空表}}") + par("没有") + par("{{/}}"), "头\n没有\n"},
		{"loop with else", par("{{#空表}}x{{:否则}}空{{/}}"), "空\n"},
		{"none list", par("{{#无}}x{{/}}y"), "y\n"},
		{
			"nested loops", par("{{#组}}") + par("{{名}}") + par("{{#成员}}") + par("{{上级.名}}{{上级.序号}}{{序号}}{{姓名}}{{乙方.单位名称}}") + par("{{/成员}}") + par("{{/组}}"),
			"A\nA11一宁波大学\nB\nB21二宁波大学\nB22三宁波大学\n",
		},
		{"object scope", par("{{#乙方}}{{单位名称}}/{{联系人.姓名}}{{/乙方}}"), "宁波大学/王一\n"},
		{"conditions", par("{{?经费 > 1000000}}大{{:否则}}小{{/}}{{?数＝5 和 （真值 或 假值）}}是{{/}}{{?非 空}}非空{{/}}{{?项目名称 = “x”}}x{{/}}{{?数 != 5}}否{{:else}}五{{/}}"), "大是非空五\n"},
		{"condition on a date", par("{{?日期 >= \"2025-01-01\"}}后{{/}}"), "后\n"},
		{"missing is false", par("{{?没有}}x{{:否则}}y{{/}}{{?没有 > 3}}x{{/}}"), "y\n"},
		{"paragraph condition", par("{{?假值}}") + par("甲") + par("{{:否则}}") + par("乙") + par("{{/假值}}") + par("丙"), "乙\n丙\n"},
		{"row loop", tbl(row("姓名", "年龄"), row("{{#成员}}{{姓名}}", "{{年龄}}{{/成员}}"), row("合计", "{{成员|计数}}")), "姓名/|年龄/|\n张三/|30/|\n李四/|31/|\n合计/|2/|\n"},
		{"row loop by marker rows", tbl(row("姓名", "年龄"), row("{{#成员}}", ""), row("{{姓名}}", "{{年龄}}"), row("{{/成员}}", "")), "姓名/|年龄/|\n张三/|30/|\n李四/|31/|\n"},
		{"record of two rows", tbl(row("{{#成员}}{{姓名}}", "a"), row("{{年龄}}", "b{{/成员}}")), "张三/|a/|\n30/|b/|\n李四/|a/|\n31/|b/|\n"},
		{"row scope", tbl(row("{{#行:成员}}{{姓名}}{{/成员}}", "{{年龄}}")), "张三/|30/|\n李四/|31/|\n"},
		{"loop in a cell", tbl(row("x", "y"), []string{par("{{#成员}}") + par("{{姓名}}") + par("{{/成员}}"), par("z")}), "x/|y/|\n张三/李四/|z/|\n"},
		{"empty loop in a cell", tbl([]string{par("{{#空表}}") + par("{{姓名}}") + par("{{/空表}}"), par("z")}), "/|z/|\n"},
		{"marker alone in its cell", tbl([]string{par("{{#成员}}"), par("{{姓名}}"), par("{{/成员}}")}), "/|张三/|/|\n/|李四/|/|\n"},
		{"empty row loop keeps the table", tbl(row("姓名", "年龄"), row("{{#空表}}{{姓名}}", "{{年龄}}{{/空表}}")), "姓名/|年龄/|\n"},
		{"table without rows goes", par("a") + "<w:p/>" + tbl(row("{{#空表}}{{姓名}}", "{{年龄}}{{/空表}}")) + "<w:p/>" + par("b"), "a\n\nb\n"},
		{"conditional row", tbl(row("a", "b"), row("{{?假值}}c", "d{{/}}"), row("{{?真值}}e", "f{{/}}")), "a/|b/|\ne/|f/|\n"},
		{"conditional rows with else", tbl(row("{{?假值}}", ""), row("c", "d"), row("{{:否则}}", ""), row("e", "f"), row("{{/}}", "")), "e/|f/|\n"},
		{"nested row loops", tbl(row("{{#组}}", ""), row("{{名}}", ""), row("{{#成员}}{{姓名}}", "{{年龄}}{{/成员}}"), row("{{/组}}", "")), "A/|/|\n一/|30/|\nB/|/|\n二/|30/|\n三/|31/|\n"},
		{"table in a loop", par("{{#组}}") + tbl(row("{{名}}", "x"), row("{{#成员}}{{姓名}}", "{{/成员}}")) + par("{{/组}}"), "A/|x/|\n一/|/|\n\nB/|x/|\n二/|/|\n三/|/|\n"},
		{"tables do not join", tbl(row("a")) + par("{{?假值}}") + par("x") + par("{{/}}") + tbl(row("b")) + par("{{#空表}}{{/空表}}") + tbl(row("c")), "a/|\n\nb/|\n\nc/|\n"},
		{"tables that touch stay so", par("{{?真值}}") + tbl(row("a")) + tbl(row("b")) + par("{{/}}"), "a/|\nb/|\n"},
		{"nested table", tbl([]string{tbl(row("{{#成员}}{{姓名}}", "{{/成员}}")) + par("")}), "张三/|/|\n李四/|/|\n/|\n"},
		{"control around paragraphs", `<w:sdt><w:sdtPr><w:id w:val="1"/></w:sdtPr><w:sdtContent>` + par("{{#成员}}") + par("{{姓名}}") + par("{{/成员}}") + `</w:sdtContent></w:sdt>`, "张三\n李四\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := filled(t, word(t, tt.body), data, Strict)
			if got := mainText(t, out); got != tt.want {
				t.Errorf("got  %q\nwant %q\n%s", got, tt.want, body(t, out))
			}
			if strings.Contains(body(t, out), "{{#") {
				t.Error("a marker is left")
			}
		})
	}
}
