"""Language models of the BERT family from a folder: the forward pass on torch, weights from safetensors.

Devlin and others, BERT, 2019; Liu and others, RoBERTa, 2019: the same network with places counted from 2.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional

from core.errors import LanguageError
from core.language.encoder import Bools, Floats
from core.language.model_folder import ModelFolder
from core.language.scripts import scripts_of, share_in
from core.phrases import say

PLACES = {"bert": 0, "roberta": 2, "xlm-roberta": 2, "camembert": 2}
"""Families, and the number of the first place in each."""
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"gelu": functional.gelu, "relu": functional.relu,
               "gelu_new": lambda x: functional.gelu(x, approximate="tanh")}  # fmt: skip
POOLINGS = ("mean", "mean_sqrt_len", "cls", "max", "lasttoken")
"""How vectors of tokens may become one."""
TOGETHER = 32
"""Texts in one product."""

Tensors = dict[str, Tensor]


def forward(weights: Tensors, config: dict[str, Any], ids: Tensor, kept: Tensor) -> Tensor:
    """Vector of each token, (texts, tokens, size), from token numbers and which are no padding, (texts, tokens)."""

    def linear(x: Tensor, name: str) -> Tensor:
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(x: Tensor, name: str) -> Tensor:
        scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return functional.layer_norm(x, x.shape[-1:], scale, shift, config["layer_norm_eps"])

    def heads(x: Tensor) -> Tensor:  # (texts, heads, tokens, size of a head)
        return x.view(*x.shape[:2], config["num_attention_heads"], -1).transpose(1, 2)

    table = {name: weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")}
    places = torch.arange(ids.shape[1], device=ids.device) + PLACES[config["model_type"]]
    x = norm(table["word"][ids] + table["position"][places] + table["token_type"][0], "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        query, key, value = (heads(linear(x, f"{at}.attention.self.{part}")) for part in ("query", "key", "value"))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=kept[:, None, None, :])
        mixed = linear(seen.transpose(1, 2).flatten(2), f"{at}.attention.output.dense")
        x = norm(x + mixed, f"{at}.attention.output.LayerNorm")
        inner = ACTIVATIONS[config["hidden_act"]](linear(x, f"{at}.intermediate.dense"))
        x = norm(x + linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    return x


def pooled(tokens: Tensor, kept: Tensor, how: str) -> Tensor:
    """One vector of each text, (texts, size), from those of its tokens."""
    there = kept.unsqueeze(-1).to(tokens.dtype)
    if how == "cls":
        return tokens[:, 0]
    if how == "lasttoken":
        return tokens[torch.arange(len(tokens)), kept.sum(1) - 1]
    if how == "max":
        return tokens.masked_fill(there == 0, -torch.inf).amax(1)
    return (tokens * there).sum(1) / there.sum(1)  # the root of the length, in mean_sqrt_len, goes with the unit length


class Bert:
    """A model of the BERT family; on a GPU if there is one."""

    def __init__(self, folder: ModelFolder) -> None:
        """Read weights and tokens; raises `LanguageError` where something is missing, damaged or not known here."""
        self.folder = folder
        self.config: dict[str, Any] = {"hidden_act": "gelu", "layer_norm_eps": 1e-12, **folder.config}
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._tokens = _tokenizer(folder)
        self._scripts = scripts_of(self._tokens.get_vocab())
        self._weights = _read(folder, self._device)
        size = self._weights.get("embeddings.word_embeddings.weight")
        if size is None or self._tokens.get_vocab_size() > len(size):
            raise LanguageError(say("errors.damaged_model", path=str(folder.path), file=folder.weights[0].name))
        self.dimension = int(size.shape[1])

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.path.resolve().name

    @property
    def languages(self) -> tuple[str, ...]:
        """As its card names them."""
        return tuple(self.folder.card.get("language", []))

    @property
    def licence(self) -> str:
        """As its card names it."""
        return " ".join(self.folder.card.get("license", []))

    @property
    def fingerprint(self) -> str:
        """Of settings, tokens and weights."""
        return self.folder.fingerprint

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], *, query: bool = False) -> Floats:
        """Unit vectors, (n, dimension); texts of like length share a product."""
        before = self.folder.prompt(query=query)
        found = np.zeros((len(texts), self.dimension), dtype=np.float32)
        coded = self._tokens.encode_batch([before + text for text in texts])
        order = sorted(range(len(texts)), key=lambda place: len(coded[place].ids))
        for start in range(0, len(order), TOGETHER):
            rows = order[start : start + TOGETHER]
            found[rows] = self._vectors([coded[row].ids for row in rows])
        return found

    def _vectors(self, ids: list[list[int]]) -> Floats:
        longest = max(map(len, ids))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids], device=self._device)
        lengths = torch.tensor([len(row) for row in ids], device=self._device)
        kept = torch.arange(longest, device=self._device) < lengths[:, None]
        tokens = forward(self._weights, self.config, padded, kept)
        vectors = functional.normalize(pooled(tokens, kept, self.folder.pooling), dim=-1)
        result: Floats = vectors.float().cpu().numpy()
        return result

    def readable(self, texts: Sequence[str]) -> Bools:
        """Whether more than half of a text's tokens are known, and half of its letters of a script that is, (n,)."""
        unknown = {self._tokens.token_to_id(name) for name in ("[UNK]", "<unk>")}
        coded = self._tokens.encode_batch(list(texts), add_special_tokens=False)
        counts = np.array([(sum(token in unknown for token in text.ids), len(text.ids)) for text in coded])
        letters = [not any(map(str.isalpha, text)) or share_in(text, self._scripts) >= 0.5 for text in texts]
        known: Bools = (counts[:, 1] > 0) & (2 * counts[:, 0] < counts[:, 1])
        return known & np.array(letters, dtype=bool) if self._scripts else known


def _tokenizer(folder: ModelFolder) -> Any:
    path = folder.path / "tokenizer.json"
    if not path.is_file():
        raise LanguageError(say("errors.not_a_model", path=str(folder.path), file="tokenizer.json"))
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise LanguageError(say("errors.no_tokenizers", path=str(folder.path))) from None
    try:
        found = Tokenizer.from_file(str(path))
    except Exception:  # it raises nothing more precise
        raise LanguageError(say("errors.damaged_model", path=str(folder.path), file=path.name)) from None
    found.no_padding()
    found.enable_truncation(folder.longest)
    return found


def _read(folder: ModelFolder, device: torch.device) -> Tensors:
    """The weights as numbers of 32 bits, by their name without that of the model."""
    weights = {}
    for path in folder.weights:
        try:
            with safe_open(path, "pt", device=str(device)) as file:
                weights.update({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError):
            raise LanguageError(say("errors.damaged_model", path=str(folder.path), file=path.name)) from None
    family = f"{folder.config['model_type'].removeprefix('xlm-').replace('camembert', 'roberta')}."
    return {name.removeprefix(family): found.float() for name, found in weights.items()
            if found.is_floating_point()}  # fmt: skip
