"""Training on a GPU goes the way that is tested here on the processor too, and on every device that is there."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from core.errors import SettingsError, UnknownRunError
from core.model import devices
from core.model.batches import grouped
from core.model.layers import AttentionEncoder, BucketBias
from core.model.noise import DeviceNoise, noise_of
from core.model.storage import load
from core.model.trainer import Trainer
from core.model.training import train
from core.settings import Settings, override
from tests.model.logs import cycles, small

WAYS = [("cpu", set()), *((name, {"cpu"}) for name in devices.there() if name != "cpu")]
"""Each device that is here, and the processor as if it were a GPU."""
QUIET = ("model.dropout=0", "model.id_dropout=0", "model.event_dropout=0", "training.ahead=0",
         "training.averaging=0", "training.precision=float32")  # fmt: skip


@pytest.fixture(params=WAYS, ids=lambda way: way[0] if way[1] else "gpu's way")
def device(request, monkeypatch):
    """A device; work on it goes a GPU's way."""
    name, host = request.param
    monkeypatch.setattr(devices, "HOST", host)
    return name


def gradients(settings: Settings, folder) -> dict[str, np.ndarray]:
    """Loss and gradients of the first batch by a fresh network."""
    with devices.repeatable(torch.device(settings.training.device), "float32"):
        trainer = Trainer(cycles(), settings, folder)
        windows, wanted = trainer.lessons.epoch(12, np.random.default_rng(0))
        batch = trainer.feed.batch(windows, next(grouped(windows, 256)), wanted)
        loss = trainer.objective(batch, noise_of(0, 1, trainer.device))
        loss.backward()
    found = {name: weight.grad for name, weight in trainer.network.named_parameters() if weight.grad is not None}
    return {name: grad.cpu().numpy() for name, grad in (found | {"loss": loss.detach()}).items()}


def weights(folder, log) -> dict[str, np.ndarray]:
    return {name: weight.detach().numpy() for name, weight in load(folder, log).network.named_parameters()}


@pytest.mark.parametrize(
    "more",
    [
        (),
        ("model.blocks=2", "model.heads=4", "training.loss=sampled", "training.negatives=24"),
        ("model.times=false", "training.loss=gbce", "training.negatives=24"),
        ("model.encoder=gru", "training.category_task=0.3", "training.kind_task=0.3"),
        ("model.encoder=average", "model.scorer=mlp"),
    ],
)
def test_a_step_does_not_depend_on_the_device(device, more, tmp_path, monkeypatch):
    """Loss and every gradient of a step are those of the processor, to 1e-4 of the largest entry."""
    there = gradients(small(*QUIET, *more, f"training.device={device}"), tmp_path)
    monkeypatch.setattr(devices, "HOST", {"cpu"})
    here = gradients(small(*QUIET, *more, "training.device=cpu"), tmp_path)
    assert here.keys() == there.keys()
    for name, value in here.items():
        np.testing.assert_allclose(there[name], value, rtol=0, atol=1e-4 * max(np.abs(value).max(), 1e-3), err_msg=name)


