"""Reads results files of qkdes into pandas, with units.

    import qkdes_results
    run = qkdes_results.open("run.h5")
    run.tables                       # ['audit', 'blocks', 'demands', ...]
    run.requests                     # a DataFrame, read when first asked for
    run.requests.attrs["units"]      # {'demand': '', 'asked': 's', ...}
    run.read("requests", columns=["asked", "complete"], where={"outcome": "served"})
    run.manifest["seed"], run.scenario["duration"], run.complete, run.reason

What columns become:
    time, duration      float64, seconds; exact to 1 ns below 104 days. open(..., times="timedelta") gives timedelta64[ns]
                        and times="ns" the integers of the file. What never happens is inf (NaT).
    enumeration         Categorical of all its names
    index of a link, node or demand    Categorical of their names, in the order of their table, so that .cat.codes is the
                        row; open(..., names=False) leaves the integer
    bool, text          bool, str
    other numbers       as in the file (uint8, uint32, uint64, int64, float64)
Columns stand in this order: who, when, then the rest by name.

One file, usable by itself: numpy, h5py and pandas (Debian 12's 3.7 and 1.5 or later). Nothing here plots.
Left out: damage inside texts and attributes; HDF5 believes the lengths it finds there.
"""
from __future__ import annotations

import builtins
import json
import os
import re
from typing import Any, Callable, Iterator, Mapping, Sequence

import h5py
import numpy
import pandas

__all__ = ["open", "Results", "ResultsError", "FORMAT", "FORMAT_VERSION"]

FORMAT = "qkdes-results"
FORMAT_VERSION = 1
_NEVER = numpy.iinfo(numpy.int64).max
_CHUNK = 1 << 18  # rows
_NAMED = {"nodes": ("id",), "links": ("id",), "demands": ("from", "to")}
_ROW_OF = re.compile(r"^row of /(\w+)")

Where = Mapping[str, Any]


class ResultsError(Exception):
    """A file, table or column that cannot be read: `place`, `what`, `reason` and, where there is one, `repair`."""

    def __init__(self, place: str, what: str, reason: str, repair: str = ""):
        self.place, self.what, self.reason, self.repair = place, what, reason, repair
        super().__init__(place, what, reason, repair)

    def __str__(self) -> str:
        text = f"{self.place}: error: {self.what}\n  because {self.reason}"
        return text + (f"\n  try: {self.repair}" if self.repair else "")


class UnknownName(ResultsError, KeyError):
    """There is no table or column of that name."""

    __str__ = ResultsError.__str__


def open(path: str | os.PathLike[str], times: str = "seconds", names: bool = True) -> "Results":
    """Opens a results file, also a partial one (`complete` is False then, and `reason` says why).

    times: "seconds" (float64), "timedelta" (timedelta64[ns]) or "ns" (int64).
    names: whether rows of /links, /nodes and /demands become names.
    Raises ResultsError for a file that is not there, not ours, of another version or cut short.
    """
    return Results(path, times, names)


