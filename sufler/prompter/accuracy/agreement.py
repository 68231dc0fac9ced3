"""Whether reviewers agree by more than chance."""

from collections import Counter
from collections.abc import Sequence

from sufler.domain.reviews import Agreement


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Of what two reviewers picked for the same turns. Reviewers are not told apart, so chance is
    read off all picks together (Scott's pi; Fleiss' kappa for two)."""
    same = sum(one == other for one, other in pairs)
    if not pairs:
        return Agreement(0, 0, None)
    picks = Counter(pick for pair in pairs for pick in pair)
    total = 2 * len(pairs)
    chance = sum((count / total) ** 2 for count in picks.values())
    # Where everybody always picks the same, nothing tells agreement from habit.
    kappa = None if chance >= 1 else (same / len(pairs) - chance) / (1 - chance)
    return Agreement(len(pairs), same, kappa)
