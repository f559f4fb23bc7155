"""A folder that holds a language model, in the format of sentence-transformers or transformers: what it says of itself.

Nothing in it is ever run or unpickled: settings are JSON, weights are safetensors.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import LanguageError
from core.phrases import say

INDEX = "model.safetensors.index.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.pickle", "*.ckpt")
"""How files are called that run code when they are read."""
LONGEST = 512
"""Tokens that are read of a text where the model says nothing, or more."""


@dataclass(frozen=True)
class ModelFolder:
    """A folder with `config.json`, `tokenizer.json` and weights."""

    path: Path

    @classmethod
    def at(cls, path: str) -> "ModelFolder":
        """The folder at a path; raises `LanguageError` unless a model lies there whose weights are safe to read."""
        folder = cls(Path(path).expanduser())
        if not folder.path.is_dir():
            raise LanguageError(say("errors.no_model_folder", path=path))
        if not (folder.path / "config.json").is_file():
            raise LanguageError(say("errors.not_a_model", path=path, file="config.json"))
        if not folder.weights:
            pickles = sorted(found.name for kind in PICKLES for found in folder.path.glob(kind))
            if pickles:
                raise LanguageError(say("errors.pickled_model", path=path, file=pickles[0]))
            raise LanguageError(say("errors.not_a_model", path=path, file="model.safetensors"))
        return folder

    @cached_property
    def config(self) -> dict[str, Any]:
        """What `config.json` says; raises `LanguageError` where it is damaged."""
        found = self.read("config.json")
        if not isinstance(found.get("model_type"), str):
            raise LanguageError(say("errors.damaged_model", path=str(self.path), file="config.json"))
        return found

    def read(self, file: str) -> dict[str, Any]:
        """A JSON object, empty where there is no such file; raises `LanguageError` where it is damaged."""
        path = self.path / file
        if not path.exists():
            return {}
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise LanguageError(say("errors.damaged_model", path=str(self.path), file=file))
        return found

    @cached_property
    def weights(self) -> tuple[Path, ...]:
        """Files of the weights, in the order of their names; none where there are no safetensors."""
        single = self.path / "model.safetensors"
        if single.is_file():
            return (single,)
        parts = self.read(INDEX).get("weight_map", {})
        names = sorted(set(parts.values())) if isinstance(parts, dict) else []
        found = tuple(self.path / Path(str(name)).name for name in names)
        return found if all(path.is_file() for path in found) else ()

    @cached_property
    def modules(self) -> list[tuple[str, str]]:
        """What follows the network in sentence-transformers: kind and folder of each step, none if it is not said."""
        path = self.path / "modules.json"
        if not path.exists():
            return []
        try:
            return [(str(step["type"]).rpartition(".")[2], str(step["path"])) for step in json.loads(path.read_text())]
        except (OSError, ValueError, TypeError, KeyError):
            raise LanguageError(say("errors.damaged_model", path=str(self.path), file="modules.json")) from None

    @cached_property
    def pooling(self) -> str:
        """How the vectors of tokens become one: mean, cls, max, lasttoken, or several names with + between."""
        folder = next((Path(path).name for kind, path in self.modules if kind == "Pooling"), "1_Pooling")
        told = self.read(f"{folder}/config.json")
        if isinstance(told.get("pooling_mode"), str):
            return str(told["pooling_mode"])
        chosen = [name.removeprefix("pooling_mode_") for name, used in told.items() if used is True]
        return "+".join(name.removesuffix("_tokens").removesuffix("_token") for name in chosen
                        if name != "include_prompt") or "mean"  # fmt: skip

    @cached_property
    def longest(self) -> int:
        """Tokens that are read of a text."""
        told = self.read("sentence_bert_config.json").get("max_seq_length")
        places = self.config.get("max_position_embeddings", LONGEST)
        return max(3, min(int(told or LONGEST), int(places), LONGEST))

    def prompt(self, *, query: bool) -> str:
        """What is written before a text, for models that were trained so."""
        told = self.read("config_sentence_transformers.json").get("prompts") or {}
        for name in ("query",) if query else ("passage", "document"):
            if isinstance(told.get(name), str):
                return str(told[name])
        return ""

    @cached_property
    def fingerprint(self) -> str:
        """Hex digits of all that makes a vector: settings, tokens and weights."""
        whole = hashlib.sha256()
        for path in sorted({*self.path.glob("*.json"), *self.path.glob("*/config.json"), *self.weights}):
            whole.update(path.name.encode())
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        return whole.hexdigest()[:16]

    @cached_property
    def card(self) -> dict[str, list[str]]:
        """Licence and languages as the head of README.md names them."""
        path = self.path / "README.md"
        head = path.read_text(encoding="utf-8", errors="replace")[:4000].split("---") if path.is_file() else []
        found: dict[str, list[str]] = {}
        name = ""
        for line in (head[1] if len(head) > 2 else "").splitlines():
            if line.startswith(("- ", "  - ")):
                found.setdefault(name, []).append(line.strip(" -"))
            elif ":" in line:
                name, _, value = line.partition(":")
                found[name] = [value.strip()] if value.strip() else []
        return found
