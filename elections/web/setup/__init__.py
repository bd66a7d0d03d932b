"""Setting up a draft: one page for each part of its configuration.

- `views`: a part shown, compared and saved; `screens`: which parts have a page;
- `order`: contests added, put in another order, taken away;
- `forms`, `contests`: the forms of an election and of a contest; `fields`: what they are built from;
- `copies`: a configuration as a file, and elections made of one.

The room may touch the registry and `rules.parts`, and writes drafts only: what is sealed is read here, never changed.
"""