def _text(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _attributes(item: Any) -> dict[str, Any]:
    out = {}
    for name in item.attrs:
        value = _text(item.attrs[name])
        out[name] = value.item() if isinstance(value, numpy.generic) else value
    return out


class _Column:
    """What the file says about a column."""

    def __init__(self, name: str, dataset: h5py.Dataset):
        about = _attributes(dataset)
        self.name = name
        self.dataset = dataset
        self.kind = str(about.get("kind", ""))
        self.file_unit = str(about.get("unit", ""))
        self.description = str(about.get("description", ""))
        values = h5py.check_enum_dtype(dataset.dtype) if self.kind == "enumeration" else None
        self.values = {int(code): name for name, code in values.items()} if values else {}
        target = _ROW_OF.match(self.description)
        self.table = target.group(1) if target and self.file_unit == "index" else None

    def unit(self, times: str) -> str:
        """As a frame has it: "" for names, texts and flags, "s" for times that became seconds."""
        if self.kind in ("time", "duration"):
            return {"seconds": "s", "timedelta": "timedelta", "ns": "ns"}[times]
        return "" if self.file_unit == "none" else self.file_unit

    def place_in_frame(self) -> tuple[int, str]:
        return (0 if self.file_unit == "index" else 1 if self.kind == "time" else 2, self.name)


class Results:
    """An open results file. Tables are attributes (`run.requests`) and items (`run["requests"]`): DataFrames, read when
    they are first asked for and kept. Close it, or use it in a `with`."""

    def __init__(self, path: str | os.PathLike[str], times: str = "seconds", names: bool = True):
        if times not in ("seconds", "timedelta", "ns"):
            raise ValueError(f'times is "seconds", "timedelta" or "ns", not {times!r}')
        self.path = os.fspath(path)
        self._times, self._names = times, names
        self._file = _open_file(self.path)
        self._frames: dict[str, pandas.DataFrame] = {}
        self._schemas: dict[str, dict[str, _Column]] = {}
        self._row_names_of: dict[str, list[str]] = {}
        try:
            self.manifest: dict[str, Any] = _check_manifest(self.path, self._file)
        except ResultsError:
            self._file.close()
            raise
        #: False for the results of a run that was ended before its time.
        self.complete: bool = self.manifest["status"] == "complete"
        #: Why they are partial; "" when they are not.
        self.reason: str = self.manifest.get("reason", "")

    # --- the file ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "Results":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Of the scenario or the study."""
        return self.manifest.get("name", "")

    @property
    def seed(self) -> int:
        return self.manifest.get("seed", 0)

    @property
    def scenario_text(self) -> str:
        """The scenario or study as it was run, with every override applied."""
        try:
            return _text(self._file["manifest/scenario"][()])
        except (KeyError, OSError) as error:
            raise self._damaged("manifest/scenario", error) from None

    @property
    def scenario(self) -> dict[str, Any]:
        """The same, parsed."""
        return json.loads(self.scenario_text)

    @property
    def kind(self) -> str:
        """What made the file: "run", "replications", "sweep" or "plan"."""
        if "runs" in self.tables and "points" in self.tables:
            return "sweep"
        if "answer_text" in self.tables:
            return "plan"
        return "run" if "requests" in self.tables else "replications"

    def __repr__(self) -> str:
        state = "" if self.complete else f", PARTIAL: {self.reason}"
        return f"<qkdes {self.kind} {self.name!r}, seed {self.seed}, {len(self.tables)} tables{state}>"

    # --- tables -----------------------------------------------------------------------------------------------------

    @property
    def tables(self) -> list[str]:
        """Names of all tables, sorted; "summary" among them, a row per figure."""
        return sorted(name for name in self._file if name != "manifest" and isinstance(self._file[name], h5py.Group))

    def __contains__(self, table: str) -> bool:
        return table.strip("/") in self.tables

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.tables})

    def __getattr__(self, name: str) -> pandas.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except UnknownName as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, table: str) -> pandas.DataFrame:
        table = table.strip("/")
        if table not in self._frames:
            self._frames[table] = self._summary() if table == "summary" else self.read(table)
        return self._frames[table]

    def rows(self, table: str) -> int:
        """How many rows a table has, without reading it. A table without columns has none."""
        return min((column.dataset.shape[0] for column in self._schema(table).values() if column.dataset.shape), default=0)

    def units(self, table: str) -> dict[str, str]:
        """The unit of each column as frames have it: "s" for times, "1" for ratios and counts, "index" for row
        numbers, "" for names, texts and flags."""
        return {name: self._unit(column) for name, column in self._schema(table).items()}

    def descriptions(self, table: str) -> dict[str, str]:
        """What each column means."""
        return {name: column.description for name, column in self._schema(table).items()}

    def describe(self, table: str | None = None) -> pandas.DataFrame:
        """All tables with their rows, or the columns of one: unit, kind in the file, description."""
        if table is None:
            names = [name for name in self.tables if name != "summary"]
            return pandas.DataFrame(
                {"rows": [self.rows(t) for t in names],
                 "description": [_attributes(self._file[t]).get("description", "") for t in names]},
                index=pandas.Index(names, name="table"))
        columns = self._schema(table).values()
        return pandas.DataFrame(
            {"unit": [self._unit(c) for c in columns], "kind": [c.kind for c in columns],
             "description": [c.description for c in columns]},
            index=pandas.Index([c.name for c in columns], name="column"))

    def read(self, table: str, columns: Sequence[str] | None = None, where: Where | None = None, first: int = 0,
             count: int | None = None) -> pandas.DataFrame:
        """Reads part of a table; nothing is kept.

        columns: which ones, in this order; default: all.
        where: rows that hold, by column: a value, a list of values, or slice(low, high) for low <= x < high, in the
            units of the frame: {"outcome": ["no key", "no route"], "asked": slice(0, 3600)}. The index of the frame is
            the row in the file.
        first, count: the rows of the file to look at; default: all.
        Takes memory for what it returns and 2^18 rows.
        """
        parts = list(self.iterate(table, columns, where, first, count))
        frame = pandas.concat(parts) if len(parts) > 1 else parts[0]
        return self._labelled(table, frame)

    def iterate(self, table: str, columns: Sequence[str] | None = None, where: Where | None = None, first: int = 0,
                count: int | None = None, chunk: int = _CHUNK) -> Iterator[pandas.DataFrame]:
        """The same in pieces of at most `chunk` rows of the file, at least one piece."""
        schema = self._schema(table)
        wanted = list(schema) if columns is None else list(columns)
        asked = [self._column(table, name) for name in [*wanted, *(where or {})]]
        rows = self.rows(table)
        if first < 0 or (count is not None and count < 0) or chunk < 1:
            raise ValueError("first and count are at least 0, chunk at least 1")
        begin = min(first, rows)
        end = rows if count is None else min(rows, begin + count)
        at = begin
        while True:
            until = min(end, at + chunk)
            data = {column.name: self._values(column, at, until) for column in asked}
            frame = pandas.DataFrame(data, index=pandas.RangeIndex(at, until))
            for name, condition in (where or {}).items():
                frame = frame[_holds(frame[name], condition)]
            yield self._labelled(table, frame[wanted])
            at = until
            if at >= end:
                return

    # --- answers --------------------------------------------------------------------------------------------------

    def window(self, parts: int = 120) -> float:
        """A round length in seconds that divides the simulated time into about `parts`: 1, 2 or 5 times a power of
        ten, or of the units of a clock."""
        span = max(self.simulated / parts, 1e-6)
        steps = [m * 10.0**e for e in range(-6, 1) for m in (1, 2, 5)]
        steps += [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200]
        steps += [86400 * m * 10.0**e for e in range(0, 6) for m in (1, 2, 5)]
        return min((s for s in sorted(steps) if s >= span), default=span)

    @property
    def simulated(self) -> float:
        """Seconds of simulated time that the results cover. Of a partial file: up to the last row of a store, block or
        request. 0 where nothing is simulated over time."""
        if "summary" in self.tables and "simulated" in self.summary.index:
            return float(self.summary.value["simulated"])
        last = 0.0
        for table, column in (("stores", "at"), ("blocks", "done"), ("requests", "asked")):
            if table in self.tables and self.rows(table):
                raw = self._column(table, column).dataset
                last = max(last, float(raw[-1]) / 1e9)
        return last

    def over_time(self, table: str, at: str, value: str | None = None, by: str | None = None,
                  window: float | None = None, where: Where | None = None) -> pandas.DataFrame:
        """Sums over windows of simulated time: the sum of `value`, or without it the number of rows, of those rows
        whose time `at` falls into the window. One row per window, from the run's start to its end, its index the begin
        in seconds; one column per name of `by`, or one column. `attrs["window"]` is the length in seconds: divide by it
        for a rate. Default: `window()`. Reads in pieces, so that memory is bounded.

            bits_per_second = run.over_time("blocks", "done", "secret", by="link") / run.window()
        """
        length = self.window() if window is None else float(window)
        if not length > 0:
            raise ValueError("a window is longer than 0 s")
        count = max(1, int(numpy.ceil(self.simulated / length - 1e-9)))
        time = self._column(table, at)
        names: list[Any] = [value or "rows"]
        if by is not None:
            kind = self._values(self._column(table, by), 0, 0)
            if not isinstance(kind, pandas.Categorical):
                raise ValueError(f"by= takes a column of names, and {by} of {table} is none")
            names = list(kind.categories)
        sums = numpy.zeros(count * len(names))
        asked = [name for name in dict.fromkeys([at, value, by]) if name is not None]
        for frame in self.iterate(table, asked, where):
            index = (self._as_seconds(frame[at], time) / length).astype(numpy.int64)
            inside = numpy.asarray((index >= 0) & (index < count))  # what is later than the end stays out
            column = frame[by].cat.codes.to_numpy() if by is not None else numpy.zeros(len(frame), int)
            weight = frame[value].to_numpy(float) if value is not None else numpy.ones(len(frame))
            inside &= (column >= 0) & (column < len(names))
            cell = index.to_numpy()[inside] * len(names) + column[inside]
            sums += numpy.bincount(cell, weight[inside], len(sums))
        out = pandas.DataFrame(sums.reshape(count, len(names)), index=pandas.Index(numpy.arange(count) * length, name="time (s)"),
                               columns=pandas.Index(names, name=by))
        out.attrs = {"window": length, "units": {n: self.units(table)[value] if value else "1" for n in names}}
        return out

    def quantiles(self, q: Sequence[float] = (0.5, 0.95, 0.99), by: str = "demand",
                  column: str = "complete") -> pandas.DataFrame:
        """Of the latency of served requests, in seconds: from asking until both applications hold the key
        (`complete`), or until the near one does (`answered`). One row per name of `by`, with the number of requests."""
        served = self.read("requests", [by, column], {"outcome": "served"})
        seconds = self._as_seconds(served[column], self._column("requests", column))
        grouped = seconds.groupby(served[by], observed=True)
        out = grouped.quantile(list(q)).unstack() if len(served) else pandas.DataFrame(columns=list(q), dtype=float)
        out.columns = [f"p{100 * float(x):g}" for x in out.columns]
        out.insert(0, "served", grouped.size() if len(served) else pandas.Series(dtype=int))
        out.attrs = {"units": {c: "s" if c != "served" else "1" for c in out.columns}}
        return out

    def losses(self) -> pandas.DataFrame:
        """Where the bits of each link with QKD went, in bits, one row per link. Two columns say what came in, the
        others what became of it, and both sum to the same, exactly:

            sifted + initial = other basis + given up + sampled + corrected + amplified
                               + authentication + pending + no room + expired + voided + held + used

        other basis: sifted but no source of key; given up: of blocks that ended without key; sampled: revealed to
        estimate errors; corrected: disclosed by error correction; amplified: taken by privacy amplification;
        authentication: kept back for tags; pending: less than a unit of 256 bit; no room: found no room in a store, or
        a node was down; expired, voided: left the store unused; held: still there; used: protected a message. All of
        the link's end a. Continuous variables have no sifted bits: their account begins with what amplification left.
        A partial file has no audit yet: `stored` stands for the five fates of stored key then.
        """
        blocks: dict[str, pandas.Series] = {}
        for part in self.iterate("blocks", ["link", "outcome", "sifted_z", "sifted_x", "sampled", "leak", "secret",
                                            "authentication", "lost", "delivered"]):
            part = part.astype({c: "int64" for c in part.columns if c not in ("link", "outcome")})
            key = part.outcome == "key"
            bits = part.sifted_z > 0  # not of continuous variables
            frame = pandas.DataFrame({
                "sifted": part.sifted_z + part.sifted_x, "secret": part.secret.where(key, 0),
                "other basis": part.sifted_x, "given up": part.sifted_z.where(~key, 0),
                "sampled": part.sampled.where(key & bits, 0), "corrected": part.leak.where(key & bits, 0),
                "amplified": (part.sifted_z - part.sampled - part.leak - part.secret).where(key & bits, 0),
                "free": part.secret.where(key & ~bits, 0), "authentication": part.authentication,
                "no room": part.lost, "stored": part.delivered})
            for name, sums in frame.groupby(part.link, observed=False).sum().items():
                blocks[name] = blocks[name] + sums if name in blocks else sums
        out = pandas.DataFrame(blocks)
        out["sifted"] += out.pop("free")
        secret = out.pop("secret")
        stored = out.pop("stored")
        audit = self.read("audit", where={"end": 0}) if "audit" in self.tables else pandas.DataFrame()
        if len(audit):
            audit = audit.set_index("link").astype("int64")
            out = out.loc[audit.index]
            out.insert(1, "initial", audit.initial)
            out["authentication"], out["pending"], out["no room"] = audit.authentication, audit.pending, audit.lost
            for fate in ("expired", "voided", "held", "used"):
                out[fate] = audit[fate]
        else:
            out.insert(1, "initial", 0)
            out.insert(len(out.columns) - 1, "pending", secret - out.authentication - out["no room"] - stored)
            out["stored"] = stored
            out = out[out.sifted > 0]
        out.attrs = {"units": {c: "bit" for c in out.columns}}
        return out

    # --- inside -----------------------------------------------------------------------------------------------------

    def _schema(self, table: str) -> dict[str, _Column]:
        table = table.strip("/")
        if table not in self._schemas:
            if table not in self.tables:
                raise UnknownName(self.path, f"no table {table!r}", "it has " + ", ".join(self.tables),
                                  "choose one of them")
            try:
                found = [_Column(name, item) for name, item in self._file[table].items() if isinstance(item, h5py.Dataset)]
            except (OSError, KeyError) as error:
                raise self._damaged(table, error) from None
            self._schemas[table] = {c.name: c for c in sorted(found, key=_Column.place_in_frame)}
        return self._schemas[table]

    def _column(self, table: str, name: str) -> _Column:
        schema = self._schema(table)
        if name not in schema:
            raise UnknownName(self.path, f"no column {name!r} in {table}", "it has " + ", ".join(schema),
                              "choose one of them")
        return schema[name]

    def _named(self, column: _Column) -> bool:
        return self._names and column.table in _NAMED and column.table in self.tables and self.rows(column.table) > 0

    def _unit(self, column: _Column) -> str:
        return "" if self._named(column) else column.unit(self._times)

    def _labelled(self, table: str, frame: pandas.DataFrame) -> pandas.DataFrame:
        schema = self._schema(table)
        frame.attrs = {"table": table.strip("/"), "units": {c: self._unit(schema[c]) for c in frame.columns},
                       "descriptions": {c: schema[c].description for c in frame.columns}}
        return frame

    def _values(self, column: _Column, begin: int, end: int) -> Any:
        try:
            raw = column.dataset[begin:end]
        except (OSError, ValueError) as error:
            raise self._damaged(column.dataset.name, error) from None
        if column.kind in ("time", "duration"):
            return _as_time(raw, self._times)
        if column.kind == "enumeration":
            return _as_names(raw, column.values)
        if column.kind == "text":
            return numpy.array([_text(value) for value in raw], dtype=object)
        if self._named(column):
            names = self._row_names(column.table)
            if len(raw) == 0 or raw.max() < len(names):
                return pandas.Categorical.from_codes(raw.astype(numpy.int64), names)
        return raw

    def _row_names(self, table: str) -> list[str]:
        """Of the rows of /links, /nodes or /demands, made unique."""
        if table not in self._row_names_of:
            columns = [self._values(self._column(table, c), 0, self.rows(table)) for c in _NAMED[table]]
            seen: dict[str, int] = {}
            names = []
            for name in map(" > ".join, zip(*columns)):
                seen[name] = seen.get(name, 0) + 1
                names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
            self._row_names_of[table] = names
        return self._row_names_of[table]

    def _as_seconds(self, values: pandas.Series, column: _Column) -> pandas.Series:
        if column.kind not in ("time", "duration"):
            raise ValueError(f"{column.name} is no time")
        if self._times == "timedelta":
            return values.dt.total_seconds()
        return values / 1e9 if self._times == "ns" else values

    def _summary(self) -> pandas.DataFrame:
        """One row per figure: value (as in the file; whole numbers stay whole), unit, description."""
        columns = list(self._schema("summary").values())
        values = [_text(c.dataset[()]) for c in columns]
        values = [v.item() if isinstance(v, numpy.generic) else v for v in values]
        return pandas.DataFrame(
            {"value": pandas.Series(values, dtype=object).values, "unit": [c.file_unit for c in columns],
             "description": [c.description for c in columns]},
            index=pandas.Index([c.name for c in columns], name="figure"))

    def _damaged(self, place: str, error: Exception) -> ResultsError:
        return ResultsError(self.path, f"{place} cannot be read", f"the file is damaged ({error})",
                            "copy it again, or repeat the run")


