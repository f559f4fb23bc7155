"""Where training runs: the processor, or a GPU with the same code, its own generator and narrower products.

The same seed gives the same weights on the same kind of device: operations whose sums come in any order are not used.
"""

import contextlib
import os
from collections.abc import Iterator

import torch

from core.errors import SettingsError
from core.phrases import say
from core.settings import AUTO

STRICT = True
"""Refuse operations whose result on a GPU differs from time to time; else PyTorch warns of them."""
HOST = {"cpu"}
"""Kinds of device that learn from numpy's arrays and numbers, in pieces that fit the processor's cache."""


def there() -> tuple[str, ...]:
    """Devices that this machine has."""
    found = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return tuple(name for name, here in found.items() if here)


def chosen(name: str) -> str:
    """The device that a setting means; raises `SettingsError` where there is none.

    `auto` takes an NVIDIA GPU, else the processor. Apple's GPU is used when it is asked for: nobody has measured it.

    >>> chosen("cpu")
    'cpu'
    """
    if name == AUTO:
        return "cuda" if "cuda" in there() else "cpu"
    if name not in there():
        raise SettingsError(say("errors.no_device", found=name, there=", ".join(there())))
    return name


def width(name: str, device: str) -> str:
    """The numbers that products are made in: of `auto` bfloat16 where a GPU has it, else float32."""
    if name != AUTO:
        return name
    return "bfloat16" if device == "cuda" and torch.cuda.is_bf16_supported() else "float32"


def on_host(device: torch.device) -> bool:
    """Whether work on a device goes the processor's way."""
    return device.type in HOST


def numbers(device: torch.device) -> torch.dtype:
    """What products are made in just now."""
    kind = device.type
    narrow = not on_host(device) and torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)
    return torch.get_autocast_dtype(kind) if narrow else torch.float32


def autocast(device: torch.device, precision: str) -> torch.autocast:
    """Products in bfloat16 where that is the precision; weights and what is added up stay float32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")


@contextlib.contextmanager
def threads(count: int) -> Iterator[None]:
    """So many processor cores inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def repeatable(device: torch.device, precision: str) -> Iterator[None]:
    """On an NVIDIA GPU only operations that give the same result each time; elsewhere they all do."""
    if device.type != "cuda":
        yield
        return
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS repeats itself only with a fixed workspace
    strict, products = torch.are_deterministic_algorithms_enabled(), torch.get_float32_matmul_precision()
    filling, recurrent = _filling(False), torch.backends.cudnn.allow_tf32
    torch.use_deterministic_algorithms(True, warn_only=not STRICT)
    torch.set_float32_matmul_precision("high" if precision == "bfloat16" else "highest")
    torch.backends.cudnn.allow_tf32 = precision == "bfloat16"  # else products of a GRU are narrower than asked for
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(strict)
        _filling(filling)
        torch.backends.cudnn.allow_tf32 = recurrent
        torch.set_float32_matmul_precision(products)


def _filling(wanted: bool) -> bool:
    """Whether fresh memory is filled, which finds errors and costs time; returns what was."""
    module = torch.utils.deterministic
    before: bool = module.fill_uninitialized_memory  # type: ignore[attr-defined]
    module.fill_uninitialized_memory = wanted  # type: ignore[attr-defined]
    return before


def place(network: torch.nn.Module, device: torch.device) -> torch.nn.Module:
    """The network on a device; Apple's GPUs have no float64, where moments are known to two minutes then."""
    if device.type == "mps":
        for module in network.modules():
            for name, buffer in module.named_buffers(recurse=False):
                if buffer.dtype == torch.float64:
                    setattr(module, name, buffer.float())
    return network.to(device)
