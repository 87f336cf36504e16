"""How fast records are read: one large record, and ordinary ones, per minute on one core.

python -m benchmarks.ctr
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

from pca_pipeline.ctr import read_record
from pca_pipeline.ctr.documents import read_files
from pca_pipeline.ctr.vendors import vendors
from pca_pipeline.settings import Settings

SAMPLES = Path(__file__).parents[1] / "sample_calls/calls"
LARGE = 1_000_000  # bytes: a day-long call with hundreds of holds, or attributes that nobody cleans up
ROUNDS = 7


def large_record(path: Path, key: str) -> Path:
    """A sample's conversation with its agent's sessions, or their segments, repeated up to a megabyte."""
    record = json.loads((SAMPLES / "claims-accident-blind-transfer.json").read_text(encoding="utf-8"))
    record = record.get("conversations", [record])[0]  # samples come in every wrapper
    sessions = next(one for one in record["participants"] if one["purpose"] == "agent")["sessions"]
    repeated = sessions if key == "sessions" else sessions[0][key]
    more = json.dumps(repeated)
    repeated.extend(one for _ in range(LARGE // len(more)) for one in json.loads(more))
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def seconds_of_large_record(folder: Path, key: str) -> float:
    """Median seconds of processor time from a one-megabyte file to a contact."""
    path, known, took = large_record(folder / "large.json", key), vendors(Settings().ctr), []
    for _ in range(ROUNDS):
        start = process_time()
        read_files([path], known)
        took.append(process_time() - start)
    return median(took)


def records_a_minute() -> float:
    """How many records of sample calls become timelines in a minute of processor time, in one thread."""
    records = [[path, path.with_suffix(".recording.json")] for path in sorted(SAMPLES.glob("*.json"))]
    pairs = [files for files in records if files[1].exists()]
    settings, start = Settings(), process_time()
    for _ in range(ROUNDS):
        for files in pairs:
            read_record(files, None, settings)
    return 60 * ROUNDS * len(pairs) / (process_time() - start)


def main() -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        for key in ("sessions", "segments"):
            print(f"1 MB of {key}: {1000 * seconds_of_large_record(Path(folder), key):8.1f} ms")
    print(f"records a minute: {records_a_minute():8.0f} on one core")


if __name__ == "__main__":
    main()
