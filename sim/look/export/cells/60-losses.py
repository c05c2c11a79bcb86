# needs: blocks links
# %% [markdown]
# ## Where bits are lost
#
# What came in (sifted bits, and key that was there before the run) and what became of it, for every link, exactly:
# the assertion below is the account. `help(run.losses)` says what each part means.
# %%
losses = run.losses()
came, went = losses[["sifted", "initial"]], losses.drop(columns=["sifted", "initial"])
assert (came.sum(axis=1) == went.sum(axis=1)).all(), "bits appeared or vanished"
links = some(came.sum(axis=1).sort_values(ascending=False).index, 16)
stored = [part for part in ("used", "held", "expired", "voided", "stored") if part in went]
shares = 100 * went.drop(columns=stored).assign(stored=went[stored].sum(axis=1)).div(came.sum(axis=1), axis=0)
fates = 100 * went[stored].div(went[stored].sum(axis=1), axis=0)
colours = {"other basis": "#999999", "given up": "#000000", "sampled": "#F0E442", "corrected": "#E69F00",
           "amplified": "#D55E00", "authentication": "#CC79A7", "pending": "#DDDDDD", "no room": "#56B4E9",
           "stored": "#009E73", "used": "#0072B2", "held": "#009E73", "expired": "#999999", "voided": "#000000"}
figure, panels = plt.subplots(1, 2, figsize=(11, 2.4 + 0.3 * len(links)), sharey=True, constrained_layout=True)
for axes, table, title in ((panels[0], shares, "of all that came in (%)"), (panels[1], fates, "of what was stored (%)")):
    left = pd.Series(0.0, index=links)
    for part in (p for p in table.columns if went.get(p, fates.sum(axis=1)).sum() > 0):
        axes.barh(links, table.loc[links, part].fillna(0), left=left, height=0.75, label=part, color=colours[part],
                  edgecolor="white", linewidth=0.4)
        left += table.loc[links, part].fillna(0)
    axes.grid(False)
    axes.set(xlim=(0, 100), xlabel=title)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, fontsize="small")
panels[0].invert_yaxis()
plt.show()
display(losses)
