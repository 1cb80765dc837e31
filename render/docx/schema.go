package docx

import (
	"slices"
	"strings"
	"sync"
)

// What the transitional schema of ISO/IEC 29500-1 and -4 (wml.xsd, dml-wordprocessingDrawing.xsd, dml-chart.xsd) says of the
// elements that a Word file is made of, as far as programs that write such files get it wrong. A line is an element, or
// parent/element where it depends on the parent, and its children in their order; a|b stand at one place, * may be there
// more than once, ! must be there. Names without prefix are of WordprocessingML. Names in braces are groups. Elements of
// other namespaces are let pass everywhere: readers must be able to ignore them, or another schema tells.
const schemaText = `
{range} = bookmarkStart|bookmarkEnd|moveFromRangeStart|moveFromRangeEnd|moveToRangeStart|moveToRangeEnd|commentRangeStart|commentRangeEnd|customXmlInsRangeStart|customXmlInsRangeEnd|customXmlDelRangeStart|customXmlDelRangeEnd|customXmlMoveFromRangeStart|customXmlMoveFromRangeEnd|customXmlMoveToRangeStart|customXmlMoveToRangeEnd|proofErr|permStart|permEnd|ins|del|moveFrom|moveTo
{block} = p|tbl|sdt|customXml|altChunk|{range}
{inline} = r|hyperlink|fldSimple|smartTag|sdt|customXml|dir|bdo|subDoc|{range}
{run} = br|t|contentPart|delText|instrText|delInstrText|noBreakHyphen|softHyphen|dayShort|monthShort|yearShort|dayLong|monthLong|yearLong|annotationRef|footnoteRef|endnoteRef|separator|continuationSeparator|sym|pgNum|cr|tab|object|pict|fldChar|ruby|footnoteReference|endnoteReference|commentReference|drawing|ptab|lastRenderedPageBreak
{rPr} = rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish
{borders} = top left|start bottom right|end insideH insideV
{pPr} = pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle
document = background body
body = ({block})* sectPr
hdr = ({block})*
ftr = ({block})*
footnotes = footnote*
endnotes = endnote*
comments = comment*
footnote = ({block})*
endnote = ({block})*
comment = ({block})*
txbxContent = ({block})*
p = pPr ({inline})*
r = rPr ({run})*
hyperlink = ({inline})*
fldSimple = fldData ({inline})*
smartTag = smartTagPr ({inline})*
sdt = sdtPr sdtEndPr sdtContent
pPr = {pPr} rPr sectPr pPrChange
pPr/rPr = (ins|del|moveFrom|moveTo)* {rPr} oMath rPrChange
rPr = {rPr} rPrChange
style/pPr = {pPr} rPr sectPr pPrChange
numPr = ilvl numId numberingChange ins
pBdr = top left bottom right between bar
tabs = !tab*
tbl = ({range})* !tblPr !tblGrid (tr|sdt|customXml|{range})*
tblPr = tblStyle tblpPr tblOverlap bidiVisual tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange
style/tblPr = tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange
tblStylePr/tblPr = tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange
tblPrEx = tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblPrExChange
tblBorders = {borders}
tcBorders = {borders} tl2br tr2bl
tblCellMar = top left|start bottom right|end
tcMar = top left|start bottom right|end
pgBorders = top left bottom right
tblGrid = gridCol* tblGridChange
tr = tblPrEx trPr (tc|sdt|customXml|{range})*
trPr = (cnfStyle|divId|gridBefore|gridAfter|wBefore|wAfter|cantSplit|trHeight|tblHeader|tblCellSpacing|jc|hidden)* ins del trPrChange
tc = tcPr ({block})*
tcPr = cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark cellIns|cellDel|cellMerge tcPrChange
sectPr = (headerReference|footerReference)* footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange
footnotePr = pos numFmt numStart numRestart footnote*
endnotePr = pos numFmt numStart numRestart endnote*
footnotePr/footnote =
endnotePr/endnote =
cols = col*
styles = docDefaults latentStyles style*
docDefaults = rPrDefault pPrDefault
rPrDefault = rPr
pPrDefault = pPr
latentStyles = lsdException*
style = name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr*
tblStylePr = pPr rPr tblPr trPr tcPr
numbering = numPicBullet* abstractNum* num* numIdMacAtCleanup
abstractNum = nsid multiLevelType tmpl name styleLink numStyleLink lvl*
lvl = start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr
num = !abstractNumId lvlOverride*
lvlOverride = startOverride lvl
fonts = font*
font = altName panose1 charset family notTrueType pitch sig embedRegular embedBold embedItalic embedBoldItalic
settings = writeProtection view zoom removePersonalInformation removeDateAndTime doNotDisplayPageBoundaries displayBackgroundShape printPostScriptOverText printFractionalCharacterWidth printFormsData embedTrueTypeFonts embedSystemFonts saveSubsetFonts saveFormsData mirrorMargins alignBordersAndEdges bordersDoNotSurroundHeader bordersDoNotSurroundFooter gutterAtTop hideSpellingErrors hideGrammaticalErrors activeWritingStyle* proofState formsDesign attachedTemplate linkStyles stylePaneFormatFilter stylePaneSortMethod documentType mailMerge revisionView trackRevisions doNotTrackMoves doNotTrackFormatting documentProtection autoFormatOverride styleLockTheme styleLockQFSet defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps showEnvelope summaryLength clickAndTypeStyle defaultTableStyle evenAndOddHeaders bookFoldRevPrinting bookFoldPrinting bookFoldPrintingSheets drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin drawingGridVerticalOrigin doNotShadeFormData noPunctuationKerning characterSpacingControl printTwoOnOne strictFirstAndLastChars noLineBreaksAfter noLineBreaksBefore savePreviewPicture doNotValidateAgainstSchema saveInvalidXml ignoreMixedContent alwaysShowPlaceholderText doNotDemarcateInvalidXml saveXmlDataOnly useXSLTWhenSaving saveThroughXslt showXMLTags alwaysMergeEmptyNamespace updateFields hdrShapeDefaults footnotePr endnotePr compat docVars rsids m:mathPr attachedSchema* themeFontLang clrSchemeMapping doNotIncludeSubdocsInStats doNotAutoCompressPictures forceUpgrade captions readModeInkLockDown smartTagType* sl:schemaLibrary shapeDefaults doNotEmbedSmartTags decimalSymbol listSeparator
ruby = !rubyPr !rt !rubyBase
wp:inline = !wp:extent wp:effectExtent !wp:docPr wp:cNvGraphicFramePr !a:graphic
wp:anchor = !wp:simplePos !wp:positionH !wp:positionV !wp:extent wp:effectExtent !wp:wrapNone|wp:wrapSquare|wp:wrapTight|wp:wrapThrough|wp:wrapTopAndBottom !wp:docPr wp:cNvGraphicFramePr !a:graphic
c:chartSpace = c:date1904 c:lang c:roundedCorners c:style c:clrMapOvr c:pivotSource c:protection !c:chart c:spPr c:txPr c:externalData c:printSettings c:userShapes c:extLst
c:ser = !c:idx !c:order c:tx c:spPr c:invertIfNegative c:pictureOptions c:marker c:explosion c:dPt* c:dLbls c:trendline* c:errBars* c:cat c:xVal c:val c:yVal c:shape c:bubbleSize c:smooth c:bubble3D c:extLst
c:strRef = !c:f c:strCache c:extLst
c:numRef = !c:f c:numCache c:extLst
c:strCache = c:ptCount c:pt* c:extLst
c:numCache = c:formatCode c:ptCount c:pt* c:extLst
c:pt = !c:v
`

