"""How the law counts and in which order things happen: pure tables and whole numbers.

- `phases`: the lifecycle of a contest, one table (docs/lifecycle.md is drawn from it);
- `steps`: one line of an arithmetic, in French and in English, with its numbers and its article;
- `seats`: what can be counted, and who is elected; `parameters` says what a rule may be, `quotient` (with `bar`
  and `equals`) and `majority` hold the methods, `outcome` what a method takes and gives, and the outcome once a
  lot is drawn, `result` writes result.json;
- `degrees`, `formations`: elections in two degrees, and where the elected of the second sit;
- `models`: the elections the office can start from, one TOML file each; `timetable` and `succession` hold two of
  their tables, `tables` what they are read with;
- `calendar`: the dates that the law counts from the hours of a vote; `days` counts them;
- `mandates`: who sits on a day after the election; `mandate_lines` says it;
- `lots`: when a lot may be needed, and how a seed or a paper chooses.

No database, clock, network or environment; no floats anywhere.
"""
