"""Build sample calls: recordings with their contact trace records, and the ground truth beside them.

python -m sample_calls.build --calls 200 --seed 7 --out DIR
python -m sample_calls.build --shipped
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random
from shutil import rmtree, which
from typing import Any

import soundfile
from tqdm import tqdm

from sample_calls import metadata, records
from sample_calls.call import Script
from sample_calls.cast import Cast, cast, write_lookups
from sample_calls.orders import SHIPPED, Order, draw_orders
from sample_calls.recording import Recording, Speak, record
from sample_calls.scenarios import write
from sample_calls.telephone import RATE
from sample_calls.truth import truth
from sample_calls.variants import lay_out, roles
from sample_calls.voices import say

Json = dict[str, Any]
HERE = Path(__file__).parent
SYNTHESISERS = ("flite", "espeak-ng", "festival")
PACKAGES = (*SYNTHESISERS, "festvox-us-slt-hts")


@dataclass(frozen=True)
class Conversation:
    """A built call, before it is written to files."""

    script: Script
    cast: Cast
    recording: Recording
    ids: metadata.Ids
    detail: Json


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line."""
    options = _options(argv)
    if missing := [command for command in SYNTHESISERS if which(command) is None]:
        raise SystemExit(f"Not installed: {', '.join(missing)}. Install with: apt-get install {' '.join(PACKAGES)}")
    if options.shipped:
        for name in ("calls", "truth", "late", "lookups"):
            rmtree(HERE / name, ignore_errors=True)
        build(SHIPPED, HERE, options.workers)
        return
    orders = list(draw_orders(options.calls, options.seed, options.plain, options.held_out))
    build(orders, options.out, options.workers)


def build(orders: Sequence[Order], out: Path, workers: int = 1) -> None:
    """Build every order into `out`: calls/ (what a drop folder gets), late/, truth/ and lookups/."""
    write_lookups(out / "lookups")
    jobs = [(order, out) for order in orders]
    fresh = get_context("forkserver")  # synthesisers keep state from line to line: each call gets a new process
    fresh.set_forkserver_preload(["sample_calls.recording"])
    with fresh.Pool(workers, maxtasksperchild=1) as pool:
        built = pool.imap(_build_one, jobs)
        for _ in tqdm(built, total=len(jobs), unit="call", desc="building calls"):
            pass


def make(order: Order, speak: Speak = say) -> Conversation:
    """Write, cast, speak and record one call; `speak` is the synthesiser."""
    rng = Random(order.seed)
    script = write(rng, order.shape, order.topic, order.mood, order.asks)
    people = cast(rng, script, order.held_out)
    recording = record(script, people, rng, speak)
    ids = metadata.new_ids(rng)
    return Conversation(script, people, recording, ids, records.conversation(script, people, recording, ids, rng))


def save(order: Order, call: Conversation, out: Path) -> None:
    """Write a call's files."""
    variant = order.variant
    heard = lay_out(call.recording, variant.layout)
    audio = out / "calls" / _audio_path(order, call.ids)
    audio.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(audio, heard.audio, RATE, subtype=variant.encoding)
    for path, content in _records(order, call, audio, out):
        _write_json(path, content)
    relative = audio.relative_to(out).as_posix()
    content = truth(order.name, relative, call.ids.conversation, call.script, call.cast, heard, roles(variant.layout))
    _write_json(out / "truth" / f"{order.name}.truth.json", content)


def _build_one(job: tuple[Order, Path]) -> None:
    order, out = job
    save(order, make(order), out)


def _audio_path(order: Order, ids: metadata.Ids) -> Path:
    if order.variant.naming == "export":
        return Path(f"conversation_id={ids.conversation}", f"{ids.recording}.wav")
    return Path(f"{order.name}.wav")


def _records(order: Order, call: Conversation, audio: Path, out: Path) -> Iterator[tuple[Path, Json]]:
    """The record's files by the conventions in use; a late record lies apart."""
    variant, detail = (
        order.variant,
        {"conversations": [call.detail]} if order.variant.wrapped else call.detail,
    )
    if variant.record == "none":
        return
    if variant.naming == "export":
        yield audio.parent / f"{call.ids.conversation}.json", detail
        yield Path(f"{audio}_metadata.json"), metadata.export_metadata(call.script, call.recording, call.ids)
        return
    if variant.naming == "two_suffixes":
        yield Path(f"{audio}_metadata.json"), detail
        yield Path(f"{audio}_call_metadata.json"), metadata.api_recording(call.recording, call.ids)
        return
    folder = out / "late" if variant.record == "late" else audio.parent
    yield folder / f"{order.name}.json", detail
    if variant.record != "detail_only":
        yield folder / f"{order.name}.recording.json", metadata.recording_metadata(call.recording, call.ids)


def _write_json(path: Path, content: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_calls.build", description="Build sample calls.")
    parser.add_argument("--calls", type=int, default=20, help="how many (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same calls (default 1)")
    parser.add_argument("--out", type=Path, default=Path("built-calls"), help="folder to write to")
    parser.add_argument("--plain", action="store_true", help="only ordinary stereo calls with both records")
    parser.add_argument("--held-out", action="store_true", help="only voices that the demo Whisper does not know")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--shipped", action="store_true", help="rebuild the calls in this folder instead")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main()
