"""Processes that die: work in a child of its own, and a child that ends before its k-th statement.

Not to be imported before Django is set up.
"""

import os
import sys

from django.db import connection

KILLED = 9


class Killer:
    """Ends the process before its k-th statement."""

    def __init__(self, k):
        self.left = k

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left == 0:
            os._exit(KILLED)
        return execute(sql, params, many, context)


def begun(work):
    """Begin work in a process of its own; return its number."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (whatever it is, the parent must learn of it)
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return pid


def ended(pid):
    """Wait for a process; return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
