"""Texts to try edits on: groups in every form that YAML allows, and what is left of them after a few slips."""

from __future__ import annotations

import json
import random

NAMES = [
    "a", "b", "c", "fetch", "clean", "store", "load_all", "x-1", "p.q", "with space", "yes", "no", "on",
    "12", "1.5", "null", "~", "0x10", "1_000", "12:30", "2026-01-09", "true", "a: b", "a #b", "#c", "it's",
    'say "hi"', "back\\slash", "[x]", "{y}", "&z", "*z", "!t", "- d", "?", "-", "=", "<<", "%p", "@at",
    "`t`", "|", ">", "é", "日本", "\U0001f600x", "tab\there", "a,b", "{{ params.day }}", "name", "depends_on",
    "long" * 12, "\u2028", "x:", ":y", "e1", ".5",
]  # fmt: skip
PIPELINES = ["p.a", "p.b", "prices.fetch", "p", "yes", "p: q", "p #q", "12"]
VALUES: list[object] = [
    "A", 1, 1.5, True, None, "yes", "no", "12", "{{ params.day }}", "x {{ params.tier }} y", "a: b", "# no",
    [1, "b"], {"k": "v"}, [], {}, "two\nlines", "ends\n", " blank ", "", "2026-01-09", "it's", "\ttab",
    "{{", "}}", "é",
]  # fmt: skip
KEYS = ["tier", "day", "params.x", "key with blank", "no", "1", "a:b", "x", "y", "deep"]
PARTS = [
    "", " ", "  ", "\t", "\n", "\r\n", "- ", ": ", ":", '"', "'", "[", "]", "{", "}", ",", "#", " # c",
    "{{ a }}", "{{ a", "}}", "*a", "&a ", "a", "x, ", "name: ", "    depends_on: [a]\n", "  - name: new\n",
    "|", ">", "\\", "\u2028", "\U0001f600", "\ufeff", "\x07", "<<<<<<< a\n", "=======\n", ">>>>>>> b\n",
    "# spine: ignore\n", "---\n", "...\n", "? ", "!!str ", "<<: *m\n",
    " # spine: ignore[unknown-key, nope]", "0", "-", "%", "@", "`", "~", "null", "yes", "policy:",
    "  policy: {execution: parallel}\n", "  defaults: {}\n", "steps:\n", "apiVersion: spine.io/v2\n",
    "max_concurrency: 1",
]  # fmt: skip


def plain_or_quoted(rng: random.Random, text: str, *, flow: bool = False, loose: bool = True) -> str:
    """A text as a scalar in any style that fits on a line; `loose` now and then plain where that is no text."""
    simple = text and all(c.isalnum() or c in "_./" for c in text) and text[0].isalpha() and text.isascii()
    words = simple and text.lower() not in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    kind = rng.random()
    if words and kind < 0.75:
        return text
    if loose and kind < 0.03 and text and "\n" not in text:
        return text
    if kind > 0.9 and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=rng.random() < 0.1)


