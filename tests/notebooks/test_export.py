#!/usr/bin/python3
"""What `qkdes export` writes, as other programs read it: CSV beside the Python module, the trace beside the file's rows,
the notebook executed. QKDES names the binary; without h5py or pandas the test is skipped (exit code 77)."""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "notebooks-export"))
try:
    import h5py
    import numpy
    import pandas
    import qkdes_results
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

QKDES = os.environ.get("QKDES") or str(ROOT / "build/release/qkdes")
SCENARIOS = ROOT / "scenarios"
scratch = pathlib.Path()
made: dict = {}

COMMANDS = {
    "run": ["run", "two-islands.json", "--until", "30 min", "--faults", str(SCENARIOS / "faults/single-cuts.json")],
    "adversaries": ["run", "adversaries.json", "--until", "1 min"],
    "agents": ["run", "qkd-agent.json", "--until", "1 h"],
    "replications": ["run", "two-islands.json", "--until", "5 min", "--replications", "3"],
    "sweep": ["sweep", "studies/metro-length.json", "--replications", "2"],
    "plan": ["plan", "studies/relay-placement.json"],
}


def setUpModule():
    global scratch
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="qkdes-export-"))


def tearDownModule():
    shutil.rmtree(scratch)


def results(name):
    if name not in made:
        path = scratch / f"{name}.h5"
        verb, scenario, *rest = COMMANDS[name]
        code = subprocess.run([QKDES, verb, str(SCENARIOS / scenario), "--quiet", "-o", str(path), *rest],
                              stdout=subprocess.DEVNULL).returncode
        assert code in (0, 1), f"{name}: exit code {code}"  # 1: a plan may say no
        made[name] = path
    return made[name]


def export(*arguments, code=0):
    ran = subprocess.run([QKDES, "export", *map(str, arguments)], capture_output=True, text=True)
    assert ran.returncode == code, f"exit code {ran.returncode}, not {code}\n{ran.stdout}{ran.stderr}"
    return ran.stdout + ran.stderr


class Csv(unittest.TestCase):
    def check_table(self, run, folder, table):
        frame = run[table]
        texts = [c for c in frame.columns if frame[c].dtype == object]
        read = pandas.read_csv(folder / f"{table}.csv", keep_default_na=False, na_values={
            c: ["nan"] for c in frame.columns if frame[c].dtype == float}, dtype={c: str for c in texts}, encoding="utf-8")
        self.assertEqual(list(read.columns), list(frame.columns), table)
        self.assertEqual(len(read), len(frame), table)
        for c in frame.columns:
            if isinstance(frame[c].dtype, pandas.CategoricalDtype) or frame[c].dtype == object:
                self.assertEqual(list(map(str, read[c])), list(map(str, frame[c])), f"{table}/{c}")
            elif frame[c].dtype == float:  # pandas' parser is right to the last bit or so
                self.assertTrue(numpy.allclose(read[c].astype(float), frame[c], rtol=1e-15, atol=1e-12, equal_nan=True),
                                f"{table}/{c}")
            else:
                self.assertTrue((read[c].to_numpy() == frame[c].to_numpy()).all(), f"{table}/{c}")

    def test_every_table_as_pandas_has_it(self):
        for name in COMMANDS:
            with self.subTest(name):
                folder = scratch / f"csv-{name}"
                export(results(name), "--csv", folder)
                run = qkdes_results.open(results(name))
                self.assertEqual(sorted(p.name for p in folder.iterdir()),
                                 sorted([t + ".csv" for t in run.tables] + ["columns.csv", "manifest.csv", "scenario.json"]))
                columns = pandas.read_csv(folder / "columns.csv", keep_default_na=False)
                for table in run.tables:
                    if table == "summary":
                        continue
                    self.check_table(run, folder, table)
                    said = columns[columns.table == table].set_index("column")
                    self.assertEqual(said.unit.to_dict(), run.units(table))
                    self.assertEqual(said.description.to_dict(), run.descriptions(table))
                summary = pandas.read_csv(folder / "summary.csv", dtype=str, keep_default_na=False).set_index("figure")
                for figure, value in run.summary.value.items():
                    kind = float if isinstance(value, float) else type(value)
                    self.assertEqual(kind(summary.value[figure]), value)
                self.assertEqual(json.loads((folder / "scenario.json").read_text()), run.scenario)

    def test_every_nanosecond(self):
        folder = scratch / "csv-ns"
        export(results("run"), "--csv", folder, "--table", "requests")
        asked = pandas.read_csv(folder / "requests.csv", dtype=str).asked
        exact = h5py.File(results("run"))["requests/asked"][:]
        digits = asked.str.partition(".")
        whole = digits[0].astype("int64") * 10**9 + digits[2].str.ljust(9, "0").astype("int64")
        self.assertTrue((whole.to_numpy() == exact).all())


