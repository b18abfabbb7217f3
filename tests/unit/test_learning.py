"""Learning: rows to models and cards, which of them serve, and the way back."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from northstar.app.insights import Insights
from northstar.app.learn import (
    Outcome,
    Trained,
    cards,
    example,
    learn,
    overdue,
    read,
    roll_back,
    served,
    serving,
    trained,
)
from northstar.cli import main
from northstar.domain.aggregates import Record
from northstar.domain.editions import Editions
from northstar.domain.errors import Broken, Invalid, NotFound, Unavailable
from northstar.domain.learning import (
    Card,
    Example,
    Figures,
    Shelf,
    chosen,
    enough,
    objection,
    promote,
)
from northstar.domain.learning import roll_back as shelf_before
from northstar.domain.measures import (
    auc,
    balanced_recall,
    calibrate,
    calibration_error,
    fit_cut,
)
from northstar.domain.newest import Newest
from northstar.domain.remarks import Remark, Said
from northstar.domain.reviews import Review, ReviewRecord, first_sight
from northstar.domain.sentiment import Document, Score
from northstar.domain.surveys import AnonymousAnswer, Response
from northstar.domain.verdicts import Verdict, correct
from northstar.runtime import bootstrap
from northstar.runtime.configuration import load
from northstar.runtime.learning import keep_up
from northstar.scoring import linear
from northstar.scoring.training import train
from northstar.store.models import ModelFiles

GOOD = ["bonne", "super", "pratique", "rapide", "parfait", "merci"]
BAD = ["nul", "bug", "impossible", "lente", "plante", "erreur"]
COMMON = ["application", "la", "très", "compte", "page", "pour", "le", "avec"]


def examples(language: str = "fr", count: int = 240, seed: int = 1) -> list[Example]:
    """Return made-up reviews; nine in ten have the words of their stars."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        label = 1 if number % 3 else -1
        words = GOOD if (label > 0) == (draw.random() < 0.9) else BAD
        text = [*draw.choices(COMMON, k=6), *draw.choices(words, k=2), f"n{number}"]
        made.append(Example(language, " ".join(text), label))
    return made


@pytest.fixture(scope="module")
def french() -> Trained:
    return train(examples(), "fr")


def card(name: str, own: float, vader: float = 0.6, positive: int = 200) -> Card:
    return Card(
        id=name,
        language="fr",
        own=Figures(100, positive, own, 0.8, 0.03),
        vader=Figures(100, 200, vader, 0.2, 0.03),
        vader_slope=2.0,
        vader_offset=0.0,
        normaliser="norm1",
        seed=1,
        cut=0.15,
        size=20_000,
    )


class Teacher:
    """Trains nothing: hands out the cards it was given, one after the other."""

    def __init__(self, *cards: Card) -> None:
        self.cards = list(cards)

    def __call__(self, examples: Iterable[Example], language: str) -> Trained:
        return Trained(self.cards.pop(0), b"model")


def nights(store: ModelFiles, *cards: Card) -> list[Outcome]:
    """Learn once for each card."""
    return [next(iter(learn(examples(), train=Teacher(one), store=store))) for one in cards]


# Measures


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([1, 2, 3, 4], 1.0), ([4, 3, 2, 1], 0.0), ([0, 0, 0, 0], 0.5), ([1, 3, 2, 4], 0.75)],
)
def test_auc_is_the_share_of_pairs_in_order(scores: list[float], expected: float) -> None:
    """Two negatives, two positives: each of the four pairs counts, a tie as half."""
    assert auc(scores, [False, False, True, True]) == expected


def test_a_zero_is_a_wrong_sign_for_both() -> None:
    """Who says 0 of every text has recalled nothing; the rarer kind weighs as much."""
    truths = [True, False, False, False]
    assert balanced_recall([0, 0, 0, 0], truths) == 0
    assert balanced_recall([-1, -1, -1, -1], truths) == 0.5


def test_calibration_error_is_the_gap_between_said_and_true() -> None:
    """Saying 0.75 where three in four balanced texts are positive is no error; 0.95 is one."""
    truths = [True] * 3 + [False] * 3
    said = [0.75, 0.75, 0.25, 0.75, 0.25, 0.25]
    assert calibration_error(said, truths) == pytest.approx(1 / 12)
    assert calibration_error([0.95] * 6, truths) == pytest.approx(0.45)


