"""The page of ./dev bench: targets and what was reached, ratios, plots, the peers' source, and what others have published.
One file without anything from elsewhere, to keep or to mail."""
import html
import json

import history
import plots
from contenders import PEERS, ROOT
from targets import TARGETS, summary

PUBLISHED = ROOT / "loadtest" / "bench" / "published.json"
LABELS = {"ventanilla": "Ventanilla", "ws": "ws + ioredis", "socketio": "Socket.IO + adapter", "accept": "ws, accepts only",
          "many": "many agents, long queue", "middle": "a tenth of both", "few": "few agents, short queue", "crowded": "idle connections beside",
          "quiet": "none beside", "always": "always", "everysec": "everysec"}
SOURCES = (("desk.js", "what both peers do with a request"), ("ws_peer.js", "ws + ioredis"),
           ("socketio_peer.js", "Socket.IO + Redis adapter + ioredis"), ("accept_peer.js", "ws that accepts and no more"),
           ("package.json", "the versions"))
STYLE = """
body { max-width: 76rem; } td.text, th.text { text-align: left; white-space: normal; min-width: 16rem; }
td:last-child { white-space: normal; } tr.missed td:nth-child(6) { color: var(--bad); font-weight: 600; } pre { overflow-x: auto; font-size: .8rem; }
"""


def table(head, rows):
    """`rows`: (class, cells); the first cell is text."""
    def line(tag, cells):
        return "".join(f'<{tag}{" class=text" if i == 0 else ""}>{cell}</{tag}>' for i, cell in enumerate(cells))
    body = "".join(f'<tr class="{kind}">{line("td", cells)}</tr>\n' for kind, cells in rows)
    return f'<div class="wide"><table><tr>{line("th", head)}</tr>\n{body}</table></div>\n'


def where(line):
    """Which run a figure is of."""
    return (f'{line["commit"]}, {line["at"][:10]}, load {line["load_before"]:.1f}'
            + ("" if line["home"] == "default" else f', Redis on {line["home"]}')
            + "".join(f", {size}" for size in history.other_sizes(line)))


def targets(lines):
    rows = []
    for target in TARGETS:
        keys = [target.of] + ([target.against] if target.against else [])
        run = history.newest(lines, "figures", keys)
        wanted = [target.shown(target.at_least), target.shown(target.aim)]
        values = target.values(run["figures"]) if run else []
        if not values:
            rows.append(("missed", [html.escape(target.text), *wanted, "not measured", "", "", ""]))
            continue
        middle, least, most = summary(values)
        verdict = target.verdict(middle)
        rows.append((verdict.split()[0], [html.escape(target.text), *wanted, f"<b>{target.shown(middle)}</b>",
                                          f"{target.shown(least)}–{target.shown(most)} ({len(values)})", verdict,
                                          html.escape(where(run))]))
    return table(["figure", "at least", "aim", "median", "least–most (rounds)", "", "run"], rows)


def newest_of_all(lines):
    """Of each figure the newest run that has it."""
    found = {}
    for line in lines:
        for key, values in line["figures"].items():
            if values:
                found[key] = (values, line)
    return found


def contenders(lines):
    rows = []
    found = newest_of_all(lines)
    for key, (values, line) in sorted(found.items(), key=lambda item: item[0].rsplit(", ", 1)[0]):
        what, name = key.rsplit(", ", 1)
        own = line["figures"].get(f"{what}, ventanilla")
        pairs = [mine / other for mine, other in zip(own or [], values) if other] if name != "ventanilla" else []
        middle, least, most = summary(values)
        rows.append(("", [html.escape(what), html.escape(LABELS.get(name, name)), f"{middle:,.2f}",
                          f"{least:,.2f}–{most:,.2f} ({len(values)})", f"{summary(pairs)[0]:.2f}×" if pairs else "",
                          html.escape(where(line))]))
    return table(["figure", "of", "median", "least–most (rounds)", "Ventanilla against it", "run"], rows)


