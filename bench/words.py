"""Reading what items say: cost, memory, what a second import reads, and categories of Chinese titles by their names.

python -m bench.words [--items 10000]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core import pipeline
from core.data import LogFiles
from core.language import ItemVectors, centred, encoder_of
from core.workspace import Workspace

CHINESE = {
    "家居用品": "双人床单 木制书架 陶瓷花瓶 羊毛地毯 落地台灯 棉麻窗帘 不锈钢水壶 折叠餐桌 抱枕套 收纳箱",
    "服装": "男士衬衫 女式连衣裙 羊绒毛衣 牛仔裤 防风夹克 儿童雨衣 丝绸围巾 棉袜 运动短裤 羽绒服",
    "食品": "有机绿茶 黑巧克力 手工面条 蜂蜜 芝麻饼干 冷冻饺子 橄榄油 草莓果酱 牛肉干 糙米",
    "图书": "唐诗三百首 侦探小说集 中国通史 儿童绘本 英语词典 数学习题集 科幻小说 名人传记 旅行指南书 诗歌选集",
    "电子产品": "无线耳机 笔记本电脑 智能手机 数码相机 蓝牙音箱 机械键盘 平板电脑 充电器 游戏机 显示器",
    "运动户外": "登山帐篷 羽毛球拍 瑜伽垫 山地自行车 篮球 睡袋 钓鱼竿 跑步机 滑雪板 游泳镜",
}
"""Ten titles of each category, written for this."""
WORDS = """red blue old small wooden cotton garden kitchen camping travel tea coffee lamp chair tent mug bag box set
clock frame candle toy train book game music night summer winter light heart bird cat dog star""".split()  # noqa: SIM905


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        log = written(folder, options.items)
        workspace = Workspace(folder / "workspace")
        for turn in ("first", "second"):
            data_set = pipeline.import_log(workspace, "log", log)
            start = time.process_time()
            found = pipeline.spoken(workspace, data_set)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{turn} import: {found.encoded:,} of {found.texts:,} texts read in "
                  f"{time.process_time() - start:.1f} CPU-s, {peak:.0f} MB at most")  # fmt: skip
    print(f"categories of 60 Chinese titles by their names: {chinese():.2f} right")


def written(folder: Path, items: int) -> LogFiles:
    """A log over items with titles of four words and a number."""
    random = np.random.default_rng(0)
    titles = [" ".join(random.choice(WORDS, 4)) + f" {number}" for number in range(items)]
    pd.DataFrame({"item_id": range(items), "title": titles}).to_csv(folder / "items.csv", index=False)
    events = pd.DataFrame({"user_id": np.arange(items) % 500, "item_id": np.arange(items)})
    events["timestamp"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(items), unit="min")
    events.to_csv(folder / "log.csv", index=False)
    return LogFiles(folder / "log.csv", folder / "items.csv")


def chinese() -> float:
    """Share of titles that are nearest to the name of their category, less what all titles have in common."""
    encoder = encoder_of("auto")
    titles = [title for titles in CHINESE.values() for title in titles.split()]
    known = np.ones(len(titles), dtype=bool)
    vectors = centred(ItemVectors("titles", encoder.encode(titles), known, encoder.fingerprint))
    near = vectors @ encoder.encode(list(CHINESE), query=True).T
    return float((near.argmax(1) == np.repeat(np.arange(len(CHINESE)), 10)).mean())


if __name__ == "__main__":
    main()
