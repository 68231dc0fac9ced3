"""Searching the index: what is found by meaning and by letters, among none to a thousand."""

import numpy as np
import pytest
from base_world import SMALL, Base, article

from sufler.domain.knowledge import Language
from sufler.kb_index.index import PARTS, Candidates


async def search(base: Base, text: str, language: Language = "ru", **how: object) -> Candidates:
    raw = base.encoder.encode_one(text, "query")
    vector = base.knowledge.background.centre(raw, language, "query")
    return base.knowledge.index.search(vector, text, **how)  # type: ignore[arg-type]  # as given


def nearest(found: Candidates) -> str:
    return found.article_ids[int(found.parts.sum(axis=1).argmax())]


async def test_that_an_empty_base_gives_nothing_of_the_right_shape(base: Base) -> None:
    found = await search(base, "где заказ")
    assert found.article_ids == found.phrasings == ()
    assert found.parts.shape == (0, len(PARTS))
    assert (base.knowledge.index.size, base.knowledge.index.entries) == (0, 0)
    assert base.knowledge.index.articles() == []


async def test_that_one_article_is_found_whatever_is_asked(base: Base) -> None:
    await base.save(article("only", "Как вернуть товар?"))
    for text in ("верните деньги", "погода", "\ufffd"):
        assert (await search(base, text)).article_ids == ("only",)


async def test_that_each_article_comes_once_with_its_best_fitting_phrasing(small: Base) -> None:
    found = await search(small, "забыла свой пароль")
    assert len(set(found.article_ids)) == len(found.article_ids)
    assert nearest(found) == "password"
    place = found.article_ids.index("password")
    assert found.phrasings[place] == "забыл пароль"
    parts = dict(zip(PARTS, found.parts[place], strict=True))
    assert all(-1.001 <= value <= 1.001 for value in parts.values())
    assert parts["similarity"] > 0.7


async def test_that_a_phrasing_word_for_word_has_similarity_and_letters_of_1(small: Base) -> None:
    found = await search(small, "хочу сдать покупку")
    parts = found.parts[found.article_ids.index("return")]
    assert parts[PARTS.index("similarity")] == pytest.approx(1.0, abs=1e-3)
    assert parts[PARTS.index("letters")] == pytest.approx(1.0, abs=1e-3)


async def test_that_size_and_entries_count_what_can_be_found(small: Base) -> None:
    index = small.knowledge.index
    assert index.size == len(SMALL)
    assert index.entries == sum(1 + len(each.phrasings) for each in SMALL)
    assert sorted(each.id for each in index.articles()) == sorted(each.id for each in SMALL)
    assert index.article("cost").translations == SMALL[0].translations
    assert index.article("nothing") is None


async def test_that_ids_found_by_somebody_else_are_looked_at_too(base: Base) -> None:
    await base.save(*(article(f"a{n}", f"Вопрос про чайник модели {n}") for n in range(60)))
    without = await search(base, "чайник модели 7", width=4)
    missing = next(f"a{n}" for n in range(60) if f"a{n}" not in without.article_ids)
    found = await search(base, "чайник модели 7", also=[missing, "nothing"], width=4)
    assert set(found.article_ids) == {*without.article_ids, missing}


async def test_that_a_wide_enough_search_ranks_as_looking_at_everything_does(small: Base) -> None:
    narrow, wide = [await search(small, "оплата чайника картой", width=w) for w in (4, 1000)]
    assert nearest(narrow) == nearest(wide)
    for number, each in enumerate(narrow.article_ids):
        np.testing.assert_allclose(
            narrow.parts[number], wide.parts[wide.article_ids.index(each)], atol=1e-6
        )


async def test_that_a_thousand_copies_of_one_title_do_not_hide_the_rest(base: Base) -> None:
    copies = [article(f"copy{n:04}", "Как вернуть товар?") for n in range(1000)]
    await base.save(*copies, article("card", "Можно ли платить картой?", "Да, любой."))
    assert base.knowledge.index.size == 1001
    assert nearest(await search(base, "картой заплатить можно?")) == "card"
    found = await search(base, "Как вернуть товар?")
    assert found.article_ids
    assert all(each.startswith("copy") for each in [nearest(found)])


async def test_that_a_question_is_found_across_languages(base: Base) -> None:
    await base.save(
        *SMALL, article("parking", "Is there parking at the store?", "Yes.", language="en")
    )
    assert nearest(await search(base, "I forgot my password", "en")) == "password"
    assert nearest(await search(base, "есть ли у магазина парковка")) == "parking"
