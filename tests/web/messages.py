"""消息: every translatable string of templates and Python, as Django itself would look it up."""

import ast
import re
from pathlib import Path

from django.template import engines
from django.template.base import TextNode, VariableNode
from django.template.loader_tags import BlockNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from wengu.policy.parameters import demonstration, official
from wengu.policy.rules import pack
from wengu.regions import actions as divisions
from wengu.registry.imports import codes
from wengu.registry.models import ListingKind

_CALLS = {
    "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2,
    # Kept as it stands, said in the reader's language later.
    "NotNow": 1,
}  # fmt: skip


def of_python(path):
    """Yield (singular, plural or "") of the calls in a Python file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name in _CALLS:
            words = [a.value for a in node.args[: _CALLS[name]] if isinstance(a, ast.Constant)]
            if words:
                yield words[0], words[1] if len(words) > 1 else ""


def _walk(nodes):
    for node in nodes:
        yield node
        for name in (*getattr(node, "child_nodelists", ()), "nodelist"):
            yield from _walk(getattr(node, name, None) or ())
        if not isinstance(node, (TextNode, VariableNode, BlockNode)):
            for _, branch in getattr(node, "conditions_nodelists", ()):
                yield from _walk(branch)


def of_template(path):
    """Yield (singular, plural or "") of the translate tags in a template."""
    template = engines["django"].from_string(path.read_text(encoding="utf-8")).template
    for node in _walk(template.nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal), ""
        elif isinstance(node, BlockTranslateNode):
            singular = node.render_token_list(node.singular)[0]
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield tuple(_trim(text) if node.trimmed else text for text in (singular, plural))


def _trim(text):
    return " ".join(line.strip() for line in text.strip().splitlines())


def of_lists():
    """Return the official words that lists of the product hold, which pages say by `said`."""
    voc = pack.vocabulary
    kinds = [kind for table in voc.tables.values() for kind in table.columns.values()]
    tables = (one for one in vars(codes).values() if isinstance(one, dict))
    found = {word for table in tables for word in table.values() if isinstance(word, str)}
    found |= {word for kind in kinds for word in (kind.holder, *getattr(kind, "values", ()))}
    found |= {measure for rule in pack.rules for measure in rule.measures}
    rows = (*official(), *demonstration())
    found |= {row.source for row in rows}
    found |= {code for row in rows if isinstance(row.value, frozenset) for code in row.value}
    found |= set(ListingKind.labels) | {divisions.OWN_SOURCE}
    return {(word, ""): ["a list"] for word in found if re.search("[\u4e00-\u9fff]", word)}


def of_package(package: Path):
    """Return {(singular, plural): [files]} of a package."""
    found = {}
    for path in sorted(package.rglob("*.html")):
        for message in of_template(path):
            found.setdefault(message, []).append(path.name)
    for path in sorted(package.rglob("*.py")):
        for message in of_python(path):
            found.setdefault(message, []).append(path.name)
    return found


def of_everything(package: Path):
    """Return the messages of a package and the words of the lists that it holds."""
    return of_lists() | of_package(package)
