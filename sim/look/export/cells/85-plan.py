# needs: answer_text
# %% [markdown]
# ## The plan's answer
# %%
print("\n".join(run.answer_text.sentence))
for table in run.tables:
    if table not in ("answer_text", "summary"):
        display(run[table])
