# %%
%matplotlib inline
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import EngFormatter

run = qkdes_results.open(RESULTS)

# Colours that colour-blind readers can tell apart (Okabe and Ito).
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#999999", "#000000"]
LINES = ["-", "--", "-.", ":", "-", "--", "-.", ":"]  # for curves that lie on each other
MATPLOTLIB = tuple(map(int, matplotlib.__version__.split(".")[:2]))
plt.rcParams.update({"figure.dpi": 110, "axes.grid": True, "grid.alpha": 0.3, "axes.spines.top": False,
                     "axes.spines.right": False, "legend.frameon": False})
bits = EngFormatter()
TIME, TIME_UNIT = next((s, u) for s, u in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
                       if run.simulated >= 3 * s or s == 1)


def some(names, count=8):
    """At most `count` of them: the first and the last."""
    names = list(names)
    return names if len(names) <= count else names[:count - count // 2] + names[-(count // 2):]


def beside(axes, title=None):
    """The legend to the right, where it hides nothing."""
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize="small", title=title)


def over_run(*panels):
    """The whole run from left to right, with its faults in grey."""
    for axes in panels:
        axes.set_xlim(0, run.simulated / TIME)
    faults = run.faults if "faults" in run else pd.DataFrame()
    for _, fault in faults.head(40).iterrows():
        for axes in panels:
            axes.axvspan(fault.begin / TIME, min(fault.end, run.simulated) / TIME, color="0.5", alpha=0.15, linewidth=0,
                         zorder=0)


run
