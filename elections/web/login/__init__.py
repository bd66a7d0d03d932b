"""Who comes in, and goes: electors by codes or by their provider, accounts by password.

- `views`: the two doors, and what follows when somebody is in; `openid`: the door of an OpenID Connect provider.

The room may touch the registry, and post for one-time codes; `openid` alone speaks to the provider. The second factor
is asked for in `accounts`, which knows this room and is not known here.
"""
