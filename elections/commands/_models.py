"""How commands name a model: one that comes with the program, or a file of the office's own."""

from __future__ import annotations

from pathlib import Path

import click

from elections.rules.models import Model, load, parse

_ENDING = ".toml"


class ModelType(click.ParamType[Model]):
    """The name of a model, or the path of a model file, which ends in `.toml`; its name is the file's."""

    name = "model"

    def convert(self, value: str | Model, param: click.Parameter | None, ctx: click.Context | None) -> Model:
        """The model, checked whole."""
        if isinstance(value, Model):
            return value
        if not value.endswith(_ENDING):
            return load(value)
        path = Path(value)
        if not path.is_file():
            self.fail(f"{value} is no file", param, ctx)
        return parse(path.read_bytes(), path.name.removesuffix(_ENDING))


MODEL = ModelType()