class Damage(unittest.TestCase):
    def test_rows_that_cannot_be_read(self):
        """One message, and no file that looks whole."""
        path = scratch / "damaged.h5"
        shutil.copy(results("run"), path)
        with h5py.File(path) as file:
            chunk = file["requests/asked"].id.get_chunk_info(0)
        with open(path, "r+b") as raw:
            raw.seek(chunk.byte_offset + chunk.size // 2)
            raw.write(b"\xa5" * 64)
        for option, to in (("--csv", "damaged"), ("--trace", "damaged.json")):
            said = export(path, option, scratch / to, code=4)
            self.assertIn("damaged.h5: error: /requests/asked cannot be read", said)
        self.assertFalse((scratch / "damaged.json").exists())
        self.assertEqual([p.name for p in (scratch / "damaged").iterdir() if "requests" in p.name or ".part" in p.name], [])


class Trace(unittest.TestCase):
    def test_counts_and_spans(self):
        for name in ("run", "adversaries", "agents"):
            with self.subTest(name):
                self.check(name)

    def check(self, name):
        path = scratch / f"{name}.json"
        export(results(name), "--trace", path)
        trace = json.loads(path.read_text())
        events = trace["traceEvents"]
        run = qkdes_results.open(results(name), times="ns")
        counted = collections.Counter(e["cat"] if e["ph"] == "X" else e["ph"] for e in events)
        self.assertEqual([counted[c] for c in ("block", "request", "relay", "fault", "C")],
                         [run.rows(t) for t in ("blocks", "requests", "relays", "faults", "stores")])
        processes = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
        self.assertEqual(list(processes.values()), [*run.nodes.id, "faults"])
        threads = {}
        spans = collections.defaultdict(list)
        for e in events:
            if e["name"] == "thread_name":
                self.assertNotIn(e["tid"], threads)
                threads[e["tid"]] = (e["pid"], e["args"]["name"])
            elif e["ph"] == "X":
                self.assertGreaterEqual(e["dur"], 0)
                self.assertEqual(threads[e["tid"]][0], e["pid"])
                begin = round(e["ts"] * 1000)
                spans[e["tid"]].append((begin, begin + round(e["dur"] * 1000)))
        for tid, of_thread in spans.items():
            of_thread.sort()
            for (_, end), (begin, _) in zip(of_thread, of_thread[1:]):
                self.assertLessEqual(end, begin, threads[tid])
        # the blocks, one by one
        blocks = [e for e in events if e.get("cat") == "block"]
        frame = run.blocks
        self.assertEqual([round(e["ts"] * 1000) for e in blocks], list(frame.begin))
        self.assertEqual([e["args"]["outcome"] for e in blocks], list(frame.outcome))
        self.assertEqual([e["args"]["secret_bit"] for e in blocks], list(frame.secret))
        self.assertEqual([threads[e["tid"]][1].partition(" (")[0] for e in blocks], list(frame.link))
        ends = dict(zip(run.links.id, run.links.a))
        self.assertEqual([processes[e["pid"]] for e in blocks], [ends[link] for link in frame.link])

    def test_a_part(self):
        path = scratch / "part.json"
        said = export(results("run"), "--trace", path, "--from", "5 min", "--to", "6 min", "--table", "requests")
        run = qkdes_results.open(results("run"))
        end = run.requests.asked + run.requests[["answered", "complete"]].max(axis=1)
        expected = int(((run.requests.asked < 360) & (end > 300)).sum())
        self.assertGreater(expected, 5)
        self.assertIn(f"{expected} events", said)
        self.assertEqual(sum(e["ph"] == "X" for e in json.loads(path.read_text())["traceEvents"]), expected)

    def test_nothing_to_show(self):
        self.assertIn("nothing to show", export(results("sweep"), "--trace", scratch / "empty.json"))
        json.loads((scratch / "empty.json").read_text())


class Notebook(unittest.TestCase):
    """Executed in a folder with nothing but the notebook and the results: as somebody else gets them."""

    def execute(self, results_file, name):
        try:
            import nbformat
            from nbconvert.preprocessors import ExecutePreprocessor
        except ImportError as error:
            self.skipTest(str(error))
        folder = scratch / f"elsewhere-{name}"
        folder.mkdir()
        shutil.copy(results_file, folder / "results.h5")
        export(folder / "results.h5", "--notebook", folder / "book.ipynb")
        book = nbformat.read(folder / "book.ipynb", 4)
        nbformat.validate(book)
        ExecutePreprocessor(timeout=600, kernel_name="python3").preprocess(book, {"metadata": {"path": str(folder)}})
        outputs = [o for cell in book.cells for o in cell.get("outputs", [])]
        complaints = [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"]
        self.assertEqual(complaints, [])
        figures = sum("image/png" in o.get("data", {}) for o in outputs)
        return book, figures

    def test_every_kind_of_file(self):
        for name, figures in (("run", 5), ("adversaries", 5), ("sweep", 1), ("plan", 0), ("replications", 0)):
            with self.subTest(name):
                self.assertEqual(self.execute(results(name), name)[1], figures)

    def test_a_partial_file_without_totals(self):
        path = scratch / "killed.h5"
        shutil.copy(results("run"), path)
        with h5py.File(path, "r+") as file:
            file["manifest"].attrs["status"] = "partial"
            file["manifest"].attrs["reason"] = "killed"
            for column in file["audit"].values():
                column.resize((0,))
            del file["summary"]
        book, figures = self.execute(path, "partial")
        self.assertIn("**These results are partial: killed.**", book.cells[0].source)
        self.assertEqual(figures, 5)


if __name__ == "__main__":
    unittest.main()
