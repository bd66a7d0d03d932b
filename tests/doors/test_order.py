"""The urn's file does no better than chance at telling in which order ballots came (protocol.md §7).

Bounds: a view is refused where its mean rank correlation over all batches is more than five standard deviations from
0, or where its ends are the first and the last ballot five standard deviations more often than by chance: for one
sound view about once in a million runs, and there are thirty-four. docs/limitations.md has the figures.
"""

from elections.storage import Store
from tests.doors import order

ELECTIONS = 200
DEVIATIONS = 5


def test_no_view_of_the_urn_s_file_tells_the_order_of_arrival(tmp_path):
    Store.create(tmp_path / "empty").close()
    (tmp_path / "urn.sqlite").touch()
    engine = order.engine_of(tmp_path / "urn.sqlite")
    statistics: dict[tuple[str, str], order.Statistic] = {}
    for _ in range(ELECTIONS):
        order.play(engine, tmp_path / "urn.sqlite", tmp_path / "empty" / "urn.sqlite", statistics)
    engine.dispose()
    assert {moment for moment, _ in statistics} == set(order.MOMENTS)
    assert len(statistics) > 24
    # What is known to be told, and leads to no ballot: the order of the attempts, until the next batch.
    assert abs(statistics.pop(("waiting", "place of the attempt")).z) > DEVIATIONS
    for (moment, view), statistic in statistics.items():
        share, excess = statistic.guessed
        figures = f"{view}, {moment}: mean correlation {statistic.mean:+.4f} ({statistic.z:+.1f} deviations),"
        figures += f" an end guessed in {share:.1%} of {len(statistic.guesses)} ({excess:+.1f})"
        assert len(statistic.correlations) >= ELECTIONS, figures
        assert abs(statistic.z) < DEVIATIONS, figures
        assert excess < DEVIATIONS, figures


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
