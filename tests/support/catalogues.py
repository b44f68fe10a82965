"""The sentences that pages say, and the catalogues that translate them.

`make catalogues` brings these up to date: new sentences come at the end, without a translation; those that are gone go.
"""

from __future__ import annotations

import ast
import io
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from fedconnect.web import errors, languages

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


#: What these rooms say is read in a terminal, or by programs.
NOT_ON_PAGES = (
    "src/fedconnect/cli/",
    "src/fedconnect/evaluation/",
    "src/fedconnect/web/activitypub/discovery.py",
)


class Found(NamedTuple):
    """A sentence in the code that a page may show; `blanks` are the names that its call fills in."""

    where: str
    words: str
    blanks: set[str]


def sentences() -> list[Found]:
    """Return every `safe=` and `Sentence(…)`; each must stand there whole, or no catalogue could know it."""
    found = []
    for path in sorted((ROOT / "src/fedconnect").rglob("*.py")):
        where = str(path.relative_to(ROOT))
        if where.startswith(NOT_ON_PAGES):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                said = [one.value for one in node.keywords if one.arg == "safe"]
                if isinstance(node.func, ast.Name) and node.func.id == "Sentence":
                    said += node.args[:1]
                blanks = {one.arg for one in node.keywords if one.arg is not None}
                for filled in node.args[1:]:
                    keys = filled.keys if isinstance(filled, ast.Dict) else []
                    blanks |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
                if ast.unparse(node.func) == "super().__init__":
                    blanks.add("host")  # an error of a home server fills that in itself
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "safe":
                said, blanks = [node.value], {"host"}
            else:
                continue
            found += [Found(where, one.value, blanks) for one in said if isinstance(one, ast.Constant)]
            unknown = [ast.unparse(one) for one in said if not isinstance(one, ast.Constant)]
            assert not unknown or where in PASSED_ON, (where, unknown)
    return [one for one in found if isinstance(one.words, str) and one.words]


#: Rooms that only hand a sentence on.
PASSED_ON = {
    "src/fedconnect/foundation/errors.py", "src/fedconnect/foundation/translatable_sentences.py",
    "src/fedconnect/accounts/mastodon_api.py", "src/fedconnect/web/languages.py",
}  # fmt: skip


def words_in_use() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder, method in (
        (ROOT / "templates", ("**.html", "jinja2")),
        (ROOT / "src/fedconnect/web", ("**.py", "python")),
    ):
        for _, _, words, _, _ in extract_from_dir(str(folder), [method], keywords=KEYWORDS):
            found.add(tuple(words) if isinstance(words, tuple | list) else words)
    found |= {one.words for one in sentences()}
    for pair in [*errors._WORDS.values(), errors._UNFORESEEN, errors._REMOVED]:
        found |= set(pair)
    return found


def refresh(path: Path) -> list[str]:
    """Bring a catalogue up to date; return the sentences that nobody has translated yet."""
    head, _, _ = path.read_text().partition("\n\n")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    used = words_in_use()
    known = [one.id for one in catalogue if one.id]
    for identity in known:
        if _key(identity) not in used:
            catalogue.delete(identity)
    for words in sorted(used - {_key(one) for one in known}, key=str):
        catalogue.add(words)
    for message in catalogue:
        message.flags.clear()
    text = io.BytesIO()
    write_po(text, catalogue, width=0, omit_header=True, ignore_obsolete=True)
    path.write_text(head + "\n\n" + text.getvalue().decode().strip() + "\n")
    return [str(one.id) for one in catalogue if one.id and not _is_translated(one)]


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return all(strings)


def _key(identity: object) -> str | tuple[str, ...]:
    return tuple(identity) if isinstance(identity, list | tuple) else str(identity)


def main() -> None:
    """Bring every catalogue up to date, and say what is to be translated."""
    for language in languages.LANGUAGES[1:]:
        path = languages.CATALOGUES / f"{language}.po"
        missing = refresh(path)
        print(
            f"{path.relative_to(ROOT)}: {len(missing)} to be translated"
            + "".join(f"\n  {one}" for one in missing)
        )


if __name__ == "__main__":
    main()
