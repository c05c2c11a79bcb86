# %% [markdown]
# ## Overview
#
# Totals of the run, and the tables that the file holds. `run.describe("requests")` says what the columns of one mean and
# in which units they are.
# %%
if "summary" in run and len(run.summary):
    display(run.summary)
display(run.describe())
