"""The rules of the house that no linter knows, as readings of a tree of files.

Each check takes a root folder (the checkout, or a copy with a planted violation) and returns one
sentence per violation. Nothing is imported from the tree, so a copy is checked in milliseconds.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

HAN = re.compile("[\u3400-\u9fff]")
STARTS_WITH_HAN = re.compile(r"\s*[\u3400-\u9fff]")
FORBIDDEN_FILES = {
    "utils.py", "helpers.py", "signals.py", "admin.py", "tasks.py", "services.py", "selectors.py",
    "misc.py", "common.py",
}  # fmt: skip
MOST_MODULE_LINES, MOST_FUNCTION_LINES, MOST_TEMPLATE_LINES = 400, 40, 150
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
INEXACT = {"DecimalField", "FloatField"}
WRITES = {
    "save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create",
    "update_or_create",
}  # fmt: skip

# Rows about people. A public query that returns them takes `viewer`, or such a row already.
PEOPLE = {
    "Household", "Person", "Membership", "HouseholdFacts", "PersonFacts", "Income", "Bill",
    "Listed", "Decision", "Batch", "Row", "Doubt", "User", "Post",
}  # fmt: skip

# Public functions that write without being an @action, each with its reason.
NOT_ACTIONS = {
    "jobs.claim": "a worker takes a lease; no person acts",
    "decisions.discard": "in pieces; its first step, abandon, is the action",
    "jobs.work_once": "a worker goes on with what a person enqueued",
}
# Public queries about people without a viewer, each with its reason.
NOT_SCOPED = {
    "accounts.by_name": "before anybody is signed in",
    "decisions.as_of": "spans standing after a run, narrowed by the queries and runs that use it",
}


class Module(NamedTuple):
    """One Python file of the tree."""

    path: Path
    name: str
    tree: ast.Module
    text: str

    @property
    def app(self) -> str:
        """The package under wengu; empty for a file beside the packages."""
        parts = self.path.parts
        return parts[1] if len(parts) > 2 else ""


Check = Callable[[Path], list[str]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Register a check: a new one runs on the tree without being listed anywhere."""
    CHECKS.append(function)
    return function


@lru_cache(maxsize=4096)
def _parse(file: Path, stamp: int) -> tuple[str, ast.Module]:
    text = file.read_text(encoding="utf-8")
    return text, ast.parse(text)


def modules(root: Path, pattern: str = "**/*.py") -> Iterator[Module]:
    """Yield the modules of the product, without migrations."""
    for file in sorted((root / "wengu").glob(pattern)):
        if "migrations" in file.parts:
            continue
        text, tree = _parse(file, file.stat().st_mtime_ns)
        path = file.relative_to(root)
        yield Module(path, ".".join(path.with_suffix("").parts), tree, text)


