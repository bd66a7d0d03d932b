"""The journal of operations at the desk, read and never written.

- `views`: its lines filtered and paged, its chain, the journal as a file; `details`: what a line holds, in words.

The room may touch the journal in the registry, and the version of `software`. No door, and nothing about one elector.
"""