// attrText says of elements which attributes they have: ! where they cannot do without, and of what kind; a kind in brackets
// lists all values. An attribute without prefix is of the element's namespace, or of none where that is the rule.
const attrText = `
b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden rtl cs specVanish oMath keepNext keepLines pageBreakBefore widowControl suppressLineNumbers suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd contextualSpacing mirrorIndents suppressOverlap hidden noWrap tcFitText hideMark bidiVisual titlePg formProt noEndnote rtlGutter qFormat semiHidden unhideWhenUsed locked isLgl evenAndOddHeaders updateFields mirrorMargins trackRevisions = val:on
sz szCs = !val:size
kern = !val:size
position = !val:int
rPr/spacing = !val:twips
w = val:percent
effect = !val:[none,lights,blinkBackground,sparkle,antsBlack,antsRed,shimmer]
textboxTightWrap = !val:[none,allLines,firstAndLastLine,firstLineOnly,lastLineOnly]
textDirection = !val:[lrTb,tbRl,btLr,lrTbV,tbRlV,tbLrV]
tblOverlap = !val:[never,overlap]
tblCaption tblDescription = !val
tblCellMar/top = w:measure type:[nil,pct,dxa,auto]
tblCellMar/bottom = !w:measure !type:[nil,pct,dxa,auto]
tblCellMar/left tblCellMar/right = !w:measure !type:[nil,dxa]
gridSpan gridBefore gridAfter ilvl numId startOverride abstractNumId outlineLvl numStart defaultTabStop = !val:int
lvl/start = !val:int
pStyle rStyle tblStyle basedOn next link name = !val
lvlText = val null:on
vMerge hMerge = val:[restart,continue]
jc = !val:[left,center,right,both,start,end,mediumKashida,distribute,numTab,highKashida,lowKashida,thaiDistribute]
tblPr/jc trPr/jc tblPrEx/jc = !val:[left,center,right]
lvlJc = !val:[left,center,right,start,end]
tcPr/vAlign = !val:[top,center,bottom]
sectPr/vAlign = !val:[top,center,both,bottom]
vertAlign = !val:[baseline,superscript,subscript]
textAlignment = !val:[top,center,baseline,bottom,auto]
em = !val:[none,dot,comma,circle,underDot]
highlight = !val:[black,blue,cyan,green,magenta,red,yellow,white,darkBlue,darkCyan,darkGreen,darkMagenta,darkRed,darkYellow,darkGray,lightGray,none]
u = val:[single,words,double,thick,dotted,dottedHeavy,dash,dashedHeavy,dashLong,dashLongHeavy,dotDash,dashDotHeavy,dotDotDash,dashDotDotHeavy,wave,wavyHeavy,wavyDouble,none] color:color themeColor themeTint themeShade
color = !val:color themeColor themeTint themeShade
shd = !val:[nil,clear,solid,horzStripe,vertStripe,reverseDiagStripe,diagStripe,horzCross,diagCross,thinHorzStripe,thinVertStripe,thinReverseDiagStripe,thinDiagStripe,thinHorzCross,thinDiagCross,pct5,pct10,pct12,pct15,pct20,pct25,pct30,pct35,pct37,pct40,pct45,pct50,pct55,pct60,pct62,pct65,pct70,pct75,pct80,pct85,pct87,pct90,pct95] color:color themeColor themeTint themeShade fill:color themeFill themeFillTint themeFillShade
br = type:[page,column,textWrapping] clear:[none,left,right,all]
fldChar = !fldCharType:[begin,separate,end] fldLock:on dirty:on
tblLayout = type:[fixed,autofit]
tcW tblW tblInd wBefore wAfter tblCellSpacing = w:measure type:[nil,pct,dxa,auto]
gridCol = w:twips
trHeight = val:twips hRule:[auto,atLeast,exact]
pgSz = w:twips h:twips orient:[portrait,landscape] code:int
pgMar = top:twips right:twips bottom:twips left:twips header:twips footer:twips gutter:twips
cols = equalWidth:on space:twips num:int sep:on
col = w:twips space:twips
docGrid = type:[default,lines,linesAndChars,snapToChars] linePitch:int charSpace:int
pgNumType = fmt start:int chapStyle:int chapSep:[hyphen,period,colon,emDash,enDash]
sectPr/type = !val:[nextPage,nextColumn,continuous,evenPage,oddPage]
headerReference footerReference = !type:[even,default,first] !r:id
pPr/spacing = before:twips beforeLines:int beforeAutospacing:on after:twips afterLines:int afterAutospacing:on line:twips lineRule:[auto,exact,atLeast]
ind = start:twips startChars:int end:twips endChars:int left:twips leftChars:int right:twips rightChars:int hanging:twips hangingChars:int firstLine:twips firstLineChars:int
tabs =
tabs/tab = !val:[clear,start,center,end,decimal,bar,num,left,right] leader:[none,dot,hyphen,underscore,heavy,middleDot] !pos:twips
tblBorders/top tblBorders/left tblBorders/start tblBorders/bottom tblBorders/right tblBorders/end tblBorders/insideH tblBorders/insideV tcBorders/top tcBorders/left tcBorders/bottom tcBorders/right tcBorders/insideH tcBorders/insideV tcBorders/tl2br tcBorders/tr2bl pBdr/bar pBdr/top pBdr/left pBdr/bottom pBdr/right pBdr/between bdr = !val:border color:color themeColor themeTint themeShade sz:int space:int shadow:on frame:on
bookmarkStart = !id:int !name colFirst:int colLast:int displacedByCustomXml:[next,prev]
bookmarkEnd commentRangeStart commentRangeEnd = !id:int displacedByCustomXml:[next,prev]
commentReference = !id:int
footnoteReference endnoteReference = customMarkFollows:on !id:int
footnotes/footnote endnotes/endnote = type:[normal,separator,continuationSeparator,continuationNotice] !id:int
comment = !id:int !author date initials
ins del moveFrom moveTo rPrChange pPrChange tblPrChange trPrChange tcPrChange sectPrChange = !id:int !author date
proofErr = !type:[spellStart,spellEnd,gramStart,gramEnd]
hyperlink = tgtFrame tooltip docLocation history:on anchor r:id
abstractNum = !abstractNumId:int restartNumberingAfterBreak
num = !numId:int durableId
abstractNum/lvl = !ilvl:int tplc tentative:on
lvlOverride = !ilvl:int
style = type:[paragraph,character,table,numbering] styleId default:on customStyle:on
charset = val characterSet:[iso-8859-1,macintosh,shift_jis,ks_c-5601-1987,ks_c-5601-1992,hebrew,windows-1250,windows-1251,windows-1253,windows-1254,iso-8859-9,windows-1255,windows-1256,windows-1257,windows-1258,windows-874,gb2312,gbk,big5]
wp:extent = !cx:int !cy:int
wp:docPr = !id:int !name descr hidden:on title
sdtPr/id = !val:int
sdtPr/tag sdtPr/alias = val
w15:docId = w15:val:guid
v:rect v:oval = id style href target class title alt coordsize coordorigin wrapcoords opacity chromakey stroked strokecolor strokeweight insetpen filled fillcolor print
v:roundrect = id style href target class title alt coordsize coordorigin wrapcoords opacity chromakey stroked strokecolor strokeweight insetpen filled fillcolor print arcsize
v:shape = id style href target class title alt coordsize coordorigin wrapcoords opacity chromakey stroked strokecolor strokeweight insetpen filled fillcolor print type adj path equationxml
`

