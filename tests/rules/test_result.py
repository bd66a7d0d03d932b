"""result.json of whole contests: the sealed rule, what lists present, ballots that give several votes."""

from elections.protocol.canonical import parse_canonical
from elections.rules.result import write_result
from tests.protocol.setups import setup


def result(method, parameters, seats, counts, ballots, **changes):
    sealed = setup(rule={"method": method, "parameters": parameters, "seats": seats}, **changes)
    return parse_canonical(write_result(sealed, counts, ballots), "result.json")


def lists(*names):
    return [
        {
            "id": f"list-{place}",
            "names": [{"substitute": None, "titular": f"{place}.{number}"} for number in range(1, many + 1)],
            "title": f"List {place}",
        }
        for place, many in enumerate(names, 1)
    ]


def test_lists_take_no_more_seats_than_they_have_names():
    parameters = {"names": [2, 6], "substitutes": "following"}
    said = result("highest_average", parameters, 4, [2, 30, 9], 41, candidacies=lists(2, 6))
    assert (said["seats"], said["lot"], said["valid"], said["blank"]) == ([2, 1], None, 39, 2)
    assert said["elected"] == [
        {"candidacy": 0, "substitutes": [], "titulars": ["1.1", "1.2"]},
        {"candidacy": 1, "substitutes": ["2.2"], "titulars": ["2.1"]},
    ]
    assert [step["id"] for step in said["steps"]][-2:] == ["short.0", "total"]


def test_candidates_that_lists_present_tell_equals_apart():
    filed = lists(2, 2)
    filed[1]["names"][1]["substitute"] = "2.s"
    assert result("highest_average", {}, 1, [0, 7, 7], 14, candidacies=filed)["seats"] == [0, 1]
    assert result("highest_average", {}, 1, [0, 7, 7], 14)["lot"] == {"between": [0, 1], "seats": 1, "transcript": {}}


def test_votes_of_a_block_vote_are_more_than_its_valid_ballots():
    said = result("block", {"article": "art. 1", "tie": "draw"}, 2, [3, 9, 8], 13, candidacies=lists(1, 1))
    assert (said["valid"], said["votes"], said["seats"]) == (10, [9, 8], [1, 1])


def test_first_round_without_majority_elects_nobody():
    said = result("majority_two_rounds", {"round": 1}, 1, [0, 6, 6], 12, candidacies=lists(1, 1))
    assert (said["seats"], said["elected"], said["lot"]) == ([0, 0], [], None)
    assert said["steps"][-1]["id"] == "second_round"
