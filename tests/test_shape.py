"""The shape of the tree: layers, purity, sizes, the one clock, and a README that is true.

A limit that hurts asks for a better noun, not for a higher limit.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import typer.main

from bot.__main__ import app

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "nlu", "voice")

FILE_LINES = 350
FUNCTION_LINES = 40
PARAMETERS = 6
CATCH_ALLS = 2

MAY_IMPORT = {
    "voice": ("voice",),
    "nlu": ("nlu",),
    "bot/dialogue": ("bot.dialogue", "bot.company.script", "bot.company.rules", "nlu"),
    "bot": ("bot", "nlu", "voice"),
}
"""Of our own modules, by folder; the longest folder that fits counts."""

IMPURE = {"asyncio", "time", "socket", "random", "logging", "threading", "multiprocessing", "subprocess"}
FILES = {"io", "os", "pathlib", "shutil", "tempfile"}
PURE = ("bot/dialogue", "nlu", "voice")
SHELL = ("voice/engines", "voice/lines", "nlu/train")
"""Within `PURE` folders: the doors to models and to the telephone, and what makes the models."""

BASES = {"Protocol", "Exception", "Enum", "StrEnum", "IntEnum", "NamedTuple", "Generic"}
DEMANDED = {
    "bot/clock.py": {"SelectSelector", "SelectorEventLoop"},
    "bot/web/pings.py": {"WebSocketsSansIOProtocol"},
    "nlu/train/pretrained.py": {"Module"},
    "voice/engines/train/batches.py": {"IterableDataset"},
    "voice/engines/train/network.py": {"Module"},
}
"""Base classes that a library demands."""
VAGUE = re.compile(r"Manager|Handler|Processor|Service|Base|Utils?$|Helper")

BOOKED = {"Service", "WrittenService"}
"""What a company's customers book is called a service."""

CLOCKS = {"now", "utcnow", "today"}
"""Methods of `datetime` and `date` that read the clock."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def sources() -> tuple[Path, ...]:
    return tuple(sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")))


@cache
def of_tests() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a file imports; `from a import b` gives a.b."""
    package = name_of(path.parent).split("/")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            yield from (".".join([*start, *(node.module or "").split("."), alias.name]) for alias in node.names)


def lies_in(path: Path, folders: tuple[str, ...]) -> bool:
    return any(name_of(path).startswith(f"{folder}/") for folder in folders)


def begins_with(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def test_imports_go_one_way() -> None:
    breaches = []
    for path in sources():
        folder = max((folder for folder in MAY_IMPORT if lies_in(path, (folder,))), key=len)
        ours = [name for name in imports(path) if begins_with(name, (*PACKAGES, "tests"))]
        breaches += [f"{name_of(path)} imports {name}" for name in ours if not begins_with(name, MAY_IMPORT[folder])]
    assert not breaches


def test_the_core_is_pure() -> None:
    breaches = []
    for path in sources():
        if not lies_in(path, PURE) or lies_in(path, SHELL):
            continue
        banned = IMPURE | FILES if lies_in(path, ("bot/dialogue",)) else IMPURE
        breaches += [f"{name_of(path)} imports {name}" for name in imports(path) if name.split(".")[0] in banned]
    assert not breaches


def test_one_file_reads_the_clock() -> None:
    breaches = []
    for path in sources():
        if name_of(path) == "bot/clock.py":
            continue
        breaches += [f"{name_of(path)} imports {name}" for name in imports(path) if begins_with(name, ("time",))]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS and dates(node.value):
                breaches.append(f"{name_of(path)}:{node.lineno} reads the clock")
    assert not breaches


def dates(node: ast.expr) -> bool:
    """Is this the class `datetime` or `date`, by whichever way it was imported?"""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in ("datetime", "date")


def test_one_file_reads_the_environment() -> None:
    breaches = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in ("getenv", "environb"):
                breaches.append(f"{name_of(path)}:{node.lineno}")
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "environ"
            ):
                breaches.append(f"{name_of(path)}:{node.lineno}")
    assert not breaches, "hand os.environ to bot.settings.read_settings instead"


