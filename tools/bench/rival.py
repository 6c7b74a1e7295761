"""Makes pages with another engine, in one or more processes.

Usage: rival.py ENGINE PROCESSES, in the folder of the notebooks; pages as JSON on standard input,
generation of need by generation. See `engines.py`.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor

from engines import ENGINES, nbmake

if __name__ == "__main__":
    engine, processes = sys.argv[1], int(sys.argv[2])
    with ProcessPoolExecutor(processes) as pool:
        for generation in json.load(sys.stdin):
            if engine == "nbmake":
                nbmake(generation, pool, processes)
            else:
                list(pool.map(ENGINES[engine], generation))
