"""How complete a profile is."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.register.completeness import QUESTIONS, score

ANSWERS = st.dictionaries(
    st.sampled_from(sorted(QUESTIONS)), st.sampled_from([None, "", 0, 7, "x"])
)


def test_an_empty_profile_scores_nothing_and_asks_everything() -> None:
    found = score({}, confirmed_this_year=False)

    assert found.percent == 0
    assert set(found.missing) == {*QUESTIONS, "confirmed"}
    assert all(found.missing_labels)


def test_zero_is_an_answer_and_emptiness_is_not() -> None:
    full: dict[str, object] = dict.fromkeys(QUESTIONS, 0)

    assert score(full, confirmed_this_year=True).percent == 100
    assert score({**full, "members": ""}, confirmed_this_year=True).missing == ("members",)


@given(ANSWERS, st.booleans(), st.sampled_from(sorted(QUESTIONS)))
def test_one_more_answer_never_lowers_the_score(
    answers: dict[str, object], confirmed: bool, question: str
) -> None:
    before = score(answers, confirmed_this_year=confirmed)
    after = score({**answers, question: 1}, confirmed_this_year=confirmed)

    assert 0 <= before.percent <= after.percent <= 100
    assert (before.percent == 100) == (not before.missing)
