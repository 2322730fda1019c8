"""Draw the table of `compare.py`: CPU seconds by size. Runs in the peers' environment.

python benchmarks/attribution/drawing.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "headwater", "font.size": 9})

LOOKS = {
    "Headwater, touches": ("#0b5fa5", "o", "-"),
    "Headwater, paths": ("#4aa3df", "s", "-"),
    "ChannelAttribution": ("#c0392b", "^", "-"),
    "marketing-attribution-models": ("#d68910", "v", "-"),
    "shapley-attribution": ("#7d3c98", "D", "-"),
    "mta": ("#555555", "P", "-"),
    "DuckDB, bare scan": ("#999999", "", ":"),
}
PARTS = {
    "heuristics": "First, last, linear",
    "markov": "Markov, order 1",
    "shapley": "Shapley",
}


def draw(folder: Path) -> None:
    table = pd.read_csv(folder / "table.csv")
    figure = Figure(figsize=(9.5, 3.6))
    panels = figure.subplots(1, 3, sharey=True)
    for panel, (part, title) in zip(panels, PARTS.items(), strict=True):
        for library, (color, marker, line) in LOOKS.items():
            rows = table[(table["library"] == library) & table["part"].isin([part, "scan"])]
            rows = rows.dropna(subset=["cpu_s"])
            if not rows.empty:
                label = f"{library}, no models" if line == ":" else library
                panel.plot(
                    rows["paths"],
                    rows["cpu_s"],
                    color=color,
                    marker=marker,
                    linestyle=line,
                    markersize=5,
                    label=label,
                )
        panel.set(xscale="log", yscale="log", title=title, xlabel="paths")
        sizes = sorted(table["paths"].unique())
        panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
        panel.minorticks_off()
        panel.yaxis.set_major_formatter("{x:g}")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("CPU seconds")
    known = {
        label: handle
        for panel in panels
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(known.values(), known, loc="lower center", ncols=4, frameon=False)
    figure.tight_layout(rect=(0, 0.14, 1, 1))
    figure.savefig(folder / "plot.svg", metadata={"Date": None})
    figure.savefig(folder / "plot.png", dpi=110)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