// element is what the schema says of one.
type element struct {
	places []place         // nil where nothing is said of children
	rank   map[string]int  // of children in places
	attrs  map[string]attr // nil where nothing is said of attributes
}

type place struct{ many, must bool }

type attr struct {
	kind   string
	values []string
	must   bool
}

var schema = sync.OnceValue(func() map[string]*element {
	out := map[string]*element{}
	groups := map[string]string{}
	at := func(key string) *element {
		if out[key] == nil {
			out[key] = &element{}
		}
		return out[key]
	}
	qualified := func(s string) string {
		if strings.Contains(s, ":") {
			return s
		}
		return "w:" + s
	}
	key := func(s string) string {
		parts := strings.Split(s, "/")
		for i := range parts {
			parts[i] = qualified(parts[i])
		}
		return strings.Join(parts, "/")
	}
	for line := range strings.Lines(strings.TrimSpace(schemaText)) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), " =")
		list = strings.TrimSpace(list)
		for g, in := range groups {
			list = strings.ReplaceAll(list, g, in)
		}
		if name[0] == '{' {
			groups[name] = list
			continue
		}
		e := at(key(name))
		e.rank, e.places = map[string]int{}, []place{}
		for word := range strings.FieldsSeq(list) {
			p := place{many: strings.HasSuffix(word, "*"), must: word[0] == '!'}
			for n := range strings.SplitSeq(strings.Trim(word, "!*()"), "|") {
				e.rank[qualified(n)] = len(e.places)
			}
			e.places = append(e.places, p)
		}
	}
	for line := range strings.Lines(strings.TrimSpace(attrText)) {
		names, list, _ := strings.Cut(strings.TrimSpace(line), " =")
		for name := range strings.FieldsSeq(names) {
			e := at(key(name))
			e.attrs = map[string]attr{}
			prefix := "w:"
			if strings.HasPrefix(name, "wp:") || strings.HasPrefix(name, "v:") {
				prefix = ""
			}
			for word := range strings.FieldsSeq(list) {
				a := attr{must: word[0] == '!'}
				word = strings.TrimPrefix(word, "!")
				own := prefix
				if strings.HasPrefix(word, "r:") || strings.HasPrefix(word, "w15:") {
					own, word, _ = strings.Cut(word, ":")
					own += ":"
				}
				n, kind, _ := strings.Cut(word, ":")
				if a.kind = kind; strings.HasPrefix(kind, "[") {
					a.kind, a.values = "", strings.Split(strings.Trim(kind, "[]"), ",")
				}
				e.attrs[own+n] = a
			}
		}
	}
	return out
})

// Order lists the children of an element such as "w:rPr" in the order that the schema wants.
func Order(name string) []string {
	e := schema()[name]
	if e == nil {
		return nil
	}
	out := make([]string, 0, len(e.rank))
	for n := range e.rank {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b string) int {
		if c := e.rank[a] - e.rank[b]; c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return out
}
