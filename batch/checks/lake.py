"""The tables that are checked out of the lake: the accepted commands and the intents."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyarrow as pa

from batch.checks.commands import COMMANDS
from batch.checks.intents import INTENTS
from batch.database import connect, query
from batch.lake import messages, read
from streaming.decode import Message, Rejected, decode_command
from streaming.topics import ACTIVE_INTENTS, USER_COMMANDS


def accepted_commands(home: Path) -> pa.Table:
    """Return the commands that the stream's decoder accepts, with the columns of `COMMANDS`."""
    rows = []
    for batch in messages(USER_COMMANDS.name, home):
        for row in batch.to_pylist():
            message = Message(
                USER_COMMANDS.name,
                row["partition"],
                row["kafka_offset"],
                row["key"],
                row["value"],
                row["appended_at"],
            )
            command = decode_command(message)
            if not isinstance(command, Rejected):
                rows.append(
                    {
                        "partition": message.partition,
                        "kafka_offset": message.offset,
                        "appended_at": message.appended_at,
                        "command_id": command.command_id,
                        "user_id": command.user_id,
                        "text_length": len(command.text),
                        "is_edit": command.edit is not None,
                        "occurred_at": command.occurred_at,
                    }
                )
    return pa.Table.from_pylist(rows, schema=COMMANDS)


def said_intents(home: Path) -> pa.Table:
    """Return the intents in the lake, with the columns of `INTENTS`."""
    with closing(connect()) as database:
        read(database, ACTIVE_INTENTS.name, home)
        table: pa.Table = database.sql(query("said_intents")).to_arrow_table()
    return table.select(INTENTS.names).cast(INTENTS)
