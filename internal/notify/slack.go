package notify

import "strings"

// What Slack takes: 50 blocks, 150 characters in a header, 3000 in a text. All
// texts together have a limit that is not documented, at some 13,000.
const slackText = 2900

// slackMessage is the body of an incoming webhook.
type slackMessage struct {
	// Text is what notifications and screen readers show.
	Text        string       `json:"text"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
	Blocks      []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string      `json:"type"`
	Text     *slackWords `json:"text,omitempty"`
	Elements []any       `json:"elements,omitempty"`
}

type slackWords struct {
	Type string `json:"type"`
	Text string `json:"text"`
	// Verbatim keeps Slack from looking for links and names in a text; of plain
	// texts it must not be said.
	Verbatim bool `json:"verbatim,omitempty"`
}

func slackForm(m Message) slackMessage {
	blocks := []slackBlock{
		{Type: "header", Text: &slackWords{Type: "plain_text", Text: m.Title}},
		slackSection(slackEscape(m.Verdict)),
	}
	if m.Error != "" {
		blocks = append(blocks, slackSection("*Error*\n"+slackCode(clip(m.Error, wordsBytes))))
	}
	blocks = slackList(blocks, "Pairs", pairLines(m), m.MorePairs, "pair")
	blocks = slackList(blocks, "Left", findingLines(m), m.MoreFindings, "finding")
	blocks = append(blocks, slackSection("*Next*\n"+slackEscape(m.Next)),
		slackBlock{Type: "context", Elements: []any{slackMarkdown(slackCode(runLine(m)))}})
	return slackMessage{Text: slackEscape(m.Title + ". " + m.Verdict), Blocks: blocks}
}

// slackList adds a block with a line for each of a noun, if there are any.
func slackList(blocks []slackBlock, name string, lines []string, others int, noun string) []slackBlock {
	if len(lines) == 0 {
		return blocks
	}
	written, rest := fit(lines, slackText, slackCode)
	text := "*" + name + "*\n" + strings.Join(written, "\n")
	if m := more(others+rest, noun); m != "" {
		text += "\n" + m
	}
	return append(blocks, slackSection(text))
}

func slackSection(text string) slackBlock {
	words := slackMarkdown(text)
	return slackBlock{Type: "section", Text: &words}
}

func slackMarkdown(text string) slackWords {
	return slackWords{Type: "mrkdwn", Text: text, Verbatim: true}
}

// slackEscape replaces what Slack reads as its own: <!channel>, <@user>, links
// and entities.
func slackEscape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// slackCode shows a text from outside: within code nothing is bold, an emoji or
// a link. No name has the one character that ends it.
func slackCode(text string) string {
	return "`" + slackEscape(strings.ReplaceAll(text, "`", "'")) + "`"
}
