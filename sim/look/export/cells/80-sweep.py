# needs: points metrics runs
# %% [markdown]
# ## The sweep
#
# Each point's mean over its replications with its 95 % interval, over the first axis with more than one value; lines are
# the combinations of the others. Shown are the six metrics that differ most between points: change `shown` and `axis` to
# see others.
# %%
points = run.points.set_index("point")
axes_of_sweep = [c for c in points.columns if c not in ("status", "runs", "failed", "reason")]
metrics = [c[:-5] for c in run.metrics.columns if c.endswith("_runs")]
units = run.units("metrics")
varied = [a for a in axes_of_sweep if points[a].nunique() > 1] or axes_of_sweep
print("axes:", ", ".join(axes_of_sweep))
print("metrics:", ", ".join(metrics))
if (points.failed > 0).any():
    display(points[points.failed > 0])

axis = varied[0]
others = [a for a in varied if a != axis]
spread = (run.metrics[metrics].max() - run.metrics[metrics].min()) / run.metrics[metrics].abs().mean()
shown = list(spread.replace(np.inf, np.nan).dropna().sort_values(ascending=False).index[:6]) or metrics[:1]
joined = points.join(run.metrics.set_index("point"))
figure, grid = plt.subplots((len(shown) + 1) // 2, 2, figsize=(10, 3.0 * ((len(shown) + 1) // 2)), squeeze=False,
                            constrained_layout=True)
for place, metric in zip(grid.flat, shown):
    for number, (name, line) in enumerate(joined.groupby(others if len(others) > 1 else others[0]) if others else [("", joined)]):
        line = line.sort_values(axis)
        low, high = (line[f"{metric}_{end}"].where(np.isfinite(line[f"{metric}_{end}"]), line[metric])
                     for end in ("low", "high"))
        values = name if isinstance(name, tuple) else (name,)
        place.errorbar(line[axis], line[metric], yerr=[(line[metric] - low).clip(0), (high - line[metric]).clip(0)],
                       color=COLOURS[number % len(COLOURS)], marker="o", markersize=4, capsize=3, linewidth=1.2,
                       label=", ".join(f"{a} {v} {run.units('points')[a]}".strip() for a, v in zip(others, values)))
    unit = units[metric]
    place.set(title=metric, ylabel="" if unit == "1" else unit)
    place.set_xlabel(f"{axis} ({run.units('points')[axis]})" if run.units("points")[axis] not in ("", "1") else axis)
for place in list(grid.flat)[len(shown):]:
    place.set_visible(False)
if others:
    figure.legend(*grid.flat[0].get_legend_handles_labels(), loc="outside upper center" if MATPLOTLIB >= (3, 7)
                  else "upper center", ncol=3, bbox_to_anchor=None if MATPLOTLIB >= (3, 7) else (0.5, 1.08))
plt.show()
display(joined[axes_of_sweep + [c for m in shown for c in (m, f"{m}_low", f"{m}_high")]])
