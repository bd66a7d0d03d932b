"""Nothing that is stored joins an elector and a ballot (protocol.md §1, §6, §7; U6).

Two hundred electors vote, the contest is frozen, and everything there is lies before us: both databases as rows and
as raw bytes, whatever journals and keys are left, messages, logs. All that each elector's device ever knew is kept
by the test alone, and looked for in it.
"""

import hashlib
import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from elections.protocol.canonical import base64_compact, base64_decode, base64_encode, hour_text
from elections.protocol.request import CastRequest
from elections.protocol.token import E
from elections.registry import register
from elections.rules.phases import Act
from elections.ticking import Ticker
from tests.doors.world import CHOICES, CLOSING, FREEZING, OPENING, SIZE, open_copy
from tests.doors.victims import ticker
