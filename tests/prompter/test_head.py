"""The trained head: the same examples give the same head, from one article to very many."""

import numpy as np
import pytest
from base_world import SMALL, Base, article

from sufler.prompter.learning import head as head_module
from sufler.prompter.learning.head import Examples, Head, examples_of, train


def examples(classes: int, each: int, seed: int = 0, spread: float = 0.3) -> Examples:
    """Unit vectors scattered about one direction a class."""
    draw = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    vectors = np.eye(classes, 16)[labels] + spread * draw.normal(size=(len(labels), 16)) / 4
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Examples(
        tuple(f"a{number}" for number in range(classes)),
        vectors.astype(np.float32),
        labels.astype(np.int64),
        np.ones(len(labels), dtype=np.float32),
    )


def right(head: Head, given: Examples) -> float:
    logits = given.vectors @ head.weights.T + head.bias
    return float((logits.argmax(axis=1) == given.labels).mean())


def test_that_the_same_examples_give_the_same_head() -> None:
    first, again = train(examples(5, 4), 7), train(examples(5, 4), 7)
    assert first.id == again.id
    assert first.weights.tobytes() == again.weights.tobytes()
    assert train(examples(5, 4), 8).id == first.id, "the knowledge version is no part of it"
    assert train(examples(5, 4, seed=1), 7).id != first.id
    renamed = Examples(("b", *examples(5, 4).article_ids[1:]), *_rest(examples(5, 4)))
    assert train(renamed, 7).id != first.id


def _rest(given: Examples) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return given.vectors, given.labels, given.weights


def test_that_a_head_tells_unseen_examples_of_its_articles_apart() -> None:
    head = train(examples(8, 5), 1)
    assert right(head, examples(8, 20, seed=3)) > 0.95
    assert head.article_ids == tuple(f"a{number}" for number in range(8))
    assert head.weights.shape == (8, 16)
    assert head.bias.shape == (8,)


def noisy(classes: int, each: int, seed: int) -> Examples:
    """Unit vectors that, in four directions of 250, differ much within each class."""
    draw = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    telling = np.random.default_rng(0).normal(size=(classes, 246))[labels]
    vectors = np.hstack(
        (telling + 2 * draw.normal(size=telling.shape), 10 * draw.normal(size=(len(labels), 4)))
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    weights = np.ones(len(labels), dtype=np.float32)
    ids = tuple(f"a{number}" for number in range(classes))
    return Examples(ids, vectors.astype(np.float32), labels.astype(np.int64), weights)


def test_that_with_few_examples_what_differs_within_articles_counts_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def found() -> float:
        heads = [train(noisy(16, 3, seed), 1) for seed in range(4)]
        return float(np.mean([right(head, noisy(16, 50, seed=9)) for head in heads]))

    drawn_to_prototypes = found()
    monkeypatch.setattr(head_module, "PROTOTYPE_SCALE", 0.0)
    assert drawn_to_prototypes > found() + 0.02


def test_that_means_do_where_there_are_too_many_to_train(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = train(examples(8, 5), 1)
    monkeypatch.setattr(head_module, "TRAINABLE", 0)
    means = train(examples(8, 5), 1)
    assert means.id != trained.id
    assert means.id == train(examples(8, 5), 1).id
    assert right(means, examples(8, 20, seed=3)) > 0.9
    assert means.weights.dtype == means.bias.dtype == np.float32


def test_that_one_class_and_none_are_trained_too() -> None:
    one = train(examples(1, 3), 1)
    assert one.article_ids == ("a0",)
    assert np.isfinite(one.weights).all()
    none = train(
        Examples((), np.zeros((0, 1), np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32)),
        1,
    )
    assert none.article_ids == ()
    assert none.rows() == {}


def test_that_what_weighs_nothing_teaches_nothing() -> None:
    given = examples(2, 4)
    wrong = np.concatenate((given.labels, 1 - given.labels))
    both = np.concatenate((given.vectors, given.vectors))
    ignored = np.concatenate((given.weights, np.zeros_like(given.weights)))
    head = train(Examples(given.article_ids, both, wrong, ignored), 1)
    assert right(head, given) == 1.0


def test_that_a_head_comes_back_from_what_the_store_keeps() -> None:
    head = train(examples(3, 3), 9)
    again = Head.stored(head.id, head.arrays(), head.meta())
    assert again.article_ids == head.article_ids
    assert again.knowledge == 9
    assert again.weights.tobytes() == head.weights.tobytes()
    assert again.rows() == {"a0": 0, "a1": 1, "a2": 2}


async def test_that_only_published_articles_teach_and_a_phrasing_weighs_what_it_weighs(
    small: Base,
) -> None:
    before = examples_of(small.knowledge.index)
    assert sorted(before.article_ids) == sorted(each.id for each in SMALL)
    await small.knowledge.archive("cost", "editor")
    await small.save(article("return", "Куда сдать обратно?", "Сюда.", "сдаю"))
    given = examples_of(small.knowledge.index)
    assert sorted(given.article_ids) == ["card", "password", "return", "warranty"]
    of_return = given.labels == given.article_ids.index("return")
    assert of_return.sum() == 2 + 2, "a title, a phrasing, an answer, title with answer"
    assert len(given.vectors) == len(given.labels) == len(given.weights)
    np.testing.assert_allclose(np.linalg.norm(given.vectors, axis=1), 1.0, atol=1e-4)


async def test_that_two_bases_of_the_same_articles_have_the_same_head(
    small: Base, base: Base
) -> None:
    first = train(examples_of(small.knowledge.index), 1)
    await small.knowledge.start()
    assert train(examples_of(small.knowledge.index), 1).article_ids
    again = train(examples_of(small.knowledge.index), 1)
    assert train(examples_of(small.knowledge.index), 1).id == again.id
    assert sorted(again.article_ids) == sorted(first.article_ids)
