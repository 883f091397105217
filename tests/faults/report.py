"""What a run prints at its end."""
import verdict


def table(tallies, found):
    """Markdown, one line a fault."""
    kinds = verdict.kinds(found)
    lines = ["| fault | injected | seconds | sent meanwhile | acknowledged | longest until acknowledging, s "
             "| longest until routable, s |", "|---|--:|--:|--:|--:|--:|--:|"]
    lines += [f"| {name} | {tally.count} | {tally.seconds:.0f} | {tally.sent} | {tally.acknowledged} "
              f"| {tally.acknowledging_s:.2f} | {tally.routable_s:.2f} |" for name, tally in sorted(tallies.items())]
    wanted = ["lost", "doubled", "reordered", "two agents", "assigned twice in a row", "over capacity", "stranded",
              "out of turn", "gap", "foreign"]
    lines += ["", ", ".join(f"{kind} {kinds.pop(kind, 0)}" for kind in wanted)]
    if kinds:
        lines.append("other: " + ", ".join(f"{kind} {count}" for kind, count in kinds.items()))
    return "\n".join(lines)
