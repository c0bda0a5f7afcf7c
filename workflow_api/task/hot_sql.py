"""Statements by hand, each beside the ORM form that it must equal: a test compares them.

Measured over HTTP on 10 000 tasks, lists and details of agents take two to five times as long with the ORM's form of
the rule of visibility: Django takes longer to build it than PostgreSQL to run it. For the same reason the statements
of intake, of acts and of the task page are compiled once a process: that makes an intake half as long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import UpdateQuery

from audit.actor import Actor
from role.models import RoleMember


def visible_by_orm(tasks: QuerySet[Any, Any], person: Actor) -> QuerySet[Any, Any]:
    """Return those of the tasks that somebody who is no administrator may see."""
    held = RoleMember.objects.active().filter(person_id=person.user_id).values("role_id")
    seen = tasks.model._default_manager.filter(
        Q(assignee_id=person.user_id)
        | Q(role_id__in=held)
        | Q(assignments__person_id=person.user_id, assignments__role_id__in=held)
        | Q(visits__votes__person_id=person.user_id, visits__role_id__in=held)
    )
    return tasks.filter(pk__in=seen.values("pk"))


HELD = """
    SELECT held.role_id FROM role_members held JOIN people holder ON holder.user_id = held.person_id
    WHERE held.person_id = %s AND held.is_active AND holder.is_active"""
GATHERED = (
    "SELECT own.id FROM tasks own WHERE own.assignee_id = %s",
    f"SELECT own.id FROM tasks own WHERE own.role_id IN ({HELD})",  # noqa: S608 -- constants of this module
    f"SELECT DISTINCT taken.task_id FROM assignments taken WHERE taken.person_id = %s AND taken.role_id IN ({HELD})",  # noqa: S608
    "SELECT DISTINCT voted.task_id FROM approval_votes votes JOIN step_visits voted ON voted.id = votes.visit_id"  # noqa: S608
    f" WHERE votes.person_id = %s AND voted.role_id IN ({HELD})",
)


class _OfPerson(Func):
    """A condition on a task that names a person, once or more often."""

    output_field = BooleanField()
    text: str

    def __init__(self, person: Actor) -> None:
        super().__init__(F("id"), F("assignee_id"), F("role_id"))
        self.user_id = person.user_id

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        task, assignee, role = (compiler.compile(column)[0] for column in self.get_source_expressions())
        text = self.text.format(task=task, assignee=assignee, role=role)
        return text, (self.user_id,) * text.count("%s")


class VisibleOneByOne(_OfPerson):
    """The rule asked of each task by itself: right for one task, and for pages in the order of an index.

    For EXISTS, PostgreSQL would gather all assignments of the person first, as it expects to read every task.
    """

    text = f"""(
        {{assignee}} = %s
        OR {{role}} IN ({HELD})
        OR {{task}} IN (
            SELECT taken.task_id FROM assignments taken
            WHERE taken.task_id = {{task}} AND taken.person_id = %s AND taken.role_id IN ({HELD}) LIMIT 1
        )
        OR {{task}} IN (
            SELECT voted.task_id FROM approval_votes votes JOIN step_visits voted ON voted.id = votes.visit_id
            WHERE voted.task_id = {{task}} AND votes.person_id = %s AND voted.role_id IN ({HELD}) LIMIT 1
        )
    )"""  # noqa: S608 -- constants of this module


class VisibleGathered(_OfPerson):
    """The rule as the ids gathered from the person's side: right where most of them are wanted, as for counts."""

    text = f"{{task}} IN ({' UNION '.join(GATHERED)})"


def gather_visible(person: Actor, limit: int) -> list[int]:
    """Return the ids of the tasks that somebody who is no administrator may see, `limit` at most."""
    text = " UNION ".join(f"({part} LIMIT {int(limit)})" for part in GATHERED)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} LIMIT {int(limit)}", [person.user_id] * text.count("%s"))
        return [task_id for (task_id,) in cursor.fetchall()]


# --- querysets that are compiled once a process -------------------------------------------------------------------

MAX_SHAPES = 50  # of one statement: lists of so many different lengths


class _Plan(NamedTuple):
    text: str
    places: list[tuple[str, int] | None]  # of each argument: the value's name, and its index in a list
    constants: list[Any]  # of the arguments without a place
    read: Callable[[list[Any]], list[Any]]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        constants = iter(self.constants)
        return [
            next(constants)
            if place is None
            else values[place[0]][place[1]]
            if isinstance(values[place[0]], list)
            else values[place[0]]
            for place in self.places
        ]


