"""A page is served from memory only while what it was built from still stands."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from traceability.scan.story_cache import Kept, StoryCache

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def page(*rests_on: str, size: int = 10) -> Kept[str]:
    return Kept("page", size, frozenset(rests_on), NOON, NOON + timedelta(minutes=10))


def kept(cache: StoryCache[str], key: str, made: Kept[str]) -> bool:
    return cache.keep(key, made, cache.begin())


def test_a_page_is_shown_from_when_it_was_built_until_something_expires() -> None:
    made = page("b1")

    assert made.is_fresh(NOON)
    assert not made.is_fresh(NOON + timedelta(minutes=10))
    assert not made.is_fresh(NOON - timedelta(seconds=1)), "a clock that went back proves nothing"


def test_what_rests_on_a_changed_subject_goes_and_says_so_to_whoever_holds_it() -> None:
    cache = StoryCache[str](1000)
    of_area, other = page("b1", "a7"), page("b2", "a8")
    assert kept(cache, "one", of_area)
    assert kept(cache, "two", other)

    cache.drop(["a7", "p99"])

    assert cache.find("one") is None
    assert not of_area.is_alive
    assert cache.find("two") is other


def test_what_changed_while_a_page_was_built_keeps_it_out() -> None:
    cache = StoryCache[str](1000)
    begun = cache.begin()
    cache.drop(["a7"])

    late, unconcerned = page("b1", "a7"), page("b2")
    assert not cache.keep("one", late, begun)
    assert not late.is_alive
    assert cache.find("one") is None
    assert cache.keep("two", unconcerned, begun)


def test_a_page_begun_before_everything_was_let_go_is_not_kept() -> None:
    cache = StoryCache[str](1000)
    begun = cache.begin()
    cache.clear()

    assert not cache.keep("one", page("b1"), begun)


def test_a_page_begun_longer_ago_than_is_remembered_is_not_kept() -> None:
    cache = StoryCache[str](1000)
    begun = cache.begin()
    for number in range(5000):
        cache.drop([f"a{number}"])

    assert not cache.keep("one", page("b1"), begun)
    assert kept(cache, "one", page("b1"))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=80))
def test_the_budget_of_bytes_is_never_exceeded(given_pages: list[tuple[int, int]]) -> None:
    cache = StoryCache[str](100)
    for key, size in given_pages:
        assert kept(cache, str(key), page(f"b{key}", size=size))

    sizes = [found.size for key in range(10) if (found := cache.find(str(key)))]
    assert sum(sizes) <= 100
    if given_pages:
        assert cache.find(str(given_pages[-1][0])) is not None


def test_the_page_shown_longest_ago_goes_first_and_is_forgotten_by_its_subjects() -> None:
    cache = StoryCache[str](25)
    first, second = page("b1"), page("b1")
    kept(cache, "first", first)
    kept(cache, "second", second)
    cache.touch("first")
    kept(cache, "third", page("b3"))

    assert cache.find("second") is None
    assert not second.is_alive
    assert cache.find("first") is first
    cache.drop(["b1"])
    assert cache.find("first") is None
    assert cache.find("third") is not None