def _as_time(raw: numpy.ndarray, times: str) -> numpy.ndarray:
    if times == "ns":
        return raw
    if times == "timedelta":
        out = raw.astype("timedelta64[ns]")
        out[raw == _NEVER] = numpy.timedelta64("NaT")
        return out
    out = raw / 1e9
    out[raw == _NEVER] = numpy.inf
    return out


def _as_names(raw: numpy.ndarray, names: Mapping[int, str]) -> pandas.Categorical:
    """A value without a name, which no qkdes writes, becomes its number as a text."""
    known = dict(names)
    for value in numpy.unique(raw):
        known.setdefault(int(value), str(int(value)))
    order = sorted(known)
    return pandas.Categorical.from_codes(numpy.searchsorted(order, raw), [known[v] for v in order])


def _holds(values: pandas.Series, condition: Any) -> pandas.Series:
    if isinstance(condition, slice):
        low = True if condition.start is None else values >= condition.start
        high = True if condition.stop is None else values < condition.stop
        return pandas.Series(low & high, index=values.index)
    if isinstance(condition, (list, tuple, set, frozenset, numpy.ndarray, pandas.Series)):
        return values.isin(list(condition))
    return values == condition


def _open_file(path: str) -> h5py.File:
    def cannot(reason: str, repair: str = "") -> ResultsError:
        return ResultsError(path, "the results cannot be read", reason, repair)

    if not os.path.exists(path):
        raise cannot("No such file or directory", "check the path")
    if not os.path.isfile(path):
        raise cannot("it is not a file", "give the name of a results file")
    try:
        if not h5py.is_hdf5(path):
            with builtins.open(path, "rb"):
                pass  # says so when it may not be read
            raise cannot("it is not an HDF5 file", "give a results file that `qkdes run` has written")
        return h5py.File(path, "r")
    except PermissionError:
        raise cannot("Permission denied", "ask whoever owns it") from None
    except OSError as error:
        if "truncated" in str(error):
            raise cannot(f"the file is cut short ({error})", "copy it again, or repeat the run") from None
        raise cannot(f"the file is damaged ({error})", "copy it again, or repeat the run") from None


def _check_manifest(path: str, file: h5py.File) -> dict[str, Any]:
    def cannot(reason: str, repair: str) -> ResultsError:
        return ResultsError(path, "the results cannot be read", reason, repair)

    try:
        about = _attributes(file["manifest"]) if "manifest" in file else {}
    except (OSError, KeyError) as error:
        raise cannot(f"the file is damaged ({error})", "copy it again, or repeat the run") from None
    if about.get("format") != FORMAT:
        raise cannot("it is an HDF5 file but has no manifest of qkdes", "give a results file that `qkdes run` has written")
    version = about.get("format_version", 0)
    if version != FORMAT_VERSION:
        raise cannot(f"it has format version {version} and this module reads version {FORMAT_VERSION}",
                     "use the qkdes_results.py of the qkdes that wrote it" if version > FORMAT_VERSION
                     else "repeat the run with this qkdes")
    if "status" not in about:
        raise cannot("it is the working file of a run that has not finished",
                     "read the partial file beside it (*.partial.h5)")
    return about
