"""A desk of your own on Sufler: suggestions, what happens, and webhooks. Standard library only."""

import base64, hmac, json, os, sys, threading, time, urllib.request


def call(path, body=None, **headers):
    headers |= {"Authorization": "Bearer " + os.environ["SUFLER_KEY"]}
    headers |= {"Content-Type": "application/json"}
    url = os.environ.get("SUFLER_URL", "http://localhost:8000") + "/api/v1" + path
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60)


def listen(told, event_id=None):
    """Call told(event) for whatever happens, for ever; a cut line loses and doubles nothing."""
    while True:
        try:
            with call("/stream", **({"Last-Event-ID": event_id} if event_id else {})) as lines:
                field = {}
                for line in lines:
                    name, _, value = line.decode().rstrip("\n").partition(": ")
                    if name:
                        field[name] = value
                        continue
                    if "data" in field:
                        told(json.loads(field["data"]))
                    event_id, field = field.get("id", event_id), {}
        except OSError as error:
            print("stream:", error, file=sys.stderr)
        time.sleep(1)


def verify(secret, headers, body):
    """Whether a webhook's body (bytes) is from your Sufler, and is not an old one sent again."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    mine = "v1," + base64.b64encode(made).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(hmac.compare_digest(mine, s) for s in headers["webhook-signature"].split())


if __name__ == "__main__":
    threading.Thread(target=listen, args=(lambda e: print(e.get("type", e)),), daemon=True).start()
    for text in sys.stdin:  # what your customer wrote; here the operator takes the first as it is
        made = json.load(call("/suggestions", {"text": text, "conversation_id": "desk-1"}))
        for item in made["items"]:
            print(item["level"], item["title"], item["text"], flush=True)
        if made["items"]:
            sent = {"action": "accepted", "article_id": made["items"][0]["article_id"]}
            sent["final_text"] = made["items"][0]["text"]
            call(f"/suggestions/{made['suggestion_id']}/feedback", sent)
