"""For a server of WSGI applications: `gunicorn wsgi:app`, with the settings of the environment."""

from elections.app import create_app
from elections.config import Config
from elections.storage import Store
from elections.web.logs import to_stderr

to_stderr()
config = Config.from_environment()
app = create_app(config, Store.open(config.state))
