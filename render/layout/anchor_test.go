package layout

import "testing"

// A bookmark in a cell gives the cell, one in a paragraph the line.
func TestAnchors(t *testing.T) {
	mark := func(name string) string {
		return `<w:p><w:bookmarkStart w:id="1" w:name="` + name + `"/><w:bookmarkEnd w:id="1"/></w:p>`
	}
	doc, _ := wordDoc{
		body: para("", "前") + mark("line") + table(allBorders, []int{3000, 2000},
			row(`<w:trHeight w:val="2835" w:hRule="exact"/>`, cell("", "甲"), `<w:tc><w:tcPr><w:vAlign w:val="center"/></w:tcPr>`+mark("room")+`</w:tc>`)) + para("", ""),
		sect: plainPage,
	}.lay(t)
	if len(doc.Anchors) != 2 {
		t.Fatalf("anchors: %+v", doc.Anchors)
	}
	line, room := doc.Anchors[0], doc.Anchors[1]
	if line.Name != "line" || line.X != 1440*Twip || line.W != (11906-2*1440)*Twip || line.H <= 0 {
		t.Errorf("line: %+v", line)
	}
	if room.Name != "room" || room.H != 2835*Twip || room.W != 2000*Twip || room.Y < line.Y+line.H {
		t.Errorf("room: %+v", room)
	}
	if doc.Nodes[room.Node].Kind != NodeParagraph {
		t.Errorf("the room's node is a %d", doc.Nodes[room.Node].Kind)
	}
}
