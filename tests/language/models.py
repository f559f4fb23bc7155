"""A tiny language model of our own making, as a folder on the disk."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "blue", "tent", "mug", "lamp", "camp", "##ing", "##s", "query", ":"]
SIZE, HEADS, LAYERS, PLACES = 8, 2, 2, 24


def tiny_model(folder: Path, *, family: str = "bert", pooling: str = "mean", **changes: object) -> Path:
    """Write a model of the BERT family with random weights; `changes` go into `config.json`."""
    folder.mkdir(parents=True)
    config = {"model_type": family, "hidden_size": SIZE, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS,
              "intermediate_size": 16, "max_position_embeddings": PLACES, "hidden_act": "gelu",
              "layer_norm_eps": 1e-12, **changes}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "1_Pooling").mkdir()
    told = {"word_embedding_dimension": SIZE, f"pooling_mode_{pooling}_tokens": True, "pooling_mode_max_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(told))
    steps = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [{"path": path, "type": f"sentence_transformers.models.{kind}"} for path, kind in steps]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage:\n- en\n- de\n---\n# Tiny\n")
    _tokenizer().save(str(folder / "tokenizer.json"))
    save_file(_weights(), str(folder / "model.safetensors"))
    return folder


def _tokenizer() -> Tokenizer:
    tokens = Tokenizer(models.WordPiece({word: n for n, word in enumerate(WORDS)}, unk_token=WORDS[1]))
    tokens.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokens.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokens.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokens


def _weights() -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(7)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=random) * 0.5

    found = {f"embeddings.{name}_embeddings.weight": drawn(rows, SIZE)
             for name, rows in (("word", len(WORDS)), ("position", PLACES), ("token_type", 2))}  # fmt: skip
    shapes = {f"attention.self.{part}": (SIZE, SIZE) for part in ("query", "key", "value")}
    shapes |= {"attention.output.dense": (SIZE, SIZE), "intermediate.dense": (16, SIZE), "output.dense": (SIZE, 16)}
    layers = {f"encoder.layer.{n}.{name}": shape for n in range(LAYERS) for name, shape in shapes.items()}
    for name, shape in layers.items():
        found |= {f"{name}.weight": drawn(*shape), f"{name}.bias": drawn(shape[0])}
    norms = [f"encoder.layer.{n}.{name}" for n in range(LAYERS) for name in ("attention.output", "output")]
    for name in ["embeddings", *norms]:
        found |= {f"{name}.LayerNorm.weight": 1 + drawn(SIZE), f"{name}.LayerNorm.bias": drawn(SIZE)}
    return found
