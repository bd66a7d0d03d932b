"""Accounts, from the invitation to a lost password: who has one, how she proves who she is, who gives it back.

- `views`: the accounts as the office keeps them; `invited`: the link that was mailed; `own`: what is one's own;
- `proof`: the second factor, after the password and again before a grave act;
- `recoveries`: an account given back by two people; `forms`.

The room may touch the registry, the server's key of second factors, and post for its mails. A session is opened by
`login`, which does not know this room.
"""
