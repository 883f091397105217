"""Connections that break, fall silent, crawl."""
from nemesis import fault


async def one(stage, dice, what, link, **fields):
    """Does `what` to the relay `link` ("redis" or "clients") of one server; the relay's name."""
    place = dice.choice(stage.places)
    relay = getattr(place, link)
    await stage.relays.do(relay, what, seed=dice.seed(), **fields)
    return relay


async def every(stage, dice, what, **fields):
    for place in stage.places:
        await stage.relays.do(place.clients, what, seed=dice.seed(), **fields)


@fault("server cut off from Redis")
async def redis_cut(stage, dice):
    relay = await one(stage, dice, "abort", "redis", new="refuse")
    yield dice.seconds(1.2, 8)
    await stage.relays.heal(relay)


@fault("server cut off from Redis beyond its lease", quick=False)
async def redis_cut_for_long(stage, dice):
    relay = await one(stage, dice, "abort", "redis", new="refuse")
    yield dice.seconds(13, 20)
    await stage.relays.heal(relay)


@fault("Redis silent for a server")
async def redis_silent(stage, dice):
    relay = await one(stage, dice, "gate", "redis", up=False, down=False, new="hold")
    yield dice.seconds(1.2, 16)
    await stage.relays.heal(relay)


@fault("Redis not heard by a server")
async def redis_unheard(stage, dice):
    relay = await one(stage, dice, "gate", "redis", down=False, new="hold")
    yield dice.seconds(1.2, 16)
    await stage.relays.heal(relay)


@fault("Redis does not hear a server")
async def redis_deaf(stage, dice):
    relay = await one(stage, dice, "gate", "redis", up=False, new="hold")
    yield dice.seconds(1.2, 16)
    await stage.relays.heal(relay)


@fault("events for a server held back")
async def events_late(stage, dice):
    """What others publish comes late, all at once; commands are answered as ever."""
    relay = await one(stage, dice, "gate", "redis", down=False, only="subscribers")
    yield dice.seconds(1.2, 20)
    await stage.relays.heal(relay)


@fault("subscription of a server half open")
async def subscription_half_open(stage, dice):
    """Redis has forgotten it, the server hears nothing of that: what others publish meanwhile is lost."""
    relay = await one(stage, dice, "deaf", "redis", only="subscribers")
    yield dice.seconds(1.2, 20)
    await stage.relays.heal(relay)


@fault("connections of a server to Redis half open")
async def redis_half_open(stage, dice):
    """The server sees its links break and connects anew; what it had sent is still under way to Redis."""
    relay = await one(stage, dice, "half", "redis")
    yield dice.seconds(1, 5)
    await stage.relays.heal(relay)


@fault("link to Redis slow")
async def redis_slow(stage, dice):
    relay = await one(stage, dice, "slow", "redis", bytes_per_s=20_000)
    yield dice.seconds(1.2, 8)
    await stage.relays.heal(relay)


@fault("client connections cut")
async def clients_cut(stage, dice):
    await every(stage, dice, "abort", share=0.5)
    yield 0.5


@fault("client connections silent")
async def clients_silent(stage, dice):
    await every(stage, dice, "gate", up=False, down=False, share=0.3)
    yield dice.seconds(1.2, 15)
    await stage.relays.heal()


@fault("client connections silent one way")
async def clients_one_way(stage, dice):
    way = {"up": False} if dice.source.random() < 0.5 else {"down": False}
    await every(stage, dice, "gate", share=0.3, **way)
    yield dice.seconds(1.2, 15)
    await stage.relays.heal()


@fault("client connections half open")
async def clients_half_open(stage, dice):
    await every(stage, dice, "half", share=0.3)
    yield dice.seconds(1.2, 20)
    await stage.relays.heal()


@fault("client connections slow")
async def clients_slow(stage, dice):
    await every(stage, dice, "slow", share=0.3, bytes_per_s=2_000)
    yield dice.seconds(1.2, 10)
    await stage.relays.heal()


@fault("clients read nothing")
async def clients_read_nothing(stage, dice):
    """They ask for their log again and again and take no answer, until the server has enough of them (4513)."""
    greedy = dice.source.sample(stage.visitors, len(stage.visitors) // 10)
    await every(stage, dice, "gate", down=False, share=0.3, new="pass")
    for visitor in greedy:
        visitor.greedy = True
    yield dice.seconds(2, 8)
    for visitor in greedy:
        visitor.greedy = False
    await stage.relays.heal()


@fault("all clients reconnect at once")
async def all_reconnect(stage, dice):
    await every(stage, dice, "abort")
    yield 0.5
