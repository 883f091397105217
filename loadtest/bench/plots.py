"""Plots as SVG, drawn as the load tester draws those of its own pages (loadtest/report/plot.cpp), in the same style."""
import html
import math
import re

from contenders import ROOT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 300, 64, 12, 12, 44


def style():
    """That of the tester's pages: both belong to one report."""
    source = (ROOT / "loadtest" / "report" / "html.cpp").read_text(encoding="utf-8")
    return re.search(r'R"css\((.*?)\)css"', source, re.S)[1]


def number(value):
    if value >= 1e6:
        return f"{value / 1e6:.4g} M"
    return f"{value / 1e3:.4g} k" if value >= 1e4 else f"{value:.4g}"


class Axis:
    """Where values lie between 0 and 1, and the round numbers to mark."""

    def __init__(self, values, logarithmic=False):
        above = [value for value in values if value > 0] or [1]
        self.logarithmic = logarithmic
        self.start = 10 ** math.floor(math.log10(min(above))) if logarithmic else 0
        self.end = max(self.start * 10, 10 ** math.ceil(math.log10(max(above)))) if logarithmic else max(above) * 1.05

    def share(self, value):
        if self.logarithmic:
            return math.log10(value / self.start) / math.log10(self.end / self.start)
        return value / self.end

    def marks(self):
        if self.logarithmic:
            return [self.start * 10 ** i for i in range(round(math.log10(self.end / self.start)) + 1)]
        rough = self.end / 6
        power = 10 ** math.floor(math.log10(rough))
        step = next((nice * power for nice in (1, 2, 5) if nice * power >= rough), 10 * power)
        return [i * step for i in range(int(self.end / step) + 1)]


def svg(title, x_label, y_label, lines, logarithmic=False):
    """`lines`: (name, [(x, y), ...]); nothing to see gives nothing."""
    lines = [(name, points) for name, points in lines if len(points) > 1]
    if not lines:
        return ""
    x = Axis([at for _, points in lines for at, _ in points])
    y = Axis([value for _, points in lines for _, value in points], logarithmic)

    def px(value):
        return f"{LEFT + x.share(value) * (WIDTH - LEFT - RIGHT):.1f}"

    def py(value, down=0):
        return f"{HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM) + down:.1f}"

    out = [f'<figure><figcaption>{html.escape(title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
           f'aria-label="{html.escape(title)}">']
    for mark in y.marks():
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{py(mark)}" y2="{py(mark)}"/>'
                   f'<text x="{LEFT - 6}" y="{py(mark, 4)}" text-anchor="end">{number(mark)}</text>')
    for mark in x.marks():
        out.append(f'<text x="{px(mark)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{number(mark)}</text>')
    out.append(f'<text class="axis" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{html.escape(x_label)}</text>'
               f'<text class="axis" x="14" y="{TOP}" text-anchor="end" transform="rotate(-90 14 {TOP})">'
               f'{html.escape(y_label)}</text>')
    for colour, (name, points) in enumerate(lines, 1):
        seen = [(at, value) for at, value in points if value > 0 or not logarithmic]
        path = "L".join(f"{px(at)} {py(value)}" for at, value in seen)
        dots = "".join(f'<circle cx="{px(at)}" cy="{py(value)}" r="2.5"><title>{html.escape(name)}: {at:,.4g}, {value:,.4g}'
                       '</title></circle>' for at, value in seen)
        out.append(f'<g class="line-{colour}"><path d="M{path}"/>{dots}</g>')
    legend = " ".join(f'<span class="line-{colour}"><i></i>{html.escape(name)}</span>'
                      for colour, (name, _) in enumerate(lines, 1))
    return "".join(out) + f'</svg><p class="legend">{legend}</p></figure>\n'