def curves(lines, kind):
    """name: points, of the newest run that has them."""
    found = {}
    for line in lines:
        for key, points in line.get("curves", {}).items():
            what, name = key.rsplit(", ", 1)
            if what == kind:
                found[name] = points
    return found


def pictures(lines):
    latency, memory = curves(lines, "latency"), curves(lines, "memory")
    out = ""
    for name, points in latency.items():
        quantiles = [(label, [(point[0], point[i]) for point in points])
                     for i, label in enumerate(("p50", "p90", "p99", "p99.9"), 2)]
        out += plots.svg(f"Acknowledgement, from the intended time, over the load: {LABELS[name]}", "messages a second",
                         "milliseconds", quantiles, logarithmic=True)
    out += plots.svg("99th of 100 acknowledgements over the load", "messages a second", "milliseconds",
                     [(LABELS[name], [(point[0], point[4]) for point in points]) for name, points in latency.items()],
                     logarithmic=True)
    out += plots.svg("Throughput over what is asked for", "messages a second asked for", "acknowledged a second",
                     [(LABELS[name], [(point[0], point[1]) for point in points]) for name, points in latency.items()])
    out += plots.svg("Memory over connections, nobody chats", "connections", "MB (proportional set size)",
                     [(LABELS[name], [(point[0], point[1] / 1e6) for point in points]) for name, points in memory.items()])
    messages = [(line, line["figures"].get("messages, ventanilla")) for line in lines]
    runs = [(line, values) for line, values in messages if values]
    out += plots.svg("Messages per second of the server's CPU, over the runs kept", "run", "messages",
                     [("Ventanilla", [(i, summary(values)[0]) for i, (_, values) in enumerate(runs, 1)])])
    return out


def sources():
    return "".join(f"<details><summary><code>loadtest/peers/{name}</code>: {html.escape(what)}</summary>"
                   f"<pre>{html.escape((PEERS / name).read_text(encoding='utf-8'))}</pre></details>\n" for name, what in SOURCES)


def published():
    rows = [("", [html.escape(entry["who"]), html.escape(entry["figure"]),
                  f'<a href="{html.escape(entry["url"])}">{html.escape(entry["source"])}</a>',
                  html.escape(entry["measures"])])
            for entry in json.loads(PUBLISHED.read_text(encoding="utf-8"))]
    page = table(["what", "figure", "published in", "what it measures, and what it does not"], rows)
    return page.replace("<table>", '<table class="published">')


def page(lines):
    """The whole page, of the runs in `lines` (the oldest first)."""
    last = lines[-1] if lines else {"cpu": "?", "cores": "?", "visitors": 0, "agents": 0, "at": "?"}
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ventanilla: what it
carries</title><style>{plots.style()}{STYLE}.published td, .published th {{ text-align: left; white-space: normal; vertical-align: top; }}
</style></head><body>
<h1>What a server carries</h1>
<p class="soft">{html.escape(str(last["cpu"]))}, {last["cores"]} cores; newest run {html.escape(last["at"])}. Written by
<code>./dev bench report</code> from <code>loadtest/history.jsonl</code>; how everything is measured is in
<code>loadtest/README.md</code>.</p>
<h2>Targets</h2>
<p>Median of the rounds; a ratio is that of the two halves of each round, which ran one after the other. The contender has
one core for itself; the load tester and Redis share the other.</p>
{targets(lines)}
<h2>Every figure</h2>
<p>The last column but one divides the server's figure by that of the contender in the line. Per second of CPU means of the
contender's process, all threads; Redis and the tester are not in it.</p>
{contenders(lines)}
<h2>Plots</h2>
{pictures(lines)}
<h2>The peers</h2>
<p>Both do the same work as the server for a message, and no more: auto-pipelining is on, a message is added to a stream of the
same Redis with the same <code>appendfsync</code>, given to the other side and acknowledged after Redis has it on disk. They
check no rights, look no <code>client_id</code> up, keep no presence, no queue and no limits; that is to their advantage.</p>
{sources()}
<h2>Published figures</h2>
<p>Of other machines and other work, so they say what is usual, not who is faster. Most count messages that are kept nowhere.</p>
{published()}
</body></html>
"""
