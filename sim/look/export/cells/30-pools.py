# needs: stores
# %% [markdown]
# ## Key stores
#
# What each link's store holds at its end a, sampled at regular times. A store that runs empty is where requests begin to
# be blocked; one that stays full throws key away.
# %%
levels = run.read("stores", ["at", "link", "node", "held"])
levels = levels[levels.node == levels.link.map(dict(zip(run.links.id, run.links.a))).astype(levels.node.dtype)]
mean = levels.groupby("link", observed=True).held.mean().sort_values(ascending=False)
figure, axes = plt.subplots(figsize=(9, 3.8), constrained_layout=True)
for link, colour, line in zip(some(mean.index), COLOURS, LINES):
    of_link = levels[levels.link == link]
    axes.step(of_link["at"] / TIME, of_link.held, where="post", color=colour, linestyle=line, label=link)
over_run(axes)
axes.yaxis.set_major_formatter(bits)
axes.set(ylabel="key in the store (bit)", xlabel=f"simulated time ({TIME_UNIT})")
axes.set_ylim(bottom=0)
beside(axes)
plt.show()
