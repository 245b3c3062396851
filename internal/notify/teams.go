package notify

import "strings"

// teamsText is how many bytes of lines there are in each list of a card. Teams
// refuses messages of more than 28 KB, some say of more than 21.
const teamsText = 2900

// teamsMessage is what a workflow of the kind "when a Teams webhook request is
// received" takes.
type teamsMessage struct {
	Type        string            `json:"type"`
	Attachments []teamsAttachment `json:"attachments"`
}

type teamsAttachment struct {
	ContentType string    `json:"contentType"`
	ContentURL  *string   `json:"contentUrl"` // always null: the card is in here
	Content     teamsCard `json:"content"`
}

// teamsCard is an Adaptive Card. All of its texts are runs, which know no
// Markdown: what they say is shown as it is, and mentions nobody.
type teamsCard struct {
	Schema  string       `json:"$schema"`
	Type    string       `json:"type"`
	Version string       `json:"version"`
	Width   teamsWidth   `json:"msteams"`
	Body    []teamsBlock `json:"body"`
}

type teamsWidth struct {
	Width string `json:"width"`
}

type teamsBlock struct {
	Type    string     `json:"type"`
	Spacing string     `json:"spacing,omitempty"`
	Inlines []teamsRun `json:"inlines"`
}

type teamsRun struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Size   string `json:"size,omitempty"`
	Weight string `json:"weight,omitempty"`
	Color  string `json:"color,omitempty"`
	Font   string `json:"fontType,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`
}

func teamsForm(m Message) teamsMessage {
	body := []teamsBlock{
		teamsLine("", teamsRun{Text: m.Title, Size: "large", Weight: "bolder", Color: teamsColor(m.Event)}),
		teamsLine("", teamsRun{Text: m.Verdict}),
	}
	if m.Error != "" {
		body = append(body, teamsHead("Error"), teamsCode(clip(m.Error, wordsBytes)))
	}
	body = teamsList(body, "Pairs", pairLines(m), m.MorePairs, "pair")
	body = teamsList(body, "Left", findingLines(m), m.MoreFindings, "finding")
	body = append(body, teamsHead("Next"), teamsLine("none", teamsRun{Text: m.Next}),
		teamsLine("medium", teamsRun{Text: runLine(m), Size: "small", Subtle: true}))
	card := teamsCard{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
		Width: teamsWidth{"Full"}, Body: body,
	}
	return teamsMessage{"message", []teamsAttachment{{ContentType: "application/vnd.microsoft.card.adaptive", Content: card}}}
}

// teamsList adds a block for each line of a noun, if there are any.
func teamsList(body []teamsBlock, name string, lines []string, others int, noun string) []teamsBlock {
	if len(lines) == 0 {
		return body
	}
	body = append(body, teamsHead(name))
	written, rest := fit(lines, teamsText, func(line string) string { return line })
	for _, line := range written {
		body = append(body, teamsCode(line))
	}
	if m := more(others+rest, noun); m != "" {
		body = append(body, teamsLine("none", teamsRun{Text: m}))
	}
	return body
}

func teamsHead(name string) teamsBlock {
	return teamsLine("medium", teamsRun{Text: name, Weight: "bolder"})
}

func teamsCode(text string) teamsBlock {
	return teamsLine("none", teamsRun{Text: text, Font: "monospace"})
}

// teamsLine is a block of its own: what a run does with line breaks is up to
// the client. Two braces may begin a function of cards ({{DATE(...)}}), in runs too.
func teamsLine(spacing string, run teamsRun) teamsBlock {
	run.Type = "TextRun"
	for strings.Contains(run.Text, "{{") {
		run.Text = strings.ReplaceAll(run.Text, "{{", "{ {")
	}
	return teamsBlock{Type: "RichTextBlock", Spacing: spacing, Inlines: []teamsRun{run}}
}

func teamsColor(e Event) string {
	switch e {
	case Drift:
		return "warning"
	case Recovery:
		return "good"
	default:
		return "attention"
	}
}
