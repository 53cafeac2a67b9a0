package apicheck

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// MaxReadmeLines is the limit for README.md: what a newcomer needs on the first day; the rest is in docs and go doc.
const MaxReadmeLines = 199

// CodeBlock is a fenced block of Go in a Markdown file.
type CodeBlock struct {
	Line int // of the opening fence, from 1
	Code string
}

// Program reports whether the block is a whole Go file.
func (b CodeBlock) Program() bool {
	return strings.HasPrefix(b.Code, "package ") || strings.Contains(b.Code, "\npackage ")
}

// GoBlocks returns the blocks fenced with ```go, in order.
func GoBlocks(markdown string) []CodeBlock {
	var blocks []CodeBlock
	var current *CodeBlock
	for i, line := range strings.Split(markdown, "\n") {
		switch fence := strings.TrimSpace(line); {
		case current == nil && fence == "```go":
			current = &CodeBlock{Line: i + 1}
		case current != nil && fence == "```":
			blocks = append(blocks, *current)
			current = nil
		case current != nil:
			current.Code += line + "\n"
		}
	}
	return blocks
}

// Quoted reports whether the lines of the block, without indentation and blank lines, stand one after the other in
// one of the given sources. So a short piece in a README can be a quote of an example that is compiled and run.
func Quoted(b CodeBlock, sources []string) bool {
	want := squeeze(b.Code)
	for _, src := range sources {
		if strings.Contains("\n"+squeeze(src)+"\n", "\n"+want+"\n") {
			return true
		}
	}
	return false
}

func squeeze(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// DeadLinks finds links to files that are not there in the Markdown file of the given name below root.
func DeadLinks(root, name string) ([]Finding, error) {
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return nil, err
	}
	var found []Finding
	for i, line := range strings.Split(string(text), "\n") {
		for _, m := range markdownLink.FindAllStringSubmatch(line, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			_, err := os.Stat(filepath.Join(root, filepath.Dir(name), target))
			if errors.Is(err, os.ErrNotExist) {
				found = append(found, Finding{Path: name, Line: i + 1, Text: fmt.Sprintf("link to %s, which does not exist", target)})
			} else if err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}
