"""A page is served from memory only while what it was built from still stands."""

from hypothesis import given
from hypothesis import strategies as st

from traceability.scan.story_cache import StoryCache

PAGE = (b"before", b"after")


def test_a_page_is_found_under_its_key_and_stamp() -> None:
    cache = StoryCache(1000, fresh_for_s=20)
    cache.keep("batch", 1, 0.0, PAGE)

    assert cache.find("batch", 1, 19.0) == PAGE
    assert cache.find("other", 1, 1.0) is None


def test_a_changed_batch_or_an_old_page_is_built_anew() -> None:
    cache = StoryCache(1000, fresh_for_s=20)
    cache.keep("batch", 1, 0.0, PAGE)
    assert cache.find("batch", 2, 1.0) is None

    cache.keep("batch", 1, 0.0, PAGE)
    assert cache.find("batch", 1, 20.0) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=80))
def test_the_budget_of_bytes_is_never_exceeded(kept: list[tuple[int, int]]) -> None:
    cache = StoryCache(100, fresh_for_s=20)
    for key, length in kept:
        cache.keep(key, 0, 0.0, (b"x" * length,))

    sizes = [len(page[0]) for key in range(10) if (page := cache.find(key, 0, 0.0))]
    assert sum(sizes) <= 100
    if kept:
        assert cache.find(kept[-1][0], 0, 0.0) == (b"x" * kept[-1][1],)


def test_the_page_scanned_longest_ago_goes_first() -> None:
    cache = StoryCache(23, fresh_for_s=20)
    cache.keep("a", 0, 0.0, PAGE)
    cache.keep("b", 0, 0.0, PAGE)
    cache.find("a", 0, 1.0)
    cache.keep("c", 0, 0.0, (b"12",))

    assert cache.find("b", 0, 1.0) is None
    assert cache.find("a", 0, 1.0) == PAGE
