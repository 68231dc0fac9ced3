"""Pages fetched from a real server: what is refused, what is respected, and where it stops."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from pages_world import Answer, Site, served
from patience import pass_by

from sufler.domain.errors import FetchError
from sufler.outbound.addresses import checked_address
from sufler.outbound.fetch import OUR_NAME, Fetcher, Limits

HTML = frozenset({"text/html"})
SOON = Limits(size=200_000, connect_s=60, silence_s=60, whole_s=200, pause_s=0.0)


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(frozenset({"127.0.0.1"}), limits=SOON) as fetcher:
        yield fetcher


def leading_to(*addresses: str):  # type: ignore[no-untyped-def]
    async def ask(host: str, port: int) -> Sequence[str]:
        return list(addresses)

    return ask


async def test_that_a_page_is_fetched_under_our_name(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "Привет", "text/html; charset=utf-8", ETag='"1"')
    found = await fetcher.get(f"{site.url}/a", HTML)
    assert (found.body.decode(), found.kind, found.charset, found.etag) == (
        *("Привет", "text/html", "utf-8", '"1"'),
    )
    assert site.asked[-1].headers["user-agent"] == OUR_NAME
    assert site.asked[-1].host == f"127.0.0.1:{site.port}"


async def test_that_an_unchanged_page_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "x", ETag='"1"')
    assert (await fetcher.get(f"{site.url}/a", HTML, etag='"1"')).unchanged
    assert not (await fetcher.get(f"{site.url}/a", HTML, etag='"0"')).unchanged


@pytest.mark.parametrize("status", [404, 410])
async def test_that_a_page_that_is_no_more_is_gone(
    site: Site, fetcher: Fetcher, status: int
) -> None:
    site.pages["/a"] = Answer(status=status)
    assert (await fetcher.get(f"{site.url}/a", HTML)).gone


async def test_that_robots_are_respected(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\nDisallow: /*?", "text/plain")
    site.put("/private/a", "x")
    site.put("/open", "x")
    for path in ("/private/a", "/open?page=2"):
        with pytest.raises(FetchError, match=r"robots\.txt does not allow it"):
            await fetcher.get(site.url + path, HTML)
    assert (await fetcher.get(f"{site.url}/open", HTML)).body == b"x"
    assert site.paths() == ["/open"]


async def test_that_robots_with_our_name_count_more(site: Site, fetcher: Fetcher) -> None:
    site.put(
        "/robots.txt", "User-agent: *\nAllow: /\n\nUser-agent: Sufler\nDisallow: /", "text/plain"
    )
    with pytest.raises(FetchError, match="does not allow"):
        await fetcher.get(f"{site.url}/a", HTML)


async def test_that_a_site_whose_robots_fail_is_not_read(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = Answer(status=503)
    site.put("/a", "x")
    with pytest.raises(FetchError, match=r"robots\.txt cannot be read"):
        await fetcher.get(f"{site.url}/a", HTML)


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]:1/",
     "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/"],
)  # fmt: skip
async def test_that_a_redirect_into_the_house_is_refused(
    site: Site, fetcher: Fetcher, target: str
) -> None:
    site.pages["/a"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(FetchError, match="private address"):
        await fetcher.get(f"{site.url}/a", HTML)


async def test_that_the_own_machine_is_refused_unless_it_is_allowed_by_name(site: Site) -> None:
    site.put("/a", "x")
    async with Fetcher(limits=SOON) as strict:
        for host in (f"127.0.0.1:{site.port}", f"localhost:{site.port}"):
            with pytest.raises(FetchError, match="SUFLER_ALLOW_HOSTS"):
                await strict.get(f"http://{host}/a", HTML)
    assert site.asked == []


async def test_that_a_name_is_asked_at_the_address_that_was_checked(site: Site) -> None:
    """DNS that answers something else the second time gains nothing: it is not asked again."""
    site.put("/a", "x")
    answers = iter([["127.0.0.1"]] * 2 + [["169.254.169.254"]] * 9)

    async def turning(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async with Fetcher(frozenset({"wiki.test"}), limits=SOON, resolver=turning) as fetcher:
        found = await fetcher.get(f"http://wiki.test:{site.port}/a", HTML)
        assert found.body == b"x"
        assert site.asked[-1].host == f"wiki.test:{site.port}"
        with pytest.raises(FetchError, match="private address"):
            await fetcher.get(f"http://wiki.test:{site.port}/a", HTML)


async def test_that_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    ask = leading_to("93.184.216.34", "10.1.2.3")
    with pytest.raises(FetchError, match="private"):
        await checked_address("rebind.test", 80, ask, frozenset())
    public = leading_to("93.184.216.34")
    assert await checked_address("a.test", 80, public, frozenset()) == "93.184.216.34"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1",
     "64:ff9b::a00:1", "2002:a00:1::1", "fd00:ec2::254"],
)  # fmt: skip
async def test_that_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(FetchError, match="private"):
        await checked_address("a.test", 80, leading_to(address), frozenset())


async def test_that_metadata_of_a_cloud_is_refused_even_for_an_allowed_name() -> None:
    ask = leading_to("169.254.169.254")
    with pytest.raises(FetchError, match="private"):
        await checked_address("wiki.corp", 80, ask, frozenset({"wiki.corp"}))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://a.test/x", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("http://anna:secret@a.test/", "holds a login"),
        ("http://a.test:99999/", "not an address"),
        ("nonsense", "http or https"),
    ],
)
async def test_that_other_addresses_are_refused_without_showing_secrets(
    fetcher: Fetcher, url: str, words: str
) -> None:
    with pytest.raises(FetchError, match=words) as refused:
        await fetcher.get(url, HTML)
    assert "secret" not in refused.value.message


async def test_that_a_large_page_is_left_where_it_gets_too_large(
    site: Site, fetcher: Fetcher
) -> None:
    site.pages["/a"] = Answer(b"x" * 300_000)
    site.pages["/bomb"] = Answer(
        gzip.compress(b"0" * 10_000_000),
        headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
    )
    for path in ("/a", "/bomb"):
        with pytest.raises(FetchError, match="larger than 195 kB"):
            await fetcher.get(site.url + path, HTML)


async def test_that_a_server_that_drips_or_is_silent_is_left(site: Site, fetcher: Fetcher) -> None:
    """Minutes pass at once; the site runs in threads of its own."""
    stop, loop = threading.Event(), asyncio.get_running_loop()

    def drops() -> Iterator[bytes]:
        while not stop.wait(0.05):
            yield b"x"
            loop.call_soon_threadsafe(pass_by, SOON.silence_s / 2)

    def silence() -> Iterator[bytes]:
        while not stop.wait(0.05):  # again: the fetcher may not have begun to wait
            loop.call_soon_threadsafe(pass_by, SOON.silence_s)
        yield b""

    site.pages["/drip"] = Answer(drip=drops)
    site.pages["/silent"] = Answer(drip=silence)
    try:
        with pytest.raises(FetchError, match="takes longer than"):
            await fetcher.get(f"{site.url}/drip", HTML)
        with pytest.raises(FetchError, match="in time"):
            await fetcher.get(f"{site.url}/silent", HTML)
    finally:
        stop.set()


async def test_that_what_is_no_page_is_not_read(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "%PDF", "application/pdf")
    site.pages["/b"] = Answer(status=500)
    site.pages["/c"] = Answer(status=302, headers={"Location": "/c"})
    with pytest.raises(FetchError, match="is application/pdf, not a page"):
        await fetcher.get(f"{site.url}/a", HTML)
    with pytest.raises(FetchError, match="answers 500"):
        await fetcher.get(f"{site.url}/b", HTML)
    with pytest.raises(FetchError, match="more than 5 times"):
        await fetcher.get(f"{site.url}/c", HTML)
    with pytest.raises(FetchError, match="connection failed"):
        await fetcher.get("http://127.0.0.1:1/", HTML)


async def test_that_a_host_in_another_alphabet_is_asked_by_its_latin_name(site: Site) -> None:
    site.put("/a", "x")
    names = frozenset({"вики.тест"})
    async with Fetcher(names, limits=SOON, resolver=leading_to("127.0.0.1")) as fetcher:
        assert (await fetcher.get(f"http://вики.тест:{site.port}/a", HTML)).body == b"x"
    assert site.asked[-1].host == f"xn--b1amah.xn--e1aybc:{site.port}"
