# needs: blocks links
# %% [markdown]
# ## Key rate and QBER over time
#
# Secret key leaves a link in bursts, a block at a time, so its rate is an average over a window. Spans in grey are faults.
# The QBER is that of the key basis, weighted by sifted bits; dots are single blocks. Where there are more than eight
# links, those are shown that make the most key, and the least.
# %%
window = run.window()
rate = run.over_time("blocks", "done", "secret", by="link", window=window) / window
rate = rate[[link for link in rate.columns if link in set(run.blocks.link.unique())]]
chosen = some(rate.sum().sort_values(ascending=False).index)
figure, (above, below) = plt.subplots(2, 1, figsize=(9, 6.5), sharex=True, constrained_layout=True)
for link, colour, line in zip(chosen, COLOURS, LINES):
    above.step(rate.index / TIME, rate[link], where="post", color=colour, linestyle=line, label=link)
    blocks = run.read("blocks", ["done", "qber_z", "sifted_z"], {"link": link})
    blocks = blocks[(blocks.sifted_z > 0) & blocks.qber_z.notna()]
    if len(blocks):
        part = (blocks.done // window).astype(int)
        errors = (blocks.qber_z * blocks.sifted_z).groupby(part).sum() / blocks.sifted_z.groupby(part).sum()
        dots = blocks.iloc[::max(1, len(blocks) // 500)]
        below.plot(dots.done / TIME, 100 * dots.qber_z, ".", markersize=3, alpha=0.35, color=colour)
        gap = np.diff(errors.index, prepend=errors.index[0])
        pause = gap > 3 * max(1, np.median(gap))  # no line across a pause
        middle = np.insert((errors.index + 0.5) * window / TIME, np.flatnonzero(pause), np.nan)
        below.plot(middle, 100 * np.insert(errors.to_numpy(), np.flatnonzero(pause), np.nan), color=colour)
over_run(above, below)
above.yaxis.set_major_formatter(bits)
above.set(ylabel="secret key rate (bit/s)", title=f"Secret key rate, means over {window:g} s")
above.set_ylim(bottom=0)
below.set(ylabel="QBER (%)", xlabel=f"simulated time ({TIME_UNIT})")
beside(above)
plt.show()
