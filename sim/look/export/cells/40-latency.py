# needs: requests demands
# %% [markdown]
# ## Latency of served requests
#
# From asking until both applications hold the key. The curve says which fraction of requests was served within a time;
# the table has the quantiles of every demand, in milliseconds.
# %%
quantiles = run.quantiles((0.5, 0.95, 0.99, 0.999))
served = run.read("requests", ["demand", "complete"], {"outcome": "served"})
if len(served):
    figure, axes = plt.subplots(figsize=(9, 3.8), constrained_layout=True)
    for demand, colour, line in zip(some(quantiles.p50.sort_values().index), COLOURS, LINES):
        sorted_ms = 1e3 * np.sort(served.complete[served.demand == demand])
        fraction = np.arange(1, len(sorted_ms) + 1) / len(sorted_ms)
        keep = np.unique(np.linspace(0, len(sorted_ms) - 1, 2000).astype(int))
        axes.step(sorted_ms[keep], fraction[keep], where="post", color=colour, linestyle=line, label=demand)
    if served.complete.max() > 20 * served.complete.min() > 0:
        axes.set_xscale("log")
    axes.set(xlabel="time to the key at both ends (ms)", ylabel="fraction of served requests", ylim=(0, 1.01))
    beside(axes)
    plt.show()
table = quantiles.copy()
table[[c for c in table if c != "served"]] *= 1e3
display(table.sort_values("p50").style.format("{:.3f}", subset=[c for c in table if c != "served"]).set_caption("ms")
        if len(table) else "no request was served")
