# needs: requests
# %% [markdown]
# ## Requests that were not served, by cause
#
# Counted when they were asked, in windows of simulated time. The line is all requests.
# %%
counted = run.over_time("requests", "asked", by="outcome")
causes = [c for c in counted.columns if c != "served" and counted[c].sum() > 0]
print(f"{int(counted.sum().sum())} requests, {int(counted['served'].sum())} served; not served:",
      ", ".join(f"{int(counted[c].sum())} {c}" for c in causes) or "none")
if causes:
    window = counted.attrs["window"]
    figure, axes = plt.subplots(figsize=(9, 3.8), constrained_layout=True)
    axes.stackplot(counted.index / TIME, *(counted[c] / window for c in causes), labels=causes, step="post",
                   colors=COLOURS)
    axes.step(counted.index / TIME, counted.sum(axis=1) / window, where="post", color="0.35", linewidth=1,
              label="all requests")
    over_run(axes)
    axes.set(ylabel="requests per second", xlabel=f"simulated time ({TIME_UNIT})", title=f"Requests not served, means over {window:g} s")
    axes.set_ylim(bottom=0)
    beside(axes)
    plt.show()
