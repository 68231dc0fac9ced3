"""Callers over HTTP, in a process of their own: raw sockets that stay open, one thread.

`python -m bench.callers PORT KEY CALLERS SECONDS < texts.json` prints the seconds of every answer.
"""

import asyncio
import json
import sys
import time

WARM_UP_S = 0.7


def request_of(port: int, key: str, text: str) -> bytes:
    """The bytes of one POST."""
    body = json.dumps({"text": text}, ensure_ascii=False).encode()
    head = (
        f"POST /api/v1/suggestions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def call(
    port: int, requests: list[bytes], first: int, step: int, end: float
) -> list[tuple[float, float]]:
    """Ask until `end`; when each answer came, and after how many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[tuple[float, float]] = []
    number = first
    while (began := time.perf_counter()) < end:
        writer.write(requests[number % len(requests)])
        number += step
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        length = head.lower().index(b"content-length:") + len(b"content-length:")
        await reader.readexactly(int(head[length : head.index(b"\r\n", length)]))
        now = time.perf_counter()
        took.append((now, now - began))
    writer.close()
    return took


async def run(port: int, key: str, callers: int, seconds: float, texts: list[str]) -> None:
    """All callers at once; prints JSON: answers a second, and the seconds of each."""
    requests = [request_of(port, key, text) for text in texts]
    start = time.perf_counter() + WARM_UP_S
    end = start + seconds
    calls = (call(port, requests, n, callers, end) for n in range(callers))
    answers = [each for took in await asyncio.gather(*calls) for each in took]
    counted = [took for at, took in answers if start <= at <= end]
    sys.stdout.write(json.dumps({"rate": len(counted) / seconds, "seconds": counted}))


if __name__ == "__main__":
    port, key, callers, seconds = sys.argv[1:]
    asyncio.run(run(int(port), key, int(callers), float(seconds), json.load(sys.stdin)))
