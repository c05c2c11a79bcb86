#!/usr/bin/python3
"""Executes a notebook of notebooks-export, whose cells assert what they say. QKDES names the binary; without nbconvert and
what the notebook imports the test is skipped (exit code 77). QKDES_FIGURES names a folder for the figures, to look at.

    run_notebook.py first-run
"""
import base64
import os
import pathlib
import sys

try:
    import h5py  # noqa: F401
    import ipykernel  # noqa: F401
    import matplotlib  # noqa: F401
    import nbformat
    import pandas  # noqa: F401
    from nbconvert.preprocessors import CellExecutionError, ExecutePreprocessor
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "notebooks-export"
name = sys.argv[1]
book = nbformat.read(FOLDER / f"{name}.ipynb", 4)
nbformat.validate(book)
stored = [cell.id for cell in book.cells if cell.get("outputs") or cell.get("execution_count")]
if stored:
    sys.exit(f"{name}.ipynb: outputs are stored in {', '.join(stored)}, and nobody keeps them true\n"
             f"  try: jupyter nbconvert --clear-output --inplace notebooks-export/{name}.ipynb")
try:
    ExecutePreprocessor(timeout=1500, kernel_name="python3").preprocess(book, {"metadata": {"path": str(FOLDER)}})
except CellExecutionError as error:
    sys.exit(str(error))
outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
complaints = [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"]
if complaints:
    sys.exit(f"{name}.ipynb: a cell complains:\n" + "\n".join(complaints))
figures = [o.data["image/png"] for o in outputs if "image/png" in o.get("data", {})]
if not figures:
    sys.exit(f"{name}.ipynb: no figure was drawn")
if os.environ.get("QKDES_FIGURES"):
    folder = pathlib.Path(os.environ["QKDES_FIGURES"])
    folder.mkdir(parents=True, exist_ok=True)
    for number, figure in enumerate(figures, 1):
        (folder / f"{name}-{number}.png").write_bytes(base64.b64decode(figure))
print(f"{name}: {len(book.cells)} cells, {len(figures)} figures")
