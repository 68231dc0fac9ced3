"""The background: messages of our own, and the zero that they give to every language."""

import numpy as np
from base_world import Base

from sufler.domain.knowledge import LANGUAGES
from sufler.kb_index.background import background_texts
from sufler.prompter.turn_kind import language_of


def test_that_each_language_has_many_messages_none_of_them_twice() -> None:
    for texts in background_texts().values():
        assert len(texts) >= 150
        assert len(set(texts)) == len(texts)
        assert all(text == text.strip() and text for text in texts)


def test_that_messages_are_in_the_language_that_they_stand_under() -> None:
    for language, texts in background_texts().items():
        wrong = [t for t in texts if language_of(t, language) != language]
        assert len(wrong) < len(texts) / 20, wrong


async def test_that_a_centred_vector_is_a_unit_vector_and_the_mean_is_gone(base: Base) -> None:
    background = base.knowledge.background
    for language in LANGUAGES:
        raw = background.messages[language]
        centred = background.centre(raw, language, "query")
        np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1.0, atol=1e-5)
        between = centred @ centred.T
        assert abs(between.mean()) < 0.05, "unrelated messages have nothing in common"
        assert (raw @ raw.T).mean() > 0.6, "which the raw vectors hide"
        alone = background.centre(raw[3], language, "query")
        np.testing.assert_allclose(alone, centred[3], atol=1e-6)


async def test_that_the_background_is_encoded_once_in_a_model_s_life(base: Base) -> None:
    assert not set(base.encoder.texts()) & set(background_texts()["ru"])
