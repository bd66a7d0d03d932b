"""The acts that have a page, and their addresses. What each needs and who may do it stands in the lifecycle table."""

from __future__ import annotations

from elections.rules.phases import Act

CONTEST_ACTS = {
    Act.OPEN: "ouvrir",
    Act.SUSPEND: "suspendre",
    Act.RESUME: "reprendre",
    Act.CLOSE: "clore",
    Act.STOP: "arreter",
}
"""Done to one contest, or to every contest of an election that is in the right phase."""

ELECTION_ACTS = {
    Act.PREPARE: "preparer",
    Act.SEAL: "sceller",
    Act.COUNT: "depouiller",
    Act.PROCLAIM: "proclamer",
    Act.ARCHIVE: "archiver",
}
"""Done to an election as a whole."""

EXPLAINED = (Act.SUSPEND, Act.RESUME, Act.STOP)
"""The acts that need grounds: a reason, an authority and, but for a resumption, an incident."""