def test_calibrated_scores_are_probabilities() -> None:
    """Scores drawn from a known balanced logistic curve give back its slope and its middle."""
    draw = random.Random(3)
    scores = [draw.uniform(-4, 4) for _ in range(4_000)]
    truths = [draw.random() < linear.sigmoid(1.5 * score) for score in scores]
    slope, offset = calibrate(scores, truths)
    assert slope == pytest.approx(1.5, abs=0.15)
    assert offset == pytest.approx(0, abs=0.15)


def test_calibration_does_not_take_over_the_share_of_positives() -> None:
    """With nine negatives for each positive, a score that tells nothing still means one half."""
    slope, offset = calibrate([1.0] * 100, [True] * 10 + [False] * 90)
    assert linear.sigmoid(slope + offset) == pytest.approx(0.5, abs=0.05)


def test_the_cut_is_where_the_neutral_texts_are() -> None:
    """Neutral texts up to ±0.3 move the cut there; too few of them do not."""
    values = [0.9, -0.9] * 30 + [0.28, -0.28] * 15
    labels = [1, -1] * 30 + [0] * 30
    assert fit_cut(values, labels) == 0.3
    assert fit_cut(values[:70], labels[:70]) == 0.15


# Rules


@pytest.mark.parametrize(
    ("negative", "positive", "expected"),
    [(100, 100, True), (30, 170, True), (29, 500, False), (99, 100, False)],
)
def test_a_language_needs_enough_of_both(negative: int, positive: int, expected: bool) -> None:
    """200 texts, of which 30 are of the rarer kind."""
    assert enough(negative, positive) is expected


def test_only_what_is_better_serves() -> None:
    """Than VADER on the same texts, and than today's model: by its AUC, or from more texts."""
    assert objection(card("a", 0.7), None) is None
    assert objection(card("a", 0.901), card("b", 0.9)) is None
    assert objection(card("a", 0.891, positive=201), card("b", 0.9)) is None
    assert "no more texts" in (objection(card("a", 0.9), card("b", 0.9)) or "")
    assert "VADER" in (objection(card("a", 0.7, vader=0.71), None) or "")
    assert "b" in (objection(card("a", 0.88), card("b", 0.9)) or "")


def test_a_candidate_is_held_against_the_best_of_those_before() -> None:
    """Even where it beats the one that serves, or where nobody knows how good that is."""
    candidate, earlier = card("a", 0.885, positive=300), [card("c", 0.9), card("d", 0.8)]
    assert objection(candidate, card("b", 0.88), earlier[1:]) is None
    for current in (card("b", 0.88), card("b", 0.892), None):
        assert "0.900 of c" in (objection(candidate, current, earlier) or "")


def test_three_are_kept_the_newest_first() -> None:
    """The fourth takes the place of the first."""
    shelf = promote(promote(promote(promote(None, "a"), "b"), "c"), "d")
    assert shelf == Shelf("d", ("d", "c", "b"))


def test_the_way_back_leads_to_what_served_before() -> None:
    """Never to a model that was rolled back, however new."""
    shelf = promote(Shelf("b", ("c", "b", "a")), "d")
    assert shelf_before(shelf).serving == "b"
    assert shelf_before(shelf_before(shelf)).serving == "a"


