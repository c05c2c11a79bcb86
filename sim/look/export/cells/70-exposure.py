# needs: exposure requests
# %% [markdown]
# ## Exposure
#
# Which delivered keys adversaries came to know, and how. A request counts for an adversary when it knows any of its keys,
# be it after the run, when something breaks that was recorded.
# %%
served = int((run.requests.outcome == "served").sum())
known = run.exposure.groupby(["adversary", "means"], observed=True).request.nunique().unstack(fill_value=0)
figure, axes = plt.subplots(figsize=(9, 1.5 + 0.4 * len(known)), constrained_layout=True)
left = pd.Series(0.0, index=known.index)
for means, colour in zip(known.columns, COLOURS):
    share = 100 * known[means] / max(served, 1)
    axes.barh(known.index, share, left=left, height=0.6, color=colour, label=means)
    left += share
axes.invert_yaxis()
axes.grid(False)
axes.set(xlim=(0, 100), xlabel=f"share of the {served} served requests (%)")
beside(axes, "known by")
plt.show()
display(known)
