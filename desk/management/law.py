"""The articles of law that docstrings cite, drawn as a page: article → code → tests."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

# One form: the law's short name, the article and, where it matters, the paragraph.
ARTICLE = re.compile(r"((?:[一-龠]{2,12}法(?:施行規則|施行令)?|民法)\d+条(?:の\d+)*(?:\d+項)?)")
WINGS = ("security", "agencies", "cases", "referrals", "desk", "face")
HEAD = """# Articles of law in the code

Where the code follows a provision, its docstring cites it, and so does that of its test.
"""


def law(root: Path, note: str) -> str:
    """The page: each article with the places that cite it, in the code and in the tests."""
    code, tests = cited(root, WINGS), cited(root, ("tests",))
    parts = [note, HEAD]
    for article in sorted(code):
        parts += [f"\n## {article}\n\n", *(f"- `{place}`\n" for place in code[article])]
        if article in tests:
            parts.append(f"- tested by {', '.join(f'`{place}`' for place in tests[article])}\n")
    return "".join(parts)


def cited(root: Path, folders: tuple[str, ...]) -> dict[str, list[str]]:
    """Articles with the places in ``folders`` whose docstrings cite them."""
    found: dict[str, list[str]] = defaultdict(list)
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            module = path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
            for name, text in _documented(ast.parse(path.read_text(encoding="utf-8"))):
                for article in dict.fromkeys(ARTICLE.findall(text)):
                    found[article].append(module + name)
    return dict(found)


def _documented(tree: ast.Module | ast.ClassDef, inside: str = "") -> Iterator[tuple[str, str]]:
    """Names with their docstrings: the module, classes, functions, and names that a string below them describes."""
    yield inside, ast.get_docstring(tree) or ""
    for node, after in zip_longest(tree.body, tree.body[1:]):
        if isinstance(node, ast.ClassDef):
            yield from _documented(node, f"{inside}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            yield f"{inside}.{node.name}", ast.get_docstring(node) or ""
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(after, ast.Expr):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
                yield f"{inside}.{ast.unparse(target)}", after.value.value