def test_each_language_has_the_same_room_for_its_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order they come; choosing once more changes nothing."""
    monkeypatch.setattr("northstar.domain.learning.MAX_EXAMPLES", 5)
    told = [Example("fr", f"{9 - n}", 1, f"2026-03-0{n}") for n in range(1, 5)]
    told += [Example("en", "a", -1), Example("fr", "new", 0, "2026-03-05")]
    expected = ["a", "5", "new"]
    for order in (told, told[::-1], chosen(told)):
        assert [one.text for one in chosen(order)] == expected


def test_rolling_back_throws_nothing_away() -> None:
    """The model before serves; at the end there is nowhere to go."""
    before = shelf_before(Shelf("b", ("b", "a")))
    assert before == Shelf("a", ("b", "a"))
    with pytest.raises(Invalid, match="No model before a"):
        shelf_before(before)


# From night to night


def test_a_worse_model_leaves_what_serves(tmp_path: Path) -> None:
    """Its card is kept as evidence, its model is not."""
    store = ModelFiles(tmp_path)
    nights(store, card("good", 0.9), card("bad", 0.8))
    assert serving(store)["fr"].card == card("good", 0.9)
    assert "bad.json" in store.list()
    assert "bad.model" not in store.list()


def test_small_steps_down_do_not_add_up(tmp_path: Path) -> None:
    """Each of these is learnt from more texts, and little worse than the one before it."""
    outcomes = nights(
        ModelFiles(tmp_path),
        *(card(f"m{n}", 0.9 - n * 0.006, positive=200 + n) for n in range(3)),
    )
    assert [one.objection is None for one in outcomes] == [True, True, False]


def test_what_was_rolled_back_sets_no_standard(tmp_path: Path) -> None:
    """However good it looked: a person found it bad, and the next model need not equal it."""
    store = ModelFiles(tmp_path)
    nights(store, card("a", 0.9), card("too good", 0.99))
    roll_back(store, "fr")
    nights(store, card("b", 0.91))
    assert served(store) == {"fr": "b"}
    assert roll_back(store, "fr") == "a"


def test_rolled_back_by_the_pointer_and_not_promoted_again(tmp_path: Path) -> None:
    """The next night with the same content does not undo what a person decided."""
    store = ModelFiles(tmp_path)
    nights(store, card("a", 0.9), card("b", 0.91))
    assert roll_back(store, "fr") == "a"
    (outcome,) = nights(store, card("b", 0.91))
    assert outcome.objection == "b was rolled back"
    assert serving(store)["fr"].card.id == "a"


def test_the_last_three_models_are_kept(tmp_path: Path) -> None:
    """The fourth drops the first one's bytes."""
    store = ModelFiles(tmp_path)
    nights(store, *(card(name, 0.9, positive=200 + n) for n, name in enumerate("abcd")))
    kept = [name for name in store.list() if name.endswith(".model")]
    assert kept == ["b.model", "c.model", "d.model"]


def test_nothing_to_roll_back_is_said(tmp_path: Path) -> None:
    """A language without a model is named."""
    with pytest.raises(Invalid, match="'xx'"):
        roll_back(ModelFiles(tmp_path), "xx")


def test_a_name_that_is_not_stored_is_not_found(tmp_path: Path) -> None:
    """The folder need not exist."""
    store = ModelFiles(tmp_path / "none")
    assert store.list() == []
    with pytest.raises(NotFound):
        store.get("serving.json")


# Rows


def test_stars_become_labels_and_odd_rows_are_counted() -> None:
    """4–5 positive, 1–2 negative, 3 neither; without stars the label; the rest is not read."""
    lines = [
        "lang,stars,text,label\n",
        *("pt-BR,5,a,\n", "PT_br,4.0,b,-1\n", "fr,2,c,\n", "fr,3,d,\n", "zh,,e,-1\n"),
        *("fr,6,x,\n", "fr,,x,\n", "fr,many,x,\n", 'fr,5," ",\n', "fr,nan,x,\n"),
    ]
    reading = read(lines)
    told = [(one.language, one.label, one.text) for one in reading.examples]
    assert told == [
        *(("pt", 1, "a"), ("pt", 1, "b"), ("fr", -1, "c"), ("fr", 0, "d"), ("zh", -1, "e")),
    ]
    assert reading.unread == 5


def test_a_missing_column_is_named() -> None:
    """What the file lacks is in the message."""
    with pytest.raises(Invalid, match="stars"):
        read(["lang,text\n", "fr,a\n"])


def test_an_apps_month_is_one_block() -> None:
    """Reviews of one app in one month belong together; the day tells which are the newest."""
    (one,) = read(["lang,stars,text,app,created\n", "fr,5,a,shop,2026-03-04T05:06:07Z\n"]).examples
    assert (one.day, one.block) == ("2026-03-04", "shop 2026-03")


# The trainer


