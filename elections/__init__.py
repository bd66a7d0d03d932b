"""Isoloir, an election system for bodies that elect by colleges. The house has three floors.

- pure, no database, clock or network: `protocol` (what is computed), `rules` (how the law counts),
  `verify` (what an observer runs);
- the parties: `registry` (who), `issuer` (permission), `urn` (what), `holder` (keys), and between them
  two doors, `casting` and `counting`;
- `web`, by audience: electors, officers, board, public.

`cli` and `app` join them. Nothing is imported here, so that `elections.verify` stays free of the rest.
"""
