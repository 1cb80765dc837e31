package fill

// sections makes p repeat or show whole sections of the document.
func (l *lifter) sections(p *pair) { l.drop(p) }