def _layers(root: Path) -> dict[str, int]:
    """Return the height of each package, read from the import contract: the same list."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["name"] == "The house stands on its ground")["layers"]
    return {
        name.strip(" ()"): height
        for height, line in enumerate(reversed(layers))
        for name in line.split("|")
    }


def _models(module: Module) -> Iterator[ast.ClassDef]:
    """Yield the model classes of a models.py: what has a Meta, or derives from a model."""
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and not _is_choices(node):
            yield node


def _is_choices(node: ast.ClassDef) -> bool:
    return any("Choices" in ast.unparse(base) or "Enum" in ast.unparse(base) for base in node.bases)


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.walk(node):
        if isinstance(child, ast.Call):
            function = child.func
            name = function.attr if isinstance(function, ast.Attribute) else None
            yield name or (function.id if isinstance(function, ast.Name) else ""), child


def _imported_apps(module: Module) -> dict[str, str]:
    """Return {name: package} of what a module imports from the product."""
    return {
        alias.asname or alias.name: node.module.split(".")[1]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wengu.")
        for alias in node.names
    }


@check
def foreign_keys_point_down(root: Path) -> list[str]:
    """A foreign key points at its own package or at one below, also when named by a string."""
    height = _layers(root)
    found = []
    for module in modules(root, "*/models.py"):
        imported = _imported_apps(module)
        for name, call in _calls(module.tree):
            if name not in RELATIONS or not call.args:
                continue
            app = _target_app(call.args[0], module.app, imported)
            if height.get(app, -1) > height[module.app] or app not in {*height, "auth"}:
                found.append(f"{module.path}:{call.lineno} points up, at {app}")
    return found


def _target_app(target: ast.expr, own: str, imported: dict[str, str]) -> str:
    if isinstance(target, ast.Constant) and isinstance(target.value, str):
        label, _, model = target.value.rpartition(".")
        return label if label and model else own
    name = ast.unparse(target).split(".")[0]
    return "auth" if name == "settings" else imported.get(name, own)


@check
def models_speak_chinese(root: Path) -> list[str]:
    """A model carries its Chinese term: first word of its docstring, verbose_name, every field."""
    found = []
    for module in modules(root, "*/models.py"):
        for node in _models(module):
            where = f"{module.path}:{node.lineno} {node.name}"
            if not STARTS_WITH_HAN.match(ast.get_docstring(node) or ""):
                found.append(f"{where}: the docstring does not begin with the Chinese term")
            text = ast.unparse(node)
            if "abstract = True" not in text and not re.search(
                "verbose_name = '[^']*[㐀-鿿]", text
            ):
                found.append(f"{where}: Meta has no Chinese verbose_name")
            for line, field in _nameless_fields(node):
                found.append(f"{module.path}:{line} {node.name}.{field} has no Chinese name")
    return found


def _nameless_fields(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in node.body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)):
            continue
        call = statement.value
        kind = ast.unparse(call.func).split(".")[-1]
        if not (kind.endswith("Field") or kind in RELATIONS):
            continue
        words = [a.value for a in call.args if isinstance(a, ast.Constant)]
        words += [k.value.value for k in call.keywords if k.arg == "verbose_name"
                  and isinstance(k.value, ast.Constant)]  # fmt: skip
        if not any(isinstance(word, str) and HAN.search(word) for word in words):
            yield statement.lineno, ast.unparse(statement.targets[0])


@check
def money_is_exact(root: Path) -> list[str]:
    """No decimal or float column: SQLite stores both as floats."""
    return [
        f"{module.path}:{call.lineno} {name}"
        for module in modules(root, "*/models.py")
        for name, call in _calls(module.tree)
        if name in INEXACT
    ]


@check
def actions_are_signed(root: Path) -> list[str]:
    """In actions.py: keyword-only, documented; what writes is an @action with by: str."""
    found = []
    for module in modules(root, "*/actions.py"):
        if module.app == "audit":
            continue  # where @action itself is made
        for node in _public_functions(module):
            where = f"{module.path}:{node.lineno} {node.name}"
            acts = any(ast.unparse(d).split("(")[0] == "action" for d in node.decorator_list)
            signed = any(a.arg == "by" and a.annotation and ast.unparse(a.annotation) == "str"
                         for a in node.args.kwonlyargs)  # fmt: skip
            if not ast.get_docstring(node):
                found.append(f"{where}: no docstring")
            if signed and (node.args.args or node.args.posonlyargs):
                found.append(f"{where}: not keyword-only")
            if acts and not signed:
                found.append(f"{where}: not signed with by: str")
            writes = sorted(_writes(node))
            if writes and not acts and f"{module.app}.{node.name}" not in NOT_ACTIONS:
                found.append(f"{where}: writes ({', '.join(writes)}) and is no @action")
    return found


def _writes(node: ast.FunctionDef) -> Iterator[str]:
    for name, call in _calls(node):
        # hash.update(…) and dict.update(…) are no writes: a query set is named by its manager.
        through_rows = re.search(r"objects|filter\(|exclude\(", ast.unparse(call.func))
        if name in WRITES and (name != "update" or through_rows):
            yield name


def _public_functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


@check
def queries_take_the_viewer(root: Path) -> list[str]:
    """A query that returns people takes `viewer: Scope`, or a row that was found through one."""
    found = []
    for module in modules(root, "*/queries.py"):
        for node in _public_functions(module):
            returned = set(re.findall(r"\w+", ast.unparse(node.returns))) if node.returns else set()
            if not returned & PEOPLE or f"{module.app}.{node.name}" in NOT_SCOPED:
                continue
            taken = {
                (a.arg, ast.unparse(a.annotation) if a.annotation else "")
                for a in [*node.args.args, *node.args.kwonlyargs]
            }
            words = {word for _, kind in taken for word in re.findall(r"\w+", kind)}
            if ("viewer", "Scope") not in taken and not words & PEOPLE:
                found.append(f"{module.path}:{node.lineno} {node.name} takes no viewer: Scope")
    return found


@check
def queries_do_not_write(root: Path) -> list[str]:
    """A query reads."""
    writing = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    return [
        f"{module.path}:{call.lineno} {name}"
        for module in modules(root, "*/queries.py")
        for name, call in _calls(module.tree)
        if name in writing or ast.unparse(call.func).endswith((".objects.create", ".delete"))
    ]


@check
def pages_ask_through_queries(root: Path) -> list[str]:
    """A page finds rows through queries and writes through actions.

    It may look up the details of rows that a query has found (filter, get, in_bulk); it may not
    begin with a whole table, and never write.
    """
    looks_up = re.compile(r"[.](filter|get|in_bulk)[(]")
    found = []
    for module in modules(root):
        if module.app not in {"web", "api"}:
            continue
        imported = _imported_apps(module)
        for _, call in _calls(module.tree):
            text = ast.unparse(call)
            rows = re.match(r"(\w+)[.](objects|_default_manager)", text)
            if rows is None or rows[1] not in imported:
                continue
            begins = looks_up.match(text, rows.end())
            writes = call.func.attr in WRITES if isinstance(call.func, ast.Attribute) else False
            if not begins or writes:
                found.append(f"{module.path}:{call.lineno} {text[:60]}")
    return found


@check
def sql_is_not_assembled(root: Path) -> list[str]:
    """No raw() or extra(); no values put into SQL text for a cursor."""
    found = []
    for module in modules(root):
        for name, call in _calls(module.tree):
            if name in {"raw", "extra"} and ".objects" in ast.unparse(call.func):
                found.append(f"{module.path}:{call.lineno} {name}()")
    return found


@check
def markup_is_escaped(root: Path) -> list[str]:
    """mark_safe only where template tags build markup."""
    return [
        f"{module.path}:{call.lineno} mark_safe"
        for module in modules(root)
        if "templatetags" not in module.path.parts
        for name, call in _calls(module.tree)
        if name == "mark_safe"
    ]


@check
def files_have_names(root: Path) -> list[str]:
    """No file named for nothing in particular."""
    return [
        str(file.relative_to(root))
        for file in (root / "wengu").rglob("*.py")
        if file.name in FORBIDDEN_FILES
    ]


@check
def modules_are_small(root: Path) -> list[str]:
    """Modules of at most 400 lines, functions of at most 40."""
    found = []
    for module in modules(root):
        lines = module.text.count("\n")
        if lines > MOST_MODULE_LINES:
            found.append(f"{module.path}: {lines} lines")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_FUNCTION_LINES:
                    found.append(f"{module.path}:{node.lineno} {node.name}: {length} lines")
    return found


@check
def templates_are_small(root: Path) -> list[str]:
    """Templates of at most 150 lines."""
    return [
        f"{file.relative_to(root)}: {lines} lines"
        for file in (root / "wengu").rglob("templates/**/*.html")
        if (lines := file.read_text(encoding="utf-8").count("\n")) > MOST_TEMPLATE_LINES
    ]


@check
def templates_are_used(root: Path) -> list[str]:
    """Every template is rendered, extended or included by something."""
    folder = root / "wengu" / "web" / "templates"
    texts = [module.text for module in modules(root)]
    texts += [file.read_text(encoding="utf-8") for file in folder.rglob("*.html")]
    everything = "\n".join(texts)
    # Sign-in renders its own; Django renders the error pages.
    by_others = re.compile("^(account|mfa)/|^(403|403_csrf|404|500)[.]html$")
    names = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*.html")))
    return [
        name for name in names if not by_others.search(name) and not _mentioned(name, everything)
    ]


def _mentioned(name: str, everything: str) -> bool:
    return re.search(rf"""["']{re.escape(name)}["']""", everything) is not None


@check
def settings_are_documented(root: Path) -> list[str]:
    """Every environment variable of the product stands in the head of settings.py."""
    settings = root / "wengu" / "settings.py"
    head = ast.get_docstring(ast.parse(settings.read_text(encoding="utf-8"))) or ""
    read = {
        name for module in modules(root) for name in re.findall(r'"(WENGU_[A-Z_]+)"', module.text)
    }
    return [name for name in sorted(read) if not re.search(rf"^{name}\b", head, re.MULTILINE)]


@check
def terms_are_in_the_glossary(root: Path) -> list[str]:
    """The Chinese term of every model stands in docs/GLOSSARY.md."""
    glossary = (root / "docs" / "GLOSSARY.md").read_text(encoding="utf-8")
    found = []
    for module in modules(root, "*/models.py"):
        for node in _models(module):
            term = re.match(r"\s*([㐀-鿿]+)", ast.get_docstring(node) or "")
            if term and f"| {term[1]} |" not in glossary:
                found.append(f"{module.path}:{node.lineno} {node.name} {term[1]}")
    return found


@check
def exemptions_have_reasons(root: Path) -> list[str]:
    """A noqa or a type: ignore names its rule and says why."""
    reasoned = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[\w, -]+\]\s*)[-–—(#]\s*\w")
    return [
        f"{module.path}:{number} {line.strip()}"
        for module in modules(root)
        for number, line in enumerate(module.text.splitlines(), start=1)
        if re.search(r"#\s*(noqa|type:\s*ignore)", line) and not reasoned.search(line)
    ]
