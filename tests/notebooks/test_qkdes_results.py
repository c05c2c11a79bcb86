#!/usr/bin/python3
"""notebooks-export/qkdes_results.py beside what h5py says about the same files. QKDES names the binary; without h5py or
pandas the test is skipped (exit code 77)."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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


def setUpModule():
    global scratch
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="qkdes-results-"))


def tearDownModule():
    shutil.rmtree(scratch)


def results(name):
    """Of one small run of each kind; made once."""
    commands = {
        "run": ["run", "two-islands.json", "--until", "30 min", "--faults", str(SCENARIOS / "faults/single-cuts.json")],
        "families": ["run", "every-family.json", "--until", "10 min"],
        "agents": ["run", "qkd-agent.json", "--until", "1 h"],
        "shares": ["run", "threshold-shares.json", "--until", "1 h"],
        "replications": ["run", "two-islands.json", "--until", "5 min", "--replications", "3"],
        "sweep": ["sweep", "studies/metro-length.json", "--replications", "1"],
        "plan": ["plan", "studies/relay-placement.json"],
    }
    if name not in made:
        path = scratch / f"{name}.h5"
        verb, scenario, *rest = commands[name]
        # 0 or 1: a plan may say no
        code = subprocess.run([QKDES, verb, str(SCENARIOS / scenario), "--quiet", "-o", str(path), *rest],
                              stdout=subprocess.DEVNULL).returncode
        assert code in (0, 1), f"{name}: exit code {code}"
        made[name] = path
    return made[name]


def copy_of(name, to):
    path = scratch / to
    shutil.copy(results(name), path)
    return path


class RoundTrip(unittest.TestCase):
    """Every value of every table of every kind of file."""

    def check(self, name):
        run = qkdes_results.open(results(name))
        raw = h5py.File(results(name))
        self.assertEqual(run.tables, sorted(set(raw) - {"manifest"}))
        cells = 0
        for table in run.tables:
            if table == "summary":
                continue
            frame = run[table]
            self.assertEqual(sorted(frame.columns), sorted(raw[table]), table)
            for column, dataset in raw[table].items():
                self.check_column(raw, dataset, frame[column], f"{name} {table}/{column}")
                unit, kind = dataset.attrs["unit"], dataset.attrs["kind"]
                said = frame.attrs["units"][column]
                self.assertEqual(frame.attrs["descriptions"][column], dataset.attrs["description"])
                if kind in ("time", "duration"):
                    self.assertEqual((unit, said), ("ns", "s"))
                elif unit == "none" or isinstance(frame[column].dtype, pandas.CategoricalDtype):
                    self.assertEqual(said, "")
                else:
                    self.assertEqual(said, unit)
                cells += len(dataset)
        return cells

    def check_column(self, raw, dataset, values, place):
        kind, stored = dataset.attrs["kind"], dataset[:]
        self.assertEqual(len(values), len(stored), place)
        if kind in ("time", "duration"):
            self.assertTrue(numpy.array_equal(numpy.rint(values * 1e9).astype("int64"), stored), place)
        elif kind == "enumeration":
            names = {code: name for name, code in h5py.check_enum_dtype(dataset.dtype).items()}
            self.assertEqual(list(values), [names[v] for v in stored], place)
            self.assertEqual(list(values.cat.categories), [names[v] for v in sorted(names)], place)
        elif kind == "text":
            self.assertEqual(list(values), [v.decode() for v in stored], place)
        elif isinstance(values.dtype, pandas.CategoricalDtype):
            self.assertTrue(numpy.array_equal(values.cat.codes, stored), place)
            target = dataset.attrs["description"].split("/")[1].split(";")[0].split(":")[0].strip()
            names = list(values.cat.categories)
            if target == "demands":
                ends = zip(raw["demands/from"].asstr()[:], raw["demands/to"].asstr()[:])
                self.assertEqual(names, [f"{a} > {b}" for a, b in ends], place)
            else:
                self.assertEqual(names, list(raw[target]["id"].asstr()[:]), place)
        else:
            self.assertEqual(values.dtype, stored.dtype, place)
            self.assertTrue(numpy.array_equal(values.to_numpy(), stored, equal_nan=stored.dtype.kind == "f"), place)

    def test_every_cell_is_the_files(self):
        for name, least in (("run", 10_000), ("families", 10_000), ("agents", 500), ("shares", 500),
                            ("replications", 100), ("sweep", 100), ("plan", 10)):
            with self.subTest(name):
                self.assertGreater(self.check(name), least)

    def test_kinds(self):
        self.assertEqual({n: qkdes_results.open(results(n)).kind for n in ("run", "replications", "sweep", "plan")},
                         {"run": "run", "replications": "replications", "sweep": "sweep", "plan": "plan"})

    def test_summary_keeps_whole_numbers_whole(self):
        run, raw = qkdes_results.open(results("run")), h5py.File(results("run"))
        self.assertEqual(run.summary.value["trace_hash"], int(raw["summary/trace_hash"][()]))
        self.assertEqual(run.summary.unit["simulated"], "s")
        self.assertEqual(run.simulated, 1800)

    def test_manifest_and_scenario(self):
        run = qkdes_results.open(results("run"))
        self.assertEqual((run.manifest["format"], run.seed, run.name), ("qkdes-results", 7, "two islands"))
        self.assertEqual(run.scenario, json.loads(run.scenario_text))
        self.assertIn("links", run.scenario)
        self.assertTrue(run.complete)
        self.assertEqual(run.reason, "")


class Choices(unittest.TestCase):
    def test_times(self):
        path = results("run")
        exact = qkdes_results.open(path, times="ns").requests.asked
        self.assertEqual(exact.dtype, "int64")
        delta = qkdes_results.open(path, times="timedelta").requests
        self.assertTrue((delta.asked.astype("int64") == exact).all())
        self.assertEqual(delta.attrs["units"]["asked"], "timedelta")
        self.assertTrue(numpy.allclose(qkdes_results.open(path).requests.asked, exact / 1e9, rtol=0, atol=1e-9))
        with self.assertRaises(ValueError):
            qkdes_results.open(path, times="hours")

    def test_what_never_happens(self):
        path = copy_of("run", "never.h5")
        with h5py.File(path, "r+") as file:
            file["faults/end"][0] = numpy.iinfo("int64").max
        self.assertEqual(qkdes_results.open(path).faults.end[0], numpy.inf)
        self.assertTrue(qkdes_results.open(path, times="timedelta").faults.end.isna()[0])

    def test_numbers_instead_of_names(self):
        run = qkdes_results.open(results("run"), names=False)
        self.assertEqual(run.requests.demand.dtype, "uint32")
        self.assertEqual(run.units("requests")["demand"], "index")

    def test_two_demands_of_one_name_stay_two(self):
        path = copy_of("run", "same.h5")
        with h5py.File(path, "r+") as file:
            for end in ("from", "to"):
                file["demands"][end][1] = file["demands"][end][0]
        names = list(qkdes_results.open(path).requests.demand.cat.categories)
        self.assertEqual(names[1], names[0] + " #2")

    def test_part_of_a_table(self):
        run = qkdes_results.open(results("run"))
        whole = run.requests
        some = run.read("requests", ["complete", "demand"], {"outcome": "served", "asked": slice(60, 600)})
        expected = whole[(whole.outcome == "served") & (whole.asked >= 60) & (whole.asked < 600)]
        self.assertGreater(len(some), 10)
        pandas.testing.assert_frame_equal(some, expected[["complete", "demand"]], check_index_type=False)
        self.assertEqual(list(some.attrs["units"]), ["complete", "demand"])
        rows = run.read("requests", first=5, count=7)
        self.assertEqual(list(rows.index), list(range(5, 12)))
        self.assertEqual(len(run.read("requests", first=10**9)), 0)
        bad = run.read("requests", where={"outcome": ["no key", "no route"]})
        self.assertEqual(len(bad), int(whole.outcome.isin(["no key", "no route"]).sum()))
        pieces = list(run.iterate("requests", chunk=100))
        self.assertEqual([len(p) for p in pieces[:-1]], [100] * (len(pieces) - 1))
        self.assertEqual(sum(map(len, pieces)), run.rows("requests"))

    def test_unknown_names_say_what_there_is(self):
        run = qkdes_results.open(results("run"))
        self.assertFalse(hasattr(run, "request"))
        with self.assertRaisesRegex(qkdes_results.ResultsError, "no table 'request'\n  because it has audit, blocks"):
            run["request"]
        with self.assertRaisesRegex(KeyError, "no column 'when'"):
            run.read("requests", ["when"])

    def test_tables_are_listed_and_kept(self):
        run = qkdes_results.open(results("run"))
        self.assertIn("requests", dir(run))
        self.assertIn("/requests", run)
        self.assertIs(run.requests, run["requests"])
        self.assertEqual(run.describe().loc["links", "rows"], 3)
        self.assertEqual(run.describe("links").loc["length", "unit"], "km")


class Answers(unittest.TestCase):
    def test_every_bit_is_accounted_for(self):
        for name in ("run", "families", "agents"):
            losses = qkdes_results.open(results(name)).losses()
            came = losses[["sifted", "initial"]].sum(axis=1)
            went = losses.drop(columns=["sifted", "initial"]).sum(axis=1)
            self.assertGreater(int(came.sum()), 10**6)
            self.assertEqual(list(came), list(went), name)
            self.assertTrue((losses >= 0).all().all(), name)

    def test_over_time_sums_to_the_table(self):
        run = qkdes_results.open(results("run"))
        bits = run.over_time("blocks", "done", "secret", by="link", window=77)
        inside = run.blocks[run.blocks.done < run.simulated]
        expected = inside.groupby("link", observed=False).secret.sum()
        self.assertEqual(list(bits.sum()), list(expected))
        first = inside[(inside.link == "derio-bilbao") & (inside.done >= 77) & (inside.done < 154)]
        self.assertEqual(bits.loc[77.0, "derio-bilbao"], first.secret.sum())
        self.assertEqual(len(bits), 24)
        counted = run.over_time("requests", "asked", by="outcome")
        self.assertEqual(counted.attrs["window"], 15)
        self.assertEqual(counted.to_numpy().sum(), len(run.requests))

    def test_quantiles(self):
        run = qkdes_results.open(results("run"))
        one = run.read("requests", where={"outcome": "served", "demand": "bank-vigo > bank-bilbao"})
        q = run.quantiles((0.5, 0.999)).loc["bank-vigo > bank-bilbao"]
        self.assertEqual(q["served"], len(one))
        self.assertAlmostEqual(q["p50"], one.complete.median(), places=12)
        self.assertAlmostEqual(q["p99.9"], one.complete.quantile(0.999), places=12)


class BadFiles(unittest.TestCase):
    def refuses(self, path, *words):
        with self.assertRaises(qkdes_results.ResultsError) as caught:
            qkdes_results.open(path)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertIn(str(path), str(caught.exception))

    def test_refused(self):
        self.refuses(scratch / "none.h5", "No such file", "check the path")
        self.refuses(scratch, "not a file")
        (scratch / "text.h5").write_text("not HDF5")
        self.refuses(scratch / "text.h5", "not an HDF5 file")
        with h5py.File(scratch / "foreign.h5", "w") as file:
            file["data"] = [1, 2, 3]
        self.refuses(scratch / "foreign.h5", "no manifest of qkdes")

    def test_another_version(self):
        for version, word in ((2, "use the qkdes_results.py of the qkdes"), (0, "repeat the run")):
            path = copy_of("run", f"version{version}.h5")
            with h5py.File(path, "r+") as file:
                file["manifest"].attrs["format_version"] = numpy.uint64(version)
            self.refuses(path, f"format version {version} and this module reads version 1", word)

    def test_working_file(self):
        path = copy_of("run", "working.h5")
        with h5py.File(path, "r+") as file:
            del file["manifest"].attrs["status"]
        self.refuses(path, "has not finished", "*.partial.h5")

    def test_cut_short(self):
        whole = results("run").read_bytes()
        for part in (0, 7, 100, len(whole) // 2, len(whole) - 1):
            path = scratch / f"cut{part}.h5"
            path.write_bytes(whole[:part])
            self.refuses(path, "cut short" if part > 7 else "not an HDF5 file")

    def test_damaged_rows(self):
        path = copy_of("run", "damaged.h5")
        with h5py.File(path) as file:
            dataset = file["requests/asked"]
            chunk = dataset.id.get_chunk_info(0)
        with open(path, "r+b") as raw:
            raw.seek(chunk.byte_offset + chunk.size // 2)
            raw.write(b"\xa5" * 64)
        run = qkdes_results.open(path)
        with self.assertRaisesRegex(qkdes_results.ResultsError, "requests/asked cannot be read\n  because the file is da"):
            run.requests
        self.assertGreater(len(run.blocks), 0)

    def test_partial(self):
        path = scratch / "partial.h5"
        work = subprocess.Popen([QKDES, "run", str(SCENARIOS / "two-islands.json"), "--quiet", "-o", str(path), "--set",
                                 '/duration="200 d"'], stdout=subprocess.DEVNULL)
        while work.poll() is None and not list(scratch.glob("partial*")):
            time.sleep(0.02)  # from its first file on an interruption leaves a partial one
        time.sleep(0.5)
        work.send_signal(signal.SIGINT)
        self.assertEqual(work.wait(), 130)
        found = list(scratch.glob("partial*.h5"))
        self.assertEqual(len(found), 1)
        run = qkdes_results.open(found[0])
        self.assertFalse(run.complete)
        self.assertIn("interrupted", run.reason)
        self.assertIn("PARTIAL", repr(run))
        self.assertGreater(len(run.requests), 0)

    def test_partial_without_audit(self):
        """Of a run that was killed: rows up to a checkpoint, no totals."""
        path = copy_of("run", "killed.h5")
        with h5py.File(path, "r+") as file:
            file["manifest"].attrs["status"] = "partial"
            for column in file["audit"].values():
                column.resize((0,))
            del file["summary"]
        run = qkdes_results.open(path)
        self.assertGreater(run.simulated, 1700)
        losses = run.losses()
        came = losses[["sifted", "initial"]].sum(axis=1)
        self.assertEqual(list(came), list(losses.drop(columns=["sifted", "initial"]).sum(axis=1)))
        self.assertIn("stored", losses)


if __name__ == "__main__":
    unittest.main()
