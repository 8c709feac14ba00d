# SPDX-License-Identifier: GPL-3.0-or-later
"""Each measurement: what it adds to the report."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kokoro_speechd.bench import peers, processes
from kokoro_speechd.bench.phrases import LENGTHS
from kokoro_speechd.bench.rendering import BenchStage, busy_core
from kokoro_speechd.bench.report import Report
from kokoro_speechd.synthesis.files.calibration_result import Precision
from kokoro_speechd.synthesis.files.model_files import ModelFiles

_SPOKEN = ("3 words", "sentence", "150 phonemes")
_ONEDNN = {"ONEDNN_MAX_CPU_ISA": "AVX2"}
_EVERYWHERE = {**_ONEDNN, "MKL_ENABLE_INSTRUCTIONS": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
_LEAST_FIRST = {"3 words": (7, 9, 5, 7), "sentence": (14, 18, 11, 14), "150 phonemes": (25, 35, 22, 30)}


@dataclass(slots=True)
class Bench:
    """One run."""

    files: ModelFiles
    folder: Path  # for what the run needs, empty
    threads: int
    rounds: int
    quick: bool
    say: Callable[[str], None]
    report: Report
    precision: Precision = "float32"  # of ours

    def _stage(self, threads: int) -> BenchStage:
        return BenchStage(self.files, threads, self.precision)

    def whole(self) -> None:
        """Whole phrases: time, CPU, exactness, how much faster than real time."""
        stage = self._stage(self.threads)
        rows = self.report.figures.setdefault("whole phrases, seconds", {})
        names = ["letter", "3 words"] if self.quick else list(LENGTHS)
        for name in names:
            for speed in (1.0,) if self.quick else (1.0, 2.0):
                self.say(f"whole: {name} at {speed:g} times the speed")
                rounds = max(1, self.rounds // (4 if LENGTHS[name] > 100 else 1))
                wall, cpu, sound = stage.whole(LENGTHS[name], speed, rounds)
                facts = wall.facts()
                facts["cpu_ratio"] = cpu.facts()["ratio"]
                facts["sound_s"] = round(sound, 2)
                facts["real_time_factor"] = round(facts["ours_s"] / sound, 3)
                rows[f"{name} at {speed:g}"] = facts
                if name == "sentence" and speed == 1 and self.threads == 1:
                    self.report.promise("whole sentence, 1 thread", wall.ratio, 2.5, 3)
        snr = stage.exactness(LENGTHS["3 words" if self.quick else "sentence"])
        self.report.promise("its likeness to upstream's", snr, 80, 100, unit="dB")
        stage.close()

    def first_sound(self) -> None:
        """Time to the first audible sample, with and without the silence before it."""
        stage = self._stage(self.threads)
        rows = self.report.figures.setdefault("first sound, seconds", {})
        for name in ("3 words", "sentence", "150 phonemes", "400 phonemes"):
            self.say(f"first sound: {name}")
            rounds = max(1, self.rounds // (4 if LENGTHS[name] > 100 else 1))
            pair = stage.first_sound(LENGTHS[name], rounds, silence=False)
            rows[name] = pair.facts()
            if name not in _SPOKEN:
                continue
            heard = stage.first_sound(LENGTHS[name], rounds, silence=True)
            rows[f"{name}, with silence"] = heard.facts()
            least, aim, least_without, aim_without = _LEAST_FIRST[name]
            self.report.promise(f"first sound, {name}", heard.ratio, least, aim)
            self.report.promise(
                f"first sound, {name}, silence not counted", pair.ratio, least_without, aim_without
            )
        growth = stage.growth(LENGTHS["3 words"], LENGTHS["400 phonemes"], max(1, 2 * self.rounds))
        times = 1 / growth.ratio
        rows["3 words, and 400 phonemes"] = {
            "3_words_s": round(statistics.median(growth.theirs), 4),
            "400_phonemes_s": round(statistics.median(growth.ours), 4),
            "times": round(times, 2),
        }
        self.report.promise("first sound of 400 phonemes to that of 15", times, 2.5, 2, most=True)
        stage.close()

    def busy(self) -> None:
        """Two threads each while another process keeps one core busy."""
        stage = self._stage(2)
        self.say("two threads, beside a busy process")
        with busy_core():
            wall, _, _ = stage.whole(LENGTHS["sentence"], 1.0, max(1, self.rounds // 2))
        self.report.figures["sentence, 2 threads, one core busy"] = {"sentence": wall.facts()}
        self.report.promise("whole sentence, 2 threads, one core busy", wall.ratio, 5, 6.5)
        stage.close()

    def threads_of_use(self) -> None:
        """Our sentence with two threads against one."""
        if len(os.sched_getaffinity(0)) < 2:
            self.report.not_measured["threads_of_use"] = "there is one core"
            return
        stage = self._stage(1)
        self.say("one thread and two")
        pair = stage.threads_beside(LENGTHS["sentence"], self.rounds)
        self.report.figures["sentence, threads"] = {"1 and 2": pair.facts("one_s")}
        self.report.promise("whole sentence, 2 threads against 1", pair.ratio, 1.6, 1.8)
        stage.close()

    def avx2(self) -> None:
        """Every length as on a processor without AVX-512, in processes of their own.

        Once with oneDNN alone held to AVX2, which runs upstream's convolutions; and once with MKL and torch's
        own loops held to it as well, which run ours.
        """
        for name, variables in (("oneDNN's AVX2", _ONEDNN), ("AVX2 everywhere", _EVERYWHERE)):
            self.say(f"every length with {name}")
            rows = self._rows_with(variables)
            self.report.figures[f"whole phrases with {name}, seconds"] = rows
            worst = min(facts["ratio"] for facts in rows.values())
            self.report.promise(f"whole phrases with {name}, the worst length", worst, 2.0, 2.5)

    def _rows_with(self, variables: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """Measure whole phrases in a process with these environment variables."""
        command = [sys.executable, "-m", "kokoro_speechd.cli.main", "bench", "--only", "whole", "--json", "-"]
        command += ["--model", str(self.files.weights.parent), "--rounds", str(max(1, self.rounds // 2))]
        command += ["--threads", "1"] + (["--quick"] if self.quick else [])
        environment = {**os.environ, **variables}
        ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        rows: dict[str, dict[str, float]] = json.loads(ran.stdout)["figures"]["whole phrases, seconds"]
        return rows

    def peers(self) -> None:
        """Whole phrases against onnxruntime, which runs upstream's model exported from the same weights."""
        if absent := peers.missing():
            self.report.not_measured["peers"] = f"not installed: {', '.join(absent)} (the extra bench)"
            return
        self.say("onnxruntime: the export takes a minute")
        stage = self._stage(self.threads)
        style = stage.voice.style(LENGTHS["sentence"])
        run = peers.load(self.files, style, self.folder, self.threads)
        rows = self.report.figures.setdefault("whole phrases against onnxruntime, seconds", {})
        for name in ("3 words", "sentence"):
            pair = stage.beside(run, LENGTHS[name], max(1, self.rounds // 2))
            rows[name] = pair.facts("onnxruntime_s")
            if name == "sentence" and self.threads == 1:
                self.report.promise("whole sentence against onnxruntime, 1 thread", pair.ratio, 1.8, 2.2)
        stage.close()

    def stop(self) -> None:
        """Measure what a long text still costs once it was stopped."""
        stage = self._stage(self.threads)
        self.say("stop")
        rows = self.report.figures["after a stop, ms"] = {}
        stops = stage.after_stops(5 if self.quick else 50)
        for name, seconds in zip(("until it ended", "CPU"), zip(*stops, strict=True), strict=True):
            most = 1000 * max(seconds)
            rows[name] = {"median": round(1000 * statistics.median(seconds), 1), "most": round(most, 1)}
        self.report.promise("CPU after a stop", most, 20, 10, most=True, unit="ms")
        stage.close()

    def start(self) -> None:
        """From a process's start to a loaded model; memory; imports."""
        self.say("start, imports and memory")
        rounds = max(1, self.rounds // 2)
        ready, memory = processes.start_to_ready(self.files, self.folder / "start", rounds)
        self.report.figures["processes, seconds and bytes"] = {
            "import": processes.imports(rounds).facts(),
            "start to ready": ready.facts(),
            "memory": memory,
        }
        self.report.promise("start to ready", ready.ratio, 2.5, 4)
        share = memory["ours"] / memory["upstream"]
        self.report.promise("memory, share of upstream's", share, 0.7, 0.5, most=True)

    def pipe(self) -> None:
        """At speech-dispatcher's pipe: a letter that was heard before, and Say All."""
        if not processes.STOCK_MODULE.exists():
            self.report.not_measured["pipe"] = "Debian's speech-dispatcher-espeak-ng is not installed"
            return
        self.say("at the module's pipe")
        with processes.modules(self.files, self.folder / "pipe", self.threads) as (ours, stock):
            new = processes.new_letters(ours, stock, 2 * self.rounds)
            letter = processes.cached_letter(ours, stock, 5 * self.rounds)
            gaps, firsts = processes.say_all(ours, max(1, self.rounds // 2))
        gap, first = statistics.median(gaps), statistics.median(firsts)
        self.report.figures["at the pipe, seconds"] = {
            "new letter": {
                "espeak_ng_s": round(statistics.median(new.theirs), 5),
                "ours_s": round(statistics.median(new.ours), 5),
            },
            "cached letter": {
                "espeak_ng_s": round(statistics.median(letter.theirs), 5),
                "ours_s": round(statistics.median(letter.ours), 5),
            },
            "say all": {"gap_s": round(gap, 3), "first_sound_s": round(first, 3)},
        }
        self.report.promise("new letter to espeak-ng's", 1 / new.ratio, 60, 40, most=True)
        self.report.promise("cached letter to espeak-ng's", 1 / letter.ratio, 5, 2, most=True)
        self.report.promise("gap in Say All to first sound", gap / first, 1.1, 1, most=True)


MEASUREMENTS = ("whole", "first_sound", "busy", "threads_of_use", "avx2", "stop", "start", "pipe")
"""The names of the measurements, in their order."""
PEERS = "peers"
"""One more, which needs the extra `bench`."""
