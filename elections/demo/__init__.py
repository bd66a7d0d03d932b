"""The demo: a whole election of the commission d'avancement, played from the model to the verified record.

- `fiction`: invented people and votes, in the published proportions;
- `staging`: the piece itself, by the operations that officers, holders and electors use;
- `play`: what `elections demo` does with them, and the folder it leaves.
"""
