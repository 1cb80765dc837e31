package fill

import "slices"

// nearest returns the candidate that name most likely stands for, or "": by edit distance, and for Chinese names also by
// the characters they share, since a clerk more often picks another word than another letter. Ties go to the first.
func nearest(name string, candidates []string) string {
	a := []rune(name)
	best, bestScore := "", 0.0
	for _, c := range candidates {
		b := []rune(c)
		if len(b) == 0 || c == name {
			continue
		}
		longest := max(len(a), len(b))
		d := 1 - float64(distance(a, b))/float64(longest)
		if o := overlap(a, b); o > 0.5 {
			d = max(d, o*0.9)
		}
		if d > bestScore {
			best, bestScore = c, d
		}
	}
	need := 0.5
	if len(a) > 0 && a[0] < 0x80 {
		need = 0.6
	}
	if len(a) == 1 {
		need = 0.9
	}
	if bestScore < need {
		return ""
	}
	return best
}

// distance is the number of insertions, deletions, replacements and swaps of neighbours that turn a into b.
func distance(a, b []rune) int {
	const limit = 64
	a, b = a[:min(len(a), limit)], b[:min(len(b), limit)]
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}

// overlap is the share of characters that a and b have in common (Dice).
func overlap(a, b []rune) float64 {
	rest := slices.Clone(b)
	common := 0
	for _, r := range a {
		if i := slices.Index(rest, r); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