class Writer:
    """Writes one group: the manner of the whole text is drawn once, that of each value anew."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.unit = rng.choice([2, 2, 2, 2, 1, 3, 4, 8])
        self.dash = rng.choice([0, 2, 2, 2, 1, 4])
        self.noisy = rng.choice([0.0, 0.1, 0.4])
        self.strange = rng.choice([0.0, 0.0, 0.05, 0.2])
        self.flow = rng.choice([0.1, 0.1, 0.5, 0.9])
        self.json = rng.random() < 0.12
        self.anchors: list[str] = []

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely

    def name(self) -> str:
        return self.rng.choice(NAMES[:9] if self.chance(0.7) else NAMES)

    def note(self) -> str:
        if not self.chance(self.noisy):
            return ""
        return self.rng.choice(
            [" # note", "  # a: b", " #", " # [x", ' # "q', "   ", " # spine: ignore[redundant-dependency]"]
        )

    def above(self, indent: str) -> str:
        if not self.chance(self.noisy):
            return ""
        deeper = self.rng.choice(["", "", "  ", indent])
        return self.rng.choice([f"{indent}# above\n", f"{deeper}# elsewhere\n", "\n", "  \n", f"{indent}# - name: z\n"])

    def scalar(self, value: object, *, flow: bool = False) -> str:
        if self.json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, str):
            text = plain_or_quoted(self.rng, value, flow=flow)
            if self.chance(self.strange / 2):
                anchor = self.rng.choice(["v", "w", "é"])
                self.anchors.append(anchor)
                return f"&{anchor} {text}"
            if self.anchors and self.chance(self.strange / 2):
                return f"*{self.rng.choice(self.anchors)} " if flow else f"*{self.rng.choice(self.anchors)}"
            return f"!!str {text}" if self.chance(self.strange / 4) else text
        if value is None:
            return self.rng.choice(["null", "~"])
        return json.dumps(value)

    def inline(self, value: object) -> str:
        """A value in flow style, on one line or (rarely) several."""
        if isinstance(value, dict):
            pairs = [f"{self.key(str(k))}: {self.inline(v)}" for k, v in value.items()]
            return "{" + self.joined(pairs) + "}"
        if isinstance(value, list):
            return "[" + self.joined([self.inline(v) for v in value]) + "]"
        return self.scalar(value, flow=True)

    def key(self, key: str) -> str:
        if self.json:
            return json.dumps(key, ensure_ascii=False)
        if self.chance(self.strange / 2):
            return json.dumps(key)
        return plain_or_quoted(self.rng, key, flow=True, loose=False)

    def joined(self, parts: list[str]) -> str:
        blank = self.rng.choice(["", "", "", " "])
        comma = "," if self.json and self.chance(0.2) else ", "
        if parts and self.chance(self.strange):
            comma = ",\n              "
        end = "," if parts and not self.json and self.chance(self.strange) else ""
        return blank + comma.join(parts) + end + blank

    def block(self, value: object, indent: int) -> str:
        """A value as what stands behind `key:`, with the line break."""
        pad = " " * indent
        if isinstance(value, dict) and value and not self.json and not self.chance(self.flow):
            inner = " " * (indent + self.unit)
            text = f"{self.note()}\n"
            if self.chance(self.strange / 3):
                text = f" &m{self.note()}\n"
                self.anchors.append("m")
            for key, item in value.items():
                text += self.above(inner) + f"{inner}{self.key(str(key))}:{self.block(item, indent + self.unit)}"
            return text
        if isinstance(value, list) and value and not self.json and not self.chance(self.flow):
            return f"{self.note()}\n" + self.items(value, indent + self.dash)
        if isinstance(value, str) and "\n" in value and self.chance(0.6):
            sign = self.rng.choice(["|", "|", ">", "|-", "|+"])
            return f" {sign}{self.note()}\n" + "".join(f"{pad}    {line}\n" for line in value.split("\n"))
        gap = self.rng.choice([" ", " ", " ", " ", "  ", " \t"]) if self.chance(self.strange) else " "
        return f"{gap}{self.inline(value)}{self.note()}\n"

    def items(self, values: list[object], column: int) -> str:
        pad = " " * column
        text = ""
        for value in values:
            text += self.above(pad)
            blanks = " " * (self.rng.choice([1, 3]) if self.chance(self.strange) else 1)
            if isinstance(value, dict) and value and not self.chance(self.flow / 2):
                inner = column + 1 + len(blanks)
                pairs = list(value.items())
                for number, (key, item) in enumerate(pairs):
                    start = f"{pad}-{blanks}" if not number else " " * inner
                    if number:
                        text += self.above(" " * inner)
                    mark = "? " if self.chance(self.strange / 8) else ""
                    text += f"{start}{mark}{self.key(str(key))}:{self.block(item, inner)}"
                if self.anchors and self.chance(self.strange / 3):
                    text += f"{' ' * inner}<<: *{self.rng.choice(self.anchors)}\n"
            else:
                text += f"{pad}-{blanks}{self.inline(value)}{self.note()}\n"
        return text


def group_model(rng: random.Random, writer: Writer) -> tuple[dict[str, object], str]:  # noqa: C901 - a die a branch
    """A group as plain data, mostly sound, and its form."""
    names: list[str] = []
    steps: list[object] = []
    for _ in range(rng.choice([1, 2, 3, 3, 4, 5, 6])):
        name = writer.name()
        step: dict[str, object] = {
            "name": name,
            "pipeline": rng.choice(PIPELINES[:4] if rng.random() < 0.9 else PIPELINES),
        }
        listed: list[object] = [n for n in names if rng.random() < 0.4]
        if rng.random() < 0.08:
            listed.append(writer.name())
        if rng.random() < 0.04:
            listed.append(name)
        if listed and rng.random() < 0.06:
            listed.append(listed[0])
        if listed or rng.random() < 0.1:
            rng.shuffle(listed)
            step["depends_on"] = listed[0] if len(listed) == 1 and rng.random() < 0.3 else listed
        if rng.random() < 0.4:
            step["params"] = {rng.choice(KEYS): rng.choice(VALUES) for _ in range(rng.choice([1, 1, 2, 3, 0]))}
        if rng.random() < 0.04:
            step[rng.choice(["pipline", "dependsOn", "execution", "description", "Name", "param"])] = rng.choice(VALUES)
        if rng.random() < 0.2:
            items = list(step.items())
            rng.shuffle(items)
            step = dict(items)
        if rng.random() < 0.03:
            step.pop(rng.choice(list(step)))
        names.append(name)
        steps.append(step)
    if rng.random() < 0.3:
        rng.shuffle(steps)
    policy: dict[str, object] = {}
    if rng.random() < 0.5:
        policy = {"execution": rng.choice(["parallel", "sequential", "paralel", "Parallel", 3])}
        if rng.random() < 0.6:
            policy["max_concurrency"] = rng.choice([1, 2, 4, 0, "4", -1, 1.5])
        if rng.random() < 0.3:
            policy["on_failure"] = rng.choice(["stop", "continue", "contine"])
    defaults = {rng.choice(KEYS): rng.choice(VALUES) for _ in range(rng.choice([0, 0, 1, 2]))}
    flat = rng.random() < 0.3
    meta: dict[str, object] = {"name": rng.choice(["daily", "g", writer.name()])}
    if rng.random() < 0.3:
        meta["description"] = rng.choice(["text", "a: b", "two\nlines", 3])
    if rng.random() < 0.2:
        meta["version"] = rng.choice([1, "1", "one"])
    body: list[tuple[str, object]] = [("steps" if flat or rng.random() < 0.05 else "pipelines", steps)]
    if defaults or rng.random() < 0.1:
        body.append(("defaults", defaults))
    if policy or rng.random() < 0.1:
        body.append(("policy", policy))
    if rng.random() < 0.05:
        body.append((rng.choice(["execution", "max_concurrency", "name", "tags", "polcy"]), rng.choice(VALUES)))
    if rng.random() < 0.3:
        rng.shuffle(body)
    if flat:
        top = {**meta, **dict(body)}
        if rng.random() < 0.1:
            top = {"kind": "PipelineGroup", **top}
        return top, "flat"
    top = {"apiVersion": "spine.io/v1", "kind": "PipelineGroup", "metadata": meta, "spec": dict(body)}
    if rng.random() < 0.05:
        top[rng.choice(["execution", "policy", "name", "steps"])] = rng.choice(VALUES)
    if rng.random() < 0.04:
        top.pop(rng.choice(list(top)))
    return top, "nested"


def group_text(rng: random.Random) -> str:  # noqa: C901 - as above
    """A group file in one of the many ways that it can be written."""
    writer = Writer(rng)
    model, _ = group_model(rng, writer)
    if writer.json:
        indent = rng.choice([None, None, 2, 4])
        text = json.dumps(model, indent=indent, ensure_ascii=False) + "\n"
    elif rng.random() < 0.04:
        text = writer.inline(model) + "\n"
    else:
        text = ""
        for key, value in model.items():
            text += writer.above("") + f"{writer.key(key)}:{writer.block(value, 0)}"
    if rng.random() < 0.05:
        text = f"# licence\n---\n{text}"
    if rng.random() < 0.04:
        text += "---\n" + group_text(rng)
    if rng.random() < 0.03:
        text = "other: document\n---\n" + text
    if rng.random() < 0.02:
        text = "%YAML 1.2\n---\n" + text
    if rng.random() < 0.02:
        text += "...\n"
    if rng.random() < 0.1:
        text = text.replace("\n", "\r\n")
    elif rng.random() < 0.02:
        text = text.replace("\n", "\r")
    if rng.random() < 0.1:
        text = text.rstrip("\r\n")
    if rng.random() < 0.05:
        text += rng.choice(["\n\n", "  ", "# end", "  # end\n", "\n# spine: ignore-file[unknown-key]\n"])
    if rng.random() < 0.04:
        text = "\ufeff" + text
    return text


def slipped(rng: random.Random, text: str, slips: int) -> str:
    """A text after some slips: lines and characters gone, doubled, moved, put in, or the end cut off."""
    for _ in range(slips):
        lines = text.splitlines(keepends=True)
        kind = rng.randrange(10)
        if not lines:
            return text + rng.choice(PARTS)
        line = rng.randrange(len(lines))
        at = rng.randint(0, len(text))
        if kind == 0:
            del lines[line]
        elif kind == 1:
            lines.insert(line, lines[line])
        elif kind == 2:
            other = rng.randrange(len(lines))
            lines[line], lines[other] = lines[other], lines[line]
        elif kind == 3:
            lines[line] = " " * rng.choice([1, 2, 4]) + lines[line]
        elif kind == 4:
            lines[line] = lines[line].removeprefix(" " * rng.choice([1, 2, 4]))
        elif kind == 5:
            lines = [text[:at] + text[min(at + rng.choice([1, 1, 2, 5]), len(text)) :]]
        elif kind == 6 and rng.random() < 0.4:
            lines = [text[:at]]
        elif kind == 7 and at + 1 < len(text):
            lines = [text[:at] + text[at + 1] + text[at] + text[at + 2 :]]
        else:
            lines = [text[:at] + rng.choice(PARTS) + text[at:]]
        text = "".join(lines)
    return text


def any_text(rng: random.Random) -> str:
    """A group text, as it is or after one to three slips."""
    return slipped(rng, group_text(rng), rng.choice([0, 0, 1, 1, 1, 2, 3]))