def test_files_are_short() -> None:
    scripts = (path for package in PACKAGES for path in (ROOT / package).rglob("*.js"))
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in (*sources(), *of_tests(), *scripts)}
    assert not {name: lines for name, lines in lengths.items() if lines > FILE_LINES}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in (*sources(), *of_tests()):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}: {node.name}", node


def test_functions_are_short() -> None:
    lengths = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert not {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES}


def test_functions_take_few_parameters() -> None:
    breaches = {}
    for name, node in functions():
        taken = node.args
        names = [
            each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs) if each.arg not in ("self", "cls")
        ]
        if len(names) > PARAMETERS:
            breaches[name] = len(names)
    assert not breaches


def classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in sources():
        yield from ((path, node) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef))


def test_inheritance_is_rare() -> None:
    breaches = []
    for path, node in classes():
        allowed = BASES | DEMANDED.get(name_of(path), set())
        for base in node.bases:
            plain = base.value if isinstance(base, ast.Subscript) else base
            name = plain.attr if isinstance(plain, ast.Attribute) else plain.id if isinstance(plain, ast.Name) else "?"
            if name not in allowed and not name.endswith("Error"):
                breaches.append(f"{name_of(path)}: {node.name}({name})")
    assert not breaches


def test_names_say_what_a_thing_is() -> None:
    vague = [
        f"{name_of(path)}: {node.name}"
        for path, node in classes()
        if VAGUE.search(node.name) and node.name not in BOOKED
    ]
    vague += [name_of(path) for path in sources() if VAGUE.search(path.stem.title().replace("_", ""))]
    assert not vague


def test_modules_and_public_names_say_why() -> None:
    silent = [
        name_of(path) for path in sources() if path.read_text("utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_errors_are_not_swallowed() -> None:
    found = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                names = {each.id if isinstance(each, ast.Name) else "" for each in caught if each is not None}
                if node.type is None or names & {"Exception", "BaseException"}:
                    found.append(f"{name_of(path)}:{node.lineno}")
    assert len(found) <= CATCH_ALLS, found


def written() -> Iterator[Path]:
    """Every file of the project itself."""
    skipped = re.compile(r"\.git|\.venv|var|build|dist|__pycache__|node_modules|\..*_cache|\.hypothesis|.*\.egg-info")
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not skipped.fullmatch(name)]
        yield from (Path(folder) / name for name in files)


def test_no_registry_and_no_machine_is_named() -> None:
    # Put together here, so that this file does not hold them.
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org")
    places = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/")
    pattern = re.compile("|".join(map(re.escape, (*hosts, *places))).encode())
    found = [
        f"{name_of(path)}: {match[0].decode()}" for path in written() for match in pattern.finditer(path.read_bytes())
    ]
    assert not found


def readme() -> str:
    path = ROOT / "README.md"
    assert path.exists(), "README.md is missing"
    return path.read_text("utf-8")


def test_the_readme_maps_the_tree() -> None:
    rows = re.findall(r"^\|((?: *`[^`|]+`,?)+) *\|", readme(), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    mapped = [name for name in listed if name.startswith(tuple(f"{package}/" for package in PACKAGES))]
    assert not [name for name in mapped if not (ROOT / name).exists()], "the README lists what does not exist"
    assert len(mapped) == len(set(mapped)), "the README lists a file twice"
    # Migrations are a growing row of files with one purpose: the folder is listed, not each of them.
    modules = [name_of(path) for path in sources() if path.name != "__init__.py" and "/versions/" not in name_of(path)]
    assert not sorted(set(modules) - set(mapped)), "the README's map lacks these"


def commands() -> Iterator[list[str]]:
    """The command lines in the README's code blocks, as words."""
    for block in re.findall(r"^```\w*\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            words = line.split("#")[0].removeprefix("$ ").split()
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words = words[1:]
            if words:
                yield words


def test_the_readmes_commands_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    group = typer.main.get_command(app)
    subcommands = set(getattr(group, "commands", {}))
    assert {"setup", "run", "test", "check", "bench"} <= targets
    named = {(Path(words[0]).name, words[1]) for words in commands() if len(words) > 1}
    known = {("make", target) for target in targets} | {("denwaban", name) for name in subcommands}
    asked = {command for command in named if command[0] in ("make", "denwaban")}
    assert asked, "the README names no command"
    assert not asked - known
