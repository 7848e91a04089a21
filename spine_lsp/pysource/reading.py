"""Reads one Python file: bytes or text in, facts out, whatever they hold."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from spine_lsp.pysource import facts
from spine_lsp.pysource.decoding import MAX_BYTES, UnreadableError, decoded
from spine_lsp.pysource.expressions import Expr, Items, Join, Literal, Name, Opaque, Reader
from spine_lsp.pysource.facts import Binding, ClassAt, FunctionAt, Imported, Module, Scope, ScopeKind, Site
from spine_lsp.pysource.params_read import reads_of_class, reads_of_function
from spine_lsp.pysource.places import NOWHERE, Places, SourcePlace
from spine_lsp.pysource.recovery import RecoveredTree, UnreadLines, recovered
from spine_lsp.pysource.trees import children, walk
from spine_lsp.pysource.vocabulary import METHOD, Vocabulary
from spine_lsp.syntax.text import Text

_Value = Binding | ast.expr
"""What a name is bound to while a file is read: expressions are turned into ours at the end."""

_NEVER_SPINES = {"click", "dataclasses", "functools", "hypothesis", "pytest", "typing", "unittest"}
_NEVER_DECORATORS = {"dataclass", "fixture", "lru_cache", "parametrize", "skip", "skipif", "wraps"}
_DIRECTIVE = "spine:"
_DECORATOR = re.compile(rb"^[ \t]*@[ \t]*([A-Za-z_][A-Za-z0-9_.]*)[ \t]*\(", re.MULTILINE)
_APPLYING = {"partial", "map", "starmap"}
_NO_PARSE = "it does not parse"
_TOO_DEEP = "it is nested too deeply"
_CRASHES = sys.version_info < (3, 11)  # before, a tree that is too deep ends the process
_LONGEST_CHAIN = 10_000
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
_CONTAINERS = {"dict", "list", "set", "deque", "defaultdict", "OrderedDict"}
_SPECIFYING = {"PipelineSpec", "OperationSpec", "ParamDef"}
_COLLECTIONS = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Name, ast.Attribute, ast.Call)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read_bytes(data: bytes, vocabulary: Vocabulary, *, whole: bool = False) -> Module:
    """The facts of a file's bytes; unless it is wanted `whole`, one that mentions nothing of Spine is passed."""
    if not whole and not vocabulary.mentioned_in(data):
        return _passed(data)
    try:
        return read_text(decoded(data), vocabulary, whole=True)
    except UnreadableError as exc:
        return Module("broken", str(exc), mentions=vocabulary.named_in(data.decode("latin-1")))


def read_text(source: str, vocabulary: Vocabulary, *, whole: bool = False) -> Module:
    """The facts of a text, as `read_bytes`."""
    if not whole and not vocabulary.mentioned_in(data := source.encode("utf-8", "replace")):
        return _passed(data)
    if len(source) > MAX_BYTES:
        tree: ast.Module | Module = Module(
            "broken", f"too large: {len(source):,} characters, and {MAX_BYTES:,} are read"
        )
    else:
        tree = parsed(source)
    fault: Module | None = None
    found: RecoveredTree | None = None
    if isinstance(tree, Module):
        fault = replace(tree, mentions=vocabulary.named_in(source))
        found = recovered(source) if tree.reason.startswith(_NO_PARSE) else None
        if found is None:
            return fault
        tree = found.tree
    try:
        visitor = _Visitor(Places(source), vocabulary, partly=found.partly if found is not None else ())
        module = visitor.module(tree)
    except RecursionError:
        return Module("broken", _TOO_DEEP, mentions=vocabulary.named_in(source))
    if _DIRECTIVE in source:
        module = replace(module, directives=tuple(_directives(source)))
    if fault is None or found is None:
        return module
    parts = tuple(_unread_part(Text(source), lines, vocabulary) for lines in found.unread)
    return replace(module, reason=fault.reason, place=fault.place, unread=parts)