def test_same_seed_same_weights_on_a_device(device, tmp_path):
    """The seed fixes masks, negatives and order on the device as well, in its own numbers and to the bit."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        asked = (f"training.seed={seed}", f"training.device={device}", "training.loss=sampled", "training.negatives=12")
        train(cycles(), small("training.epochs=2", *asked), tmp_path / name)
    first, again, other = (weights(tmp_path / name, cycles()) for name in "abc")
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_it_learns_in_both_widths(device, precision, tmp_path):
    """With products of half the width the model learns too, and its weights stay of the full one."""
    asked = ("training.epochs=12", "training.learning_rate=0.01", f"training.precision={precision}")
    result = train(cycles(), small(*asked, f"training.device={device}"), tmp_path)
    assert result.validation["ndcg@10"] > 0.4
    assert {value.dtype for value in weights(tmp_path, cycles()).values()} == {np.dtype(np.float32)}


def test_a_checkpoint_moves_between_devices(device, tmp_path, monkeypatch):
    """What a device began the processor goes on with, epoch by epoch, and the other way round."""
    monkeypatch.setattr("core.model.trainer.SAVE_EVERY", 0.0)
    way = devices.HOST
    for epochs, name, host in ((2, device, way), (4, "cpu", {"cpu"}), (6, device, way)):
        monkeypatch.setattr(devices, "HOST", host)
        asked = small(f"training.epochs={epochs}", f"training.device={name}")
        assert train(cycles(), asked, tmp_path, resume=True).epochs == epochs
    losses = [float(line.split(",")[1]) for line in (tmp_path / "curve.csv").read_text().splitlines()[1:]]
    assert len(losses) == 6
    assert losses[-1] < losses[0]


def test_validation_ranks_as_the_processor_does(device, tmp_path, monkeypatch):
    """Seen items hidden, equal scores by id, new items behind: hit rate and NDCG are the same by both ways."""
    log = cycles(items=40, users=30, length=6)
    asked = small(*QUIET, f"training.device={device}")
    there = Trainer(log, asked, tmp_path)
    monkeypatch.setattr(devices, "HOST", {"cpu"})
    here = Trainer(log, small(*QUIET, "training.device=cpu"), tmp_path)
    expected = here.validation(here.network)
    monkeypatch.setattr(devices, "HOST", set())
    assert there.validation(there.network) == pytest.approx(expected)


def test_attention_holds_no_weights_of_pairs():
    """Shapes alone, on the device of shapes: states come out, and no attention is kept."""
    encoder = AttentionEncoder(16, 2, 3, 0.0, times=True).to("meta")
    states, kept = encoder(torch.empty(4, 24, 16, device="meta"), torch.empty(4, 24, dtype=torch.int64, device="meta"))
    assert states.shape == (4, 24, 16)
    assert kept == []


@given(some.integers(1, 3), some.integers(1, 3), some.integers(1, 9), some.integers(0, 99))
def test_buckets_are_summed_alike(batch, heads, length, seed):
    """The gradient of a table of biases is the same by counting and by products."""
    random = torch.Generator().manual_seed(seed)
    buckets = torch.randint(0, 5, (batch, length, length), generator=random)
    found = []
    for host in ({"cpu"}, set()):
        table = torch.zeros(heads, 5, requires_grad=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(devices, "HOST", host)
            bias = BucketBias.apply(table, buckets)
            (bias * torch.arange(bias.numel()).reshape(bias.shape)).sum().backward()
        found.append(table.grad)
    torch.testing.assert_close(*found)


@given(some.integers(1, 400), some.integers(0, 400), some.integers(0, 99))
def test_a_sample_has_each_number_once(wanted, more, seed):
    """A device draws just as many different numbers as were wanted, rising, all of them below the total."""
    drawn = DeviceNoise(seed, 1, torch.device("cpu")).sample(wanted, wanted + more)
    assert len(drawn) == wanted
    assert (torch.diff(drawn) > 0).all()
    assert 0 <= int(drawn.min()) <= int(drawn.max()) < wanted + more


def test_a_device_drops_its_share():
    """Masks of a device keep the mean, and drop as many as they should."""
    dropped = DeviceNoise(1, 1, torch.device("cpu")).dropped(torch.ones(40_000), 0.3)
    assert float((dropped == 0).float().mean()) == pytest.approx(0.3, abs=0.01)
    assert float(dropped.mean()) == pytest.approx(1.0, abs=0.02)


def test_a_device_that_is_not_there(tmp_path):
    """It is refused with those that there are."""
    missing = next(name for name in ("cuda", "mps") if name not in devices.there())
    with pytest.raises(SettingsError, match=rf"training.device is '{missing}'.*There is: cpu.*--device"):
        train(cycles(), small(f"training.device={missing}"), tmp_path)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("training.device=tpu", "training.device is 'tpu'. Choose from auto, cpu, cuda, mps"),
        ("training.preset=huge", "training.preset is 'huge'. Choose from auto, small, standard, large"),
        ("training.precision=int8", "training.precision is 'int8'. Choose from auto, float32, bfloat16"),
    ],
)
def test_words_that_are_none(assignment, message):
    """A word that no device, preset or precision has is refused with those that there are."""
    with pytest.raises(SettingsError, match=message):
        override(Settings(), [assignment])


def test_a_checkpoint_of_another_preset(tmp_path):
    """Weights of one shape are not gone on with in another: both are named, and what to do."""
    train(cycles(), override(Settings(), ["training.epochs=1", "training.preset=small"]), tmp_path)
    asked = override(Settings(), ["training.epochs=2", "training.preset=standard"])
    with pytest.raises(UnknownRunError, match=r"holds a small model \(.*window 64\).*standard.*--preset small"):
        train(cycles(), asked, tmp_path, resume=True)
