#!/usr/bin/env python3
"""Draws docs/pull-request.png: what `nhilint check --since` says of a change, laid out as a pull
request shows annotations. The words and places are the program's own. Needs git and chromium."""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEFORE = """\
resource "aws_iam_role_policy" "deploy" {
  role = aws_iam_role.deploy.id
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:PutObject"]
      Resource = "arn:aws:s3:::releases/*"
    }]
  })
}
"""
AFTER = BEFORE.replace('["s3:PutObject"]', '"*"').replace('"arn:aws:s3:::releases/*"', '"*"') + """
resource "aws_iam_access_key" "deploy" {
  user = aws_iam_user.deploy.name
}
"""
STYLE = """
body { margin: 0; width: 860px; background: #fff; font: 13px/20px 'DejaVu Sans', sans-serif; color: #1f2328 }
.file { margin: 14px; border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden }
.name { background: #f6f8fa; padding: 8px 12px; border-bottom: 1px solid #d1d9e0; font-family: 'DejaVu Sans Mono' }
.line { font: 12px/20px 'DejaVu Sans Mono'; white-space: pre; display: flex }
.line span:first-child { width: 44px; text-align: right; padding-right: 10px; color: #59636e }
.add { background: #dafbe1 } .del { background: #ffebe9 }
.note { margin: 6px 12px 8px 56px; border: 1px solid #d1d9e0; border-left: 4px solid #cf222e; border-radius: 6px; padding: 6px 12px }
.note b { display: block } .note i { font-style: normal; color: #59636e }
"""


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout


def annotations(text):
    """By line: what GitHub shows for a workflow command."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"::(?:error|warning|notice) (.*?)::(.*)", line)
        if not match:
            continue
        fields = dict(it.split("=", 1) for it in match[1].split(","))
        found.setdefault(int(fields["line"]), []).append((fields["title"], match[2]))
    return found


def page(diff, notes):
    rows, number = [], 0
    for line in diff:
        if line.startswith("@@"):
            number = int(re.search(r"\+(\d+)", line)[1]) - 1
            continue
        kind = {"+": "add", "-": "del"}.get(line[:1], "")
        number += kind != "del"
        shown = "" if kind == "del" else number
        rows.append(f'<div class="line {kind}"><span>{shown}</span>{html.escape(line)}</div>')
        for title, message in notes.get(number, []) if kind != "del" else []:
            what, _, help_ = message.partition("; help: ")
            rows.append(f'<div class="note"><b>nhilint: {html.escape(title)}</b>{html.escape(what)}'
                        f'<br><i>help: {html.escape(help_)}</i></div>')
    return f'<meta charset="utf-8"><style>{STYLE}</style><div class="file"><div class="name">infra/main.tf</div>{"".join(rows)}</div>'


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/debug/nhilint")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "infra").mkdir()
        (folder / "infra/main.tf").write_text(BEFORE)
        git = ["git", "-c", "user.name=n", "-c", "user.email=n@example.com"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
            run(folder, *git, *command)
        (folder / "infra/main.tf").write_text(AFTER)
        diff = run(folder, "git", "diff", "--unified=4").splitlines()[4:]
        notes = annotations(run(folder, program, "check", "--since", "HEAD", "--format", "github", "."))
        assert notes, "no annotations"
        (folder / "page.html").write_text(page(diff, notes))
        height = 100 + 20 * len(diff) + 75 * sum(len(it) for it in notes.values())
        run(folder, "chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu",
            f"--window-size=860,{height}", f"--screenshot={ROOT}/docs/pull-request.png", "page.html")


main()
