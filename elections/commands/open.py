"""`elections open`."""

from elections.commands._acts import contest_act

command = contest_act("open", "Open the vote: the opening hour must have come, and the board acts.")
