"""Somebody dropped a table by hand; the rest of its database is right."""

import datetime as dt
import time
from collections.abc import Mapping

from rehearsal.drills.backed_up_host import LAYERS, BackedUpHost
from rehearsal.drills.comparison import Comparison
from rehearsal.drills.drill import Drill
from rehearsal.drills.place import Place

DATABASE, TABLE = "shop", "public.invoices"
MADE = """
CREATE ROLE shop_role; CREATE DATABASE shop OWNER shop_role;
\\connect shop
SET ROLE shop_role;
CREATE TABLE goods (id int PRIMARY KEY, name text);
CREATE TABLE invoices (
  id serial PRIMARY KEY, goods int REFERENCES goods, sum numeric CHECK (sum > 0), made timestamptz
);
CREATE INDEX invoices_made ON invoices (made);
GRANT SELECT ON invoices TO pg_monitor;
INSERT INTO goods SELECT i, 'name ' || i FROM generate_series(1, 100) i;
INSERT INTO invoices (goods, sum, made) SELECT 1 + i % 100, i, now() FROM generate_series(1, 5000) i;
"""
LATER = "INSERT INTO goods VALUES (101, 'written after the backup')"
ROWS = "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM invoices t"
SHAPE = """
SELECT string_agg(d, '; ' ORDER BY d) FROM (
  SELECT pg_get_constraintdef(oid) d FROM pg_constraint WHERE conrelid = 'invoices'::regclass
  UNION SELECT indexdef FROM pg_indexes WHERE tablename = 'invoices'
  UNION SELECT relacl::text || pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'invoices'::regclass) x
"""


class TableDropped:
    """A database with two tables, of which one is dropped."""

    def __init__(self, place: Place) -> None:
        """Begin at *place*."""
        self._host = BackedUpHost(place)
        self._before: tuple[str, str] = "", ""
        self._struck = 0.0

    @property
    def names(self) -> Mapping[str, str]:
        """Which table, and when."""
        moment = dt.datetime.fromtimestamp(self._struck, dt.UTC).astimezone().replace(tzinfo=None)
        return {"DATABASE": DATABASE, "TABLE": TABLE, "TIME": moment.isoformat(timespec="seconds")}

    def write(self) -> None:
        """Fill the table, back up, and go on working."""
        self._host.give_backups()
        self._host.ask(MADE)
        self._before = self._look()
        self._host.back_up()
        self._host.ask(LATER, database=DATABASE)

    def strike(self) -> None:
        """Drop it; then another backup is made, in which it is missing."""
        self._struck = time.time()
        self._host.ask("DROP TABLE invoices", database=DATABASE)
        began = self._host.backed_up_at
        self._host.back_up()
        self._host.backed_up_at = began

    def compare(self) -> Comparison:
        """Compare its rows, keys, indexes and rights, and what was written elsewhere since the backup."""
        after = self._look()
        later = self._host.ask("SELECT count(*) FROM goods", database=DATABASE).strip()
        rows = self._host.ask("SELECT count(*) FROM invoices", database=DATABASE).strip()
        found = f"{rows} rows of {TABLE} by their sum, its keys, indexes and rights; {later} of 101 rows beside it"
        same = after == self._before and later == "101"
        return Comparison(same=same, found=found, lost_seconds=self._struck - self._host.backed_up_at)

    def _look(self) -> tuple[str, str]:
        return self._host.ask(ROWS, database=DATABASE), self._host.ask(SHAPE, database=DATABASE)


DRILL = Drill(
    name="table-dropped",
    summary="a table was dropped by hand at a known time",
    ground="machines",
    layers=LAYERS,
    begin=TableDropped,
)
