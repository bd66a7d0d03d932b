"""The urn's file does no better than chance at telling in which order ballots came (protocol.md §7).

Bounds: a view is refused where its mean rank correlation over all batches is more than five standard deviations from
0, or where its ends are the first and the last ballot five standard deviations more often than by chance: for one
sound view about once in a million runs, and there are thirty-four. docs/limitations.md has the figures.
"""

from functools import partial

import pytest

from tests.doors import order
from tests.doors.world import made_once

ELECTIONS, PARTS = 200, 2
DEVIATIONS = 5


@pytest.fixture(scope="session")
def gathered(tmp_path_factory):
    """The statistics of some parts of the elections; two workers make two parts at once."""

    def gather(parts):
        make = partial(order.gather, elections=ELECTIONS // PARTS)
        return order.merged([made_once(tmp_path_factory, f"order-{part}", make) for part in parts])

    return gather


def check(statistics, elections):
    """Every view within its bounds, but the one that is known to tell something, and leads to no ballot."""
    assert {moment for moment, _ in statistics} == set(order.MOMENTS)
    assert len(statistics) == 35
    attempts = statistics.pop(("waiting", "place of the attempt"))
    assert abs(attempts.z) > DEVIATIONS
    for (moment, view), statistic in statistics.items():
        share, excess = statistic.guessed
        figures = f"{view}, {moment}: mean correlation {statistic.mean:+.4f} ({statistic.z:+.1f} deviations),"
        figures += f" an end guessed in {share:.1%} of {len(statistic.guesses)} ({excess:+.1f})"
        assert len(statistic.correlations) >= elections, figures
        assert abs(statistic.z) < DEVIATIONS, figures
        assert excess < DEVIATIONS, figures


@pytest.mark.parametrize("part", range(PARTS))
def test_no_view_of_the_urn_s_file_tells_the_order_of_arrival(gathered, part):
    check(gathered([part]), ELECTIONS // PARTS)


def test_nor_do_all_elections_together(gathered):
    check(gathered(range(PARTS)), ELECTIONS)


def test_the_statistic_sees_what_a_plain_storage_keeps(tmp_path):
    """In twenty elections only, it finds the order in the rest of the rows, in the marks, and in rowids entirely."""
    statistics: dict[str, order.Statistic] = {}
    for _ in range(20):
        order.play_naive(tmp_path / "naive.sqlite", statistics)
    seen = {name: abs(statistic.z) > DEVIATIONS for name, statistic in statistics.items()}
    assert {name for name, found in seen.items() if found} >= {
        "place of the entry at 3800", "page of the entry", "place of the mark", "number of the row",
    }  # fmt: skip
    assert statistics["number of the row"].mean == 1
