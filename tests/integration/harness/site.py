"""The site that the tests run: two support departments, a sales channel where agents pick, a queue for one."""
import json

CHANNELS = {
    "soporte": {"title": "Soporte", "greeting": "Bienvenido", "ask": ["message", "name", "email", "department"],
                "any_department": True},
    "ventas": {"title": "Ventas", "ask": ["name", "email"]},
    "corta": {"title": "Cola corta", "ask": []},
    "prisa": {"title": "Con prisa", "ask": ["message"]},
}
DEPARTMENTS = {
    "soporte-tecnico": {"name": "Soporte Técnico", "channel": "soporte", "capacity": 4},
    "soporte-contable": {"name": "Soporte Contable", "channel": "soporte", "capacity": 4},
    "ventas": {"name": "Ventas", "channel": "ventas", "assign": "take", "capacity": 2},
    "corta": {"name": "Cola corta", "channel": "corta", "assign": "take", "max_waiting": 1},
    "prisa": {"name": "Con prisa", "channel": "prisa", "answer_within_s": 1},
    "pagos": {"name": "Pagos"},
}


def _lines(values):
    # What JSON and TOML have in common is all that is needed here.
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def site_toml(departments=None, channels=None, origins=("https://www.fel.mx",), trusted_proxies=(), **tables):
    """`departments` and `channels` change members of the site's own, or add some; `chat={…}`, `limits={…}` are tables."""
    lines = ['site = "prueba"', 'name = "Sitio de prueba"',
             *_lines({"origins": origins, "trusted_proxies": trusted_proxies})]
    for name, values in tables.items():
        lines += [f"[{name}]", *_lines(values)]
    for table, own, changes in (("channel", CHANNELS, channels or {}), ("department", DEPARTMENTS, departments or {})):
        for name in {**own, **changes}:
            lines += [f"[[{table}]]", *_lines({"id": name, **own.get(name, {}), **changes.get(name, {})})]
    return "\n".join(lines) + "\n"