class _Compiled:
    """What `build` returns for values by name: ids, moments, texts, and lists of ids that are not empty; never None."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], plans: dict[Any, _Plan] | None = None) -> None:
        self.build = build
        self._plans = {} if plans is None else plans

    def _plan(self, values: dict[str, Any]) -> _Plan:
        shape = tuple(len(value) if isinstance(value, list) else -1 for value in values.values())
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._learn(values)
            if len(self._plans) < MAX_SHAPES:
                self._plans[shape] = plan
        return plan

    def _learn(self, values: dict[str, Any]) -> _Plan:
        """Compile it with values that nothing else has, to find their places among the arguments."""
        stand_ins: dict[str, Any] = {}
        places: dict[Any, tuple[str, int]] = {}
        for name, value in values.items():
            items = [
                _stand_in(item, len(places) + index)
                for index, item in enumerate(value if isinstance(value, list) else [value])
            ]
            places |= {item: (name, index) for index, item in enumerate(items)}
            stand_ins[name] = items if isinstance(value, list) else items[0]
        text, arguments, read = self._compile(self.build(**stand_ins), stand_ins)
        found = [places.get(item) if isinstance(item, int | datetime | str) else None for item in arguments]
        constants = [item for item, place in zip(arguments, found, strict=True) if place is None]
        return _Plan(text, found, constants, read)

    def _compile(self, rows: QuerySet[Any, Any], values: dict[str, Any]) -> tuple[str, Any, Any]:
        raise NotImplementedError


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, datetime):
        return datetime(1, 1, 2, tzinfo=UTC) + timedelta(days=number)
    return f"value {number}" if isinstance(value, str) else -(10**9) - number


class CompiledRead(_Compiled):
    """Reads rows of a model with their `select_related`, or tuples of a `values_list`."""

    def __call__(self, **values: Any) -> list[Any]:
        plan = self._plan(values)
        with connection.cursor() as cursor:
            cursor.execute(plan.text, plan.arguments(values))
            return plan.read(cursor.fetchall())

    def _compile(self, rows: QuerySet[Any, Any], values: dict[str, Any]) -> tuple[str, Any, Any]:
        compiler: Any = rows.query.get_compiler(rows.db)
        text, arguments = compiler.as_sql()
        width = compiler.col_count if compiler.has_extra_select else None
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])

        def tuples(found: list[Any]) -> list[Any]:
            cut = [row[:width] for row in found] if width else found
            return list(map(tuple, compiler.apply_converters(cut, converters))) if converters else cut

        iterable: Any = getattr(rows, "_iterable_class")  # noqa: B009 -- not in the stubs
        if iterable is not ModelIterable:
            return text, arguments, tuples
        info = compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [column[0].target.attname for column in compiler.select[start:end]]
        populators_of: Any = get_related_populators  # the stubs are of a later Django
        related = populators_of(info, compiler.select, rows.db)

        def instances(found: list[Any]) -> list[Any]:
            made = []
            for row in tuples(found):
                instance = info["model"].from_db(rows.db, names, row[start:end])
                for populator in related:
                    populator.populate(row, instance)
                made.append(instance)
            return made

        return text, arguments, instances


class CompiledUpdate(_Compiled):
    """Updates the rows of `build`: what begins with `set_` are the new values, and not given to `build`."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        super().__init__(lambda **values: build(**{k: v for k, v in values.items() if not k.startswith("set_")}))

    def __call__(self, **values: Any) -> int:
        plan = self._plan(values)
        with connection.cursor() as cursor:
            cursor.execute(plan.text, plan.arguments(values))
            return int(cursor.rowcount)

    def _compile(self, rows: QuerySet[Any, Any], values: dict[str, Any]) -> tuple[str, Any, Any]:
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values({k.removeprefix("set_"): v for k, v in values.items() if k.startswith("set_")})
        text, arguments = query.get_compiler(rows.db).as_sql()
        return text, arguments, list


# --- rows in hand: `save(force_insert=True)`, `bulk_create` and `save(update_fields=…)` ----------------------------

Column = tuple[str, Callable[[models.Model], Any]]
_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DateTimeField)


Change = tuple[models.Model, Sequence[str]]  # a row, and the names of its fields to write


