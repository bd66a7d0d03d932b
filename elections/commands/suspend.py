"""`elections suspend`."""

from elections.commands._acts import contest_act

command = contest_act("suspend", "Suspend the vote, at once; the key holders must then sign an amendment.")
