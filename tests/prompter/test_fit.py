"""Fitting to a base: stored and taken up again, trained anew where what is stored does not fit."""

import numpy as np
import pytest
from base_world import SMALL, Base, Opening, article
from sqlalchemy import text

from sufler.prompter import suggest
from sufler.prompter.learning.fit import Fitted, fit


class CountedFit:
    """The real `fit`, counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *given: object) -> Fitted:
        self.count += 1
        return fit(*given)  # type: ignore[arg-type]  # passed through


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> CountedFit:
    counted = CountedFit()
    monkeypatch.setattr(suggest, "fit", counted)
    return counted


async def head(base: Base) -> str:
    return (await base.prompter.suggest("чайник")).versions.head


async def damage(base: Base, sql: str) -> None:
    async with base.database.write() as connection:
        assert (await connection.execute(text(sql))).rowcount > 0


async def test_that_a_stored_head_of_this_base_is_taken_up_again(
    small: Base, opening: Opening, counted: CountedFit
) -> None:
    async with opening() as again:
        assert counted.count == 0
        assert await head(again) == await head(small)
        texts = ("чайник сломался", "погода", "how do I return it")
        for each in texts:
            made = await again.prompter.suggest(each)
            assert made.items == (await small.prompter.suggest(each)).items


async def test_that_a_head_of_an_older_base_is_trained_anew(
    small: Base, opening: Opening, counted: CountedFit
) -> None:
    old = await head(small)
    await small.save(article("wrap", "Упакуете ли вы подарок?"))
    async with opening() as again:
        assert counted.count == 1
        assert await head(again) != old
    async with opening():
        assert counted.count == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE head_arrays SET data = CAST(x'00' || substr(data, 2) AS BLOB)",
        "UPDATE head_arrays SET data = x''",
        "UPDATE heads SET meta = '{}'",
        "DELETE FROM head_arrays WHERE name = 'weights'",
    ],
)
async def test_that_a_damaged_head_is_trained_anew_to_the_same(
    small: Base, opening: Opening, counted: CountedFit, sql: str
) -> None:
    await small.knowledge.start()  # articles in the order that a start reads them in
    await small.prompter.refit()
    counted.count = 0
    was = await head(small)
    await damage(small, sql)
    async with opening() as again:
        assert counted.count == 1
        assert await head(again) == was
        assert await again.best("чайник сломался") == "warranty"


@pytest.mark.parametrize("lost", ["form", "stand_in", "scale", "article_ids", "knowledge"])
async def test_that_a_whole_head_of_another_shape_is_trained_anew(
    small: Base, opening: Opening, counted: CountedFit, lost: str
) -> None:
    index, background = small.knowledge.index, small.knowledge.background
    made = fit(index, background)
    meta = {name: value for name, value in made.meta().items() if name != lost}
    await small.heads.save("strange", small.encoder.model_id, made.head.arrays(), meta)
    counted.count = 0
    async with opening() as again:
        assert counted.count == 1
        assert await head(again) != "strange"


async def test_that_a_head_of_another_model_is_left_alone(
    small: Base, opening: Opening, counted: CountedFit
) -> None:
    made = fit(small.knowledge.index, small.knowledge.background)
    await small.heads.save("foreign", "another", made.head.arrays(), made.meta())
    counted.count = 0
    async with opening() as again:
        assert counted.count == 0
        assert await head(again) == await head(small)


async def test_that_fitting_twice_gives_the_same(small: Base) -> None:
    index, background = small.knowledge.index, small.knowledge.background
    first, again = fit(index, background), fit(index, background)
    assert first.head.id == again.head.id
    assert first.meta() == again.meta()
    stored = Fitted.stored(first.head.id, first.head.arrays(), first.meta())
    assert stored.meta() == first.meta()


async def test_that_an_empty_base_and_one_article_are_fitted_too(base: Base) -> None:
    background = base.knowledge.background
    empty = fit(base.knowledge.index, background)
    assert empty.head.article_ids == ()
    await base.save(SMALL[0])
    one = fit(base.knowledge.index, background)
    assert one.head.article_ids == ("cost",)
    assert np.isfinite([one.scale.mean, one.scale.deviation, *one.scorer.stand_in]).all()
    assert one.scale.deviation >= 0
    await base.prompter.refit()
    await base.knowledge.archive("cost", "editor")
    await base.prompter.refit()
    assert (await base.prompter.suggest("почём курьер")).items == ()


async def test_that_what_has_nothing_to_do_with_a_base_scores_below_what_has(small: Base) -> None:
    made = fit(small.knowledge.index, small.knowledge.background)
    why = (await small.prompter.suggest("чайник сломался")).items[0].why
    assert made.scale.mean < sum(why.values())