def test_the_same_rows_in_any_order_give_the_same_bytes(french: Trained) -> None:
    """Nothing of the order of rows reaches the model or its card."""
    rows = examples()
    random.Random(9).shuffle(rows)
    assert train(rows, "fr") == french


def test_another_row_gives_another_id(french: Trained) -> None:
    """The id follows from the content."""
    assert train(examples()[1:], "fr").card.id != french.card.id


def test_a_card_tells_what_was_measured(french: Trained) -> None:
    """Counts, figures out of fold, VADER's on the same rows, and the size."""
    told = french.card
    assert (told.own.negative, told.own.positive) == (80, 160)
    # One text in ten has the words of the other kind: only a model that has seen it knows.
    assert 0.8 < told.own.auc < 0.97
    assert told.vader.auc < told.own.auc
    assert told.size == len(french.content) <= 64 * 1024
    assert linear.load(french.content).id == told.id


def test_figures_are_of_texts_that_were_not_seen() -> None:
    """Stars drawn by lot cannot be learnt: an honest AUC is near one half, however often drawn."""
    draw = random.Random(4)
    rows = [replace(one, label=draw.choice((-1, 1))) for one in examples(count=300)]
    months = [replace(one, block=f"app {n % 12}") for n, one in enumerate(rows)]
    again = [replace(one, block=f"app {n % 11}") for n, one in enumerate(rows)]
    for repeated in ([*rows, *rows], [*months, *again]):
        assert abs(train(repeated, "fr").card.own.auc - 0.5) < 0.15


def test_a_block_is_never_in_both_parts() -> None:
    """What only tells apps apart is no skill: measured on other apps it is worth nothing."""
    rows = [
        Example("fr", f"{chr(97 + app) * 6} word{n}x", 1 if app % 2 else -1, "", f"app{app}")
        for app in range(20)
        for n in range(12)
    ]
    blind = [replace(one, block="") for one in rows]
    assert train(blind, "fr").card.own.auc > 0.95
    assert train(rows, "fr").card.own.auc < 0.8


def rare(seed: int) -> list[Example]:
    """Return reviews, one in eight positive: a third clear, the rest wrong in one of six."""
    draw, made = random.Random(seed), []
    for number in range(800):
        label = -1 if number % 8 else 1
        words = GOOD if (label > 0) == (draw.random() < 5 / 6) else BAD
        clear = ["adore"] if label > 0 else ["déteste"]
        word = draw.choice(clear if draw.random() < 1 / 3 else words)
        made.append(Example("fr", f"{draw.choice(COMMON)} {word}", label))
    return made


def test_a_confidence_is_a_promise_where_one_kind_is_rare() -> None:
    """Of the texts with a confidence of 0.8 or more, more than 0.91 have the right sign."""
    model = linear.load(train(rare(1), "fr").content)
    told = [(model.probability(one.text), one.label > 0) for one in rare(2)]
    sure = [(p > 0.5) == truth for p, truth in told if max(p, 1 - p) >= 0.8]
    assert len(sure) > 200
    assert sum(sure) > 0.91 * len(sure)


def test_of_one_kind_alone_nothing_is_known() -> None:
    """Without a positive text there is no probability but one half of both."""
    rows = [replace(one, label=-1) for one in examples(count=20)]
    assert train(rows, "fr").card.own.auc == 0.5


# The engine


def test_the_model_knows_the_words_of_its_stars(french: Trained) -> None:
    """Good words are positive, bad ones negative; nothing said is one half."""
    model = linear.load(french.content)
    assert model.probability("application super pratique") > 0.7
    assert model.probability("application impossible bug") < 0.3
    assert model.probability("") == 0.5


def test_the_memo_changes_no_score(french: Trained) -> None:
    """The second reading of a text says the same as the first, and as another text before it."""
    texts = ["très bonne application !!", "bug bug bug", "😡😡 nul", "味道很好 bonne", "a" * 5_000]
    warm = linear.load(french.content)
    first = [warm.probability(text) for text in texts]
    assert [warm.probability(text) for text in reversed(texts)] == first[::-1]
    assert [linear.load(french.content).probability(text) for text in texts] == first


