"""The commands of `elections`, one module each.

A module here is a command of its own name, with hyphens for underscores, and keeps it in its attribute `command`: a
click command, or a click group for a command of several words. Its docstring is the command's help.
The command line finds modules by name and imports the one that was asked for, so nothing is registered
anywhere. A module imports rooms above the pure floor inside the function that needs them: the help of
every command, and `elections verify` whole, then work without Flask and without a database.
A module whose name begins with an underscore is shared by several commands and is none itself.
"""
