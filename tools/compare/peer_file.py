"""The best file of a given size that another program's types can make of a model, by that program's own quantisers.

Types are chosen as `ondol shrink` chooses them: error times sensitivity, allocated over bytes, then exchanged as long as the measured
divergence falls; uniform types are tried as well.  What is measured is the rounded weights themselves in an F32 file, so that one
evaluator judges every program.
"""
from __future__ import annotations

import json
import pathlib
import random
import shutil
import subprocess

import numpy as np
from gguf import GGUFReader

# ids of ggml's types; the second program knows its own beside most of the first's
LLAMA_CPP = {"IQ2_XXS": 16, "IQ2_XS": 17, "IQ2_S": 22, "Q2_K": 10, "IQ3_XXS": 18, "IQ3_S": 21, "Q3_K": 11, "IQ4_XS": 23, "IQ4_NL": 20,
             "Q4_0": 2, "Q4_K": 12, "Q4_1": 3, "Q5_0": 6, "Q5_K": 13, "Q5_1": 7, "Q6_K": 14, "Q8_0": 8}
IK_LLAMA_CPP = LLAMA_CPP | {"IQ2_KT": 153, "IQ2_KS": 145, "IQ2_K": 137, "IQ2_KL": 157, "IQ3_KT": 154, "IQ3_KS": 156, "IQ3_K": 138,
                            "IQ4_KT": 155, "IQ4_KSS": 146, "IQ4_KS": 144, "IQ4_K": 139, "IQ5_KS": 152, "IQ5_K": 140, "IQ6_K": 141,
                            "Q6_0": 133}


class Quantiser:
    """The filter of tools/compare/peer.cpp.  Arrays are rows x columns."""

    def __init__(self, program: str, types: dict[str, int]):
        self.types = types
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def rounded(self, name: str, weights: np.ndarray, importance: np.ndarray) -> tuple[int, np.ndarray] | None:
        """Stored bytes and the weights read back; None where the type does not take such rows."""
        pipe = self._process
        pipe.stdin.write(np.int32(self.types[name]).tobytes() + np.array(weights.shape, "<i8").tobytes())
        pipe.stdin.write(importance.astype("<f4").tobytes() + weights.astype("<f4").tobytes())
        pipe.stdin.flush()
        size = int(np.frombuffer(pipe.stdout.read(8), "<i8")[0])
        if size < 0:
            return None
        return size, np.frombuffer(pipe.stdout.read(4 * weights.size), "<f4").reshape(weights.shape)


class Model:
    """An F32 file, its importance, and a copy whose tensors may be overwritten."""

    def __init__(self, path: pathlib.Path, imatrix: pathlib.Path, work: pathlib.Path, ondol: str):
        self.path, self.ondol = path, ondol
        self.trial = work / "trial.gguf"
        shutil.copyfile(path, self.trial)
        reader = GGUFReader(path)
        self.matrices = {t.name: t for t in reader.tensors if len(t.shape) == 2}
        self.parameters = sum(int(t.n_elements) for t in reader.tensors)
        # whole file without its matrices: header, vocabulary, norms
        self.rest = path.stat().st_size - sum(int(t.n_bytes) for t in self.matrices.values())
        sums = {t.name: t.data for t in GGUFReader(imatrix).tensors}
        self.importance = {}
        for name, tensor in self.matrices.items():
            columns = int(tensor.shape[0])
            if f"{name}.in_sum2" in sums:
                mean = sums[f"{name}.in_sum2"].reshape(-1) / sums[f"{name}.counts"].reshape(-1)[0]
            else:
                mean = np.ones(columns)
            self.importance[name] = np.maximum(mean, 1e-12)
        self._bytes = np.memmap(self.trial, mode="r+")

    def weights(self, name: str) -> np.ndarray:
        return self.matrices[name].data

    def put(self, name: str, weights: np.ndarray) -> None:
        tensor = self.matrices[name]
        self._bytes[tensor.data_offset:tensor.data_offset + tensor.n_bytes] = np.frombuffer(weights.astype("<f4").tobytes(), np.uint8)

    def divergence(self, text: pathlib.Path) -> float:
        """Mean KL divergence, nats a token, of the trial from the model."""
        self._bytes.flush()
        return divergence(self.ondol, self.trial, text, self.path)


