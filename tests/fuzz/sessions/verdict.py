"""All that does not hold in one episode."""
from logs import judge
from replies import replies


def verdict(record, chats, burst, sockets):
    """`chats`: id -> what an admin reads of it at the end, or {"lost": status}; the limits are the server's. Findings begin with
    their kind. Where the replies are wrong already, what follows from them is not asked."""
    found = record.missing + replies(record, burst, sockets)
    found += [f"lost: {chat} is {body['lost']}" for chat, body in chats.items() if "lost" in body]
    return found or judge(record, chats)