def test_a_language_without_a_model_is_undetermined(french: Trained) -> None:
    """Undetermined has no value, least of all 0; so has a text without letters or emoji."""
    engine = linear.start({"fr": french.content})
    texts = [("bonne application", "pt"), ("12345", "fr"), ("", "fr"), ("super", "fr")]
    scores = engine.score([Document(*one) for one in texts])
    assert [(one.value is None, one.label) for one in scores[:3]] == [(True, "undetermined")] * 3
    assert scores[3].label == "positive"
    assert scores[3].engine.startswith(french.card.id)


def test_the_model_for_all_serves_where_it_has_proved_good() -> None:
    """Portuguese stars drawn by lot are not learnt, so that Portuguese is left undetermined."""
    draw = random.Random(5)
    noise = [replace(one, label=draw.choice((-1, 1))) for one in examples("pt")]
    engine = linear.start({"mul": train([*examples(), *noise], "mul").content})
    french, portuguese = engine.score([Document("super merci", "fr"), Document("super", "pt")])
    assert french.label == "positive"
    assert portuguese.label == "undetermined"


@pytest.mark.parametrize("damage", [b"", b"other format", b"cut", b"short"])
def test_bytes_that_are_no_model_are_broken(french: Trained, damage: bytes) -> None:
    """Another format, or a part of a model, is said and never scored with."""
    content = {b"cut": french.content[:-20], b"short": french.content[:19]}.get(damage, damage)
    with pytest.raises(Broken, match="learn it again"):
        linear.load(content)


# The commands


def rows(path: Path, *languages: str) -> str:
    """Write a CSV of examples and return its path."""
    lines = [
        f"{one.language},{3 + 2 * one.label},{one.text}"
        for language in languages
        for one in examples(language)
    ]
    path.write_text("\n".join(["lang,stars,text", *lines]), "utf-8")
    return str(path)


def test_learn_then_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Models of each language and of all are written; learning again changes no byte."""
    file, out = rows(tmp_path / "rows.csv", "fr", "it"), tmp_path / "models"
    for _ in range(2):
        assert main(["learn", file, "--out", str(out), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [one["language"] for one in told["models"]] == ["fr", "it", "mul"]
        written = {one.name: one.read_bytes() for one in out.iterdir()}
    assert main(["learn", file, "--out", str(tmp_path / "again")]) == 0
    assert {one.name: one.read_bytes() for one in (tmp_path / "again").iterdir()} == written
    assert "serves" in capsys.readouterr().out


def test_too_few_rows_make_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said how many there were; the exit code is 1."""
    file = tmp_path / "few.csv"
    file.write_text("lang,stars,text\nfr,5,super\nfr,1,nul\n", "utf-8")
    assert main(["learn", str(file), "--out", str(tmp_path / "models")]) == 1
    assert "1 negative and 1 positive texts are too few" in capsys.readouterr().out


def test_no_models_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`score --engine linear` without models, or with an empty folder, is wrong usage."""
    assert main(["score", "--engine", "linear"]) == 2
    assert main(["score", "--engine", "linear", "--models", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("model") >= 2


# Out of records


def starred(stars: int | None, text: str | None = "Fine", **changes: Any) -> ReviewRecord:
    """A review of March that was read as French."""
    review = Review(source="shopify", id="1", rating=stars, text=text, created="2026-03-05")
    read = Verdict(Score(0.5, "positive", 0.9, "fr", "detected", "test"))
    record = first_sight(review, "app", datetime(2026, 3, 6, tzinfo=UTC))
    return replace(record, **({"verdict": read} | changes))


@pytest.mark.parametrize(("stars", "label"), [(1, -1), (2, -1), (3, 0), (4, 1), (5, 1)])
def test_stars_are_what_is_learnt(stars: int, label: int) -> None:
    """With the language that was found, the day, and what belongs together."""
    expected = Example("fr", "Fine", label, "2026-03-05", "shopify:app 2026-03")
    assert example(starred(stars), ZoneInfo("UTC")) == expected


def test_what_has_no_verdict_of_its_writer_teaches_nothing() -> None:
    """No stars, no text, an agent's note, an answer that looks machine-made."""
    said = Said("standard", "1", "note", datetime(2026, 3, 5, tzinfo=UTC), "agent", "Angry!", 1)
    answer = AnonymousAnswer(
        "a", 1, "2026-03-05", "csat", Response(csat=1, comment="Bad"), "email", "s@1", suspect=True
    )
    zone = ZoneInfo("UTC")
    assert example(starred(None), zone) is None
    assert example(starred(5, None), zone) is None
    assert example(Remark("r", 1, said), zone) is None
    assert example(answer, zone) is None
    assert example(replace(answer, suspect=False), zone) == Example(
        "und", "Bad", -1, "2026-03-05", "s@1 2026-03"
    )