def divergence(ondol: str, file: pathlib.Path, text: pathlib.Path, reference: pathlib.Path) -> float:
    done = subprocess.run([ondol, "eval", file, text, "--against", reference, "--json", "-q"], check=True, capture_output=True)
    return json.loads(done.stdout)["kl"]["mean"]


class Search:
    """Chooses a type for every matrix."""

    def __init__(self, model: Model, quantiser: Quantiser, text: pathlib.Path):
        self.model, self.text = model, text
        self.choices: dict[str, list[str]] = {}
        self._rounded: dict[tuple[str, str], tuple[int, np.ndarray]] = {}
        self._error: dict[tuple[str, str], float] = {}
        for name in model.matrices:
            weights, importance = model.weights(name), model.importance[name]
            self.choices[name] = []
            for kind in quantiser.types:
                result = quantiser.rounded(kind, weights, importance)
                if result is None or not np.isfinite(result[1]).all():
                    continue
                self.choices[name].append(kind)
                self._rounded[name, kind] = result
                self._error[name, kind] = float((np.square(weights - result[1]) * importance).sum())
        self._sensitivity = {}
        for name, kinds in self.choices.items():
            probe = min(kinds, key=lambda kind: abs(self.bits(name, kind) - 3.0))
            model.put(name, self._rounded[name, probe][1])
            self._sensitivity[name] = max(model.divergence(text), 1e-9) / max(self._error[name, probe], 1e-30)
            model.put(name, model.weights(name))

    def bits(self, name: str, kind: str) -> float:
        return self._rounded[name, kind][0] * 8 / self.model.weights(name).size

    def file_bytes(self, plan: dict[str, str]) -> int:
        return self.model.rest + sum(self._rounded[name, kind][0] for name, kind in plan.items())

    def _loss(self, name: str, kind: str) -> float:
        return self._sensitivity[name] * self._error[name, kind]

    def _allocated(self, budget: int, scale: dict[str, float]) -> dict[str, str] | None:
        def at(price: float) -> dict[str, str]:
            return {name: min(kinds, key=lambda kind: scale[name] * self._loss(name, kind) + price * self._rounded[name, kind][0])
                    for name, kinds in self.choices.items()}

        low, high = 1e-15, 1e3
        if self.file_bytes(at(high)) > budget:
            return None
        for _ in range(80):
            middle = (low * high) ** 0.5
            low, high = (low, middle) if self.file_bytes(at(middle)) <= budget else (middle, high)
        plan = at(high)
        # what is left over buys the best improvements that still fit
        while True:
            left = budget - self.file_bytes(plan)
            gains = [(scale[name] * (self._loss(name, plan[name]) - self._loss(name, kind)), name, kind)
                     for name, kinds in self.choices.items() for kind in kinds
                     if self._rounded[name, kind][0] - self._rounded[name, plan[name]][0] <= left]
            gain, name, kind = max(gains)
            if gain <= 0:
                return plan
            plan[name] = kind

    def measured(self, plan: dict[str, str]) -> float:
        for name, kind in plan.items():
            self.model.put(name, self._rounded[name, kind][1])
        return self.model.divergence(self.text)

    def best(self, budget: int, exchanges: int, seed: int) -> dict[str, str] | None:
        """The plan of the least measured divergence found within so many bytes."""
        even = dict.fromkeys(self.choices, 1.0)
        plan = self._allocated(budget, even)
        if plan is None:
            return None
        loss = self.measured(plan)
        for kind in {kind for kinds in self.choices.values() for kind in kinds}:
            uniform = {name: kind if kind in kinds else None for name, kinds in self.choices.items()}
            if None in uniform.values() or self.file_bytes(uniform) > budget or self.file_bytes(uniform) < 0.9 * budget:
                continue
            found = self.measured(uniform)
            if found < loss:
                plan, loss = uniform, found
        order = random.Random(seed)
        for _ in range(exchanges):
            # one tensor is held dearer or cheaper than predicted, all others follow
            scale = dict(even)
            for name in order.sample(list(self.choices), 2):
                scale[name] *= order.choice((0.3, 0.5, 2.0, 3.0))
            trial = self._allocated(budget, scale)
            if trial is None or trial == plan:
                continue
            found = self.measured(trial)
            if found < loss:
                plan, loss, even = trial, found, scale
        return plan
