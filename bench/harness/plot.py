"""A bar chart as SVG: how many times as fast as rsync each contender is, one row per workload."""

import math
from html import escape

WIDTH, LEFT, RIGHT = 860, 300, 70
BAR, GAP, ROW_GAP, TOP, BOTTOM = 12, 2, 12, 64, 40
COLOURS = {"cp": "#9aa5b1", "arsync": "#1f6feb", "arsync-atomic": "#79b0f5", "rclone": "#d9a441", "fpsync": "#b48ead"}
OTHER = "#6b7785"
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def bars(rows, note):
    """`rows`: (title, {contender: ratio}); a logarithmic scale, since clones are hundreds of times as fast."""
    most = max((ratio for _, ratios in rows for ratio in ratios.values()), default=1)
    least = min((ratio for _, ratios in rows for ratio in ratios.values()), default=1)
    low, high = math.log(min(least, 1) * 0.9), math.log(max(most, 2) * 1.1)

    def across(ratio):
        return LEFT + (math.log(ratio) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    names = list(dict.fromkeys(name for _, ratios in rows for name in ratios))
    heights = [len(ratios) * (BAR + GAP) + ROW_GAP for _, ratios in rows]
    bottom = TOP + sum(heights)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + BOTTOM}" width="{WIDTH}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{bottom + BOTTOM}" fill="#ffffff"/>',
        '<text x="16" y="24" font-size="16" fill="#1c2733">Times as fast as rsync 3.5.0</text>',
    ]
    x = 16
    for name in names:
        parts.append(f'<rect x="{x}" y="36" width="12" height="12" fill="{COLOURS.get(name, OTHER)}"/>')
        parts.append(f'<text x="{x + 17}" y="46" fill="#1c2733">{escape(name)}</text>')
        x += 40 + 7 * len(name)
    for tick in TICKS:
        if not math.exp(low) <= tick <= math.exp(high):
            continue
        shade = "#55606c" if tick == 1 else "#dde3e9"
        parts.append(f'<line x1="{across(tick):.1f}" x2="{across(tick):.1f}" y1="{TOP - 6}" y2="{bottom}" stroke="{shade}"/>')
        parts.append(f'<text x="{across(tick):.1f}" y="{bottom + 14}" text-anchor="middle" fill="#55606c">{tick}x</text>')
    y = TOP
    for (title, ratios), height in zip(rows, heights):
        middle = y + (height - ROW_GAP) / 2 + 4
        parts.append(f'<text x="{LEFT - 10}" y="{middle:.1f}" text-anchor="end" fill="#1c2733">{escape(title)}</text>')
        for name, ratio in ratios.items():
            start, end = sorted((across(1), across(ratio)))
            parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{BAR}"'
                         f' fill="{COLOURS.get(name, OTHER)}"/>')
            shown = f"{ratio:.0f}x" if ratio >= 20 else f"{ratio:.1f}x"
            parts.append(f'<text x="{end + 4:.1f}" y="{y + BAR - 2}" font-size="10" fill="#55606c">{shown}</text>')
            y += BAR + GAP
        y += ROW_GAP
    parts.append(f'<text x="16" y="{bottom + 32}" font-size="10" fill="#55606c">{escape(note)}</text>')
    return "\n".join(parts + ["</svg>", ""])