def _passed(data: bytes) -> Module:
    """The facts of a file that mentions nothing of Spine: by which names it decorates."""
    names = {name.rpartition(b".")[2].decode("ascii") for name in _DECORATOR.findall(data[:MAX_BYTES])}
    names -= _NEVER_DECORATORS
    return Module("passed", decorators=frozenset(map(sys.intern, names))) if names else facts.PASSED


def parsed(source: str) -> ast.Module | Module:
    """The tree of a text, or why there is none."""
    if "\0" in source:
        return Module("broken", "it holds a null byte")
    if _CRASHES and _is_one_chain(source):
        return Module("broken", _TOO_DEEP)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and comparisons that users get to see elsewhere
            return ast.parse(source)
    except SyntaxError as exc:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        line = max((exc.lineno or 1) - 1, 0)
        places = Text(source)
        start = places.offset(line, max((exc.offset or 1) - 1, 0))
        return Module(
            "broken",
            f"{_NO_PARSE} as Python {version}: {exc.msg} (line {line + 1})",
            _point(places, line, start),
        )
    except UnicodeError:
        return Module("broken", "it holds half a character")
    except (RecursionError, MemoryError):  # how the parser says that its stack is full
        return Module("broken", _TOO_DEEP)


def _directives(source: str) -> Iterator[facts.Directive]:
    """The comments that speak to us; none behind what Python cannot cut into tokens."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__):
            if token.type == tokenize.COMMENT and _DIRECTIVE in token.string:
                line = token.start[0] - 1
                following = line + 1
                while following < len(lines) - 1 and lines[following].lstrip().startswith("#"):
                    following += 1
                yield facts.Directive(line, following, token.string)
    except (tokenize.TokenError, SyntaxError):
        return


def _unread_part(text: Text, lines: UnreadLines, vocabulary: Vocabulary) -> facts.UnreadPart:
    """The place of lines that cannot be read: that of their first."""
    start, end = text.line_start(lines.start), text.line_end(lines.start)
    (line, column), wide = (
        text.position(end),
        (0, text.position(end, "utf-8")[1], 0, text.position(end, "utf-16")[1]),
    )
    said = "\n".join(text.line_text(number) for number in range(lines.start, lines.end))
    return facts.UnreadPart(SourcePlace(start, end, line, 0, line, column, wide), vocabulary.named_in(said))


def _is_one_chain(source: str) -> bool:
    """Whether a text may hold a chain of operators, calls or attributes that is as deep as it is long."""
    pieces = (piece for piece in re.split("[,;:=]", source) if len(piece) > _LONGEST_CHAIN)
    return any(len(re.findall(r"[-+*/%@&|^.(\[]", piece)) > _LONGEST_CHAIN for piece in pieces)


def _point(text: Text, line: int, start: int) -> SourcePlace:
    """The place of one offset."""
    column, in_8, in_16 = (text.position(start, encoding)[1] for encoding in ("utf-32", "utf-8", "utf-16"))
    return SourcePlace(start, start, line, column, line, column, (in_8, in_8, in_16, in_16))


class _Visitor:
    def __init__(self, places: Places, vocabulary: Vocabulary, *, partly: Collection[ast.ClassDef]) -> None:
        self._places = places
        self._partly = partly  # the classes of which a part was not read
        self._reader = Reader(places)
        self._has_params = "params" in places.source  # most files need not be looked through
        self._registers = ".register(" in places.source
        self._known = set(vocabulary.names)  # and the names that the file itself gives to them
        self._aliases: set[str] = set()  # what the module calls decorators otherwise
        self._decorators = vocabulary.names - {METHOD}
        self._scopes: list[tuple[Scope, dict[str, _Value], list[Imported]]] = []
        self._classes: list[facts.Class] = []
        self._functions: list[facts.Function] = []
        self._sites: list[Site] = []
        self._within: list[str] = []  # the functions around
        self._qualified: list[str] = []  # the functions and classes around
        self._branches = 0  # inside of so many branches
        self._defining = 0  # inside of so many definitions of a decorator or a registry

    def module(self, tree: ast.Module) -> Module:
        self._enter("module", -1)
        self._block(tree.body, 0, firm=True)
        scopes = tuple(
            Scope(scope.kind, scope.parent, self._names(names), tuple(reversed(stars)))
            for scope, names, stars in self._scopes
        )
        return Module(
            "read",
            scopes=scopes,
            classes=tuple(self._classes),
            functions=tuple(self._functions),
            sites=tuple(self._sites),
            aliases=frozenset(self._aliases),
        )

    def _names(self, names: dict[str, _Value]) -> dict[str, Binding]:
        """What the names of a scope are bound to; it is read at last, for most scopes are not kept."""
        return {
            name: self._reader.read(value) if isinstance(value, ast.expr) else value
            for name, value in names.items()
        }

    def _enter(self, kind: ScopeKind, parent: int) -> int:
        names: dict[str, _Value] = {}
        self._scopes.append((Scope(kind, parent, {}), names, []))
        return len(self._scopes) - 1

    def _bind(self, scope: int, name: str, value: _Value, *, firm: bool) -> None:
        """Bind a name; `firm` is False where the statement may not be reached.

        What a second value leaves unknown is said so, but for functions, of which the last holds.
        """
        names = self._scopes[scope][1]
        known = names.get(name)
        if known is not None and (_same(known, value) or (not firm and _are_alternatives(known, value))):
            return
        redefined = firm and isinstance(value, FunctionAt) and isinstance(known, FunctionAt)
        if known is not None and not redefined:
            value = Opaque("given more than one value", name, self._place_of(value))
        names[name] = value

    def _place_of(self, value: _Value) -> SourcePlace:
        if isinstance(value, ast.expr):
            return self._places.of(value)
        return NOWHERE if isinstance(value, (ClassAt, FunctionAt, facts.Parameter)) else value.place

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
                self._bind(scope, alias.asname or module, imported, firm=firm)
        elif isinstance(node, ast.ImportFrom):
            self._import_from(node, scope, firm=firm)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, scope, firm=firm)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, node.value, scope, firm=firm)
        elif isinstance(node, ast.AugAssign):
            self._augment(node, scope, firm=firm)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)):
                    self._change(target, scope)
                else:
                    self._hide(target, scope, "deleted")
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._each(node.target, node.iter, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if item.optional_vars is not None:
                    self._hide(item.optional_vars, scope, "set by a `with` statement")
        elif isinstance(node, ast.Global) and scope:
            for name in node.names:
                self._scopes[0][1][name] = Opaque("set by a function", name, self._places.of(node))
        for expression in _expressions(node):
            self._calls(expression, scope)
        self._inner_blocks(node, scope, firm=firm)

    def _inner_blocks(self, node: ast.stmt, scope: int, *, firm: bool) -> None:
        handlers = getattr(node, "handlers", None)  # of `try`, and of `try` with `except*`
        if handlers is not None:
            for field in ("body", "orelse", "finalbody"):
                self._block(getattr(node, field), scope, firm=firm)
            known = set(self._scopes[scope][1])
            for handler in handlers:
                self._fallback(handler.body, scope, known)
            return
        if isinstance(node, ast.Match):
            for case in node.cases:
                self._branch(case.body, scope)
            return
        if (
            isinstance(node, ast.If) and _last_name(node.test) == "TYPE_CHECKING"
        ):  # who knows what names stand for
            self._block(node.body, scope, firm=firm)
            self._fallback(node.orelse, scope, set(self._scopes[scope][1]))
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
        names = self._scopes[scope][1]
        before = {name: names[name] for name in known}
        self._branch(body, scope)
        names.update(before)

    def _import_from(self, node: ast.ImportFrom, scope: int, *, firm: bool) -> None:
        place = self._places.of(node)
        for alias in node.names:
            imported = Imported(node.module or "", node.level, alias.name, place)
            if alias.name == "*":
                self._scopes[scope][2].append(imported)
                continue
            if alias.name in self._known and alias.asname:
                self._also_known(alias.asname, scope)
            self._bind(scope, alias.asname or alias.name, imported, firm=firm)

    def _assign(self, target: ast.expr, value: ast.expr, scope: int, *, firm: bool) -> None:
        if isinstance(target, ast.Name):
            if _last_name(value) in self._known:
                self._also_known(target.id, scope)
            self._bind(scope, target.id, value, firm=firm)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *values))
            if starred or len(values) != len(target.elts):
                self._hide(target, scope, "unpacked from another value")
                return
            for each, part in zip(target.elts, values, strict=True):
                self._assign(each, part, scope, firm=firm)
        else:
            self._change(target, scope)

    def _change(self, target: ast.expr, scope: int) -> None:
        """What an item or an attribute is given to is from now on what nobody knows, for those who read it too."""
        attribute, is_item, place = "", False, self._places.of(target)
        while isinstance(target, (ast.Attribute, ast.Subscript)):
            is_item = isinstance(target, ast.Subscript)
            attribute = target.attr if isinstance(target, ast.Attribute) else ""
            target = target.value
        while scope >= 0 and isinstance(target, ast.Name) and target.id not in self._scopes[scope][1]:
            scope = self._scopes[scope][0].parent
        if scope < 0 or not isinstance(target, ast.Name):
            return
        names = self._scopes[scope][1]
        known = names[target.id]
        if isinstance(known, ClassAt) and attribute:
            inner = self._scopes[self._classes[known.number].body][1]
            inner[attribute] = Opaque("changed outside of its class", attribute, place)
        elif isinstance(known, ast.Call):
            if _last_name(known.func) in (_CONTAINERS if is_item else _SPECIFYING):
                names[target.id] = Opaque("changed in place", target.id, place)
        elif is_item and isinstance(known, ast.expr):
            names[target.id] = Opaque("changed in place", target.id, place)

    def _also_known(self, name: str, scope: int) -> None:
        self._known.add(name)
        if scope == 0:
            self._aliases.add(name)

    def _augment(self, node: ast.AugAssign, scope: int, *, firm: bool) -> None:
        if not isinstance(node.target, ast.Name):
            self._change(node.target, scope)
            return
        names = self._scopes[scope][1]
        known = names.get(node.target.id)
        if isinstance(known, ast.expr):
            known = self._reader.read(known)
        if firm and isinstance(node.op, ast.Add) and isinstance(known, (Literal, Join, Items, Name)):
            added = self._reader.read(node.value)
            names[node.target.id] = Join((known, added), False, self._places.of(node))
        else:
            self._hide(node.target, scope, "changed in place")

    def _hide(self, target: ast.expr, scope: int, reason: str) -> None:
        """Names whose values nobody knows."""
        for node in walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                self._scopes[scope][1][node.id] = Opaque(reason, node.id, self._places.of(node))

    def _each(self, target: ast.expr, iterable: ast.expr, scope: int) -> None:
        """The names of a loop: of which collection they are the items, if they are given nothing else."""
        names = self._scopes[scope][1]
        fresh = {name: part for name, part in _parts(target, ()) if name not in names}
        self._hide(target, scope, "set by a loop")
        if fresh and isinstance(iterable, _COLLECTIONS):
            read = self._reader.read(iterable)
            for name, part in fresh.items():
                names[name] = facts.Each(read, part, self._places.of(target))

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
        self._bind(scope, node.name, target, firm=firm)
        self._decorated(node, scope, target)
        defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
        for default in defaults:
            self._calls(default, scope)
        inner = self._enter("function", scope)
        for argument in arguments:
            self._scopes[inner][1][argument.arg] = facts.Parameter(None, node.name)
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
            self._scopes.pop()  # nothing in it asks for its names
            return
        for argument in arguments:
            if argument.annotation is not None:
                annotation = self._reader.read(argument.annotation)
                self._scopes[inner][1][argument.arg] = facts.Parameter(annotation, node.name)

    def _class(self, node: ast.ClassDef, scope: int, *, firm: bool) -> None:
        number = len(self._classes)
        target = ClassAt(number)
        doubt = "a part of it cannot be read" if node in self._partly else ""
        body = self._enter("class", scope)
        reads, opaque, methods = (
            reads_of_class(node, self._reader) if self._has_params or node.bases else ((), "", ())
        )
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
        self._bind(scope, node.name, target, firm=firm)
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
        if _last_name(func) in self._known:
            return True
        if not isinstance(decorator, ast.Call) or not (decorator.args or decorator.keywords):
            return False
        while isinstance(func, ast.Attribute):
            func = func.value
        bound = self._scopes[0][1].get(func.id) if isinstance(func, ast.Name) else None
        if bound is None:
            return bool(self._scopes[0][2])  # one of the modules of which everything is imported may have it
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
                    self._change(changed, scope)
                if _last_name(func) in self._known or _from_steps(func, self._known):
                    self._site(node, scope, None)
                    stack += [*node.args, *(keyword.value for keyword in node.keywords)]
                    continue
                if (
                    _last_name(func) in _APPLYING
                    and node.args
                    and _last_name(node.args[0]) in self._decorators | {METHOD}
                ):
                    self._site(node.args[0], scope, None)  # it may register whatever it likes
            elif isinstance(node, ast.NamedExpr):
                self._hide(node.target, scope, "assigned on the way")
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
                self._comprehension(node, scope)
                continue
            stack += [child for child in children(node) if isinstance(child, ast.expr)]

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: int
    ) -> None:
        before = len(self._sites), len(self._scopes)
        inner = self._enter("function", scope)
        for part in node.generators:
            self._each(part.target, part.iter, inner)
            self._calls(part.iter, scope)
        for value in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self._calls(value, inner)
        if before == (len(self._sites), len(self._scopes) - 1):
            self._scopes.pop()

    def _site(self, node: ast.expr, scope: int, target: ClassAt | FunctionAt | None) -> None:
        if not self._defining and len(self._sites) < _MOST_SITES:
            within = ".".join(self._within)
            self._sites.append(Site(self._reader.read(node), scope, target, within, self._branches > 0))


def _is_plain(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a call answers what the function returns, and takes nothing but what its arguments name."""
    changed = any(_last_name(each) not in _HARMLESS for each in node.decorator_list)
    starred = node.args.vararg is not None or node.args.kwarg is not None
    return isinstance(node, ast.FunctionDef) and not changed and not starred


