"""Take rules out of a copy of the code, one by one, and see that a test notices each.

For every rule of a table in docs/ the edits of tests/rules/ are made in a temporary copy of the repository, and the
tests that the table names run there. At least one must fail by what it asserts: a program that no longer starts,
imports or knows a name has noticed nothing. Before, the same tests must pass with every rule in place.
"""

from __future__ import annotations

import argparse
import queue
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from native.say import Voice
from take_out.bench import BenchError, Copy, Databases, Outcome, find_stack
from take_out.edits import EditError, Way, read_ways
from take_out.tables import TABLES, Row

#: With every rule in place the tests of a table run in one go.
SECONDS_FOR_ALL = 1800
TAIL = 25
INTERRUPTED = 130


@dataclass(frozen=True)
class Result:
    """What became of one way of taking out a rule. `reason` says why nobody noticed."""

    way: Way
    seconds: float
    test: str = ""
    message: str = ""
    reason: str = ""
    output: str = ""


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="scripts/take-out", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("tables", nargs="*", metavar="table", help=f"{', '.join(TABLES)}; all of them by default")
    found.add_argument("--section", default="", help="only sections whose heading contains this")
    found.add_argument(
        "--rule", action="append", help="only rules whose text contains this; may be given several times"
    )
    found.add_argument("--jobs", type=int, choices=(1, 2), default=1, help="rules at a time, each in its own copy")
    found.add_argument("--seconds", type=float, default=240, help="how long the tests of one rule may take")
    found.add_argument("--list", action="store_true", help="show the rules that would be taken out, and stop")
    found.add_argument("--unchecked", action="store_true", help="don't run the tests with every rule in place before")
    return found


def chosen(asked: argparse.Namespace) -> list[tuple[Way, Row]]:
    """Return the ways that were asked for with the rows of their tables; raise `BenchError` for one without a row."""
    unknown = set(asked.tables) - set(TABLES)
    if unknown:
        raise BenchError(f"There is no table {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}.")
    pairs = []
    for name, table in TABLES.items():
        if asked.tables and name not in asked.tables:
            continue
        rows = {(row.section, row.rule): row for row in table.rows()}
        for way in read_ways(table):
            row = rows.get((way.section, way.rule))
            if row is None:
                raise BenchError(f"{way.source.name}: {table.document} has no such rule in {way.section}: {way.rule}")
            is_wanted = not asked.rule or any(text.casefold() in way.rule.casefold() for text in asked.rule)
            if is_wanted and asked.section.casefold() in way.section.casefold():
                pairs.append((way, row))
    return pairs


def check_in_place(copy: Copy, pairs: Sequence[tuple[Way, Row]], voice: Voice) -> None:
    """Raise `BenchError` where a test that is to notice fails already."""
    for table in dict.fromkeys(way.table for way, _ in pairs):
        names = dict.fromkeys(name for way, row in pairs if way.table == table for name in row.node_ids)
        voice.step(f"{table}: running {len(names)} tests with every rule in place")
        outcome = copy.run(names, seconds=SECONDS_FOR_ALL, stops=False)
        if outcome.code != 0:
            raise BenchError(f"The tests of {table} fail with every rule in place:\n{tail(outcome)}")


def tail(outcome: Outcome) -> str:
    return "\n".join(outcome.output.splitlines()[-TAIL:])


def take_out(copy: Copy, way: Way, row: Row, seconds: float) -> Result:
    began = time.monotonic()
    files = sorted({edit.file for edit in way.edits})
    try:
        outcome = copy.run(row.node_ids, way.edits, seconds=seconds)
    except EditError as error:
        return Result(way, time.monotonic() - began, reason=str(error))
    spent = time.monotonic() - began
    noticed = outcome.noticed(files)
    if noticed is not None:
        return Result(way, spent, test=noticed["test"], message=noticed["message"])
    failures = outcome.failures()
    if outcome.code is None:
        reason = f"the tests did not end in {seconds:.0f} s"
    elif failures:
        kinds = ", ".join(error["kind"] for error in failures[0]["errors"])
        reason = f"the edit breaks the program ({kinds} in {failures[0]['when']} of {failures[0]['test']})"
    elif outcome.code:
        reason = f"pytest could not run the tests (exit code {outcome.code})"
    else:
        reason = "every test passes without the rule"
    return Result(way, spent, reason=reason, output=tail(outcome) if outcome.code else "")


def report(results: Sequence[Result], voice: Voice) -> int:
    """Print what was not noticed and the sum of it all; return the exit code."""
    missed = [result for result in results if not result.test]
    for result in missed:
        voice.line(f"\nNOT NOTICED  {result.way.table}, {result.way.section}: {result.way.rule}")
        voice.line(f"    {result.reason}")
        for edit in result.way.edits:
            voice.line(f"    {edit.file}{f' in {edit.inside}' if edit.inside else ''}: {edit.old!r} -> {edit.new!r}")
        if result.output:
            voice.line("".join(f"    | {line}\n" for line in result.output.splitlines()).rstrip())
    rules = len({(result.way.table, result.way.section, result.way.rule) for result in results})
    ways = f" in {len(results)} ways" if len(results) != rules else ""
    lost = len({(result.way.table, result.way.section, result.way.rule) for result in missed})
    voice.line(
        f"\n{rules} rules taken out{ways}, {rules - lost} noticed, {lost} not noticed, in {voice.elapsed():.0f} s"
    )
    return 1 if missed or not results else 0


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that copies and databases go
    voice = Voice()
    copies: list[Copy] = []
    databases: Databases | None = None
    try:
        pairs = chosen(asked)
        if asked.list:
            for way, row in pairs:
                voice.line(f"{way.table}, {way.section}: {way.rule}\n    {' '.join(row.node_ids)}")
            return 0
        databases = Databases(find_stack())
        copies = [Copy(databases) for _ in range(asked.jobs)]
        if not asked.unchecked:
            check_in_place(copies[0], pairs, voice)
        free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for copy in copies:
            free.put(copy)

        def one(pair: tuple[Way, Row]) -> Result:
            copy = free.get()
            try:
                result = take_out(copy, *pair, asked.seconds)
            finally:
                free.put(copy)
            verdict = f"noticed by {result.test}" if result.test else f"NOT NOTICED: {result.reason}"
            voice.step(f"{result.seconds:5.1f} s  {result.way.rule[:100]}\n{' ' * 10}{verdict}")
            if result.message:
                voice.line(f"{' ' * 10}{result.message}")
            return result

        with ThreadPoolExecutor(max_workers=asked.jobs) as pool:
            waiting = [pool.submit(one, pair) for pair in pairs]
            try:
                results = [result.result() for result in waiting]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # those under way end by themselves
                raise
        return report(results, voice)
    except (BenchError, EditError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        for copy in copies:
            copy.remove()
        if databases is not None:
            databases.drop()


if __name__ == "__main__":
    sys.exit(main())
