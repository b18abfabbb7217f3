"""Nothing about the public wall's sample depends on what its reviews say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from northstar.domain.reviews import ReviewRecord
from tests.walls import CONFIGURATION, Memories, ids, review

RECORDS = [review(number) for number in range(40)]
SAID = st.tuples(
    st.sampled_from([None, 1, 2, 3, 4, 5]),
    st.text(st.characters(codec="utf-8"), max_size=900).filter(str.strip),
    st.sampled_from([None, "en", "de", "ja", "und"]),
    st.sampled_from([None, "Title"]),
)


def saying(
    record: ReviewRecord, said: tuple[int | None, str, str | None, str | None]
) -> ReviewRecord:
    """Return a review with another rating, text, language and title."""
    rating, text, language, title = said
    changed = replace(record.review, rating=rating, text=text, language=language, title=title)
    return replace(record, review=changed)


@settings(max_examples=60)
@given(st.lists(SAID, min_size=40, max_size=40), st.randoms(use_true_random=False))
def test_what_is_said_never_decides_who_is_shown(said: list[tuple], chance) -> None:
    """Other ratings, lengths, languages and titles, in any order: the same reviews are drawn."""
    proof = replace(CONFIGURATION.proof, newest=30)
    configuration = replace(CONFIGURATION, proof=proof)
    changed = [saying(one, words) for one, words in zip(RECORDS, said, strict=True)]
    chance.shuffle(changed)
    usual = ids(Memories(RECORDS, configuration=configuration).make())
    assert ids(Memories(changed, configuration=configuration).make()) == usual
    assert len(usual) == proof.shown
