"""What an elector's device signs in the register's tests."""

from elections.protocol import code
from elections.registry import elections


def keys_of(session, contest_uuid, number, typed):
    """The signing keys that come from a code."""
    election = elections.contest(session, contest_uuid).election
    return code.VotingKeys([code.read(typed)], election.uuid, number, election.issuers)


def signature(session, contest_uuid, number, typed, fingerprint):
    """The elector's signature for the register of a contest."""
    return code.sign_register(keys_of(session, contest_uuid, number, typed).register, fingerprint, number)
