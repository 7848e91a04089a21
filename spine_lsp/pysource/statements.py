"""Reads the statements of one Python file: what they bind, define, and may register."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from spine_lsp.pysource import facts
from spine_lsp.pysource.expressions import Expr, Literal, Opaque, Reader
from spine_lsp.pysource.facts import ClassAt, FunctionAt, Imported, Module, Site
from spine_lsp.pysource.params_read import reads_of_class, reads_of_function
from spine_lsp.pysource.places import Places
from spine_lsp.pysource.scopes import OpenScopes, last_name
from spine_lsp.pysource.trees import children
from spine_lsp.pysource.vocabulary import METHOD, Vocabulary

_NEVER_SPINES = {"click", "dataclasses", "functools", "hypothesis", "pytest", "typing", "unittest"}
_APPLYING = {"partial", "map", "starmap"}
_MOST_SITES = 5_000
_HARMLESS = {"cache"}  # decorators that leave the answer as it is
_MUTATING = frozenset(
    [
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "sort",
        "update",
    ]
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class FileReader:
    """Reads the statements of one file; `partly` are the classes of which a part was not read."""

    def __init__(self, places: Places, vocabulary: Vocabulary, *, partly: Collection[ast.ClassDef]) -> None:
        self._places = places
        self._partly = partly  # the classes of which a part was not read
        self._reader = Reader(places)
        self._has_params = "params" in places.source  # most files need not be looked through
        self._registers = ".register(" in places.source
        self._known = set(vocabulary.names)  # and the names that the file itself gives to them
        self._aliases: set[str] = set()  # what the module calls decorators otherwise
        self._decorators = vocabulary.names - {METHOD}
        self._classes: list[facts.Class] = []
        self._scopes = OpenScopes(places, self._reader, self._classes)
        self._functions: list[facts.Function] = []
        self._sites: list[Site] = []
        self._within: list[str] = []  # the functions around
        self._qualified: list[str] = []  # the functions and classes around
        self._branches = 0  # inside of so many branches
        self._defining = 0  # inside of so many definitions of a decorator or a registry

    def module(self, tree: ast.Module) -> Module:
        """The facts of the whole."""
        self._scopes.enter("module", -1)
        self._block(tree.body, 0, firm=True)
        return Module(
            "read",
            scopes=self._scopes.finished(),
            classes=tuple(self._classes),
            functions=tuple(self._functions),
            sites=tuple(self._sites),
            aliases=frozenset(self._aliases),
        )

    # Statements.

    def _block(self, body: Sequence[ast.stmt], scope: int, *, firm: bool) -> None:
        for statement in body:
            self._statement(statement, scope, firm=firm)

    def _statement(self, node: ast.stmt, scope: int, *, firm: bool) -> None:
        if isinstance(node, _FUNCTIONS):
            self._function(node, scope, firm=firm)
            return
        if isinstance(node, ast.ClassDef):
            self._class(node, scope, firm=firm)
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = alias.name if alias.asname else alias.name.partition(".")[0]
                imported = Imported(module, 0, None, self._places.of(node))
                self._scopes.bind(scope, alias.asname or module, imported, firm=firm)
        elif isinstance(node, ast.ImportFrom):
            self._import_from(node, scope, firm=firm)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, scope, firm=firm)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, node.value, scope, firm=firm)
        elif isinstance(node, ast.AugAssign):
            self._scopes.augment(node, scope, firm=firm)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)):
                    self._scopes.change(target, scope)
                else:
                    self._scopes.hide(target, scope, "deleted")
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._scopes.each(node.target, node.iter, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self._scopes.hide(item.optional_vars, scope, "set by a `with` statement")
        elif isinstance(node, ast.Global) and scope:
            for name in node.names:
                self._scopes.names(0)[name] = Opaque("set by a function", name, self._places.of(node))
        for expression in _expressions(node):
            self._calls(expression, scope)
        self._inner_blocks(node, scope, firm=firm)

    def _inner_blocks(self, node: ast.stmt, scope: int, *, firm: bool) -> None:
        handlers = getattr(node, "handlers", None)  # of `try`, and of `try` with `except*`
        if handlers is not None:
            for field in ("body", "orelse", "finalbody"):
                self._block(getattr(node, field), scope, firm=firm)
            known = set(self._scopes.names(scope))
            for handler in handlers:
                self._fallback(handler.body, scope, known)
            return
        if isinstance(node, ast.Match):
            for case in node.cases:
                self._branch(case.body, scope)
            return
        if isinstance(node, ast.If) and last_name(node.test) == "TYPE_CHECKING":  # who knows what names stand for
            self._block(node.body, scope, firm=firm)
            self._fallback(node.orelse, scope, set(self._scopes.names(scope)))
            return
        while isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            self._branch(node.body, scope)  # a chain of `elif` is deep, so it is walked
            node = node.orelse[0]
            self._calls(node.test, scope)
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                if isinstance(node, ast.If):
                    self._branch(body, scope)
                else:
                    self._block(body, scope, firm=firm and isinstance(node, (ast.With, ast.AsyncWith)))

    def _branch(self, body: Sequence[ast.stmt], scope: int) -> None:
        """Statements that may not be reached."""
        self._branches += 1
        self._block(body, scope, firm=False)
        self._branches -= 1

    def _fallback(self, body: Sequence[ast.stmt], scope: int, known: set[str]) -> None:
        """What happens when an import fails: it does not, so its names stay those of the import."""
        names = self._scopes.names(scope)
        before = {name: names[name] for name in known}
        self._branch(body, scope)
        names.update(before)

    def _import_from(self, node: ast.ImportFrom, scope: int, *, firm: bool) -> None:
        place = self._places.of(node)
        for alias in node.names:
            imported = Imported(node.module or "", node.level, alias.name, place)
            if alias.name == "*":
                self._scopes.stars(scope).append(imported)
                continue
            if alias.name in self._known and alias.asname:
                self._also_known(alias.asname, scope)
            self._scopes.bind(scope, alias.asname or alias.name, imported, firm=firm)

    def _assign(self, target: ast.expr, value: ast.expr, scope: int, *, firm: bool) -> None:
        if isinstance(target, ast.Name):
            if last_name(value) in self._known:
                self._also_known(target.id, scope)
            self._scopes.bind(scope, target.id, value, firm=firm)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *values))
            if starred or len(values) != len(target.elts):
                self._scopes.hide(target, scope, "unpacked from another value")
                return
            for each, part in zip(target.elts, values, strict=True):
                self._assign(each, part, scope, firm=firm)
        else:
            self._scopes.change(target, scope)

    def _also_known(self, name: str, scope: int) -> None:
        self._known.add(name)
        if scope == 0:
            self._aliases.add(name)

    # Functions and classes.

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: int, *, firm: bool) -> None:
        number = len(self._functions)
        target = FunctionAt(number)
        arguments = _arguments(node.args)
        given = [argument.arg for argument in arguments]
        reads, opaque = reads_of_function(node, self._reader, self._holder(node, given))
        self._functions.append(
            facts.Function(
                node.name,
                ".".join(self._qualified),
                self._places.of_name(node),
                tuple(given),
                self._doc(node),
                reads,
                opaque,
                self._returned(node),
                _is_plain(node),
            )
        )
        self._scopes.bind(scope, node.name, target, firm=firm)
        self._decorated(node, scope, target)
        defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
        for default in defaults:
            self._calls(default, scope)
        inner = self._scopes.enter("function", scope)
        for argument in arguments:
            self._scopes.names(inner)[argument.arg] = facts.Parameter(None, node.name)
        before = len(self._sites), len(self._classes), len(self._scopes), number + 1
        defining = node.name in self._decorators
        self._defining += defining
        self._within.append(node.name)
        self._qualified.append(node.name)
        self._block(node.body, inner, firm=True)
        self._qualified.pop()
        self._within.pop()
        self._defining -= defining
        if arguments and len(self._sites) > before[0]:  # its calls may register what they are given
            self._also_known(node.name, scope)
        if before == (len(self._sites), len(self._classes), len(self._scopes), len(self._functions)):
            self._scopes.leave_out()
            return
        for argument in arguments:
            if argument.annotation is not None:
                annotation = self._reader.read(argument.annotation)
                self._scopes.names(inner)[argument.arg] = facts.Parameter(annotation, node.name)

    def _class(self, node: ast.ClassDef, scope: int, *, firm: bool) -> None:
        number = len(self._classes)
        target = ClassAt(number)
        doubt = "a part of it cannot be read" if node in self._partly else ""
        body = self._scopes.enter("class", scope)
        reads, opaque, methods = reads_of_class(node, self._reader) if self._has_params or node.bases else ((), "", ())
        self._classes.append(
            facts.Class(
                node.name,
                ".".join(self._qualified),
                self._places.of_name(node),
                scope,
                body,
                tuple([self._reader.read(base) for base in node.bases]),
                self._doc(node),
                reads,
                doubt or opaque,
                methods,
            )
        )
        self._scopes.bind(scope, node.name, target, firm=firm)
        self._decorated(node, scope, target)
        defining = node.name.endswith("Registry")
        self._defining += defining
        self._qualified.append(node.name)
        self._block(node.body, body, firm=True)
        self._qualified.pop()
        self._defining -= defining

    def _holder(self, node: ast.FunctionDef | ast.AsyncFunctionDef, arguments: Sequence[str]) -> str | None:
        """The argument that holds the parameters of a run, if the function may be a pipeline."""
        if "params" in arguments:
            return "params"
        if len(arguments) == 1 and (node.decorator_list or self._registers) and arguments[0] != "self":
            return arguments[0]
        return None

    def _doc(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Literal | None:
        text = ast.get_docstring(node)
        if text is None:
            return None
        first = node.body[0]
        return Literal(text[:20_000], self._places.of(first))

    def _returned(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Expr | None:
        body = node.body[ast.get_docstring(node, clean=False) is not None :]
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            return self._reader.read(body[0].value)
        return None

    # Sites.

    def _decorated(
        self,
        node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
        scope: int,
        target: ClassAt | FunctionAt,
    ) -> None:
        for decorator in node.decorator_list:
            if self._may_register(decorator):
                self._site(decorator, scope, target)
            elif isinstance(decorator, ast.Call):
                for argument in decorator.args:
                    self._calls(argument, scope)

    def _may_register(self, decorator: ast.expr) -> bool:
        """Whether a decorator has one of the names, or an imported name that may be one of them elsewhere."""
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        if last_name(func) in self._known:
            return True
        if not isinstance(decorator, ast.Call) or not (decorator.args or decorator.keywords):
            return False
        while isinstance(func, ast.Attribute):
            func = func.value
        bound = self._scopes.names(0).get(func.id) if isinstance(func, ast.Name) else None
        if bound is None:
            return bool(self._scopes.stars(0))  # one of the modules of which everything is imported may have it
        return isinstance(bound, Imported) and bound.module.partition(".")[0] not in _NEVER_SPINES

    def _calls(self, expression: ast.expr, scope: int) -> None:
        """The calls inside of an expression that may register something, the outermost of each."""
        stack = [expression]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Lambda):
                continue
            if isinstance(node, ast.Call):
                func = node.func.func if isinstance(node.func, ast.Call) else node.func
                if (changed := _changed_by(node)) is not None:
                    self._scopes.change(changed, scope)
                if last_name(func) in self._known or _from_steps(func, self._known):
                    self._site(node, scope, None)
                    stack += [*node.args, *(keyword.value for keyword in node.keywords)]
                    continue
                if (
                    last_name(func) in _APPLYING
                    and node.args
                    and last_name(node.args[0]) in self._decorators | {METHOD}
                ):
                    self._site(node.args[0], scope, None)  # it may register whatever it likes
            elif isinstance(node, ast.NamedExpr):
                self._scopes.hide(node.target, scope, "assigned on the way")
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                self._comprehension(node, scope)
                continue
            stack += [child for child in children(node) if isinstance(child, ast.expr)]

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: int) -> None:
        before = len(self._sites), len(self._scopes)
        inner = self._scopes.enter("function", scope)
        for part in node.generators:
            self._scopes.each(part.target, part.iter, inner)
            self._calls(part.iter, scope)
        for value in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self._calls(value, inner)
        if before == (len(self._sites), len(self._scopes) - 1):
            self._scopes.leave_out()

    def _site(self, node: ast.expr, scope: int, target: ClassAt | FunctionAt | None) -> None:
        if not self._defining and len(self._sites) < _MOST_SITES:
            within = ".".join(self._within)
            self._sites.append(Site(self._reader.read(node), scope, target, within, self._branches > 0))


def _is_plain(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a call answers what the function returns, and takes nothing but what its arguments name."""
    changed = any(last_name(each) not in _HARMLESS for each in node.decorator_list)
    starred = node.args.vararg is not None or node.args.kwarg is not None
    return isinstance(node, ast.FunctionDef) and not changed and not starred


def _changed_by(call: ast.Call) -> ast.expr | None:
    """What a call changes, as an item or attribute of it: methods of lists, dicts and sets, and `setattr`."""
    func, given = call.func, call.args
    if isinstance(func, ast.Attribute) and func.attr in _MUTATING:
        item = ast.Subscript(func.value, func.value, ast.Store())
        return ast.copy_location(item, func)
    if isinstance(func, ast.Name) and func.id in ("setattr", "delattr") and len(given) > 1:
        name = given[1].value if isinstance(given[1], ast.Constant) else ""
        return ast.copy_location(ast.Attribute(given[0], str(name), ast.Store()), func)
    return None


def _expressions(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement, those of the statements inside it left out."""
    for child in children(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def _from_steps(func: ast.expr, known: set[str]) -> bool:
    """Whether this is a method of the class of groups that makes one."""
    return (
        isinstance(func, ast.Attribute) and func.attr in ("from_steps", "from_dict") and last_name(func.value) in known
    )


def _arguments(given: ast.arguments) -> list[ast.arg]:
    single = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *single]
