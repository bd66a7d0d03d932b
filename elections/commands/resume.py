"""`elections resume`."""

from elections.commands._acts import contest_act

command = contest_act("resume", "Resume a suspended vote, once its amendments are signed.")
