# needs: replications
# unless: requests
# %% [markdown]
# ## Figures of the runs
#
# Every figure of every replication, with the mean and a 95 % interval (Student's t; nothing to say below two runs).
# %%
figures = run.replications.groupby(["of", "figure", "unit"], sort=False).value
table = figures.agg(["count", "mean", "std", "min", "max"])
T95 = [np.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
t = np.array([T95[n - 1] if 1 <= n <= 11 else 1.96 + 2.5 / max(n - 1, 1) for n in table["count"]])
table["+-"] = t * table["std"] / np.sqrt(table["count"])
display(table[["count", "mean", "+-", "min", "max"]])