def insert(*rows: models.Model, after: Sequence[Change] = ()) -> None:
    """Insert rows of one or more models in one statement, and give them their ids.

    What is to be updated `after` goes first, in the same round trip.
    """
    groups: dict[tuple[type[models.Model], bool], list[models.Model]] = {}
    for row in rows:
        groups.setdefault((type(row), row.pk is not None), []).append(row)
    if not groups:
        update(*after)
        return
    before, arguments = _updates(after)
    parts = []
    for number, ((model, has_id), members) in enumerate(groups.items()):
        parts.append(f"new_{number} AS ({_insert_text(model, len(members), has_id)} RETURNING id)")
        arguments += [read(row) for row in members for _, read in _columns(model, has_id)]
    ids = " UNION ALL ".join(f"SELECT {number}, id FROM new_{number}" for number in range(len(groups)))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{before}WITH {', '.join(parts)} {ids} ORDER BY 1, 2", arguments)
        found = cursor.fetchall()
    # PostgreSQL numbers rows in the order of the list.
    ordered = [row for members in groups.values() for row in sorted(members, key=lambda row: row.pk or 0)]
    for row, (_, row_id) in zip(ordered, found, strict=True):
        _set_inserted(row, row_id)


def insert_if_new(*rows: models.Model, key: str) -> None:
    """Insert those of the rows of a model whose unique keys are not taken, and give them their ids.

    `key` names a unique field in which all of them differ. Waits for a transaction that is about to take a key.
    """
    model = type(rows[0])
    arguments = [read(row) for row in rows for _, read in _columns(model)]
    column = model._meta.get_field(key).column  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        text = _insert_text(model, len(rows))
        cursor.execute(f'{text} ON CONFLICT DO NOTHING RETURNING "{column}", id', arguments)
        found = dict(cursor.fetchall())
    for row in rows:
        if (value := getattr(row, key)) in found:
            _set_inserted(row, found[value])


def reserve_ids(number: int, *models_: type[models.Model]) -> list[tuple[int, ...]]:
    """Return so many ids of each of the models, for rows that name each other before they are inserted."""
    columns = ", ".join(f"nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))" for model in models_)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM generate_series(1, %s)", [number])  # noqa: S608 -- names of models
        return list(cursor.fetchall())


def update(*changes: Change) -> None:
    """Write these fields of rows that are there and locked, in one round trip."""
    text, arguments = _updates(changes)
    if text:
        with connection.cursor() as cursor:
            cursor.execute(text, arguments)


def _updates(changes: Sequence[Change]) -> tuple[str, list[Any]]:
    """Return the statements, each with its semicolon, and their arguments."""
    texts, arguments = [], []
    for row, names in changes:
        text, columns = _update_text(type(row), tuple(names))
        texts.append(f"{text}; ")
        arguments += [*(read(row) for _, read in columns), row.pk]
    return "".join(texts), arguments


def _set_inserted(row: models.Model, row_id: int) -> None:
    row.pk = row_id
    row._state.adding, row._state.db = False, connection.alias


def _column(field: Any, *, is_new: bool) -> Column:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    is_set_on_save = getattr(kind, "auto_now", False) or getattr(kind, "auto_now_add", False)
    if isinstance(kind, _AS_THEY_ARE) and not is_set_on_save:
        name = str(field.attname)
        return str(field.column), lambda row: getattr(row, name)
    return str(field.column), lambda row: field.get_db_prep_save(field.pre_save(row, is_new), connection)


@cache
def _columns(model: type[models.Model], has_id: bool = False) -> tuple[Column, ...]:
    fields = [field for field in model._meta.local_concrete_fields if has_id or not field.primary_key]
    return tuple(_column(field, is_new=True) for field in fields)


@lru_cache(maxsize=200)
def _insert_text(model: type[models.Model], number: int, has_id: bool = False) -> str:
    columns = _columns(model, has_id)
    row = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(f'"{column}"' for column, _ in columns)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([row] * number)}'  # noqa: S608


@cache
def _update_text(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Column, ...]]:
    fields = [field for field in model._meta.local_concrete_fields if field.name in names or field.attname in names]
    if len(fields) != len(names):
        raise ValueError(f"{model.__name__} has not all of {', '.join(names)}.")
    columns = tuple(_column(field, is_new=False) for field in fields)
    listed = ", ".join(f'"{column}" = %s' for column, _ in columns)
    key = model._meta.pk.column if model._meta.pk else "id"
    return f'UPDATE "{model._meta.db_table}" SET {listed} WHERE "{key}" = %s', columns  # noqa: S608