def _are_alternatives(one: _Value, other: _Value) -> bool:
    """Whether two imports take the same name from modules of which a program has one or the other."""
    if not (isinstance(one, Imported) and isinstance(other, Imported)):
        return False
    return one.name is not None and one.name == other.name and one.name != "*"


def _parts(target: ast.expr, part: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names of a target that is unpacked, each with where its value is; none behind a star."""
    if isinstance(target, ast.Name):
        yield target.id, part
    elif isinstance(target, (ast.Tuple, ast.List)) and not any(
        isinstance(each, ast.Starred) for each in target.elts
    ):
        for number, inner in enumerate(target.elts):
            yield from _parts(inner, (*part, number))


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


def _same(one: _Value, other: _Value) -> bool:
    """Whether two bindings give a name the same value."""
    if isinstance(one, Imported) and isinstance(other, Imported):
        return (one.module, one.level, one.name) == (other.module, other.level, other.name)
    if isinstance(one, ast.Constant) and isinstance(other, ast.Constant):
        return type(one.value) is type(other.value) and one.value == other.value
    return False


def _expressions(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement, those of the statements inside it left out."""
    for child in children(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _from_steps(func: ast.expr, known: set[str]) -> bool:
    """Whether this is a method of the class of groups that makes one."""
    return (
        isinstance(func, ast.Attribute)
        and func.attr in ("from_steps", "from_dict")
        and _last_name(func.value) in known
    )


def _arguments(given: ast.arguments) -> list[ast.arg]:
    single = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *single]
