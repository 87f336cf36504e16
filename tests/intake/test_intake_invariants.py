"""Whatever happens in whatever order, no file is lost and none is doubled."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from unittest import mock

from drops import conversation, drop, metadata, settings_for
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pca_pipeline import intake
from pca_pipeline.errors import AudioError, FileBusyError, PcaError, ProcessDiedError, StorageError

SHARED_MEMORY = Path("/dev/shm")  # in memory, so that hundreds of sweeps take seconds


class Killed(BaseException):
    """Stands for the end of the process."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Raise Killed at the n-th rename or new folder, and let go of locks as the system would."""
    left = step

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return original(*arguments, **more)

        return call

    with ExitStack() as patches:
        for name in ("rename", "replace", "mkdir"):
            patches.enter_context(mock.patch.object(Path, name, counted(getattr(Path, name))))
        with suppress(Killed):
            yield


ERRORS = (StorageError("Full.", "Wait."), ProcessDiedError("It died.", "Wait."), AudioError("Bad.", "Mend it."))


class DropFolder(RuleBasedStateMachine):
    """Random drops, sweeps, kills, failures and retries; `dropped` counts what went in."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None)
        self.settings = settings_for(Path(self.temporary.name) / "calls", max_attempts=2)
        self.settings.inbox_folder.mkdir(parents=True)
        self.dropped: Counter[bytes] = Counter()
        self.claims: list[intake.Claim] = []
        self.finished: set[bytes] = set()

    def teardown(self) -> None:
        """All can be finished in the end."""
        for claim in self.claims:
            claim.lock.close()
        self.claims = []
        for _ in range(4):
            intake.retry(self.settings)
            for claim in intake.stale(self.settings):
                self._finish(claim)
            found = intake.scan(self.settings)
            for item in (*found.ready, *found.late):
                self._take(item)
                while self.claims:
                    self._finish(self.claims.pop())
        assert self.finished == set(self.dropped)
        assert not self._inputs()
        self.temporary.cleanup()

    @rule(folder=st.sampled_from(["", "a/"]), name=st.sampled_from(["x", "y y"]), content=st.integers(0, 5))
    def drop_audio(self, folder: str, name: str, content: int) -> None:
        self._drop(f"{folder}{name}.wav", f"audio {content}".encode())

    @rule(
        folder=st.sampled_from(["", "a/"]),
        name=st.sampled_from(["x", "y y", "x.wav_call_metadata", "all"]),
        ids=st.lists(st.sampled_from(["conversation-1", "conversation-2"]), min_size=1, unique=True),
        whole=st.booleans(),
    )
    def drop_record(self, folder: str, name: str, ids: list[str], whole: bool) -> None:
        path = self.settings.inbox_folder / f"{folder}{name}.json"
        if not path.exists():
            drop(self.settings, f"{folder}{name}.json", conversation(*ids) if whole else metadata("r-1", ids[0]))

    @rule(choice=st.randoms(use_true_random=False))
    def take(self, choice: Random) -> None:
        self._take_one(choice)

    @rule(choice=st.randoms(use_true_random=False), step=st.integers(1, 12))
    def take_and_be_killed(self, choice: Random, step: int) -> None:
        with killed_at(step):
            self._take_one(choice)

    @rule()
    def go_on(self) -> None:
        self.claims += intake.stale(self.settings)

    @precondition(lambda self: self.claims)
    @rule(step=st.integers(1, 12))
    def finish_and_be_killed(self, step: int) -> None:
        claim = self.claims.pop()
        with killed_at(step):
            self._finish(claim)
        claim.lock.close()

    @precondition(lambda self: self.claims)
    @rule()
    def finish(self) -> None:
        self._finish(self.claims.pop())

    @precondition(lambda self: self.claims)
    @rule(error=st.sampled_from(ERRORS), step=st.integers(1, 20))
    def fail(self, error: PcaError, step: int) -> None:
        claim = self.claims.pop()
        with killed_at(step):
            intake.fail(claim, error, "test", self.settings)
        claim.lock.close()

    @precondition(lambda self: self.claims)
    @rule()
    def die(self) -> None:
        self.claims.pop().lock.close()

    @rule(step=st.integers(1, 8))
    def retry(self, step: int) -> None:
        with killed_at(step):
            intake.retry(self.settings)

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        found = self._inputs()
        for content, count in self.dropped.items():
            assert found[content] == count or (content in self.finished and found[content] < count)

    def _drop(self, name: str, content: bytes) -> None:
        if not (self.settings.inbox_folder / name).exists():
            drop(self.settings, name, content)
            self.dropped[content] += 1

    def _take_one(self, choice: Random) -> None:
        found = intake.scan(self.settings)
        if items := [*found.ready, *found.late]:
            self._take(choice.choice(items))

    def _take(self, item: intake.Drop | intake.LateRecord) -> None:
        try:
            claim = intake.claim(item, self.settings)
        except (FileBusyError, StorageError):
            return
        if isinstance(claim, intake.Claim):
            self.claims.append(claim)

    def _finish(self, claim: intake.Claim) -> None:
        if claim.audio is not None:
            self.finished.add(claim.audio.read_bytes())
        intake.finish(claim, self.settings)

    def _inputs(self) -> Counter[bytes]:
        folders = (self.settings.inbox_folder, self.settings.work_folder, self.settings.failed_folder)
        return Counter(path.read_bytes() for folder in folders for path in folder.rglob("*.wav"))


DropFolder.TestCase.settings = hypothesis_settings(max_examples=8, stateful_step_count=20, deadline=None)
TestDropFolder = DropFolder.TestCase
