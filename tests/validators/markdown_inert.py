"""Renders each file as GitHub does: nothing in it is a link, an image or HTML but our own, and every table is whole.

Code spans are taken out before mentions are looked for: GitHub looks for none in them.
"""

import html
import re
import sys
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

OWN = {"h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.stack, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in OWN, (tag, attributes)
        assert all(name == "align" for name, _ in attributes), (tag, attributes)
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += 1
        if tag != "br":
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if "code" not in self.stack:
            self.text.append(data)

    def handle_comment(self, data):
        assert data == " ", data
        self.text.append("\0")


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    rendered = github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    page = Page()
    page.feed(rendered)
    assert set(page.rows) <= {6, 11}, (path, page.rows)
    # A pipe too many would be dropped without a word, so the rows are counted in the text, too.
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    assert len(lines) == len(page.rows), (path, len(lines), len(page.rows))
    for line in lines:
        cells = len(re.sub(r"\\.", "", re.sub(r"`[^`]*`", "", line)).split("|")) - 2
        assert cells in (6, 11), (path, cells, line)
    prose = html.unescape("".join(page.text))
    assert not re.search(r"@\w|#\d", prose), (path, prose)
