"""gunicorn's settings (``gunicorn --config python:config.server config.wsgi``), and what the database has to be ready for.

TOMOSHIBI_WEB_PROCESSES   web processes on all machines together (2): about one for each core left to Python
TOMOSHIBI_WEB_MACHINES    how many machines share them (1)
TOMOSHIBI_THREADS         threads of each (2): with more they wait for each other's Python and hold transactions open meanwhile
TOMOSHIBI_JOB_PROCESSES   processes of worker and beat together (3)
"""

import os

WEB_PROCESSES = int(os.environ.get("TOMOSHIBI_WEB_PROCESSES", "2"))
THREADS = int(os.environ.get("TOMOSHIBI_THREADS", "2"))
JOB_PROCESSES = int(os.environ.get("TOMOSHIBI_JOB_PROCESSES", "3"))
# By login: migrations and psql, a backup, the sealer, and a web server that is replaced while it still answers.
SPARE_CONNECTIONS = {"owner": 4, "backup": 2, "sealer": 1, "runtime": 1, "scribe": 1, "gate": 1}

# What gunicorn reads.
worker_class = "gthread"
workers = max(1, WEB_PROCESSES // int(os.environ.get("TOMOSHIBI_WEB_MACHINES", "1")))
threads = THREADS
timeout = 60
loglevel = "warning"
control_socket_disable = True
