"""`elections close`."""

from elections.commands._acts import contest_act

command = contest_act("close", "Close a rehearsal before its hour; a real vote closes by itself.")
