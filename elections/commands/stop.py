"""`elections stop`."""

from elections.commands._acts import contest_act

command = contest_act("stop", "Stop the vote for good: nothing will be counted.")