def test_what_a_person_says_goes_before_the_stars() -> None:
    """Label and language."""
    at = datetime(2026, 3, 7, tzinfo=UTC)
    verdict = starred(5).verdict
    assert verdict
    corrected = correct(verdict, at, label="negative", language="pt")
    found = example(starred(5, verdict=corrected), ZoneInfo("UTC"))
    assert found
    assert (found.label, found.language, found.certain) == (-1, "pt", True)


def test_a_language_is_learnt_again_when_there_is_more(tmp_path: Path) -> None:
    """A tenth more texts than the serving model knew, or a new month; at first in any case."""
    store = ModelFiles(tmp_path)
    day = date(2026, 3, 2)
    assert overdue(examples(), store, day) == ["fr"]
    nights(store, card("a", 0.9))
    known = [Example("fr", f"{n}", 1 if n % 3 else -1) for n in range(400)]
    assert overdue(known[:329], store, day) == []
    assert overdue(known[:330], store, day) == ["fr"]
    assert overdue(known[:300], store, date(2026, 4, 1)) == ["fr"]


def test_what_is_known_is_compared_with_what_would_be_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model is learnt from so many texts and no more: the same ones do not make it due."""
    monkeypatch.setattr("northstar.domain.learning.MAX_EXAMPLES", 300)
    store, told = ModelFiles(tmp_path), [*examples("en"), *examples("fr")]
    (outcome,) = learn(told, train=train, store=store, languages=["mul"])
    assert outcome.objection is None
    assert overdue(told, store, date(2026, 3, 2)) == ["en", "fr"]


def test_what_no_model_serves_is_learnt_first(tmp_path: Path) -> None:
    """So that nobody waits behind languages that only get better."""
    store = ModelFiles(tmp_path)
    nights(store, card("a", 0.9))
    told = [*examples("fr"), *examples("pt")]
    assert overdue(told, store, date(2026, 4, 1)) == ["pt", "mul", "fr"]


DAMAGES = {
    "no JSON": b"{",
    "no object": b"[]",
    "nothing in it": b"{}",
    "figures missing": json.dumps(asdict(card("a", 0.9)) | {"own": {}}).encode(),
    "figures of text": json.dumps(asdict(card("a", 0.9)) | {"languages": {"fr": "good"}}).encode(),
    "text for a number": json.dumps(asdict(card("a", 0.9)) | {"cut": "0.15"}).encode(),
    "a number for text": json.dumps(asdict(card("a", 0.9)) | {"id": 1}).encode(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_broken_card_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    """Its language is due, the next model serves, and the same one mends its card."""
    store = ModelFiles(tmp_path)
    nights(store, card("a", 0.9))
    store.put("a.json", damage)
    with pytest.raises(Broken, match=r"a\.json .* put it back"):
        trained(store, "a")
    assert overdue(examples(), store, date(2026, 3, 2)) == ["fr"]
    nights(store, card("a", 0.9))
    assert serving(store)["fr"].card == card("a", 0.9)
    store.put("a.json", damage)
    nights(store, card("b", 0.7))
    assert served(store) == {"fr": "b"}


def test_a_card_of_a_newer_release_is_read(tmp_path: Path) -> None:
    """What it says beyond what is known here is left out."""
    store, newer = ModelFiles(tmp_path), asdict(card("a", 0.9))
    nights(store, card("a", 0.9))
    newer["own"]["texts_skipped"] = 3
    store.put("a.json", json.dumps(newer | {"trainer": "next"}).encode())
    assert trained(store, "a").card == card("a", 0.9)


@pytest.mark.parametrize(
    "pointer",
    [
        b"[]",
        b'{"fr": {}}',
        b'{"fr": {"serving": "a", "kept": "a"}}',
        b'{"fr": {"serving": 1, "kept": [1]}}',
        b'{"fr": {"serving": "a", "kept": ["b"]}}',
    ],
)
def test_a_broken_pointer_is_said(tmp_path: Path, pointer: bytes) -> None:
    """It is not guessed what serves."""
    store = ModelFiles(tmp_path)
    store.put("serving.json", pointer)
    with pytest.raises(Broken, match=r"serving\.json"):
        served(store)


def test_a_card_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    """Nor does one that is gone."""
    store = ModelFiles(tmp_path)
    nights(store, card("a", 0.9))
    assert list(cards(store)) == [card("a", 0.9)]
    store.put("a.json", b"{")
    assert list(cards(store)) == []
    store.remove("a.json")
    assert list(cards(store)) == []


def test_only_the_newest_are_kept_in_whatever_order_they_come() -> None:
    """So that learning never takes more memory than that."""
    kept = []
    for order in (1, -1):
        newest: Newest[int] = Newest(3)
        for n in range(9)[::order]:
            newest.add(f"2026-03-0{1 + n}", str(n), n)
        kept.append((newest.all(), newest.left_out))
    assert kept == [([8, 7, 6], 6)] * 2


def test_no_source_crowds_out_another() -> None:
    """Of one day a third of what is kept is from where a third of all is from."""
    newest: Newest[str] = Newest(500)
    for n in range(900):
        source = "google_play" if n % 3 else "app_store"
        newest.add("2026-03-05", f"{source}:x:{n}", source)
    kept = Counter(newest.all())
    assert 130 < kept["app_store"] < 200
    assert kept.total() == 500


# In a night


class Night:
    """The stores of a night: records to learn from, and what was written down."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        self.day: date | None = None
        self.insights: dict[int, Insights] = {}
        self.snapshots: dict[str, Mapping[str, Any]] = {}
        self.broken = False

    def records_from(self, resume: str | None, most: int) -> tuple[list[Record], str | None]:
        return self.records, None

    def learnt(self) -> date | None:
        return self.day

    def save_learnt(self, day: date) -> None:
        self.day = day

    def save_insights(self, found: Insights) -> None:
        if self.broken:
            raise Unavailable("no answer")
        self.insights[found.days] = found

    def save_snapshot(self, name: str, told: Mapping[str, Any]) -> None:
        self.snapshots[name] = told


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A night with few reviews, in which no text has to be read again."""
    today, stores = datetime.now(UTC).date(), Night([])
    for days_ago, texts in ((10, 5), (100, 7)):
        created = (today - timedelta(days_ago)).isoformat()
        review = Review(source="shopify", id="1", rating=5, text="Fine", created=created)
        stores.records += [
            starred(5, review=replace(review, id=f"{days_ago}-{n}")) for n in range(texts)
        ]
    for name, told in {
        "configuration": load(""),
        "feedback_store": stores,
        "progress_store": stores,
        "models": ModelFiles(tmp_path),
        "reader": None,
    }.items():
        monkeypatch.setattr(bootstrap, name, lambda told=told: told)
    done = Editions(settled=True), 0
    monkeypatch.setattr("northstar.runtime.learning.rescore", lambda **_: done)
    monkeypatch.setattr("northstar.runtime.learning.tell_metric", lambda *_: None)
    return stores


def test_a_night_that_fails_late_is_not_learnt_twice(night: Night) -> None:
    """Models are learnt; that no phrases can be stored is for the next night."""
    night.broken = True
    with pytest.raises(Unavailable):
        keep_up({}, remaining=lambda: 900)
    assert keep_up({}, remaining=lambda: 900) == {"learnt": {}, "rescored": 0, "settled": True}


def test_what_the_limit_of_a_day_cuts_is_told(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In each period: of ten days ago in all, of a hundred days ago only in the longest."""
    monkeypatch.setattr("northstar.runtime.learning._MOST_A_DAY", 4)
    keep_up({"learn": "now"}, remaining=lambda: 900)
    told = {days: (one.texts, one.left_out) for days, one in night.insights.items()}
    assert told == {7: (4, 1), 30: (4, 1), 90: (8, 4)}
