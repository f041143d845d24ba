"""Every benchmark: python -m benchmarks [--deep] [--households N].

One synthetic city is made once; what runs longer than `make bench` may take is `--deep`.
"""

import argparse
import subprocess
import sys

from benchmarks import city, decisions, pages
from benchmarks.harness import Result, report

HOUSEHOLDS = 150_000
DEEP_HOUSEHOLDS = 450_000


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--deep", action="store_true", help="three cities' worth of people")
    parser.add_argument("--households", type=int, default=0)
    asked = parser.parse_args()
    households = asked.households or (DEEP_HOUSEHOLDS if asked.deep else HOUSEHOLDS)
    size = f"{households * 3 // 1000}k"
    results: list[Result] = []
    with decisions.scratch() as folder:
        city.open_home(folder / "home")
        city.fill(households=households)
        results += decisions.evaluate(folder, size)
        results += decisions.household(size)
        results += decisions.run(size)
        results += pages.pages(size)
    report(results)
    # An empty registry of its own, and so a process of its own.
    for apart in ("benchmarks.importing", "benchmarks.deciding"):
        subprocess.run([sys.executable, "-m", apart], check=True)


if __name__ == "__main__":
    main()
